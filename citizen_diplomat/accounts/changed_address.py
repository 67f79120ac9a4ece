"""Somebody's wish to be reached at another address, while it can be confirmed or refused."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    Select,
    String,
    delete,
    func,
    select,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.accounts.rules import EMAIL_LENGTH, LINK_LIFETIME, LinkPurpose, address_mark
from citizen_diplomat.foundation.clock import written
from citizen_diplomat.foundation.database import Base, Key

REFUSED_FOR: timedelta = LINK_LIFETIME[LinkPurpose.REFUSE_ADDRESS]
"""How long after the wish, and after the change, the old address may say no."""


class ChangedAddress(Base):
    """One wish to be reached elsewhere, and what came of it; forgotten after a week."""

    __tablename__ = "changed_address"
    __table_args__ = (
        CheckConstraint("old_key <> new_key", name="two_addresses"),
        Index("ix_changed_address_account", "account_id", "id"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))
    old_address: Mapped[str] = mapped_column(String(EMAIL_LENGTH))
    old_key: Mapped[str] = mapped_column(String(EMAIL_LENGTH))
    new_address: Mapped[str] = mapped_column(String(EMAIL_LENGTH))
    new_key: Mapped[str] = mapped_column(String(EMAIL_LENGTH))
    credential_version: Mapped[int]
    """That of the account when it was asked for: another passphrase since then ends the wish."""
    asked_at: Mapped[datetime] = mapped_column(index=True)
    confirmed_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
    """When the member took it back, or asked for another one."""
    refused_at: Mapped[datetime | None]
    """When somebody who reads the mail of the old address said that it was not them."""

    def is_pending(self, account: Account, at: datetime) -> bool:
        """Whether the new address can still be confirmed."""
        return (
            self.confirmed_at is None
            and self.withdrawn_at is None
            and self.refused_at is None
            and self.credential_version == account.credential_version
            and self.asked_at > at - LINK_LIFETIME[LinkPurpose.NEW_ADDRESS]
        )

    def is_refusable(self, at: datetime) -> bool:
        """Whether the old address may still say that it was not them."""
        return self.refused_at is None and (self.confirmed_at or self.asked_at) > at - REFUSED_FOR


@dataclass(frozen=True)
class ChangeClaim:
    """What a mailed link says: it is dead when it no longer fits the wish of that number."""

    number: int
    account_id: int
    address_mark: str


def claim_of(change: ChangedAddress) -> ChangeClaim:
    """The claim of the links to a wish."""
    return ChangeClaim(change.id, change.account_id, address_mark(change.new_key))


def change_of_link(session: Session, claim: ChangeClaim) -> ChangedAddress | None:
    """The wish that a mailed link is about, whatever became of it."""
    change = session.get(ChangedAddress, claim.number, populate_existing=True)
    return change if change is not None and claim_of(change) == claim else None


def pending_of(session: Session, account: Account, *, at: datetime) -> ChangedAddress | None:
    """What somebody has asked for and can still be confirmed."""
    rows = session.scalars(changes_of(account.id).order_by(ChangedAddress.id.desc()))
    return next((row for row in rows if row.is_pending(account, at)), None)


def forget_old(session: Session, *, at: datetime) -> None:
    """Forget wishes that nobody can confirm or refuse any more, with their addresses."""
    newest = func.coalesce(ChangedAddress.confirmed_at, ChangedAddress.asked_at)
    session.execute(delete(ChangedAddress).where(newest <= at - REFUSED_FOR))


def forget(session: Session, account: Account) -> None:
    """Take out the addresses of somebody who leaves."""
    session.execute(delete(ChangedAddress).where(ChangedAddress.account_id == account.id))


def export(session: Session, account_id: int) -> list[dict[str, Any]]:
    """What somebody asked for in the last week, for themselves."""
    return [
        {
            "from": row.old_address,
            "to": row.new_address,
            "asked_at": written(row.asked_at),
            "confirmed_at": written(row.confirmed_at),
            "taken_back_at": written(row.withdrawn_at),
            "refused_at": written(row.refused_at),
        }
        for row in session.scalars(changes_of(account_id).order_by(ChangedAddress.id))
    ]


def changes_of(account_id: int) -> Select[ChangedAddress]:
    """All wishes of somebody that are still kept."""
    return select(ChangedAddress).where(ChangedAddress.account_id == account_id)
