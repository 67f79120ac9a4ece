"""Answering the author: seen once more as a letter, then sent, once, or kept for a batch."""

from collections.abc import Callable

from flask import abort, make_response, render_template, request
from flask_babel import gettext
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from citizen_diplomat.accounts.rules import Duty
from citizen_diplomat.foundation.database import transaction
from citizen_diplomat.moderation import actions, queries
from citizen_diplomat.moderation.actions import Conflict, OwnProposal, WrongDuplicate, WrongReason
from citizen_diplomat.moderation.decisions import check
from citizen_diplomat.moderation.keeping import keep
from citizen_diplomat.moderation.model import QueueItem
from citizen_diplomat.moderation.rules import ItemKind, Outcome
from citizen_diplomat.web.database import db
from citizen_diplomat.web.kept_forms import forget_kept_form, kept_form
from citizen_diplomat.web.links import link_to, statement_link
from citizen_diplomat.web.pages import found, say
from citizen_diplomat.web.signin import request_time, signed_in
from citizen_diplomat.web.staff.appeals import appeal_page, explains_enough, words_of_outcomes
from citizen_diplomat.web.staff.blueprint import staff
from citizen_diplomat.web.staff.decision_form import DecisionForm, reason_text
from citizen_diplomat.web.staff.filters import open_next
from citizen_diplomat.web.staff.remarks import remarks_to_send
from citizen_diplomat.web.staff.review import empty_form, offered_reasons, review_page

Deed = Callable[[QueueItem, DecisionForm], Response]
PAGES = {
    ItemKind.PROPOSAL: review_page,
    ItemKind.CHANGE: review_page,
    ItemKind.APPEAL: appeal_page,
}
"""The pages with a form for a decision."""


@staff.page("/queue/<number:item>/decision", duty=Duty.REVIEW, methods=("GET", "POST"))
def decision(item: int) -> Response:
    """Decide; or, with `action`, see the letter first (preview), go back (edit), or keep it (keep).

    `same_as` takes the number of a similar proposal over into the form.
    """
    waiting = found(queries.item_for_review(db(), item, viewer=signed_in().id))
    if waiting.kind not in PAGES:
        abort(404)
    action = request.form.get("action", "")
    if request.method == "GET":
        return _page(waiting, form=empty_form(waiting, kept_form()))
    if action == "edit":
        return _page(waiting, form=empty_form(waiting, request.form))
    if "same_as" in request.form:
        return _page(waiting, form=empty_form(waiting, _as_duplicate()))
    form = DecisionForm(reasons=offered_reasons(waiting))
    if not form.is_right() or not explains_enough(waiting, form):
        return _page(waiting, form=form)
    return _try(waiting, form, DEEDS.get(action, _send))


def _page(waiting: QueueItem, *, form: DecisionForm) -> Response:
    return PAGES[ItemKind(waiting.kind)](waiting, form=form)


def _as_duplicate() -> MultiDict[str, str]:
    """What was typed so far, with the number of the similar proposal that was chosen."""
    typed = request.form.copy()
    typed["duplicate_of"] = typed["same_as"]
    return typed


def _try(waiting: QueueItem, form: DecisionForm, deed: Deed) -> Response:
    # Caught within the transaction: a refusal has changed nothing, and a roll-back would throw
    # away what was read about the visitor.
    with transaction(db()):
        try:
            return deed(waiting, form)
        except WrongReason:
            form.refuse_reason()
        except WrongDuplicate:
            form.refuse_original()
        except Conflict as conflict:
            return _conflict(waiting, form, conflict)
        except OwnProposal:
            pass
    if not form.errors:
        abort(403)
    return _page(waiting, form=form)


def _preview(waiting: QueueItem, form: DecisionForm) -> Response:
    assert form.chosen is not None
    assert form.seen_version is not None
    check(
        db(),
        waiting,
        form.chosen,
        form.reason.data,
        form.original,
        version=form.seen_version,
        by=signed_in(),
        at=request_time(),
    )
    return _letter(waiting, form)


def _keep(waiting: QueueItem, form: DecisionForm) -> Response:
    assert form.chosen is not None
    assert form.seen_version is not None
    keep(
        db(),
        waiting,
        form.chosen,
        reason=form.reason.data,
        message=form.message.data or "",
        version=form.seen_version,
        duplicate_of=form.original if form.chosen is Outcome.DUPLICATE else None,
        by=signed_in(),
        at=request_time(),
    )
    return _go_on(
        waiting, gettext("Kept for a batch. The author hears nothing until you apply it.")
    )


def _send(waiting: QueueItem, form: DecisionForm) -> Response:
    assert form.chosen is not None
    assert form.seen_version is not None
    number = waiting.subject_id
    original = form.original
    actions.decide(
        db(),
        waiting,
        form.chosen,
        reason=form.reason.data,
        message=form.message.data or "",
        version=form.seen_version,
        duplicate_of=original,
        by=signed_in(),
        at=request_time(),
        link=link_to("member.own", number=number),
        duplicate_link=link_to("public.proposal", number=original) if original else None,
        statement_link=statement_link,
    )
    return _go_on(waiting, gettext("Decided. The author is told by e-mail."))


def _go_on(waiting: QueueItem, done: str) -> Response:
    """Say what was done and open the next item."""
    forget_kept_form()
    say("ok", done)
    return open_next(waiting)


def _letter(waiting: QueueItem, form: DecisionForm) -> Response:
    """The answer as its author will read it, and the button that sends it."""
    language = waiting.of_proposal.author.language
    reason = next(
        row for rows in form.reasons.values() for row in rows if row.slug == form.reason.data
    )
    page = render_template(
        "staff/review/letter.html",
        item=waiting,
        form=form,
        outcomes=words_of_outcomes(waiting),
        reason=reason_text(reason, language),
        author_language=language,
        original=form.original if form.chosen == "duplicate" else None,
        remarks=remarks_to_send(waiting) if form.chosen == "request_changes" else [],
    )
    return make_response(page)


def _conflict(waiting: QueueItem, form: DecisionForm, conflict: Conflict) -> Response:
    """Who was faster, with what; everything typed is still there."""
    page = render_template(
        "staff/review/conflict.html",
        item=waiting,
        decision=conflict.decision,
        holder=conflict.holder,
        since=conflict.since,
        typed=form,
        outcomes=words_of_outcomes(waiting),
    )
    return make_response(page, 409)


DEEDS: dict[str, Deed] = {"preview": _preview, "keep": _keep}
"""What a button of the form does, by its name; every other one sends the answer."""
