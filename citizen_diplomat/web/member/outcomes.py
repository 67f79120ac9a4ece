"""What members do about outcomes: the author says whether it happened, a helper notes hours."""

from flask import render_template, request
from flask_babel import gettext
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from citizen_diplomat.foundation.database import transaction
from citizen_diplomat.outcomes import happened, hours, queries
from citizen_diplomat.outcomes.happened import LinkOver
from citizen_diplomat.outcomes.hours import NoHelper
from citizen_diplomat.outcomes.model import HelpOffer
from citizen_diplomat.outcomes.rules import OfferState
from citizen_diplomat.outcomes.trail_queries import steps_of
from citizen_diplomat.outcomes.trail_rules import AnswerLink
from citizen_diplomat.web.addresses import typed
from citizen_diplomat.web.database import db
from citizen_diplomat.web.hours_form import HoursForm
from citizen_diplomat.web.kept_forms import forget_kept_form, kept_form
from citizen_diplomat.web.member.blueprint import member
from citizen_diplomat.web.outcome import HappenedForm, shown_step
from citizen_diplomat.web.outcome_words import SAID
from citizen_diplomat.web.pages import form_page, found, say, see_other
from citizen_diplomat.web.signin import request_time, signed_in


@member.route("/me/proposals/<number:number>/outcome", methods=["GET", "POST"])
def happened_to_mine(number: int) -> str | Response:
    """Ask the author whether it happened; POST keeps the one answer, which everybody reads."""
    row = found(happened.of_author(db(), number, signed_in().id))
    link = row.link(at=request_time())
    if link is not AnswerLink.OPEN:
        return render_template("member/outcomes/answered.html", row=row, link=link, said=SAID)
    form = HappenedForm(kept_form()) if request.method == "GET" else HappenedForm()
    steps = [shown_step(step) for step in steps_of(db(), number)]
    if request.method == "GET" or not form.is_right():
        return form_page("member/outcomes/happened.html", form, row=row, steps=steps)
    by = signed_in().id
    try:
        with transaction(db()):
            happened.answer(db(), row, form.said(), typed(form.words), by=by, at=request_time())
            forget_kept_form()
    except LinkOver:
        return see_other("member.happened_to_mine", number=number)
    say("ok", gettext("Thank you. Your answer stands on the page of the proposal now."))
    return see_other("public.proposal", number=number)


@member.route("/me/help/<number:number>/hours", methods=["GET", "POST"])
def my_hours(number: int) -> Response:
    """Let a helper note the hours that they gave."""
    offer = _offer(number)
    if request.method == "GET":
        kept = kept_form() or MultiDict()
        return _hours_page(offer, HoursForm(kept, number=offer.proposal_number))
    form = HoursForm(number=offer.proposal_number)
    if not form.is_right():
        return _hours_page(offer, form)
    by = signed_in().id
    with transaction(db()):
        try:
            key = str(form.form_key.data)
            hours.note(db(), offer, form.given(), form_key=key, by=by, at=request_time())
            forget_kept_form()
        except NoHelper:
            form.refuse("hours", gettext("You do not help with this proposal now."))
    if form.errors:
        return _hours_page(offer, form)
    say("ok", gettext("Thank you. The hours are noted."))
    return see_other("member.my_hours", number=number)


@member.route("/me/help/<number:number>/hours/<number:item>/strike", methods=["GET", "POST"])
def strike_my_hours(number: int, item: int) -> Response:
    """Take a note of one's own back; a GET comes back from signing in."""
    offer = _offer(number)
    row = found(hours.one_of(db(), offer.proposal_number, item, helper=signed_in()))
    if request.method == "POST":
        with transaction(db()):
            hours.strike(db(), row, by=signed_in().id, at=request_time())
        say("ok", gettext("The note is taken back."))
    return see_other("member.my_hours", number=number)


def _offer(number: int) -> HelpOffer:
    offer = found(queries.offer_by(db(), signed_in().id, number))
    return found(offer if offer.state == OfferState.ACCEPTED else None)


def _hours_page(offer: HelpOffer, form: HoursForm) -> Response:
    notes = hours.notes_by(db(), offer.proposal_number, signed_in().id)
    total = sum(row.hours for row in notes)
    return form_page("member/outcomes/hours.html", form, offer=offer, notes=notes, total=total)
