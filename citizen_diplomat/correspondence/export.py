"""What somebody wrote to other members and got from them, for themselves (GDPR art. 15 and 20)."""

from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from citizen_diplomat.correspondence.model import Block, ConversationSide, MemberMessage
from citizen_diplomat.correspondence.queries import accepts
from citizen_diplomat.correspondence.rules import Fate
from citizen_diplomat.foundation.clock import written


def export(session: Session, account_id: int) -> dict[str, Any]:
    """Their choice, whom they blocked, and every message that they can read; others by number.

    What became of their own messages is left out, as on the pages: a refusal stays unnoticed.
    """
    rows = session.scalars(
        select(MemberMessage)
        .join(
            ConversationSide,
            ConversationSide.conversation_id == MemberMessage.conversation_id,
        )
        .where(
            ConversationSide.account_id == account_id,
            or_(MemberMessage.sender_id == account_id, MemberMessage.fate != Fate.REFUSED),
        )
        .order_by(MemberMessage.id)
    )
    blocks = select(Block).where(Block.blocker_id == account_id).order_by(Block.blocked_id)
    return {
        "members_may_write": accepts(session, account_id),
        "blocked": [
            {"member_number": row.blocked_id, "since": written(row.at)}
            for row in session.scalars(blocks)
        ],
        "messages": [
            {
                "conversation": row.conversation_id,
                "from": "you" if row.sender_id == account_id else "the other member",
                "text": "" if row.removed_at and row.sender_id != account_id else row.text,
                "sent_at": written(row.sent_at),
            }
            for row in rows
        ],
    }
