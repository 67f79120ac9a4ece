"""Which pages there are, which edition of one holds, and who is asked to agree again."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Slug(StrEnum):
    """A page whose text the office edits; its value stands in the address."""

    ABOUT = "about"
    HOW_WE_DECIDE = "how-we-decide"
    HELP = "help"
    PRIVACY = "privacy"
    TERMS = "terms"
    ACCESSIBILITY = "accessibility"


BUILT_IN = 1
"""The number of the text that came with the site; what the office publishes is counted from 2."""

TITLE_LENGTH = 80
BODY_LENGTH = 20_000
NOTE_LENGTH = 400

FIGURES = frozenset(
    {
        *{"answer_days", "decision_days", "appeal_days", "claim_minutes", "confirm_days"},
        *{"reset_hours", "sign_in_hours", "remembered_days", "staff_hours", "kept_form_hours"},
        "unconfirmed_days",
    }
)
"""What a text may ask for by its name, to show the figure that the site really keeps to."""

MARKS = frozenset(
    f"state_{state}"
    for state in "draft submitted in_review changes_requested accepted declined duplicate"
    " withdrawn".split()
)
"""States of a proposal, shown as they look everywhere."""

PLACES = frozenset(
    {
        *{"about", "how_we_decide", "help", "privacy", "terms", "accessibility"},
        *{"my_data", "who_opened_my_data", "public_record", "fairness"},
    }
)
"""Pages that a text may lead to, each in the reader's language."""

NAMED = re.compile(r"\{\{\s*([^{}]*?)\s*\}\}")
"""Where a text asks for one of these: its name in double braces."""


@dataclass(frozen=True)
class Dated:
    """What decides when an edition holds."""

    number: int
    effective_at: datetime
    asks_again: bool = False


class Answer(StrEnum):
    """Where somebody stands with the terms that hold now."""

    AGREED = "agreed"
    NOT_ASKED = "not asked yet"
    NOT_YET = "asked and did not agree"


def in_force(editions: Iterable[Dated], at: datetime) -> list[Dated]:
    """The editions that came to hold until a moment, in this order; the last one holds then.

    What is published later takes the place of what was planned before and had not begun: an
    edition whose day comes when a newer one holds already never holds.
    """
    return [one for one in _ever_in_force(editions) if one.effective_at <= at]


def to_come(editions: Iterable[Dated], at: datetime) -> list[Dated]:
    """The editions that will come to hold after a moment, in this order."""
    return [one for one in _ever_in_force(editions) if one.effective_at > at]


def asked_for(editions: Iterable[Dated], at: datetime) -> int | None:
    """The number of the edition that everybody must have agreed to by then; None if there is none.

    Who agreed to a later one agreed to what this one had changed.
    """
    asking = [one.number for one in in_force(editions, at) if one.asks_again]
    return max(asking, default=None)


def answer_to(asked: int | None, *, agreed: int, answered: int) -> Answer:
    """Where somebody stands who last agreed to one edition, and last said yes or no to another."""
    if asked is None or agreed >= asked:
        return Answer.AGREED
    return Answer.NOT_YET if answered >= asked else Answer.NOT_ASKED


def _ever_in_force(editions: Iterable[Dated]) -> list[Dated]:
    found: list[Dated] = []
    for edition in sorted(editions, key=lambda one: one.number):
        found = [one for one in found if one.effective_at < edition.effective_at]
        found.append(edition)
    return found


def unknown_names(slug: Slug, text: str) -> Sequence[str]:
    """What a text asks for and cannot have, in its order.

    The terms hold no figures: what people agreed to must not change when a setting does.
    """
    known = PLACES if slug is Slug.TERMS else PLACES | FIGURES | MARKS
    return [name for name in NAMED.findall(text) if name not in known]
