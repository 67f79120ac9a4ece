"""Where to go next, if the address stays within this site."""

from collections.abc import Iterator
from urllib.parse import urlsplit

from flask import current_app, request
from werkzeug.exceptions import HTTPException

from citizen_diplomat.foundation.numbers import parse_int
from citizen_diplomat.web.pages import LARGEST_NUMBER

LONGEST = 500
FRONT_DOOR = "/"


def safe_path(target: str | None) -> str | None:
    """`target` when it is a plain path of this site, else None.

    Refuses other sites, schemes, `//host`, back-slashes and control characters, which browsers
    read as another site (OWASP ASVS 3.7.2).
    """
    if not target or len(target) > LONGEST or not target.startswith("/") or target.startswith("//"):
        return None
    if "\\" in target or any(ord(character) <= 32 or ord(character) == 127 for character in target):
        return None
    parts = urlsplit(target)
    return None if parts.scheme or parts.netloc else target


def page_of_form() -> str:
    """The page on which the form stood that was just posted: there what was typed waits.

    Its own address, where that is a page too; else the page of this site that the button was on,
    as far as the browser tells; else the nearest page above. All of them can be asked for.
    """
    return next(filter(_can_be_read, _places()), FRONT_DOOR)


def _places() -> Iterator[str]:
    reply_to = parse_int(request.form.get("reply_to", ""), lowest=1, highest=LARGEST_NUMBER)
    yield f"{request.path}?reply_to={reply_to}" if reply_to else request.path
    came_from = (request.referrer or "").removeprefix(request.host_url.rstrip("/"))
    if button_was_on := safe_path(came_from):
        yield button_was_on
    above = request.path
    while above := above.rpartition("/")[0]:
        yield above


def _can_be_read(path: str) -> bool:
    routes = current_app.url_map.bind(request.host)
    try:
        routes.match(path.partition("?")[0], method="GET")
    except HTTPException:
        return False
    return True
