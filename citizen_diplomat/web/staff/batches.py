"""Batches of decisions that were applied: what became of each, and the mails that wait."""

import logging
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import make_response, render_template, request
from flask_babel import force_locale, gettext, lazy_gettext, ngettext
from jinja2 import TemplateError
from werkzeug.wrappers import Response

from citizen_diplomat.accounts.rules import Duty
from citizen_diplomat.foundation.database import transaction
from citizen_diplomat.foundation.numbers import format_number, parse_int
from citizen_diplomat.foundation.paging import Cursor
from citizen_diplomat.mail import holding
from citizen_diplomat.mail.model import OutboxMessage
from citizen_diplomat.moderation import batches as room
from citizen_diplomat.moderation.batches import BatchEntry
from citizen_diplomat.moderation.rules import BatchResult
from citizen_diplomat.web.database import db
from citizen_diplomat.web.languages import language
from citizen_diplomat.web.pages import CONFLICT, LARGEST_NUMBER, found, say, see_other
from citizen_diplomat.web.services import services
from citizen_diplomat.web.signin import request_time, signed_in
from citizen_diplomat.web.staff.blueprint import staff
from citizen_diplomat.web.staff.decision_form import OUTCOMES, reason_text

logger = logging.getLogger(__name__)
RESULTS = {
    BatchResult.APPLIED: lazy_gettext("Applied"),
    BatchResult.DECIDED: lazy_gettext("Not applied: it was decided meanwhile"),
    BatchResult.HELD: lazy_gettext("Not applied: a colleague has taken it over"),
    BatchResult.CHANGED: lazy_gettext("Not applied: the text has changed since it was read"),
    BatchResult.CLOSED: lazy_gettext("Not applied: it does not wait any more"),
    BatchResult.REASON_GONE: lazy_gettext("Not applied: the reason is not offered any more"),
    BatchResult.ORIGINAL_GONE: lazy_gettext("Not applied: the earlier proposal cannot be named"),
    BatchResult.NOT_ALLOWED: lazy_gettext(
        "Not allowed any more: who kept it, or applied it, may not decide here"
    ),
    BatchResult.GONE: lazy_gettext("Not applied: a colleague applied or discarded it just then"),
}


@dataclass(frozen=True)
class Preview:
    """One mail as its reader will see it; without a text when it has left."""

    row: OutboxMessage
    subject: str = ""
    text: str = ""


@staff.page("/pending/batches", duty=Duty.REVIEW)
def batch_list() -> str:
    """List the batches, with how many mails of each wait to be released."""
    after = Cursor.decode(request.args.get("after"), datetime)
    rows = room.summaries(db(), viewer=signed_in().id, after=after)
    late = {row.batch.id for row in rows if room.is_late(db(), row.since, at=request_time())}
    return render_template("staff/pending/batches.html", rows=rows, late=late)


@staff.page("/pending/<number:number>", duty=Duty.REVIEW)
def batch(number: int) -> str:
    """Show what became of each decision of a batch, and its mails."""
    entries = _entries(number)
    letters = holding.letters_of(db(), [entry.hold for entry in entries])
    held = [row.held_since for row in letters if _is_held(row)]
    since = min((moment for moment in held if moment is not None), default=None)
    return render_template(
        "staff/pending/batch.html",
        number=number,
        entries=entries,
        letters={entry.id: _previews(entry, letters) for entry in entries},
        held=len(held),
        since=since,
        is_late=room.is_late(db(), since, at=request_time()),
        counts=Counter(entry.result == BatchResult.APPLIED for entry in entries),
        results=RESULTS,
        outcomes=OUTCOMES,
        reason_text=reason_text,
    )


@staff.page("/pending/<number:number>/release", duty=Duty.REVIEW, methods=("GET", "POST"))
def release_batch(number: int) -> Response:
    """Let mails go: those of one `entry`, or all once their `number` was confirmed."""
    if request.method == "GET":
        return see_other("staff.batch", number=number)
    entries = _entries(number)
    one = parse_int(request.form.get("entry", ""), lowest=1, highest=LARGEST_NUMBER)
    if one is not None:
        entries = [found(next((row for row in entries if row.id == one), None))]
    with transaction(db()):
        letters = holding.letters_of(db(), [entry.hold for entry in entries], to_change=True)
        waiting = sum(map(_is_held, letters))
        confirmed = parse_int(request.form.get("confirmed", ""), lowest=1, highest=LARGEST_NUMBER)
        if waiting and one is None and confirmed != waiting:
            return _ask(number, waiting, confirmed)
        released = room.release(db(), entries, by=signed_in(), at=request_time())
    say("ok" if released else "note", _done(released))
    return see_other("staff.batch", number=number)


def _ask(number: int, waiting: int, confirmed: int | None) -> Response:
    """Say how many would go; when another number was confirmed, that it has changed."""
    page = render_template(
        "staff/pending/release.html", number=number, waiting=waiting, confirmed=confirmed
    )
    return make_response(page, 200 if confirmed is None else CONFLICT)


def _entries(number: int) -> Sequence[BatchEntry]:
    """What this member of staff may see of a batch; a batch without any is no page."""
    return found(room.entries_of(db(), number, viewer=signed_in().id) or None)


def _is_held(row: OutboxMessage) -> bool:
    return row.held_since is not None and not row.done


def _previews(entry: BatchEntry, letters: Sequence[OutboxMessage]) -> list[Preview]:
    return [_preview(row) for row in letters if row.hold == entry.hold]


def _preview(row: OutboxMessage) -> Preview:
    """A mail without the name of its reader: pen names and blind reading stay what they are."""
    if row.done:
        return Preview(row)
    with force_locale(row.language):
        reader = gettext("the author")
    try:
        letter = services().letters.render(row.name, row.language, row.values, to_name=reader)
    except TemplateError:
        # A template that fails is put right by the next release; the mail waits for it.
        logger.exception("mail %s (%s) cannot be shown", row.id, row.name)
        return Preview(row)
    return Preview(row, letter.subject, letter.text)


def _done(released: int) -> str:
    if not released:
        return str(gettext("No mail waits here any more."))
    shown = format_number(released, language())
    return str(
        ngettext(
            "Released: one mail leaves now.",
            "Released: %(count)s mails leave now.",
            released,
            count=shown,
        )
    )
