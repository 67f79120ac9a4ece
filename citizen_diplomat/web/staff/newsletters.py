"""Writing an issue of the newsletter, and everything that is still missing beside its part."""

from flask import make_response, render_template, request
from flask_babel import gettext
from werkzeug.wrappers import Response

from citizen_diplomat.accounts.rules import Duty
from citizen_diplomat.foundation.database import transaction
from citizen_diplomat.foundation.numbers import parse_int
from citizen_diplomat.newsletter import actions, composing, named
from citizen_diplomat.newsletter.actions import ChangedMeanwhile, WrongState
from citizen_diplomat.newsletter.model import NewsletterIssue
from citizen_diplomat.newsletter.queries import find
from citizen_diplomat.newsletter.rules import MOST_BLOCKS, SHAPES, Draft, Finding, Step, may_follow
from citizen_diplomat.web.database import db
from citizen_diplomat.web.kept_forms import forget_kept_form, kept_form
from citizen_diplomat.web.newsletters import PageLinks
from citizen_diplomat.web.pages import (
    CONFLICT,
    LARGEST_VERSION,
    UNPROCESSABLE,
    form_page,
    found,
    say,
    see_other,
)
from citizen_diplomat.web.services import services
from citizen_diplomat.web.signin import request_time, signed_in
from citizen_diplomat.web.staff.blueprint import staff
from citizen_diplomat.web.staff.newsletter_form import IssueForm, changed, form_of, posted_form
from citizen_diplomat.web.staff.newsletter_words import KINDS, NOT_FOUND, NUMBERS, problem_words

PAGE = "staff/newsletters/issue.html"
OFFERED = [kind for kind, shape in SHAPES.items() if shape.is_offered]


@staff.page("/newsletters/new", duty=Duty.NEWSLETTER, methods=("GET", "POST"))
def new_newsletter() -> Response:
    """Begin an issue with its subject, in one language at least."""
    if request.method == "GET":
        kept = kept_form()
        form = posted_form(kept) if kept else form_of(Draft("", ""), 0)
        return form_page("staff/newsletters/new.html", form)
    form = posted_form(request.form)
    if form.validate() and not (form.subject_fa.data or form.subject_en.data):
        form.refuse("subject_fa", gettext("Write the subject in one language at least."))
    if form.errors:
        return form_page("staff/newsletters/new.html", form)
    with transaction(db()):
        issue = actions.start(db(), form.draft(), by=signed_in(), at=request_time())
        forget_kept_form()
    return see_other("staff.newsletter", number=issue.id)


@staff.page("/newsletters/<number:number>", duty=Duty.NEWSLETTER)
def newsletter(number: int) -> Response:
    """Show an issue in its form; one that was released has none."""
    issue = found(find(db(), number))
    if not may_follow(Step.EDIT, issue.state):
        return see_other("staff.outbox_item", number=number)
    kept = kept_form()
    form = posted_form(kept) if kept else form_of(issue.draft, issue.version)
    return make_response(_page(issue, form, findings=findings_of(issue)))


@staff.page("/newsletters/<number:number>", duty=Duty.NEWSLETTER, methods=("POST",))
def save_newsletter(number: int) -> Response:
    """Keep what was typed; then add, move or remove a part, if one of those buttons was used."""
    issue = found(find(db(), number, to_change=True))
    form = posted_form(request.form)
    form.validate()
    _check_numbers(form)
    if form.errors:
        return make_response(_page(issue, form), UNPROCESSABLE)
    action = request.form.get("action", "")
    seen = parse_int(form.version.data or "", lowest=0, highest=LARGEST_VERSION)
    clash = False
    with transaction(db()):
        try:
            draft = changed(form.draft(), action)
            by, at = signed_in(), request_time()
            actions.save(db(), issue, draft, version=seen or 0, by=by, at=at)
            forget_kept_form()
        except (ChangedMeanwhile, WrongState):
            clash = True
    if clash:
        return _clash(number, form)
    if action == "save":
        say("ok", gettext("The issue is saved. Nobody gets it before it was released."))
    return see_other("staff.newsletter", number=number)


def findings_of(issue: NewsletterIssue) -> list[Finding]:
    """What is missing before an issue can leave."""
    return composing.check(
        db(), issue, renderer=services().letters, links=PageLinks(), at=request_time()
    )


def _check_numbers(form: IssueForm) -> None:
    """Refuse what not everybody may read, beside its part."""
    blocks = form.draft().blocks
    public = named.found_by(db(), blocks, at=request_time())
    for index, kind in form.parts():
        typed = form[f"number_{index}"].data
        if SHAPES[kind].has_number and typed and blocks[index].number not in public.get(kind, ()):
            form.refuse(f"number_{index}", str(NOT_FOUND[kind]))


def _clash(number: int, form: IssueForm) -> Response:
    """Show what was typed beside what is stored now; saving again replaces that."""
    issue = found(find(db(), number))
    form.version.data = str(issue.version)
    return make_response(_page(issue, form, stored=issue.draft), CONFLICT)


def _page(
    issue: NewsletterIssue,
    form: IssueForm,
    *,
    findings: list[Finding] | None = None,
    stored: Draft | None = None,
) -> str:
    return render_template(
        PAGE,
        issue=issue,
        form=form,
        parts=form.parts(),
        shapes=SHAPES,
        kinds=KINDS,
        numbers=NUMBERS,
        offered=OFFERED if len(form.parts()) < MOST_BLOCKS else [],
        findings=findings or [],
        problem_words=problem_words,
        stored=stored,
    )
