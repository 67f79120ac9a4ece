"""The life of a piece of news: when everybody reads it, and what it needs for that.

It has no stored state. What it is now follows from the moment for which it was published and from
whether it was withdrawn: nobody has to be awake when the moment comes.
"""

from datetime import datetime
from enum import StrEnum

TITLE_LENGTH = 120
SUMMARY_LENGTH = 400
BODY_LENGTH = 20_000
MOST_PROPOSALS = 12
"""So many related proposals are named below one piece of news."""

TEXTS = tuple(f"{name}_{code}" for name in ("title", "summary", "body") for code in ("fa", "en"))
"""All its words: every one of them is needed before it is published."""


class Stage(StrEnum):
    """Where a piece of news stands at a moment."""

    DRAFT = "draft"
    SCHEDULED = "scheduled"
    """It becomes public by itself; until then it is nowhere to be seen."""
    PUBLIC = "public"
    WITHDRAWN = "withdrawn"


def stage_of(published_at: datetime | None, *, is_withdrawn: bool = False, at: datetime) -> Stage:
    """What a piece of news is at a moment; it is public from its first instant on."""
    if is_withdrawn:
        return Stage.WITHDRAWN
    if published_at is None:
        return Stage.DRAFT
    return Stage.PUBLIC if published_at <= at else Stage.SCHEDULED


def may_publish(stage: Stage) -> bool:
    """Whether it can be published now or for a moment to come; a schedule may be changed."""
    return stage in {Stage.DRAFT, Stage.SCHEDULED}
