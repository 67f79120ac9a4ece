"""What somebody translated and checked, for themselves (GDPR art. 15 and 20)."""

from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, joinedload

from citizen_diplomat.foundation.clock import written
from citizen_diplomat.translation.model import (
    TranslationParagraph,
    TranslationVolunteer,
    TranslationWithdrawal,
)


def export(session: Session, account_id: int) -> dict[str, Any]:
    """Whether a member translates, and what they wrote and checked, as plain JSON values."""
    volunteer = session.get(TranslationVolunteer, account_id)
    return {
        "translates": volunteer.is_active if volunteer else False,
        "may_be_named": volunteer.may_be_named if volunteer else False,
        "chosen_at": written(volunteer.changed_at) if volunteer else None,
        "paragraphs": [_paragraph(row, account_id) for row in _paragraphs(session, account_id)],
        "taken_back_by_office": _withdrawn(session, account_id),
    }


def _paragraphs(session: Session, account_id: int) -> list[TranslationParagraph]:
    mine = or_(
        TranslationParagraph.translated_by == account_id,
        TranslationParagraph.checked_by == account_id,
        TranslationParagraph.shown_by == account_id,
        TranslationParagraph.shown_checked_by == account_id,
    )
    return list(
        session.scalars(
            select(TranslationParagraph)
            .where(mine)
            .options(joinedload(TranslationParagraph.translation))
            .order_by(TranslationParagraph.id)
        )
    )


def _paragraph(row: TranslationParagraph, account_id: int) -> dict[str, Any]:
    wrote, showed = row.translated_by == account_id, row.shown_by == account_id
    checked = account_id in {row.checked_by, row.shown_checked_by}
    return {
        "of": f"{row.translation.kind}:{row.translation.subject}",
        "language": row.translation.language,
        "original": row.made_from,
        "text": row.text if wrote or row.checked_by == account_id else "",
        "public_text": row.shown_text if showed or row.shown_checked_by == account_id else "",
        "translated": wrote or showed,
        "translated_at": written(row.translated_at) if wrote else None,
        "checked": checked,
        "checked_at": written(row.checked_at) if row.checked_by == account_id else None,
        "state": row.state,
    }


def _withdrawn(session: Session, account_id: int) -> list[dict[str, Any]]:
    rows = session.scalars(
        select(TranslationWithdrawal)
        .where(TranslationWithdrawal.translated_by == account_id)
        .order_by(TranslationWithdrawal.id)
    )
    return [
        {"text": row.text, "reason": row.reason, "at": written(row.withdrawn_at)} for row in rows
    ]
