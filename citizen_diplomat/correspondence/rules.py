"""Who may write to whom, how often, and what of it the other one gets to see."""

import re
from datetime import timedelta
from enum import StrEnum

TEXT_LENGTH = 2_000
NEWCOMER_FOR = timedelta(days=14)
"""So long a new account writes to few people and sends no links."""
NEW_PEOPLE_A_DAY = 8
NEW_PEOPLE_A_DAY_FOR_NEWCOMERS = 2
MESSAGES_A_DAY = 60
SAME_MESSAGE_WITHIN = timedelta(minutes=1)
"""The same text again within this time is the other click of a double click."""

_LINK = re.compile(r"://|\bwww\.|[^\s@]@[^\s@]+\.|\b[\w-]+\.[a-z]{2,10}/", re.IGNORECASE)


class Standing(StrEnum):
    """How far two members have come with each other."""

    WAITING = "waiting"
    """The first message waits for a yes of the one it was written to."""
    OPEN = "open"
    REFUSED = "refused"


class Fate(StrEnum):
    """What became of one message. Who wrote it sees the same in any case."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    REFUSED = "refused"
    """Only its writer ever sees it: it was refused, or they were blocked when they sent it."""


def is_newcomer(age: timedelta) -> bool:
    """Whether an account of this age has yet to prove itself."""
    return age < NEWCOMER_FOR


def new_people_a_day(age: timedelta) -> int:
    """To how many people an account of this age may write for the first time within a day."""
    return NEW_PEOPLE_A_DAY_FOR_NEWCOMERS if is_newcomer(age) else NEW_PEOPLE_A_DAY


def holds_link(text: str) -> bool:
    """Whether a text holds a web or mail address."""
    return _LINK.search(text) is not None
