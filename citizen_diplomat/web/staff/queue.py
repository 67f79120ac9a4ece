"""The queue: what waits for staff, what is due first, with filters that stand in the address."""

from collections.abc import Collection
from dataclasses import replace

from flask import g, make_response, render_template, request
from flask_babel import LazyString, gettext, lazy_gettext
from werkzeug.wrappers import Response

from citizen_diplomat.accounts.rules import Duty
from citizen_diplomat.foundation.numbers import parse_int
from citizen_diplomat.foundation.paging import Cursor
from citizen_diplomat.moderation import queries
from citizen_diplomat.moderation.bulk import seen
from citizen_diplomat.moderation.clock import last_moment, waits_for_answer_until
from citizen_diplomat.moderation.conditions import QueueFilters
from citizen_diplomat.moderation.following import following
from citizen_diplomat.moderation.model import QueueItem
from citizen_diplomat.moderation.queries import COUNTED_TO
from citizen_diplomat.moderation.rules import (
    Age,
    Assigned,
    ItemKind,
    age,
    is_held,
    share_of_promise,
)
from citizen_diplomat.moderation.views import views_for
from citizen_diplomat.web.database import db
from citizen_diplomat.web.languages import OWN_NAMES
from citizen_diplomat.web.names import look_up_names
from citizen_diplomat.web.pages import LARGEST_NUMBER, UNPROCESSABLE, say, see_other
from citizen_diplomat.web.reference import city_choices, topic_choices
from citizen_diplomat.web.signin import request_time, signed_in
from citizen_diplomat.web.staff.blueprint import staff
from citizen_diplomat.web.staff.filters import (
    LIKELY_SPAM,
    in_address,
    read_filters,
    view,
    view_values,
)

KINDS: dict[ItemKind, LazyString] = {
    ItemKind.PROPOSAL: lazy_gettext("Proposals"),
    ItemKind.CHANGE: lazy_gettext("Changes of accepted ones"),
    ItemKind.COMMENT: lazy_gettext("Comments"),
    ItemKind.REPORT: lazy_gettext("Reports"),
    ItemKind.SKILL: lazy_gettext("Suggested skills"),
    ItemKind.APPEAL: lazy_gettext("Appeals"),
    ItemKind.SANCTION_APPEAL: lazy_gettext("Appeals against sanctions"),
}


@staff.page("/queue", duty=Duty.REVIEW)
def queue() -> Response:
    """List what waits, with what stands in the address as filters."""
    return queue_page(read_filters(request.args))


def queue_page(
    filters: QueueFilters, *, refused: str = "", ticked: Collection[int] = ()
) -> Response:
    """The page with these filters; `refused` says why nothing was done with the ticked items."""
    viewer, at = signed_in().id, request_time()
    # What is opened from here goes on in this view.
    g.view = filters
    after = Cursor.decode(request.args.get("after"), int)
    counts = queries.counts(db(), viewer=viewer, at=at)
    # The header asks for the same number.
    g.queue_count = counts.in_queue
    rows = queries.open_items(db(), filters, viewer=viewer, at=at, after=after)
    look_up_names(item.proposal for item in rows.items)
    page = render_template(
        "staff/queue/queue.html",
        rows=rows,
        counts=counts,
        filters=filters,
        values=in_address(filters),
        values_without_age=in_address(replace(filters, age=None)),
        choices=_choices(),
        is_held=lambda item: is_held(item.holder_id, item.lease_until, at=at),
        views=views_for(db(), viewer),
        seen=seen,
        refused=refused,
        ticked=ticked,
    )
    return make_response(page, UNPROCESSABLE if refused else 200)


@staff.page("/queue/next", duty=Duty.REVIEW)
def next_item() -> Response:
    """Lead to the item that comes next, for this moderator, in the view they work through.

    `after` names the item that they look at, with `back` the one before it is meant.
    """
    viewer, at = signed_in().id, request_time()
    after = parse_int(request.args.get("after", ""), lowest=1, highest=LARGEST_NUMBER)
    back = bool(request.args.get("back"))
    if after is None and view() == QueueFilters():
        waiting = queries.next_item(db(), viewer=viewer, at=at)
    else:
        waiting = following(db(), view(), viewer=viewer, at=at, after=after, backwards=back)
    if waiting is not None:
        return see_other("staff.item", item=waiting)
    say("note", gettext("Nothing stands before it.") if back else _nothing_waits())
    if back and after is not None:
        return see_other("staff.item", item=after)
    return see_other("staff.queue", **view_values())


def _nothing_waits() -> str:
    return str(gettext("Nothing waits for you just now."))


def just_approved() -> QueueItem | None:
    """The comment that was approved a moment ago, which can still be taken back."""
    number = parse_int(request.args.get("done", ""), lowest=1, highest=LARGEST_NUMBER)
    item = queries.item_for_review(db(), number, viewer=signed_in().id) if number else None
    is_done = item is not None and item.kind == ItemKind.COMMENT and item.closed_at is not None
    return item if is_done else None


def queue_count() -> int:
    """How many items wait for this member of staff, asked once a request."""
    if "queue_count" not in g:
        g.queue_count = queries.count_open(db(), viewer=signed_in().id)
    count: int = g.queue_count
    return count


def clock_of(waiting: QueueItem) -> dict[str, object]:
    """How an open item stands, for templates: age, share of its time, the last day of its promise.

    `answer` is the last day of a first answer while there is none, and `is_answer_late` whether it
    has passed. Its times are set whenever it enters the queue.
    """
    started, soon, due = waiting.clock_started_at, waiting.soon_at, waiting.due_at
    assert started is not None
    assert soon is not None
    assert due is not None
    at, answer = request_time(), waits_for_answer_until(waiting)
    return {
        "age": age(soon, due, at=at),
        "share": share_of_promise(started, due, at=at),
        "last": last_moment(due),
        "answer": last_moment(answer) if answer else None,
        "is_answer_late": answer is not None and answer <= at,
    }


def _choices() -> dict[str, list[tuple[str, str]]]:
    return {
        "city": city_choices(),
        "topic": topic_choices(),
        "kind": list(KINDS.items()),
        "language": list(OWN_NAMES.items()),
        "assigned": [
            (Assigned.ME, gettext("My work")),
            (Assigned.DESK, gettext("My desk's")),
            (Assigned.FREE, gettext("Unassigned")),
            (Assigned.HELD, gettext("Held too long")),
        ],
        "age": [
            (Age.LATE, gettext("Overdue")),
            (Age.TODAY, gettext("Due today")),
            (Age.SOON, gettext("Due soon")),
            (Age.FRESH, gettext("New")),
        ],
        "spam": [(LIKELY_SPAM, gettext("Looks like spam"))],
    }


@staff.app_context_processor
def _for_templates() -> dict[str, object]:
    return {
        "queue_count": queue_count,
        "just_approved": just_approved,
        "clock_of": clock_of,
        "kind_word": KINDS.get,
        "counted_to": COUNTED_TO,
    }
