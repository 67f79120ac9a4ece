"""The form of a call, in both languages at once; of its late codes, the days that one gives."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import gettext, lazy_gettext

from citizen_diplomat.calls.model import Wording
from citizen_diplomat.calls.rules import (
    BACKGROUND_LENGTH,
    MOMENTS,
    MOST_LATE_DAYS,
    QUESTION_LENGTH,
    TITLE_LENGTH,
    Answerers,
    Moments,
    moment_in,
    out_of_order,
)
from citizen_diplomat.foundation.calendar import parse_date
from citizen_diplomat.foundation.numbers import format_number, parse_int
from citizen_diplomat.foundation.text import latin_digits
from citizen_diplomat.web.call_words import ANSWERERS
from citizen_diplomat.web.forms import (
    BaseForm,
    CheckboxesField,
    KeptField,
    RadioChoiceField,
    TickField,
    line,
    paragraphs,
)
from citizen_diplomat.web.languages import language
from citizen_diplomat.web.reference import city_choices, topic_choices
from citizen_diplomat.web.services import services

MOMENT_LENGTH = 20


class CallForm(BaseForm):
    """What is asked, whom, and when; a draft may lack all of it but a title."""

    title_fa = line(lazy_gettext("Title in Persian"), longest=TITLE_LENGTH, required=False)
    title_en = line(lazy_gettext("Title in English"), longest=TITLE_LENGTH, required=False)
    question_fa = paragraphs(
        lazy_gettext("Question in Persian"), longest=QUESTION_LENGTH, required=False
    )
    question_en = paragraphs(
        lazy_gettext("Question in English"), longest=QUESTION_LENGTH, required=False
    )
    background_fa = paragraphs(
        lazy_gettext("Background in Persian"), longest=BACKGROUND_LENGTH, required=False
    )
    background_en = paragraphs(
        lazy_gettext("Background in English"), longest=BACKGROUND_LENGTH, required=False
    )
    cities = CheckboxesField(lazy_gettext("Which cities are asked?"))
    topics = CheckboxesField(lazy_gettext("Which topics?"))
    who = RadioChoiceField(lazy_gettext("Who may answer?"), default=Answerers.EVERYONE.value)
    opens_at = line(lazy_gettext("It opens"), longest=MOMENT_LENGTH, required=False)
    closes_at = line(lazy_gettext("It closes"), longest=MOMENT_LENGTH, required=False)
    review_until = line(
        lazy_gettext("Answers are read until"), longest=MOMENT_LENGTH, required=False
    )
    answer_by = line(lazy_gettext("All are answered by"), longest=MOMENT_LENGTH, required=False)
    hides_count = TickField(lazy_gettext("While it is open, do not tell how many have answered"))
    version = KeptField()

    def __init__(self, *args: Any, **options: Any) -> None:
        """Offer cities and topics in the reader's language."""
        super().__init__(*args, **options)
        self.cities.choices = city_choices(home=False)
        self.topics.choices = topic_choices()
        self.who.choices = [(who.value, word) for who, word in ANSWERERS.items()]

    def is_right(self) -> bool:
        """Whether it can be kept like this; if not, the errors stand beside their fields."""
        self.validate()
        if not (self.title_fa.data or self.title_en.data) and not self.errors:
            self.refuse("title_fa", gettext("Write a title, in one language at least."))
        for name in MOMENTS:
            if self[name].data and not self[name].errors and self._moment(name) is None:
                self.refuse(
                    name, gettext("Write day and time as 1405-09-05 18:00 or 2026-11-26 18:00.")
                )
        wrong = out_of_order(self._moments()) if not self.errors else None
        if wrong:
            self.refuse(wrong, gettext("This must come after the moment before it."))
        return not self.errors

    def wording(self) -> Wording:
        """What was written, as a value of the room; ask after `is_right`."""
        return Wording(
            title_fa=self.title_fa.data or "",
            title_en=self.title_en.data or "",
            question_fa=self.question_fa.data or "",
            question_en=self.question_en.data or "",
            background_fa=self.background_fa.data or "",
            background_en=self.background_en.data or "",
            cities=tuple(sorted(set(self.cities.data or ()))),
            topics=tuple(sorted(set(self.topics.data or ()))),
            who=Answerers(self.who.data),
            hides_count=bool(self.hides_count.data),
            moments=self._moments(),
        )

    def _moments(self) -> Moments:
        return Moments(**{name: self._moment(name) for name in MOMENTS})

    def _moment(self, name: str) -> datetime | None:
        return typed_moment(self[name].data or "", services().settings.timezone)


class LateCodeForm(BaseForm):
    """For how many days after closing a new code is good."""

    days = line(lazy_gettext("Days after closing"), longest=3)

    def is_right(self) -> bool:
        """Whether such a code can be made; if not, the error stands beside the field."""
        self.validate()
        if not self.errors and not self.number:
            most = format_number(MOST_LATE_DAYS, language())
            self.refuse("days", gettext("Write a number from 1 to %(most)s.", most=most))
        return not self.errors

    @property
    def number(self) -> int:
        """The days as they were typed; 0 for anything else."""
        return parse_int(self.days.data or "", lowest=1, highest=MOST_LATE_DAYS) or 0


def typed_moment(text: str, zone: ZoneInfo) -> datetime | None:
    """The moment written as a day of either calendar and a time of day in `zone`, or None."""
    day, _, clock = latin_digits(text.strip()).partition(" ")
    written = parse_date(day)
    try:
        time = datetime.strptime(clock.strip(), "%H:%M").time()  # noqa: DTZ007 - the zone follows
        return moment_in(zone, datetime.combine(written, time)) if written else None
    except (ValueError, OverflowError):
        return None


def form_of(wording: Wording, version: int) -> CallForm:
    """The form filled with what a call says."""
    texts = ("title", "question", "background")
    return CallForm(
        None,
        data={
            **{
                f"{name}_{code}": getattr(wording, f"{name}_{code}")
                for name in texts
                for code in ("fa", "en")
            },
            "cities": list(wording.cities),
            "topics": list(wording.topics),
            "who": wording.who.value,
            "hides_count": wording.hides_count,
            "version": str(version),
            **{name: _shown(getattr(wording.moments, name)) for name in MOMENTS},
        },
    )


def _shown(moment: datetime | None) -> str:
    return f"{moment.astimezone(services().settings.timezone):%Y-%m-%d %H:%M}" if moment else ""
