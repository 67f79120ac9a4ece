"""The relation between two cities in the reader's language: its events, their days, whose act."""

from collections.abc import Mapping

from flask_babel import LazyString, lazy_gettext

from citizen_diplomat.cities.model import City
from citizen_diplomat.cities.relations import RelationEvent
from citizen_diplomat.cities.rules import EventKind, Side
from citizen_diplomat.foundation.periods import format_period, year_of
from citizen_diplomat.web.languages import language

KINDS: Mapping[EventKind, LazyString] = {
    EventKind.LETTER_OF_INTENT: lazy_gettext("Letter of intent"),
    EventKind.COUNCIL_DECISION: lazy_gettext("Decision of the city council"),
    EventKind.MEMORANDUM: lazy_gettext("Memorandum of understanding"),
    EventKind.AGREEMENT: lazy_gettext("Sister-city agreement"),
    EventKind.ROAD_MAP: lazy_gettext("Road map"),
    EventKind.RENEWAL: lazy_gettext("Renewal of the agreement"),
    EventKind.MILESTONE: lazy_gettext("A step on the way"),
    EventKind.DORMANCY: lazy_gettext("Contacts at rest"),
    EventKind.SUSPENSION: lazy_gettext("Official contacts suspended"),
    EventKind.REVIVAL: lazy_gettext("Contacts taken up again"),
}
SIDES: Mapping[Side, LazyString] = {
    Side.BOTH: lazy_gettext("Both cities"),
    Side.ISFAHAN: lazy_gettext("Isfahan"),
    Side.PARTNER: lazy_gettext("The other city"),
}


def kind_word(event: RelationEvent) -> str:
    """What kind of event it was."""
    return str(KINDS[EventKind(event.kind)])


def note_of(event: RelationEvent) -> str:
    """What was written of an event, in the reader's language or in the one there is."""
    first, second = event.note_fa, event.note_en
    return (first or second) if language() == "fa" else (second or first)


def day_of(event: RelationEvent) -> str:
    """When it was, in both calendars and no more exactly than is known."""
    return format_period(event.period, language())


def agreement(city: City) -> str:
    """When the first agreement was signed, in both calendars, or nothing."""
    return format_period(city.agreed, language()) if city.agreed else ""


def since(city: City) -> str:
    """The year of the first agreement in the reader's own calendar; nothing if there is none."""
    return year_of(city.agreed, language()) if city.agreed else ""
