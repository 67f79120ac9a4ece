"""Appeals against sanctions: once, decided by somebody else, with an explanation."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Select, String, Text, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, joinedload, mapped_column, relationship

from citizen_diplomat.accounts.actions import mail_to, subject_of
from citizen_diplomat.accounts.model import Account
from citizen_diplomat.accounts.sanction_rules import (
    APPEAL_LENGTH,
    ENDING_LENGTH,
    Ending,
    may_appeal,
    may_impose,
)
from citizen_diplomat.accounts.sanctions import Sanction
from citizen_diplomat.audit.actions import record
from citizen_diplomat.audit.model import AuditEntry
from citizen_diplomat.audit.queries import entries_about
from citizen_diplomat.foundation.database import Base, Key, one_of
from citizen_diplomat.moderation.claims import OwnProposal, claim
from citizen_diplomat.moderation.conditions import looked_after
from citizen_diplomat.moderation.conflicts import ConflictCause, exclude
from citizen_diplomat.moderation.model import QueueItem
from citizen_diplomat.moderation.queue import Subject, close, enqueue
from citizen_diplomat.moderation.rules import ItemKind
from citizen_diplomat.moderation.sanction_messages import SanctionUpheld
from citizen_diplomat.moderation.sanctions import Letters, end, last_day, lock


class AppealOutcome(StrEnum):
    """What came of an appeal."""

    UPHELD = "upheld"
    GRANTED = "granted"


class NotOpenToAppeal(Exception):  # noqa: N818 - named for what happened
    """It was appealed before, or lifted, or is too long ago."""


class Answered(Exception):  # noqa: N818 - named for what happened
    """Somebody has decided on the appeal already."""


class SanctionAppeal(Base):
    """What somebody says against a sanction, and what was answered."""

    __tablename__ = "sanction_appeal"
    __table_args__ = (
        one_of("outcome", AppealOutcome),
        CheckConstraint("(decided_at IS NULL) = (outcome IS NULL)", name="decided_somehow"),
        CheckConstraint(f"length(text) <= {APPEAL_LENGTH}", name="text_length"),
        CheckConstraint(f"length(explanation) <= {ENDING_LENGTH}", name="explanation_length"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    sanction_id: Mapped[int] = mapped_column(ForeignKey("sanction.id"), unique=True)
    text: Mapped[str] = mapped_column(Text)
    """Emptied when they close their account."""
    at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    outcome: Mapped[str | None] = mapped_column(String(10))
    explanation: Mapped[str] = mapped_column(Text, default="")

    sanction: Mapped[Sanction] = relationship(lazy="raise_on_sql")


def appeal(session: Session, sanction: Sanction, text: str, *, at: datetime) -> SanctionAppeal:
    """Object to a sanction, as whom it is imposed on; it waits for anybody but who imposed it.

    Raises NotOpenToAppeal, ValueError for no words.
    """
    if not text.strip():
        raise ValueError("an appeal needs words")
    has_appealed = appeal_of(session, sanction.id) is not None
    ending = Ending(sanction.ending) if sanction.ending else None
    if not may_appeal(sanction.begun_at, ending, has_appealed=has_appealed, at=at):
        raise NotOpenToAppeal
    row = SanctionAppeal(sanction_id=sanction.id, text=text, at=at, explanation="")
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError as error:
        # The other click of a double click came first.
        raise NotOpenToAppeal from error
    # Neither the list nor the search shows what it is about: few may know.
    subject = Subject(
        ItemKind.SANCTION_APPEAL, row.id, title="", search_text="", author_id=sanction.account_id
    )
    item = enqueue(session, subject, at=at)
    session.flush()  # the exclusion names the item by its number
    exclude(session, item, sanction.imposed_by, ConflictCause.FIRST_REVIEWER, at=at)
    about = f"account:{sanction.account_id}"
    by = sanction.account_id
    record(session, "sanction_appeal.made", about, by=by, at=at, sanction=sanction.id)
    return row


def decide(
    session: Session,
    item: QueueItem,
    row: SanctionAppeal,
    outcome: AppealOutcome,
    *,
    explanation: str,
    by: Account,
    at: datetime,
    letters: Letters,
) -> None:
    """Uphold a sanction or end it, and explain; a free item is claimed.

    The appeal's sanction and its account, with roles, must have been loaded. Raises OwnProposal
    for who imposed it or has it, and for who may not sanction this person; AlreadyClaimed, NotOpen
    or Answered; ValueError without an explanation.
    """
    sanction, person = row.sanction, row.sanction.account
    if not explanation.strip():
        raise ValueError("an appeal is answered with an explanation")
    allowed = may_impose(by.id, by.roles, person.id, person.roles)
    if by.id == sanction.imposed_by or not allowed:
        raise OwnProposal
    # Before the log, which the claim writes to.
    lock(session, sanction)
    claim(session, item, by=by, at=at)
    session.refresh(row, ["decided_at"])
    if row.decided_at is not None:
        raise Answered
    row.decided_at, row.decided_by = at, by.id
    row.outcome, row.explanation = outcome, explanation
    record(
        session, f"sanction_appeal.{outcome}", subject_of(person), by=by.id, at=at,
        sanction=sanction.id,
    )  # fmt: skip
    if outcome is AppealOutcome.GRANTED:
        end(session, sanction, Ending.APPEALED, explanation, by=by, at=at, letters=letters)
    else:
        _tell_that_it_stands(session, row, at=at, letters=letters)
    close(item, at=at)


def appeal_of(session: Session, sanction_id: int) -> SanctionAppeal | None:
    """The appeal against a sanction, if there is one."""
    return session.scalar(select(SanctionAppeal).where(SanctionAppeal.sanction_id == sanction_id))


def appeal_of_item(session: Session, item: QueueItem) -> SanctionAppeal:
    """The appeal that an item is about, with its sanction, that's account, roles and imposer."""
    sanction = joinedload(SanctionAppeal.sanction)
    return session.scalars(
        select(SanctionAppeal)
        .where(SanctionAppeal.id == item.subject_id)
        .options(
            sanction.joinedload(Sanction.account).selectinload(Account.role_rows),
            sanction.joinedload(Sanction.imposer),
        )
    ).one()


