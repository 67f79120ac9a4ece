"""The glossary of diplomatic terms: one word for one thing in every translation."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from sqlalchemy import CheckConstraint, String, Text, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.audit.actions import record
from citizen_diplomat.foundation.database import Base, Document
from citizen_diplomat.foundation.folding import fold, sort_key
from citizen_diplomat.foundation.reference_file import read_rows
from citizen_diplomat.foundation.tokens import new_secret

DATA = Path(__file__).parent / "data"
TERM_LENGTH = 120
NOTE_LENGTH = 500
VARIANT = "/"
"""Parts several spellings of one term: خواهرخواندگی / خواهرشهری."""
_ENDING = r"(?:'?e?s|\s?(?:ها|های|هایی|ی|ای|هایشان))?"
"""What plurals and the Persian ezafe add to a term; other languages bend their words more."""


@dataclass(frozen=True)
class Wording:
    """A term in both languages of the site, in others by their codes, and what to mind."""

    term_fa: str
    term_en: str
    note_fa: str = ""
    note_en: str = ""
    others: dict[str, str] = field(default_factory=dict)


class ChangedMeanwhile(Exception):  # noqa: N818 - named for what happened
    """A colleague changed the term since it was last looked at."""


class GlossaryTerm(Base):
    """One term; a retired one is shown to nobody but its editors."""

    __tablename__ = "glossary_term"
    __table_args__ = (
        CheckConstraint(f"length(note_fa) <= {NOTE_LENGTH}", name="note_fa_length"),
        CheckConstraint(f"length(note_en) <= {NOTE_LENGTH}", name="note_en_length"),
    )

    slug: Mapped[str] = mapped_column(String(60), primary_key=True)
    term_fa: Mapped[str] = mapped_column(String(TERM_LENGTH))
    term_en: Mapped[str] = mapped_column(String(TERM_LENGTH))
    note_fa: Mapped[str] = mapped_column(Text, default="")
    note_en: Mapped[str] = mapped_column(Text, default="")
    others: Mapped[dict[str, str]] = mapped_column(Document, default=dict)
    """The term in other languages, by their codes (BCP 47)."""
    version: Mapped[int] = mapped_column(default=1)
    changed_at: Mapped[datetime | None]
    """When somebody changed what a release had brought."""
    retired_at: Mapped[datetime | None]

    __mapper_args__ = {"version_id_col": version}

    @property
    def wording(self) -> Wording:
        """What it says, as a value."""
        return Wording(self.term_fa, self.term_en, self.note_fa, self.note_en, dict(self.others))

    def term_in(self, code: str) -> str:
        """The term in a language, or nothing."""
        known = {"fa": self.term_fa, "en": self.term_en}
        return known.get(code) or self.others.get(code, "")


def load_reference(session: Session) -> None:
    """Add the terms of this release that the glossary never had; the others are the office's."""
    known = set(session.scalars(select(GlossaryTerm.slug)))
    session.add_all(
        GlossaryTerm(**row) for row in read_rows(DATA / "glossary.json") if row["slug"] not in known
    )


def terms(session: Session, language: str, *, retired: bool = False) -> list[GlossaryTerm]:
    """All terms in the alphabetical order of a language; retired ones only if asked for."""
    wanted = select(GlossaryTerm)
    rows = session.scalars(
        wanted if retired else wanted.where(GlossaryTerm.retired_at.is_(None))
    ).all()
    return sorted(rows, key=lambda row: (sort_key(row.term_in(language)), row.slug))


def occurring(rows: Iterable[GlossaryTerm], text: str, language: str) -> list[GlossaryTerm]:
    """Those terms that stand in a text of a language, in one spelling or another."""
    words = fold(text)
    return [row for row in rows if _stands_in(row.term_in(language), words)]


def find(session: Session, slug: str, *, to_change: bool = False) -> GlossaryTerm | None:
    """One term; with `to_change` it is locked until the transaction ends."""
    return session.get(GlossaryTerm, slug, with_for_update=to_change or None)


def add(session: Session, wording: Wording, *, by: Account, at: datetime) -> GlossaryTerm:
    """Put a term into the glossary."""
    row = GlossaryTerm(slug=_free_slug(session, wording.term_en))
    _put(row, wording, at)
    session.add(row)
    _record(session, "glossary.added", row, by=by, at=at)
    return row


def change(
    session: Session,
    row: GlossaryTerm,
    wording: Wording,
    *,
    version: int,
    by: Account,
    at: datetime,
) -> None:
    """Say a term differently. Raises ChangedMeanwhile if it is no longer at `version`."""
    if row.version != version:
        raise ChangedMeanwhile(row.slug)
    _put(row, wording, at)
    _record(session, "glossary.changed", row, by=by, at=at)


def retire(
    session: Session, row: GlossaryTerm, *, is_retired: bool, by: Account, at: datetime
) -> None:
    """Take a term out of the glossary, or put it back."""
    if (row.retired_at is not None) != is_retired:
        row.retired_at = at if is_retired else None
        action = "glossary.retired" if is_retired else "glossary.restored"
        _record(session, action, row, by=by, at=at)


def _stands_in(term: str, words: str) -> bool:
    return any(
        re.search(rf"(?<!\w){_pattern(spelling)}{_ENDING}(?!\w)", words)
        for spelling in _spellings(term)
    )


def _spellings(term: str) -> Sequence[str]:
    return [folded for one in term.split(VARIANT) if (folded := fold(one))]


def _pattern(spelling: str) -> str:
    """Its words with or without a space or hyphen between them."""
    return r"[\s\-]?".join(map(re.escape, re.split(r"[\s\-]+", spelling)))


def _free_slug(session: Session, term: str) -> str:
    base = re.sub("[^a-z0-9]+", "-", fold(term)).strip("-")[:40] or "term"
    taken = session.get(GlossaryTerm, base) is not None
    digits = re.sub("[^a-z0-9]", "", new_secret().lower())[:8]
    return f"{base}-{digits}" if taken else base


def _put(row: GlossaryTerm, wording: Wording, at: datetime) -> None:
    row.term_fa, row.term_en = wording.term_fa, wording.term_en
    row.note_fa, row.note_en = wording.note_fa, wording.note_en
    row.others, row.changed_at = dict(wording.others), at


def _record(session: Session, action: str, row: GlossaryTerm, *, by: Account, at: datetime) -> None:
    record(session, action, f"term:{row.slug}", by=by.id, at=at)
