"""Applying kept decisions in one batch; their mails wait in the outbox until they are released.

Each decision is applied in a transaction of its own, checked as if it were made now. The state
changes at once, for its author too; the mail follows when the batch, or this one, is released.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, String, UniqueConstraint, and_, func, select
from sqlalchemy.orm import Mapped, Session, joinedload, mapped_column, relationship

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.audit.actions import record
from citizen_diplomat.foundation.database import Base, Key, one_of
from citizen_diplomat.foundation.paging import Cursor, Page, beyond, page
from citizen_diplomat.mail import holding
from citizen_diplomat.mail.model import OutboxMessage
from citizen_diplomat.moderation.claims import OwnProposal, lock
from citizen_diplomat.moderation.conditions import looked_after
from citizen_diplomat.moderation.decisions import (
    Conflict,
    LinkFor,
    WrongDuplicate,
    WrongReason,
    decide,
)
from citizen_diplomat.moderation.declarations import colleagues
from citizen_diplomat.moderation.keeping import kept_now
from citizen_diplomat.moderation.model import Decision, QueueItem
from citizen_diplomat.moderation.office import office
from citizen_diplomat.moderation.pending import PendingDecision
from citizen_diplomat.moderation.queries import item_for_review
from citizen_diplomat.moderation.rules import HELD_AT_MOST, BatchResult, Outcome
from citizen_diplomat.moderation.statements import StatementLink

PAGE_LENGTH = 25


@dataclass(frozen=True)
class LinkMakers:
    """How the shell makes the links of letters.

    To a proposal by its number, for its authors and for everybody; to a statement of reasons.
    """

    own: Callable[[int], LinkFor]
    public: Callable[[int], LinkFor]
    statement: StatementLink


class Batch(Base):
    """Kept decisions that somebody applied together."""

    __tablename__ = "decision_batch"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    applied_by: Mapped[int] = mapped_column(ForeignKey("account.id"))
    applied_at: Mapped[datetime] = mapped_column(index=True)

    applier: Mapped[Account] = relationship(lazy="raise_on_sql")


class BatchEntry(Base):
    """What became of one of them: a decision, or why there was none."""

    __tablename__ = "batch_entry"
    __table_args__ = (
        one_of("result", BatchResult),
        UniqueConstraint("batch_id", "item_id"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    batch_id: Mapped[int] = mapped_column(ForeignKey("decision_batch.id"))
    item_id: Mapped[int] = mapped_column(ForeignKey("queue_item.id"), index=True)
    result: Mapped[str] = mapped_column(String(20))
    decision_id: Mapped[int | None] = mapped_column(ForeignKey("decision.id"))
    hold: Mapped[str] = mapped_column(String(60), unique=True)
    """The name that its mails wait under."""

    item: Mapped[QueueItem] = relationship(lazy="raise_on_sql")
    decision: Mapped[Decision | None] = relationship(lazy="raise_on_sql")


@dataclass(frozen=True)
class Summary:
    """One batch in a list: how many were applied, how many mails wait, and since when."""

    batch: Batch
    applied: int
    held: int
    since: datetime | None


def begin(session: Session, *, by: Account, at: datetime) -> Batch:
    """A new batch, which kept decisions are then applied in one after the other."""
    batch = Batch(applied_by=by.id, applied_at=at)
    session.add(batch)
    # Its number is part of the names that its mails wait under.
    session.flush()
    return batch


def apply(
    session: Session,
    batch: Batch,
    kept: PendingDecision,
    *,
    by: Account,
    at: datetime,
    links: LinkMakers,
) -> BatchEntry:
    """Apply one kept decision in the name of whoever kept it, or write down why it cannot be.

    `by` is who applies it. Either all of it is done or nothing, and what was kept then stays.
    """
    hold = f"batch:{batch.id}:{kept.item_id}"
    entry = BatchEntry(batch_id=batch.id, item_id=kept.item_id, hold=hold)
    item = item_for_review(session, kept.item_id, viewer=by.id)
    if item is None:
        entry.result = BatchResult.NOT_ALLOWED
    else:
        # Of two who apply it at once, the second one waits here and then finds it gone.
        lock(session, item)
        row = kept_now(session, item.id)
        if row is None or row.id != kept.id:
            entry.result = BatchResult.GONE
        else:
            with holding.held(session, hold):
                entry.result, decision = _decide(session, item, row, at, links)
            if decision is not None:
                entry.decision_id = decision.id
                detail = {"batch": batch.id, "decision": decision.id}
                record(session, "decision.applied", item.subject, by=by.id, at=at, **detail)
    session.add(entry)
    return entry


def summaries(
    session: Session,
    *,
    viewer: int,
    after: Cursor[datetime] | None = None,
    limit: int = PAGE_LENGTH,
) -> Page[Summary]:
    """The batches with something that `viewer` may see, newest first, counted in one query."""
    waits = and_(OutboxMessage.hold == BatchEntry.hold, OutboxMessage.held_since.is_not(None))
    applied = func.count(BatchEntry.decision_id.distinct())
    since = func.min(OutboxMessage.held_since)
    wanted = (
        select(Batch, applied, func.count(OutboxMessage.id), since)
        .join(BatchEntry, BatchEntry.batch_id == Batch.id)
        .join(BatchEntry.item)
        .outerjoin(OutboxMessage, and_(waits, OutboxMessage.done.is_(False)))
        .where(looked_after(viewer))
        .group_by(Batch.id)
        .order_by(Batch.applied_at.desc(), Batch.id.desc())
        .limit(limit + 1)
    )
    if after is not None:
        wanted = wanted.where(beyond(Batch.applied_at, Batch.id, after, descending=True))
    rows = [Summary(*row) for row in session.execute(wanted)]
    return page(rows, limit, lambda row: (row.batch.applied_at, row.batch.id), after=after)


def held_since(session: Session, *, viewer: int) -> datetime | None:
    """Since when the oldest mail waits that `viewer` could release."""
    return session.scalar(
        select(func.min(OutboxMessage.held_since))
        .join(BatchEntry, BatchEntry.hold == OutboxMessage.hold)
        .join(BatchEntry.item)
        .where(OutboxMessage.done.is_(False), looked_after(viewer))
    )


def is_late(session: Session, since: datetime | None, *, at: datetime) -> bool:
    """Whether mails that are held since then have waited too long, by the office's calendar."""
    # So many working days cannot have passed in fewer days: the calendar need not be read.
    if since is None or at - since < timedelta(days=HELD_AT_MOST):
        return False
    return office(session).calendar.passed(since, at) > HELD_AT_MOST


