"""The steps of an outcome, and the hours of its helpers, written down by staff."""

from flask import make_response, render_template, request
from flask_babel import gettext
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from citizen_diplomat.accounts.rules import Duty
from citizen_diplomat.foundation.database import transaction
from citizen_diplomat.foundation.numbers import parse_int
from citizen_diplomat.outcomes import hours, trail
from citizen_diplomat.outcomes.hours import NoHelper
from citizen_diplomat.outcomes.queries import offer_for
from citizen_diplomat.outcomes.trail import ChangedMeanwhile, Ended, TooMany
from citizen_diplomat.outcomes.trail_model import OutcomeStep
from citizen_diplomat.outcomes.trail_queries import step_of
from citizen_diplomat.proposals.model import Proposal
from citizen_diplomat.web.database import db
from citizen_diplomat.web.hours_form import HoursForm
from citizen_diplomat.web.kept_forms import forget_kept_form, kept_form
from citizen_diplomat.web.outcome import today
from citizen_diplomat.web.pages import CONFLICT, LARGEST_NUMBER, form_page, found, say, see_other
from citizen_diplomat.web.signin import request_time, signed_in
from citizen_diplomat.web.staff.blueprint import staff
from citizen_diplomat.web.staff.outcome_desk import (
    begun,
    looked_after_one,
    outcome_page,
    people_for,
    seen_version,
)
from citizen_diplomat.web.staff.outcome_form import StepForm, step_form

PAGE = "staff/outcomes/step.html"


@staff.page("/outcomes/<number:number>/steps/new", duty=Duty.REVIEW, methods=("GET", "POST"))
def new_step(number: int) -> Response:
    """Write a step down that was taken, or is planned."""
    proposal, people = looked_after_one(number), people_for(number)
    if request.method == "GET":
        kept = kept_form()
        form = StepForm(kept or MultiDict({"owner": str(signed_in().id)}), people=people)
        return form_page(PAGE, form, proposal=proposal, step=None)
    form = StepForm(people=people)
    if not form.is_right():
        return form_page(PAGE, form, proposal=proposal, step=None)
    who, at = signed_in().id, request_time()
    with transaction(db()):
        row = begun(proposal)
        try:
            key = str(form.form_key.data)
            trail.add_step(db(), row, form.draft(), form_key=key, by=who, at=at)
            forget_kept_form()
        except Ended:
            form.refuse("kind", gettext("It has ended. Take it up again first."))
        except TooMany:
            form.refuse("kind", gettext("It has as many steps as a page can hold."))
    if form.errors:
        return form_page(PAGE, form, proposal=proposal, step=None)
    say("ok", gettext("The step is written down."))
    return see_other("staff.outcome", number=number)


@staff.page(
    "/outcomes/<number:number>/steps/<number:item>", duty=Duty.REVIEW, methods=("GET", "POST")
)
def edit_step(number: int, item: int) -> Response:
    """Change a step."""
    proposal, people = looked_after_one(number), people_for(number)
    row = found(step_of(db(), number, item))
    if request.method == "GET":
        kept = kept_form()
        form = StepForm(kept, people=people) if kept else step_form(row, people)
        return form_page(PAGE, form, proposal=proposal, step=row)
    form = StepForm(people=people)
    if not form.is_right():
        return form_page(PAGE, form, proposal=proposal, step=row)
    who, at, refused = signed_in().id, request_time(), None
    with transaction(db()):
        of = begun(proposal)
        try:
            seen = seen_version(form.version)
            trail.change_step(db(), of, row, form.draft(), version=seen, by=who, at=at)
            forget_kept_form()
        except ChangedMeanwhile as error:
            refused = error
    if refused:
        return _clash(proposal, row, form)
    say("ok", gettext("The step is saved."))
    return see_other("staff.outcome", number=number)


@staff.page(
    "/outcomes/<number:number>/steps/<number:item>/done",
    duty=Duty.REVIEW,
    methods=("GET", "POST"),
)
def finish_step(number: int, item: int) -> Response:
    """Say that a planned step was done today; a GET comes back from signing in."""
    proposal = looked_after_one(number)
    row = found(step_of(db(), number, item))
    if request.method == "POST":
        who, at = signed_in().id, request_time()
        with transaction(db()):
            trail.finish_step(db(), begun(proposal), row, on=today(), by=who, at=at)
        say("ok", gettext("The step is done."))
    return see_other("staff.outcome", number=number)


@staff.page("/outcomes/<number:number>/hours", duty=Duty.REVIEW, methods=("GET", "POST"))
def note_hours(number: int) -> Response:
    """Note hours of a helper; a GET comes back from signing in."""
    proposal = looked_after_one(number)
    if request.method == "GET":
        return outcome_page(proposal, hours_form=HoursForm(kept_form(), number=number))
    chosen = parse_int(request.form.get("offer", ""), lowest=1, highest=LARGEST_NUMBER)
    offer = found(offer_for(db(), number, chosen or 0))
    form = HoursForm(number=number)
    if not form.is_right():
        return outcome_page(proposal, hours_form=form)
    who, at = signed_in().id, request_time()
    with transaction(db()):
        try:
            hours.note(db(), offer, form.given(), form_key=str(form.form_key.data), by=who, at=at)
            forget_kept_form()
        except NoHelper:
            form.refuse("hours", gettext("This member does not help with it any more."))
    if form.errors:
        return outcome_page(proposal, hours_form=form)
    say("ok", gettext("The hours are noted."))
    return see_other("staff.outcome", number=number)


@staff.page(
    "/outcomes/<number:number>/hours/<number:item>/strike",
    duty=Duty.REVIEW,
    methods=("GET", "POST"),
)
def strike_hours(number: int, item: int) -> Response:
    """Take noted hours back; a GET comes back from signing in."""
    looked_after_one(number)
    if request.method == "POST":
        row = found(hours.one_of(db(), number, item))
        with transaction(db()):
            hours.strike(db(), row, by=signed_in().id, at=request_time())
        say("ok", gettext("The note is taken back."))
    return see_other("staff.outcome", number=number)


def _clash(proposal: Proposal, row: OutcomeStep, form: StepForm) -> Response:
    """Show what was typed beside what a colleague stored; saving again replaces that."""
    form.version.data = str(row.version)
    stored = step_form(row, people_for(proposal.number))
    page = render_template(PAGE, form=form, proposal=proposal, step=row, stored=stored)
    return make_response(page, CONFLICT)
