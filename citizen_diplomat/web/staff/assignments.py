"""Whose work an item is: a panel on its page, and a page to give it to a person or a desk."""

from typing import Any

from flask import make_response, render_template, request
from flask_babel import gettext, lazy_gettext
from sqlalchemy import select
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.accounts.rules import Duty
from citizen_diplomat.foundation.database import transaction
from citizen_diplomat.moderation import assignments as room
from citizen_diplomat.moderation.assignments import CannotTake, IsKept, Moved, standing_of
from citizen_diplomat.moderation.claims import AlreadyClaimed, NotOpen
from citizen_diplomat.moderation.desks import Desk
from citizen_diplomat.moderation.model import QueueItem
from citizen_diplomat.moderation.queries import item_for_review
from citizen_diplomat.moderation.referrals import referrals_of
from citizen_diplomat.moderation.rules import NOTE_LENGTH, ItemKind
from citizen_diplomat.web.database import db
from citizen_diplomat.web.forms import BaseForm, ChoiceField, paragraphs
from citizen_diplomat.web.kept_forms import forget_kept_form, kept_form
from citizen_diplomat.web.languages import language
from citizen_diplomat.web.pages import CONFLICT, UNPROCESSABLE, found, say, see_other
from citizen_diplomat.web.signin import request_time, signed_in
from citizen_diplomat.web.staff.acts import WITH_TABS
from citizen_diplomat.web.staff.blueprint import staff
from citizen_diplomat.web.staff.desk_form import choices_of, number_in
from citizen_diplomat.web.staff.panels import Place, panel


class AssignForm(BaseForm):
    """Whose work it shall be."""

    person = ChoiceField(lazy_gettext("Whose work is it?"), default="")


class ReferForm(BaseForm):
    """To which desk, and what that desk should know."""

    desk = ChoiceField(lazy_gettext("To which desk?"), default="")
    note = paragraphs(
        lazy_gettext("What should they know?"),
        longest=NOTE_LENGTH,
        required=lazy_gettext("Write why it goes to them."),
    )


@panel("staff/desks/assignment.html", Place.AT_DESK, *ItemKind)
def assignment_panel(waiting: QueueItem) -> dict[str, Any] | None:
    """Whose an open item is."""
    if waiting.closed_at is not None:
        return None
    return {**_names(waiting), "seen": _mark(waiting), "reader": signed_in().id}


@panel("staff/desks/referrals.html", Place.IN_HISTORY, *ItemKind)
def referrals_panel(waiting: QueueItem) -> dict[str, Any] | None:
    """From which desk to which an item went, with what was written along."""
    if waiting.kind in WITH_TABS and request.args.get("view") != "history":
        return None
    steps = referrals_of(db(), waiting.id)
    return {"steps": steps} if steps else None


@staff.page("/queue/<number:item>/assignment", duty=Duty.REVIEW, methods=("GET", "POST"))
def assignment(item: int) -> Response:
    """Give an item to oneself, to a person of its desk, or back to the desk."""
    waiting = found(item_for_review(db(), item, viewer=signed_in().id))
    form = _assign_form(waiting, request.form if request.method == "POST" else kept_form())
    if request.method == "GET" or not form.validate():
        return _page(waiting, assign_form=form)
    moved = False
    with transaction(db()):
        try:
            chosen, by, at = number_in(form.person.data), signed_in(), request_time()
            room.assign(db(), waiting, chosen, seen=_seen(), by=by, at=at)
            forget_kept_form()
        except (Moved, NotOpen):
            moved = True
        except CannotTake:
            form.refuse("person", gettext("Please choose one from the list."))
    if moved or form.errors:
        return _page(waiting, assign_form=form, is_moved=moved)
    say("ok", gettext("Kept: it stands in the queue under that name."))
    return see_other("staff.item", item=item)


