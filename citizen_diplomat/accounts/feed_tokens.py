"""Addresses of private feeds: whoever holds one reads along without signing in, until it ends.

The address is a secret of which only a digest is kept. It ends when its owner says so or makes
another, signs out everywhere, gets another passphrase, or may not come in any more.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ForeignKey, String, delete, select
from sqlalchemy.orm import Mapped, Session, joinedload, mapped_column

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.accounts.queries import account_by_id
from citizen_diplomat.accounts.rules import Feed
from citizen_diplomat.accounts.sanctions import may_come_in
from citizen_diplomat.audit.actions import record
from citizen_diplomat.foundation.database import Base, one_of
from citizen_diplomat.foundation.tokens import digest, new_secret


class FeedToken(Base):
    """The address of one private feed of one account: there is one at a time."""

    __tablename__ = "feed_token"
    __table_args__ = (one_of("feed", Feed),)

    account_id: Mapped[int] = mapped_column(
        ForeignKey("account.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    feed: Mapped[str] = mapped_column(String(10), primary_key=True)
    token_digest: Mapped[str] = mapped_column(String(64), unique=True)
    credential_version: Mapped[int]
    """That of the account when it was made: another passphrase ends it, see `Account`."""
    made_at: Mapped[datetime]

    def works(self, account: Account) -> bool:
        """Whether its owner has had no other passphrase or address since it was made."""
        return self.credential_version == account.credential_version


def reader_of(session: Session, feed: Feed, token: str, *, at: datetime) -> Account | None:
    """Whose feed a token opens, the roles loaded; None for every other token, whatever it was."""
    found = session.scalars(
        select(Account)
        .join(FeedToken, FeedToken.account_id == Account.id)
        .where(
            FeedToken.token_digest == digest(token),
            FeedToken.feed == feed,
            FeedToken.credential_version == Account.credential_version,
            may_come_in(at=at),
        )
        .options(joinedload(Account.role_rows))
    )
    return found.unique().one_or_none()


def tokens_of(session: Session, account_id: int) -> dict[Feed, FeedToken]:
    """The addresses that somebody has, those ended by another passphrase among them."""
    return {Feed(row.feed): row for row in _rows(session, account_id)}


def make(session: Session, account: Account, feed: Feed, *, at: datetime) -> str:
    """Make the address of a feed, instead of one that there was; returns its secret, this once."""
    # Two who make one at the same time come one after the other: the later one holds.
    locked = account_by_id(session, account.id, lock=True)
    assert locked is not None
    token = new_secret()
    row = session.get(FeedToken, (account.id, feed.value))
    if row is None:
        row = FeedToken(account_id=account.id, feed=feed.value)
        session.add(row)
    row.token_digest, row.made_at = digest(token), at
    row.credential_version = locked.credential_version
    _note(session, "feed.made", account.id, feed, at=at)
    return token


def end(session: Session, account: Account, feed: Feed, *, at: datetime) -> bool:
    """End the address of a feed at once; False when there was none."""
    theirs = (FeedToken.account_id == account.id, FeedToken.feed == feed)
    ended = session.scalars(delete(FeedToken).where(*theirs).returning(FeedToken.feed)).all()
    if ended:
        _note(session, "feed.ended", account.id, feed, at=at)
    return bool(ended)


def end_all(session: Session, account: Account, *, at: datetime) -> None:
    """End the addresses of all feeds of somebody."""
    for row in _rows(session, account.id):
        end(session, account, Feed(row.feed), at=at)


def _rows(session: Session, account_id: int) -> Sequence[FeedToken]:
    wanted = select(FeedToken).where(FeedToken.account_id == account_id)
    return session.scalars(wanted.order_by(FeedToken.feed)).all()


def _note(session: Session, action: str, account_id: int, feed: Feed, *, at: datetime) -> None:
    record(session, action, f"account:{account_id}", by=account_id, at=at, feed=feed.value)
