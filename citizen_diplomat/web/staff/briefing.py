"""The briefing pack of a city, for whoever of the staff looks after it: as a page and as PDF."""

import logging
from typing import Any

from flask import render_template
from flask_babel import gettext, lazy_gettext
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from citizen_diplomat.accounts.rules import Duty, Role
from citizen_diplomat.audit.actions import record
from citizen_diplomat.cities.model import City
from citizen_diplomat.foundation.database import transaction
from citizen_diplomat.foundation.folding import sort_key
from citizen_diplomat.foundation.typesetting import Busy, NotSet
from citizen_diplomat.overview.briefing import gather
from citizen_diplomat.overview.briefing_readers import cities_for, city_for
from citizen_diplomat.web.assets import AssetError
from citizen_diplomat.web.briefing import paper_of
from citizen_diplomat.web.briefing_paper import Paper, document
from citizen_diplomat.web.database import db, reading, release
from citizen_diplomat.web.forms import BaseForm, RadioChoiceField
from citizen_diplomat.web.languages import OWN_NAMES, speaking
from citizen_diplomat.web.pages import form_page, found, say, see_other
from citizen_diplomat.web.reference import city_name
from citizen_diplomat.web.signin import request_time, signed_in
from citizen_diplomat.web.staff.blueprint import staff
from citizen_diplomat.web.throttle import throttled_by_member

PDFS_PER_MEMBER = "6 per minute; 60 per day"
logger = logging.getLogger(__name__)


class PackForm(BaseForm):
    language = RadioChoiceField(lazy_gettext("Language"), choices=lambda: list(OWN_NAMES.items()))


@staff.page("/briefing", duty=Duty.BRIEFING)
def briefings() -> str:
    """List the cities whose pack the reader may take, in their alphabetical order."""
    rows = sorted(
        cities_for(db(), **_viewer()), key=lambda city: (sort_key(city_name(city.slug)), city.slug)
    )
    return render_template("staff/briefing/briefings.html", cities=rows)


@staff.page("/briefing/<slug:slug>", duty=Duty.BRIEFING)
def briefing(slug: str) -> Response:
    """Show the pack of a city, to read or to print from the browser."""
    return _page(slug, PackForm())


@staff.page("/briefing/<slug:slug>.pdf", duty=Duty.BRIEFING, methods=("POST",))
@throttled_by_member(PDFS_PER_MEMBER)
def briefing_file(slug: str) -> Response:
    """Answer with the pack as PDF, in the language asked for; the log tells who took it."""
    form = PackForm()
    if not form.validate():
        return _page(slug, form)
    viewer, by, at = _viewer(), signed_in().id, request_time()
    # Setting takes seconds, and nobody shall wait for our lock meanwhile.
    release()
    code = form.language.data
    with reading() as session, speaking(code):
        paper = _paper(session, found(city_for(session, slug, **viewer)), viewer["viewer"])
    try:
        content = document(paper)
    except (AssetError, NotSet) as problem:
        return _sorry(slug, problem)
    with transaction(db()):
        record(db(), "briefing.made", f"city:{slug}", by=by, at=at, language=code)
    return _file(content, f"briefing-{slug}-{at.date().isoformat()}.{code}.pdf")


def _viewer() -> dict[str, Any]:
    """Who asks; a coordinator may take the pack of every city."""
    person = signed_in()
    return {"viewer": person.id, "all_of_them": Role.COORDINATOR in person.roles}


def _paper(session: Session, city: City, viewer: int) -> Paper:
    return paper_of(gather(session, city, viewer=viewer, at=request_time()))


def _page(slug: str, form: PackForm) -> Response:
    city = found(city_for(db(), slug, **_viewer()))
    paper = _paper(db(), city, signed_in().id)
    page = form_page("staff/briefing/pack.html", form, paper=paper, city=city)
    page.headers["Cache-Control"] = "private, no-store"
    return page


def _sorry(slug: str, problem: Exception) -> Response:
    if isinstance(problem, Busy):
        say("warn", gettext("Other packs are being made. Please try again in a minute."))
    else:
        logger.error("no briefing pack of %s: %s", slug, problem)
        say("bad", gettext("The PDF could not be made; this page can be printed instead."))
    return see_other("staff.briefing", slug=slug)


def _file(content: bytes, name: str) -> Response:
    response = Response(content, content_type="application/pdf")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    return response