def entries_of(session: Session, number: int, *, viewer: int) -> Sequence[BatchEntry]:
    """The entries of a batch that `viewer` may see, in the order in which they were applied.

    Item, its proposal and holder, decision, its reason and decider are loaded.
    """
    return session.scalars(
        select(BatchEntry)
        .join(BatchEntry.item)
        .where(BatchEntry.batch_id == number, looked_after(viewer))
        .options(
            joinedload(BatchEntry.item).options(
                joinedload(QueueItem.holder),
                joinedload(QueueItem.proposal),
            ),
            joinedload(BatchEntry.decision).options(
                joinedload(Decision.reason), joinedload(Decision.decider)
            ),
        )
        .order_by(BatchEntry.id)
    ).all()


def release(session: Session, entries: Sequence[BatchEntry], *, by: Account, at: datetime) -> int:
    """Let the mails of these entries of one batch go; returns how many went now."""
    released = holding.release(session, [entry.hold for entry in entries], at=at)
    if released:
        subject = f"batch:{entries[0].batch_id}"
        record(session, "batch.released", subject, by=by.id, at=at, mails=released)
    return released


def _decide(
    session: Session,
    item: QueueItem,
    row: PendingDecision,
    at: datetime,
    links: LinkMakers,
) -> tuple[BatchResult, Decision | None]:
    # Whoever kept it must still be of the desk that looks after the item.
    keeper = next(iter(colleagues(session, item, among={row.kept_by})), None)
    if keeper is None:
        return BatchResult.NOT_ALLOWED, None
    kept_at, original = row.kept_at, row.duplicate_of
    try:
        decision = decide(
            session,
            item,
            Outcome(row.outcome),
            reason=row.reason_slug,
            message=row.message,
            version=row.version,
            duplicate_of=original,
            by=keeper,
            at=at,
            link=links.own(item.subject_id),
            duplicate_link=links.public(original) if original else None,
            statement_link=links.statement,
        )
    except Conflict as conflict:
        return _what_changed(item, conflict, kept_at), None
    except WrongReason:
        return BatchResult.REASON_GONE, None
    except WrongDuplicate:
        return BatchResult.ORIGINAL_GONE, None
    except OwnProposal:
        return BatchResult.NOT_ALLOWED, None
    return BatchResult.APPLIED, decision


def _what_changed(item: QueueItem, conflict: Conflict, kept_at: datetime) -> BatchResult:
    if conflict.holder:
        return BatchResult.HELD
    if conflict.decision is not None and conflict.decision.at >= kept_at:
        return BatchResult.DECIDED
    return BatchResult.CHANGED if item.closed_at is None else BatchResult.CLOSED
