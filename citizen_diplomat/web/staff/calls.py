"""Calls for solutions, for coordinators: written, published, changed, withdrawn."""

from flask import make_response, render_template, request
from flask_babel import gettext
from werkzeug.wrappers import Response

from citizen_diplomat.accounts.rules import Duty
from citizen_diplomat.calls import actions, queries
from citizen_diplomat.calls.actions import MovedTooLate
from citizen_diplomat.calls.model import Call
from citizen_diplomat.calls.rules import Phase
from citizen_diplomat.foundation.database import transaction
from citizen_diplomat.foundation.paging import Cursor
from citizen_diplomat.foundation.publishing import ChangedMeanwhile, Incomplete
from citizen_diplomat.proposals.answering import counts_of
from citizen_diplomat.proposals.questions import all_questions
from citizen_diplomat.web.call_words import ANSWERERS, PHASES, call_title, steps_of
from citizen_diplomat.web.database import db
from citizen_diplomat.web.kept_forms import forget_kept_form, kept_form
from citizen_diplomat.web.pages import CONFLICT, form_page, found, say, see_other
from citizen_diplomat.web.signin import request_time, signed_in
from citizen_diplomat.web.staff.blueprint import staff
from citizen_diplomat.web.staff.call_form import CallForm, form_of
from citizen_diplomat.web.staff.publishing import attempt, version_seen
from citizen_diplomat.web.staff.question_form import KINDS

PAGE = "staff/calls/edit.html"


@staff.page("/calls", duty=Duty.EDIT_CALLS)
def calls() -> str:
    """List every call, the newest first, with where it stands and how many answered."""
    page = queries.all_calls(db(), after=Cursor.decode(request.args.get("after"), int))
    return render_template(
        "staff/calls/calls.html",
        calls=page,
        counts=counts_of(db(), [row.number for row in page]),
        phases=PHASES,
        title_of=call_title,
        at=request_time(),
    )


@staff.page("/calls/new", duty=Duty.EDIT_CALLS, methods=("GET", "POST"))
def new_call() -> Response:
    """Write a call, which only coordinators see until it is published."""
    if request.method == "GET":
        return form_page(PAGE, CallForm(kept_form()), call=None)
    form = CallForm()
    if not form.is_right():
        return form_page(PAGE, form, call=None)
    with transaction(db()):
        row = actions.write(db(), form.wording(), by=signed_in(), at=request_time())
        forget_kept_form()
    say("ok", gettext("The call is saved. Nobody else sees it until it is published."))
    return see_other("staff.call", number=row.number)


@staff.page("/calls/<number:number>", duty=Duty.EDIT_CALLS)
def call(number: int) -> str:
    """Show a call with what it lacks, its dates, its questions and what can be done with it."""
    row = found(queries.find(db(), number))
    at = request_time()
    form = form_of(row.wording, row.version)
    is_draft = row.phase(at) is Phase.DRAFT
    return render_template(
        "staff/calls/call.html",
        call=row,
        phase=row.phase(at),
        phases=PHASES,
        answerers=ANSWERERS,
        steps=steps_of(row),
        answers=counts_of(db(), [number])[number],
        questions=all_questions(db(), call_number=number),
        kinds=KINDS,
        missing=_words(form, actions.lacks_to_publish(row, at=at)) if is_draft else [],
        title_of=call_title,
    )


@staff.page("/calls/<number:number>/edit", duty=Duty.EDIT_CALLS, methods=("GET", "POST"))
def edit_call(number: int) -> Response:
    """Change a call; what has passed of its dates stays."""
    posted = request.method == "POST"
    row = found(queries.find(db(), number, to_change=posted))
    if posted:
        return _save(row)
    kept = kept_form()
    form = CallForm(kept) if kept else form_of(row.wording, row.version)
    return form_page(PAGE, form, call=row)


@staff.page("/calls/<number:number>/publish", duty=Duty.EDIT_CALLS, methods=("GET", "POST"))
def publish_call(number: int) -> str | Response:
    """Ask whether to publish a call; POST does it."""
    posted = request.method == "POST"
    row = found(queries.find(db(), number, to_change=posted))
    if row.phase(request_time()) is not Phase.DRAFT:
        return see_other("staff.call", number=number)
    if actions.lacks_to_publish(row, at=request_time()):
        say("warn", gettext("It cannot be published yet. What it lacks stands below."))
        return see_other("staff.call", number=number)
    if not posted:
        return render_template(
            "staff/calls/publish.html",
            call=row,
            steps=steps_of(row),
            answerers=ANSWERERS,
            title_of=call_title,
        )
    with transaction(db()):
        actions.publish(db(), row, by=signed_in(), at=request_time())
    say("ok", gettext("The call is published."))
    return see_other("staff.call", number=number)


@staff.page("/calls/<number:number>/withdraw", duty=Duty.EDIT_CALLS, methods=("GET", "POST"))
def withdraw_call(number: int) -> str | Response:
    """Ask whether to take a call back; POST does it."""
    posted = request.method == "POST"
    row = found(queries.find(db(), number, to_change=posted))
    if not posted and row.withdrawn_at is None:
        return render_template("staff/calls/withdraw.html", call=row, title_of=call_title)
    if posted:
        with transaction(db()):
            actions.withdraw(db(), row, by=signed_in(), at=request_time())
        say("ok", gettext("The call is withdrawn. What was sent goes on as any proposal."))
    return see_other("staff.call", number=number)


def _save(row: Call) -> Response:
    form = CallForm()
    if not form.is_right():
        return form_page(PAGE, form, call=row)
    seen, by, at = version_seen(form.version), signed_in(), request_time()
    problem = attempt(lambda: actions.change(db(), row, form.wording(), version=seen, by=by, at=at))
    if isinstance(problem, ChangedMeanwhile):
        return _clash(row, form)
    if isinstance(problem, Incomplete):
        _refuse(form, problem)
        return form_page(PAGE, form, call=row)
    say("ok", gettext("The call is saved."))
    return see_other("staff.call", number=row.number)


def _clash(row: Call, form: CallForm) -> Response:
    """Show what was typed beside what a colleague stored; saving again replaces that."""
    form.version.data = str(row.version)
    page = render_template(PAGE, form=form, call=row, stored=form_of(row.wording, row.version))
    return make_response(page, CONFLICT)


def _refuse(form: CallForm, problem: Incomplete) -> None:
    late = gettext("What has passed is not moved any more, and nothing into the past.")
    needed = gettext("A published call needs this, in both languages.")
    for name in problem.fields:
        form.refuse(name, late if isinstance(problem, MovedTooLate) else needed)


def _words(form: CallForm, names: tuple[str, ...]) -> list[str]:
    return [str(form[name].label.text) for name in names]
