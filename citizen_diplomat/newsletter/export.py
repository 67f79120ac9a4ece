"""Which issues of the newsletter somebody was sent, for themselves (GDPR art. 15)."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from citizen_diplomat.foundation.clock import written
from citizen_diplomat.newsletter.model import NewsletterExclusion
from citizen_diplomat.newsletter.queries import sent_to


def export(session: Session, account_id: int) -> dict[str, Any]:
    """The lists that somebody was on or left out of, as plain JSON values."""
    left_out = session.scalars(
        select(NewsletterExclusion)
        .where(NewsletterExclusion.account_id == account_id)
        .order_by(NewsletterExclusion.issue_id)
    )
    return {
        "listed": [
            {
                "issue": one.issue.id,
                "subject_fa": one.issue.subject_fa,
                "subject_en": one.issue.subject_en,
                "what_became_of_it": one.fate.value,
                "at": written(one.at),
                "sent_at": written(one.sent_at),
            }
            for one in sent_to(session, account_id)
        ],
        "left_out_of": [{"issue": row.issue_id, "at": written(row.at)} for row in left_out],
    }
