"""Reviews by several: each member of the desk scores by themselves, and then sees the others'."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    Text,
    UniqueConstraint,
    exists,
    func,
    select,
)
from sqlalchemy.orm import Mapped, Session, joinedload, mapped_column, relationship, selectinload

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.audit.actions import record
from citizen_diplomat.foundation.database import Base, Key
from citizen_diplomat.moderation.claims import (
    lock,
    refuse_own_or_closed,
)
from citizen_diplomat.moderation.conditions import looked_after
from citizen_diplomat.moderation.conflicts import has_conflict
from citizen_diplomat.moderation.model import QueueItem
from citizen_diplomat.moderation.rules import ItemKind
from citizen_diplomat.moderation.scoring import HIGHEST_SCORE, LOWEST_SCORE

WORDS_LENGTH = 1_000
ABSTENTION_LENGTH = 500
REVIEWED = (ItemKind.PROPOSAL, ItemKind.CHANGE)


class Stale(Exception):  # noqa: N818 - named for what happened
    """One's own review, or the text it is about, has changed since the form was opened."""


@dataclass(frozen=True)
class Opinion:
    """What a reviewer gives: scores with words where they like, or a reason to abstain."""

    scores: Mapping[str, int] = field(default_factory=dict)
    words: Mapping[str, str] = field(default_factory=dict)
    abstained_because: str = ""


class Review(Base):
    """What one member of the desk thinks of one version; theirs to change until it is decided."""

    __tablename__ = "review"
    __table_args__ = (
        UniqueConstraint("item_id", "revision", "reviewer_id"),
        CheckConstraint(f"length(abstained_because) <= {ABSTENTION_LENGTH}", name="abstained"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("queue_item.id"))
    revision: Mapped[int]
    reviewer_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    abstained_because: Mapped[str] = mapped_column(Text, default="")
    """Why they give no scores; empty when they do."""
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)

    reviewer: Mapped[Account] = relationship(lazy="raise_on_sql")
    rows: Mapped[list["ReviewScore"]] = relationship(
        lazy="raise_on_sql", cascade="all, delete-orphan", order_by="ReviewScore.criterion_slug"
    )

    __mapper_args__ = {"version_id_col": version}

    @property
    def scores(self) -> dict[str, int]:
        """The scores by criterion; none of somebody who abstains."""
        return {row.criterion_slug: row.score for row in self.rows}

    @property
    def words(self) -> dict[str, str]:
        """What they wrote beside the scores, by criterion."""
        return {row.criterion_slug: row.words for row in self.rows if row.words}


class ReviewScore(Base):
    """One score of a review, from 1 to 5, with words if they wrote any."""

    __tablename__ = "review_score"
    __table_args__ = (
        CheckConstraint(f"score BETWEEN {LOWEST_SCORE} AND {HIGHEST_SCORE}", name="score"),
        CheckConstraint(f"length(words) <= {WORDS_LENGTH}", name="words_length"),
    )

    review_id: Mapped[int] = mapped_column(
        ForeignKey("review.id", ondelete="CASCADE"), primary_key=True
    )
    criterion_slug: Mapped[str] = mapped_column(
        ForeignKey("review_criterion.slug"), primary_key=True
    )
    score: Mapped[int]
    words: Mapped[str] = mapped_column(Text, default="")


def give(
    session: Session,
    item: QueueItem,
    opinion: Opinion,
    *,
    revision: int,
    version: int,
    by: Account,
    at: datetime,
) -> Review:
    """Write one's review of the version that waits, or write it anew.

    `revision` is the version of the text that the form was opened with, `version` that of one's
    own review, 0 before there was one. The item's proposal must have been loaded. Raises
    ValueError for an opinion that says nothing, OwnProposal, NotOpen or Stale.
    """
    if bool(opinion.scores) == bool(opinion.abstained_because.strip()):
        raise ValueError("a review has scores, or a reason to abstain")
    lock(session, item)
    refuse_own_or_closed(session, item, by=by)
    own = own_review(session, item, by.id)
    if item.revision != revision or (own.version if own else 0) != version:
        raise Stale
    is_first = own is None
    if own is None:
        own = Review(item_id=item.id, revision=revision, reviewer_id=by.id, created_at=at, rows=[])
        session.add(own)
    _write(session, own, opinion, at)
    verb = "abstained" if opinion.abstained_because else "written" if is_first else "changed"
    record(session, f"review.{verb}", item.subject, by=by.id, at=at, revision=revision)
    return own


def own_review(session: Session, item: QueueItem, account_id: int) -> Review | None:
    """What somebody wrote about the version that waits, with its scores."""
    return session.scalar(
        select(Review)
        .where(
            Review.item_id == item.id,
            Review.revision == item.revision,
            Review.reviewer_id == account_id,
        )
        .options(selectinload(Review.rows))
    )


def reviews_of(session: Session, item: QueueItem) -> Sequence[Review]:
    """All reviews of the version that waits, the earliest first, with reviewers and scores.

    What somebody wrote who has a conflict of interest today is left out: it counts no more.
    """
    excluded = exists().where(QueueItem.id == Review.item_id, has_conflict(Review.reviewer_id))
    return session.scalars(
        select(Review)
        .where(Review.item_id == item.id, Review.revision == item.revision, ~excluded)
        .options(joinedload(Review.reviewer), selectinload(Review.rows))
        .order_by(Review.created_at, Review.id)
    ).all()


def next_to_review(session: Session, *, viewer: int, but: int | None = None) -> int | None:
    """The open item with the fewest reviews that `viewer` has not reviewed, in the queue's order.

    Whoever holds it: a review is no decision.
    """
    given = (
        select(Review.item_id, Review.revision, func.count().label("number"))
        .group_by(Review.item_id, Review.revision)
        .subquery()
    )
    here = (given.c.item_id == QueueItem.id) & (given.c.revision == QueueItem.revision)
    return session.scalar(
        select(QueueItem.id)
        .outerjoin(given, here)
        .where(
            QueueItem.kind.in_(REVIEWED),
            QueueItem.closed_at.is_(None),
            QueueItem.id != (but or 0),
            looked_after(viewer),
            ~_is_reviewed(viewer),
        )
        .order_by(func.coalesce(given.c.number, 0), QueueItem.position, QueueItem.id)
        .limit(1)
    )


def _is_reviewed(viewer: int) -> ColumnElement[bool]:
    return exists().where(
        Review.item_id == QueueItem.id,
        Review.revision == QueueItem.revision,
        Review.reviewer_id == viewer,
    )


def _write(session: Session, review: Review, opinion: Opinion, at: datetime) -> None:
    known = {row.criterion_slug: row for row in review.rows}
    review.rows = [
        known.get(slug) or ReviewScore(criterion_slug=slug) for slug in sorted(opinion.scores)
    ]
    for row in review.rows:
        row.score = opinion.scores[row.criterion_slug]
        row.words = opinion.words.get(row.criterion_slug, "")
    review.abstained_because = opinion.abstained_because
    # A change of scores alone is a new version of the review too.
    review.changed_at = at
    # Its id is part of the rows of scores.
    session.flush()
