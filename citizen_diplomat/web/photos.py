"""Photos of members as they go out: to whoever the ladder lets see them, and never run."""

from flask import abort, request
from werkzeug.wrappers import Response

from citizen_diplomat.directory.model import ProfilePhoto
from citizen_diplomat.foundation.clock import written

TYPE = "image/jpeg"
# A page made of such an answer could load nothing and run nothing.
NOTHING_RUNS = "default-src 'none'; sandbox; frame-ancestors 'none'"


def photo_answer(photo: ProfilePhoto | None) -> Response:
    """The picture; a browser keeps it for itself and asks each time whether it may still show it.

    What the reader may not see is not there (404).
    """
    if photo is None:
        abort(404)
    answer = Response(photo.content, mimetype=TYPE)
    answer.set_etag(f"{photo.account_id}-{written(photo.added_at)}")
    answer.headers["Cache-Control"] = "private, no-cache"
    answer.headers["Content-Security-Policy"] = NOTHING_RUNS
    answer.headers["X-Robots-Tag"] = "noindex"
    answer.vary.add("Cookie")
    answer.make_conditional(request)
    return answer
