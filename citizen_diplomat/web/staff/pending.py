"""Decisions that are kept for a batch: looked at, changed, discarded, applied together."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask import make_response, render_template, request
from flask_babel import gettext
from werkzeug.wrappers import Response

from citizen_diplomat.accounts.rules import Duty
from citizen_diplomat.foundation.database import transaction
from citizen_diplomat.foundation.numbers import format_number, parse_int
from citizen_diplomat.foundation.paging import Cursor
from citizen_diplomat.moderation import batches, keeping
from citizen_diplomat.moderation.keeping import NotYours
from citizen_diplomat.moderation.model import QueueItem
from citizen_diplomat.moderation.pending import PendingDecision
from citizen_diplomat.moderation.rules import MOST_AT_ONCE, ItemKind
from citizen_diplomat.web.database import db
from citizen_diplomat.web.languages import language
from citizen_diplomat.web.links import link_to, statement_link
from citizen_diplomat.web.pages import LARGEST_NUMBER, UNPROCESSABLE, say, see_other
from citizen_diplomat.web.signin import request_time, signed_in
from citizen_diplomat.web.staff.blueprint import staff
from citizen_diplomat.web.staff.decision_form import OUTCOMES, reason_text
from citizen_diplomat.web.staff.panels import Place, panel

LINKS = batches.LinkMakers(
    own=lambda number: link_to("member.own", number=number),
    public=lambda number: link_to("public.proposal", number=number),
    statement=statement_link,
)


@staff.page("/pending", duty=Duty.REVIEW)
def pending() -> Response:
    """List what is kept on the desk, one's own and that of colleagues."""
    return _page()


@staff.page("/pending", duty=Duty.REVIEW, methods=("POST",))
def change_pending() -> Response:
    """Apply what was chosen, or discard one."""
    if "discard" in request.form:
        return _discard(_numbers("discard"))
    numbers = _numbers("chosen")
    if not numbers:
        return _page(gettext("Choose at least one decision."))
    if len(numbers) > MOST_AT_ONCE:
        most = format_number(MOST_AT_ONCE, language())
        return _page(gettext("At most %(most)s can be applied at once.", most=most))
    return _apply(numbers)


def _apply(numbers: Sequence[int]) -> Response:
    by, at = signed_in(), request_time()
    with transaction(db()):
        rows = keeping.chosen(db(), numbers, viewer=by.id)
        batch = batches.begin(db(), by=by, at=at) if rows else None
    if batch is None:
        return _page(gettext("What you chose is not there any more."))
    for row in rows:
        with transaction(db()):
            batches.apply(
                db(),
                batch,
                row,
                by=by,
                at=at,
                links=LINKS,
            )
    if len(rows) < len(numbers):
        say("warn", gettext("Some of what you chose was applied or discarded by a colleague."))
    return see_other("staff.batch", number=batch.id)


def _discard(numbers: Sequence[int]) -> Response:
    refused = False
    with transaction(db()):
        for row in keeping.chosen(db(), numbers, viewer=signed_in().id):
            try:
                keeping.discard(db(), row.item, by=signed_in(), at=request_time())
            except NotYours:
                refused = True
    if refused:
        return _page(gettext("Your colleague keeps this decision. Take the proposal over first."))
    say("ok", gettext("Discarded. The proposal waits as before."))
    return see_other("staff.pending")


def _numbers(name: str) -> list[int]:
    """The numbers that were posted under a name, each once."""
    read = (
        parse_int(text, lowest=1, highest=LARGEST_NUMBER) for text in request.form.getlist(name)
    )
    return list(dict.fromkeys(number for number in read if number is not None))


def _page(refused: str | None = None) -> Response:
    at = request_time()
    after = Cursor.decode(request.args.get("after"), datetime)
    since = batches.held_since(db(), viewer=signed_in().id)
    page = render_template(
        "staff/pending/pending.html",
        rows=keeping.kept(db(), viewer=signed_in().id, after=after),
        held_long=batches.is_late(db(), since, at=at),
        refused=refused,
        chosen=set(_numbers("chosen")),
        most=MOST_AT_ONCE,
        standing=lambda row: _standing(row, at),
        outcomes=OUTCOMES,
        reason_text=reason_text,
    )
    return make_response(page, UNPROCESSABLE if refused else 200)


def _standing(row: PendingDecision, at: datetime) -> str:
    """Whether what is kept still can be applied, as far as the item itself tells."""
    item = row.item
    if item.closed_at is not None or item.opened_at > row.kept_at:
        return "over"
    is_taken = item.holder_id not in {None, row.kept_by}
    if is_taken and item.lease_until is not None and item.lease_until > at:
        return "taken"
    return "mine" if row.kept_by == signed_in().id else "kept"


@panel("staff/pending/panel.html", Place.AT_DESK, ItemKind.PROPOSAL, ItemKind.CHANGE)
def _of_item(waiting: QueueItem) -> dict[str, Any] | None:
    """What is kept for an item, on its page."""
    if waiting.closed_at is not None:
        return None
    row = keeping.kept_for(db(), waiting)
    if row is None or row.kept_at < waiting.opened_at:
        return None
    return {"row": row, "is_mine": row.kept_by == signed_in().id}
