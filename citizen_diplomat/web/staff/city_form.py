"""The forms of a city: what is said of it, one event of its relation, one contact there."""

import re
from datetime import date
from typing import Any

from flask_babel import gettext, lazy_gettext
from wtforms import Field

from citizen_diplomat.cities.contacts import (
    ADDRESS_LENGTH,
    ORGANISATION_LENGTH,
    PAGE_LENGTH,
    ROLE_LENGTH,
    Partner,
)
from citizen_diplomat.cities.model import NAME_LENGTH, Facts
from citizen_diplomat.cities.relations import (
    DOCUMENT_LENGTH,
    LINK_LENGTH,
    NOTE_LENGTH,
    SOURCE_LENGTH,
    Told,
)
from citizen_diplomat.cities.rules import STEERING, EventKind, Side
from citizen_diplomat.foundation.numbers import parse_int
from citizen_diplomat.foundation.periods import parse_period, written_period
from citizen_diplomat.web.addresses import is_address
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
from citizen_diplomat.web.pages import LARGEST_VERSION
from citizen_diplomat.web.reference import topic_choices
from citizen_diplomat.web.relation_words import KINDS, SIDES

DESCRIPTION_LENGTH = 600
NAMES_LENGTH = 600
PERIOD_LENGTH = 12
EMAIL_LENGTH = 254
# A language by BCP 47, a colon, a name.
LOCAL_NAME = re.compile(r"([A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*)\s*[:：]\s*(\S.*)")
ADDRESS = re.compile(r"https?://[^\s/]+(/\S*)?")
NOT_AN_ADDRESS = lazy_gettext("Write the whole address, beginning with https://.")


class VersionedForm(BaseForm):
    """A form that knows from which version of the city its page was made."""

    version = KeptField()

    @property
    def seen(self) -> int:
        """That version; -1 when the form says none."""
        version = parse_int(self.version.data or "", lowest=0, highest=LARGEST_VERSION)
        return -1 if version is None else version


class CityForm(VersionedForm):
    """Names, descriptions and themes."""

    name_fa = line(lazy_gettext("Name in Persian"), longest=NAME_LENGTH)
    name_en = line(lazy_gettext("Name in English"), longest=NAME_LENGTH)
    names_local = paragraphs(
        lazy_gettext("Names in its own languages"), longest=NAMES_LENGTH, required=False
    )
    aliases = paragraphs(lazy_gettext("Other spellings"), longest=NAMES_LENGTH, required=False)
    description_fa = paragraphs(
        lazy_gettext("Description in Persian"), longest=DESCRIPTION_LENGTH, required=False
    )
    description_en = paragraphs(
        lazy_gettext("Description in English"), longest=DESCRIPTION_LENGTH, required=False
    )
    topics = CheckboxesField(lazy_gettext("Themes of the relation"))

    def __init__(self, *args: Any, **options: Any) -> None:
        """Offer the topics in the reader's language."""
        super().__init__(*args, **options)
        self.topics.choices = topic_choices()

    def is_right(self) -> bool:
        """Whether it can be kept like this; if not, the errors stand beside their fields."""
        self.validate()
        if not self.errors and any(not LOCAL_NAME.fullmatch(row) for row in self._local):
            self.refuse("names_local", gettext("Write one name a line, as ca: Barcelona."))
        if any(len(name) > NAME_LENGTH for name in (*self._local, *_lines(self.aliases))):
            self.refuse("names_local", gettext("One of these names is too long."))
        return not self.errors

    def facts(self) -> Facts:
        """What was written, as a value of the room; ask after `is_right`."""
        local = (LOCAL_NAME.fullmatch(row) for row in self._local)
        return Facts(
            name_fa=self.name_fa.data or "",
            name_en=self.name_en.data or "",
            description_fa=self.description_fa.data or "",
            description_en=self.description_en.data or "",
            names_local=tuple((match[1], match[2]) for match in local if match),
            aliases=tuple(dict.fromkeys(_lines(self.aliases))),
            topics=tuple(slug for slug, _ in topic_choices() if slug in (self.topics.data or ())),
        )

    @property
    def _local(self) -> list[str]:
        return _lines(self.names_local)


