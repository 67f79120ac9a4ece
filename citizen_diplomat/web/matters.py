"""Where what comments are said to is read, commented and answered for the city."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import url_for

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.community.matters import Talked, matter_of
from citizen_diplomat.community.model import Comment
from citizen_diplomat.community.rules import Matter, MatterKind
from citizen_diplomat.news.model import News
from citizen_diplomat.news.queries import public_many
from citizen_diplomat.proposals.model import Proposal
from citizen_diplomat.proposals.queries import public_one
from citizen_diplomat.web.database import db
from citizen_diplomat.web.languages import language
from citizen_diplomat.web.links import absolute
from citizen_diplomat.web.news_words import news_title
from citizen_diplomat.web.pages import found
from citizen_diplomat.web.signin import request_time

PAGES: Mapping[MatterKind, str] = {
    MatterKind.PROPOSAL: "public.proposal",
    MatterKind.NEWS: "public.news",
}
WRITING: Mapping[MatterKind, str] = {
    MatterKind.PROPOSAL: "member.comment",
    MatterKind.NEWS: "member.news_comment",
}
ANSWERING: Mapping[MatterKind, str] = {
    MatterKind.PROPOSAL: "staff.answer",
    MatterKind.NEWS: "staff.answer_news",
}


@dataclass(frozen=True)
class Talk:
    """What templates need of a thing that is talked about."""

    matter: Matter
    title: str
    language: str

    @property
    def is_news(self) -> bool:
        """Whether it is a piece of news, and not a proposal."""
        return self.matter.kind is MatterKind.NEWS

    def page(self, **values: Any) -> str:
        """The address where it is read."""
        return url_for(PAGES[self.matter.kind], number=self.matter.number, **values)

    def writing(self, **values: Any) -> str:
        """The address where a member comments on it."""
        return url_for(WRITING[self.matter.kind], number=self.matter.number, **values)

    def answering(self, **values: Any) -> str:
        """The address where staff answer for the city."""
        return url_for(ANSWERING[self.matter.kind], number=self.matter.number, **values)


def talk_on(thing: Talked) -> Talk:
    """A thing as templates need it."""
    if isinstance(thing, News):
        return Talk(matter_of(thing), news_title(thing), language())
    return Talk(matter_of(thing), thing.title, thing.language)


def talk_of(comment: Comment) -> Talk:
    """What a comment was said to, whether everybody still reads that or not."""
    if comment.news_number is not None:
        return talk_on(db().get_one(News, comment.news_number))
    return talk_on(db().get_one(Proposal, comment.proposal_number))


def public_thing(matter: Matter) -> Talked:
    """What can be talked about now, its cities loaded; a page that does not exist for any other."""
    if matter.kind is MatterKind.PROPOSAL:
        return found(public_one(db(), matter.number))
    return found(next(iter(public_many(db(), [matter.number], request_time())), None))


def place_of(comment: Comment) -> str:
    """The address of a comment in its thread."""
    return url_for(
        PAGES[comment.matter.kind],
        number=comment.matter.number,
        thread=comment.root_id or comment.id,
        _anchor=f"comment-{comment.id}",
    )


def link_to_comment(person: Account, comment: Comment) -> str:
    """The whole address of a comment in its thread, in somebody's language, for letters."""
    page = link_to_matter(comment, person.language, thread=comment.root_id or comment.id)
    return f"{page}#comment-{comment.id}"


def link_to_matter(comment: Comment, code: str, **values: Any) -> str:
    """The whole address of what a comment was said to, in a language, for letters."""
    return absolute(code, PAGES[comment.matter.kind], number=comment.matter.number, **values)
