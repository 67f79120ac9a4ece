"""What comes back: noted once for each report, and held against the address alone.

Everything here is about addresses in their folded form; whose they are, this room does not know.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from enum import StrEnum
from hashlib import sha256

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from citizen_diplomat.foundation.text import email_key
from citizen_diplomat.mail.bounce_model import Bounce, StoppedAddress, in_force
from citizen_diplomat.mail.bounce_reports import Report, Sort
from citizen_diplomat.mail.bounce_rules import (
    ASKED_FOR,
    LEDGER_KEPT,
    LET_THROUGH,
    REPORTED_WITHIN,
    TRIAL,
    BounceKind,
    BounceSource,
    Noted,
    StopScope,
    code_of,
    is_answer,
    is_tried_too_soon,
    kind_of,
    verdict,
)
from citizen_diplomat.mail.model import OutboxMessage
from citizen_diplomat.mail.return_path import ReturnPaths
from citizen_diplomat.mail.rules import FAREWELLS


class Fate(StrEnum):
    """What became of one report."""

    COUNTED = "counted"
    KNOWN = "known"
    """Counted before, or about somebody who has left."""
    POLICY = "policy"
    """A refusal that says nothing about the mailbox."""
    NOTHING = "nothing"
    """No report at all: a holiday notice."""
    NOT_OURS = "not_ours"
    """About no letter of ours, as far as it proves."""
    NOT_UNDERSTOOD = "not_understood"


def stops(session: Session, row: OutboxMessage, *, at: datetime) -> StopScope | None:
    """Which stop of its address keeps a claimed mail from leaving; None when it may leave.

    A letter that somebody waits for who cannot sign in tries the address, once a day.
    """
    found = stops_of(session, row.to_address, at=at)
    if row.unsubscribe_token is not None:
        return StopScope(found[0].scope) if found else None
    stop = next((one for one in found if one.scope == StopScope.ALL), None)
    if stop is None or row.name in LET_THROUGH:
        return None
    if row.name in ASKED_FOR and not is_tried_too_soon(stop.tried_at, at=at):
        _open_trial(stop, at)
        return None
    return StopScope.ALL


def note_given_up(session: Session, row: OutboxMessage, error: str, *, at: datetime) -> None:
    """Hold it against the address of a mail that was given up, if that is what the server said.

    What does not begin with its answer to this letter (`rules.OUR_SERVER`, a template that failed)
    is about us.
    """
    kind = kind_of(code_of(error), error) if is_answer(error) else None
    if kind is not None:
        count(session, row, kind, code=code_of(error), source=BounceSource.SMTP, report="", at=at)


def take(session: Session, report: Report, paths: ReturnPaths, *, at: datetime) -> Fate:
    """Note what a report says, if it proves which letter it is about, and was not noted before."""
    if report.sort is Sort.NOT_UNDERSTOOD:
        return Fate.NOT_UNDERSTOOD
    if report.sort is Sort.NOTHING:
        return Fate.NOTHING
    row = letter_of(session, paths, report.return_paths, report.message_ids, at=at)
    if row is None:
        return Fate.NOT_OURS
    kind: BounceKind | None = BounceKind.COMPLAINT
    if report.sort is Sort.BOUNCE:
        kind = kind_of(report.code, report.words, is_delayed=report.is_delayed)
    return hold_against(
        session, row, kind,
        code=report.code, source=BounceSource.REPORT, report=report.id, at=at,
    )  # fmt: skip


def hold_against(
    session: Session,
    row: OutboxMessage,
    kind: BounceKind | None,
    *,
    code: str,
    source: BounceSource,
    report: str,
    at: datetime,
) -> Fate:
    """Note once what came back of a letter; a `kind` of None says nothing about its address."""
    if kind is None:
        return Fate.POLICY
    new = count(session, row, kind, code=code, source=source, report=report, at=at)
    return Fate.COUNTED if new else Fate.KNOWN


def letter_of(
    session: Session,
    paths: ReturnPaths,
    return_paths: Sequence[str],
    message_ids: Sequence[str],
    *,
    at: datetime,
) -> OutboxMessage | None:
    """The letter that a signed return address or a Message-ID names, of the last 60 days."""
    letter = paths.letter_of(return_paths)
    named = (
        OutboxMessage.id == letter
        if letter is not None
        else OutboxMessage.message_id.in_(message_ids[:1])
    )
    return session.scalar(
        select(OutboxMessage).where(named, OutboxMessage.created_at >= at - REPORTED_WITHIN)
    )


def newest_letter_to(session: Session, address: str, *, at: datetime) -> OutboxMessage | None:
    """The newest letter of the last 60 days to an address."""
    return session.scalar(
        select(OutboxMessage)
        .where(
            OutboxMessage.to_key == email_key(address),
            OutboxMessage.created_at >= at - REPORTED_WITHIN,
        )
        .order_by(OutboxMessage.id.desc())
        .limit(1)
    )


def count(
    session: Session,
    row: OutboxMessage,
    kind: BounceKind,
    *,
    code: str,
    source: BounceSource,
    report: str,
    at: datetime,
) -> bool:
    """Add a line to the ledger of a letter's address; False when `report` was counted before.

    Nothing is kept about those of whom nothing shall be left. It is held against the address that
    the letter went to, whichever its reader has now.
    """
    if not row.to_address or row.name in FAREWELLS:
        return False
    to_key = email_key(row.to_address)
    bounce = Bounce(
        to_key=to_key,
        kind=kind,
        at=at,
        code=code[:12],
        source=source,
        outbox_id=row.id,
        report=sha256(f"{source} {row.id} {report}".encode()).hexdigest(),
    )
    try:
        with session.begin_nested():
            session.add(bounce)
    except IntegrityError:
        # Two workers, or the mailbox read again after a crash: the constraint decides.
        return False
    scope = StopScope.BULK if kind is BounceKind.COMPLAINT else StopScope.ALL
    _judge(session, to_key, scope, at)
    return True


def try_again(session: Session, address: str, scope: StopScope, *, at: datetime) -> bool:
    """Let an address be written to again; False when it is not stopped, or was tried today.

    Of all mail, one letter of LET_THROUGH may leave, and the rest when nothing came back for two
    days. A complaint is over at once: only its owner may ask for that.
    """
    stop = _stop(session, email_key(address), scope)
    if stop is None or not stop.is_in_force(at) or is_tried_too_soon(stop.tried_at, at=at):
        return False
    if scope is StopScope.BULK:
        stop.tried_at, stop.until = at, at
    else:
        _open_trial(stop, at)
    return True


def stops_of(session: Session, address: str, *, at: datetime) -> Sequence[StoppedAddress]:
    """What keeps mail from an address at a moment; what stops all of it first."""
    return session.scalars(
        select(StoppedAddress)
        .where(StoppedAddress.to_key == email_key(address), in_force(at))
        .order_by(StoppedAddress.scope)
    ).all()


def stopped(session: Session, addresses: Collection[str], *, at: datetime) -> set[str]:
    """The keys of those addresses that are kept from some mail at a moment."""
    keys = {email_key(address) for address in addresses}
    return set(
        session.scalars(
            select(StoppedAddress.to_key).where(StoppedAddress.to_key.in_(keys), in_force(at))
        )
    )


def ledger_of(session: Session, address: str) -> Sequence[Bounce]:
    """All that came back from an address within a year, oldest first."""
    return session.scalars(
        select(Bounce).where(Bounce.to_key == email_key(address)).order_by(Bounce.id)
    ).all()


def start_clean(session: Session, address: str) -> None:
    """Hold nothing against an address: it was just confirmed, or is nobody's here any more."""
    for table in (Bounce, StoppedAddress):
        session.execute(
            delete(table)
            .where(table.to_key == email_key(address))
            .execution_options(synchronize_session=False)
        )


