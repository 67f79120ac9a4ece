"""The forms of what the office promises, and of a day that it decides on."""

from datetime import date
from typing import Any

from flask_babel import gettext, lazy_gettext

from citizen_diplomat.foundation.calendar import WEEKDAYS, parse_date
from citizen_diplomat.foundation.numbers import format_number, parse_int
from citizen_diplomat.foundation.working_days import SATURDAY
from citizen_diplomat.moderation.office import LONGEST_TARGET, NAME_LENGTH
from citizen_diplomat.moderation.office_days import AHEAD, Promises
from citizen_diplomat.web.forms import (
    BaseForm,
    CheckboxesField,
    KeptField,
    RadioChoiceField,
    TickField,
    line,
)
from citizen_diplomat.web.languages import language

WEEK = tuple((SATURDAY + n) % 7 for n in range(7))
TARGETS = ("answer_days", "decision_days", "appeal_days")
FIGURES = 4
DATE_LENGTH = 10


class PromisesForm(BaseForm):
    """Targets in working days, the working week, and whether desks see each other's items."""

    answer_days = line(lazy_gettext("A first answer within"), longest=FIGURES)
    decision_days = line(lazy_gettext("A decision within"), longest=FIGURES)
    appeal_days = line(lazy_gettext("A decision on an appeal within"), longest=FIGURES)
    working_week = CheckboxesField(lazy_gettext("Days on which the office works"), coerce=str)
    are_desks_closed = TickField(lazy_gettext("A desk sees its own items alone"))
    version = KeptField()

    def __init__(self, *args: Any, **options: Any) -> None:
        """Offer the weekdays in the reader's language, Saturday first."""
        super().__init__(*args, **options)
        names = WEEKDAYS["fa" if language() == "fa" else "en"]
        self.working_week.choices = [(str(day), names[day]) for day in WEEK]

    def is_right(self) -> bool:
        """Whether it can be saved like this; if not, the errors stand beside their fields."""
        self.validate()
        for name in TARGETS:
            if not self[name].errors and self._figure(name) is None:
                most = format_number(LONGEST_TARGET, language())
                self.refuse(name, gettext("A number of days from 1 to %(most)s.", most=most))
        if not self.working_week.errors and not self.working_week.data:
            self.refuse("working_week", gettext("Choose at least one day."))
        return not self.errors

    @property
    def promises(self) -> Promises:
        """What was typed; ask after `is_right`."""
        answer, decision, appeal = (self._figure(name) or 1 for name in TARGETS)
        week = [int(day) for day in self.working_week.data or ()]
        return Promises(week, answer, decision, appeal, bool(self.are_desks_closed.data))

    def _figure(self, name: str) -> int | None:
        return parse_int(self[name].data or "", lowest=1, highest=LONGEST_TARGET)


class DayForm(BaseForm):
    """A day on which the office is closed, or works after all."""

    day = line(lazy_gettext("Day"), longest=DATE_LENGTH)
    works = RadioChoiceField(lazy_gettext("On this day the office"), default="n")
    name_fa = line(lazy_gettext("Why, in Persian"), longest=NAME_LENGTH)
    name_en = line(lazy_gettext("Why, in English"), longest=NAME_LENGTH)

    def __init__(self, *args: Any, **options: Any) -> None:
        """Offer the two choices in the reader's language."""
        super().__init__(*args, **options)
        self.works.choices = [("n", gettext("is closed")), ("y", gettext("works"))]

    def is_right(self, *, today: date) -> bool:
        """Whether it can be saved like this; if not, the errors stand beside their fields."""
        self.validate()
        day = self.chosen
        if not self.day.errors and (day is None or not today <= day <= today + AHEAD):
            self.refuse("day", gettext("A day from today on, as 1405-09-05 or 2026-11-26."))
        return not self.errors

    @property
    def chosen(self) -> date | None:
        """The day that was typed, in either calendar."""
        return parse_date(self.day.data or "")
