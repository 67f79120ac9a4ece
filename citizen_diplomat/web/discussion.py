"""What members say to a proposal or to news, for the pages on which it is read or answered."""

from collections.abc import Collection, Mapping
from typing import Any

from flask import request
from flask_babel import LazyString, gettext, lazy_gettext

from citizen_diplomat.accounts.rules import Duty
from citizen_diplomat.community import follows, reports, supports, tallies, threads
from citizen_diplomat.community.matters import Talked, matter_of
from citizen_diplomat.community.model import Comment
from citizen_diplomat.community.rules import (
    CommentState,
    FollowKind,
    Mark,
    Order,
    ThingKind,
    may_edit,
    may_support,
    shown_support,
)
from citizen_diplomat.foundation.numbers import parse_int
from citizen_diplomat.foundation.paging import Cursor
from citizen_diplomat.moderation.queries import looks_after
from citizen_diplomat.news.model import News
from citizen_diplomat.proposals.model import Proposal
from citizen_diplomat.web.comment_form import empty_form
from citizen_diplomat.web.database import db
from citizen_diplomat.web.matters import talk_on
from citizen_diplomat.web.names import name_on
from citizen_diplomat.web.pages import LARGEST_NUMBER, query_choice
from citizen_diplomat.web.signin import account, holds, request_time, signed_in

ORDERS: Mapping[Order, LazyString] = {
    Order.OLDEST: lazy_gettext("Oldest first"),
    Order.NEWEST: lazy_gettext("Newest first"),
    Order.ANSWERED: lazy_gettext("Answered first"),
}


def community_of(
    proposal: Proposal, cities: list[str], *, writers: Collection[int]
) -> dict[str, Any]:
    """Support, following and discussion of a public proposal, which is for `cities`.

    `writers` are the numbers of those who wrote it, and do not support it.

    For everybody without a session it is the same page: nothing of it asks who reads.
    """
    reader, number = account(), proposal.number
    tally = tallies.tally_of(db(), number)
    by_city = tallies.supporters_by_city(db(), number)
    context: dict[str, Any] = {
        "support": shown_support(tally.supporters, tally.own_city, by_city.values()),
        "support_cities": cities,
        "comment_count": tally.comments,
        "is_folded": is_folded(ThingKind.PROPOSAL, number),
        "may_support": reader is None or may_support(writers, by=reader.id),
        **discussion_of(proposal),
    }
    if reader is not None:
        context["is_supported"] = supports.is_supported(db(), number, by=reader.id)
        context["is_followed"] = is_followed(FollowKind.PROPOSAL, str(number))
    if holds(Duty.REVIEW):
        context["may_answer"] = looks_after(db(), number, viewer=signed_in().id)
    return context


def is_followed(kind: FollowKind, subject: str | None) -> bool:
    """Whether the reader follows a thing; visitors follow nothing."""
    reader = account()
    if reader is None or subject is None:
        return False
    return follows.is_followed(db(), kind, subject, by=reader.id)


def is_folded(kind: ThingKind, subject: int) -> bool:
    """Whether a thing is folded away until staff have looked."""
    return reports.is_folded(db(), kind, subject)


def news_talk(news: News) -> dict[str, Any]:
    """The discussion of a public piece of news; whoever publishes news answers below it."""
    context = discussion_of(news)
    context["comment_count"] = tallies.comments_on_news(db(), news.number)
    if holds(Duty.EDIT_NEWS):
        context["may_answer"] = True
    return context


def discussion_of(thing: Talked) -> dict[str, Any]:
    """A page of the discussion in the order that the address asks for, or one thread of it."""
    person, matter = account(), matter_of(thing)
    reader = person.id if person else None
    order = Order(query_choice("sort", frozenset(Order)) or Order.OLDEST)
    root = parse_int(request.args.get("thread", ""), lowest=1, highest=LARGEST_NUMBER)
    if root is not None:
        said = threads.thread(db(), matter, root, reader=reader)
    else:
        after = Cursor.decode(request.args.get("after"), threads.kind_of_cursor(order))
        said = threads.discussion(db(), matter, reader=reader, order=order, after=after)
    return {
        "talk": talk_on(thing),
        "said": said,
        "order": order,
        "orders": ORDERS,
        "is_thread": root is not None,
        "speaker": speaker,
        "own_verbs": own_verbs,
        "comment_form": empty_form(matter.kind) if person else None,
    }


def speaker(comment: Comment) -> str:
    """The name under which somebody said this: the one place that decides it.

    The municipality answers under the name of its office, whoever wrote it. Who proposes under a
    pen name answers below it under the same one, after handing it over too.
    """
    if comment.mark == Mark.ANSWER:
        return str(gettext("International Relations Office"))
    number = comment.proposal_number
    proposal = db().get(Proposal, number) if number else None
    return name_on(comment.author, proposal, comment.created_at)


def own_verbs(comment: Comment) -> tuple[str, ...]:
    """What the reader may do with a comment because it is theirs."""
    reader = account()
    if reader is None or comment.author_id != reader.id:
        return ()
    state = CommentState(comment.state)
    verbs = ("edit",) if may_edit(state, comment.created_at, at=request_time()) else ()
    return (*verbs, "remove")
