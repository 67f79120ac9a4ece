"""Staff take a paragraph of a translation back, and its translator hears why."""

from datetime import datetime

from sqlalchemy.orm import Session

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.audit.actions import record
from citizen_diplomat.translation.actions import ChangedMeanwhile
from citizen_diplomat.translation.letters import Link, people, tell_withdrawn
from citizen_diplomat.translation.model import TranslationParagraph, TranslationWithdrawal
from citizen_diplomat.translation.publicity import (
    changed,
    subject_of_paragraph,
    unpublish_if_empty,
)


def withdraw(
    session: Session,
    paragraph: TranslationParagraph,
    reason: str,
    *,
    version: int,
    by: Account,
    at: datetime,
    link: Link,
) -> None:
    """Take a paragraph back, for staff: the original stands there until it is translated anew.

    Its translation must be loaded. What was taken back is kept, and its translators are told why.
    Raises ChangedMeanwhile.
    """
    if paragraph.version != version or not paragraph.text:
        raise ChangedMeanwhile(paragraph.id)
    taken = {(paragraph.text, paragraph.translated_by, paragraph.checked_by)}
    if paragraph.shown_text and paragraph.shown_text != paragraph.text:
        taken.add((paragraph.shown_text, paragraph.shown_by, paragraph.shown_checked_by))
    for text, translated_by, checked_by in sorted(taken, key=lambda one: one[0]):
        kept = TranslationWithdrawal(
            translation_id=paragraph.translation_id,
            original=paragraph.made_from,
            text=text,
            translated_by=translated_by,
            checked_by=checked_by,
            reason=reason,
            withdrawn_by=by.id,
            withdrawn_at=at,
        )
        session.add(kept)
        for person in people(session, {translated_by}):
            tell_withdrawn(session, paragraph, person, kept, link)
    _empty(paragraph)
    changed(paragraph, at)
    unpublish_if_empty(session, paragraph.translation)
    record(session, "translation.withdrawn", subject_of_paragraph(paragraph), by=by.id, at=at)


def _empty(paragraph: TranslationParagraph) -> None:
    paragraph.text = paragraph.made_from = paragraph.shown_text = paragraph.shown_mark = ""
    paragraph.translated_by = paragraph.translated_at = None
    paragraph.checked_by = paragraph.checked_at = None
    paragraph.shown_by = paragraph.shown_checked_by = None
