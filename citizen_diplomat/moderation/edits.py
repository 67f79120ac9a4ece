"""The offer to accept a proposal with the desk's edits: its table, reading it, and its end.

It is made and agreed to in `agreement`.
"""

from datetime import datetime
from types import SimpleNamespace
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, select, text
from sqlalchemy.orm import Mapped, Session, joinedload, mapped_column, relationship

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.audit.actions import record
from citizen_diplomat.foundation.database import Base, Document, Key, one_of
from citizen_diplomat.moderation.claims import refresh
from citizen_diplomat.moderation.model import Reason
from citizen_diplomat.moderation.rules import MESSAGE_LENGTH, EditAnswer
from citizen_diplomat.proposals.model import words_of
from citizen_diplomat.proposals.rules import Draft

OPEN = text("answer IS NULL")


class EditOffer(Base):
    """A text of the desk with which a proposal is accepted as soon as its author agrees.

    Of each proposal there is at most one that waits for its answer.
    """

    __tablename__ = "edit_offer"
    __table_args__ = (
        one_of("answer", EditAnswer),
        CheckConstraint("(answer IS NULL) = (answered_at IS NULL)", name="answered"),
        CheckConstraint(f"length(message) <= {MESSAGE_LENGTH}", name="message_length"),
        CheckConstraint(f"length(farewell) <= {MESSAGE_LENGTH}", name="farewell_length"),
        Index("ix_edit_offer_proposal", "proposal_number", "id"),
        Index(
            "uq_edit_offer_open",
            "proposal_number",
            unique=True,
            sqlite_where=OPEN,
            postgresql_where=OPEN,
        ),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    proposal_number: Mapped[int] = mapped_column(ForeignKey("proposal.number"))
    based_on: Mapped[int]
    """The version that was edited."""
    words: Mapped[dict[str, Any]] = mapped_column(Document)
    """A Draft as plain values."""
    reason_slug: Mapped[str] = mapped_column(ForeignKey("reason.slug"))
    """On what ground the edited text will be accepted."""
    message: Mapped[str] = mapped_column(Text)
    offered_by: Mapped[int] = mapped_column(ForeignKey("account.id"))
    offered_at: Mapped[datetime]
    answer: Mapped[str | None] = mapped_column(String(10))
    answered_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    answered_at: Mapped[datetime | None]
    farewell: Mapped[str] = mapped_column(Text, default="")
    """What the author was told when the desk took it back."""

    reason: Mapped[Reason] = relationship(lazy="raise_on_sql")
    offerer: Mapped[Account] = relationship(lazy="raise_on_sql", foreign_keys=offered_by)

    @property
    def draft(self) -> Draft:
        """The edited text as a value."""
        return words_of(SimpleNamespace(**self.words))

    @property
    def is_open(self) -> bool:
        """Whether it waits for the author's answer."""
        return self.answer is None


class OfferOver(Exception):  # noqa: N818 - named for what happened
    """The offer was answered or withdrawn, or the text has changed; nothing was changed now."""


def newest_offer(session: Session, number: int) -> EditOffer | None:
    """The last offer on a proposal, whatever became of it; reason and offerer are loaded."""
    return session.scalar(
        select(EditOffer)
        .where(EditOffer.proposal_number == number)
        .options(joinedload(EditOffer.reason), joinedload(EditOffer.offerer))
        .order_by(EditOffer.id.desc())
        .limit(1)
    )


def open_offer(session: Session, number: int) -> EditOffer | None:
    """The offer that waits for the author of a proposal, as it is now; see `newest_offer`.

    Whoever is going to change it has locked the proposal before.
    """
    newest = newest_offer(session, number)
    if newest is None:
        return None
    # It may have been read before the lock.
    refresh(session, newest)
    return newest if newest.is_open else None


def refuse_offer(session: Session, number: int, *, by: Account, at: datetime) -> None:
    """Let the author rather change the text themselves. Raises OfferOver when nothing is offered.

    The proposal must have been locked.
    """
    offer = open_offer(session, number)
    if offer is None:
        raise OfferOver
    close_offer(offer, EditAnswer.REFUSED, by=by, at=at)
    record(session, "edits.refused", f"proposal:{number}", by=by.id, at=at)


def end_offer(session: Session, number: int, *, by: Account, at: datetime) -> None:
    """Let an offer lapse that nobody can agree to any more; without one, nothing happens."""
    offer = open_offer(session, number)
    if offer is not None:
        close_offer(offer, EditAnswer.ENDED, by=by, at=at)


def close_offer(offer: EditOffer, answer: EditAnswer, *, by: Account, at: datetime) -> None:
    """Note what became of an offer."""
    offer.answer, offer.answered_by, offer.answered_at = answer, by.id, at
