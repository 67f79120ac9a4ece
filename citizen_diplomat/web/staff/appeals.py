"""The page of an appeal: everything about the first decision, for somebody who had no part in it.

Whoever made that decision does not see the item (`moderation.conflicts`): no page, no list, no
count and no search knows it for them.
"""

from collections.abc import Mapping

from flask import make_response, render_template
from flask_babel import LazyString, gettext, lazy_gettext
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from citizen_diplomat.moderation import queries
from citizen_diplomat.moderation.appeals import appeal_of
from citizen_diplomat.moderation.model import QueueItem
from citizen_diplomat.moderation.queue import item_about
from citizen_diplomat.moderation.rules import (
    HEARTBEAT_EVERY,
    SHORTEST_APPEAL,
    ItemKind,
    Outcome,
)
from citizen_diplomat.moderation.statements import statement_on
from citizen_diplomat.web.database import db
from citizen_diplomat.web.languages import direction
from citizen_diplomat.web.pages import UNPROCESSABLE, found
from citizen_diplomat.web.staff.decision_form import (
    OUTCOMES,
    DecisionForm,
    NoteForm,
    TakeOverForm,
    reason_text,
)
from citizen_diplomat.web.staff.kinds import shows, standing
from citizen_diplomat.web.staff.panels import panels_of
from citizen_diplomat.web.staff.review import empty_form, view_of

OUTCOMES_ON_APPEAL: Mapping[Outcome, LazyString] = {
    Outcome.ACCEPT: lazy_gettext("Grant the appeal"),
    Outcome.DECLINE: lazy_gettext("Uphold the decline"),
}


@shows(ItemKind.APPEAL)
def appeal_page(
    waiting: QueueItem, *, note_form: NoteForm | None = None, form: DecisionForm | None = None
) -> Response:
    """The page of an appeal, with what was typed into its forms so far."""
    form = form or empty_form(waiting)
    note_form = note_form or NoteForm(MultiDict())
    wrong = next((each for each in (form, note_form) if each.errors), None)
    made = found(appeal_of(db(), waiting.subject_id))
    first = item_about(db(), ItemKind.PROPOSAL, waiting.subject_id)
    page = render_template(
        "staff/appeals/review.html",
        item=waiting,
        made=made,
        statement=statement_on(db(), made.decision, made.account_id),
        direction_of=direction,
        # The layout puts "Error:" into the title for the form that has one.
        form=wrong,
        decision_form=form,
        note_form=note_form,
        take_over_form=TakeOverForm(MultiDict()),
        notes=queries.notes_of(db(), waiting.id),
        first_notes=queries.notes_of(db(), first.id) if first else (),
        decisions=queries.decisions_of(db(), waiting.subject_id),
        outcomes=OUTCOMES,
        answers=OUTCOMES_ON_APPEAL,
        reason_text=reason_text,
        heartbeat_seconds=int(HEARTBEAT_EVERY.total_seconds()),
        **standing(waiting),
        **view_of(waiting),
        panels=panels_of(waiting),
    )
    return make_response(page, UNPROCESSABLE if wrong else 200)


def words_of_outcomes(waiting: QueueItem) -> Mapping[Outcome, LazyString]:
    """What the outcomes are called on the pages about an item."""
    return OUTCOMES_ON_APPEAL if waiting.kind == ItemKind.APPEAL else OUTCOMES


def explains_enough(waiting: QueueItem, form: DecisionForm) -> bool:
    """Whether an answer to an appeal is explained; if not, the error stands beside the field."""
    if waiting.kind == ItemKind.APPEAL and len(form.message.data or "") < SHORTEST_APPEAL:
        form.refuse("message", gettext("Explain it in a sentence at least: this answer is final."))
    return not form.errors
