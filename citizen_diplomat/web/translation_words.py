"""What the pages of translations share: words, names, and the link in their letters."""

from collections.abc import Mapping

from flask_babel import LazyString, lazy_gettext

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.translation import queries
from citizen_diplomat.translation.queries import Shelf
from citizen_diplomat.translation.rules import Stage, SubjectKind
from citizen_diplomat.web.database import db
from citizen_diplomat.web.links import absolute
from citizen_diplomat.web.reference import Choices, language_name
from citizen_diplomat.web.translation_sources import SOURCES

STAGES: Mapping[Stage, LazyString] = {
    Stage.TO_TRANSLATE: lazy_gettext("Not translated yet"),
    Stage.TO_CHECK: lazy_gettext("Waits for a second person"),
    Stage.STALE: lazy_gettext("The original has changed"),
    Stage.CHECKED: lazy_gettext("Checked"),
}
SHELVES: Mapping[Shelf, LazyString] = {
    Shelf.TRANSLATE: lazy_gettext("To translate"),
    Shelf.CHECK: lazy_gettext("To check"),
    Shelf.STALE: lazy_gettext("Original changed"),
}
KINDS: Mapping[SubjectKind, LazyString] = {
    SubjectKind.PROPOSAL: lazy_gettext("Proposal"),
    SubjectKind.NEWS: lazy_gettext("News"),
    SubjectKind.PAGE: lazy_gettext("Page"),
}


def desk_link(person: Account, number: int) -> str:
    """The full address of a translation at the desk, in the language of who reads a letter."""
    return absolute(person.language, "member.translation", number=number)


def readings_of(kind: SubjectKind, subject: str, own: str) -> Choices:
    """In which languages besides its own something can be read: the name of each, and where."""
    reading = SOURCES[kind].reading
    return [
        (language_name(code), reading(subject, code))
        for code in queries.languages_read(db(), kind, subject, own)
    ]
