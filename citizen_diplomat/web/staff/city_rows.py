"""One event of a relation, or one contact in a city, for coordinators: written, changed, taken out.

What is taken out stands in the versions of the city and can be brought back from there.
"""

from collections.abc import Callable

from flask import make_response, render_template, request
from flask_babel import gettext
from werkzeug.wrappers import Response

from citizen_diplomat.accounts.rules import Duty
from citizen_diplomat.cities import editing
from citizen_diplomat.cities.contacts import CityContact, find_contact
from citizen_diplomat.cities.editing import ChangedMeanwhile
from citizen_diplomat.cities.model import City
from citizen_diplomat.cities.relations import RelationEvent, find_event
from citizen_diplomat.cities.rules import CityStatus
from citizen_diplomat.foundation.database import transaction
from citizen_diplomat.web.database import db
from citizen_diplomat.web.kept_forms import forget_kept_form, kept_form
from citizen_diplomat.web.pages import CONFLICT, form_page, found, say, see_other
from citizen_diplomat.web.reference import read_again
from citizen_diplomat.web.services import services
from citizen_diplomat.web.signin import request_time, signed_in
from citizen_diplomat.web.staff.blueprint import staff
from citizen_diplomat.web.staff.cities import city_of, clash_of
from citizen_diplomat.web.staff.city_form import (
    ContactForm,
    EventForm,
    VersionedForm,
    form_of_contact,
    form_of_event,
)

EVENT = "staff/cities/event.html"
CONTACT = "staff/cities/contact.html"
Row = RelationEvent | CityContact


@staff.page("/cities/<slug>/events/new", duty=Duty.EDIT_CITIES, methods=("GET", "POST"))
def new_city_event(slug: str) -> Response:
    """Write down an event of the relation with a city."""
    one = _partner(slug)
    if request.method == "GET":
        return form_page(EVENT, _fresh(EventForm(kept_form()), one), city=one, row=None)
    return _save_event(one, None)


@staff.page("/cities/<slug>/events/<number:item>", duty=Duty.EDIT_CITIES, methods=("GET", "POST"))
def city_event(slug: str, item: int) -> Response:
    """Change an event, or with `action` remove take it out."""
    one = _partner(slug)
    row = found(find_event(db(), slug, item))
    if request.method == "GET":
        kept = kept_form()
        form = EventForm(kept) if kept else form_of_event(row.told, one.version)
        return form_page(EVENT, form, city=one, row=row)
    return _save_event(one, row)


@staff.page("/cities/<slug>/contacts/new", duty=Duty.EDIT_CITIES, methods=("GET", "POST"))
def new_city_contact(slug: str) -> Response:
    """Write down whom one turns to in a city."""
    one = city_of(slug, to_change=request.method == "POST")
    if request.method == "GET":
        return form_page(CONTACT, _fresh(ContactForm(kept_form()), one), city=one, row=None)
    return _save_contact(one, None)


@staff.page("/cities/<slug>/contacts/<number:item>", duty=Duty.EDIT_CITIES, methods=("GET", "POST"))
def city_contact(slug: str, item: int) -> Response:
    """Change a contact, or with `action` remove take it out."""
    one = city_of(slug, to_change=request.method == "POST")
    row = found(find_contact(db(), slug, item))
    if request.method == "GET":
        kept = kept_form()
        form = ContactForm(kept) if kept else form_of_contact(row.partner, one.version)
        return form_page(CONTACT, form, city=one, row=row)
    return _save_contact(one, row)


def _partner(slug: str) -> City:
    """A city that one has a relation with: every one but Isfahan."""
    one = city_of(slug, to_change=request.method == "POST")
    return found(None if one.status == CityStatus.HOME else one)


def _save_event(one: City, row: RelationEvent | None) -> Response:
    form, is_removal = EventForm(), _is_removal(row)
    today = request_time().astimezone(services().settings.timezone).date()
    if not is_removal and not form.is_right(today):
        return form_page(EVENT, form, city=one, row=row)
    told, by, at = None if is_removal else form.told(), signed_in(), request_time()

    def change() -> None:
        if row is not None:
            editing.change_event(db(), one, row, told, version=form.seen, by=by, at=at)
        elif told is not None:
            editing.add_event(db(), one, told, version=form.seen, by=by, at=at)

    return _kept(change, one, row, form, EVENT, is_removal)


def _save_contact(one: City, row: CityContact | None) -> Response:
    form, is_removal = ContactForm(), _is_removal(row)
    if not is_removal and not form.is_right():
        return form_page(CONTACT, form, city=one, row=row)
    partner, by, at = None if is_removal else form.partner(), signed_in(), request_time()

    def change() -> None:
        if row is not None:
            editing.change_contact(db(), one, row, partner, version=form.seen, by=by, at=at)
        elif partner is not None:
            editing.add_contact(db(), one, partner, version=form.seen, by=by, at=at)

    return _kept(change, one, row, form, CONTACT, is_removal)


def _kept(
    change: Callable[[], None],
    one: City,
    row: Row | None,
    form: VersionedForm,
    template: str,
    is_removal: bool,
) -> Response:
    """Do it and go back to the city, or show what colleagues did beside what was typed."""
    slug, clash = one.slug, False
    with transaction(db()):
        try:
            change()
            forget_kept_form()
        except ChangedMeanwhile:
            clash = True
    if clash:
        page = render_template(template, form=form, city=one, row=row, clash=clash_of(one, form))
        return make_response(page, CONFLICT)
    read_again()
    done = gettext("It is taken out. An earlier version can bring it back.")
    say("ok", done if is_removal else gettext("It is saved."))
    return see_other("staff.city", slug=slug)


def _is_removal(row: Row | None) -> bool:
    return row is not None and request.form.get("action") == "remove"


def _fresh(form: VersionedForm, one: City) -> VersionedForm:
    form.version.data = form.version.data or str(one.version)
    return form
