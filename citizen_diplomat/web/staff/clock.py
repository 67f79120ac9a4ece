"""What the office promises, and the days on which it works."""

from datetime import date

from flask import make_response, render_template, request
from flask_babel import gettext
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from citizen_diplomat.accounts.rules import Duty
from citizen_diplomat.foundation.calendar import parse_date
from citizen_diplomat.foundation.database import transaction
from citizen_diplomat.foundation.numbers import parse_int
from citizen_diplomat.moderation import office_days
from citizen_diplomat.moderation.desk_setup import count_desks
from citizen_diplomat.moderation.office import ONLY_ROW, OfficeClock, office
from citizen_diplomat.moderation.office_days import ChangedMeanwhile, TooMany, promises_of
from citizen_diplomat.web.database import db
from citizen_diplomat.web.kept_forms import forget_kept_form, kept_form
from citizen_diplomat.web.pages import CONFLICT, LARGEST_VERSION, UNPROCESSABLE, say, see_other
from citizen_diplomat.web.signin import request_time, signed_in
from citizen_diplomat.web.staff.blueprint import staff
from citizen_diplomat.web.staff.clock_form import DayForm, PromisesForm


@staff.page("/clock", duty=Duty.EDIT_OFFICE, methods=("GET", "POST"))
def clock() -> Response:
    """Show what is promised, and let it be changed for what comes in from then on."""
    if request.method == "GET":
        kept = kept_form()
        return _page(PromisesForm(kept) if kept else _stored())
    form = PromisesForm()
    if not form.is_right():
        return _page(form)
    seen = parse_int(form.version.data or "", lowest=0, highest=LARGEST_VERSION)
    clash = False
    with transaction(db()):
        try:
            by, at = signed_in(), request_time()
            office_days.change_promises(
                db(), form.promises, version=-1 if seen is None else seen, by=by, at=at
            )
            forget_kept_form()
        except ChangedMeanwhile:
            clash = True
    if clash:
        stored = _stored()
        form.version.data = stored.version.data
        return _page(form, stored=stored)
    say("ok", gettext("Saved. It holds for what comes in from now on."))
    return see_other("staff.clock")


@staff.page("/clock/days", duty=Duty.EDIT_OFFICE, methods=("GET", "POST"))
def office_day() -> Response:
    """Decide on a day, or with `forget` take that back; a GET comes back from signing in."""
    if request.method == "GET":
        return _page(_stored(), DayForm(kept_form() or MultiDict()))
    by, at = signed_in(), request_time()
    forgotten = parse_date(request.form.get("forget", ""))
    if forgotten is not None:
        with transaction(db()):
            office_days.forget_day(db(), forgotten, by=by, at=at)
        say("ok", gettext("The usual calendar decides on this day again."))
        return see_other("staff.clock")
    form = DayForm()
    today = _today()
    if not form.is_right(today=today):
        return _page(_stored(), form)
    assert form.chosen is not None
    full = False
    with transaction(db()):
        try:
            office_days.set_day(
                db(), form.chosen, is_working=form.works.data == "y",
                name_fa=form.name_fa.data or "", name_en=form.name_en.data or "",
                today=today, by=by, at=at,
            )  # fmt: skip
            forget_kept_form()
        except TooMany:
            full = True
    if full:
        form.refuse("day", gettext("So many days are decided on already. Take one back first."))
        return _page(_stored(), form)
    say("ok", gettext("The day is in the calendar."))
    return see_other("staff.clock")


def _today() -> date:
    return office(db()).calendar.day_of(request_time())


def _stored() -> PromisesForm:
    row = db().get(OfficeClock, ONLY_ROW)
    promises = promises_of(row)
    form = PromisesForm(MultiDict())
    form.answer_days.data = str(promises.answer_days)
    form.decision_days.data = str(promises.decision_days)
    form.appeal_days.data = str(promises.appeal_days)
    form.working_week.data = [str(day) for day in promises.working_week]
    form.are_desks_closed.data = promises.are_desks_closed
    form.version.data = str(row.version if row else 0)
    return form


def _page(
    form: PromisesForm, day_form: DayForm | None = None, *, stored: PromisesForm | None = None
) -> Response:
    day_form = day_form or DayForm(MultiDict())
    wrong = next((one for one in (form, day_form) if one.errors), None)
    page = render_template(
        "staff/settings/clock.html",
        promises_form=form,
        day_form=day_form,
        form=wrong,
        stored=stored,
        days=office_days.coming_days(db(), _today()),
        desks=count_desks(db()),
    )
    return make_response(page, CONFLICT if stored else UNPROCESSABLE if wrong else 200)
