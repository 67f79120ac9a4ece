"""What somebody supports, follows, said and reported, for themselves (GDPR art. 15 and 20)."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from citizen_diplomat.community.model import Comment, Follow, Report, Support
from citizen_diplomat.foundation.clock import written


def export(session: Session, account_id: int) -> dict[str, Any]:
    """All of it, oldest first, as plain JSON values; what others said is theirs."""
    return {
        "supports": [
            {"proposal": row.proposal_number, "own_city": row.own_city, "at": written(row.at)}
            for row in session.scalars(
                select(Support)
                .where(Support.account_id == account_id)
                .order_by(Support.at, Support.proposal_number)
            )
        ],
        "follows": [
            {"kind": row.kind, "which": row.subject, "at": written(row.at)}
            for row in session.scalars(
                select(Follow).where(Follow.account_id == account_id).order_by(Follow.id)
            )
        ],
        "comments": [
            _comment(row)
            for row in session.scalars(
                select(Comment).where(Comment.author_id == account_id).order_by(Comment.id)
            )
        ],
        "reports": [
            _report(row)
            for row in session.scalars(
                select(Report)
                .where(Report.reporter_id == account_id)
                .options(joinedload(Report.thing))
                .order_by(Report.id)
            )
        ],
    }


def _comment(row: Comment) -> dict[str, Any]:
    return {
        "number": row.id,
        "proposal": row.proposal_number,
        "news": row.news_number,
        "answers_comment": row.reply_to_id,
        "mark": row.mark,
        "state": row.state,
        "text": row.text,
        "written_at": written(row.created_at),
        "changed_at": written(row.edited_at),
    }


def _report(row: Report) -> dict[str, Any]:
    return {
        "about": f"{row.thing.kind} {row.thing.subject}",
        "reason": row.ground,
        "text": row.text,
        "at": written(row.at),
        "outcome": row.outcome,
        "answered_at": written(row.closed_at),
    }
