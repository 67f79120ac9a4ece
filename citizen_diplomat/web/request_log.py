"""One line a request, with an id that error pages show."""

import logging
import sys
from time import perf_counter
from uuid import uuid4

from flask import Flask, Response, g, request

logger = logging.getLogger("citizen_diplomat.requests")
QUIET = ("/healthz", "/readyz", "/static/")
SECRET_AFTER = (
    *("/verify/", "/reset/", "/invitation/", "/unsubscribe/", "/opinion/", "/asked/", "/feeds/"),
    *("/happened/", "/sanction/", "/address/new/", "/address/refuse/"),
)
"""In mailed links the secret stands behind these."""


def install(app: Flask) -> None:
    """Number every request and write its line when it has been answered."""
    root = logging.getLogger("citizen_diplomat")
    root.setLevel(logging.INFO)
    if not root.handlers:
        handler = logging.StreamHandler(sys.stderr)
        handler.setFormatter(
            logging.Formatter("%(asctime)s %(levelname)s %(message)s", "%Y-%m-%dT%H:%M:%S%z")
        )
        root.addHandler(handler)
    app.before_request(_begin)
    app.after_request(_end)


def _begin() -> None:
    g.request_id = uuid4().hex[:12]
    g.began = perf_counter()


def _end(response: Response) -> Response:
    response.headers["X-Request-ID"] = g.get("request_id", "")
    if not request.path.startswith(QUIET):
        logger.info(
            "%s %s %s %d %.0fms account=%s",
            g.get("request_id", "-"),
            request.method,
            shown_path(),
            response.status_code,
            1000 * (perf_counter() - g.get("began", perf_counter())),
            # Only who is known already: asking the database again may be what failed.
            g.get("account_id", "-"),
        )
    return response


def shown_path() -> str:
    """The path of this request as a log may hold it: a visitor's text, and no secret."""
    path = request.path
    for part in SECRET_AFTER:
        if part in path:
            path = path.partition(part)[0] + part + "..."
    return path.encode("unicode_escape").decode()[:200]
