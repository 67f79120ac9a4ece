"""Reading translations: what everybody reads, what waits for a volunteer, and one at the desk."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, Select, exists, func, or_, select
from sqlalchemy.orm import Session, joinedload

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.foundation.paging import Cursor, Page, beyond, page
from citizen_diplomat.translation.model import (
    Translation,
    TranslationParagraph,
    TranslationVolunteer,
)
from citizen_diplomat.translation.rules import (
    Original,
    Stage,
    SubjectKind,
    carried,
    mark_of,
)

PAGE_LENGTH = 20


class Shelf(StrEnum):
    """What a volunteer looks for."""

    TRANSLATE = "translate"
    CHECK = "check"
    STALE = "stale"


STAGE_ON: dict[Shelf, Stage] = {
    Shelf.TRANSLATE: Stage.TO_TRANSLATE,
    Shelf.CHECK: Stage.TO_CHECK,
    Shelf.STALE: Stage.STALE,
}


@dataclass(frozen=True)
class Piece:
    """A paragraph as everybody reads it; without `text` there is the original alone."""

    position: int
    original: str
    text: str
    is_stale: bool


@dataclass(frozen=True)
class Credits:
    """Who made what is public: those who may be named, and how many others there are."""

    translators: tuple[Account, ...]
    checkers: tuple[Account, ...]
    unnamed: int


def languages_read(
    session: Session, kind: SubjectKind, subject: str, language: str
) -> Sequence[str]:
    """In which languages everybody can read something besides its own, by their codes."""
    return session.scalars(
        select(Translation.language)
        .where(
            Translation.kind == kind,
            Translation.subject == subject,
            Translation.language != language,
            Translation.published_at.is_not(None),
        )
        .order_by(Translation.language)
    ).all()


def published_one(session: Session, original: Original, language: str) -> Translation | None:
    """The public translation of an original, its paragraphs loaded, or None."""
    return session.scalar(
        select(Translation)
        .where(
            Translation.kind == original.kind,
            Translation.subject == original.subject,
            Translation.language == language,
            Translation.language != original.language,
            Translation.published_at.is_not(None),
        )
        .options(joinedload(Translation.paragraphs))
    )


def published_between(
    session: Session, start: datetime, end: datetime, *, limit: int = PAGE_LENGTH
) -> Sequence[Translation]:
    """The translations that everybody could read first in a time, the newest first."""
    return session.scalars(
        select(Translation)
        .where(
            Translation.published_at >= start,
            Translation.published_at < end,
            Translation.gone_at.is_(None),
        )
        .order_by(Translation.published_at.desc(), Translation.id.desc())
        .limit(limit)
    ).all()


def pieces(original: Original, rows: Collection[TranslationParagraph]) -> tuple[Piece, ...]:
    """What everybody reads of a translation, paragraph by paragraph, of the original as it is now.

    It is right at once when the original changes, before anybody has laid the rows beside it.
    """
    by_id = {row.id: row for row in rows}
    return tuple(
        Piece(
            position=place.position,
            original=place.text,
            text=((row := by_id.get(place.row or 0)) is not None and row.shown_text) or "",
            is_stale=row is not None
            and bool(row.shown_text)
            and row.shown_mark != mark_of(place.text),
        )
        for place in carried([row.kept for row in rows], original.parts)
    )


def credits_of(session: Session, rows: Collection[TranslationParagraph]) -> Credits:
    """Who translated and checked what is public of these paragraphs."""
    made = {row.shown_by for row in rows if row.shown_text and row.shown_by}
    checked = {row.shown_checked_by for row in rows if row.shown_text and row.shown_checked_by}
    people = session.scalars(
        select(Account)
        .join(TranslationVolunteer, TranslationVolunteer.account_id == Account.id)
        .where(
            Account.id.in_(made | checked),
            TranslationVolunteer.may_be_named,
            Account.closed_at.is_(None),
        )
        .order_by(Account.id)
    ).all()
    return Credits(
        translators=tuple(one for one in people if one.id in made),
        checkers=tuple(one for one in people if one.id in checked),
        unnamed=len(made | checked) - len(people),
    )


def waiting(
    session: Session,
    shelf: Shelf,
    tongues: Collection[str],
    *,
    by: int,
    after: Cursor[datetime] | None = None,
    limit: int = PAGE_LENGTH,
) -> Page[Translation]:
    """What waits on a shelf for somebody who speaks these languages, what changed last first.

    What they translated themselves does not wait for their check.
    """
    wanted = (
        select(Translation)
        .where(*_between(tongues), _has(shelf, by))
        .order_by(Translation.changed_at.desc(), Translation.id.desc())
        .limit(limit + 1)
    )
    if after is not None:
        wanted = wanted.where(
            beyond(Translation.changed_at, Translation.id, after, descending=True)
        )
    rows = session.scalars(wanted).all()
    return page(rows, limit, lambda row: (row.changed_at, row.id), after=after)


def counts_in(session: Session, numbers: Collection[int]) -> dict[int, dict[Stage, int]]:
    """How many paragraphs of these translations stand where."""
    found: dict[int, dict[Stage, int]] = {number: dict.fromkeys(Stage, 0) for number in numbers}
    rows = session.execute(
        select(
            TranslationParagraph.translation_id,
            TranslationParagraph.state,
            func.count(),
        )
        .where(
            TranslationParagraph.translation_id.in_(numbers),
            TranslationParagraph.position.is_not(None),
        )
        .group_by(TranslationParagraph.translation_id, TranslationParagraph.state)
    )
    for number, state, count in rows:
        found[number][Stage(state)] = count
    return found


def begun(
    session: Session, kind: SubjectKind, subjects: Collection[str]
) -> frozenset[tuple[str, str]]:
    """Which of these subjects have a translation in which language, public or not."""
    rows = session.execute(
        select(Translation.subject, Translation.language).where(
            Translation.kind == kind, Translation.subject.in_(subjects)
        )
    )
    return frozenset((subject, language) for subject, language in rows)


def for_volunteer(
    session: Session, number: int, tongues: Collection[str], *, to_change: bool = False
) -> Translation | None:
    """One translation between languages that somebody speaks.

    `to_change` locks it and reads it anew, whatever this session had read of it before.
    """
    wanted = select(Translation).where(Translation.id == number, *_between(tongues))
    return session.scalar(_locked(wanted) if to_change else wanted)


def find(session: Session, number: int, *, to_change: bool = False) -> Translation | None:
    """One translation, for staff; with `to_change` it is locked and read anew."""
    wanted = select(Translation).where(Translation.id == number)
    return session.scalar(_locked(wanted) if to_change else wanted)


def of_subject(session: Session, kind: SubjectKind, subject: str) -> Sequence[Translation]:
    """All translations of something, public or not, by their languages."""
    return session.scalars(
        select(Translation)
        .where(Translation.kind == kind, Translation.subject == subject)
        .order_by(Translation.language)
    ).all()


def paragraphs_of(session: Session, translation: Translation) -> Sequence[TranslationParagraph]:
    """The paragraphs that stand in a translation, in order, with who worked on them."""
    return session.scalars(
        select(TranslationParagraph)
        .where(
            TranslationParagraph.translation_id == translation.id,
            TranslationParagraph.position.is_not(None),
        )
        .options(
            joinedload(TranslationParagraph.translator),
            joinedload(TranslationParagraph.checker),
            joinedload(TranslationParagraph.claimer),
        )
        .order_by(TranslationParagraph.position, TranslationParagraph.id)
    ).all()


def paragraph_of(
    session: Session, translation: Translation, number: int, *, to_change: bool = False
) -> TranslationParagraph | None:
    """One of the paragraphs that stand in a translation, with who worked on it.

    With `to_change` it is read anew: the translation has been locked by then, and whoever waited
    for that had read it before.
    """
    if to_change:
        # Of the paragraph alone: the accounts beside it keep what was loaded of them.
        one = select(TranslationParagraph).where(TranslationParagraph.id == number)
        session.scalar(one.execution_options(populate_existing=True))
    rows = paragraphs_of(session, translation)
    return next((row for row in rows if row.id == number), None)


def _locked(wanted: Select[Translation]) -> Select[Translation]:
    return wanted.with_for_update().execution_options(populate_existing=True)


def _between(tongues: Collection[str]) -> tuple[ColumnElement[bool], ...]:
    return (
        Translation.source_language.in_(sorted(tongues)),
        Translation.language.in_(sorted(tongues)),
        Translation.gone_at.is_(None),
    )


def _has(shelf: Shelf, by: int) -> ColumnElement[bool]:
    conditions = [
        TranslationParagraph.translation_id == Translation.id,
        TranslationParagraph.position.is_not(None),
        TranslationParagraph.state == STAGE_ON[shelf],
    ]
    if shelf is Shelf.CHECK:
        own = TranslationParagraph.translated_by
        conditions.append(or_(own.is_(None), own != by))
    return exists().where(*conditions)