class EventForm(VersionedForm):
    """One event: what, when, whose act, what is known of it and from where."""

    kind = ChoiceField(lazy_gettext("What happened"))
    day = line(lazy_gettext("When"), longest=PERIOD_LENGTH)
    side = RadioChoiceField(lazy_gettext("Whose act"), default=Side.BOTH.value)
    note_fa = paragraphs(lazy_gettext("Note in Persian"), longest=NOTE_LENGTH)
    note_en = paragraphs(lazy_gettext("Note in English"), longest=NOTE_LENGTH)
    source = line(lazy_gettext("Source"), longest=SOURCE_LENGTH, required=False)
    link = line(lazy_gettext("Where it can be read"), longest=LINK_LENGTH, required=False)
    document = paragraphs(
        lazy_gettext("The text of the document"), longest=DOCUMENT_LENGTH, required=False
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        """Offer kinds and sides in the reader's language."""
        super().__init__(*args, **options)
        self.kind.choices = [(kind.value, word) for kind, word in KINDS.items()]
        self.side.choices = [(side.value, word) for side, word in SIDES.items()]

    def is_right(self, today: date) -> bool:
        """Whether it can be kept like this; if not, the errors stand beside their fields."""
        self.validate()
        period = parse_period(self.day.data or "")
        if not self.day.errors and period is None:
            self.refuse(
                "day", gettext("Write a day, a month or a year: 1400-05-05, 2021-07 or 1398.")
            )
        elif period is not None and period.first > today and self.kind.data in STEERING:
            self.refuse("day", gettext("This is written down once it has happened."))
        _check_address(self, "link")
        return not self.errors

    def told(self) -> Told:
        """What was written, as a value of the room; ask after `is_right`."""
        period = parse_period(self.day.data or "")
        assert period is not None
        return Told(
            kind=EventKind(self.kind.data),
            period=period,
            side=Side(self.side.data),
            note_fa=self.note_fa.data or "",
            note_en=self.note_en.data or "",
            source=self.source.data or "",
            link=self.link.data or "",
            document=self.document.data or "",
        )


class ContactForm(VersionedForm):
    """One contact, for staff alone unless it is made public."""

    organisation = line(lazy_gettext("Organisation"), longest=ORGANISATION_LENGTH)
    role_fa = line(lazy_gettext("Their part, in Persian"), longest=ROLE_LENGTH, required=False)
    role_en = line(lazy_gettext("Their part, in English"), longest=ROLE_LENGTH, required=False)
    address = line(lazy_gettext("Postal address"), longest=ADDRESS_LENGTH, required=False)
    email = line(lazy_gettext("E-mail"), longest=EMAIL_LENGTH, required=False)
    web_page = line(lazy_gettext("Web page"), longest=PAGE_LENGTH, required=False)
    language = line(lazy_gettext("Language to write in"), longest=20, required=False)
    is_public = TickField(lazy_gettext("Everybody may read this on the page of the city"))

    def is_right(self) -> bool:
        """Whether it can be kept like this; if not, the errors stand beside their fields."""
        self.validate()
        _check_address(self, "web_page")
        if self.email.data and not self.email.errors and not is_address(self.email.data):
            self.refuse("email", gettext("Write the whole address, with an @ and a full stop."))
        code = self.language.data or ""
        if code and not re.fullmatch(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*", code):
            self.refuse("language", gettext("Write the code of a language, such as de or zh-Hans."))
        return not self.errors

    def partner(self) -> Partner:
        """What was written, as a value of the room; ask after `is_right`."""
        return Partner(
            organisation=self.organisation.data or "",
            role_fa=self.role_fa.data or "",
            role_en=self.role_en.data or "",
            address=self.address.data or "",
            email=self.email.data or "",
            page=self.web_page.data or "",
            language=self.language.data or "",
            is_public=bool(self.is_public.data),
        )


def form_of_facts(facts: Facts, version: int) -> CityForm:
    """The form filled with what is said of a city."""
    return CityForm(
        None,
        data={
            **vars(facts),
            "names_local": "\n".join(f"{lang}: {name}" for lang, name in facts.names_local),
            "aliases": "\n".join(facts.aliases),
            "topics": list(facts.topics),
            "version": str(version),
        },
    )


def form_of_event(told: Told, version: int) -> EventForm:
    """The form filled with what is said of an event."""
    day = written_period(told.period)
    return EventForm(None, data={**vars(told), "day": day, "version": str(version)})


def form_of_contact(partner: Partner, version: int) -> ContactForm:
    """The form filled with what is known of a contact."""
    data = {**vars(partner), "web_page": partner.page, "version": str(version)}
    return ContactForm(None, data=data)


def _lines(field: Field) -> list[str]:
    return [row.strip() for row in (field.data or "").splitlines() if row.strip()]


def _check_address(form: BaseForm, name: str) -> None:
    if form[name].data and not form[name].errors and not ADDRESS.fullmatch(form[name].data):
        form.refuse(name, NOT_AN_ADDRESS)
