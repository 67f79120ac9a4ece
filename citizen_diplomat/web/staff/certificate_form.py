"""The forms of a certificate of service: what it says, and why it is no longer good."""

from datetime import date
from typing import Any

from flask_babel import gettext, lazy_gettext

from citizen_diplomat.foundation.calendar import parse_date
from citizen_diplomat.foundation.numbers import format_number, parse_int
from citizen_diplomat.foundation.tokens import new_secret
from citizen_diplomat.outcomes.certificate_rules import (
    FIRST_DAY,
    MOST_HOURS,
    TEXT_LENGTH,
    Served,
    Service,
)
from citizen_diplomat.web.addresses import typed
from citizen_diplomat.web.certificate_words import REASONS, SERVICES
from citizen_diplomat.web.forms import BaseForm, KeptField, RadioChoiceField, line, paragraphs
from citizen_diplomat.web.languages import language
from citizen_diplomat.web.pages import LARGEST_NUMBER

NUMBER_LENGTH, DAY_LENGTH, KEY_LENGTH = 16, 10, 64


class CertificateForm(BaseForm):
    """Whom it is for, what they did, from when until when, and for how long."""

    member = line(lazy_gettext("Number of the member"), longest=NUMBER_LENGTH)
    kind = RadioChoiceField(lazy_gettext("What did they do?"))
    text_fa = paragraphs(lazy_gettext("In words, in Persian"), longest=TEXT_LENGTH)
    text_en = paragraphs(lazy_gettext("In words, in English"), longest=TEXT_LENGTH)
    first_day = line(lazy_gettext("First day"), longest=DAY_LENGTH)
    last_day = line(lazy_gettext("Last day"), longest=DAY_LENGTH)
    hours = line(lazy_gettext("Hours"), longest=NUMBER_LENGTH, required=False)
    form_key = KeptField()

    def __init__(self, *args: Any, **options: Any) -> None:
        """Offer the kinds in the reader's language."""
        super().__init__(*args, **options)
        self.kind.choices = [(kind.value, word) for kind, word in SERVICES.items()]
        self.form_key.data = (self.form_key.data or new_secret())[:KEY_LENGTH]

    def is_right(self, *, today: date) -> bool:
        """Whether it can be issued like this; if not, the errors stand beside their fields."""
        self.validate()
        if not self.member.errors and self.number is None:
            self.refuse("member", self.nobody())
        for name in ("first_day", "last_day"):
            if not self[name].errors and parse_date(typed(self[name])) is None:
                self.refuse(name, gettext("Write a day as 1405-09-05 or 2026-11-26."))
        if not self.errors:
            self._check_days(today)
        if typed(self.hours) and not self.hours.errors and self._hours is None:
            most = format_number(MOST_HOURS, language())
            self.refuse("hours", gettext("Write a whole number from 1 to %(most)s.", most=most))
        return not self.errors

    @staticmethod
    def nobody() -> str:
        """That there is nobody of that number to whom a certificate could be issued."""
        return str(gettext("No other member with an open account has this number."))

    @property
    def number(self) -> int | None:
        """The number of the member as it was typed."""
        return parse_int(typed(self.member), lowest=1, highest=LARGEST_NUMBER)

    def served(self) -> Served:
        """What was written, as a value of the room; ask after `is_right`."""
        first, last = parse_date(typed(self.first_day)), parse_date(typed(self.last_day))
        assert first is not None
        assert last is not None
        return Served(
            Service(self.kind.data),
            typed(self.text_fa),
            typed(self.text_en),
            first,
            last,
            self._hours,
        )

    @property
    def _hours(self) -> int | None:
        return parse_int(typed(self.hours), lowest=1, highest=MOST_HOURS)

    def _check_days(self, today: date) -> None:
        served = self.served()
        if served.last_day < served.first_day:
            self.refuse("last_day", gettext("The last day is before the first one."))
        elif served.last_day > today:
            self.refuse("last_day", gettext("Only what has been done is certified."))
        elif served.first_day < FIRST_DAY:
            self.refuse("first_day", gettext("This is too long ago."))


class RevokeForm(BaseForm):
    """Why a certificate is no longer good."""

    reason = RadioChoiceField(lazy_gettext("Why is it no longer good?"))

    def __init__(self, *args: Any, **options: Any) -> None:
        """Offer the reasons in the reader's language."""
        super().__init__(*args, **options)
        self.reason.choices = [(reason.value, word) for reason, word in REASONS.items()]
