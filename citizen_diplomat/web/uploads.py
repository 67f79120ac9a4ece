"""Room for files in what a browser sends: only where files are expected, and only from members.

The form's token is looked for before a page is asked, and that already reads the whole body. So
the limit is raised earlier than that, for the pages that say so, once it is known who is asking.
"""

from flask import Flask, request
from werkzeug.wrappers import Response

from citizen_diplomat.web.database import SAFE_METHODS, release
from citizen_diplomat.web.pages import see_other
from citizen_diplomat.web.signin import account

MOST_BYTES: dict[str, int] = {}
"""How much may be sent to a page that takes files, by endpoint; all others have the usual limit."""


def takes_files(endpoint: str, *, most_bytes: int) -> None:
    """Let signed-in members send up to `most_bytes` to the page `endpoint`."""
    MOST_BYTES[endpoint] = most_bytes


def install(app: Flask) -> None:
    """Raise the limits; to be installed before whatever reads forms."""
    app.before_request(_make_room)


def _make_room() -> Response | None:
    most = MOST_BYTES.get(request.endpoint or "")
    if most is None or request.method in SAFE_METHODS:
        return None
    if account() is None:
        # What they sent is not read: after signing in they are where they can choose files again.
        return see_other("public.login", next=request.path)
    request.max_content_length = most
    # Reading and drawing files takes a while: nobody shall wait for the lock meanwhile.
    release()
    return None
