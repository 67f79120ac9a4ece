"""The form of an event, in both languages at once."""

from datetime import datetime
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from flask_babel import gettext, lazy_gettext

from citizen_diplomat.events.model import Details, Question
from citizen_diplomat.events.rules import (
    ADDRESS_LENGTH,
    DESCRIPTION_LENGTH,
    LINK_LENGTH,
    MOST_QUESTIONS,
    MOST_SEATS,
    QUESTION_LENGTH,
    TITLE_LENGTH,
    Held,
    Sort,
    out_of_order,
)
from citizen_diplomat.foundation.numbers import format_number, parse_int
from citizen_diplomat.web.event_words import HELD, SORTS, zone_choices
from citizen_diplomat.web.forms import (
    BaseForm,
    CheckboxesField,
    ChoiceField,
    KeptField,
    RadioChoiceField,
    TickField,
    line,
    paragraphs,
)
from citizen_diplomat.web.languages import language
from citizen_diplomat.web.reference import city_choices, topic_choices
from citizen_diplomat.web.staff.call_form import MOMENT_LENGTH, typed_moment

MOMENTS = ("starts_at", "ends_at", "register_until")
TEXTS = ("title_fa", "title_en", "description_fa", "description_en", "link", "address")
NUMBERS = range(1, MOST_QUESTIONS + 1)
WEB = frozenset({"http", "https"})


class QuestionFields(BaseForm):
    """Up to five short questions at registration."""

    question_1_fa = line(lazy_gettext("In Persian"), longest=QUESTION_LENGTH, required=False)
    question_1_en = line(lazy_gettext("In English"), longest=QUESTION_LENGTH, required=False)
    question_1_needed = TickField(lazy_gettext("It has to be answered"))
    question_2_fa = line(lazy_gettext("In Persian"), longest=QUESTION_LENGTH, required=False)
    question_2_en = line(lazy_gettext("In English"), longest=QUESTION_LENGTH, required=False)
    question_2_needed = TickField(lazy_gettext("It has to be answered"))
    question_3_fa = line(lazy_gettext("In Persian"), longest=QUESTION_LENGTH, required=False)
    question_3_en = line(lazy_gettext("In English"), longest=QUESTION_LENGTH, required=False)
    question_3_needed = TickField(lazy_gettext("It has to be answered"))
    question_4_fa = line(lazy_gettext("In Persian"), longest=QUESTION_LENGTH, required=False)
    question_4_en = line(lazy_gettext("In English"), longest=QUESTION_LENGTH, required=False)
    question_4_needed = TickField(lazy_gettext("It has to be answered"))
    question_5_fa = line(lazy_gettext("In Persian"), longest=QUESTION_LENGTH, required=False)
    question_5_en = line(lazy_gettext("In English"), longest=QUESTION_LENGTH, required=False)
    question_5_needed = TickField(lazy_gettext("It has to be answered"))

    def questions(self) -> tuple[Question, ...]:
        """Those that were written, in their order."""
        return tuple(
            Question(
                self[f"question_{number}_fa"].data or "",
                self[f"question_{number}_en"].data or "",
                bool(self[f"question_{number}_needed"].data),
            )
            for number in NUMBERS
            if self[f"question_{number}_fa"].data or self[f"question_{number}_en"].data
        )

    def refuse_half_questions(self) -> None:
        """A question is asked in both languages, or not at all."""
        for number in NUMBERS:
            persian, english = f"question_{number}_fa", f"question_{number}_en"
            if bool(self[persian].data) != bool(self[english].data):
                empty = english if self[persian].data else persian
                self.refuse(empty, gettext("Write the question in both languages."))


