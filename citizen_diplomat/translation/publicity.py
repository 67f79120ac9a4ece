"""When a translation becomes public, and what the log calls it."""

from datetime import datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from citizen_diplomat.translation.model import Translation, TranslationParagraph


def subject_of(row: Translation) -> str:
    """How the log names a translation."""
    return f"translation:{row.id}"


def subject_of_paragraph(paragraph: TranslationParagraph) -> str:
    """How the log names a paragraph of one."""
    return f"translation:{paragraph.translation_id}:{paragraph.id}"


def changed(paragraph: TranslationParagraph, at: datetime) -> None:
    """Note that a paragraph has changed; its translation must be loaded."""
    paragraph.version += 1
    paragraph.settle()
    paragraph.translation.changed_at = at


def publish_if_complete(session: Session, row: Translation, at: datetime) -> None:
    """Let everybody read a translation once the title and all paragraphs were checked."""
    lacks = TranslationParagraph.shown_mark != TranslationParagraph.original_mark
    if row.published_at is None and not _has(session, row, lacks):
        row.published_at = at


def unpublish_if_empty(session: Session, row: Translation) -> None:
    """Let a translation rest of which nothing is left to read."""
    if not _has(session, row, TranslationParagraph.shown_text != ""):
        row.published_at = None


def _has(session: Session, row: Translation, condition: ColumnElement[bool]) -> bool:
    # The query below sees what this session has just changed.
    session.flush()
    wanted = select(TranslationParagraph.id).where(
        TranslationParagraph.translation_id == row.id,
        TranslationParagraph.position.is_not(None),
        condition,
    )
    return session.scalar(wanted.limit(1)) is not None
