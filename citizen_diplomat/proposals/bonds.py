"""The table of those who write a proposal along with its first author."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.accounts.rules import EMAIL_LENGTH, NAME_LENGTH
from citizen_diplomat.foundation.database import Base, Key, one_of
from citizen_diplomat.proposals.model import Proposal
from citizen_diplomat.proposals.rules import Bond


class Coauthor(Base):
    """Somebody who was invited to write along, or asked to, and what came of it.

    An open invitation knows an address and no account, whether or not the address is a member's;
    with the answer the address goes. One row for each person and proposal.
    """

    __tablename__ = "proposal_coauthor"
    __table_args__ = (
        one_of("bond", Bond),
        UniqueConstraint("proposal_number", "account_id"),
        UniqueConstraint("proposal_number", "address_key"),
        CheckConstraint("(account_id IS NULL) = (bond = 'invited')", name="answered_by_account"),
        CheckConstraint("(address_key IS NULL) = (bond <> 'invited')", name="address_while_open"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    proposal_number: Mapped[int] = mapped_column(ForeignKey("proposal.number", ondelete="CASCADE"))
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True)
    address: Mapped[str | None] = mapped_column(String(EMAIL_LENGTH))
    """As the first author typed it; theirs alone to see."""
    address_key: Mapped[str | None] = mapped_column(String(EMAIL_LENGTH), index=True)
    bond: Mapped[str] = mapped_column(String(20))
    begun_at: Mapped[datetime] = mapped_column(index=True)
    """When they were invited, or asked."""
    answered_at: Mapped[datetime | None]
    accepted_at: Mapped[datetime | None]
    """When they began to write along. It stays when they leave: they have written it too."""
    is_named: Mapped[bool] = mapped_column(default=True)
    """Whether others than the writers read their name beside the proposal."""
    offered_at: Mapped[datetime | None]
    """Since when the first author offers them that place."""
    pen_name: Mapped[str] = mapped_column(String(NAME_LENGTH), default="", server_default="")
    """By which they went as the first author before, and go on to go below the proposal."""
    pen_name_from: Mapped[datetime | None]
    """Since when they had been the first author; None where they were that from the beginning."""

    account: Mapped[Account | None] = relationship(lazy="raise_on_sql")
    proposal: Mapped[Proposal] = relationship(lazy="raise_on_sql")
