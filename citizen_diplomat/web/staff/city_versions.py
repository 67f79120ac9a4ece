"""Every change of a city: who made it, when, what was there before and after, and the way back."""

from flask import make_response, render_template, request
from flask_babel import gettext
from werkzeug.wrappers import Response

from citizen_diplomat.accounts.rules import Duty
from citizen_diplomat.cities.editing import ChangedMeanwhile, restore
from citizen_diplomat.cities.versions import (
    content_of,
    find_version,
    versions_before,
    versions_of,
)
from citizen_diplomat.foundation.database import transaction
from citizen_diplomat.foundation.paging import Cursor
from citizen_diplomat.web.database import db
from citizen_diplomat.web.pages import CONFLICT, form_page, found, say, see_other
from citizen_diplomat.web.reference import read_again
from citizen_diplomat.web.signin import request_time, signed_in
from citizen_diplomat.web.staff.blueprint import staff
from citizen_diplomat.web.staff.cities import city_of, clash_of
from citizen_diplomat.web.staff.city_form import VersionedForm
from citizen_diplomat.web.staff.city_words import DEEDS, shown_changes

ASK = "staff/cities/restore.html"


@staff.page("/cities/<slug>/versions", duty=Duty.EDIT_CITIES)
def city_versions(slug: str) -> str:
    """List the versions of a city, the newest first, with what each changed."""
    one = city_of(slug, to_change=False)
    page = versions_of(db(), slug, after=Cursor.decode(request.args.get("after"), int))
    before = versions_before(db(), slug, [row.number for row in page])
    return render_template(
        "staff/cities/versions.html",
        city=one,
        versions=page,
        deeds=DEEDS,
        changes={
            row.number: shown_changes(before[row.number].content, row.content)
            for row in page
            if row.number in before
        },
    )


@staff.page(
    "/cities/<slug>/versions/<number:number>/restore",
    duty=Duty.EDIT_CITIES,
    methods=("GET", "POST"),
)
def restore_city(slug: str, number: int) -> Response:
    """Show what would be different if an earlier version came back; POST brings it back."""
    posted = request.method == "POST"
    one = city_of(slug, to_change=posted)
    earlier = found(find_version(db(), slug, number))
    form, clash = VersionedForm(), None
    if posted and form.validate():
        with transaction(db()):
            try:
                by, at = signed_in(), request_time()
                restore(db(), one, earlier, version=form.seen, by=by, at=at)
            except ChangedMeanwhile:
                clash = clash_of(one, form)
        if clash is None:
            read_again()
            say("ok", gettext("The city is as it was then."))
            return see_other("staff.city", slug=slug)
    form.version.data = str(one.version)
    values = {
        "city": one,
        "earlier": earlier,
        "changes": shown_changes(content_of(db(), one), earlier.content),
        "clash": clash,
    }
    if clash is None:
        return form_page(ASK, form, **values)
    return make_response(render_template(ASK, form=form, **values), CONFLICT)