def forget_old(session: Session, *, at: datetime) -> None:
    """Delete what is a year old."""
    session.execute(delete(Bounce).where(Bounce.at < at - LEDGER_KEPT))
    session.execute(delete(StoppedAddress).where(StoppedAddress.until < at - LEDGER_KEPT))


def _judge(session: Session, to_key: str, scope: StopScope, at: datetime) -> None:
    """Make the stop of an address anew from its ledger."""
    stop = _stop(session, to_key, scope)
    noted = [
        Noted(BounceKind(one.kind), one.at, one.outbox_id)
        for one in _ledger(session, to_key, scope, at)
    ]
    found = verdict(noted, scope, tried_at=stop.tried_at if stop else None, at=at)
    if found is None:
        return
    told = {"kind": found.kind, "since": found.since, "until": found.until}
    if stop is None:
        try:
            with session.begin_nested():
                session.add(StoppedAddress(to_key=to_key, scope=scope, **told))
            return
        except IntegrityError:
            # Another report on the same address was faster.
            stop = _stop(session, to_key, scope)
    for name, value in told.items():
        setattr(stop, name, value)


def _open_trial(stop: StoppedAddress, at: datetime) -> None:
    stop.tried_at, stop.until = at, at + TRIAL


def _stop(session: Session, to_key: str, scope: StopScope) -> StoppedAddress | None:
    return session.scalar(
        select(StoppedAddress)
        .where(StoppedAddress.to_key == to_key, StoppedAddress.scope == scope)
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def _ledger(session: Session, to_key: str, scope: StopScope, at: datetime) -> Sequence[Bounce]:
    of_complaints = Bounce.kind == BounceKind.COMPLAINT
    return session.scalars(
        select(Bounce)
        .where(
            Bounce.to_key == to_key,
            Bounce.at >= at - LEDGER_KEPT,
            of_complaints if scope is StopScope.BULK else ~of_complaints,
        )
        .order_by(Bounce.at)
    ).all()
