"""The forms of a desk: what it is called, who belongs to it, and what comes to it."""

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext, lazy_gettext

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.foundation.numbers import parse_int
from citizen_diplomat.moderation.desk_setup import Plan
from citizen_diplomat.moderation.desks import NAME_LENGTH, Desk
from citizen_diplomat.web.forms import BaseForm, ChoiceField, KeptField, TickField, line
from citizen_diplomat.web.names import shown_name
from citizen_diplomat.web.pages import LARGEST_NUMBER, LARGEST_VERSION
from citizen_diplomat.web.reference import city_choices, topic_choices

Choices = list[tuple[str, str]]


class DeskForm(BaseForm):
    """The names of a desk, its head, and whether it shares its work out evenly."""

    name_fa = line(lazy_gettext("Name in Persian"), longest=NAME_LENGTH)
    name_en = line(lazy_gettext("Name in English"), longest=NAME_LENGTH)
    head = ChoiceField(lazy_gettext("Head of the desk"), default="")
    shares_out = TickField(lazy_gettext("Share out evenly what comes in"))
    version = KeptField()

    def __init__(self, *args: Any, people: Sequence[Account], **options: Any) -> None:
        """Offer those who could head it."""
        super().__init__(*args, **options)
        self.head.choices = [("", gettext("Nobody yet")), *choices_of(people)]

    @property
    def plan(self) -> Plan:
        """What was typed, as a value of the room; ask after `validate`."""
        names = (self.name_fa.data or "", self.name_en.data or "")
        return Plan(*names, number_in(self.head.data), bool(self.shares_out.data))

    @property
    def seen(self) -> int:
        """The version that the page was made from; -1 when it says none."""
        version = parse_int(self.version.data or "", lowest=0, highest=LARGEST_VERSION)
        return -1 if version is None else version


class MemberForm(BaseForm):
    """Who shall belong to the desk."""

    account = ChoiceField(lazy_gettext("Colleague"), default="")

    def __init__(self, *args: Any, people: Sequence[Account], **options: Any) -> None:
        """Offer those who do not belong to it yet."""
        super().__init__(*args, **options)
        self.account.choices = [("", gettext("Choose a colleague")), *choices_of(people)]

    def is_right(self) -> bool:
        """Whether somebody was chosen; if not, the error stands beside the field."""
        self.validate()
        if not self.account.errors and not self.account.data:
            self.refuse("account", gettext("Choose a colleague."))
        return not self.errors


class RuleForm(BaseForm):
    """Which city and topic, and whose work it is."""

    city = ChoiceField(lazy_gettext("City"), default="")
    topic = ChoiceField(lazy_gettext("Topic"), default="")
    person = ChoiceField(lazy_gettext("For whom"), default="")

    def __init__(self, *args: Any, people: Sequence[Account], **options: Any) -> None:
        """Offer cities, topics and the members of the desk."""
        super().__init__(*args, **options)
        self.city.choices = [("", gettext("Every city")), *city_choices()]
        self.topic.choices = [("", gettext("Every topic")), *topic_choices()]
        self.person.choices = [("", gettext("The desk")), *choices_of(people)]


def form_of(desk: Desk, people: Sequence[Account]) -> DeskForm:
    """The form filled with what is stored; a head who reviews no more stays until it is changed."""
    stored = {
        "name_fa": desk.name_fa,
        "name_en": desk.name_en,
        "head": str(desk.head_id or ""),
        "shares_out": desk.shares_out,
        "version": str(desk.version),
    }
    return DeskForm(None, data=stored, people=people)


def choices_of(people: Sequence[Account]) -> Choices:
    """People as choices of a field."""
    return [(str(person.id), shown_name(person)) for person in people]


def number_in(value: str | None) -> int | None:
    """The number of an account that was chosen, None for the empty choice."""
    return parse_int(value or "", lowest=1, highest=LARGEST_NUMBER)
