"""The verbs of the desk: begin, follow the original, take a paragraph, save it, check it.

The page locks the translation first, so that two people are never both the faster one.
"""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.audit.actions import record
from citizen_diplomat.translation.letters import Link, people, tell, tell_other
from citizen_diplomat.translation.model import Translation, TranslationParagraph
from citizen_diplomat.translation.originals import lay_beside
from citizen_diplomat.translation.publicity import (
    changed,
    publish_if_complete,
    subject_of,
    subject_of_paragraph,
)
from citizen_diplomat.translation.rules import HOLD, Original, Stage, Told, may_check


class ChangedMeanwhile(Exception):  # noqa: N818 - named for what happened
    """The paragraph is no longer what it was when somebody looked at it."""


class Held(Exception):  # noqa: N818 - named for what happened
    """Somebody else works on the paragraph."""


class OwnWork(Exception):  # noqa: N818 - named for what happened
    """Nobody checks what they translated themselves."""


def begin(
    session: Session, original: Original, language: str, *, by: Account, at: datetime
) -> Translation:
    """Lay a translation beside an original; begun twice it is one."""
    if (known := _known(session, original, language)) is not None:
        return known
    row = Translation(
        kind=original.kind,
        subject=original.subject,
        language=language,
        source_language=original.language,
        title=original.title,
        original_version=original.version,
        begun_at=at,
        changed_at=at,
    )
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:
        # Somebody else began it at the same moment.
        known = _known(session, original, language)
        if known is None:
            raise
        return known
    lay_beside(session, row, original, at=at)
    record(session, "translation.begun", subject_of(row), by=by.id, at=at, language=language)
    return row


def follow(
    session: Session, row: Translation, original: Original | None, *, at: datetime, link: Link
) -> None:
    """Let a translation be of what its original says now; without one it rests.

    Paragraphs of other words become stale, and who translated them hears of it.
    """
    if original is None or original.language == row.language:
        row.gone_at = row.gone_at or at
        return
    row.gone_at = None
    if original.version == row.original_version:
        return
    stale = lay_beside(session, row, original, at=at)
    for account in people(session, {one.translated_by for one in stale}):
        tell(session, row, account, Told.STALE, at=at, link=link)
    publish_if_complete(session, row, at)


def claim(paragraph: TranslationParagraph, *, by: Account, at: datetime) -> None:
    """Keep a paragraph for oneself for a while. Raises Held."""
    if paragraph.is_held(by=by.id, at=at):
        raise Held(paragraph.id)
    paragraph.claimed_by, paragraph.claimed_until = by.id, at + HOLD


def let_go(paragraph: TranslationParagraph, *, by: Account) -> None:
    """Give a paragraph back that one has taken."""
    if paragraph.claimed_by == by.id:
        paragraph.claimed_by = paragraph.claimed_until = None


def save(
    session: Session,
    paragraph: TranslationParagraph,
    text: str,
    *,
    version: int,
    by: Account,
    at: datetime,
    link: Link,
) -> None:
    """Keep what somebody wrote; a second person has to check it, whoever wrote there before.

    Its translation must be loaded. The same words again change nothing, unless the original has
    changed: then they say that the words still fit. Raises Held and ChangedMeanwhile.
    """
    if paragraph.is_held(by=by.id, at=at):
        raise Held(paragraph.id)
    if paragraph.version != version:
        raise ChangedMeanwhile(paragraph.id)
    let_go(paragraph, by=by)
    if text == paragraph.text and paragraph.made_from == paragraph.original:
        return
    before, was = paragraph.translated_by, paragraph.stage
    paragraph.text, paragraph.made_from = text, paragraph.original
    paragraph.translated_by, paragraph.translated_at = by.id, at
    paragraph.checked_by = paragraph.checked_at = None
    changed(paragraph, at)
    record(session, "translation.saved", subject_of_paragraph(paragraph), by=by.id, at=at)
    if was in {Stage.TO_CHECK, Stage.CHECKED}:
        tell_other(session, paragraph, before, Told.CHANGED, by=by, at=at, link=link)


def approve(
    session: Session,
    paragraph: TranslationParagraph,
    *,
    version: int,
    by: Account,
    at: datetime,
    link: Link,
) -> None:
    """Let everybody read a translation that somebody else wrote.

    Its translation must be loaded. Raises Held, ChangedMeanwhile and OwnWork.
    """
    if paragraph.is_held(by=by.id, at=at):
        raise Held(paragraph.id)
    if paragraph.version != version or paragraph.stage is not Stage.TO_CHECK:
        raise ChangedMeanwhile(paragraph.id)
    if not may_check(paragraph.stage, paragraph.translated_by, by=by.id):
        raise OwnWork(paragraph.id)
    paragraph.checked_by, paragraph.checked_at = by.id, at
    paragraph.shown_text, paragraph.shown_mark = paragraph.text, paragraph.original_mark
    paragraph.shown_by, paragraph.shown_checked_by = paragraph.translated_by, by.id
    let_go(paragraph, by=by)
    changed(paragraph, at)
    record(session, "translation.checked", subject_of_paragraph(paragraph), by=by.id, at=at)
    publish_if_complete(session, paragraph.translation, at)
    tell_other(session, paragraph, paragraph.translated_by, Told.CHECKED, by=by, at=at, link=link)


def _known(session: Session, original: Original, language: str) -> Translation | None:
    return session.scalar(
        select(Translation).where(
            Translation.kind == original.kind,
            Translation.subject == original.subject,
            Translation.language == language,
        )
    )
