"""The office looks for help: what it looks for, how many fit, and who said yes.

Until somebody says yes, staff see a number and nothing else; below five not even that.
"""

from datetime import datetime

from flask import make_response, render_template, request
from flask_babel import gettext, ngettext
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from citizen_diplomat.accounts.rules import Duty
from citizen_diplomat.directory.queries import shown_many
from citizen_diplomat.directory.rules import Reader
from citizen_diplomat.foundation.database import transaction
from citizen_diplomat.foundation.numbers import format_number
from citizen_diplomat.foundation.paging import Cursor
from citizen_diplomat.mail.letter import Letter
from citizen_diplomat.outcomes import answers, requests
from citizen_diplomat.outcomes.matching import count
from citizen_diplomat.outcomes.messages import HelpAsked
from citizen_diplomat.outcomes.model import HelpRequest
from citizen_diplomat.outcomes.requests import Closed, text_for, title_for
from citizen_diplomat.outcomes.rules import BATCH, shown_number
from citizen_diplomat.web.asking import ask_links
from citizen_diplomat.web.database import db
from citizen_diplomat.web.directory import AVAILABILITIES, LEVELS, profile_page
from citizen_diplomat.web.kept_forms import forget_kept_form, kept_form
from citizen_diplomat.web.languages import language
from citizen_diplomat.web.pages import CONFLICT, form_page, found, say, see_other
from citizen_diplomat.web.reference import skill_choices
from citizen_diplomat.web.services import services
from citizen_diplomat.web.signin import request_time, signed_in
from citizen_diplomat.web.staff.blueprint import staff
from citizen_diplomat.web.staff.help_request_form import RequestForm

OPEN = "…"


@staff.page("/help/requests", duty=Duty.HELPERS)
def help_requests() -> Response:
    """List what the office looks for, newest first, with the answers so far."""
    after = Cursor.decode(request.args.get("after"), datetime)
    rows = answers.requests_for(db(), viewer=signed_in().id, after=after)
    page = render_template(
        "staff/help/requests.html",
        rows=rows,
        answers=answers.answers_to(db(), [row.id for row in rows]),
        title_of=lambda row: title_for(row, language()),
        shown_number=shown_number,
    )
    return make_response(page)


@staff.page("/help/requests/new", duty=Duty.HELPERS)
def new_help_request() -> Response:
    """Show the form of a new request, for a proposal when the address names one."""
    named = {"proposal": request.args.get("proposal", "")[:20]}
    return _form_page(RequestForm(kept_form() or MultiDict(), data=named))


@staff.page("/help/requests/new", duty=Duty.HELPERS, methods=("POST",))
def make_help_request() -> Response:
    """Keep a new request; nobody is asked yet."""
    form = RequestForm()
    if not form.is_right(viewer=signed_in().id):
        return _form_page(form)
    with transaction(db()):
        by, at = signed_in(), request_time()
        row = requests.make(db(), form.draft(), form_key=form.key(), by=by, at=at)
        forget_kept_form()
    say("ok", gettext("Kept. Nobody is asked until you press the button."))
    return see_other("staff.help_request", item=row.id)


@staff.page("/help/requests/<number:item>", duty=Duty.HELPERS)
def help_request(item: int) -> Response:
    """Show a request, how many fit, and who said yes."""
    row = _request(item)
    yes = answers.those_who_said_yes(db(), row.id)
    people = [one.account_id for one in yes]
    return profile_page(
        "staff/help/request.html",
        row=row,
        title=title_for(row, language()),
        fitting=shown_number(count(db(), row, at=request_time())),
        answers=answers.answers_to(db(), [row.id])[row.id],
        shown_number=shown_number,
        yes=yes,
        profiles=shown_many(db(), people, Reader.STAFF) if people else {},
        batch=BATCH,
    )


@staff.page("/help/requests/<number:item>", duty=Duty.HELPERS, methods=("POST",))
def act_on_help_request(item: int) -> Response:
    """Show what would leave, ask the next ones who fit, or look no further.

    `action` is ask, send or close; send needs what the page before it said: how many are asked.
    """
    row, action = _request(item), request.form.get("action")
    if row.closed_at is None and (action == "ask" or (action == "send" and _is_other(row))):
        return _preview(row, is_other=action == "send")
    try:
        with transaction(db()):
            by, at = signed_in(), request_time()
            if action == "send":
                asked = requests.ask(db(), row, by=by, at=at, links=ask_links())
            elif action == "close":
                requests.close(db(), row, by=by, at=at)
    except Closed:
        say("warn", gettext("Somebody was faster. This is how it stands now."))
        return see_other("staff.help_request", item=item)
    if action == "send":
        say("ok" if asked else "note", _asked(asked))
    return see_other("staff.help_request", item=item)


def _preview(row: HelpRequest, *, is_other: bool) -> Response:
    """The letter as they would get it, and how many they are; nobody is asked yet."""
    number = _next_ones(row)
    page = render_template(
        "staff/help/asking.html",
        row=row,
        title=title_for(row, language()),
        number=number,
        confirmed=_confirmed(number),
        letters={code: _letter(row, code) for code in services().settings.languages},
        is_other=is_other,
    )
    return make_response(page, CONFLICT if is_other else 200)


def _letter(row: HelpRequest, code: str) -> Letter:
    """What somebody reads who has this language; the links are made for each and stand open."""
    asked = HelpAsked(title_for(row, code), text_for(row, code), yes_link=OPEN, no_link=OPEN)
    return services().letters.render(
        asked.name, code, asked.values(), to_name=OPEN, unsubscribe_link=OPEN
    )


def _next_ones(row: HelpRequest) -> int | None:
    return shown_number(min(count(db(), row, at=request_time()), BATCH))


def _confirmed(number: int | None) -> str:
    return "few" if number is None else str(number)


def _is_other(row: HelpRequest) -> bool:
    """Whether another number would be asked now than the one that was looked at."""
    return request.form.get("confirmed", "") != _confirmed(_next_ones(row))


def _request(item: int) -> HelpRequest:
    return found(answers.request_for(db(), item, viewer=signed_in().id))


def _asked(number: int) -> str:
    if number == 0:
        return str(gettext("Nobody was asked: nobody else fits, or they were asked often lately."))
    shown = shown_number(number)
    if shown is None:
        return str(gettext("Fewer than five members were asked."))
    people = format_number(shown, language())
    return str(
        ngettext(
            "%(people)s member was asked.", "%(people)s members were asked.", shown, people=people
        )
    )


def _form_page(form: RequestForm) -> Response:
    groups = skill_choices()
    return form_page(
        "staff/help/new_request.html",
        form,
        groups=groups,
        levels=LEVELS,
        availabilities=AVAILABILITIES,
    )
