"""Meetings and festivals, for coordinators: written, published, changed, cancelled."""

from flask import make_response, render_template, request
from flask_babel import gettext, lazy_gettext
from werkzeug.wrappers import Response

from citizen_diplomat.accounts.rules import Duty
from citizen_diplomat.events import actions, queries
from citizen_diplomat.events.actions import MovedTooLate, TooFewSeats
from citizen_diplomat.events.model import Event
from citizen_diplomat.events.rules import REASON_LENGTH, Phase
from citizen_diplomat.foundation.database import transaction
from citizen_diplomat.foundation.paging import Cursor
from citizen_diplomat.foundation.publishing import ChangedMeanwhile, Incomplete
from citizen_diplomat.web.database import db
from citizen_diplomat.web.event_letters import letters
from citizen_diplomat.web.forms import BaseForm, paragraphs
from citizen_diplomat.web.kept_forms import forget_kept_form, kept_form
from citizen_diplomat.web.pages import CONFLICT, form_page, found, say, see_other
from citizen_diplomat.web.signin import request_time, signed_in
from citizen_diplomat.web.staff.blueprint import staff
from citizen_diplomat.web.staff.event_form import EventForm, form_of
from citizen_diplomat.web.staff.event_plan import planned_form
from citizen_diplomat.web.staff.publishing import attempt, version_seen

PAGE = "staff/events/edit.html"


class CancelForm(BaseForm):
    """Why an event is called off, for those who registered."""

    reason_fa = paragraphs(lazy_gettext("Reason in Persian"), longest=REASON_LENGTH)
    reason_en = paragraphs(lazy_gettext("Reason in English"), longest=REASON_LENGTH)


@staff.page("/events", duty=Duty.EDIT_EVENTS)
def events() -> str:
    """List every event, the newest first, with its seats and who waits."""
    page = queries.all_events(db(), after=Cursor.decode(request.args.get("after"), int))
    waiting = queries.waiting_counts(db(), [row.number for row in page])
    return render_template(
        "staff/events/events.html", events=page, waiting=waiting, at=request_time()
    )


@staff.page("/events/new", duty=Duty.EDIT_EVENTS, methods=("GET", "POST"))
def new_event() -> Response:
    """Write an event, which only coordinators see until it is published."""
    if request.method == "GET":
        kept, planned = kept_form(), planned_form(request.args, at=request_time())
        return form_page(PAGE, EventForm(kept) if kept else planned, event=None)
    form = EventForm()
    if not form.is_right():
        return form_page(PAGE, form, event=None)
    with transaction(db()):
        row = actions.write(db(), form.details(), by=signed_in(), at=request_time())
        forget_kept_form()
    say("ok", gettext("The event is saved. Nobody else sees it until it is published."))
    return see_other("staff.event", number=row.number)


@staff.page("/events/<number:number>", duty=Duty.EDIT_EVENTS)
def event(number: int) -> str:
    """Show an event with what it lacks and what can be done with it."""
    row, at = found(queries.find(db(), number)), request_time()
    form = form_of(row.details, row.version)
    phase = row.phase(at)
    missing = actions.lacks_to_publish(row, at=at) if phase is Phase.DRAFT else ()
    return render_template(
        "staff/events/event.html",
        event=row,
        phase=phase,
        waiting=queries.waiting_counts(db(), [number])[number],
        missing=[str(form[name].label.text) for name in missing],
        minutes=queries.minutes_of(db(), number),
        items=queries.action_items_of(db(), number),
    )


@staff.page("/events/<number:number>/edit", duty=Duty.EDIT_EVENTS, methods=("GET", "POST"))
def edit_event(number: int) -> Response:
    """Change an event; whoever registered hears when time or place changed."""
    posted = request.method == "POST"
    row = found(queries.find(db(), number, to_change=posted))
    if row.cancelled_at is not None:
        return see_other("staff.event", number=number)
    if posted:
        return _save(row)
    kept = kept_form()
    form = EventForm(kept) if kept else form_of(row.details, row.version)
    return form_page(PAGE, form, event=row)


@staff.page("/events/<number:number>/publish", duty=Duty.EDIT_EVENTS, methods=("GET", "POST"))
def publish_event(number: int) -> str | Response:
    """Ask whether to publish an event; POST does it."""
    posted = request.method == "POST"
    row = found(queries.find(db(), number, to_change=posted))
    if row.phase(request_time()) is not Phase.DRAFT:
        return see_other("staff.event", number=number)
    if actions.lacks_to_publish(row, at=request_time()):
        say("warn", gettext("It cannot be published yet. What it lacks stands below."))
        return see_other("staff.event", number=number)
    if not posted:
        return render_template("staff/events/publish.html", event=row)
    with transaction(db()):
        actions.publish(db(), row, by=signed_in(), at=request_time())
    say("ok", gettext("The event is published."))
    return see_other("staff.event", number=number)


@staff.page("/events/<number:number>/cancel", duty=Duty.EDIT_EVENTS, methods=("GET", "POST"))
def cancel_event(number: int) -> Response:
    """Ask why an event is called off; POST does it and tells whoever registered."""
    posted = request.method == "POST"
    row = found(queries.find(db(), number, to_change=posted))
    if row.phase(request_time()) in {Phase.CANCELLED, Phase.OVER}:
        return see_other("staff.event", number=number)
    form = CancelForm(kept_form()) if not posted else CancelForm()
    if not posted or not form.validate():
        return form_page("staff/events/cancel.html", form, event=row)
    with transaction(db()):
        actions.cancel(
            db(),
            row,
            reason_fa=form.reason_fa.data or "",
            reason_en=form.reason_en.data or "",
            by=signed_in(),
            letters=letters(),
            at=request_time(),
        )
        forget_kept_form()
    say("ok", gettext("The event is cancelled. Whoever registered is told why."))
    return see_other("staff.event", number=number)


def _save(row: Event) -> Response:
    form = EventForm()
    if not form.is_right():
        return form_page(PAGE, form, event=row)
    seen, by, at = version_seen(form.version), signed_in(), request_time()
    problem = attempt(
        lambda: actions.change(
            db(), row, form.details(), version=seen, by=by, letters=letters(), at=at
        )
    )
    if isinstance(problem, ChangedMeanwhile):
        return _clash(row, form)
    if isinstance(problem, Incomplete):
        _refuse(form, problem)
        return form_page(PAGE, form, event=row)
    say("ok", gettext("The event is saved."))
    return see_other("staff.event", number=row.number)


def _clash(row: Event, form: EventForm) -> Response:
    """Show what was typed beside what a colleague stored; saving again replaces that."""
    form.version.data = str(row.version)
    page = render_template(PAGE, form=form, event=row, stored=form_of(row.details, row.version))
    return make_response(page, CONFLICT)


def _refuse(form: EventForm, problem: Incomplete) -> None:
    if isinstance(problem, MovedTooLate):
        word = gettext("What has passed is not moved any more, and nothing into the past.")
    elif isinstance(problem, TooFewSeats):
        word = gettext("More seats are taken already.")
    else:
        word = gettext("A published event needs this, in both languages.")
    for name in problem.fields:
        form.refuse(name, word)
