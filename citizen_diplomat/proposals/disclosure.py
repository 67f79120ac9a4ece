"""How much of a proposal somebody is shown who writes, or reviews, a similar one: a pure table."""

from enum import StrEnum

from citizen_diplomat.proposals.rules import PUBLIC, State


class Reader(StrEnum):
    """Who is shown that there is a similar proposal."""

    AUTHOR = "author"
    MEMBER = "member"
    STAFF = "staff"


class Shown(StrEnum):
    """How much of a similar proposal somebody is shown."""

    NOTHING = "nothing"
    GIST = "gist"
    """Cities, topic, year and the catalogue's reason: what leads to nobody."""
    WHOLE = "whole"


OPEN_AS_GIST = frozenset({State.DECLINED})
"""That an idea was declined, and why, spares the next one who has it; whose it was stays untold."""


def shown_of_similar(state: State, reader: Reader, *, is_hidden: bool = False) -> Shown:
    """What of a proposal in `state` a reader is shown when they write, or review, a similar one.

    Nobody is shown a draft: not even its author, who has it open or on the shelf of drafts. What a
    decision also hid is shown to its author alone, and nobody else hears that it was there.
    """
    if state is State.DRAFT or (is_hidden and reader is not Reader.AUTHOR):
        return Shown.NOTHING
    if state in PUBLIC or reader in {Reader.AUTHOR, Reader.STAFF}:
        return Shown.WHOLE
    return Shown.GIST if state in OPEN_AS_GIST else Shown.NOTHING
