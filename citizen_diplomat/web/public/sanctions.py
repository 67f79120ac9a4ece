"""The statement of a sanction, by the link of its letter: to read, print, appeal, take data along.

A GET only shows it: mail scanners follow every link. The signed token in the address proves that
somebody reads the member's mail; their data are handed out for the passphrase alone.
"""

from typing import Any

from flask import make_response, request
from flask_babel import gettext, lazy_gettext
from werkzeug.wrappers import Response

from citizen_diplomat.accounts.sanction_rules import APPEAL_LENGTH
from citizen_diplomat.accounts.sanctions import Sanction, sanction_of_number
from citizen_diplomat.foundation.database import transaction
from citizen_diplomat.foundation.tokens import digest
from citizen_diplomat.moderation import sanction_appeals
from citizen_diplomat.moderation.sanction_appeals import NotOpenToAppeal
from citizen_diplomat.web import passphrases
from citizen_diplomat.web.addresses import typed
from citizen_diplomat.web.data_file import data_file
from citizen_diplomat.web.database import db, reading
from citizen_diplomat.web.forms import BaseForm, paragraphs
from citizen_diplomat.web.mailed_links import dead_link
from citizen_diplomat.web.pages import form_page, say, see_other
from citizen_diplomat.web.public.blueprint import public
from citizen_diplomat.web.sanction_letters import read_token
from citizen_diplomat.web.sanction_words import shown
from citizen_diplomat.web.signin import request_time
from citizen_diplomat.web.throttle import PER_ACCOUNT, limiter, throttled_by_address

PAGE = "public/sanctions/sanction.html"


class AppealForm(BaseForm):
    text = paragraphs(
        lazy_gettext("What was overlooked?"),
        longest=APPEAL_LENGTH,
        required=lazy_gettext("Write what was overlooked, or why it should not stand."),
    )


class DataForm(BaseForm):
    password = passphrases.passphrase_field(
        lazy_gettext("Passphrase"), lazy_gettext("Write your passphrase.")
    )


@public.get("/sanction/<token>")
def sanction(token: str) -> Response:
    """Show what was imposed, why, until when, and how to appeal."""
    row = _of(token)
    return dead_link("public.login", gettext("Sign in")) if row is None else _page(row, token)


@public.post("/sanction/<token>")
@throttled_by_address
def appeal_sanction(token: str) -> Response:
    """Keep an appeal, which somebody else than who imposed it decides on."""
    row = _of(token)
    if row is None:
        return dead_link("public.login", gettext("Sign in"))
    form = AppealForm()
    if not form.validate():
        return _page(row, token, appeal_form=form)
    with transaction(db()):
        try:
            sanction_appeals.appeal(db(), row, typed(form.text), at=request_time())
        except NotOpenToAppeal:
            say("warn", gettext("This can no longer be appealed. What is known of it stands here."))
            return see_other("public.sanction", token=token)
    say("ok", gettext("Your appeal has arrived. Somebody else looks at it, and you are told why."))
    return see_other("public.sanction", token=token)


@public.get("/sanction/<token>/data")
def sanction_data_page(token: str) -> Response:
    """Lead back to the page that the download stands on."""
    return see_other("public.sanction", token=token, _anchor="data")


@public.post("/sanction/<token>/data")
@throttled_by_address
@limiter.limit(PER_ACCOUNT, key_func=lambda: f"sanction:{_reader()}", methods=["POST"])
def sanction_data(token: str) -> Response:
    """Hand out all that is kept about this person, for their passphrase (GDPR art. 15)."""
    with reading() as lookup:
        row = _of(token, session=lookup)
    if row is None:
        return dead_link("public.login", gettext("Sign in"))
    form, person = DataForm(), row.account
    if form.validate() and passphrases.fits(person, typed(form.password)):
        return data_file(person, at=request_time())
    if not form.errors:
        form.refuse("password", gettext("This is not your present passphrase."))
    return _page(row, token, data_form=form)


def _of(token: str, *, session: Any = None) -> Sanction | None:
    """The sanction that a link is for, while its account is not closed by its owner."""
    claim = read_token(token)
    row = sanction_of_number(session or db(), claim[0]) if claim else None
    if row is None or claim is None or row.account_id != claim[1] or not row.account.is_open:
        return None
    return row


def _reader() -> str:
    """Whose passphrase is tried: the same for all links of one account."""
    claim = read_token(str((request.view_args or {}).get("token", "")))
    return str(claim[1]) if claim else digest("nobody")


def _page(
    row: Sanction,
    token: str,
    *,
    appeal_form: AppealForm | None = None,
    data_form: DataForm | None = None,
) -> Response:
    appeal = sanction_appeals.appeal_of(db(), row.id)
    wrong = appeal_form or data_form
    page = form_page(
        PAGE,
        wrong or AppealForm(formdata=None),
        token=token,
        appeal_form=appeal_form or AppealForm(formdata=None),
        data_form=data_form or DataForm(formdata=None),
        **shown(row, appeal),
    )
    answer = make_response(page)
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer
