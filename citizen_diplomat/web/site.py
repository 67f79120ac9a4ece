"""Addresses without a language: the entrance, the display theme, and signs of health."""

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from citizen_diplomat.web.filters import THEMES
from citizen_diplomat.web.health import first_failing_part
from citizen_diplomat.web.languages import preferred
from citizen_diplomat.web.redirects import safe_path
from citizen_diplomat.web.services import services

blueprint = Blueprint("site", __name__)
THEME_SECONDS = 365 * 24 * 3600


@blueprint.get("/")
def root() -> Response:
    """Send visitors to the home page in their language."""
    response = redirect(url_for("public.home", lang=preferred()), 302)
    response.vary.update(("Cookie", "Accept-Language"))
    return response


@blueprint.get("/theme")
def theme() -> Response:
    """Remember light, dark or automatic display, and go back to where the visitor was."""
    response = redirect(
        safe_path(request.args.get("next")) or url_for("public.home", lang=preferred()), 303
    )
    chosen = request.args.get("theme", "")
    if chosen in THEMES:
        response.set_cookie(
            "theme",
            chosen,
            max_age=THEME_SECONDS,
            secure=services().settings.is_https,
            httponly=True,
            samesite="Lax",
        )
    return response


@blueprint.get("/healthz")
def healthz() -> Response:
    """Say that the process lives."""
    return Response("ok\n", mimetype="text/plain")


@blueprint.get("/readyz")
def readyz() -> Response:
    """Say whether pages can be served, or which part fails."""
    failing = first_failing_part()
    if failing:
        return Response(f"{failing} fails\n", 503, mimetype="text/plain")
    return Response("ready\n", mimetype="text/plain")
