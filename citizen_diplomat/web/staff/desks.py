"""The desks, for those who arrange the office: who works together, and what comes to whom."""

from flask import make_response, render_template, request
from flask_babel import gettext
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from citizen_diplomat.accounts.rules import Duty
from citizen_diplomat.foundation.database import transaction
from citizen_diplomat.moderation import desk_setup as room
from citizen_diplomat.moderation.desk_setup import ChangedMeanwhile, NotAMember, PlaceTaken
from citizen_diplomat.moderation.desks import Desk
from citizen_diplomat.web.database import db
from citizen_diplomat.web.forms import BaseForm
from citizen_diplomat.web.kept_forms import forget_kept_form, kept_form
from citizen_diplomat.web.languages import language
from citizen_diplomat.web.pages import CONFLICT, UNPROCESSABLE, form_page, found, say, see_other
from citizen_diplomat.web.signin import request_time, signed_in
from citizen_diplomat.web.staff.blueprint import staff
from citizen_diplomat.web.staff.desk_form import (
    DeskForm,
    MemberForm,
    RuleForm,
    form_of,
    number_in,
)


@staff.page("/desks", duty=Duty.EDIT_OFFICE)
def desks() -> str:
    """List the desks, with how many belong to each and how much waits for it."""
    return render_template("staff/desks/desks.html", rows=room.desk_rows(db()))


@staff.page("/desks/new", duty=Duty.EDIT_OFFICE, methods=("GET", "POST"))
def new_desk() -> Response:
    """Open a desk."""
    people = room.reviewers(db())
    if request.method == "GET":
        return form_page("staff/desks/new.html", DeskForm(kept_form(), people=people))
    form = DeskForm(people=people)
    if not form.validate():
        return form_page("staff/desks/new.html", form)
    with transaction(db()):
        desk = room.add_desk(db(), form.plan, by=signed_in(), at=request_time())
        forget_kept_form()
    say("ok", gettext("The desk is open. Say who belongs to it, and what comes to it."))
    return see_other("staff.desk", id=desk.id)


@staff.page("/desks/<number:id>", duty=Duty.EDIT_OFFICE, methods=("GET", "POST"))
def desk(id: int) -> Response:
    """Show a desk and let it be changed, or with `action` close it or open it again."""
    action = request.form.get("action", "")
    if action == "close":
        return _close(id)
    row = found(room.find_desk(db(), id, to_change=request.method == "POST"))
    if request.method == "GET":
        kept = kept_form()
        return _page(row, DeskForm(kept, people=room.reviewers(db())) if kept else None)
    if action == "reopen":
        with transaction(db()):
            room.reopen_desk(db(), row, by=signed_in(), at=request_time())
        say("ok", gettext("The desk takes in what comes again."))
        return see_other("staff.desk", id=id)
    return _save(row)


@staff.page("/desks/<number:id>/members", duty=Duty.EDIT_OFFICE, methods=("GET", "POST"))
def desk_members(id: int) -> Response:
    """Let a colleague belong to a desk, or with `remove` no more; a GET comes from signing in."""
    removed = number_in(request.form.get("remove"))
    if removed is not None:
        found(room.find_desk(db(), id))
        with transaction(db()):
            room.remove_member(db(), id, removed, by=signed_in(), at=request_time())
        say("ok", gettext("What they were given of this desk waits for the others."))
        return see_other("staff.desk", id=id)
    row = found(room.find_desk(db(), id, to_change=request.method == "POST"))
    people = room.reviewers(db())
    if request.method == "GET":
        return _page(row, member_form=MemberForm(kept_form(), people=people))
    form = MemberForm(people=people)
    if not form.is_right():
        return _page(row, member_form=form)
    chosen = number_in(form.account.data)
    assert chosen is not None
    with transaction(db()):
        room.add_member(db(), row, chosen, by=signed_in(), at=request_time())
        forget_kept_form()
    return see_other("staff.desk", id=id)


@staff.page("/desks/<number:id>/rules", duty=Duty.EDIT_OFFICE, methods=("GET", "POST"))
def desk_rules(id: int) -> Response:
    """Say what comes to a desk, or with `remove` take that back; a GET comes from signing in."""
    row = found(room.find_desk(db(), id, to_change=request.method == "POST"))
    members = [member.account for member in row.members]
    if request.method == "GET":
        return _page(row, rule_form=RuleForm(kept_form(), people=members))
    removed, by, at = number_in(request.form.get("remove")), signed_in(), request_time()
    if removed is not None:
        with transaction(db()):
            room.remove_rule(db(), row, removed, by=by, at=at)
        return see_other("staff.desk", id=id)
    form = RuleForm(people=members)
    if not form.validate():
        return _page(row, rule_form=form)
    with transaction(db()):
        try:
            room.add_rule(
                db(), row, city_slug=form.city.data or None, topic_slug=form.topic.data or None,
                account_id=number_in(form.person.data), by=by, at=at,
            )  # fmt: skip
            forget_kept_form()
        except PlaceTaken as taken:
            name = taken.desk.name(language())
            form.refuse("city", gettext("This comes to a desk already: %(desk)s.", desk=name))
    if form.errors:
        return _page(row, rule_form=form)
    say("ok", gettext("It holds for what comes in from now on."))
    return see_other("staff.desk", id=id)


def _save(row: Desk) -> Response:
    form, clash = DeskForm(people=room.reviewers(db())), False
    if not form.validate():
        return _page(row, form)
    with transaction(db()):
        try:
            by, at = signed_in(), request_time()
            room.change_desk(db(), row, form.plan, version=form.seen, by=by, at=at)
            forget_kept_form()
        except ChangedMeanwhile:
            clash = True
        except NotAMember:
            form.refuse("head", gettext("Please choose one from the list."))
    if clash:
        form.version.data = str(row.version)
        return _page(row, form, is_clash=True)
    if form.errors:
        return _page(row, form)
    say("ok", gettext("The desk is saved."))
    return see_other("staff.desk", id=row.id)


def _close(id: int) -> Response:
    found(room.find_desk(db(), id))
    with transaction(db()):
        room.close_desk(db(), id, by=signed_in(), at=request_time())
    say("ok", gettext("The desk is closed. What waited for it is the office’s now."))
    return see_other("staff.desks")


def _page(
    row: Desk,
    desk_form: DeskForm | None = None,
    *,
    member_form: MemberForm | None = None,
    rule_form: RuleForm | None = None,
    is_clash: bool = False,
) -> Response:
    everybody = room.reviewers(db())
    here = [member.account for member in row.members]
    known = {person.id for person in here}
    others = [person for person in everybody if person.id not in known]
    forms: dict[str, BaseForm] = {
        "desk_form": desk_form or form_of(row, everybody),
        "member_form": member_form or MemberForm(MultiDict(), people=others),
        "rule_form": rule_form or RuleForm(MultiDict(), people=here),
    }
    wrong = next((form for form in forms.values() if form.errors), None)
    page = render_template(
        "staff/desks/desk.html",
        desk=row,
        members=sorted(here, key=lambda person: (person.display_name, person.id)),
        rules=room.rules_of(db(), row),
        form=wrong,
        is_clash=is_clash,
        **forms,
    )
    return make_response(page, CONFLICT if is_clash else UNPROCESSABLE if wrong else 200)
