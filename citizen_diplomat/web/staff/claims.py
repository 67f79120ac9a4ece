"""Claiming an item, giving it back, taking it over; the open page renews the claim by itself."""

from flask import abort, make_response, render_template
from flask_babel import gettext
from werkzeug.wrappers import Response

from citizen_diplomat.accounts.rules import Duty
from citizen_diplomat.foundation.database import transaction
from citizen_diplomat.moderation import actions
from citizen_diplomat.moderation.actions import AlreadyClaimed, NotHeld, NotOpen, OwnProposal
from citizen_diplomat.moderation.decisions import newest_decision
from citizen_diplomat.moderation.model import QueueItem
from citizen_diplomat.moderation.queries import item_for_review, notes_of
from citizen_diplomat.moderation.taking_over import take_over_and_tell
from citizen_diplomat.web.database import db
from citizen_diplomat.web.links import link_to
from citizen_diplomat.web.pages import CONFLICT, UNPROCESSABLE, found, say, see_other
from citizen_diplomat.web.signin import request_time, signed_in
from citizen_diplomat.web.staff.blueprint import staff
from citizen_diplomat.web.staff.decision_form import OUTCOMES, TakeOverForm


@staff.page("/queue/<number:item>/claim", duty=Duty.REVIEW, methods=("POST",))
def claim(item: int) -> Response:
    """Take an item for half an hour."""
    waiting = found(item_for_review(db(), item, viewer=signed_in().id))
    refused = None
    # Caught within the transaction: a refusal has changed nothing, and a roll-back would throw
    # away what was read about the visitor.
    with transaction(db()):
        try:
            actions.claim(db(), waiting, by=signed_in(), at=request_time())
        except (AlreadyClaimed, NotOpen, OwnProposal) as error:
            refused = error
    return _refusal(waiting, refused) if refused else see_other("staff.item", item=item)


@staff.page("/queue/<number:item>/release", duty=Duty.REVIEW, methods=("POST",))
def release(item: int) -> Response:
    """Give an item back, for others to claim."""
    waiting = found(item_for_review(db(), item, viewer=signed_in().id))
    with transaction(db()):
        actions.release(db(), waiting, by=signed_in(), at=request_time())
    say("ok", gettext("You gave it back. Others can claim it now."))
    return see_other("staff.item", item=item)


@staff.page("/queue/<number:item>/take-over", duty=Duty.REVIEW, methods=("POST",))
def take_over(item: int) -> Response:
    """Take an item from a colleague, who gets a letter; the reason stands in the notes too."""
    waiting = found(item_for_review(db(), item, viewer=signed_in().id))
    form, refused = TakeOverForm(), None
    if not form.validate():
        return _claimed_page(waiting, form, UNPROCESSABLE)
    with transaction(db()):
        try:
            by, at = signed_in(), request_time()
            note, link = form.note.data or "", link_to("staff.item", item=item)
            take_over_and_tell(db(), waiting, note=note, by=by, at=at, link=link)
        except (NotOpen, OwnProposal) as error:
            refused = error
    if refused:
        return _refusal(waiting, refused)
    say("ok", gettext("It is yours now. Your note stands beside it."))
    return see_other("staff.item", item=item)


@staff.page("/queue/<number:item>/heartbeat", duty=Duty.REVIEW, methods=("POST",))
def heartbeat(item: int) -> Response:
    """Renew the claim while the page is open; 409 when it is gone."""
    waiting = found(item_for_review(db(), item, viewer=signed_in().id))
    with transaction(db()):
        try:
            actions.renew(db(), waiting, by=signed_in(), at=request_time())
        except NotHeld:
            return Response(status=CONFLICT, mimetype="text/plain")
    return Response(status=204)


@staff.page("/queue/<number:item>/<any(claim, release, 'take-over'):verb>", duty=Duty.REVIEW)
def after_signing_in(item: int, verb: str) -> Response:  # noqa: ARG001 - part of the address
    """Whoever had to sign in on the way to one of these verbs comes back to the item."""
    return see_other("staff.item", item=item)


def _refusal(waiting: QueueItem, refused: Exception) -> Response:
    if isinstance(refused, OwnProposal):
        abort(403)
    if isinstance(refused, AlreadyClaimed):
        return _claimed_page(waiting, TakeOverForm(formdata=None), CONFLICT, refused)
    return _closed_page(waiting)


def _claimed_page(
    waiting: QueueItem, form: TakeOverForm, status: int, refused: AlreadyClaimed | None = None
) -> Response:
    page = render_template(
        "staff/review/claimed.html",
        item=waiting,
        form=form,
        holder=refused.holder if refused else _holder(waiting),
        since=refused.since if refused else waiting.claimed_at,
        notes=notes_of(db(), waiting.id),
    )
    return make_response(page, status)


def _closed_page(waiting: QueueItem) -> Response:
    page = render_template(
        "staff/review/conflict.html",
        item=waiting,
        decision=newest_decision(db(), waiting),
        holder="",
        since=None,
        typed=None,
        outcomes=OUTCOMES,
    )
    return make_response(page, CONFLICT)


def _holder(waiting: QueueItem) -> str:
    return waiting.holder.display_name if waiting.holder else ""
