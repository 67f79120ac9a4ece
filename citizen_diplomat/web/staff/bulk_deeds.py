"""What can be done with many items of the queue: the deed on one, its refusals in words."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from flask_babel import LazyString, lazy_gettext

from citizen_diplomat.community.model import Comment, Reported
from citizen_diplomat.community.rules import Ground
from citizen_diplomat.community.threads import comment_with_author
from citizen_diplomat.community.verdicts import Changed
from citizen_diplomat.moderation import actions, assignments, bulk, comments, reports
from citizen_diplomat.moderation.actions import AlreadyClaimed, NotHeld, NotOpen, OwnProposal
from citizen_diplomat.moderation.assignments import CannotTake
from citizen_diplomat.moderation.bulk import Stale
from citizen_diplomat.moderation.model import QueueItem
from citizen_diplomat.moderation.rules import ItemKind
from citizen_diplomat.web.database import db
from citizen_diplomat.web.links import statement_link
from citizen_diplomat.web.matters import link_to_matter
from citizen_diplomat.web.pages import found
from citizen_diplomat.web.signin import request_time, signed_in
from citizen_diplomat.web.staff.reports import links_of


class Act(StrEnum):
    """What a button of the queue does with the ticked items."""

    CLAIM = "claim"
    RELEASE = "release"
    ASSIGN = "assign"
    KEEP = "keep"
    """Approve a comment, let a reported thing stand."""
    REMOVE = "remove"
    """Take out a comment, or what was reported."""


DECIDED_AT_ONCE = frozenset({ItemKind.COMMENT, ItemKind.REPORT})
"""Everything else is read and answered for itself."""

WORDS: Mapping[Act, LazyString] = {
    Act.CLAIM: lazy_gettext("Claim"),
    Act.RELEASE: lazy_gettext("Give back"),
    Act.ASSIGN: lazy_gettext("Give to somebody"),
    Act.KEEP: lazy_gettext("Let stand"),
    Act.REMOVE: lazy_gettext("Take out"),
}
DONE: Mapping[Act, LazyString] = {
    Act.CLAIM: lazy_gettext("You have claimed it."),
    Act.RELEASE: lazy_gettext("You gave it back."),
    Act.ASSIGN: lazy_gettext("It was given."),
    Act.KEEP: lazy_gettext("It stands, and everybody sees it."),
    Act.REMOVE: lazy_gettext("It was taken out; its author is told by e-mail."),
}
REFUSED: Mapping[type[Exception], LazyString] = {
    Stale: lazy_gettext("It has changed since you ticked it. Look at it again."),
    Changed: lazy_gettext("It has changed since you ticked it. Look at it again."),
    NotOpen: lazy_gettext("It does not wait any more."),
    NotHeld: lazy_gettext("You do not hold it."),
    AlreadyClaimed: lazy_gettext("A colleague holds it."),
    OwnProposal: lazy_gettext("You must not judge it."),
    CannotTake: lazy_gettext("Whom you chose may not review it, or is not of its desk."),
}
ALONE = lazy_gettext("Only comments and reports are decided together. Open it.")
NOT_THERE = lazy_gettext("It is not there for you.")


@dataclass(frozen=True)
class Order:
    """What shall be done with each item, and what else that needs.

    `versions` are those of the comments and reported things, by item, as they were read.
    """

    act: Act
    to: int | None = None
    ground: Ground | None = None
    message: str = ""
    versions: Mapping[int, int] | None = None


def perform(waiting: QueueItem, order: Order) -> None:
    """Do it with one item, or raise one of `REFUSED`; the caller undoes what was begun."""
    _DEEDS[order.act](waiting, order)


def _claim(waiting: QueueItem, _order: Order) -> None:
    actions.claim(db(), waiting, by=signed_in(), at=request_time())


def _release(waiting: QueueItem, _order: Order) -> None:
    bulk.give_back(db(), waiting, by=signed_in(), at=request_time())


def _assign(waiting: QueueItem, order: Order) -> None:
    if order.to is None:
        raise CannotTake
    # That it still is as it was ticked was seen to before.
    was = assignments.standing_of(waiting)
    assignments.assign(db(), waiting, order.to, seen=was, by=signed_in(), at=request_time())


def _keep(waiting: QueueItem, order: Order) -> None:
    by, at, version = signed_in(), request_time(), _version(waiting, order)
    if waiting.kind == ItemKind.COMMENT:
        comments.approve(db(), waiting, _comment(waiting), version=version, by=by, at=at)
        return
    row = db().get_one(Reported, waiting.subject_id)
    thing = reports.thing_behind(db(), row)
    if thing is not None and thing.version != version:
        raise Changed
    reports.dismiss(db(), waiting, row, by=by, at=at, links=links_of(row))


def _remove(waiting: QueueItem, order: Order) -> None:
    assert order.ground is not None
    by, at, version = signed_in(), request_time(), _version(waiting, order)
    if waiting.kind == ItemKind.COMMENT:
        comment = _comment(waiting)
        link = link_to_matter(comment, comment.author.language)
        comments.remove(
            db(), waiting, comment, order.ground, message=order.message, version=version,
            by=by, at=at, link=link, statement_link=statement_link,
        )  # fmt: skip
        return
    row = db().get_one(Reported, waiting.subject_id)
    reports.uphold(
        db(), waiting, row, order.ground, message=order.message, version=version,
        by=by, at=at, links=links_of(row), statement_link=statement_link,
    )  # fmt: skip


_DEEDS: Mapping[Act, Callable[[QueueItem, Order], None]] = {
    Act.CLAIM: _claim,
    Act.RELEASE: _release,
    Act.ASSIGN: _assign,
    Act.KEEP: _keep,
    Act.REMOVE: _remove,
}


def _comment(waiting: QueueItem) -> Comment:
    return found(comment_with_author(db(), waiting.subject_id))


def _version(waiting: QueueItem, order: Order) -> int:
    """The version that was read on the page before; 0 for none of ours, which is refused."""
    return (order.versions or {}).get(waiting.id, 0)
