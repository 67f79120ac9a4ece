"""How much what waits looks like spam: written down when it comes in, so that the queue can sort.

The page of an item works it out anew, with the words that moved it.
"""

from datetime import datetime

from sqlalchemy import CheckConstraint, ColumnElement, ForeignKey, Index, SmallInteger, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from citizen_diplomat.foundation.database import Base
from citizen_diplomat.moderation.model import QueueItem
from citizen_diplomat.moderation.spam_rules import LIKELY, SCORED, Score, score
from citizen_diplomat.moderation.spam_words import seen, words_of_item

REFRESHED_AT_ONCE = 500


class SpamScore(Base):
    """The score of an item; without a row, too little was known when it came in."""

    __tablename__ = "spam_score"
    __table_args__ = (
        CheckConstraint("share BETWEEN 0 AND 100", name="share"),
        Index("ix_spam_score_share", "share", "item_id"),
    )

    item_id: Mapped[int] = mapped_column(
        ForeignKey("queue_item.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    share: Mapped[int] = mapped_column(SmallInteger)
    scored_at: Mapped[datetime]

    item: Mapped[QueueItem] = relationship(lazy="raise_on_sql")


def score_of(session: Session, item: QueueItem) -> Score | None:
    """How much an item looks like spam by all that was learnt so far, or None when nobody knows."""
    words = words_of_item(item)
    if not words:
        return None
    return score(words, *seen(session, words))


def keep_score(session: Session, item: QueueItem, *, at: datetime) -> None:
    """Write down how much an item looks like spam now."""
    found = score_of(session, item)
    kept = session.get(SpamScore, item.id) if item.id is not None else None
    if found is None:
        if kept is not None:
            session.delete(kept)
    elif kept is None:
        session.add(SpamScore(item=item, share=found.share, scored_at=at))
    else:
        kept.share, kept.scored_at = found.share, at


def refresh_scores(session: Session, *, at: datetime, limit: int = REFRESHED_AT_ONCE) -> None:
    """Score again what waits longest with an old score, for the desk has decided on more since."""
    oldest = (
        select(QueueItem)
        .outerjoin(SpamScore, SpamScore.item_id == QueueItem.id)
        .where(QueueItem.closed_at.is_(None), QueueItem.kind.in_(sorted(SCORED)))
        .order_by(SpamScore.scored_at.is_not(None), SpamScore.scored_at, QueueItem.id)
        .limit(limit)
    )
    for item in session.scalars(oldest).all():
        keep_score(session, item, at=at)


def looks_like_spam() -> ColumnElement[bool]:
    """Items whose score is high, in a query that has joined `SpamScore`."""
    return SpamScore.share >= LIKELY
