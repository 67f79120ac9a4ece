"""Reviewing one item: its text and versions, its history, and the private notes on it."""

from typing import Any

from flask import make_response, render_template, request
from flask_babel import gettext
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from citizen_diplomat.accounts.rules import Duty
from citizen_diplomat.foundation.comparison import compare
from citizen_diplomat.foundation.database import transaction
from citizen_diplomat.foundation.numbers import parse_int
from citizen_diplomat.moderation import actions, queries
from citizen_diplomat.moderation.model import QueueItem
from citizen_diplomat.moderation.rules import HEARTBEAT_EVERY, is_held, may_decide
from citizen_diplomat.proposals.model import Revision
from citizen_diplomat.proposals.queries import history, revisions
from citizen_diplomat.web.database import db
from citizen_diplomat.web.kept_forms import forget_kept_form, kept_form
from citizen_diplomat.web.pages import UNPROCESSABLE, found, query_choice, say, see_other
from citizen_diplomat.web.signin import request_time, signed_in
from citizen_diplomat.web.staff.blueprint import staff
from citizen_diplomat.web.staff.decision_form import (
    OUTCOMES,
    DecisionForm,
    NoteForm,
    TakeOverForm,
    reason_text,
)

VIEWS = frozenset({"text", "changes", "history"})


@staff.page("/queue/<number:item>", duty=Duty.REVIEW)
def item(item: int) -> Response:
    """Show what is to be reviewed: the version that was submitted last."""
    return review_page(found(queries.item_for_review(db(), item, viewer=signed_in().id)))


@staff.page("/queue/<number:item>/notes", duty=Duty.REVIEW, methods=("GET", "POST"))
def note(item: int) -> Response:
    """Leave a note for colleagues; a GET comes back here from signing in again."""
    waiting = found(queries.item_for_review(db(), item, viewer=signed_in().id))
    if request.method == "GET":
        return review_page(waiting, note_form=NoteForm(kept_form()))
    form = NoteForm()
    if not form.validate():
        return review_page(waiting, note_form=form)
    with transaction(db()):
        by, at = signed_in(), request_time()
        actions.add_note(db(), waiting, text=form.text.data or "", by=by, at=at)
        forget_kept_form()
    say("ok", gettext("Your note is kept. Only staff see it."))
    return see_other("staff.item", item=item)


def review_page(
    waiting: QueueItem, *, form: DecisionForm | None = None, note_form: NoteForm | None = None
) -> Response:
    """The page of one item, with what was typed into its forms so far."""
    form = form or empty_form(waiting)
    note_form = note_form or NoteForm(MultiDict())
    wrong = next((each for each in (form, note_form) if each.errors), None)
    page = render_template(
        "staff/review/review.html",
        item=waiting,
        # The layout puts "Error:" into the title for the form that has one.
        form=wrong,
        decision_form=form,
        note_form=note_form,
        take_over_form=TakeOverForm(MultiDict()),
        notes=queries.notes_of(db(), waiting.id),
        decisions=queries.decisions_of(db(), waiting.proposal_number),
        outcomes=OUTCOMES,
        reason_text=reason_text,
        heartbeat_seconds=int(HEARTBEAT_EVERY.total_seconds()),
        **_standing(waiting),
        **_view(waiting),
    )
    return make_response(page, UNPROCESSABLE if wrong else 200)


def empty_form(waiting: QueueItem, typed: MultiDict[str, str] | None = None) -> DecisionForm:
    """The decision form for the version that this page shows, filled with what was typed before."""
    form = DecisionForm(typed or MultiDict(), reasons=queries.reasons(db()))
    form.version.data = str(waiting.proposal.version)
    return form


def _standing(waiting: QueueItem) -> dict[str, Any]:
    """Who holds the item, and what this moderator may do with it."""
    viewer, at = signed_in().id, request_time()
    held = is_held(waiting.holder_id, waiting.lease_until, at=at)
    mine = held and waiting.holder_id == viewer
    own = not may_decide(waiting.proposal.author_id, by=viewer)
    is_open = waiting.closed_at is None
    return {
        "is_open": is_open,
        "is_own": own,
        "is_held": held,
        "is_mine": mine,
        "may_decide": is_open and not own and (mine or not held),
    }


def _view(waiting: QueueItem) -> dict[str, Any]:
    kept = revisions(db(), waiting.proposal_number)
    shown = _asked_revision(kept)
    before = next((row for row in kept if row.revision == shown.revision - 1), None)
    view = query_choice("view", VIEWS) or "text"
    return {
        "view": view,
        "revisions": kept,
        "revision": shown,
        "newest": kept[-1],
        "before": before,
        "changes": _changes(before, shown) if before and view == "changes" else None,
        "events": history(db(), waiting.proposal_number),
    }


def _asked_revision(kept: Any) -> Revision:
    number = parse_int(request.args.get("revision", ""), lowest=1, highest=kept[-1].revision)
    asked: Revision = next((row for row in kept if row.revision == number), kept[-1])
    return asked


def _changes(before: Revision, after: Revision) -> dict[str, Any]:
    return {
        name: compare(getattr(before, name), getattr(after, name))
        for name in ("title", "summary", "body")
    }
