"""Asking and changing what members want to hear of, and on which ways."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, exists, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from citizen_diplomat.foundation.clock import written
from citizen_diplomat.foundation.text import email_key
from citizen_diplomat.mail.message import Message
from citizen_diplomat.mail.model import OutboxMessage
from citizen_diplomat.mail.preference_model import MailPreference
from citizen_diplomat.mail.preference_rules import DEFAULTS, Channel, Kind, is_default

_BOTH = frozenset({Channel.INBOX, Channel.AT_ONCE})
Choice = Mapping[Kind, frozenset[Channel]]


def is_wanted(session: Session, account_id: int, kind: Kind, channel: Channel) -> bool:
    """Whether somebody wants to hear of a kind on this way."""
    return account_id in wanted(session, (account_id,), kind, channel)


def wanted(
    session: Session, account_ids: Collection[int], kind: Kind, channel: Channel
) -> set[int]:
    """Those of many accounts that want to hear of a kind on this way; one query."""
    by_default = channel in DEFAULTS[kind]
    otherwise = session.scalars(
        select(MailPreference.account_id).where(
            MailPreference.account_id.in_(account_ids),
            MailPreference.kind == kind,
            _column(channel).is_not(by_default),
        )
    ).all()
    return set(account_ids) - set(otherwise) if by_default else set(otherwise)


def wants(account_id: Any, kind: Kind, channel: Channel) -> ColumnElement[bool]:
    """The same as a condition on a column of account numbers, for a query over many."""
    by_default = channel in DEFAULTS[kind]
    otherwise = exists().where(
        MailPreference.account_id == account_id,
        MailPreference.kind == kind,
        _column(channel).is_not(by_default),
    )
    return ~otherwise if by_default else otherwise


def ways(session: Session, message: Message, account_id: int | None) -> frozenset[Channel]:
    """On which of the two ways, mail and inbox, this message comes to this account.

    What must come does so on both, and so does what goes to an address without an account.
    """
    if account_id is None or message.mail_kind is None or message.always_comes():
        return _BOTH
    kept = frozenset({Channel.INBOX}) if message.is_kept else frozenset()
    return kept | (_BOTH & _channels(session, account_id, message.mail_kind))


def choice_of(session: Session, account_id: int) -> dict[Kind, frozenset[Channel]]:
    """All that somebody wants, the defaults included."""
    return {**DEFAULTS, **{Kind(row.kind): row.channels for row in _rows(session, account_id)}}


def kinds_by(
    session: Session, account_ids: Collection[int], channel: Channel
) -> dict[int, frozenset[Kind]]:
    """Of what each of many accounts wants to hear on one way; one query."""
    by_default = frozenset(kind for kind, ways in DEFAULTS.items() if channel in ways)
    found = dict.fromkeys(account_ids, by_default)
    otherwise = select(MailPreference.account_id, MailPreference.kind, _column(channel)).where(
        MailPreference.account_id.in_(account_ids)
    )
    for account_id, kind, is_on in session.execute(otherwise):
        only = {Kind(kind)}
        found[account_id] = found[account_id] | only if is_on else found[account_id] - only
    return found


def change(session: Session, account_id: int, choice: Choice, *, at: datetime) -> Choice:
    """Keep a choice for the kinds that it names; returns what it changed, as it is now.

    Whoever lets somebody choose notes it in the log, and a consent where one is needed:
    `accounts.mail_choices`.
    """
    now = choice_of(session, account_id)
    changed = {kind: ways for kind, ways in choice.items() if now[kind] != ways}
    for kind, ways in changed.items():
        row = session.get(MailPreference, (account_id, kind.value))
        if row is not None and is_default(kind, ways):
            session.delete(row)
            continue
        if row is None:
            row = MailPreference(account_id=account_id, kind=kind.value)
            session.add(row)
        for channel in Channel:
            setattr(row, channel, channel in ways)
        row.changed_at = at
    return changed


def stop_waiting(session: Session, address: str, kind: Kind, *, at: datetime) -> None:
    """Keep back the mails of a kind that wait for an address, held ones included."""
    session.execute(
        update(OutboxMessage)
        .where(
            OutboxMessage.to_key == email_key(address),
            OutboxMessage.kind == kind,
            OutboxMessage.done.is_(False),
        )
        .values(done=True, stopped_at=at, values={}, unsubscribe_token=None)
        .execution_options(synchronize_session=False)
    )


def forget(session: Session, account_id: int) -> None:
    """Delete the choices of somebody who leaves."""
    session.execute(delete(MailPreference).where(MailPreference.account_id == account_id))


def export(session: Session, account_id: int) -> list[dict[str, Any]]:
    """What somebody chose otherwise than by default, for themselves."""
    return [
        {
            "kind": row.kind,
            "wanted_by": sorted(channel.value for channel in row.channels),
            "since": written(row.changed_at),
        }
        for row in _rows(session, account_id)
    ]


def _channels(session: Session, account_id: int, kind: Kind) -> frozenset[Channel]:
    row = session.scalar(
        select(MailPreference)
        .where(MailPreference.account_id == account_id, MailPreference.kind == kind)
        # A worker's session may have read it before its owner changed it.
        .execution_options(populate_existing=True)
    )
    return DEFAULTS[kind] if row is None else row.channels


def _rows(session: Session, account_id: int) -> Collection[MailPreference]:
    return session.scalars(
        select(MailPreference)
        .where(MailPreference.account_id == account_id)
        .order_by(MailPreference.kind)
    ).all()


def _column(channel: Channel) -> InstrumentedAttribute[bool]:
    column: InstrumentedAttribute[bool] = getattr(MailPreference, channel)
    return column
