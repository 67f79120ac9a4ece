"""What changed between two versions of a city, in the reader's language."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import LazyString, gettext, lazy_gettext

from citizen_diplomat.cities.rules import EventKind, Side
from citizen_diplomat.cities.versions import CONTACTS, EVENTS, Change, Content, Deed, changes
from citizen_diplomat.foundation.periods import Period, Precision, format_period
from citizen_diplomat.web.languages import language
from citizen_diplomat.web.reference import language_name, topic_name
from citizen_diplomat.web.relation_words import KINDS, SIDES

DEEDS: Mapping[Deed, LazyString] = {
    Deed.RELEASE: lazy_gettext("As it came with the software"),
    Deed.FACTS: lazy_gettext("Names, descriptions or themes changed"),
    Deed.EVENT_ADDED: lazy_gettext("Event written down"),
    Deed.EVENT_CHANGED: lazy_gettext("Event changed"),
    Deed.EVENT_REMOVED: lazy_gettext("Event taken out"),
    Deed.CONTACT_ADDED: lazy_gettext("Contact written down"),
    Deed.CONTACT_CHANGED: lazy_gettext("Contact changed"),
    Deed.CONTACT_REMOVED: lazy_gettext("Contact taken out"),
    Deed.RESTORED: lazy_gettext("Earlier version brought back"),
}
FIELDS: Mapping[str, LazyString] = {
    "name_fa": lazy_gettext("Name in Persian"),
    "name_en": lazy_gettext("Name in English"),
    "names_local": lazy_gettext("Names in its own languages"),
    "aliases": lazy_gettext("Other spellings"),
    "description_fa": lazy_gettext("Description in Persian"),
    "description_en": lazy_gettext("Description in English"),
    "topics": lazy_gettext("Themes of the relation"),
    "kind": lazy_gettext("What happened"),
    "day": lazy_gettext("When"),
    "side": lazy_gettext("Whose act"),
    "note_fa": lazy_gettext("Note in Persian"),
    "note_en": lazy_gettext("Note in English"),
    "source": lazy_gettext("Source"),
    "link": lazy_gettext("Where it can be read"),
    "document": lazy_gettext("The text of the document"),
    "organisation": lazy_gettext("Organisation"),
    "role_fa": lazy_gettext("Their part, in Persian"),
    "role_en": lazy_gettext("Their part, in English"),
    "address": lazy_gettext("Postal address"),
    "email": lazy_gettext("E-mail"),
    "page": lazy_gettext("Web page"),
    "language": lazy_gettext("Language to write in"),
    "is_public": lazy_gettext("Everybody may read this on the page of the city"),
}


@dataclass(frozen=True)
class ShownChange:
    """One field as the page tells it; `of` names the event or contact, if it is one's."""

    of: str
    field: LazyString
    before: str
    after: str


def shown_changes(before: Content, after: Content) -> list[ShownChange]:
    """What differs, in words; nothing stands as an empty text."""
    found: list[ShownChange] = []
    told = set()
    for change in changes(before, after):
        name = "day" if change.name == "precision" else change.name
        if (change.part, change.row, name) in told:
            continue
        told.add((change.part, change.row, name))
        old = before[change.part].get(change.row, {})
        new = after[change.part].get(change.row, {})
        values = (_shown(name, row) for row in (old, new))
        found.append(ShownChange(_of(change, new or old), FIELDS[name], *values))
    return found


def _of(change: Change, row: Mapping[str, Any]) -> str:
    if change.part == EVENTS:
        return str(gettext("Event of %(day)s", day=_shown("day", row)))
    return str(row["organisation"]) if change.part == CONTACTS else ""


def _shown(name: str, row: Mapping[str, Any]) -> str:
    value = row.get(name)
    if value in (None, "", []):
        return ""
    in_words = IN_WORDS.get(name)
    return in_words(row) if in_words else str(value)


def _day(row: Mapping[str, Any]) -> str:
    day = Period(date.fromisoformat(row["day"]), Precision(row["precision"]))
    return format_period(day, language())


def _names(row: Mapping[str, Any]) -> str:
    return _listed(f"{language_name(lang)}: {name}" for lang, name in row["names_local"])


def _listed(parts: Iterable[str]) -> str:
    return ("، " if language() == "fa" else ", ").join(parts)


IN_WORDS: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    "day": _day,
    "kind": lambda row: str(KINDS[EventKind(row["kind"])]),
    "side": lambda row: str(SIDES[Side(row["side"])]),
    "topics": lambda row: _listed(map(topic_name, row["topics"])),
    "names_local": _names,
    "aliases": lambda row: _listed(row["aliases"]),
    "language": lambda row: language_name(row["language"]),
    "is_public": lambda row: str(gettext("yes") if row["is_public"] else gettext("no")),
}
"""What is not shown as it is kept."""
