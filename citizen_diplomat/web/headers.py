"""Headers that every answer carries, the error pages' too (OWASP ASVS 5.0, V3.4, V14.3.2)."""

from flask import Flask, Response, request, session

from citizen_diplomat.web.services import services
from citizen_diplomat.web.signin import account

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        # The theme's arches and stars are data: images within the stylesheet.
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
ALWAYS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
OVER_HTTPS = {"Strict-Transport-Security": "max-age=63072000"}
PUBLIC_SECONDS = 60


def install(app: Flask) -> None:
    """Add the headers to every answer."""
    app.after_request(_protect)
    app.after_request(_say_how_to_cache)


def _protect(response: Response) -> Response:
    for name, value in ALWAYS.items():
        response.headers.setdefault(name, value)
    if services().settings.is_https:
        for name, value in OVER_HTTPS.items():
            response.headers.setdefault(name, value)
    return response


def _say_how_to_cache(response: Response) -> Response:
    """Public pages of visitors without a session may be shared; everything else is private."""
    if "Cache-Control" in response.headers:
        return response
    if is_shareable() and response.status_code == 200 and "Set-Cookie" not in response.headers:
        response.headers["Cache-Control"] = f"public, max-age={PUBLIC_SECONDS}"
        response.vary.update(("Cookie", "Accept-Language"))
        response.add_etag()
        response.make_conditional(request)
        return response
    response.headers["Cache-Control"] = "no-store"
    response.vary.add("Cookie")
    return response


def is_shareable() -> bool:
    """Whether this is a public page for a visitor without a session, so no cookie may be set.

    A session that has just been emptied is still one: this page shows the message that it held.
    """
    return (
        request.method in {"GET", "HEAD"}
        and request.blueprint == "public"
        and not session
        and not session.modified
        and account() is None
    )
