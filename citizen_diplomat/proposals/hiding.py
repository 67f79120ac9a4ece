"""Texts that a decision also hid: told to nobody, and opened by staff only when they mean to.

Hiding takes nothing away: the version is kept as it was sent, and its writers go on reading it.
"""

from datetime import datetime

from sqlalchemy import ColumnElement, ForeignKey, delete, exists, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from citizen_diplomat.foundation.database import Base
from citizen_diplomat.proposals.model import Proposal
from citizen_diplomat.proposals.rules import State


class HiddenText(Base):
    """One submitted version whose words are hidden since a decision on it."""

    __tablename__ = "hidden_text"

    proposal_number: Mapped[int] = mapped_column(
        ForeignKey("proposal.number", ondelete="CASCADE"), primary_key=True
    )
    revision: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    of_change: Mapped[bool] = mapped_column(default=False)
    """Whether it was sent as a change of an accepted proposal."""
    at: Mapped[datetime]


def settle(
    session: Session, number: int, revision: int, *, of_change: bool, hides: bool, at: datetime
) -> None:
    """Let one version be hidden or not, as the newest decision on it says."""
    if hides:
        session.merge(
            HiddenText(proposal_number=number, revision=revision, of_change=of_change, at=at)
        )
        return
    session.execute(
        delete(HiddenText).where(
            HiddenText.proposal_number == number, HiddenText.revision == revision
        )
    )


def is_text_hidden() -> ColumnElement[bool]:
    """Proposals that were declined and hidden, even while appealed: no example of anything."""
    hidden = exists().where(
        HiddenText.proposal_number == Proposal.number, HiddenText.of_change.is_(False)
    )
    return Proposal.state.in_([State.DECLINED, State.APPEALED]) & hidden


def hidden_revisions(session: Session, number: int, *, of_change: bool) -> frozenset[int]:
    """The versions of a proposal, or of changes of it, whose words are hidden."""
    wanted = select(HiddenText.revision).where(
        HiddenText.proposal_number == number, HiddenText.of_change == of_change
    )
    return frozenset(session.scalars(wanted))
