"""The pages of staff by name, in the reader's language and in English."""

from dataclasses import dataclass

from flask_babel import LazyString, force_locale, lazy_gettext

from citizen_diplomat.accounts.rules import Duty
from citizen_diplomat.foundation.folding import fold, search_words
from citizen_diplomat.web.languages import LOCALES
from citizen_diplomat.web.signin import holds
from citizen_diplomat.web.staff.settings import PAGES as SETTINGS


@dataclass(frozen=True)
class StaffPage:
    """A page that is reached by its name."""

    endpoint: str
    icon: str
    name: LazyString
    purpose: LazyString | None = None


MENU: tuple[tuple[Duty, StaffPage], ...] = (
    (Duty.REVIEW, StaffPage("staff.queue", "inboxes", lazy_gettext("Review queue"))),
    (Duty.REVIEW, StaffPage("staff.pending", "hourglass-split", lazy_gettext("Pending decisions"))),
    (Duty.REVIEW, StaffPage("staff.dashboard", "bar-chart", lazy_gettext("Figures"))),
    (Duty.HELPERS, StaffPage("staff.help_offers", "people", lazy_gettext("Help"))),
    (Duty.DIRECTORY, StaffPage("staff.members", "person", lazy_gettext("Members & skills"))),
    (Duty.UNSHIELD, StaffPage("staff.unshieldings", "eye", lazy_gettext("Pen names"))),
    (Duty.SANCTION, StaffPage("staff.sanctions", "slash-circle", lazy_gettext("Sanctions"))),
    (Duty.READ_LOG, StaffPage("staff.log", "journal-text", lazy_gettext("Log"))),
    (Duty.ENTER, StaffPage("staff.settings", "sliders", lazy_gettext("Settings"))),
)
"""The pages of the menu, and those that stand beside them; the others are settings."""


def pages_named(q: str, *, limit: int) -> list[StaffPage]:
    """Pages that the reader's duties open and whose name holds each word; all for an empty text."""
    words = search_words(q)
    return [page for page in _open_pages() if _is_named(page, words)][:limit]


def _open_pages() -> list[StaffPage]:
    hub = [
        (duty, StaffPage(endpoint, icon, name, purpose))
        for duty, endpoint, icon, name, purpose in SETTINGS
    ]
    return [page for duty, page in (*MENU, *hub) if holds(duty)]


def _is_named(page: StaffPage, words: list[str]) -> bool:
    with force_locale(LOCALES["en"]):
        english = str(page.name)
    names = fold(f"{page.name} {english}")
    return all(word in names for word in words)
