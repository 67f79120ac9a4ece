"""The pages of plain text, for those who keep them: written in both languages, published by day."""

from dataclasses import replace

from flask import make_response, render_template, request
from flask_babel import gettext
from werkzeug.wrappers import Response

from citizen_diplomat.accounts.rules import Duty
from citizen_diplomat.foundation.database import transaction
from citizen_diplomat.foundation.numbers import parse_int
from citizen_diplomat.pages import actions, queries
from citizen_diplomat.pages.actions import ChangedMeanwhile
from citizen_diplomat.pages.rules import FIGURES, MARKS, PLACES, Slug
from citizen_diplomat.web.database import db
from citizen_diplomat.web.kept_forms import forget_kept_form, kept_form
from citizen_diplomat.web.page_texts import NAMES, compared_texts, page_endpoint
from citizen_diplomat.web.pages import (
    CONFLICT,
    LARGEST_VERSION,
    UNPROCESSABLE,
    found,
    say,
    see_other,
)
from citizen_diplomat.web.signin import request_time, signed_in
from citizen_diplomat.web.staff.blueprint import staff
from citizen_diplomat.web.staff.page_form import PageForm, form_of

ONE = f"/pages/<any({', '.join(repr(slug.value) for slug in Slug)}):page>"


@staff.page("/pages", duty=Duty.EDIT_PAGES)
def pages() -> str:
    """List the pages, with what holds, what is to come and what is being written."""
    return render_template(
        "staff/pages/pages.html",
        rows=queries.overview(db(), at=request_time()),
        names=NAMES,
        endpoint_of=page_endpoint,
    )


@staff.page(ONE, duty=Duty.EDIT_PAGES, methods=("GET", "POST"))
def edit_page(page: str) -> Response:
    """Write a page; with `action` save a draft, look at it, or publish it as an edition.

    `edition` in the address begins with the text of an earlier edition, to publish it again.
    """
    slug = Slug(page)
    if request.method == "GET":
        return _page(slug, _opened(slug))
    form = PageForm(slug)
    action = request.form.get("action", "save")
    if not form.is_right(at=request_time(), publishes=action == "publish"):
        return _page(slug, form)
    if action == "preview":
        return _page(slug, form, shows=form.writing())
    return _keep(slug, form, publishes=action == "publish")


def _opened(slug: Slug) -> PageForm:
    kept = kept_form()
    if kept:
        return PageForm(slug, kept)
    writing, version = queries.to_write_on(db(), slug, at=request_time())
    number = parse_int(request.args.get("edition", ""), lowest=1, highest=LARGEST_VERSION)
    if number is not None:
        writing = replace(writing, text=found(queries.edition(db(), slug, number)).text)
    return form_of(slug, writing, version)


def _keep(slug: Slug, form: PageForm, *, publishes: bool) -> Response:
    seen = parse_int(form.version.data or "", lowest=0, highest=LARGEST_VERSION)
    verb = actions.publish if publishes else actions.save
    is_overtaken = False
    with transaction(db()):
        try:
            by, at = signed_in(), request_time()
            verb(db(), slug, form.writing(), version=seen or 0, by=by, at=at)
            forget_kept_form()
        except ChangedMeanwhile:
            is_overtaken = True
    if is_overtaken:
        return _clash(slug, form)
    if not publishes:
        say("ok", gettext("The draft is saved. Nobody else sees it until it is published."))
        return see_other("staff.edit_page", page=slug)
    say("ok", gettext("The edition is published."))
    return see_other("staff.pages")


def _clash(slug: Slug, form: PageForm) -> Response:
    """Show what a colleague stored meanwhile beside what was typed; saving again replaces it."""
    stored, version = queries.to_write_on(db(), slug, at=request_time())
    form.version.data = str(version)
    typed = form.writing().text
    differences = {code: compared_texts(stored.text, typed, code) for code in ("fa", "en")}
    page = _page(slug, form, differences=differences)
    page.status_code = CONFLICT
    return page


def _page(slug: Slug, form: PageForm, **shown: object) -> Response:
    at = request_time()
    page = render_template(
        "staff/pages/edit.html",
        slug=slug,
        name=NAMES[slug],
        endpoint_of=page_endpoint,
        form=form,
        newest=queries.newest_number(db(), slug),
        coming=queries.coming(db(), slug, at=at),
        draft=queries.draft(db(), slug),
        places=sorted(PLACES),
        figures=sorted(FIGURES | MARKS) if slug is not Slug.TERMS else [],
        **shown,
    )
    return make_response(page, UNPROCESSABLE if form.errors else 200)
