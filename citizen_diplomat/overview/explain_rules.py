"""Why a letter left, or did not: a table of reasons, each of which looks at facts and nothing else.

The first reason that fits a letter explains it. A new fact (a cap, a pause) is one field of
`LetterFacts` or `ReaderFacts` and one reason in `REASONS`.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from citizen_diplomat.mail.rules import OUR_SERVER, Lane


class Why(StrEnum):
    """What became of a letter, or of the next digest, and why."""

    SENT = "sent"
    SITE_ONLY = "only on the site"
    UNSUBSCRIBED = "not sent, unsubscribed"
    SWITCHED_OFF = "not sent, switched off"
    SUSPENDED = "not sent, suspended"
    CLOSED = "not sent, account closed"
    BOUNCED = "not sent, the address is stopped"
    COMPLAINED = "not sent, mail to many was called unwanted"
    OVER = "not sent, stopped"
    GIVEN_UP = "given up"
    HELD = "held by a batch since"
    PAUSED = "waiting, mail is paused"
    CAPPED = "waiting, so many letters an hour"
    TRIED = "waiting until the next try"
    WAITING = "waiting until"
    NEVER = "no digest, never chosen"
    UNVERIFIED = "no digest, address not confirmed"
    NOTHING_NEW = "no digest, nothing new"
    DIGEST_DUE = "next digest due"


class Trouble(StrEnum):
    """What a mail server's answer means for whoever reads it."""

    NO_MAILBOX = "no such mailbox"
    FULL = "mailbox full"
    UNWELCOME = "refused by the other side"
    LATER = "the other side asks to try later"
    AWAY = "the mail server could not be reached"
    UNKNOWN = "not known"


@dataclass(frozen=True)
class LetterFacts:
    """What the outbox knows of one letter; `on_site_only`: it never stood there."""

    name: str
    written_at: datetime
    kind: str | None = None
    due_at: datetime | None = None
    sent_at: datetime | None = None
    stopped_at: datetime | None = None
    failed_at: datetime | None = None
    held_since: datetime | None = None
    attempts: int = 0
    last_error: str = ""
    on_site_only: bool = False
    lane: str = ""
    """Which of the outbox's lanes it waits in."""
    kept_back: Why | None = None
    """What was in the way when it was about to leave, if that was written down."""
    never_written: bool = False
    """Whether it is a digest for which no letter was made."""


@dataclass(frozen=True)
class ReaderFacts:
    """What is known of the reader and of all mail; times are when something began."""

    verified_at: datetime | None = None
    closed_at: datetime | None = None
    suspensions: tuple[tuple[datetime, datetime | None], ...] = ()
    """From when until when they could not sign in; None: still."""
    unsubscribed: Mapping[str, datetime] = field(default_factory=dict)
    """By the name of the letter."""
    switched_off: Mapping[str, datetime] = field(default_factory=dict)
    """By the kind of the letter."""
    stopped_address: datetime | None = None
    """Since when letters to the address came back."""
    let_through: frozenset[str] = frozenset()
    """Names of letters that leave for it all the same."""
    complained: datetime | None = None
    """Since when they get no mail to many, having called some unwanted."""
    paused: Mapping[str, datetime] = field(default_factory=dict)
    """By lane: since when none of its mails leaves."""
    capped_until: datetime | None = None
    """Until when they get no more letters, having got so many within the hour."""
    frequency: str | None = None
    """Of their digest; None or "never": none."""
    chosen_at: datetime | None = None
    """When they chose it."""
    next_digest_at: datetime | None = None


@dataclass(frozen=True)
class Verdict:
    """The reason, the moment it is about, and what was in the way."""

    why: Why
    at: datetime | None = None
    trouble: Trouble | None = None


Reason = Callable[[LetterFacts, ReaderFacts, datetime], Verdict | None]


def explain(letter: LetterFacts, reader: ReaderFacts, at: datetime) -> Verdict:
    """Why a letter left, or did not, as seen at a moment."""
    return next(found for reason in REASONS if (found := reason(letter, reader, at)) is not None)


def explain_digest(reader: ReaderFacts) -> Verdict:
    """Whether and when the next digest comes."""
    unsubscribed = reader.unsubscribed.get("digest")
    is_suspended = any(until is None for _, until in reader.suspensions)
    hindrances = (
        (reader.closed_at is not None, Verdict(Why.CLOSED, reader.closed_at)),
        (reader.verified_at is None, Verdict(Why.UNVERIFIED)),
        (unsubscribed is not None, Verdict(Why.UNSUBSCRIBED, unsubscribed)),
        (reader.frequency in {None, "never"}, Verdict(Why.NEVER, reader.chosen_at)),
        (is_suspended, Verdict(Why.SUSPENDED)),
        (reader.stopped_address is not None, Verdict(Why.BOUNCED, reader.stopped_address)),
        (reader.complained is not None, Verdict(Why.COMPLAINED, reader.complained)),
    )
    due = Verdict(Why.DIGEST_DUE, reader.next_digest_at)
    return next((verdict for is_there, verdict in hindrances if is_there), due)


