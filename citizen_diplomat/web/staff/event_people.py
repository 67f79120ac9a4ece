"""Who comes to an event, for coordinators; and the door, where codes are typed."""

from datetime import datetime

from flask import make_response, render_template, request
from flask_babel import gettext, lazy_gettext
from werkzeug.wrappers import Response

from citizen_diplomat.accounts.rules import Duty
from citizen_diplomat.events import check_in, queries
from citizen_diplomat.events.check_in import Answer
from citizen_diplomat.foundation.database import transaction
from citizen_diplomat.foundation.numbers import parse_int
from citizen_diplomat.foundation.paging import Cursor
from citizen_diplomat.foundation.text import latin_digits
from citizen_diplomat.web.database import db
from citizen_diplomat.web.forms import BaseForm, line
from citizen_diplomat.web.pages import CONFLICT, LARGEST_NUMBER, form_page, found, see_other
from citizen_diplomat.web.signin import request_time, signed_in
from citizen_diplomat.web.staff.blueprint import staff

PAGE = "staff/events/check_in.html"
CODE_TYPED = 20


class CheckInForm(BaseForm):
    """The code that somebody shows."""

    code = line(lazy_gettext("Check-in code"), longest=CODE_TYPED)


@staff.page("/events/<number:number>/people", duty=Duty.EDIT_EVENTS)
def event_people(number: int) -> str:
    """List who registered, the first ones first, with their answers."""
    row = found(queries.find(db(), number))
    after = Cursor.decode(request.args.get("after"), datetime)
    return render_template(
        "staff/events/people.html",
        event=row,
        people=queries.people_of(db(), number, after=after),
        phase=row.phase(request_time()),
    )


@staff.page("/events/<number:number>/check-in", duty=Duty.EDIT_EVENTS, methods=("GET", "POST"))
def event_check_in(number: int) -> Response:
    """Take a code at the door; a second use tells when the first was."""
    row = found(queries.find(db(), number))
    form = CheckInForm()
    if request.method == "GET":
        place = parse_int(request.args.get("place", ""), lowest=1, highest=LARGEST_NUMBER)
        return form_page(
            PAGE, form, event=row, came=queries.person_of(db(), number, place) if place else None
        )
    if not form.validate():
        return form_page(PAGE, form, event=row)
    with transaction(db()):
        typed = latin_digits(form.code.data or "")
        answer, whose = check_in.check_in(db(), row, typed, by=signed_in(), at=request_time())
    if answer is Answer.WELCOME:
        assert whose is not None
        return see_other("staff.event_check_in", number=number, place=whose.id)
    if answer is Answer.USED:
        return make_response(render_template(PAGE, form=form, event=row, used=whose), CONFLICT)
    word = (
        gettext("Who has this code waits for a seat and has none.")
        if answer is Answer.WAITING
        else gettext("Nobody has this code at this event.")
    )
    form.refuse("code", word)
    return form_page(PAGE, form, event=row)
