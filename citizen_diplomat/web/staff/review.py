"""Reviewing one item: its text and versions, its history, and the private notes on it."""

from typing import Any

from flask import make_response, render_template, request
from flask_babel import gettext
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from citizen_diplomat.accounts.rules import Duty
from citizen_diplomat.foundation.database import transaction
from citizen_diplomat.foundation.numbers import parse_int
from citizen_diplomat.moderation import queries
from citizen_diplomat.moderation.claims import written
from citizen_diplomat.moderation.mentions import add_note_to
from citizen_diplomat.moderation.model import QueueItem, Reason, Unshielding
from citizen_diplomat.moderation.rules import HEARTBEAT_EVERY, ItemKind, Outcome, step_of
from citizen_diplomat.moderation.unshielding import revealed_to
from citizen_diplomat.proposals.attachments import of_revision
from citizen_diplomat.proposals.hiding import hidden_revisions
from citizen_diplomat.proposals.model import Revision
from citizen_diplomat.proposals.queries import history, revisions
from citizen_diplomat.proposals.receipts import reference_of
from citizen_diplomat.proposals.rules import PUBLISHING
from citizen_diplomat.proposals.versions import standings
from citizen_diplomat.proposals.writers import coauthors
from citizen_diplomat.web.comparing import compared
from citizen_diplomat.web.database import db
from citizen_diplomat.web.kept_forms import forget_kept_form, kept_form
from citizen_diplomat.web.links import link_to
from citizen_diplomat.web.pages import UNPROCESSABLE, found, query_choice, say, see_other
from citizen_diplomat.web.signin import request_time, signed_in
from citizen_diplomat.web.similar import similar_for_staff
from citizen_diplomat.web.staff.blueprint import staff
from citizen_diplomat.web.staff.decision_form import (
    OUTCOMES,
    DecisionForm,
    NoteForm,
    TakeOverForm,
    reason_text,
)
from citizen_diplomat.web.staff.kinds import show_item, shows, standing
from citizen_diplomat.web.staff.panels import panels_of

VIEWS = frozenset({"text", "changes", "history"})


@staff.page("/queue/<number:item>", duty=Duty.REVIEW)
def item(item: int) -> Response:
    """Show what is to be reviewed, on the page of its kind."""
    return show_item(found(queries.item_for_review(db(), item, viewer=signed_in().id)))


@staff.page("/queue/<number:item>/notes", duty=Duty.REVIEW, methods=("GET", "POST"))
def note(item: int) -> Response:
    """Leave a note for colleagues; a GET comes back here from signing in again."""
    waiting = found(queries.item_for_review(db(), item, viewer=signed_in().id))
    if request.method == "GET":
        return show_item(waiting, note_form=NoteForm(kept_form()))
    form = NoteForm()
    if not form.validate():
        return show_item(waiting, note_form=form)
    with transaction(db()):
        by, at = signed_in(), request_time()
        text, link = form.text.data or "", link_to("staff.item", item=item)
        add_note_to(db(), waiting, text=text, chosen=form.mentioned, by=by, at=at, link=link)
        forget_kept_form()
    say("ok", gettext("Your note is kept. Only staff see it."))
    return see_other("staff.item", item=item)


@shows(ItemKind.PROPOSAL, ItemKind.CHANGE)
def review_page(
    waiting: QueueItem, *, note_form: NoteForm | None = None, form: DecisionForm | None = None
) -> Response:
    """The page of a proposal or of a change of one, with what was typed into its forms so far."""
    form = form or empty_form(waiting)
    note_form = note_form or NoteForm(MultiDict())
    wrong = next((each for each in (form, note_form) if each.errors), None)
    view = view_of(waiting)
    page = render_template(
        "staff/review/review.html",
        item=waiting,
        # The layout puts "Error:" into the title for the form that has one.
        form=wrong,
        decision_form=form,
        note_form=note_form,
        take_over_form=TakeOverForm(MultiDict()),
        notes=queries.notes_of(db(), waiting.id),
        decisions=queries.decisions_of(
            db(), waiting.subject_id, of_change=waiting.kind == ItemKind.CHANGE
        ),
        outcomes=OUTCOMES,
        reason_text=reason_text,
        heartbeat_seconds=int(HEARTBEAT_EVERY.total_seconds()),
        **standing(waiting),
        **view,
        similar=similar_for_staff(view["newest"]),
        panels=panels_of(waiting),
    )
    return make_response(page, UNPROCESSABLE if wrong else 200)


def empty_form(waiting: QueueItem, typed: MultiDict[str, str] | None = None) -> DecisionForm:
    """The decision form for the version that this page shows, filled with what was typed before."""
    form = DecisionForm(typed or MultiDict(), reasons=offered_reasons(waiting))
    text = written(db(), waiting)
    form.version.data = str(text.version if text else 0)
    return form


def offered_reasons(waiting: QueueItem) -> dict[Outcome, list[Reason]]:
    """The grounds for what can be decided on an item of its kind."""
    every = queries.reasons(db()).items()
    kind = ItemKind(waiting.kind)
    return {outcome: rows for outcome, rows in every if step_of(kind, outcome) is not None}


def view_of(waiting: QueueItem) -> dict[str, Any]:
    """What was submitted: a change is set against the version that everybody reads."""
    is_change = waiting.kind == ItemKind.CHANGE
    events = history(db(), waiting.subject_id)
    kept = [
        row
        for row in revisions(db(), waiting.subject_id)
        if row.revision <= (waiting.revision or row.revision)
    ]
    shown = _asked_revision(kept)
    public = {event.revision for event in events if event.step in PUBLISHING}
    bases = [
        row
        for row in kept
        if row.revision < shown.revision and (not is_change or row.revision in public)
    ]
    before = bases[-1] if bases else None
    view = query_choice("view", VIEWS) or ("changes" if is_change and before else "text")
    return {
        "view": view,
        "reference": reference_of(waiting.subject_id, kept[0].submitted_at),
        "revisions": kept,
        "revision": shown,
        "files": of_revision(db(), shown),
        "hidden": hidden_revisions(db(), waiting.subject_id, of_change=is_change),
        "newest": kept[-1],
        "before": before,
        "changes": compared(before.draft, shown.draft) if before and view == "changes" else None,
        "events": [event for event in events if is_change or not event.of_change],
        "state_now": standings(events)[kept[-1].revision],
        "revealed": _revealed(waiting),
        "coauthors": coauthors(db(), waiting.subject_id),
    }


def _revealed(waiting: QueueItem) -> Unshielding | None:
    """The name behind a pen name, for a moderator who asked for it, or approved."""
    if not waiting.of_proposal.pen_name:
        return None
    seen = revealed_to(db(), signed_in().id, at=request_time(), number=waiting.subject_id)
    return seen[0] if seen else None


def _asked_revision(kept: Any) -> Revision:
    number = parse_int(request.args.get("revision", ""), lowest=1, highest=kept[-1].revision)
    asked: Revision = next((row for row in kept if row.revision == number), kept[-1])
    return asked
