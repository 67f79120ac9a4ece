"""A page in the reader's language for everything that can go wrong, with a way on."""

import logging
from contextlib import suppress
from pathlib import Path

from flask import Flask, Response, g, make_response, render_template, request
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException, SecurityError
from werkzeug.wrappers import Response as AnyResponse

from citizen_diplomat.foundation.storage import StorageAway
from citizen_diplomat.web.assets import AssetError
from citizen_diplomat.web.database import SAFE_METHODS
from citizen_diplomat.web.filters import page_url
from citizen_diplomat.web.kept_forms import by_script, is_from_here, keep_posted_form
from citizen_diplomat.web.redirects import page_of_form
from citizen_diplomat.web.request_log import shown_path
from citizen_diplomat.web.services import services
from citizen_diplomat.web.signin import account
from citizen_diplomat.web.throttle import seconds_to_wait

OWN_PAGE = frozenset({400, 403, 404, 405, 409, 410, 413, 429, 503})
WRITTEN_BEFORE_SIGN_IN = frozenset({"public.begin", "public.kept_text"})
RETRY_SECONDS = 30
STYLESHEETS = ("bootstrap.rtl.min.css", "theme.css")
logger = logging.getLogger("citizen_diplomat")


def install(app: Flask) -> None:
    """Register the handlers."""
    app.register_error_handler(CSRFError, _form_expired)
    app.register_error_handler(SecurityError, _foreign_host)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(StaleDataError, lambda _error: error_page(409))
    app.register_error_handler(OperationalError, _database_away)
    app.register_error_handler(StorageAway, _storage_away)
    app.register_error_handler(Exception, _crash)


def error_page(status: int, *, template: str | None = None, **context: object) -> Response:
    """The page for a status code, in the reader's language."""
    name = template or str(status if status in OWN_PAGE else 400)
    g.pop("icons", None)
    return make_response(render_template(f"errors/{name}.html", status=status, **context), status)


def link_expired() -> Response:
    """The page for a mailed link that is used, too old, or was never ours (410 Gone)."""
    return error_page(410, template="link_expired")


def _form_expired(_error: CSRFError) -> Response:
    if by_script():
        return Response("{}", 400, mimetype="application/json")
    guarded = request.blueprint in {"member", "staff"} and request.method not in SAFE_METHODS
    signed_out = guarded and account() is None and is_from_here()
    if signed_out:
        keep_posted_form()
    onward = page_of_form() if signed_out else None
    waits_at = page_url("public.begin") if _keeps_for_visitor() else None
    return error_page(400, template="form_expired", onward=onward, waits_at=waits_at)


def _keeps_for_visitor() -> bool:
    """Keep what was written before a sign-in, for the form of whoever goes on with it."""
    is_theirs = request.endpoint in WRITTEN_BEFORE_SIGN_IN and is_from_here()
    # For who has signed in nothing is written without a token, unless the browser vouches for us.
    if account() is not None and request.headers.get("Sec-Fetch-Site") != "same-origin":
        return False
    return is_theirs and keep_posted_form(page_url("member.write"))


def _foreign_host(_error: SecurityError) -> Response:
    """Somebody asked us under another site's name: no page of ours may be built with it."""
    return Response("400 Bad Request\n", 400, mimetype="text/plain")


def _http_error(error: HTTPException) -> AnyResponse:
    if error.code is None or error.code < 400:
        return error.get_response()
    if error.code >= 500 and error.code not in OWN_PAGE:
        return _crash(error)
    wait = seconds_to_wait() if error.code == 429 else None
    response = error_page(error.code, retry_after=wait)
    if wait is not None:
        response.headers["Retry-After"] = str(wait)
    for name, value in error.get_headers():
        if name in {"Allow", "Retry-After"}:
            response.headers[name] = value
    return response


def _database_away(error: DBAPIError) -> Response:
    """The database is locked or unreachable for the moment: come back soon."""
    logger.exception("database away: %s", type(error.orig).__name__)
    response = _static_page(503)
    response.headers["Retry-After"] = str(RETRY_SECONDS)
    return response


def _storage_away(error: StorageAway) -> Response:
    """The folder or bucket of files does not answer: the pages do, files come back soon."""
    logger.error("storage away: %s", error)
    response = error_page(503)
    response.headers["Retry-After"] = str(RETRY_SECONDS)
    return response


def _crash(error: Exception) -> Response:
    """Something nobody foresaw: the log has it all, the reader gets a static page and an id."""
    logger.error("crash in %s", shown_path(), exc_info=error)
    return _static_page(500)


def _static_page(status: int) -> Response:
    """A page that needs no database, sign-in or translation: those may be what failed."""
    path: Path = services().templates / "errors" / "500.html"
    page = path.read_text("utf-8").replace("@@request_id@@", str(g.get("request_id", "")))
    for name in STYLESHEETS:
        with suppress(AssetError):
            page = page.replace(f"@@{name}@@", services().assets.url(name))
    return Response(page, status, mimetype="text/html")