@staff.page("/queue/<number:item>/referral", duty=Duty.REVIEW, methods=("GET", "POST"))
def referral(item: int) -> Response:
    """Refer an item to another desk, with a note."""
    waiting = found(item_for_review(db(), item, viewer=signed_in().id))
    form = _refer_form(waiting, request.form if request.method == "POST" else kept_form())
    if request.method == "GET":
        return _page(waiting, refer_form=form)
    desk = number_in(form.desk.data)
    if not form.validate() or desk is None:
        if not form.desk.errors and desk is None:
            form.refuse("desk", gettext("Choose a desk."))
        return _page(waiting, refer_form=form)
    moved = _refer(waiting, desk, form)
    if moved or form.errors:
        return _page(waiting, refer_form=form, is_moved=moved)
    say("ok", gettext("It is with the other desk now. What was promised to the author holds."))
    return see_other("staff.queue")


def _refer(waiting: QueueItem, desk: int, form: ReferForm) -> bool:
    """Do so; a refusal that a page can say stands beside its field. True: it was moved before."""
    note, by, at = form.note.data or "", signed_in(), request_time()
    # Caught within the transaction: a refusal has changed nothing, and a roll-back would throw
    # away what was read about the visitor.
    with transaction(db()):
        try:
            room.refer(db(), waiting, desk, note=note, seen=_seen(), by=by, at=at)
            forget_kept_form()
        except (Moved, NotOpen):
            return True
        except CannotTake:
            form.refuse("desk", gettext("Please choose one from the list."))
        except AlreadyClaimed as held:
            words = gettext("%(name)s reviews it just now. Take it over first.", name=held.holder)
            form.refuse("desk", words)
        except IsKept:
            form.refuse("desk", gettext("A decision on it is kept. Discard that one first."))
    return False


def _page(
    waiting: QueueItem,
    *,
    assign_form: AssignForm | None = None,
    refer_form: ReferForm | None = None,
    is_moved: bool = False,
) -> Response:
    assign_form = assign_form or _assign_form(waiting, None)
    refer_form = refer_form or _refer_form(waiting, None)
    wrong = next((form for form in (assign_form, refer_form) if form.errors), None)
    page = render_template(
        "staff/desks/handing_on.html",
        item=waiting,
        assign_form=assign_form,
        refer_form=refer_form,
        form=wrong,
        is_moved=is_moved,
        seen=_mark(waiting),
        **_names(waiting),
    )
    return make_response(page, CONFLICT if is_moved else UNPROCESSABLE if wrong else 200)


def _assign_form(waiting: QueueItem, typed: MultiDict[str, str] | None) -> AssignForm:
    start = MultiDict({"person": str(waiting.assignee_id or "")})
    form = AssignForm(start if typed is None else typed)
    people = room.who_can_take(db(), waiting, viewer=signed_in().id)
    form.person.choices = [("", gettext("Nobody in particular")), *choices_of(people)]
    return form


def _refer_form(waiting: QueueItem, typed: MultiDict[str, str] | None) -> ReferForm:
    form = ReferForm(MultiDict() if typed is None else typed)
    desks = [(str(row.id), row.name(language())) for row in room.other_desks(db(), waiting)]
    form.desk.choices = [("", gettext("Choose a desk")), *desks]
    return form


def _names(waiting: QueueItem) -> dict[str, Any]:
    """The desk of an item, and the person, in one query; None where it has none."""
    row = (
        db()
        .execute(
            select(Desk, Account)
            .select_from(QueueItem)
            .outerjoin(QueueItem.desk)
            .outerjoin(QueueItem.assignee)
            .where(QueueItem.id == waiting.id)
        )
        .one()
    )
    return {"desk": row[0], "assignee": row[1]}


def _mark(waiting: QueueItem) -> str:
    """Whose an item is, as the page keeps it until it is posted."""
    now = standing_of(waiting)
    return f"{now.desk_id or 0}.{now.assignee_id or 0}"


def _seen() -> room.Standing:
    desk, _, person = request.form.get("seen", "").partition(".")
    return room.Standing(number_in(desk), number_in(person))
