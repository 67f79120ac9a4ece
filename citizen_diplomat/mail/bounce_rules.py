"""What a mail that comes back says about an address, and for how long.

An address is stopped, never a person. One refusal for good stops it; refusals for now stop it when
they go on for days; a complaint ends what was sent to many and nothing that is somebody's own
affair. All of it wears off: mailboxes come back to life. Codes are those of RFC 3463.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

SOFT_COUNTS = timedelta(days=30)
"""How long a refusal for now is held against an address."""
MOST_SOFT = 4
"""So many of them, of different letters on different days, stop it."""
HARD_COUNTS = timedelta(days=180)
TRIAL = timedelta(days=2)
"""An address that is tried again counts as reached when nothing came back in this time."""
TRIED_EVERY = timedelta(days=1)
LEDGER_KEPT = timedelta(days=365)
REPORTED_WITHIN = timedelta(days=60)
"""Who passes an old letter on gives its return address away: later reports on it count nothing."""

LET_THROUGH = frozenset({"address_check"})
"""The letter that tries whether a stopped address can be reached again."""
ASKED_FOR = frozenset({"verify", "reset", "new_address"})
"""Letters that somebody waits for who cannot sign in to ask for a try: each is one, once a day."""


class BounceKind(StrEnum):
    """What came back."""

    HARD = "hard"
    """Refused for good: there is no such mailbox."""
    SOFT = "soft"
    """Refused for now, or late: a mailbox that is full, a server that is away."""
    COMPLAINT = "complaint"
    """Its reader called it unwanted."""


class BounceSource(StrEnum):
    """How we heard of it."""

    SMTP = "smtp"
    REPORT = "report"
    WEBHOOK = "webhook"


class StopScope(StrEnum):
    """Which letters an address gets no more."""

    ALL = "all"
    BULK = "bulk"


@dataclass(frozen=True)
class Noted:
    """One line of the ledger; `letter` is the number of the mail that came back, if known."""

    kind: BounceKind
    at: datetime
    letter: int | None = None


@dataclass(frozen=True)
class Verdict:
    """That an address is stopped, why, since when and until when; None: until its owner says so."""

    kind: BounceKind
    since: datetime
    until: datetime | None


def verdict(
    noted: Iterable[Noted], scope: StopScope, *, tried_at: datetime | None = None, at: datetime
) -> Verdict | None:
    """What the ledger of an address says at a moment; None when it may be written to.

    `tried_at` is when it was last tried again. What came before counts only while that is open; a
    complaint, not even then: its owner has taken it back.
    """
    counts_from = None
    if tried_at is not None and (scope is StopScope.BULK or at >= tried_at + TRIAL):
        counts_from = tried_at
    counted = [one for one in noted if counts_from is None or one.at > counts_from]
    if scope is StopScope.BULK:
        return _complained(counted)
    found = [one for one in (_hard(counted), _soft(counted)) if one and at < one[1]]
    if not found:
        return None
    kind, until, since = max(found, key=lambda one: one[1])
    return Verdict(kind, since, until)


def code_of(text: str) -> str:
    """The first status code in what a server said: "5.1.1", else its reply "550", else ""."""
    found = _ENHANCED.search(text) or _REPLY.search(text)
    return found[0] if found else ""


def is_answer(error: str) -> bool:
    """Whether an error is what a server answered to a letter, and not about itself or about us.

    Whoever closes the connection with 421 speaks of itself (RFC 5321, 3.8).
    """
    return _ANSWER.match(error) is not None


def kind_of(code: str, words: str = "", *, is_delayed: bool = False) -> BounceKind | None:
    """What a refusal says about the mailbox; None when it speaks of something else.

    `code` as `code_of` gives it, `words` what the server said. Not about the mailbox are its
    policies (x.7.z), our own address (5.1.7, 5.1.8), the protocol and the content.
    """
    if is_delayed:
        return BounceKind.SOFT
    if not _ENHANCED.fullmatch(code):
        return _kind_of_reply(code, words)
    number, subject, detail = code.split(".")
    if number == "2" or subject in {"5", "6", "7"}:
        return None
    if number == "4":
        # x.3.z is the state of a whole mail system, not of one mailbox.
        return None if subject == "3" else BounceKind.SOFT
    if subject == "0":
        return _kind_by_words(words)
    return _LASTING.get((subject, detail), _LASTING_BY_SUBJECT.get(subject))


def is_tried_too_soon(tried_at: datetime | None, *, at: datetime) -> bool:
    """Whether an address was already tried again within a day."""
    return tried_at is not None and at < tried_at + TRIED_EVERY


_ENHANCED = re.compile(r"(?<![\d.])[245]\.\d{1,3}\.\d{1,3}(?!\.?\d)", re.ASCII)
_ANSWER = re.compile(r"(?!421)[45]\d\d(?=[ -]|$)", re.ASCII)
_REPLY = re.compile(r"(?<![\d.])[45]\d\d(?=[ -]|$)", re.ASCII)
_LASTING_BY_SUBJECT = {"1": BounceKind.HARD, "2": BounceKind.SOFT, "4": BounceKind.SOFT}
_LASTING: dict[tuple[str, str], BounceKind | None] = {
    # "Other address status" tells too little to stop an address at once.
    ("1", "0"): BounceKind.SOFT,
    ("1", "7"): None,
    ("1", "8"): None,
    ("2", "1"): BounceKind.HARD,
    ("2", "3"): None,
    # No route: the domain is gone. Exchange Online says it with a number of its own.
    ("4", "4"): BounceKind.HARD,
    ("4", "310"): BounceKind.HARD,
}
_NOBODY = re.compile(
    r"no such (?:user|recipient|mailbox|address|person)|unknown (?:user|recipient|local)"
    r"|(?:user|recipient|mailbox|address) (?:is )?(?:unknown|not found|disabled)"
    r"|does(?: not|n.t) exist|mailbox unavailable|no mailbox here|invalid (?:recipient|mailbox)",
    re.IGNORECASE,
)
_POLICY = re.compile(
    r"spam|polic|block|blacklist|reputation|dmarc|\bspf\b|dkim|denied|not allowed|relay|virus"
    r"|rate limit|greylist",
    re.IGNORECASE,
)


def _kind_of_reply(code: str, words: str) -> BounceKind | None:
    """Of a server that gives no enhanced status (RFC 5321, 4.2.3)."""
    if code == "552":
        return BounceKind.SOFT
    if code.startswith("5"):
        return _kind_by_words(words)
    return None if not code or _POLICY.search(words) else BounceKind.SOFT


def _kind_by_words(words: str) -> BounceKind | None:
    if _NOBODY.search(words):
        return BounceKind.HARD
    return None if _POLICY.search(words) else BounceKind.SOFT


def _complained(noted: list[Noted]) -> Verdict | None:
    times = [one.at for one in noted if one.kind is BounceKind.COMPLAINT]
    return Verdict(BounceKind.COMPLAINT, min(times), None) if times else None


def _hard(noted: list[Noted]) -> tuple[BounceKind, datetime, datetime] | None:
    times = [one.at for one in noted if one.kind is BounceKind.HARD]
    return (BounceKind.HARD, max(times) + HARD_COUNTS, max(times)) if times else None


def _soft(noted: list[Noted]) -> tuple[BounceKind, datetime, datetime] | None:
    """The fourth newest decides: when it no longer counts, there are too few."""
    by_day: dict[object, Noted] = {}
    letters: set[int] = set()
    for one in sorted(noted, key=lambda each: each.at):
        if one.kind is BounceKind.SOFT and one.letter not in letters:
            by_day[one.at.date()] = one
            letters |= {one.letter} if one.letter is not None else set()
    days = [one.at for one in by_day.values()]
    if len(days) < MOST_SOFT:
        return None
    return BounceKind.SOFT, days[-MOST_SOFT] + SOFT_COUNTS, days[-1]
