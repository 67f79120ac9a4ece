"""What members hear of, on which ways, and what holds until they say otherwise."""

from collections.abc import Mapping
from enum import StrEnum


class Kind(StrEnum):
    """What a letter, a line of the digest or an entry of the feed is about, for its reader."""

    MINE = "mine"
    """What they wrote, asked for or offered."""
    CITY = "city"
    """What is new in the cities that they chose."""
    FOLLOWED = "followed"
    CALLS = "calls"
    EVENTS = "events"
    NEWSLETTER = "newsletter"
    MESSAGES = "messages"
    """What other members write to them."""
    DUTIES = "duties"
    """Their work at the desk, for staff."""


class Channel(StrEnum):
    """On which way somebody hears."""

    INBOX = "inbox"
    """The inbox on the site."""
    AT_ONCE = "at_once"
    """A mail of its own, as soon as it happens; of the newsletter each issue."""
    DIGEST = "digest"
    FEED = "feed"
    """The private feed, by an address that only its owner knows."""


_QUIET = frozenset({Channel.DIGEST, Channel.FEED})

DEFAULTS: Mapping[Kind, frozenset[Channel]] = {
    Kind.MINE: frozenset(Channel),
    Kind.CITY: _QUIET,
    Kind.FOLLOWED: _QUIET,
    Kind.CALLS: _QUIET,
    Kind.EVENTS: _QUIET,
    Kind.NEWSLETTER: frozenset(),
    Kind.MESSAGES: frozenset({Channel.INBOX, Channel.AT_ONCE}),
    Kind.DUTIES: frozenset({Channel.INBOX, Channel.AT_ONCE, Channel.DIGEST}),
}
"""What holds for whoever has not chosen.

A mail of its own comes only where somebody waits for the reader or the reader for an answer: one's
own affairs, a message from a person, work at the desk. What is merely new waits for the digest.
A newsletter is advertising of a kind: nobody gets it who did not ask (GDPR art. 7; ePrivacy
directive 2002/58/EC, art. 13).
"""

OFFERED: Mapping[Kind, frozenset[Channel]] = {
    **DEFAULTS,
    Kind.CITY: frozenset(Channel),
    Kind.FOLLOWED: frozenset(Channel),
    Kind.CALLS: frozenset(Channel),
    Kind.EVENTS: frozenset(Channel),
    # A newsletter is asked for as a whole: each issue by mail. Past ones stand on the site.
    Kind.NEWSLETTER: frozenset({Channel.AT_ONCE}),
}
"""On which ways a member may ask to hear; others are kept as they are.

What members write and work at the desk are in no feed: its address opens it without signing in.
"""


def is_default(kind: Kind, channels: frozenset[Channel]) -> bool:
    """Whether this choice is what holds without one."""
    return DEFAULTS[kind] == channels
