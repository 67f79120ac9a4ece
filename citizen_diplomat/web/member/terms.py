"""The terms of membership once more: what was changed, and whether somebody agrees to it."""

from flask import make_response, redirect, render_template, request
from flask_babel import gettext
from werkzeug.wrappers import Response

from citizen_diplomat.accounts.consents import give_consent
from citizen_diplomat.accounts.rules import ConsentPurpose, terms_version
from citizen_diplomat.foundation.database import transaction
from citizen_diplomat.foundation.numbers import parse_int
from citizen_diplomat.pages import queries
from citizen_diplomat.pages.rules import Answer, Slug
from citizen_diplomat.web.database import db
from citizen_diplomat.web.filters import page_url
from citizen_diplomat.web.forms import BaseForm
from citizen_diplomat.web.member.blueprint import member
from citizen_diplomat.web.page_texts import compared_texts, page_body
from citizen_diplomat.web.pages import CONFLICT, LARGEST_VERSION, say
from citizen_diplomat.web.redirects import safe_path
from citizen_diplomat.web.signin import request_time, signed_in
from citizen_diplomat.web.terms import answer, answers


class TermsForm(BaseForm):
    """Nothing but its two buttons."""


@member.get("/me/terms")
def terms() -> Response:
    """Show what was changed since the edition that the reader agreed to, and the whole text."""
    return _page(request.args.get("next"))


@member.post("/me/terms")
def answer_terms() -> Response:
    """Keep a yes or a no to the edition that was read; what was typed before goes on from there."""
    onward = safe_path(request.form.get("next"))
    number = queries.number_in_force(db(), Slug.TERMS, at=request_time())
    seen = parse_int(request.form.get("edition", ""), lowest=1, highest=LARGEST_VERSION)
    if seen != number:
        page = _page(onward)
        page.status_code = CONFLICT
        return page
    agrees = request.form.get("answer") == "agree"
    if answer() is not Answer.AGREED:
        _keep(number, agrees=agrees)
    if agrees:
        say("ok", gettext("Thank you. You have agreed to the terms as they are now."))
    else:
        say("note", gettext("You can read on, take your data along and close your account."))
    return redirect(onward or page_url("member.dashboard"), 303)


def _keep(number: int, *, agrees: bool) -> None:
    with transaction(db()):
        give_consent(
            db(),
            signed_in(),
            ConsentPurpose.TERMS,
            source="terms",
            at=request_time(),
            given=agrees,
            text_version=terms_version(number),
        )


def _page(onward: str | None) -> Response:
    at = request_time()
    edition = queries.shown(db(), Slug.TERMS, at=at)
    agreed = answers().agreed
    before = queries.edition(db(), Slug.TERMS, agreed) if edition and agreed else None
    page = render_template(
        "member/terms/terms.html",
        form=TermsForm(),
        onward=safe_path(onward),
        has_agreed=answer() is Answer.AGREED,
        is_asked_again=answer() is Answer.NOT_YET,
        edition=edition,
        number=edition.number if edition else 1,
        changes=queries.in_force_since(db(), Slug.TERMS, max(agreed, 1), at=at),
        comparison=compared_texts(before.text, edition.text) if before and edition else None,
        body=page_body(queries.text_of(edition, Slug.TERMS)),
        coming=queries.coming(db(), Slug.TERMS, at=at),
    )
    return make_response(page)