def answer_in_the_log(session: Session, item: QueueItem) -> Sequence[AuditEntry]:
    """What the log has of the answer to the appeal that an item is about, if there is one.

    It speaks of the member's account there, beside what else was imposed on them and answered.
    """
    row = session.get_one(SanctionAppeal, item.subject_id)
    account_id = session.get_one(Sanction, row.sanction_id).account_id
    actions = [f"sanction_appeal.{outcome}" for outcome in AppealOutcome]
    found = entries_about(session, f"account:{account_id}", actions)
    return [entry for entry in found if entry.detail.get("sanction") == row.sanction_id]


def item_for_answer(session: Session, number: int, *, viewer: int) -> QueueItem | None:
    """The item of an appeal if `viewer` may answer it, for those too who review nothing else."""
    return session.scalar(
        _items(viewer)
        .where(QueueItem.subject_id == number)
        .options(joinedload(QueueItem.author), joinedload(QueueItem.holder))
    )


def waiting(session: Session, *, viewer: int) -> Sequence[QueueItem]:
    """The items of appeals that wait for somebody like `viewer`, oldest first."""
    return session.scalars(
        _items(viewer)
        .where(QueueItem.closed_at.is_(None))
        .order_by(QueueItem.opened_at, QueueItem.id)
    ).all()


def _items(viewer: int) -> Select[QueueItem]:
    return select(QueueItem).where(QueueItem.kind == ItemKind.SANCTION_APPEAL, looked_after(viewer))


def forget(session: Session, account_id: int, *, at: datetime) -> None:
    """Empty what was said about somebody who leaves, and what they said against it.

    That there was a sanction, of which kind and until when, stays under a number that leads to
    nobody any more; what it hides stays hidden until it ends.
    """
    theirs = select(Sanction.id).where(Sanction.account_id == account_id)
    session.execute(
        update(SanctionAppeal)
        .where(SanctionAppeal.sanction_id.in_(theirs))
        .values(text="", explanation="")
        .execution_options(synchronize_session=False)
    )
    session.execute(
        update(Sanction)
        .where(Sanction.account_id == account_id)
        .values(facts="", ending_reason="")
        .execution_options(synchronize_session=False)
    )
    waiting = select(QueueItem).where(
        QueueItem.kind == ItemKind.SANCTION_APPEAL, QueueItem.author_id == account_id
    )
    for item in session.scalars(waiting).all():
        close(item, at=at)


def _tell_that_it_stands(
    session: Session, row: SanctionAppeal, *, at: datetime, letters: Letters
) -> None:
    sanction, person = row.sanction, row.sanction.account
    if not person.is_open:
        return
    letter = SanctionUpheld(
        sanction.kind,
        row.explanation,
        last_day(sanction, letters.zone) if sanction.is_in_force(at) else None,
        letters.link(person, sanction),
        letters.own_link(person),
    )
    mail_to(session, letter, person, f"{sanction.id}", at)
