"""Seeing who stands behind a pen name: asked for at the review, answered by another person."""

from flask import abort, make_response, render_template
from flask_babel import gettext, lazy_gettext
from werkzeug.wrappers import Response

from citizen_diplomat.accounts.rules import Duty
from citizen_diplomat.foundation.database import transaction
from citizen_diplomat.moderation import unshielding as desk
from citizen_diplomat.moderation.claims import OwnProposal
from citizen_diplomat.moderation.queries import item_for_review
from citizen_diplomat.moderation.rules import REASON_LENGTH
from citizen_diplomat.moderation.unshielding import NothingShielded, NotWaiting
from citizen_diplomat.web.database import db
from citizen_diplomat.web.forms import BaseForm, RadioChoiceField, paragraphs
from citizen_diplomat.web.links import link_to
from citizen_diplomat.web.pages import UNPROCESSABLE, found, say, see_other
from citizen_diplomat.web.signin import request_time, signed_in
from citizen_diplomat.web.staff.blueprint import staff

ANSWERS = [("approve", lazy_gettext("Approve")), ("refuse", lazy_gettext("Refuse"))]


class AskForm(BaseForm):
    reason = paragraphs(
        lazy_gettext("Why do you need the name?"),
        longest=REASON_LENGTH,
        required=lazy_gettext("Write why you need the name. The author reads it."),
    )


class AnswerForm(BaseForm):
    answer = RadioChoiceField(lazy_gettext("Your answer"))

    def __init__(self) -> None:
        """Offer the two answers in the language of the page."""
        super().__init__()
        self.answer.choices = ANSWERS


@staff.page("/queue/<number:item>/unshield", duty=Duty.REVIEW, methods=("GET", "POST"))
def unshield(item: int) -> Response:
    """Ask for the name behind a pen name, with a reason."""
    waiting = found(item_for_review(db(), item, viewer=signed_in().id))
    proposal = found(waiting.proposal)
    if waiting.hides_author:
        abort(404)
    form = AskForm()
    if not form.validate_on_submit():
        page = render_template("staff/unshielding/ask.html", form=form, item=waiting)
        return make_response(page, UNPROCESSABLE if form.errors else 200)
    refused = False
    # Caught within the transaction: a refusal has changed nothing, and a roll-back would throw
    # away what was read about the visitor.
    with transaction(db()):
        try:
            reason = form.reason.data or ""
            desk.ask(db(), proposal, reason=reason, by=signed_in(), at=request_time())
        except (NothingShielded, OwnProposal):
            refused = True
    if refused:
        abort(403)
    say("ok", gettext("Asked. A second member of staff answers; until then nothing is shown."))
    return see_other("staff.item", item=item)


@staff.page("/unshielding", duty=Duty.UNSHIELD)
def unshieldings() -> str:
    """List the requests of others that wait, and what this reader may see today."""
    viewer, at = signed_in().id, request_time()
    return render_template(
        "staff/unshielding/list.html",
        waiting=desk.waiting(db(), viewer=viewer, at=at),
        revealed=desk.revealed_to(db(), viewer, at=at),
    )


@staff.page("/unshielding/<number:number>", duty=Duty.UNSHIELD, methods=("GET", "POST"))
def answer_unshielding(number: int) -> Response:
    """Show one request of another, and answer it."""
    form = AnswerForm()
    row = found(
        desk.request_of_number(db(), number, viewer=signed_in().id, to_change=form.is_submitted())
    )
    if row.asked_by == signed_in().id or row.answered_at is not None:
        return see_other("staff.unshieldings")
    if not form.validate_on_submit():
        page = render_template("staff/unshielding/answer.html", form=form, row=row)
        return make_response(page, UNPROCESSABLE if form.errors else 200)
    is_approved = form.answer.data == "approve"
    with transaction(db()):
        try:
            link = link_to("member.own", number=row.proposal_number)
            by, at = signed_in(), request_time()
            desk.answer(db(), row, is_approved=is_approved, by=by, at=at, link=link)
        except (NotWaiting, OwnProposal):
            say("note", gettext("This request cannot be answered by you, or not any more."))
            return see_other("staff.unshieldings")
    if is_approved:
        say("ok", gettext("Approved. You both see the name for 30 days; the author is told."))
    else:
        say("ok", gettext("Refused. Nothing was shown to anybody."))
    return see_other("staff.unshieldings")
