"""What was decided on somebody's proposals and why, for themselves (GDPR art. 15)."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from citizen_diplomat.foundation.clock import written
from citizen_diplomat.moderation.model import Decision
from citizen_diplomat.proposals.model import Proposal


def export(session: Session, account_id: int) -> list[dict[str, Any]]:
    """All decisions on an author's proposals, oldest first, as plain JSON values.

    Not who decided, and none of the notes among staff: the decision is the office's, and what its
    people think aloud before it is theirs (GDPR art. 15(4)).
    """
    rows = session.scalars(
        select(Decision)
        .join(Proposal, Proposal.number == Decision.proposal_number)
        .where(Proposal.author_id == account_id)
        .options(joinedload(Decision.reason))
        .order_by(Decision.id)
    )
    return [
        {
            "proposal": row.proposal_number,
            "version": row.revision,
            "outcome": row.outcome,
            "reason": {"fa": row.reason.text_fa, "en": row.reason.text_en},
            "message": row.message,
            "repeats_proposal": row.duplicate_of,
            "at": written(row.at),
        }
        for row in rows
    ]
