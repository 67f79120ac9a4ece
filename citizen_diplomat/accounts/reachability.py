"""Whether letters reach somebody, for themselves and for staff; and trying their address again."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from citizen_diplomat.accounts.actions import mail_to, subject_of
from citizen_diplomat.accounts.messages import AddressCheck
from citizen_diplomat.accounts.model import Account
from citizen_diplomat.audit.actions import record
from citizen_diplomat.mail.bounce_model import StoppedAddress
from citizen_diplomat.mail.bounce_rules import (
    TRIAL,
    TRIED_EVERY,
    BounceKind,
    StopScope,
    is_tried_too_soon,
)
from citizen_diplomat.mail.bounces import stops_of, try_again


@dataclass(frozen=True)
class Trouble:
    """Why no letters, or none that are sent to many, go to somebody's address."""

    kind: BounceKind
    since: datetime
    until: datetime | None
    tried_at: datetime | None
    may_try: bool
    """Whether it was not tried within a day."""
    is_open: bool
    """Whether a letter is on its way that tries it."""

    @property
    def is_complaint(self) -> bool:
        """Whether its owner called a letter unwanted: the others still come."""
        return self.kind is BounceKind.COMPLAINT

    @property
    def may_try_from(self) -> datetime | None:
        """When it can be tried again, if not now."""
        return None if self.may_try or self.tried_at is None else self.tried_at + TRIED_EVERY


def trouble_of(session: Session, account: Account, *, at: datetime) -> Trouble | None:
    """What keeps letters from somebody at a moment; None when they are reached."""
    found = stops_of(session, account.email, at=at)
    return _trouble(found[0], at) if found else None


def try_address_again(
    session: Session, account: Account, *, by: Account, at: datetime, link: str
) -> bool:
    """Send one letter to a stopped address; the others follow unless it comes back.

    False when it is not stopped, or was tried within a day. After a complaint nothing is tried:
    its owner alone says that letters sent to many may come again. `link` is the page that tells.
    """
    trouble = trouble_of(session, account, at=at)
    if trouble is None or (trouble.is_complaint and by.id != account.id):
        return False
    scope = StopScope.BULK if trouble.is_complaint else StopScope.ALL
    if not try_again(session, account.email, scope, at=at):
        return False
    if not trouble.is_complaint:
        mail_to(session, AddressCheck(link, TRIAL.days), account, at.isoformat(), at)
    subject = subject_of(account)
    record(session, "address.tried_again", subject, by=by.id, at=at, after=trouble.kind)
    return True


def _trouble(stop: StoppedAddress, at: datetime) -> Trouble:
    return Trouble(
        kind=BounceKind(stop.kind),
        since=stop.since,
        until=stop.until,
        tried_at=stop.tried_at,
        may_try=not is_tried_too_soon(stop.tried_at, at=at),
        # A try that comes back puts off the end.
        is_open=stop.tried_at is not None and stop.until == stop.tried_at + TRIAL,
    )
