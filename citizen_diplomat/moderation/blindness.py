"""Blind review: while the desk reads without names, nobody of it sees who wrote what it judges.

The switch is a setting of the desk, kept in the database. It holds for everybody who opens the
pages of staff, whatever their role, until the item is decided.
"""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, ForeignKey, String, and_, exists, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Mapped, Session, mapped_column

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.audit.actions import record
from citizen_diplomat.foundation.database import Base
from citizen_diplomat.moderation.model import QueueItem
from citizen_diplomat.moderation.rules import UNDECIDED, ItemKind
from citizen_diplomat.proposals.model import Proposal

ON, OFF = "on", "off"


class Setting(StrEnum):
    """What the desk itself can set."""

    BLIND_REVIEW = "blind_review"


class DeskSetting(Base):
    """One setting of the desk; what is not here has never been set."""

    __tablename__ = "desk_setting"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    value: Mapped[str] = mapped_column(String(200))
    changed_by: Mapped[int] = mapped_column(ForeignKey("account.id"))
    changed_at: Mapped[datetime]


def is_blind(session: Session) -> bool:
    """Whether the desk reads without names."""
    return session.scalar(select(DeskSetting.value).where(*_on())) is not None


def make_blind(session: Session, *, blind: bool, by: Account, at: datetime) -> None:
    """Let the desk read without names from now on, or with them again."""
    row = session.get(DeskSetting, Setting.BLIND_REVIEW)
    if row is None:
        row = DeskSetting(name=Setting.BLIND_REVIEW, value=OFF, changed_by=by.id, changed_at=at)
        session.add(row)
    if (row.value == ON) == blind:
        return
    row.value, row.changed_by, row.changed_at = ON if blind else OFF, by.id, at
    action = "desk.blinded" if blind else "desk.unblinded"
    record(session, action, "desk:1", by=by.id, at=at)


def hides_author() -> ColumnElement[bool]:
    """Items whose author, co-authors and pen name staff must not see now.

    An item about a proposal that was sent and is not decided; a change of one while it waits.
    """
    state = select(Proposal.state).where(Proposal.number == QueueItem.proposal_number)
    undecided = state.correlate(QueueItem).scalar_subquery().in_(sorted(UNDECIDED))
    return and_(
        exists().where(*_on()),
        or_(
            and_(QueueItem.kind == ItemKind.PROPOSAL, undecided),
            and_(QueueItem.kind == ItemKind.CHANGE, QueueItem.closed_at.is_(None)),
        ),
    )


def hides_writers(number: InstrumentedAttribute[int]) -> ColumnElement[bool]:
    """Whether staff must not see now who writes the proposal of this number."""
    return exists().where(Proposal.number == number, hides_proposal())


def hides_proposal() -> ColumnElement[bool]:
    """Proposals of which staff must not see now who writes them."""
    return and_(exists().where(*_on()), Proposal.state.in_(sorted(UNDECIDED)))


def _on() -> tuple[ColumnElement[bool], ...]:
    return DeskSetting.name == Setting.BLIND_REVIEW, DeskSetting.value == ON
