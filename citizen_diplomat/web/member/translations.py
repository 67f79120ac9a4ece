"""Translating: what waits for a volunteer, and who is one."""

from datetime import datetime

from flask import abort, render_template, request
from flask_babel import gettext, lazy_gettext
from werkzeug.wrappers import Response

from citizen_diplomat.foundation.database import transaction
from citizen_diplomat.foundation.paging import Cursor
from citizen_diplomat.translation import actions, queries, volunteers
from citizen_diplomat.translation.queries import Shelf
from citizen_diplomat.translation.rules import Original, SubjectKind
from citizen_diplomat.web.database import db
from citizen_diplomat.web.forms import BaseForm, TickField
from citizen_diplomat.web.member.blueprint import member
from citizen_diplomat.web.pages import found, query_choice, say, see_other
from citizen_diplomat.web.reference import language_name
from citizen_diplomat.web.signin import request_time, signed_in
from citizen_diplomat.web.translation_sources import SOURCES, original_of, target_languages
from citizen_diplomat.web.translation_words import KINDS, SHELVES

MOST_OFFERED = 10
"""So many of the newest texts of each kind are offered to begin with."""


class VolunteerForm(BaseForm):
    """Whether somebody translates, and whether their name may be told."""

    is_active = TickField(lazy_gettext("I translate between the languages that I speak well"))
    may_be_named = TickField(lazy_gettext("My name may stand below what I translated or checked"))


@member.get("/me/translations")
def translations() -> str:
    """List what waits for somebody in their languages, and let them volunteer."""
    by, at = signed_in(), request_time()
    tongues = volunteers.tongues_of(db(), by.id, at=at)
    shelf = Shelf(query_choice("shelf", frozenset(Shelf)) or Shelf.TRANSLATE)
    after = Cursor.decode(request.args.get("after"), datetime)
    rows = queries.waiting(db(), shelf, tongues, by=by.id, after=after)
    row = volunteers.volunteer_of(db(), by.id)
    return render_template(
        "member/translations/translations.html",
        rows=rows,
        counts=queries.counts_in(db(), [one.id for one in rows]) if rows.items else {},
        shelf=shelf,
        shelves=SHELVES,
        kinds=KINDS,
        tongues=sorted(map(language_name, tongues)),
        is_able=len(tongues) > 1,
        volunteer=row,
        good=sorted(map(language_name, volunteers.good_languages(db(), by.id))),
        form=VolunteerForm(None, data=_chosen(row)),
    )


@member.get("/me/translations/new")
def new_translation() -> str:
    """List the newest texts that can be begun in one of somebody's languages."""
    tongues = volunteers.tongues_of(db(), signed_in().id, at=request_time())
    return render_template("member/translations/new.html", offers=_offers(tongues), kinds=KINDS)


@member.post("/me/translations")
def choose_translating() -> Response:
    """Keep whether somebody translates."""
    form = VolunteerForm()
    if not form.validate():
        abort(422)
    with transaction(db()):
        volunteers.choose(
            db(),
            signed_in(),
            is_active=bool(form.is_active.data),
            may_be_named=bool(form.may_be_named.data),
            at=request_time(),
        )
    if form.is_active.data:
        say("ok", gettext("Thank you. What waits in your languages stands here."))
    else:
        say("ok", gettext("Kept. You are asked for no translations."))
    return see_other("member.translations")


@member.post("/me/translations/begin/<kind>/<number>/<code>")
def begin_translation(kind: str, number: str, code: str) -> Response:
    """Begin a translation; one that was begun is shown."""
    tongues = volunteers.tongues_of(db(), signed_in().id, at=request_time())
    if code not in tongues & target_languages():
        abort(404)
    original = found(original_of(db(), kind, number))
    if original.language not in tongues or code in _languages_of(original):
        abort(404)
    with transaction(db()):
        row = actions.begin(db(), original, code, by=signed_in(), at=request_time())
    return see_other("member.translation", number=row.id)


def _chosen(row: object) -> dict[str, object]:
    return {name: getattr(row, name, False) for name in ("is_active", "may_be_named")}


def _offers(tongues: frozenset[str]) -> list[tuple[Original, list[str]]]:
    """The newest originals in one of these languages, each with those it can be begun in."""
    return [one for kind in SOURCES for one in _offers_of(kind, tongues)] if tongues else []


def _languages_of(original: Original) -> frozenset[str]:
    """In which languages it can be read without anybody translating."""
    return SOURCES[original.kind].written_in | {original.language}


def _offers_of(kind: SubjectKind, tongues: frozenset[str]) -> list[tuple[Original, list[str]]]:
    originals = SOURCES[kind].newest(db(), MOST_OFFERED)
    known = queries.begun(db(), kind, [one.subject for one in originals])
    offers = []
    for one in originals:
        into = [
            code
            for code in sorted(tongues & target_languages())
            if code not in _languages_of(one) and (one.subject, code) not in known
        ]
        if one.language in tongues and into:
            offers.append((one, into))
    return offers
