"""Conflicts of interest: declared at the item, lifted by coordinators; what nobody may judge."""

from typing import Any

from flask import abort, make_response, render_template, request
from flask_babel import gettext, lazy_gettext
from werkzeug.wrappers import Response

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.accounts.rules import Duty
from citizen_diplomat.foundation.database import transaction
from citizen_diplomat.foundation.numbers import parse_int
from citizen_diplomat.moderation import declarations as desk
from citizen_diplomat.moderation.conflicts import CONFLICT_REASON_LENGTH
from citizen_diplomat.moderation.declarations import CannotJudge, NotDeclared
from citizen_diplomat.moderation.model import QueueItem
from citizen_diplomat.moderation.queries import item_for_review
from citizen_diplomat.web.database import db
from citizen_diplomat.web.forms import BaseForm, paragraphs
from citizen_diplomat.web.kept_forms import forget_kept_form, kept_form
from citizen_diplomat.web.pages import (
    LARGEST_NUMBER,
    UNPROCESSABLE,
    form_page,
    found,
    say,
    see_other,
)
from citizen_diplomat.web.signin import request_time, signed_in
from citizen_diplomat.web.staff.blueprint import staff
from citizen_diplomat.web.staff.filters import open_next


class DeclareForm(BaseForm):
    """What stands in the way, if they want to say it."""

    reason = paragraphs(
        lazy_gettext("What stands in the way?"), longest=CONFLICT_REASON_LENGTH, required=False
    )


class LiftForm(BaseForm):
    """Why somebody may judge after all."""

    reason = paragraphs(
        lazy_gettext("Why may they judge it after all?"),
        longest=CONFLICT_REASON_LENGTH,
        required=lazy_gettext("Write why they may judge it."),
    )


@staff.page("/queue/<number:item>/conflict", duty=Duty.REVIEW, methods=("GET", "POST"))
def declare_conflict(item: int) -> Response:
    """Say that one must not judge an item; it goes to others, and the next one opens."""
    waiting = found(item_for_review(db(), item, viewer=signed_in().id))
    form = DeclareForm() if request.method == "POST" else DeclareForm(kept_form())
    if not form.validate_on_submit():
        return form_page("staff/reviews/declare.html", form, item=waiting)
    by, at = signed_in(), request_time()
    with transaction(db()):
        desk.declare(db(), waiting, reason=form.reason.data or "", by=by, at=at)
        forget_kept_form()
    say("ok", gettext("You do not see it any more. A colleague will look at it."))
    return open_next(waiting)


@staff.page("/conflicts", duty=Duty.STEER_REVIEWS)
def conflicts() -> str:
    """List what nobody of the desk may judge, and what was declared."""
    orphans = desk.judged_by_nobody(db())
    visible = desk.seen_by(db(), orphans, viewer=signed_in().id)
    return render_template(
        "staff/reviews/conflicts.html",
        orphans=[(item, item.id in visible) for item in orphans],
        declared=desk.declared(db(), viewer=signed_in().id),
    )


@staff.page("/conflicts/<number:id>/lift", duty=Duty.STEER_REVIEWS, methods=("GET", "POST"))
def lift_conflict(id: int) -> Response:
    """Let somebody judge again what they had declared a conflict of interest with."""
    posted = request.method == "POST"
    rows = {row.id: (row, item, person) for row, item, person in _declared()}
    row, item, person = found(rows.get(id))
    form = LiftForm() if posted else LiftForm(kept_form())
    if not form.validate_on_submit():
        return form_page("staff/reviews/lift.html", form, row=row, item=item, person=person)
    refused = False
    with transaction(db()):
        try:
            kept = found(desk.declaration(db(), id, to_change=True))
            reason = form.reason.data or ""
            desk.lift(db(), kept, reason=reason, by=signed_in(), at=request_time())
            forget_kept_form()
        except NotDeclared:
            refused = True
    if refused:
        abort(404)
    say("ok", gettext("Lifted: they see the item again."))
    return see_other("staff.conflicts")


@staff.page("/conflicts/<number:item>/colleague", duty=Duty.STEER_REVIEWS, methods=("GET", "POST"))
def find_reviewer(item: int) -> Response:
    """Let a colleague whose cities and topics do not reach an item look after them too."""
    waiting = found({row.id: row for row in desk.judged_by_nobody(db())}.get(item))
    people = desk.could_judge(db(), waiting) if waiting.proposal_number else []
    if request.method == "GET":
        return _reviewer_page(waiting, people)
    number = parse_int(request.form.get("colleague", ""), lowest=1, highest=LARGEST_NUMBER)
    refused = number is None
    if number is not None:
        with transaction(db()):
            try:
                desk.widen(db(), waiting, number, by=signed_in(), at=request_time())
            except CannotJudge:
                refused = True
    if refused:
        return _reviewer_page(waiting, people, is_wrong=True)
    say("ok", gettext("Your colleague looks after its cities and its topic from now on."))
    return see_other("staff.conflicts")


def _declared() -> Any:
    return desk.declared(db(), viewer=signed_in().id)


def _reviewer_page(waiting: QueueItem, people: Any, *, is_wrong: bool = False) -> Response:
    known: list[Account] = list(people)
    page = render_template(
        "staff/reviews/colleague.html", item=waiting, people=known, is_wrong=is_wrong
    )
    return make_response(page, UNPROCESSABLE if is_wrong else 200)
