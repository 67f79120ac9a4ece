"""A question to the authors inside the file: asked by the office, answered in the same place.

The proposal stays where it is in its review, and so does the time that was promised: only a
request for changes hands it back to its author.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, select
from sqlalchemy.orm import Mapped, Session, joinedload, mapped_column, relationship

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.audit.actions import record
from citizen_diplomat.foundation.database import Base, Key
from citizen_diplomat.mail.outbox import post
from citizen_diplomat.moderation.claims import (
    NotOpen,
    lock,
    refresh,
    refuse_own_or_closed,
)
from citizen_diplomat.moderation.clock import answered
from citizen_diplomat.moderation.decisions import LinkFor
from citizen_diplomat.moderation.declarations import colleagues
from citizen_diplomat.moderation.desk_messages import OfficeAsks, QuestionAnswered
from citizen_diplomat.moderation.model import QueueItem
from citizen_diplomat.proposals.writers import writers

FILE_QUESTION_LENGTH = 2_000
FILE_ANSWER_LENGTH = 5_000


class AnsweredMeanwhile(Exception):  # noqa: N818 - named for what happened
    """Somebody who writes along has answered this question already."""


class FileQuestion(Base):
    """What the office wants to know about what waits, and what its authors said."""

    __tablename__ = "file_question"
    __table_args__ = (
        CheckConstraint(f"length(text) BETWEEN 1 AND {FILE_QUESTION_LENGTH}", name="text_length"),
        CheckConstraint(f"length(answer) <= {FILE_ANSWER_LENGTH}", name="answer_length"),
        CheckConstraint("(answered_at IS NULL) = (answer = '')", name="answered"),
        Index("ix_file_question_proposal", "proposal_number", "id"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("queue_item.id"), index=True)
    proposal_number: Mapped[int] = mapped_column(ForeignKey("proposal.number"))
    asked_by: Mapped[int] = mapped_column(ForeignKey("account.id"))
    """For colleagues alone: its authors read that the office asks."""
    text: Mapped[str] = mapped_column(Text)
    asked_at: Mapped[datetime]
    answered_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    answer: Mapped[str] = mapped_column(Text, default="")
    answered_at: Mapped[datetime | None]

    item: Mapped[QueueItem] = relationship(lazy="raise_on_sql")
    asker: Mapped[Account] = relationship(lazy="raise_on_sql", foreign_keys=asked_by)

    @property
    def may_be_answered(self) -> bool:
        """Whether it waits for its answer, and what it is about for staff; its item is loaded."""
        return self.answered_at is None and self.item.closed_at is None


def ask(
    session: Session, item: QueueItem, *, text: str, by: Account, at: datetime, link: LinkFor
) -> FileQuestion:
    """Ask all who write the proposal something, under the name of the office.

    The same question of the same person is asked once while it waits. The item's proposal must
    have been loaded. Raises ValueError for nothing, OwnProposal or NotOpen.
    """
    if not text.strip():
        raise ValueError("a question has words")
    lock(session, item)
    refuse_own_or_closed(session, item, by=by)
    proposal = item.of_proposal
    for known in questions_on(session, item):
        if known.answered_at is None and (known.asked_by, known.text) == (by.id, text):
            return known
    row = FileQuestion(
        item_id=item.id, proposal_number=proposal.number, asked_by=by.id, text=text, asked_at=at
    )
    session.add(row)
    answered(item, at=at)
    # Its id is part of the letters' keys.
    session.flush()
    record(session, "file_question.asked", item.subject, by=by.id, at=at, question=row.id)
    for person in writers(session, proposal.number):
        letter = OfficeAsks(
            number=proposal.number, title=proposal.title, question=text, link=link(person)
        )
        post(session, letter, person.recipient, key=f"file_question:{row.id}:{person.id}", at=at)
    return row


def answer(
    session: Session, row: FileQuestion, *, text: str, by: Account, at: datetime, link: LinkFor
) -> None:
    """Answer a question of the office for all who write the proposal; whoever asked hears of it.

    `row` must have been locked, its item loaded with the proposal; that `by` writes the proposal
    is asked before. Raises ValueError for nothing, AnsweredMeanwhile or NotOpen.
    """
    if not text.strip():
        raise ValueError("an answer has words")
    if row.answered_at is not None:
        raise AnsweredMeanwhile
    if row.item.closed_at is not None:
        raise NotOpen
    row.answer, row.answered_by, row.answered_at = text, by.id, at
    record(session, "file_question.answered", row.item.subject, by=by.id, at=at, question=row.id)
    # Whoever may not see the item any more is not told of it.
    asker = next(iter(colleagues(session, row.item, among={row.asked_by} - {by.id})), None)
    if asker is None:
        return
    letter = QuestionAnswered(
        number=row.proposal_number, title=row.item.title, question=row.text, link=link(asker)
    )
    post(session, letter, asker.recipient, key=f"file_question_answered:{row.id}", at=at)


def questions_on(session: Session, item: QueueItem) -> Sequence[FileQuestion]:
    """All that was asked about an item, the oldest first, with who asked: for staff."""
    return session.scalars(
        select(FileQuestion)
        .where(FileQuestion.item_id == item.id)
        .options(joinedload(FileQuestion.asker))
        .order_by(FileQuestion.id)
    ).all()


def asked_of_writers(session: Session, number: int) -> Sequence[FileQuestion]:
    """All that the office asked those who write a proposal, the newest first; without who asked."""
    return session.scalars(
        select(FileQuestion)
        .where(FileQuestion.proposal_number == number)
        .options(joinedload(FileQuestion.item))
        .order_by(FileQuestion.id.desc())
    ).all()


def question_about(
    session: Session, number: int, question: int, *, to_change: bool = False
) -> FileQuestion | None:
    """One question about a proposal, its item loaded.

    With `to_change` proposal, item and question are locked, in that order, until the transaction
    ends: a decision that is being made comes the same way.
    """
    wanted = (
        select(FileQuestion)
        .where(FileQuestion.id == question, FileQuestion.proposal_number == number)
        .options(joinedload(FileQuestion.item).joinedload(QueueItem.proposal))
    )
    row = session.scalar(wanted)
    if row is None or not to_change:
        return row
    lock(session, row.item)
    refresh(session, row, lock=True)
    return row
