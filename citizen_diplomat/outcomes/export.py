"""What somebody offered to help with and was asked for, for themselves (GDPR art. 15 and 20)."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from citizen_diplomat.foundation.clock import written
from citizen_diplomat.outcomes.happened_model import OutcomeAnswer
from citizen_diplomat.outcomes.model import HelpAsk, HelpOffer
from citizen_diplomat.outcomes.trail_model import HelperHours


def export_offers(session: Session, account_id: int) -> list[dict[str, Any]]:
    """All offers of help of a member, oldest first, with the answers, as plain JSON values."""
    rows = session.scalars(
        select(HelpOffer).where(HelpOffer.account_id == account_id).order_by(HelpOffer.id)
    )
    return [
        {
            "proposal": row.proposal_number,
            "skills": row.skill_slugs,
            "hours_a_month": row.hours_a_month,
            "words": row.words,
            "may_be_named": row.may_be_named,
            "state": row.state,
            "offered_at": written(row.offered_at),
            "author_agreed_at": written(row.author_agreed_at),
            "office_agreed_at": written(row.office_agreed_at),
            "closed_at": written(row.closed_at),
            "declined_by": row.declined_by,
            "reason": row.decline_reason,
            "answer": row.answer,
        }
        for row in rows
    ]


def export_asks(session: Session, account_id: int) -> list[dict[str, Any]]:
    """What the office asked a member for, oldest first, and what they said."""
    rows = session.scalars(
        select(HelpAsk)
        .where(HelpAsk.account_id == account_id)
        .options(joinedload(HelpAsk.request))
        .order_by(HelpAsk.id)
    )
    return [
        {
            "title": {"fa": row.request.title_fa, "en": row.request.title_en},
            "asked_at": written(row.asked_at),
            "answer": row.answer,
            "answered_at": written(row.answered_at),
        }
        for row in rows
    ]


def export_hours(session: Session, account_id: int) -> list[dict[str, Any]]:
    """The hours that were noted for a helper, oldest first."""
    rows = session.scalars(
        select(HelperHours).where(HelperHours.helper_id == account_id).order_by(HelperHours.id)
    )
    return [
        {
            "proposal": row.proposal_number,
            "hours": row.hours,
            "on_day": row.on_day.isoformat(),
            "words": row.words,
            "noted_at": written(row.noted_at),
        }
        for row in rows
    ]


def export_happened(session: Session, account_id: int) -> list[dict[str, Any]]:
    """What an author was asked about completed outcomes, and what they said."""
    rows = session.scalars(
        select(OutcomeAnswer)
        .where(OutcomeAnswer.account_id == account_id)
        .order_by(OutcomeAnswer.id)
    )
    return [
        {
            "proposal": row.proposal_number,
            "asked_at": written(row.asked_at),
            "answer": row.answer,
            "words": row.words,
            "answered_at": written(row.answered_at),
        }
        for row in rows
    ]
