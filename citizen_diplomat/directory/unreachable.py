"""Members whom letters do not reach, as staff see them: by number and shown name, no address.

Whoever looks after members may reach them in another way. Who only called a letter unwanted is
reached, and not told of here.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.directory.ladder import OPEN_ACCOUNT, profiles
from citizen_diplomat.directory.model import Profile
from citizen_diplomat.directory.rules import Reader
from citizen_diplomat.foundation.paging import Cursor, Page, beyond, page
from citizen_diplomat.mail.bounce_model import StoppedAddress, in_force
from citizen_diplomat.mail.bounce_rules import StopScope

PAGE_LENGTH = 25


@dataclass(frozen=True)
class Unreachable:
    """One member, as far as staff see them, and what stops their address."""

    account_id: int
    name: str | None
    city_slug: str | None
    stop_id: int
    kind: str
    since: datetime
    tried_at: datetime | None


def unreachable(
    session: Session,
    *,
    at: datetime,
    after: Cursor[datetime] | None = None,
    limit: int = PAGE_LENGTH,
) -> Page[Unreachable]:
    """Members whose address is stopped at a moment, the newest first."""
    wanted = (
        profiles(Reader.STAFF)
        .add_columns(
            StoppedAddress.id.label("stop_id"),
            StoppedAddress.kind,
            StoppedAddress.since,
            StoppedAddress.tried_at,
        )
        .join(StoppedAddress, StoppedAddress.to_key == Account.email_key)
        .where(StoppedAddress.scope == StopScope.ALL, in_force(at), OPEN_ACCOUNT)
        .order_by(StoppedAddress.since.desc(), StoppedAddress.id.desc())
        .limit(limit + 1)
    )
    if after is not None:
        wanted = wanted.where(
            beyond(StoppedAddress.since, StoppedAddress.id, after, descending=True)
        )
    rows = [
        Unreachable(
            row.account_id,
            row.name,
            row.city_slug,
            row.stop_id,
            row.kind,
            row.since,
            row.tried_at,
        )
        for row in session.execute(wanted)
    ]
    return page(rows, limit, lambda row: (row.since, row.stop_id), after=after)


def member(session: Session, account_id: int) -> Account | None:
    """A member whose account is open."""
    return session.scalar(
        select(Account)
        .join(Profile, Profile.account_id == Account.id)
        .where(Account.id == account_id, OPEN_ACCOUNT)
    )
