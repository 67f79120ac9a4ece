"""Sanctions: who has one, imposing one after reading its letter, and lifting one."""

from typing import Any

from flask import make_response, render_template, request
from flask_babel import gettext
from werkzeug.exceptions import Forbidden
from werkzeug.wrappers import Response

from citizen_diplomat.accounts.forget import LastAdmin
from citizen_diplomat.accounts.model import Account
from citizen_diplomat.accounts.queries import account_by_id
from citizen_diplomat.accounts.rules import Duty
from citizen_diplomat.accounts.sanction_rules import may_impose
from citizen_diplomat.accounts.sanctions import (
    Sanction,
    all_in_force,
    sanction_of_number,
    sanctions_of,
)
from citizen_diplomat.directory.queries import shown
from citizen_diplomat.directory.rules import Reader
from citizen_diplomat.foundation.database import transaction
from citizen_diplomat.foundation.paging import Cursor
from citizen_diplomat.moderation import sanction_appeals
from citizen_diplomat.moderation import sanctions as desk
from citizen_diplomat.moderation.sanctions import NotAllowed, Over
from citizen_diplomat.web.addresses import typed
from citizen_diplomat.web.database import db
from citizen_diplomat.web.kept_forms import forget_kept_form, kept_form
from citizen_diplomat.web.names import shown_name
from citizen_diplomat.web.pages import form_page, found, say, see_other
from citizen_diplomat.web.sanction_letters import letters
from citizen_diplomat.web.sanction_words import BREACHES, ENDINGS, KINDS, scope
from citizen_diplomat.web.services import services
from citizen_diplomat.web.signin import request_time, signed_in
from citizen_diplomat.web.staff.blueprint import staff
from citizen_diplomat.web.staff.sanction_form import LiftForm, SanctionForm, empty_form

WORDS: dict[str, Any] = {
    "kinds": KINDS,
    "breaches": BREACHES,
    "endings": ENDINGS,
    "scope": scope,
}


@staff.page("/sanctions", duty=Duty.SANCTION)
def sanctions() -> str:
    """List the appeals that wait for this reader, and all sanctions in force."""
    after = Cursor.decode(request.args.get("after"), int)
    return render_template(
        "staff/sanctions/list.html",
        waiting=sanction_appeals.waiting(db(), viewer=signed_in().id),
        rows=all_in_force(db(), at=request_time(), after=after),
        **WORDS,
    )


@staff.page("/members/<number:number>/sanctions", duty=Duty.SANCTION)
def sanctions_of_member(number: int) -> str:
    """Show what was imposed on one person, past and present."""
    person = _person(number)
    return render_template(
        "staff/sanctions/member.html",
        person=person,
        name=_name_of(person),
        rows=sanctions_of(db(), number),
        at=request_time(),
        may_impose=_may_impose_on(person),
        **WORDS,
    )


@staff.page("/members/<number:number>/sanctions/new", duty=Duty.SANCTION)
def new_sanction(number: int) -> Response:
    """Ask what is imposed, why, and until when."""
    return _form_page(_open_person(number), empty_form(kept_form()))


@staff.page("/members/<number:number>/sanctions/new", duty=Duty.SANCTION, methods=("POST",))
def impose_sanction(number: int) -> Response:
    """Show the letter before anything is done; with `step` impose, do it."""
    person, form = _open_person(number), SanctionForm()
    if not form.is_right():
        return _form_page(person, form)
    step = request.form.get("step", "preview")
    if step == "change":
        return _form_page(person, form)
    if step != "impose":
        return _preview_page(person, form)
    with transaction(db()):
        try:
            desk.impose(
                db(), person, form.measure(), form_key=form.key,
                by=signed_in(), at=request_time(), letters=letters(),
            )  # fmt: skip
            forget_kept_form()
        except LastAdmin:
            form.refuse(
                "kind", gettext("This is the last administrator: invite another one first.")
            )
    if form.errors:
        return _form_page(person, form)
    say("ok", gettext("Imposed. The member is told by e-mail, with the reasons."))
    return see_other("staff.sanctions_of_member", number=number)


@staff.page("/sanctions/<number:number>/lift", duty=Duty.SANCTION, methods=("GET", "POST"))
def lift_sanction(number: int) -> Response:
    """Ask why a sanction is lifted; POST does it, and shows again what it hid."""
    sanction = found(sanction_of_number(db(), number))
    if not _may_impose_on(sanction.account):
        raise Forbidden
    form = LiftForm() if request.method == "POST" else LiftForm(kept_form())
    if not form.validate_on_submit():
        return _lift_page(sanction, form)
    with transaction(db()):
        try:
            desk.lift(
                db(), sanction, reason=typed(form.reason),
                by=signed_in(), at=request_time(), letters=letters(),
            )  # fmt: skip
            forget_kept_form()
        except Over:
            say("warn", gettext("Somebody was faster. This is how it stands now."))
            return see_other("staff.sanctions_of_member", number=sanction.account_id)
        except NotAllowed as error:
            raise Forbidden from error
    say("ok", gettext("Lifted. What it hid is seen again, and the member is told by e-mail."))
    return see_other("staff.sanctions_of_member", number=sanction.account_id)


def _person(number: int) -> Account:
    """Somebody whose account was not closed by themselves, roles loaded."""
    person = account_by_id(db(), number)
    return found(person if person is not None and person.is_open else None)


def _open_person(number: int) -> Account:
    """Somebody whom this reader may sanction; 403 for oneself, and for staff unless an admin."""
    person = _person(number)
    if not _may_impose_on(person):
        raise Forbidden
    return person


def _may_impose_on(person: Account) -> bool:
    by = signed_in()
    return may_impose(by.id, by.roles, person.id, person.roles)


def _name_of(person: Account) -> str:
    """The name as far as this person lets staff see it; colleagues have theirs."""
    profile = shown(db(), person.id, Reader.STAFF)
    return (profile.name or "") if profile is not None else shown_name(person)


def _form_page(person: Account, form: SanctionForm) -> Response:
    return form_page("staff/sanctions/new.html", form, person=person, name=_name_of(person))


def _preview_page(person: Account, form: SanctionForm) -> Response:
    measure = form.measure()
    message = desk.preview(person, measure, at=request_time(), letters=letters())
    letter = services().letters.render(
        message.name, person.language, message.values(), to_name=person.display_name
    )
    page = render_template(
        "staff/sanctions/preview.html",
        form=form,
        person=person,
        name=_name_of(person),
        measure=measure,
        letter=letter,
        **WORDS,
    )
    return make_response(page)


def _lift_page(sanction: Sanction, form: LiftForm) -> Response:
    person = sanction.account
    return form_page(
        "staff/sanctions/lift.html",
        form,
        sanction=sanction,
        person=person,
        name=_name_of(person),
        **WORDS,
    )
