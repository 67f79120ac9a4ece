"""Accepting a proposal with the desk's edits: the text is edited here, its author agrees."""

from flask import abort, make_response, render_template, request
from flask_babel import gettext, lazy_gettext
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from citizen_diplomat.accounts.rules import Duty
from citizen_diplomat.foundation.database import transaction
from citizen_diplomat.moderation import agreement
from citizen_diplomat.moderation.agreement import Unedited
from citizen_diplomat.moderation.claims import OwnProposal
from citizen_diplomat.moderation.decisions import Conflict, WrongReason
from citizen_diplomat.moderation.edits import OfferOver, newest_offer, open_offer
from citizen_diplomat.moderation.model import QueueItem
from citizen_diplomat.moderation.queries import item_for_review
from citizen_diplomat.moderation.rules import MESSAGE_LENGTH, ItemKind, Outcome
from citizen_diplomat.proposals.queries import newest_revision
from citizen_diplomat.web.comparing import Comparison, compared
from citizen_diplomat.web.database import db
from citizen_diplomat.web.forms import BaseForm, paragraphs
from citizen_diplomat.web.kept_forms import forget_kept_form, kept_form
from citizen_diplomat.web.links import link_to
from citizen_diplomat.web.pages import CONFLICT, UNPROCESSABLE, form_page, found, say, see_other
from citizen_diplomat.web.signin import request_time, signed_in
from citizen_diplomat.web.staff.blueprint import staff
from citizen_diplomat.web.staff.edits_form import EditsForm
from citizen_diplomat.web.staff.kinds import standing
from citizen_diplomat.web.staff.panels import Place, panel
from citizen_diplomat.web.staff.review import offered_reasons


class FarewellForm(BaseForm):
    """What the author is told when the edited text is taken back."""

    message = paragraphs(
        lazy_gettext("Message to the author"),
        longest=MESSAGE_LENGTH,
        required=lazy_gettext("Write a message to the author."),
    )


@staff.page("/queue/<number:item>/edits", duty=Duty.REVIEW, methods=("GET", "POST"))
def edits(item: int) -> Response:
    """Edit a proposal for its author; with `action` offer, it goes to them, else it is shown."""
    waiting = _item(item)
    if request.method == "GET":
        if not standing(waiting)["may_decide"]:
            return see_other("staff.item", item=item)
        return _page(waiting, _form(waiting, kept_form()))
    form = _form(waiting, request.form)
    if not form.is_right():
        return _page(waiting, form)
    if request.form.get("action") != "offer":
        return _page(waiting, form, _difference(form))
    return _offer(waiting, form)


@staff.page("/queue/<number:item>/edits/withdraw", duty=Duty.REVIEW, methods=("GET", "POST"))
def withdraw_edits(item: int) -> Response:
    """Take the edited text back while its author has not answered, and tell them why."""
    waiting = _item(item)
    if open_offer(db(), waiting.subject_id) is None:
        say("note", gettext("This offer does not wait for an answer any more."))
        return see_other("staff.item", item=item)
    form = FarewellForm() if request.method == "POST" else FarewellForm(kept_form() or MultiDict())
    if not form.validate_on_submit():
        return form_page("staff/edits/withdraw.html", form, item=waiting)
    with transaction(db()):
        try:
            _withdraw(waiting, form.message.data or "")
        except OfferOver:
            say("note", gettext("This offer does not wait for an answer any more."))
            return see_other("staff.item", item=item)
    say("ok", gettext("Taken back. The author is told by e-mail and goes on with the text."))
    return see_other("staff.item", item=item)


@panel("staff/edits/panel.html", Place.AT_DESK, ItemKind.PROPOSAL)
def edits_panel(waiting: QueueItem) -> dict[str, object]:
    """The way to edit the text, and what became of the last edited one."""
    return {"offer": newest_offer(db(), waiting.subject_id)}


def _item(number: int) -> QueueItem:
    waiting = found(item_for_review(db(), number, viewer=signed_in().id))
    if waiting.kind != ItemKind.PROPOSAL:
        abort(404)
    return waiting


def _form(waiting: QueueItem, typed: MultiDict[str, str] | None) -> EditsForm:
    sent = found(newest_revision(db(), waiting.subject_id))
    reasons = offered_reasons(waiting)[Outcome.ACCEPT]
    form = EditsForm(typed or None, before=sent.draft, reasons=reasons)
    if typed is None:
        form.version.data = str(waiting.of_proposal.version)
    return form


def _offer(waiting: QueueItem, form: EditsForm) -> Response:
    # Caught within the transaction: a refusal has changed nothing, and a roll-back would throw
    # away what was read about the visitor.
    with transaction(db()):
        try:
            return _send(waiting, form)
        except Unedited:
            form.refuse_unedited()
        except WrongReason:
            form.refuse_reason()
        except Conflict as conflict:
            return _conflict(waiting, form, conflict)
        except OwnProposal:
            pass
    if not form.errors:
        abort(403)
    return _page(waiting, form)


def _send(waiting: QueueItem, form: EditsForm) -> Response:
    agreement.offer(
        db(),
        waiting,
        form.draft(),
        reason=form.reason.data,
        message=form.message.data or "",
        version=form.seen_version or 0,
        by=signed_in(),
        at=request_time(),
        link=link_to("member.own", number=waiting.subject_id),
    )
    forget_kept_form()
    say("ok", gettext("Sent to the author, who is told by e-mail. It is accepted when they agree."))
    return see_other("staff.item", item=waiting.id)


def _withdraw(waiting: QueueItem, message: str) -> None:
    link = link_to("member.own", number=waiting.subject_id)
    by, at = signed_in(), request_time()
    agreement.withdraw_offer(db(), waiting, message=message, by=by, at=at, link=link)
    forget_kept_form()


def _difference(form: EditsForm) -> Comparison:
    return compared(form.before, form.draft())


def _conflict(waiting: QueueItem, form: EditsForm, conflict: Conflict) -> Response:
    """What was typed, set against the text as it is now; the next try is made from that."""
    form = _form(waiting, request.form)
    form.version.data = str(waiting.of_proposal.version)
    return _page(waiting, form, _difference(form), conflict)


def _page(
    waiting: QueueItem,
    form: EditsForm,
    difference: Comparison | None = None,
    conflict: Conflict | None = None,
) -> Response:
    page = render_template(
        "staff/edits/edits.html",
        item=waiting,
        form=form,
        difference=difference,
        conflict=conflict,
        **standing(waiting),
    )
    status = CONFLICT if conflict else UNPROCESSABLE if form.errors else 200
    return make_response(page, status)
