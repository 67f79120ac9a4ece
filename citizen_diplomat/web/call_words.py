"""How a call is told: its title in the reader's language, its phase, its dates in both zones."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from flask import Flask
from flask_babel import LazyString, gettext, lazy_gettext

from citizen_diplomat.calls import queries
from citizen_diplomat.calls.model import Call
from citizen_diplomat.calls.rules import MOMENTS, Answerers, Phase, Refusal
from citizen_diplomat.foundation import calendar
from citizen_diplomat.web.database import db
from citizen_diplomat.web.filters import reader_zone
from citizen_diplomat.web.languages import language
from citizen_diplomat.web.services import services
from citizen_diplomat.web.signin import request_time

PHASES: Mapping[Phase, LazyString] = {
    Phase.DRAFT: lazy_gettext("Not published yet"),
    Phase.PLANNED: lazy_gettext("Opens soon"),
    Phase.OPEN: lazy_gettext("Open"),
    Phase.REVIEW: lazy_gettext("Closed, answers are being read"),
    Phase.ANSWERING: lazy_gettext("The office is writing its answers"),
    Phase.ANSWERED: lazy_gettext("Answered"),
    Phase.WITHDRAWN: lazy_gettext("Withdrawn"),
}
ANSWERERS: Mapping[Answerers, LazyString] = {
    Answerers.EVERYONE: lazy_gettext("Every member, wherever they live"),
    Answerers.CITIES: lazy_gettext("Members who live in one of these cities"),
}
REFUSALS: Mapping[Refusal, LazyString] = {
    Refusal.NOT_PUBLIC: lazy_gettext("This call was withdrawn and takes no more answers."),
    Refusal.NOT_YET: lazy_gettext("This call is not open yet."),
    Refusal.CLOSED: lazy_gettext(
        "This call is closed. With a late code from the office it can still be answered."
    ),
    Refusal.OTHER_CITIES: lazy_gettext(
        "This call is for members who live in its cities. Your profile says where you live."
    ),
}
STEPS: Mapping[str, LazyString] = {
    "opens_at": lazy_gettext("Answers are welcome from"),
    "closes_at": lazy_gettext("It closes"),
    "review_until": lazy_gettext("The office reads until"),
    "answer_by": lazy_gettext("Every proposal is answered by"),
}


@dataclass(frozen=True)
class Step:
    """One of the moments of a call, as its page tells it."""

    word: LazyString
    at: datetime
    is_past: bool
    is_next: bool
    theirs: str
    """Day in both calendars and time of day where the reader is."""
    ours: str
    """The same in Isfahan; empty where the clocks agree."""


def install(app: Flask) -> None:
    """Give templates the names of calls."""
    app.jinja_env.globals.update(call_name=call_name, call_title=call_title)


def call_title(call: Call) -> str:
    """The title in the reader's language; of one that is not whole, in the other one."""
    first, second = call.title_fa, call.title_en
    if language() != "fa":
        first, second = second, first
    return first or second or gettext("Untitled")


def call_name(number: int | str | None) -> str:
    """The title of the call of that number; nothing for none."""
    call = queries.find(db(), int(number)) if number else None
    return call_title(call) if call else ""


def steps_of(call: Call) -> list[Step]:
    """The four moments of a published call in their order."""
    at = request_time()
    moments = [(name, getattr(call, name)) for name in MOMENTS]
    coming = next((name for name, moment in moments if moment and moment > at), None)
    return [
        Step(
            STEPS[name],
            moment,
            is_past=moment <= at,
            is_next=name == coming,
            theirs=_told(moment, ours=False),
            ours=_told(moment, ours=True),
        )
        for name, moment in moments
        if moment is not None
    ]


def _told(moment: datetime, *, ours: bool) -> str:
    home = services().settings.timezone
    zone = home if ours else reader_zone()
    local = moment.astimezone(zone)
    if ours and local.utcoffset() == moment.astimezone(reader_zone()).utcoffset():
        return ""
    day = calendar.format_date_both(local.date(), language())
    time = calendar.format_time(moment, zone, language())
    return str(gettext("%(day)s, %(time)s", day=day, time=time))
