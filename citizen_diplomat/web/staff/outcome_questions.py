"""Asking a partner whether it happened, and after how many days an outcome is silent."""

import re

from flask import make_response, render_template, request
from flask_babel import gettext
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from citizen_diplomat.accounts.rules import Duty
from citizen_diplomat.foundation.database import transaction
from citizen_diplomat.foundation.numbers import parse_int
from citizen_diplomat.outcomes import happened, trail_settings
from citizen_diplomat.outcomes.happened import NotDone, TooManyAsked
from citizen_diplomat.outcomes.happened_model import OutcomeAnswer
from citizen_diplomat.outcomes.trail import ChangedMeanwhile
from citizen_diplomat.outcomes.trail_queries import steps_of
from citizen_diplomat.proposals.model import Proposal
from citizen_diplomat.web.addresses import is_address
from citizen_diplomat.web.database import db
from citizen_diplomat.web.kept_forms import forget_kept_form, kept_form
from citizen_diplomat.web.links import absolute
from citizen_diplomat.web.outcome import day_of
from citizen_diplomat.web.pages import CONFLICT, LARGEST_VERSION, form_page, found, say, see_other
from citizen_diplomat.web.signin import request_time, signed_in
from citizen_diplomat.web.staff.blueprint import staff
from citizen_diplomat.web.staff.outcome_desk import begun, looked_after_one, not_asked
from citizen_diplomat.web.staff.outcome_form import AskPartnerForm, SilenceForm

ASK_PAGE = "staff/outcomes/ask.html"
SILENCE_PAGE = "staff/outcomes/silence.html"


@staff.page("/outcomes/<number:number>/partners/new", duty=Duty.REVIEW, methods=("GET", "POST"))
def ask_partner(number: int) -> Response:
    """Ask a partner: the link is mailed, or shown in this answer alone."""
    proposal = looked_after_one(number)
    if request.method == "GET":
        form = AskPartnerForm(kept_form() or MultiDict())
        _suggest(form, number)
        return form_page(ASK_PAGE, form, proposal=proposal)
    form = AskPartnerForm()
    if not form.is_right():
        return form_page(ASK_PAGE, form, proposal=proposal)
    asking, token = form.asking(), None
    with transaction(db()):
        try:
            row, token = happened.ask_partner(
                db(),
                begun(proposal),
                asking,
                proposal.title,
                form_key=str(form.form_key.data),
                by=signed_in().id,
                at=request_time(),
                link=lambda secret: _link(asking.language, secret),
                day=lambda moment: day_of(moment).isoformat(),
            )
            forget_kept_form()
        except NotDone:
            form.refuse(
                "organisation", gettext("It is not completed: there is nothing to ask yet.")
            )
        except TooManyAsked:
            form.refuse("organisation", gettext("Nobody else can be asked about it: it is enough."))
    if form.errors:
        return form_page(ASK_PAGE, form, proposal=proposal)
    if token and not row.is_mailed:
        return _shown_once(proposal, row, token)
    if token is None:
        say("note", gettext("This was asked already. A link is shown only once."))
    else:
        say("ok", gettext("Asked. The letter with the link leaves now."))
    return see_other("staff.outcome", number=number)


def _shown_once(proposal: Proposal, row: OutcomeAnswer, token: str) -> Response:
    link = _link(row.language, token)
    return make_response(
        render_template("staff/outcomes/link.html", proposal=proposal, question=row, link=link)
    )


@staff.page(
    "/outcomes/<number:number>/partners/<number:item>/revoke",
    duty=Duty.REVIEW,
    methods=("GET", "POST"),
)
def revoke_question(number: int, item: int) -> Response:
    """Take the link of a partner back, at once; a GET comes back from signing in."""
    looked_after_one(number)
    row = found(happened.one_of(db(), number, item))
    if request.method == "POST":
        with transaction(db()):
            is_revoked = happened.revoke(db(), row, by=signed_in().id, at=request_time())
        if is_revoked:
            say("ok", gettext("The link is revoked. Whoever opens it reads that you took it back."))
        else:
            say("note", gettext("This link had ended already."))
    return see_other("staff.outcome", number=number)


@staff.page("/outcomes/silence", duty=Duty.EDIT_OFFICE, methods=("GET", "POST"))
def outcome_silence() -> Response:
    """Decide after how many days an outcome is silent."""
    if request.method == "GET":
        kept = kept_form()
        return form_page(SILENCE_PAGE, SilenceForm(kept) if kept else _stored())
    form = SilenceForm()
    if not form.is_right():
        return form_page(SILENCE_PAGE, form)
    seen = parse_int(form.version.data or "", lowest=0, highest=LARGEST_VERSION)
    clash = False
    with transaction(db()):
        try:
            by, at, version = signed_in(), request_time(), -1 if seen is None else seen
            trail_settings.change(db(), form.number() or 0, version=version, by=by, at=at)
            forget_kept_form()
        except ChangedMeanwhile:
            clash = True
    if clash:
        stored = _stored()
        form.version.data = stored.version.data
        page = render_template(SILENCE_PAGE, form=form, stored=stored)
        return make_response(page, CONFLICT)
    say("ok", gettext("Saved."))
    return see_other("staff.outcome_silence")


def _stored() -> SilenceForm:
    row = trail_settings.setting(db())
    form = SilenceForm(MultiDict())
    form.days.data = str(trail_settings.silent_after(db()).days)
    form.version.data = str(row.version if row else 0)
    return form


def _suggest(form: AskPartnerForm, number: int) -> None:
    """Fill an empty form with the newest partner of the steps that was not asked yet."""
    left = not_asked(steps_of(db(), number), happened.questions_of(db(), number))
    if form.organisation.data or not left:
        return
    newest = left[-1]
    form.organisation.data = newest.partner
    form.address.data = _address_in(newest.contact)


def _address_in(contact: str) -> str:
    words = re.split(r"[\s,;،؛<>()]+", contact)
    return next((word for word in words if is_address(word)), "")


def _link(language: str, token: str) -> str:
    return absolute(language, "public.happened_question", token=token)
