"""Conflicts of interest: who of the staff must neither see nor judge an item, and why.

Some are declared or laid down by staff, and kept in a table; the others follow from what is known
anyway: who wrote it, who reported it, who helps with it, who works where its author works. One
condition holds all.
"""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    Select,
    String,
    Text,
    UniqueConstraint,
    and_,
    exists,
    func,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import InstrumentedAttribute, Mapped, Session, aliased, mapped_column

from citizen_diplomat.accounts.model import AccountRole
from citizen_diplomat.accounts.rules import HELD_BY, Duty
from citizen_diplomat.community.model import Report
from citizen_diplomat.directory.model import Profile
from citizen_diplomat.foundation.database import Base, Key, one_of
from citizen_diplomat.moderation.model import QueueItem
from citizen_diplomat.moderation.rules import ItemKind
from citizen_diplomat.outcomes.model import HelpOffer
from citizen_diplomat.outcomes.rules import OPEN
from citizen_diplomat.proposals.bonds import Coauthor
from citizen_diplomat.proposals.model import Proposal

CONFLICT_REASON_LENGTH = 500
NOBODY = -1
"""No account and no proposal has this number: a comparison with it is false, and never unknown."""
Viewer = int | InstrumentedAttribute[int]
"""The number of an account, or the column of an enclosing query that holds it."""


class ConflictCause(StrEnum):
    """Why somebody must not judge an item."""

    DECLARED = "declared"
    """They said so themselves."""
    FIRST_REVIEWER = "first_reviewer"
    """The decision that is appealed was theirs."""
    SAME_ORGANISATION = "same_organisation"


