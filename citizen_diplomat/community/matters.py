"""What a comment is said to: an accepted proposal, or a piece of news."""

from typing import TypeAlias

from sqlalchemy import ColumnElement

from citizen_diplomat.community.model import Comment
from citizen_diplomat.community.rules import Matter, MatterKind
from citizen_diplomat.news.model import News
from citizen_diplomat.proposals.model import Proposal

Talked: TypeAlias = Proposal | News


def matter_of(thing: Talked) -> Matter:
    """Its kind and number."""
    kind = MatterKind.NEWS if isinstance(thing, News) else MatterKind.PROPOSAL
    return Matter(kind, thing.number)


def is_about(matter: Matter) -> ColumnElement[bool]:
    """Comments that are said to it."""
    if matter.kind is MatterKind.NEWS:
        return Comment.news_number == matter.number
    return Comment.proposal_number == matter.number


def columns_of(matter: Matter) -> tuple[int | None, int | None]:
    """What a row of a comment says of it: the number of the proposal, and that of the news."""
    if matter.kind is MatterKind.NEWS:
        return None, matter.number
    return matter.number, None


def topic_of(thing: Talked) -> str | None:
    """The topic by which it comes to a desk; of several of a piece of news the first."""
    if isinstance(thing, Proposal):
        return thing.topic_slug
    return thing.topic_slugs[0] if thing.topic_slugs else None
