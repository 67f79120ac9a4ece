"""Answering the author: seen once more as a letter, then sent, once."""

from flask import abort, make_response, render_template, request
from flask_babel import gettext
from werkzeug.wrappers import Response

from citizen_diplomat.accounts.rules import Duty
from citizen_diplomat.foundation.database import transaction
from citizen_diplomat.moderation import actions, queries
from citizen_diplomat.moderation.actions import Conflict, OwnProposal, WrongDuplicate, WrongReason
from citizen_diplomat.moderation.decisions import check
from citizen_diplomat.moderation.model import QueueItem
from citizen_diplomat.proposals.queries import newest_revision
from citizen_diplomat.web.database import db
from citizen_diplomat.web.kept_forms import forget_kept_form, kept_form
from citizen_diplomat.web.links import absolute
from citizen_diplomat.web.pages import found, say, see_other
from citizen_diplomat.web.signin import request_time, signed_in
from citizen_diplomat.web.staff.blueprint import staff
from citizen_diplomat.web.staff.decision_form import OUTCOMES, DecisionForm, reason_text
from citizen_diplomat.web.staff.review import empty_form, review_page


@staff.page("/queue/<number:item>/decision", duty=Duty.REVIEW, methods=("GET", "POST"))
def decision(item: int) -> Response:
    """Decide; or, with `action`, look at the letter first (preview) or go back to it (edit)."""
    waiting = found(queries.item_for_review(db(), item, viewer=signed_in().id))
    action = request.form.get("action", "")
    if request.method == "GET":
        return review_page(waiting, form=empty_form(waiting, kept_form()))
    if action == "edit":
        return review_page(waiting, form=empty_form(waiting, request.form))
    form = DecisionForm(reasons=queries.reasons(db()))
    if not form.is_right():
        return review_page(waiting, form=form)
    return _try(waiting, form, is_preview=action == "preview")


def _try(waiting: QueueItem, form: DecisionForm, *, is_preview: bool) -> Response:
    # Caught within the transaction: a refusal has changed nothing, and a roll-back would throw
    # away what was read about the visitor.
    with transaction(db()):
        try:
            if is_preview:
                _check(waiting, form)
                return _letter(waiting, form)
            return _send(waiting, form)
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
    return review_page(waiting, form=form)


def _check(waiting: QueueItem, form: DecisionForm) -> None:
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


def _send(waiting: QueueItem, form: DecisionForm) -> Response:
    assert form.chosen is not None
    assert form.seen_version is not None
    number, language = waiting.proposal_number, waiting.proposal.author.language
    by, at, original = signed_in(), request_time(), form.original
    actions.decide(
        db(),
        waiting,
        form.chosen,
        reason=form.reason.data,
        message=form.message.data or "",
        version=form.seen_version,
        duplicate_of=original,
        by=by,
        at=at,
        link=absolute(language, "member.own", number=number),
        duplicate_link=absolute(language, "public.proposal", number=original) if original else None,
    )
    forget_kept_form()
    following = queries.next_item(db(), viewer=by.id, at=at, but=waiting.id)
    say("ok", gettext("Decided. The author is told by e-mail."))
    if following is None:
        return see_other("staff.queue")
    return see_other("staff.item", item=following)


def _letter(waiting: QueueItem, form: DecisionForm) -> Response:
    """The answer as its author will read it, and the button that sends it."""
    language = waiting.proposal.author.language
    reason = next(
        row for rows in form.reasons.values() for row in rows if row.slug == form.reason.data
    )
    page = render_template(
        "staff/review/letter.html",
        item=waiting,
        form=form,
        outcomes=OUTCOMES,
        reason=reason_text(reason, language),
        author_language=language,
        original=form.original if form.chosen == "duplicate" else None,
    )
    return make_response(page)


def _conflict(waiting: QueueItem, form: DecisionForm, conflict: Conflict) -> Response:
    """Who was faster, with what; everything typed is still there."""
    page = render_template(
        "staff/review/conflict.html",
        item=waiting,
        sent=newest_revision(db(), waiting.proposal_number),
        decision=conflict.decision,
        holder=conflict.holder,
        since=conflict.since,
        typed=form,
        outcomes=OUTCOMES,
    )
    return make_response(page, 409)