class ConflictOfInterest(Base):
    """One member of staff who must not judge one item, until a coordinator lifts it."""

    __tablename__ = "conflict_of_interest"
    __table_args__ = (
        one_of("cause", ConflictCause),
        UniqueConstraint("item_id", "account_id"),
        CheckConstraint(f"length(reason) <= {CONFLICT_REASON_LENGTH}", name="reason_length"),
        CheckConstraint(
            f"length(lifted_because) <= {CONFLICT_REASON_LENGTH}", name="lifted_because_length"
        ),
        CheckConstraint("(lifted_at IS NULL) = (lifted_by IS NULL)", name="lifted"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("queue_item.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    cause: Mapped[str] = mapped_column(String(20))
    reason: Mapped[str] = mapped_column(Text, default="")
    """What they wrote beside it, if they did; for coordinators and administrators alone."""
    at: Mapped[datetime]
    lifted_at: Mapped[datetime | None]
    lifted_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    lifted_because: Mapped[str] = mapped_column(Text, default="")


def exclude(
    session: Session,
    item: QueueItem,
    account_id: int,
    cause: ConflictCause,
    *,
    at: datetime,
    reason: str = "",
) -> None:
    """Hide an item from somebody from now on; who is excluded already stays so."""
    row = session.scalar(
        select(ConflictOfInterest).where(
            ConflictOfInterest.item_id == item.id, ConflictOfInterest.account_id == account_id
        )
    )
    if row is None:
        row = ConflictOfInterest(item_id=item.id, account_id=account_id)
        session.add(row)
    elif row.lifted_at is None:
        return
    row.cause, row.reason, row.at = cause, reason, at
    row.lifted_at, row.lifted_by, row.lifted_because = None, None, ""


def excluded_from(session: Session, item: QueueItem) -> frozenset[int]:
    """The accounts that were excluded from an item by name."""
    rows = select(ConflictOfInterest.account_id).where(
        ConflictOfInterest.item_id == item.id, ConflictOfInterest.lifted_at.is_(None)
    )
    return frozenset(session.scalars(rows))


def keep_from_conflict(session: Session, item: QueueItem) -> None:
    """Give an item to nobody in particular that was given to somebody who must not judge it."""
    if item.assignee_id is None:
        return
    # The database is asked about the item as it is now.
    session.flush()
    wanted = select(QueueItem.id).where(QueueItem.id == item.id, has_conflict(item.assignee_id))
    if session.scalar(wanted) is not None:
        item.assignee_id = None


def has_conflict(viewer: Viewer) -> ColumnElement[bool]:
    """Items that `viewer` must neither see nor judge.

    Its authors, present and former; whoever helps with the proposal or offers to; whoever works in
    the organisation of an author; who waits for an answer to a report of their own; and whom the
    table names. What somebody declares on a proposal or on a change of it holds for all that
    belongs to that proposal.
    """
    author = func.coalesce(QueueItem.author_id, NOBODY)
    number = func.coalesce(QueueItem.proposal_number, NOBODY)
    same_house = _within(viewer, _of_the_same_organisation(viewer))
    first = select(Proposal.number)
    along = select(Coauthor.proposal_number).where(Coauthor.accepted_at.is_not(None))
    helped = select(HelpOffer.proposal_number).where(
        HelpOffer.account_id == viewer, HelpOffer.state.in_(sorted(OPEN))
    )
    proposals = (
        first.where(Proposal.author_id == viewer),
        first.where(Proposal.author_id.in_(same_house)),
        along.where(Coauthor.account_id == viewer),
        along.where(Coauthor.account_id.in_(same_house)),
        helped,
        _declared_on(viewer),
    )
    return or_(
        author == viewer,
        author.in_(same_house),
        # One list to look into, for the counts of the queue ask this of every item that waits.
        number.in_(union_all(*(_within(viewer, each) for each in proposals))),
        QueueItem.id.in_(_within(viewer, _excluded_from(viewer))),
        and_(
            QueueItem.kind == ItemKind.REPORT,
            QueueItem.subject_id.in_(_within(viewer, _reported_by(viewer))),
        ),
        and_(QueueItem.kind == ItemKind.SANCTION_APPEAL, ~_may_sanction(viewer)),
    )


def _may_sanction(viewer: Viewer) -> ColumnElement[bool]:
    """Whether somebody may impose sanctions: appeals against them are for nobody else."""
    return exists().where(
        AccountRole.account_id == viewer, AccountRole.role.in_(sorted(HELD_BY[Duty.SANCTION]))
    )


def _reported_by(viewer: Viewer) -> Select[int]:
    """The reported things that `viewer` has an open report of."""
    return select(Report.thing_id).where(Report.reporter_id == viewer, Report.closed_at.is_(None))


def _of_the_same_organisation(viewer: Viewer) -> Select[int]:
    """The accounts that name the organisation which `viewer` names, in whatever spelling."""
    mine = select(Profile.organisation_key).where(
        Profile.account_id == viewer, Profile.organisation_key != ""
    )
    others = aliased(Profile)
    return select(others.account_id).where(others.organisation_key.in_(_within(viewer, mine)))


def _excluded_from(viewer: Viewer) -> Select[int]:
    return select(ConflictOfInterest.item_id).where(
        ConflictOfInterest.account_id == viewer, ConflictOfInterest.lifted_at.is_(None)
    )


def _declared_on(viewer: Viewer) -> Select[Any]:
    named = aliased(QueueItem)
    return (
        select(named.proposal_number)
        .join(ConflictOfInterest, ConflictOfInterest.item_id == named.id)
        .where(
            ConflictOfInterest.account_id == viewer,
            ConflictOfInterest.cause == ConflictCause.DECLARED,
            ConflictOfInterest.lifted_at.is_(None),
            named.kind.in_([ItemKind.PROPOSAL, ItemKind.CHANGE]),
            named.proposal_number.is_not(None),
        )
    )


def _within(viewer: Viewer, query: Select[Any]) -> Select[Any]:
    """A question about `viewer` alone, or about each account of the enclosing query."""
    return query.correlate(None if isinstance(viewer, int) else viewer.class_)