class EventForm(QuestionFields):
    """What it is, where and when; a draft may lack all of it but a title."""

    sort = RadioChoiceField(lazy_gettext("What is it?"), default=Sort.MEETING.value)
    title_fa = line(lazy_gettext("Title in Persian"), longest=TITLE_LENGTH, required=False)
    title_en = line(lazy_gettext("Title in English"), longest=TITLE_LENGTH, required=False)
    description_fa = paragraphs(
        lazy_gettext("Description in Persian"), longest=DESCRIPTION_LENGTH, required=False
    )
    description_en = paragraphs(
        lazy_gettext("Description in English"), longest=DESCRIPTION_LENGTH, required=False
    )
    cities = CheckboxesField(lazy_gettext("Which cities is it for?"))
    topics = CheckboxesField(lazy_gettext("Which topics?"))
    held = RadioChoiceField(lazy_gettext("Where do people meet?"), default=Held.ONLINE.value)
    link = line(lazy_gettext("Link to come in"), longest=LINK_LENGTH, required=False)
    address = line(lazy_gettext("Address"), longest=ADDRESS_LENGTH, required=False)
    place_city = ChoiceField(lazy_gettext("City of the place"), default="")
    time_zone = ChoiceField(lazy_gettext("By the clock of"), default="Asia/Tehran")
    starts_at = line(lazy_gettext("It begins"), longest=MOMENT_LENGTH, required=False)
    ends_at = line(lazy_gettext("It ends"), longest=MOMENT_LENGTH, required=False)
    register_until = line(
        lazy_gettext("Registration is open until"), longest=MOMENT_LENGTH, required=False
    )
    seats = line(lazy_gettext("Seats"), longest=10, required=False)
    version = KeptField()

    def __init__(self, *args: Any, **options: Any) -> None:
        """Offer cities, topics and zones in the reader's language."""
        super().__init__(*args, **options)
        self.sort.choices = [(sort.value, word) for sort, word in SORTS.items()]
        self.held.choices = [(held.value, word) for held, word in HELD.items()]
        self.cities.choices = city_choices()
        self.topics.choices = topic_choices()
        self.place_city.choices = [("", gettext("No city")), *city_choices()]
        self.time_zone.choices = zone_choices()

    def is_right(self) -> bool:
        """Whether it can be kept like this; if not, the errors stand beside their fields."""
        self.validate()
        if not (self.title_fa.data or self.title_en.data) and not self.errors:
            self.refuse("title_fa", gettext("Write a title, in one language at least."))
        if not self.time_zone.errors:
            self._refuse_moments()
        if self.link.data and not _is_web_address(self.link.data):
            self.refuse("link", gettext("Write a whole address that begins with https://."))
        if self.seats.data and not self.seats.errors and self._seats() is None:
            most = format_number(MOST_SEATS, language())
            self.refuse("seats", gettext("Write a number from 1 to %(most)s.", most=most))
        self.refuse_half_questions()
        return not self.errors

    def details(self) -> Details:
        """What was written, as a value of the room; ask after `is_right`."""
        return Details(
            sort=Sort(self.sort.data),
            title_fa=self.title_fa.data or "",
            title_en=self.title_en.data or "",
            description_fa=self.description_fa.data or "",
            description_en=self.description_en.data or "",
            link=self.link.data or "",
            address=self.address.data or "",
            cities=tuple(sorted(set(self.cities.data or ()))),
            topics=tuple(sorted(set(self.topics.data or ()))),
            held=Held(self.held.data),
            place_city=self.place_city.data or None,
            time_zone=self.time_zone.data,
            starts_at=self._moment("starts_at"),
            ends_at=self._moment("ends_at"),
            register_until=self._moment("register_until"),
            seats=self._seats(),
            questions=self.questions(),
        )

    def _refuse_moments(self) -> None:
        for name in MOMENTS:
            if self[name].data and not self[name].errors and self._moment(name) is None:
                self.refuse(
                    name, gettext("Write day and time as 1405-09-05 18:00 or 2026-11-26 18:00.")
                )
        wrong = out_of_order(*map(self._moment, MOMENTS)) if not self.errors else None
        if wrong == "ends_at":
            self.refuse(wrong, gettext("It must end after it begins, and within a month."))
        elif wrong:
            self.refuse(wrong, gettext("Registration ends when it begins, or before."))

    def _moment(self, name: str) -> datetime | None:
        return typed_moment(self[name].data or "", ZoneInfo(self.time_zone.data))

    def _seats(self) -> int | None:
        return parse_int(self.seats.data or "", lowest=1, highest=MOST_SEATS)


def form_of(details: Details, version: int) -> EventForm:
    """The form filled with what an event says."""
    zone = ZoneInfo(details.time_zone)
    asked = {
        f"question_{number}_{part}": value
        for number, one in enumerate(details.questions, 1)
        for part, value in (("fa", one.text_fa), ("en", one.text_en), ("needed", one.is_required))
    }
    data = {
        "sort": details.sort.value,
        **{name: getattr(details, name) for name in TEXTS},
        "cities": list(details.cities),
        "topics": list(details.topics),
        "held": details.held.value,
        "place_city": details.place_city or "",
        "time_zone": details.time_zone,
        **{name: _shown(getattr(details, name), zone) for name in MOMENTS},
        "seats": str(details.seats or ""),
        "version": str(version),
        **asked,
    }
    return EventForm(None, data=data)


def _shown(moment: datetime | None, zone: ZoneInfo) -> str:
    return f"{moment.astimezone(zone):%Y-%m-%d %H:%M}" if moment else ""


def _is_web_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
        return parts.scheme in WEB and bool(parts.hostname) and " " not in text
    except ValueError:
        return False
