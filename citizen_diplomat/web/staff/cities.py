"""The cities, for coordinators: what is said of each, its relation, its contacts, its desk."""

from typing import Any

from flask import make_response, render_template, request
from flask_babel import gettext
from werkzeug.wrappers import Response

from citizen_diplomat.accounts.rules import Duty
from citizen_diplomat.cities import queries
from citizen_diplomat.cities.contacts import contacts_of
from citizen_diplomat.cities.editing import ChangedMeanwhile, change_facts
from citizen_diplomat.cities.model import City
from citizen_diplomat.cities.relations import events_of
from citizen_diplomat.cities.versions import content_of, find_version
from citizen_diplomat.foundation.database import transaction
from citizen_diplomat.foundation.folding import sort_key
from citizen_diplomat.moderation.desks import desks_of_city
from citizen_diplomat.web.database import db
from citizen_diplomat.web.kept_forms import forget_kept_form, kept_form
from citizen_diplomat.web.pages import CONFLICT, form_page, found, say, see_other
from citizen_diplomat.web.reference import city_name, read_again, reference
from citizen_diplomat.web.relation_words import agreement, day_of, kind_word, note_of
from citizen_diplomat.web.signin import request_time, signed_in
from citizen_diplomat.web.staff.blueprint import staff
from citizen_diplomat.web.staff.city_form import CityForm, VersionedForm, form_of_facts
from citizen_diplomat.web.staff.city_words import shown_changes


@staff.page("/cities", duty=Duty.EDIT_CITIES)
def cities() -> str:
    """List all cities in the reader's alphabetical order, and where each relation stands."""
    rows = sorted(
        queries.register(db()), key=lambda city: (sort_key(city_name(city.slug)), city.slug)
    )
    return render_template("staff/cities/cities.html", cities=rows, agreement=agreement)


@staff.page("/cities/<slug>", duty=Duty.EDIT_CITIES, methods=("GET", "POST"))
def city(slug: str) -> Response:
    """Show all that the office writes of a city; POST changes what is said of the city itself."""
    posted = request.method == "POST"
    one = city_of(slug, to_change=posted)
    if not posted:
        kept = kept_form()
        return _page(one, CityForm(kept) if kept else form_of_facts(one.facts, one.version))
    form = CityForm()
    if not form.is_right():
        return _page(one, form)
    clash = False
    with transaction(db()):
        try:
            by, at = signed_in(), request_time()
            change_facts(db(), one, form.facts(), version=form.seen, by=by, at=at)
            forget_kept_form()
        except ChangedMeanwhile:
            clash = True
    if clash:
        return _page(one, form, clash=clash_of(one, form))
    read_again()
    say("ok", gettext("The city is saved."))
    return see_other("staff.city", slug=slug)


def city_of(slug: str, *, to_change: bool) -> City:
    """The city of an address; whatever is no slug does not reach the database."""
    known = slug in reference().cities
    return found(queries.find(db(), slug, to_change=to_change) if known else None)


def clash_of(one: City, form: VersionedForm) -> dict[str, Any]:
    """What colleagues changed since the page was made; saving again replaces that."""
    seen = find_version(db(), one.slug, form.seen)
    form.version.data = str(one.version)
    changed = shown_changes(seen.content, content_of(db(), one)) if seen else []
    return {"changes": changed}


def _page(one: City, form: CityForm, *, clash: dict[str, Any] | None = None) -> Response:
    values: dict[str, Any] = {
        "city": one,
        "events": list(reversed(events_of(db(), one.slug))),
        "contacts": contacts_of(db(), one.slug),
        "desks": desks_of_city(db(), one.slug, with_people=True),
        "kind_word": kind_word,
        "day_of": day_of,
        "note_of": note_of,
        "clash": clash,
    }
    if clash is None:
        return form_page("staff/cities/city.html", form, **values)
    return make_response(render_template("staff/cities/city.html", form=form, **values), CONFLICT)
