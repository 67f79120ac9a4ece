"""Pages behind an address that is a secret: kept by nobody, found by nobody, told to nobody."""

from flask import make_response
from werkzeug.wrappers import Response

PRIVATE = {
    "Cache-Control": "no-store",
    "X-Robots-Tag": "noindex, nofollow, noarchive",
    # The address is the secret: other sites never get it, and our own forms can still be checked.
    "Referrer-Policy": "same-origin",
}


def private(page: str, status: int = 200) -> Response:
    """A page that only whoever was given its address shall see."""
    response = make_response(page, status)
    response.headers.update(PRIVATE)
    return response
