"""The form of an absence: who is away, from when until when, and who stands in."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask_babel import gettext, lazy_gettext

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.foundation.calendar import parse_date
from citizen_diplomat.moderation.absences import LONGEST
from citizen_diplomat.web.forms import BaseForm, ChoiceField, line
from citizen_diplomat.web.staff.desk_form import choices_of

DATE_LENGTH = 10


class AbsenceForm(BaseForm):
    """Who is away and when; `who` stands in the address, for their stand-ins are their own."""

    first = line(lazy_gettext("First day away"), longest=DATE_LENGTH)
    last = line(lazy_gettext("Last day away"), longest=DATE_LENGTH)
    stand_in = ChoiceField(lazy_gettext("Who stands in"), default="")

    def __init__(self, *args: Any, people: Sequence[Account], **options: Any) -> None:
        """Offer those who can stand in."""
        super().__init__(*args, **options)
        self.stand_in.choices = [("", gettext("Nobody")), *choices_of(people)]

    def is_right(self, *, today: date) -> bool:
        """Whether it can be entered like this; if not, the errors stand beside their fields."""
        self.validate()
        first, last = self.days
        for name, day in (("first", first), ("last", last)):
            if not self[name].errors and day is None:
                self.refuse(name, gettext("Write a day as 1405-09-05 or 2026-11-26."))
        if not self.errors and first and last:
            if last < first:
                self.refuse("last", gettext("The last day is before the first one."))
            elif last < today:
                self.refuse("last", gettext("These days are over."))
            elif last > today + LONGEST or last - first > LONGEST:
                self.refuse("last", gettext("At most a year ahead."))
        return not self.errors

    @property
    def days(self) -> tuple[date | None, date | None]:
        """The first and the last day as they were typed, in either calendar."""
        return parse_date(self.first.data or ""), parse_date(self.last.data or "")