def no_digest_at(reader: ReaderFacts, moment: datetime) -> Why | None:
    """Why no digest was made for somebody when a period of theirs ended at `moment`, if known."""
    if reader.closed_at is not None and reader.closed_at <= moment:
        return Why.CLOSED
    if reader.verified_at is None or moment < reader.verified_at:
        return Why.UNVERIFIED
    return Why.SUSPENDED if _was_suspended(reader, moment) else None


def trouble_in(error: str) -> Trouble | None:
    """What an answer of a mail server means (RFC 5321, 4.2.3; RFC 3463); None for no answer."""
    if not error:
        return None
    return next((trouble for found, trouble in _TROUBLES if found.search(error)), Trouble.AWAY)


_TROUBLES = (
    (re.compile(f"^{OUR_SERVER}"), Trouble.AWAY),
    (re.compile(r"\b[45]\.1\.\d"), Trouble.NO_MAILBOX),
    (re.compile(r"\b[45]\.2\.\d"), Trouble.FULL),
    (re.compile(r"^(550|551|553)(?! [45]\.)"), Trouble.NO_MAILBOX),
    (re.compile(r"^(552|452)(?! [45]\.)"), Trouble.FULL),
    (re.compile(r"^421"), Trouble.AWAY),
    (re.compile(r"^4\d\d"), Trouble.LATER),
    (re.compile(r"^5\d\d"), Trouble.UNWELCOME),
)


def _sent(letter: LetterFacts, _reader: ReaderFacts, _at: datetime) -> Verdict | None:
    return Verdict(Why.SENT, letter.sent_at) if letter.sent_at else None


def _on_site_only(letter: LetterFacts, reader: ReaderFacts, _at: datetime) -> Verdict | None:
    if not letter.on_site_only:
        return None
    since = reader.switched_off.get(letter.kind or "")
    return Verdict(Why.SITE_ONLY, since or letter.written_at)


def _given_up(letter: LetterFacts, _reader: ReaderFacts, _at: datetime) -> Verdict | None:
    if letter.failed_at is None:
        return None
    return Verdict(Why.GIVEN_UP, letter.failed_at, trouble_in(letter.last_error) or Trouble.UNKNOWN)


def _stopped(letter: LetterFacts, reader: ReaderFacts, _at: datetime) -> Verdict | None:
    """Where nothing was written down, what had begun by then says why."""
    stopped = letter.stopped_at
    if stopped is None:
        return None
    if letter.kept_back is not None:
        return Verdict(letter.kept_back, stopped)
    begun = (
        (Why.UNSUBSCRIBED, reader.unsubscribed.get(letter.name)),
        (Why.SWITCHED_OFF, reader.switched_off.get(letter.kind or "")),
        (Why.BOUNCED, _came_back(letter, reader)),
        (Why.COMPLAINED, _complained(letter, reader)),
        (Why.CLOSED, reader.closed_at),
    )
    for why, since in begun:
        if since is not None and since <= stopped:
            return Verdict(why, stopped)
    return Verdict(Why.SUSPENDED if _was_suspended(reader, stopped) else Why.OVER, stopped)


def _held(letter: LetterFacts, _reader: ReaderFacts, _at: datetime) -> Verdict | None:
    return Verdict(Why.HELD, letter.held_since) if letter.held_since else None


def _paused(letter: LetterFacts, reader: ReaderFacts, _at: datetime) -> Verdict | None:
    since = reader.paused.get(letter.lane)
    return Verdict(Why.PAUSED, since) if since else None


def _will_not_leave(letter: LetterFacts, reader: ReaderFacts, _at: datetime) -> Verdict | None:
    """What a worker will find when it comes to a letter that still waits."""
    found = (
        (Why.UNSUBSCRIBED, reader.unsubscribed.get(letter.name)),
        (Why.BOUNCED, _came_back(letter, reader)),
        (Why.COMPLAINED, _complained(letter, reader)),
    )
    return next((Verdict(why, since) for why, since in found if since is not None), None)


def _came_back(letter: LetterFacts, reader: ReaderFacts) -> datetime | None:
    return None if letter.name in reader.let_through else reader.stopped_address


def _complained(letter: LetterFacts, reader: ReaderFacts) -> datetime | None:
    return reader.complained if letter.lane == Lane.BULK else None


def _was_suspended(reader: ReaderFacts, moment: datetime) -> bool:
    return any(
        since <= moment and (until is None or moment < until) for since, until in reader.suspensions
    )


def _capped(letter: LetterFacts, reader: ReaderFacts, at: datetime) -> Verdict | None:
    until = reader.capped_until if letter.lane != "urgent" else None
    return Verdict(Why.CAPPED, until) if until is not None and until > at else None


def _tried(letter: LetterFacts, _reader: ReaderFacts, _at: datetime) -> Verdict | None:
    if not letter.last_error:
        return None
    return Verdict(Why.TRIED, letter.due_at, trouble_in(letter.last_error))


def _waiting(letter: LetterFacts, _reader: ReaderFacts, _at: datetime) -> Verdict:
    return Verdict(Why.WAITING, letter.due_at)


REASONS: tuple[Reason, ...] = (
    _sent,
    _on_site_only,
    _given_up,
    _stopped,
    _held,
    _will_not_leave,
    _paused,
    _capped,
    _tried,
    _waiting,
)
"""In the order in which they are asked; the last one always fits."""
