"""The filters of the queue as they stand in an address, and the view that somebody works through.

An item that was opened from a filtered queue carries those filters along as `within`, from page to
page: after a decision the next item of the same view opens.
"""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any
from urllib.parse import parse_qsl, urlencode

from flask import g, request
from werkzeug.wrappers import Response

from citizen_diplomat.foundation.numbers import parse_int
from citizen_diplomat.moderation import queries
from citizen_diplomat.moderation.conditions import QueueFilters
from citizen_diplomat.moderation.following import following
from citizen_diplomat.moderation.model import QueueItem
from citizen_diplomat.moderation.rules import Age, Assigned, ItemKind
from citizen_diplomat.moderation.views import SavedView
from citizen_diplomat.proposals.rules import SEEN_BY_STAFF, State
from citizen_diplomat.web.database import db
from citizen_diplomat.web.languages import OWN_NAMES
from citizen_diplomat.web.pages import LARGEST_NUMBER, search_text, see_other
from citizen_diplomat.web.reference import reference
from citizen_diplomat.web.signin import request_time, signed_in
from citizen_diplomat.web.staff.blueprint import staff

ALONG = frozenset({"staff.next_item", "staff.bulk", "staff.confirmed", "staff.keep_view"})
"""Pages to which the view goes along, besides those of an item."""
LIKELY_SPAM = "likely"
"""How an address says that what looks like spam is shown, such first."""
LONGEST_VIEW = 1000
"""Characters of an address that names filters; all of ours are far below."""


def read_filters(values: Mapping[str, str]) -> QueueFilters:
    """The filters in the values of an address; what is none of ours is left out."""

    def one_of(name: str, allowed: Any) -> str | None:
        value = values.get(name, "")
        return value if value in allowed else None

    kind, state = one_of("kind", set(ItemKind)), one_of("state", set(SEEN_BY_STAFF))
    assigned, waits = one_of("assigned", set(Assigned)), one_of("age", set(Age))
    return QueueFilters(
        kind=ItemKind(kind) if kind else None,
        desk=parse_int(values.get("desk", ""), lowest=1, highest=LARGEST_NUMBER),
        city=one_of("city", reference().cities),
        topic=one_of("topic", reference().topics),
        language=one_of("language", OWN_NAMES),
        state=State(state) if state else None,
        assigned=Assigned(assigned) if assigned else None,
        age=Age(waits) if waits else None,
        spam=one_of("spam", {LIKELY_SPAM}) is not None,
        q=search_text(values.get("q", "")),
    )


def in_address(filters: QueueFilters) -> dict[str, str]:
    """The filters that are set, as they stand in an address."""
    values = {name: str(value) for name, value in asdict(filters).items() if value}
    return values | ({"spam": LIKELY_SPAM} if filters.spam else {})


def as_text(filters: QueueFilters) -> str:
    """The same as one text: "kind=comment&city=porto"; empty when none is set."""
    return urlencode(in_address(filters))


def from_text(text: str) -> QueueFilters:
    """The filters that `as_text` wrote; a text of somebody else's never raises."""
    return read_filters(dict(parse_qsl(text[:LONGEST_VIEW])))


def filters_of(saved: SavedView) -> dict[str, str]:
    """The filters of a saved view, as they stand in an address."""
    return in_address(from_text(saved.filters))


def view() -> QueueFilters:
    """The filters of the view that the visitor works through; none set is the whole queue."""
    if "view" not in g:
        g.view = from_text(request.args.get("within", ""))
    found: QueueFilters = g.view
    return found


def view_values() -> dict[str, str]:
    """The same, as they stand in an address."""
    return in_address(view())


def open_next(waiting: QueueItem, **values: Any) -> Response:
    """Open the item that comes next in the view, or go back to the view when none is left."""
    viewer, at = signed_in().id, request_time()
    if view() == QueueFilters():
        coming = queries.next_item(db(), viewer=viewer, at=at, but=waiting.id)
    else:
        coming = following(db(), view(), viewer=viewer, at=at, after=waiting.id)
    if coming is None:
        return see_other("staff.queue", **view_values(), **values)
    return see_other("staff.item", item=coming, **values)


@staff.url_defaults
def _carry_view(endpoint: str, values: dict[str, Any]) -> None:
    """Let the view go along to every page of an item."""
    if "item" in values or endpoint in ALONG:
        within = as_text(view())
        if within:
            values.setdefault("within", within)


@staff.app_context_processor
def _for_templates() -> dict[str, object]:
    return {"view_values": view_values, "filters_of": filters_of}
