"""Which mail goes first, how fast, when one is tried again, and when it is given up."""

import re
from datetime import datetime, timedelta
from enum import StrEnum

_MINUTE, _HOUR = timedelta(minutes=1), timedelta(hours=1)
WAITS = (
    _MINUTE,
    5 * _MINUTE,
    15 * _MINUTE,
    _HOUR,
    3 * _HOUR,
    6 * _HOUR,
    *(5 * [12 * _HOUR]),
)
"""After each attempt; about three days in all (RFC 5321, 4.5.4.1: four to five days at most)."""
MOST_ATTEMPTS = len(WAITS) + 1
GIVEN_UP_AFTER = timedelta(days=3)
"""How long a mail waits for a server that cannot be reached at all."""
SERVER_AWAY_WAIT = _MINUTE
OUR_SERVER = "our mail server: "
"""Before what a server said when it let us in or refused our own address: that is about us, and
nobody's address pays for it."""
LEASE = timedelta(minutes=15)
"""Longer than one delivery can take: the answer to DATA alone is waited for ten minutes."""
BATCH = 20
"""So many are claimed at once, of bulk mail more: urgent letters that come meanwhile wait for the
end of a batch."""
BULK_BATCH = 100
SETTLED_WITHIN = 1.0
"""Seconds within which the fate of what has left is written. Until then it stands in the journal of
the worker (`mail.journal`): one that is killed repeats the mail in its hands and no other."""
HELD_SECONDS = 10.0
"""What was claimed and not sent within this time goes back: the lease then never runs out, and who
unsubscribed, or stopped all mail, does not wait for the end of a batch at a slow server."""


class MailState(StrEnum):
    """What became of a mail."""

    WAITING = "waiting"
    SENT = "sent"
    STOPPED = "stopped"
    FAILED = "failed"


class Lane(StrEnum):
    """Which mails go before which. Within a lane: what has been due longest."""

    URGENT = "urgent"
    PERSONAL = "personal"
    BULK = "bulk"


URGENT = frozenset(
    {"verify", "already_registered", "reset", "passphrase_changed", "invitation", "account_closed"}
    | {"new_address", "address_taken", "address_change"}
)
"""Letters about getting into an account, or out of it. Somebody sits and waits for them, their
links live an hour, or they warn of a thief: they go before all others, and neither the hourly cap
nor the pace holds them up, or whoever fills a mailbox could keep the warning out of it. How many of
them there can be is limited where they are asked for."""


class Scope(StrEnum):
    """What staff can stop."""

    ALL = "all"
    BULK = "bulk"


STOPPED_BY = {Scope.ALL: frozenset(Lane), Scope.BULK: frozenset({Lane.BULK})}


class KeptBack(StrEnum):
    """Why a mail that was written did not leave in the end."""

    UNSUBSCRIBED = "unsubscribed from this kind"
    SUSPENDED = "the account is suspended"
    CAME_BACK = "letters to this address come back"
    COMPLAINED = "mail to many was called unwanted"
    NOTHING_TO_SAY = "there was nothing to say any more"
    WITHDRAWN = "what it tells of is read by everybody no more"


LATE = {
    Lane.URGENT: 5 * _MINUTE,
    Lane.PERSONAL: 15 * _MINUTE,
    Lane.BULK: 3 * _HOUR,
}
"""After so long beyond its time a mail is late, and somebody should look: a million digests may
take hours, a letter with a link may not."""
CLOCKS_DIFFER = timedelta(minutes=5)
"""By how much workers' clocks may differ; what lies farther ahead was written by a wrong one."""
MOST_AN_HOUR = 10
"""To one address, in sixty minutes, urgent letters not counted. The busiest member with everything
at once gets fewer; more than that is somebody's, or our own, mistake, and it waits."""
MAILS_A_MINUTE = 1000
"""To one mail domain, by all workers together, in each minute of the clock. Large providers defer
senders that come faster than they are used to; the relay's own pace is for its own queue, and what
it defers it keeps for days. A million members, half of them at one provider, take eight hours."""
BULK_SHARE = 0.8
"""Of a minute's mails to a domain; the rest is kept free for letters on people's own affairs."""
FAILURES_TO_REST = 3
"""One refusal for now, or two, may be about that letter; three running are about us."""
RESTS = tuple(minutes * _MINUTE for minutes in (1, 2, 5, 10, 20, 30))
"""How long a domain rests when it has refused for now again; the last holds from then on, so that
an hour after it takes mail again, all of ours is on its way."""
DOMAIN_GIVEN_UP_AFTER = timedelta(days=3)
"""A domain that took nothing for so long: mails as old as that are given up."""


def next_try(attempts: int, *, at: datetime) -> datetime | None:
    """When to try again after `attempts` failed ones, the last of them at `at`; None: never."""
    return at + WAITS[attempts - 1] if attempts < MOST_ATTEMPTS else None


def lane_of(name: str, *, has_way_out: bool) -> Lane:
    """The lane of a message: bulk mails are those that one can unsubscribe from."""
    if name in URGENT:
        return Lane.URGENT
    return Lane.BULK if has_way_out else Lane.PERSONAL


def rest_of(failures: int) -> timedelta:
    """How long a domain rests after so many refusals for now without a success between them."""
    if failures < FAILURES_TO_REST:
        return timedelta(0)
    return RESTS[min(failures - FAILURES_TO_REST, len(RESTS) - 1)]


def most_a_minute(lane: Lane, pace: int) -> int:
    """How many mails to a domain there may have been in this minute, for one more of a lane."""
    return max(1, int(pace * BULK_SHARE)) if lane is Lane.BULK else pace


def is_about_domain(answer: str) -> bool:
    """Whether a server's refusal for now is about more than this mailbox.

    X.1.x and X.2.x of the enhanced codes speak of an address and its mailbox, such as a full one
    (RFC 3463, 3.2 and 3.3).
    """
    return re.match(r"4\d\d(?![ -]+4\.[12]\.)", answer) is not None


FAREWELLS = frozenset({"account_closed", "opinion_asked"})
"""Mails to people of whom nothing shall be left: their rows are emptied when they are done."""

BOUND_TO_ADDRESS = URGENT - {"invitation"}
"""Mails about an address, or about what protects it: they go nowhere else when it changes."""

NOBODY = {"to_address": "", "to_key": "nobody", "to_name": "", "domain": ""}
"""What stands in a row instead of its recipient."""
