"""Many ticked items at once: what harms or needs more is asked first, then each told one by one."""

from dataclasses import dataclass

from flask import make_response, render_template, request
from flask_babel import LazyString, gettext
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from citizen_diplomat.accounts.rules import Duty
from citizen_diplomat.foundation.database import transaction
from citizen_diplomat.foundation.numbers import format_number, parse_int
from citizen_diplomat.moderation.bulk import items_for_review, refuse_stale
from citizen_diplomat.moderation.declarations import reviewers
from citizen_diplomat.moderation.model import QueueItem
from citizen_diplomat.moderation.queries import item_for_review
from citizen_diplomat.moderation.rules import MOST_AT_ONCE
from citizen_diplomat.web.database import db
from citizen_diplomat.web.languages import language
from citizen_diplomat.web.pages import CONFLICT, LARGEST_NUMBER, UNPROCESSABLE, see_other
from citizen_diplomat.web.signin import signed_in
from citizen_diplomat.web.staff.blueprint import staff
from citizen_diplomat.web.staff.bulk_deeds import (
    ALONE,
    DECIDED_AT_ONCE,
    DONE,
    NOT_THERE,
    REFUSED,
    WORDS,
    Act,
    Order,
    perform,
)
from citizen_diplomat.web.staff.bulk_words import things_of
from citizen_diplomat.web.staff.filters import view, view_values
from citizen_diplomat.web.staff.queue import queue_page
from citizen_diplomat.web.staff.removal_form import RemovalForm

ASKED_FIRST = frozenset({Act.ASSIGN, Act.KEEP, Act.REMOVE})


@dataclass(frozen=True)
class Result:
    """What became of one item; its title is empty where it is not there for the visitor."""

    item: int
    title: str
    is_done: bool
    words: LazyString


@staff.page("/queue/bulk", duty=Duty.REVIEW)
def bulk_after_signing_in() -> Response:
    """Whoever had to sign in on the way comes back to the queue."""
    return see_other("staff.queue", **view_values())


@staff.page("/queue/bulk", duty=Duty.REVIEW, methods=("POST",))
def bulk() -> Response:
    """Do something with the ticked items: `item` of each as number.seen; `act` is one of `Act`."""
    act, ticked = _act(), _ticked()
    wrong = _wrong(act, ticked)
    if wrong or act is None:
        return queue_page(view(), refused=wrong, ticked=set(ticked))
    if act in ASKED_FIRST:
        return _ask(act, ticked)
    return _all(Order(act), ticked)


@staff.page("/queue/bulk/confirmed", duty=Duty.REVIEW)
def confirmed_after_signing_in() -> Response:
    """The same."""
    return see_other("staff.queue", **view_values())


@staff.page("/queue/bulk/confirmed", duty=Duty.REVIEW, methods=("POST",))
def confirmed() -> Response:
    """Do what was asked first: with `to`, or with `ground` and `message`, and each version."""
    act, ticked = _act(), _ticked()
    wrong = _wrong(act, ticked)
    if wrong or act is None:
        return queue_page(view(), refused=wrong, ticked=set(ticked))
    versions = {item: _number(f"version-{item}") or 0 for item in ticked}
    if act is Act.REMOVE:
        form = RemovalForm()
        if not form.is_right():
            return _ask(act, ticked, form)
        message = form.message.data or ""
        order = Order(act, ground=form.chosen, message=message, versions=versions)
        return _all(order, ticked)
    to = _number("to")
    if act is Act.ASSIGN and to is None:
        return _ask(act, ticked, refused=gettext("Choose somebody."))
    return _all(Order(act, to=to, versions=versions), ticked)


def _ask(
    act: Act,
    ticked: dict[int, str],
    form: RemovalForm | None = None,
    *,
    refused: str = "",
) -> Response:
    items = items_for_review(db(), list(ticked), viewer=signed_in().id)
    decides = act in {Act.KEEP, Act.REMOVE}
    fitting = [item for item in items if not decides or item.kind in DECIDED_AT_ONCE]
    form = form or RemovalForm(MultiDict())
    page = render_template(
        "staff/bulk/ask.html",
        act=act,
        items=fitting,
        left_out=len(ticked) - len(fitting),
        seen=ticked,
        things=things_of(fitting) if decides else {},
        people=reviewers(db()) if act is Act.ASSIGN else [],
        form=form,
        refused=refused,
        words=WORDS,
    )
    is_wrong = form.errors or refused
    return make_response(page, UNPROCESSABLE if is_wrong else 200)


def _all(order: Order, ticked: dict[int, str]) -> Response:
    """Each in a transaction of its own: what one is refused does not undo the others."""
    results = [_one(order, item, was) for item, was in ticked.items()]
    done = sum(result.is_done for result in results)
    page = render_template(
        "staff/bulk/results.html", results=results, done=done, act=order.act, words=WORDS
    )
    return make_response(page, 200 if done else CONFLICT)


def _one(order: Order, item: int, was: str) -> Result:
    with transaction(db()):
        waiting = item_for_review(db(), item, viewer=signed_in().id)
        if waiting is None:
            return Result(item, "", False, NOT_THERE)
        title, refused = waiting.title, _try(order, waiting, was)
    return Result(item, title, refused is None, refused or DONE[order.act])


def _try(order: Order, waiting: QueueItem, was: str) -> LazyString | None:
    """Why it was refused, or None when it was done."""
    if order.act in {Act.KEEP, Act.REMOVE} and waiting.kind not in DECIDED_AT_ONCE:
        return ALONE
    try:
        # A claim that was begun on the way is taken back with the rest.
        with db().begin_nested():
            refuse_stale(db(), waiting, was)
            perform(waiting, order)
    except tuple(REFUSED) as error:
        return REFUSED[type(error)]
    return None


def _act() -> Act | None:
    name = request.form.get("act", "")
    return Act(name) if name in set(Act) else None


def _ticked() -> dict[int, str]:
    """What the list showed of each ticked item, by its number; what is none of ours is left out."""
    read = (text.partition(".") for text in request.form.getlist("item"))
    numbered = (
        (parse_int(number, lowest=1, highest=LARGEST_NUMBER), was) for number, _, was in read
    )
    return {number: was for number, was in numbered if number is not None}


def _wrong(act: Act | None, ticked: dict[int, str]) -> str:
    if not ticked:
        return str(gettext("Tick at least one item."))
    if len(ticked) > MOST_AT_ONCE:
        most = format_number(MOST_AT_ONCE, language())
        return str(gettext("At most %(most)s items at once. Nothing was done.", most=most))
    return "" if act else str(gettext("Choose what to do with them."))


def _number(name: str) -> int | None:
    return parse_int(request.form.get(name, ""), lowest=0, highest=LARGEST_NUMBER)
