"""The queue: what waits for staff, the oldest first, with filters that stand in the address."""

from dataclasses import asdict, replace
from datetime import datetime

from flask import g, make_response, render_template, request
from flask_babel import gettext
from werkzeug.wrappers import Response

from citizen_diplomat.accounts.rules import Duty
from citizen_diplomat.foundation.paging import Cursor
from citizen_diplomat.moderation import queries
from citizen_diplomat.moderation.queries import QueueFilters
from citizen_diplomat.moderation.rules import (
    Age,
    Assigned,
    ItemKind,
    age,
    days_waited,
    is_held,
    share_of_promise,
)
from citizen_diplomat.proposals.rules import SEEN_BY_STAFF, State
from citizen_diplomat.web.database import db
from citizen_diplomat.web.languages import OWN_NAMES
from citizen_diplomat.web.pages import query_choice, query_text, say, see_other
from citizen_diplomat.web.reference import city_choices, reference, topic_choices
from citizen_diplomat.web.signin import request_time, signed_in
from citizen_diplomat.web.staff.blueprint import staff


@staff.page("/queue", duty=Duty.REVIEW)
def queue() -> Response:
    """List what waits, with what stands in the address as filters."""
    filters, viewer, at = _filters(), signed_in().id, request_time()
    after = Cursor.decode(request.args.get("after"), datetime)
    counts = queries.counts(db(), viewer=viewer, at=at)
    # The header asks for the same number.
    g.queue_count = counts.in_queue
    page = render_template(
        "staff/queue/queue.html",
        rows=queries.open_items(db(), filters, viewer=viewer, at=at, after=after),
        counts=counts,
        filters=filters,
        values=_values(filters),
        values_without_age=_values(replace(filters, age=None)),
        choices=_choices(),
        is_held=lambda item: is_held(item.holder_id, item.lease_until, at=at),
    )
    return make_response(page)


@staff.page("/queue/next", duty=Duty.REVIEW)
def next_item() -> Response:
    """Lead to the oldest item that this moderator can review."""
    waiting = queries.next_item(db(), viewer=signed_in().id, at=request_time())
    if waiting is None:
        say("note", gettext("Nothing waits for you just now."))
        return see_other("staff.queue")
    return see_other("staff.item", item=waiting)


def queue_count() -> int:
    """How many items wait for this member of staff, asked once a request."""
    if "queue_count" not in g:
        g.queue_count = queries.count_open(db(), viewer=signed_in().id)
    count: int = g.queue_count
    return count


def waited(opened_at: datetime) -> dict[str, object]:
    """How long something has waited, for templates: days, age, and the share of what we promise."""
    at = request_time()
    return {
        "days": days_waited(opened_at, at=at),
        "age": age(opened_at, at=at),
        "share": share_of_promise(opened_at, at=at),
    }


def _filters() -> QueueFilters:
    kind, state = query_choice("kind", set(ItemKind)), query_choice("state", set(SEEN_BY_STAFF))
    assigned, waits = query_choice("assigned", set(Assigned)), query_choice("age", set(Age))
    return QueueFilters(
        kind=ItemKind(kind) if kind else None,
        city=query_choice("city", set(reference().cities)),
        topic=query_choice("topic", set(reference().topics)),
        language=query_choice("language", set(OWN_NAMES)),
        state=State(state) if state else None,
        assigned=Assigned(assigned) if assigned else None,
        age=Age(waits) if waits else None,
        q=query_text("q"),
    )


def _values(filters: QueueFilters) -> dict[str, str]:
    """The filters that are set, as they stand in an address."""
    return {name: str(value) for name, value in asdict(filters).items() if value}


def _choices() -> dict[str, list[tuple[str, str]]]:
    return {
        "city": city_choices(),
        "topic": topic_choices(),
        "kind": [(ItemKind.PROPOSAL, gettext("Proposals"))],
        "language": list(OWN_NAMES.items()),
        "assigned": [
            (Assigned.ME, gettext("Claimed by me")),
            (Assigned.FREE, gettext("Free")),
        ],
        "age": [
            (Age.LATE, gettext("Late")),
            (Age.SOON, gettext("Soon late")),
            (Age.FRESH, gettext("New")),
        ],
    }


@staff.app_context_processor
def _for_templates() -> dict[str, object]:
    return {"queue_count": queue_count, "waited": waited}
