"""Remarks on passages of a text: kept for an item by colleagues, sent with a request for changes.

Until then only colleagues see them; nothing of what was sent changes any more.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, select
from sqlalchemy.orm import Mapped, Session, joinedload, mapped_column, relationship

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.audit.actions import record
from citizen_diplomat.foundation.database import Base, Key, one_of
from citizen_diplomat.moderation.claims import NotOpen, lock, refuse_own
from citizen_diplomat.moderation.model import Decision, QueueItem
from citizen_diplomat.moderation.passages import Span, locate
from citizen_diplomat.moderation.rules import (
    MOST_REMARKS,
    QUOTE_LENGTH,
    REMARK_LENGTH,
    Passage,
    may_claim,
)
from citizen_diplomat.proposals.model import Revision
from citizen_diplomat.proposals.queries import revision


class Remark(Base):
    """What the desk says to one passage of a submitted version.

    `quote` is what stands there, from `begins` up to `ends`, counted in characters.
    """

    __tablename__ = "remark"
    __table_args__ = (
        one_of("field", Passage),
        CheckConstraint("begins >= 0 AND ends > begins", name="span"),
        CheckConstraint(f"length(text) BETWEEN 1 AND {REMARK_LENGTH}", name="text_length"),
        Index("ix_remark_item", "item_id", "revision", "id"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("queue_item.id"))
    revision: Mapped[int]
    field: Mapped[str] = mapped_column(String(20))
    begins: Mapped[int]
    ends: Mapped[int]
    quote: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)
    author_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    at: Mapped[datetime]
    decision_id: Mapped[int | None] = mapped_column(ForeignKey("decision.id"), index=True)
    """With which decision it was sent; None while it waits."""

    author: Mapped[Account] = relationship(lazy="raise_on_sql")

    @property
    def span(self) -> Span:
        """Where its passage stands."""
        return Span(self.begins, self.ends)


class NotInText(Exception):  # noqa: N818 - named for what happened
    """The passage does not stand in the text, or is longer than a passage may be."""


class TooMany(Exception):  # noqa: N818 - named for what happened
    """As many remarks wait as go along with one decision."""


def text_of(sent: Revision, field: Passage) -> str:
    """One of the texts of a version."""
    text: str = getattr(sent, field.value)
    return text


def find(sent: Revision, quote: str, field: Passage | None, near: int) -> tuple[Passage, Span]:
    """Where a quoted passage stands in a version; without a `field`, in the first that has it.

    Raises NotInText.
    """
    for one in [field] if field else [Passage.BODY, *Passage]:
        span = locate(text_of(sent, one), quote, near=near)
        if span is not None and span.end - span.start <= QUOTE_LENGTH:
            return one, span
    raise NotInText


def add(
    session: Session,
    item: QueueItem,
    *,
    quote: str,
    text: str,
    field: Passage | None = None,
    near: int = 0,
    by: Account,
    at: datetime,
) -> Remark:
    """Keep a remark on a passage of the version that waits, for the next request for changes.

    `near` is about where the passage begins, if it stands there more than once. Raises OwnProposal,
    NotOpen when it does not wait or a colleague holds it, TooMany, or NotInText.
    """
    _refuse(session, item, by=by, at=at)
    sent = revision(session, item.subject_id, item.revision or 0)
    assert sent is not None, "what waits in the queue has been submitted"
    if len(waiting(session, item)) >= MOST_REMARKS:
        raise TooMany
    found, span = find(sent, quote, field, near)
    row = Remark(
        item_id=item.id,
        revision=sent.revision,
        field=found,
        begins=span.start,
        ends=span.end,
        quote=span.of(text_of(sent, found)),
        text=text,
        author_id=by.id,
        at=at,
    )
    session.add(row)
    record(session, "remark.kept", item.subject, by=by.id, at=at, revision=sent.revision)
    return row


def take_out(session: Session, item: QueueItem, number: int, *, by: Account, at: datetime) -> None:
    """Delete a remark that was not sent; what is not there stays so. Raises what `add` does."""
    _refuse(session, item, by=by, at=at)
    row = next((one for one in waiting(session, item) if one.id == number), None)
    if row is not None:
        session.delete(row)
        record(session, "remark.taken_out", item.subject, by=by.id, at=at)


def waiting(session: Session, item: QueueItem) -> Sequence[Remark]:
    """The remarks on the version that waits which were not sent, in the order of the text."""
    rows = session.scalars(
        select(Remark)
        .where(
            Remark.item_id == item.id,
            Remark.revision == item.revision,
            Remark.decision_id.is_(None),
        )
        .options(joinedload(Remark.author))
    )
    return in_order(rows.all())


def send_remarks(session: Session, item: QueueItem, decision: Decision) -> Sequence[Remark]:
    """Let the remarks that wait go out with a decision that was just made."""
    rows = waiting(session, item)
    for row in rows:
        row.decision_id = decision.id
    return rows


def sent_with(session: Session, decision_id: int) -> Sequence[Remark]:
    """The remarks that went out with a decision, in the order of the text."""
    rows = session.scalars(select(Remark).where(Remark.decision_id == decision_id))
    return in_order(rows.all())


def in_order(rows: Sequence[Remark]) -> list[Remark]:
    """Remarks in the order in which their passages are read."""
    order = list(Passage)
    return sorted(rows, key=lambda row: (order.index(Passage(row.field)), row.begins, row.id))


def _refuse(session: Session, item: QueueItem, *, by: Account, at: datetime) -> None:
    lock(session, item)
    refuse_own(session, item, by=by)
    is_free = may_claim(item.holder_id, item.lease_until, by=by.id, at=at)
    if item.closed_at is not None or not is_free:
        raise NotOpen
