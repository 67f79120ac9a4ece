"""Imposing a sanction, lifting it, and ending those whose day has come.

Whoever changes a sanction locks its row first, then the comments that it hides, then the log.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from citizen_diplomat.accounts.actions import mail_to, subject_of
from citizen_diplomat.accounts.forget import LastAdmin, admins
from citizen_diplomat.accounts.model import Account
from citizen_diplomat.accounts.rules import Role
from citizen_diplomat.accounts.sanction_rules import (
    BARRING,
    Ending,
    Measure,
    SanctionKind,
    is_complete,
    may_impose,
)
from citizen_diplomat.accounts.sanctions import Sanction
from citizen_diplomat.accounts.sessions import end_sessions
from citizen_diplomat.audit.actions import record
from citizen_diplomat.moderation import hiding
from citizen_diplomat.moderation.claims import refresh
from citizen_diplomat.moderation.sanction_messages import SanctionEnded, SanctionImposed

MOMENT = timedelta(microseconds=1)


class NotAllowed(Exception):  # noqa: N818 - named for what happened
    """Nobody sanctions themselves, and only administrators sanction staff."""


class Over(Exception):  # noqa: N818 - named for what happened
    """The sanction has ended already."""


@dataclass(frozen=True)
class Letters:
    """What the shell knows about letters: the links to a sanction's page, and whose days it has."""

    link: Callable[[Account, Sanction], str]
    own_link: Callable[[Account], str]
    zone: ZoneInfo


def impose(
    session: Session,
    person: Account,
    measure: Measure,
    *,
    form_key: str,
    by: Account,
    at: datetime,
    letters: Letters,
) -> Sanction:
    """Impose a sanction on somebody and tell them; the same form again gives that of before.

    The roles of both must have been loaded. Raises ValueError for a measure that lacks something,
    NotAllowed, or LastAdmin when nobody could administer the site any more.
    """
    if not is_complete(measure, at=at):
        raise ValueError("a sanction needs facts, and an end where its kind has one")
    if not may_impose(by.id, by.roles, person.id, person.roles):
        raise NotAllowed
    _lock(session, person, measure.kind)
    earlier = session.scalar(
        select(Sanction).where(Sanction.account_id == person.id, Sanction.form_key == form_key)
    )
    if earlier is not None:
        return earlier
    things = hiding.shown_of(session, person.id) if measure.hides else ()
    sanction = _row(person, measure, form_key, by, at)
    session.add(sanction)
    # Its number is in the log, in what it hides and in the link of the letter.
    session.flush()
    record(
        session, "sanction.imposed", subject_of(person), by=by.id, at=at,
        sanction=sanction.id, kind=measure.kind, hidden=len(things),
    )  # fmt: skip
    if measure.kind in BARRING:
        end_sessions(session, person)
    hiding.hide(session, sanction, things)
    mail_to(session, letter_of(person, sanction, letters), person, f"{sanction.id}", at)
    return sanction


def letter_of(person: Account, sanction: Sanction, letters: Letters) -> SanctionImposed:
    """The statement of reasons as it is mailed; also shown before anything is done."""
    return SanctionImposed(
        kind=sanction.kind,
        breach=sanction.breach,
        facts=sanction.facts,
        was_reported=sanction.was_reported,
        hides=sanction.hides,
        acts_a_day=sanction.acts_a_day or 0,
        begins_on=_day(sanction.begun_at, letters.zone),
        ends_on=last_day(sanction, letters.zone),
        link=letters.link(person, sanction),
        own_link=letters.own_link(person),
    )


def preview(
    person: Account, measure: Measure, *, at: datetime, letters: Letters
) -> SanctionImposed:
    """The letter that `impose` would post."""
    return letter_of(person, _row(person, measure, "", person, at), letters)


def lift(
    session: Session,
    sanction: Sanction,
    *,
    reason: str,
    by: Account,
    at: datetime,
    letters: Letters,
) -> None:
    """End a sanction before its time and show again what it hid.

    Its account, with roles, must have been loaded. Raises Over, ValueError without a reason, or
    NotAllowed for one's own and for that of staff.
    """
    if not reason.strip():
        raise ValueError("lifting a sanction needs a reason")
    if not may_impose(by.id, by.roles, sanction.account_id, sanction.account.roles):
        raise NotAllowed
    lock(session, sanction)
    if not sanction.is_in_force(at):
        raise Over
    end(session, sanction, Ending.LIFTED, reason, by=by, at=at, letters=letters)


def run_out(session: Session, *, at: datetime, letters: Letters) -> int:
    """End the sanctions whose day has come; returns how many."""
    due = session.scalars(
        select(Sanction)
        .where(Sanction.ended_at.is_(None), Sanction.ends_at <= at)
        .order_by(Sanction.id)
        .with_for_update()
    ).all()
    for sanction in due:
        hiding.lock_hidden(session, sanction)
    for sanction in due:
        end(session, sanction, Ending.RAN_OUT, "", by=None, at=at, letters=letters)
    return len(due)


def end(
    session: Session,
    sanction: Sanction,
    ending: Ending,
    reason: str,
    *,
    by: Account | None,
    at: datetime,
    letters: Letters,
) -> None:
    """End a locked sanction in one of the ways there are, and tell the person."""
    sanction.ended_at = sanction.ended_at or at
    sanction.ending, sanction.ending_reason = ending, reason
    sanction.ended_by = by.id if by else None
    person = session.get_one(Account, sanction.account_id)
    record(
        session, f"sanction.{ending}", subject_of(person), by=by.id if by else None, at=at,
        sanction=sanction.id,
    )  # fmt: skip
    hiding.show_again(session, sanction, at=at)
    if person.is_open:
        letter = SanctionEnded(
            sanction.kind,
            ending,
            reason,
            sanction.hides,
            letters.link(person, sanction),
            letters.own_link(person),
        )
        mail_to(session, letter, person, f"{sanction.id}:{ending}", at)


def lock(session: Session, sanction: Sanction) -> None:
    """Keep a sanction as it is now, and the comments that it hides, from others until the end."""
    refresh(session, sanction, lock=True)
    hiding.lock_hidden(session, sanction)


def last_day(sanction: Sanction, zone: ZoneInfo) -> str | None:
    """The last day of a sanction as an ISO date: it ends when that day does; None without end."""
    return _day(sanction.ends_at - MOMENT, zone) if sanction.ends_at else None


def _lock(session: Session, person: Account, kind: SanctionKind) -> None:
    """Let two clicks wait for each other, and two administrators who suspend one another."""
    if kind in BARRING and Role.ADMIN in person.roles and admins(session, lock=True) <= {person.id}:
        raise LastAdmin
    session.execute(select(Account.id).where(Account.id == person.id).with_for_update())


def _row(person: Account, measure: Measure, form_key: str, by: Account, at: datetime) -> Sanction:
    return Sanction(
        account_id=person.id,
        kind=measure.kind,
        breach=measure.breach,
        facts=measure.facts,
        was_reported=measure.was_reported,
        hides=measure.hides,
        acts_a_day=measure.acts_a_day,
        form_key=form_key,
        begun_at=at,
        ends_at=measure.ends_at,
        imposed_by=by.id,
        ending_reason="",
    )


def _day(moment: datetime, zone: ZoneInfo) -> str:
    return moment.astimezone(zone).date().isoformat()
