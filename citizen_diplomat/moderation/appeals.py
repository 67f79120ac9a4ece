"""Appeals: the author of a declined proposal asks, once, that somebody else looks at it again.

Whoever declined it is excluded from the appeal's item, which nobody can undo; the answer is a
decision like any other (`decisions.decide`), and final.
"""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    String,
    Text,
    and_,
    exists,
    select,
)
from sqlalchemy.orm import Mapped, Session, joinedload, mapped_column, relationship

from citizen_diplomat.accounts.model import Account, AccountRole
from citizen_diplomat.accounts.rules import Role
from citizen_diplomat.foundation.database import Base, Key
from citizen_diplomat.moderation.conflicts import Viewer
from citizen_diplomat.moderation.deadlines import appeal_until, last_day
from citizen_diplomat.moderation.model import Decision, QueueItem
from citizen_diplomat.moderation.office import office
from citizen_diplomat.moderation.rules import APPEAL_LENGTH, ItemKind, Outcome, may_appeal
from citizen_diplomat.moderation.statements import StatementOfReasons
from citizen_diplomat.proposals.model import ProposalEvent
from citizen_diplomat.proposals.rules import Step


class Appeal(Base):
    """What the author of a declined proposal says against the decision; one for each proposal."""

    __tablename__ = "appeal"
    __table_args__ = (CheckConstraint(f"length(text) <= {APPEAL_LENGTH}", name="text_length"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    proposal_number: Mapped[int] = mapped_column(ForeignKey("proposal.number"), unique=True)
    decision_id: Mapped[int] = mapped_column(ForeignKey("decision.id"))
    """The decision that it is against."""
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    form_key: Mapped[str] = mapped_column(String(64))
    """Made with the empty form: posting it twice is one appeal."""
    text: Mapped[str] = mapped_column(Text)
    left_to_coordinators: Mapped[bool]
    """Whether nobody but who declined it looks after its city and topic."""
    at: Mapped[datetime]

    decision: Mapped[Decision] = relationship(lazy="raise_on_sql")

    def is_of(self, form_key: str, by: Account) -> bool:
        """Whether it was made by this form of theirs."""
        return (self.form_key, self.account_id) == (form_key, by.id)


class NoAppeal(Exception):  # noqa: N818 - named for what happened
    """There is no appeal: not declined, too late, or answered on appeal already."""


@dataclass(frozen=True)
class Chance:
    """How a declined proposal stands: against which decision, until when; and the appeal, if any.

    `is_open` says whether its author may appeal now, `is_final` whether the decline was upheld.
    """

    decision: Decision | None
    until: datetime | None
    made: Appeal | None
    is_open: bool
    is_final: bool

    @property
    def last_day(self) -> date | None:
        """The last day to appeal; None where nothing was declined."""
        return last_day(self.until) if self.until else None


def chance_of(session: Session, number: int, *, at: datetime) -> Chance:
    """Whether the author of a proposal may appeal at `at`, until when, and what they said."""
    decision, made = _declined_by(session, number), appeal_of(session, number)
    until = _until(session, decision) if decision else None
    last = _last_step(session, number)
    is_open = until is not None and may_appeal(last, until, has_appealed=made is not None, at=at)
    return Chance(decision, until, made, is_open, last is Step.UPHOLD_DECLINE)


def appeal_of(session: Session, number: int) -> Appeal | None:
    """The appeal about a proposal; the decision that it is against, reason and decider loaded."""
    decision = joinedload(Appeal.decision)
    return session.scalar(
        select(Appeal)
        .where(Appeal.proposal_number == number)
        .options(decision.joinedload(Decision.reason), decision.joinedload(Decision.decider))
    )


def left_to(viewer: Viewer) -> ColumnElement[bool]:
    """Appeals that `viewer`, as a coordinator, looks after because nobody else does."""
    left = exists().where(
        Appeal.proposal_number == QueueItem.proposal_number, Appeal.left_to_coordinators
    )
    coordinates = exists().where(
        AccountRole.account_id == viewer, AccountRole.role == Role.COORDINATOR
    )
    return and_(QueueItem.kind == ItemKind.APPEAL, left, coordinates)


def _declined_by(session: Session, number: int) -> Decision | None:
    """The newest decision that declined a proposal, other than on appeal."""
    return session.scalar(
        select(Decision)
        .where(
            Decision.proposal_number == number,
            Decision.outcome == Outcome.DECLINE,
            Decision.of_change.is_(False),
            Decision.of_appeal.is_(False),
        )
        .options(joinedload(Decision.reason))
        .order_by(Decision.id.desc())
        .limit(1)
    )


def _until(session: Session, decision: Decision) -> datetime | None:
    """The moment that its authors were told: later edits of the calendar do not move it.

    Counted today for a decision from before there were statements.
    """
    told = session.scalar(
        select(StatementOfReasons.appeal_until)
        .where(StatementOfReasons.decision_id == decision.id)
        .limit(1)
    )
    return told or appeal_until(office(session).calendar, decision.at)


def _last_step(session: Session, number: int) -> Step | None:
    step = session.scalar(
        select(ProposalEvent.step)
        .where(ProposalEvent.proposal_number == number, ProposalEvent.of_change.is_(False))
        .order_by(ProposalEvent.id.desc())
        .limit(1)
    )
    return Step(step) if step else None
