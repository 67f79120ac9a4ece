"""The minutes of an event, and what somebody promised there; for coordinators."""

from datetime import date

from flask import make_response, render_template, request
from flask_babel import gettext, lazy_gettext
from werkzeug.wrappers import Response

from citizen_diplomat.accounts import queries as accounts
from citizen_diplomat.accounts.rules import Duty
from citizen_diplomat.events import minutes, queries
from citizen_diplomat.events.minutes import Promise
from citizen_diplomat.events.model import Event
from citizen_diplomat.events.rules import ITEM_LENGTH, MINUTES_LENGTH, OWNER_LENGTH, Phase
from citizen_diplomat.foundation.calendar import parse_date
from citizen_diplomat.foundation.database import transaction
from citizen_diplomat.foundation.numbers import parse_int
from citizen_diplomat.foundation.publishing import ChangedMeanwhile
from citizen_diplomat.proposals.queries import public_one
from citizen_diplomat.web.database import db
from citizen_diplomat.web.forms import BaseForm, ChoiceField, KeptField, line, paragraphs
from citizen_diplomat.web.kept_forms import forget_kept_form, kept_form
from citizen_diplomat.web.pages import (
    CONFLICT,
    LARGEST_NUMBER,
    LARGEST_VERSION,
    form_page,
    found,
    say,
    see_other,
)
from citizen_diplomat.web.signin import request_time, signed_in
from citizen_diplomat.web.staff.blueprint import staff

MINUTES_PAGE = "staff/events/minutes.html"
ITEM_PAGE = "staff/events/item.html"
BEGUN = frozenset({Phase.RUNNING, Phase.OVER})


class MinutesForm(BaseForm):
    """What was said, in both languages."""

    text_fa = paragraphs(lazy_gettext("Minutes in Persian"), longest=MINUTES_LENGTH)
    text_en = paragraphs(lazy_gettext("Minutes in English"), longest=MINUTES_LENGTH)
    version = KeptField()


class ItemForm(BaseForm):
    """What was promised, by whom, and until when."""

    text_fa = line(lazy_gettext("What, in Persian"), longest=ITEM_LENGTH)
    text_en = line(lazy_gettext("What, in English"), longest=ITEM_LENGTH)
    owner = ChoiceField(lazy_gettext("Which colleague does it?"), default="")
    owner_name = line(lazy_gettext("Or who else?"), longest=OWNER_LENGTH, required=False)
    due_on = line(lazy_gettext("Until when?"), longest=20, required=False)
    proposal = line(lazy_gettext("Number of an accepted proposal"), longest=20, required=False)

    def is_right(self) -> bool:
        """Whether it can be noted like this; if not, the errors stand beside their fields."""
        self.validate()
        if bool(self.owner.data) == bool(self.owner_name.data) and not self.owner.errors:
            self.refuse("owner_name", gettext("Choose a colleague, or write who else does it."))
        if self.due_on.data and not self.due_on.errors and self._due_on() is None:
            self.refuse("due_on", gettext("Write the day as 1405-09-05 or 2026-11-26."))
        if self.proposal.data and not self.proposal.errors and self._proposal() is None:
            self.refuse("proposal", gettext("No accepted proposal has this number."))
        return not self.errors

    def promise(self) -> Promise:
        """What was written, as a value of the room; ask after `is_right`."""
        return Promise(
            text_fa=self.text_fa.data or "",
            text_en=self.text_en.data or "",
            owner_id=int(self.owner.data) if self.owner.data else None,
            owner_name=self.owner_name.data or "",
            due_on=self._due_on(),
            proposal_number=self._proposal(),
        )

    def _due_on(self) -> date | None:
        return parse_date(self.due_on.data or "")

    def _proposal(self) -> int | None:
        number = parse_int(self.proposal.data or "", lowest=1, highest=LARGEST_NUMBER)
        return number if number and public_one(db(), number) else None


@staff.page("/events/<number:number>/minutes", duty=Duty.EDIT_EVENTS, methods=("GET", "POST"))
def event_minutes(number: int) -> Response:
    """Write the minutes; everybody reads them from then on."""
    posted = request.method == "POST"
    row = _begun(number, to_change=posted)
    if row is None:
        return see_other("staff.event", number=number)
    stored = queries.minutes_of(db(), number)
    if not posted:
        told = {"text_fa": stored.text_fa, "text_en": stored.text_en} if stored else {}
        version = str(stored.version if stored else 0)
        form = MinutesForm(kept_form() or None, data={**told, "version": version})
        return form_page(MINUTES_PAGE, form, event=row)
    form = MinutesForm()
    if not form.validate():
        return form_page(MINUTES_PAGE, form, event=row)
    if _save_minutes(row, form):
        say("ok", gettext("The minutes are saved. Everybody reads them on the page of the event."))
        return see_other("staff.event", number=number)
    assert stored is not None
    form.version.data = str(stored.version)
    return make_response(
        render_template(MINUTES_PAGE, form=form, event=row, stored=stored), CONFLICT
    )


@staff.page("/events/<number:number>/items/new", duty=Duty.EDIT_EVENTS, methods=("GET", "POST"))
def new_event_item(number: int) -> Response:
    """Note what somebody promised."""
    posted = request.method == "POST"
    row = _begun(number, to_change=posted)
    if row is None:
        return see_other("staff.event", number=number)
    form = ItemForm() if posted else ItemForm(kept_form())
    colleagues = [(str(one.id), one.display_name) for one in accounts.staff(db())]
    form.owner.choices = [("", gettext("Nobody of the office")), *colleagues]
    if not posted or not form.is_right():
        return form_page(ITEM_PAGE, form, event=row)
    with transaction(db()):
        minutes.promise(db(), row, form.promise(), by=signed_in(), at=request_time())
        forget_kept_form()
    say("ok", gettext("It is noted."))
    return see_other("staff.event", number=number)


@staff.page(
    "/events/<number:number>/items/<number:item>/removal",
    duty=Duty.EDIT_EVENTS,
    methods=("POST",),
)
def remove_event_item(number: int, item: int) -> Response:
    """Take out what was noted by mistake."""
    row = found(queries.action_item(db(), number, item))
    with transaction(db()):
        minutes.remove(db(), row, by=signed_in(), at=request_time())
    say("ok", gettext("It is taken out."))
    return see_other("staff.event", number=number)


def _begun(number: int, *, to_change: bool) -> Event | None:
    """The event, if there is something to tell of it yet; else a message says why not."""
    row = found(queries.find(db(), number, to_change=to_change))
    if row.phase(request_time()) in BEGUN:
        return row
    say("warn", gettext("It has not taken place: there is nothing to tell of it yet."))
    return None


def _save_minutes(row: Event, form: MinutesForm) -> bool:
    """Whether they were saved; False when a colleague was faster."""
    seen = parse_int(form.version.data or "", lowest=0, highest=LARGEST_VERSION)
    with transaction(db()):
        try:
            minutes.write(
                db(),
                row,
                text_fa=form.text_fa.data or "",
                text_en=form.text_en.data or "",
                version=0 if seen is None else seen,
                by=signed_in(),
                at=request_time(),
            )
            forget_kept_form()
        except ChangedMeanwhile:
            return False
    return True
