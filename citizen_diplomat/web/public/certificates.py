"""Verifying a certificate of service: whoever was handed its number reads whether it is good.

The pages name people: no search engine and no cache keeps them, and nobody may try many numbers.
"""

from flask import make_response, render_template
from werkzeug.wrappers import Response

from citizen_diplomat.outcomes.certificate_rules import Standing, read_code, shown_code
from citizen_diplomat.outcomes.certificates import verified
from citizen_diplomat.web.certificate_words import REASONS, SERVICES, seal_key
from citizen_diplomat.web.database import db
from citizen_diplomat.web.pages import query_text, see_other
from citizen_diplomat.web.public.blueprint import public
from citizen_diplomat.web.throttle import PER_ADDRESS, limiter

NOT_FOUND = 404
MOST_TYPED = 40


@public.get("/certificates")
def certificates() -> Response:
    """Ask for the number of a certificate; what was typed leads to its page."""
    typed = query_text("code", longest=MOST_TYPED)
    code = read_code(typed)
    if code is not None:
        return see_other("public.certificate", code=shown_code(code))
    return make_response(
        render_template("public/certificates/ask.html", typed=typed, is_slip=bool(typed))
    )


@public.get("/certificates/<code>")
@limiter.limit(PER_ADDRESS, methods=["GET", "HEAD"])
def certificate(code: str) -> Response:
    """Say whether the office issued this certificate, what it says, and whether it is good."""
    row = verified(db(), code[:MOST_TYPED])
    if row is None:
        is_slip = read_code(code[:MOST_TYPED]) is None
        page = render_template(
            "public/certificates/ask.html", typed="", is_slip=is_slip, is_unknown=not is_slip
        )
        return _private(make_response(page, NOT_FOUND))
    standing = row.standing(seal_key())
    page = render_template(
        "public/certificates/certificate.html",
        row=row,
        standing=standing,
        is_altered=standing is Standing.ALTERED,
        services=SERVICES,
        reasons=REASONS,
    )
    return _private(make_response(page))


def _private(answer: Response) -> Response:
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    return answer
