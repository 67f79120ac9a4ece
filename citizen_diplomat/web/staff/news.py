"""News, for coordinators: written, looked at, published now or later, corrected, withdrawn."""

from collections.abc import Sequence

from flask import make_response, render_template, request
from flask_babel import gettext
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from citizen_diplomat.accounts.rules import Duty
from citizen_diplomat.foundation.database import transaction
from citizen_diplomat.foundation.paging import Cursor
from citizen_diplomat.foundation.publishing import ChangedMeanwhile, Incomplete
from citizen_diplomat.news import actions, queries
from citizen_diplomat.news.model import News
from citizen_diplomat.news.rules import Stage, may_publish
from citizen_diplomat.proposals.queries import public_many
from citizen_diplomat.web.database import db
from citizen_diplomat.web.kept_forms import forget_kept_form, kept_form
from citizen_diplomat.web.news_words import LABELS
from citizen_diplomat.web.pages import CONFLICT, form_page, found, say, see_other
from citizen_diplomat.web.signin import request_time, signed_in
from citizen_diplomat.web.staff.blueprint import staff
from citizen_diplomat.web.staff.news_form import NewsForm, PublishForm, form_of
from citizen_diplomat.web.staff.publishing import attempt, version_seen

PAGE = "staff/news/edit.html"


@staff.page("/news", duty=Duty.EDIT_NEWS)
def news_list() -> str:
    """List all news, the newest first, with where each stands."""
    page = queries.all_news(db(), after=Cursor.decode(request.args.get("after"), int))
    return render_template("staff/news/list.html", news=page, at=request_time())


@staff.page("/news/new", duty=Duty.EDIT_NEWS, methods=("GET", "POST"))
def new_news() -> Response:
    """Write a piece of news; with `action` preview it is only shown."""
    if request.method == "GET":
        return form_page(PAGE, NewsForm(kept_form()), news=None)
    form = NewsForm()
    if not form.is_right() or _is_preview():
        return _shown(form, None)
    with transaction(db()):
        row = actions.write(db(), form.wording(), by=signed_in(), at=request_time())
        forget_kept_form()
    say("ok", gettext("The news is saved. Nobody else sees it until it is published."))
    return see_other("staff.news", number=row.number)


@staff.page("/news/<number:number>", duty=Duty.EDIT_NEWS)
def news(number: int) -> str:
    """Show a piece of news with what it lacks, what it said before and what can be done."""
    row = found(queries.find(db(), number))
    stage = row.stage(request_time())
    return render_template(
        "staff/news/news.html",
        news=row,
        stage=stage,
        missing=_labels(actions.lacks(row.words)) if stage is Stage.DRAFT else [],
        earlier=queries.earlier_words(db(), number),
        related=public_many(db(), row.proposal_numbers) if row.proposal_numbers else (),
    )


@staff.page("/news/<number:number>/edit", duty=Duty.EDIT_NEWS, methods=("GET", "POST"))
def edit_news(number: int) -> Response:
    """Change a piece of news; of a public one the earlier words are kept for everybody."""
    posted = request.method == "POST"
    row = found(queries.find(db(), number, to_change=posted))
    if posted:
        return _save(row)
    kept = kept_form()
    return form_page(PAGE, NewsForm(kept) if kept else form_of(row.wording, row.version), news=row)


@staff.page("/news/<number:number>/publish", duty=Duty.EDIT_NEWS, methods=("GET", "POST"))
def publish_news(number: int) -> Response:
    """Ask from when on everybody shall read it; POST does it, now where no moment is named."""
    posted = request.method == "POST"
    row = found(queries.find(db(), number, to_change=posted))
    at = request_time()
    if not may_publish(row.stage(at)):
        return see_other("staff.news", number=number)
    if actions.lacks(row.words):
        say("warn", gettext("It cannot be published yet. What it lacks stands below."))
        return see_other("staff.news", number=number)
    form = PublishForm() if posted else PublishForm(MultiDict())
    if not posted or not form.is_right(at):
        return form_page("staff/news/publish.html", form, news=row, stage=row.stage(at))
    with transaction(db()):
        actions.publish(db(), row, since=form.moment, by=signed_in(), at=at)
    if form.moment:
        say("ok", gettext("It is scheduled. Until its moment comes nobody else sees it."))
    else:
        say("ok", gettext("The news is published."))
    return see_other("staff.news", number=number)


@staff.page("/news/<number:number>/withdraw", duty=Duty.EDIT_NEWS, methods=("GET", "POST"))
def withdraw_news(number: int) -> str | Response:
    """Ask whether to take it back, or to call off what is scheduled; POST does it.

    With `take_back` a withdrawal is undone.
    """
    posted = request.method == "POST"
    row = found(queries.find(db(), number, to_change=posted))
    by, at = signed_in(), request_time()
    stage = row.stage(at)
    if not posted and stage in {Stage.PUBLIC, Stage.SCHEDULED}:
        return render_template("staff/news/withdraw.html", news=row, stage=stage)
    if not posted:
        return see_other("staff.news", number=number)
    with transaction(db()):
        if request.form.get("take_back"):
            actions.bring_back(db(), row, by=by, at=at)
            say("ok", gettext("It stands where it stood before."))
        elif stage is Stage.SCHEDULED:
            actions.call_off(db(), row, by=by, at=at)
            say("ok", gettext("It is not scheduled any more, and a draft again."))
        elif stage is Stage.PUBLIC:
            actions.withdraw(db(), row, by=by, at=at)
            say("ok", gettext("The news is withdrawn. You can bring it back here."))
    return see_other("staff.news", number=number)


def _save(row: News) -> Response:
    form = NewsForm()
    if not form.is_right() or _is_preview():
        return _shown(form, row)
    seen, by, at = version_seen(form.version), signed_in(), request_time()
    problem = attempt(lambda: actions.change(db(), row, form.wording(), version=seen, by=by, at=at))
    if isinstance(problem, ChangedMeanwhile):
        return _clash(row, form)
    if isinstance(problem, Incomplete):
        for name in problem.fields:
            form.refuse(name, gettext("Published news needs this, in both languages."))
        return form_page(PAGE, form, news=row)
    say("ok", gettext("The news is saved."))
    return see_other("staff.news", number=row.number)


def _is_preview() -> bool:
    return request.form.get("action") == "preview"


def _shown(form: NewsForm, row: News | None) -> Response:
    """The form again, with its errors or else as readers would see what was typed."""
    preview = None if form.errors else form.wording().words
    return form_page(PAGE, form, news=row, preview=preview)


def _clash(row: News, form: NewsForm) -> Response:
    """Show what was typed beside what a colleague stored; saving again replaces that."""
    form.version.data = str(row.version)
    page = render_template(PAGE, form=form, news=row, stored=form_of(row.wording, row.version))
    return make_response(page, CONFLICT)


def _labels(names: Sequence[str]) -> list[str]:
    return [str(LABELS[name]) for name in names]
