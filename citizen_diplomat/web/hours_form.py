"""The form in which a helper, or staff for them, notes the hours that were given."""

from datetime import date
from typing import Any

from flask_babel import gettext, lazy_gettext

from citizen_diplomat.foundation.calendar import parse_date
from citizen_diplomat.foundation.numbers import format_number, parse_int
from citizen_diplomat.foundation.text import latin_digits
from citizen_diplomat.foundation.tokens import new_secret
from citizen_diplomat.outcomes.hours import Given
from citizen_diplomat.outcomes.trail_queries import steps_of
from citizen_diplomat.outcomes.trail_rules import HOURS_WORDS_LENGTH, MOST_HOURS_NOTED
from citizen_diplomat.web.addresses import typed
from citizen_diplomat.web.database import db
from citizen_diplomat.web.forms import BaseForm, ChoiceField, KeptField, line
from citizen_diplomat.web.languages import language
from citizen_diplomat.web.outcome import shown_day, today

LONGEST_DAY = 10
LONGEST_KEY = 64


class HoursForm(BaseForm):
    """How many hours somebody gave, on which day, for what."""

    hours = line(
        lazy_gettext("Hours"), longest=10, required=lazy_gettext("Write how many hours it was.")
    )
    day = line(lazy_gettext("Day"), longest=LONGEST_DAY, required=lazy_gettext("Write the day."))
    step = ChoiceField(lazy_gettext("For which step?"))
    words = line(
        lazy_gettext("What you did, in a few words"), longest=HOURS_WORDS_LENGTH, required=False
    )
    form_key = KeptField()

    def __init__(self, *args: Any, number: int, **options: Any) -> None:
        """Offer the steps of the outcome; an empty form is for today."""
        super().__init__(*args, **options)
        steps = [(str(row.id), row.text(language())) for row in steps_of(db(), number)]
        self.step.choices = [("", gettext("For the whole")), *steps]
        self.step.data = self.step.data or ""
        if not self.is_submitted() and not self.day.data:
            self.day.data = shown_day(today())
        self.form_key.data = (self.form_key.data or new_secret())[:LONGEST_KEY]

    def is_right(self) -> bool:
        """Whether it can be noted like this; if not, the errors stand beside their fields."""
        self.validate()
        if not self.hours.errors and self._hours() is None:
            most = format_number(MOST_HOURS_NOTED, language())
            self.refuse("hours", gettext("Write a whole number from 1 to %(most)s.", most=most))
        if not self.day.errors and self._day() is None:
            self.refuse("day", gettext("A day that has been, as 1405-09-05 or 2026-11-26."))
        return not self.errors

    def given(self) -> Given:
        """What was written, as a value of the room; ask after `is_right`."""
        step = int(self.step.data) if self.step.data else None
        return Given(self._hours() or 1, self._day() or today(), typed(self.words), step)

    def _hours(self) -> int | None:
        return parse_int(latin_digits(typed(self.hours)), lowest=1, highest=MOST_HOURS_NOTED)

    def _day(self) -> date | None:
        day = parse_date(typed(self.day))
        return day if day is not None and day <= today() else None
