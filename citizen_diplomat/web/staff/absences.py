"""Absences: one's own, those of a desk that one heads, and who stands in."""

from datetime import date

from flask import render_template, request
from flask_babel import gettext
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.accounts.rules import Duty, may
from citizen_diplomat.foundation.database import transaction
from citizen_diplomat.foundation.numbers import parse_int
from citizen_diplomat.moderation import absences as room
from citizen_diplomat.moderation.absences import AwayAlready, NotTheirs, StandInAway
from citizen_diplomat.moderation.desks import Absence
from citizen_diplomat.moderation.office import office_day
from citizen_diplomat.web.database import db
from citizen_diplomat.web.kept_forms import forget_kept_form, kept_form
from citizen_diplomat.web.pages import LARGEST_NUMBER, form_page, found, say, see_other
from citizen_diplomat.web.signin import request_time, signed_in
from citizen_diplomat.web.staff.absence_form import AbsenceForm
from citizen_diplomat.web.staff.blueprint import staff


@staff.page("/absences", duty=Duty.REVIEW)
def absences() -> str:
    """List present and coming absences of one's desks, with the ways to enter more."""
    return render_template(
        "staff/desks/absences.html",
        rows=_rows(),
        theirs=_people(),
        reader=signed_in().id,
        today=_today(),
    )


@staff.page("/absences/of/<number:id>", duty=Duty.REVIEW, methods=("GET", "POST"))
def absence_of(id: int) -> Response:
    """Enter days on which somebody is away: oneself, or a colleague whom one looks after."""
    person = found(_people().get(id))
    form = AbsenceForm(
        request.form if request.method == "POST" else kept_form() or MultiDict(),
        people=room.stand_ins(db(), person.id),
    )
    if request.method == "GET":
        return _page(person, form)
    if not form.is_right(today=_today()) or not _enter(person, form):
        return _page(person, form)
    say("ok", gettext("The days are entered. What is given to who is away goes to the stand-in."))
    return see_other("staff.absences")


@staff.page("/absences/<number:id>/end", duty=Duty.REVIEW, methods=("GET", "POST"))
def end_absence(id: int) -> Response:
    """Take an absence back; a GET comes back from signing in."""
    if request.method == "GET":
        return see_other("staff.absences")
    refused = False
    known = {row.id for row in _rows()}
    found(id if id in known else None)
    with transaction(db()):
        try:
            room.take_back(
                db(), id, today=_today(), arranges=_arranges(), by=signed_in(), at=request_time()
            )
        except NotTheirs:
            refused = True
    found(None if refused else id)
    say("ok", gettext("Taken back: from now on their work is theirs again."))
    return see_other("staff.absences")


def _enter(person: Account, form: AbsenceForm) -> bool:
    first, last = form.days
    assert first is not None
    assert last is not None
    stand_in = parse_int(form.stand_in.data or "", lowest=1, highest=LARGEST_NUMBER)
    with transaction(db()):
        try:
            room.enter(
                db(), person.id, first_day=first, last_day=last, stand_in_id=stand_in,
                arranges=_arranges(), by=signed_in(), at=request_time(),
            )  # fmt: skip
            forget_kept_form()
        except AwayAlready:
            form.refuse("first", gettext("One of these days is entered already."))
        except StandInAway:
            form.refuse("stand_in", gettext("They are away themselves on one of these days."))
        except NotTheirs:
            form.refuse("stand_in", gettext("Please choose one from the list."))
    return not form.errors


def _people() -> dict[int, Account]:
    """Whose absences the reader enters, by number, the reader first."""
    reader = signed_in()
    others = room.looked_after_by(db(), reader, arranges=_arranges())
    return {person.id: person for person in (reader, *others)}


def _rows() -> list[Absence]:
    return list(room.coming(db(), viewer=signed_in(), arranges=_arranges(), today=_today()))


def _arranges() -> bool:
    return may(signed_in().roles, Duty.EDIT_OFFICE)


def _today() -> date:
    return office_day(request_time())


def _page(person: Account, form: AbsenceForm) -> Response:
    is_own = person.id == signed_in().id
    return form_page("staff/desks/absence.html", form, person=person, is_own=is_own)
