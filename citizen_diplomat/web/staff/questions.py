"""Extra questions: what the office asks whoever writes on a topic, edited by its coordinators."""

from flask import make_response, render_template, request
from flask_babel import gettext
from werkzeug.wrappers import Response

from citizen_diplomat.accounts.rules import Duty
from citizen_diplomat.calls import queries as calls
from citizen_diplomat.foundation.database import transaction
from citizen_diplomat.foundation.numbers import format_number, parse_int
from citizen_diplomat.proposals import questions as room
from citizen_diplomat.proposals.questions import ChangedMeanwhile, Locked, Question, TooMany
from citizen_diplomat.proposals.rules import MOST_QUESTIONS
from citizen_diplomat.web.database import db
from citizen_diplomat.web.kept_forms import forget_kept_form, kept_form
from citizen_diplomat.web.languages import language
from citizen_diplomat.web.pages import CONFLICT, LARGEST_VERSION, form_page, found, say, see_other
from citizen_diplomat.web.reference import reference, topic_choices
from citizen_diplomat.web.signin import request_time, signed_in
from citizen_diplomat.web.staff.blueprint import staff
from citizen_diplomat.web.staff.question_form import KINDS, QuestionForm, form_of

PAGE = "staff/questions/question.html"


@staff.page("/questions", duty=Duty.EDIT_QUESTIONS)
def questions() -> str:
    """List every topic with what it asks."""
    rows = room.all_questions(db())
    return render_template(
        "staff/questions/questions.html",
        topics=[
            (slug, name, [row for row in rows if row.topic_slug == slug])
            for slug, name in topic_choices()
        ],
        kinds=KINDS,
    )


@staff.page("/questions/<slug>/new", duty=Duty.EDIT_QUESTIONS, methods=("GET", "POST"))
def new_question(slug: str) -> Response:
    """Write a new question for a topic."""
    topic = found(reference().topics.get(slug))
    if request.method == "GET":
        return form_page(
            PAGE, QuestionForm(kept_form()), question=None, topic=topic.slug, call=None
        )
    form, refused = QuestionForm(), False
    if not form.is_right():
        return form_page(PAGE, form, question=None, topic=topic.slug, call=None)
    with transaction(db()):
        try:
            room.ask(db(), topic.slug, form.asking(), by=signed_in(), at=request_time())
            forget_kept_form()
        except TooMany:
            refused = True
    if refused:
        form.refuse("text_fa", enough())
        return form_page(PAGE, form, question=None, topic=topic.slug, call=None)
    say("ok", gettext("From now on, whoever writes on this topic is asked this too."))
    return see_other("staff.questions")


@staff.page("/questions/<number:number>", duty=Duty.EDIT_QUESTIONS, methods=("GET", "POST"))
def question(number: int) -> Response:
    """Change a question, retire it, ask it again, or move it up."""
    posted = request.method == "POST"
    row = found(room.find(db(), number, to_change=posted))
    if not posted:
        kept = kept_form()
        form = QuestionForm(kept) if kept else form_of(room.asking_of(row), row.version)
        return form_page(PAGE, form, question=row, **_whose(row))
    verb = VERBS.get(request.form.get("action", ""))
    return verb(row) if verb else _save(row)


def _save(row: Question) -> Response:
    form = QuestionForm()
    if row.answered_at is not None:
        _take_locked(form, row)
    if not form.is_right():
        return form_page(PAGE, form, question=row, **_whose(row))
    seen = parse_int(form.version.data or "", lowest=0, highest=LARGEST_VERSION)
    clash = False
    with transaction(db()):
        try:
            by, at = signed_in(), request_time()
            room.change(db(), row, form.asking(), version=seen or 0, by=by, at=at)
            forget_kept_form()
        except (ChangedMeanwhile, Locked):
            clash = True
    if clash:
        return _clash(row, form)
    say("ok", gettext("The question is saved."))
    return _back(row)


def _take_locked(form: QuestionForm, row: Question) -> None:
    """Leave the locked wording as it is: the page shows it, and does not post it."""
    stored = form_of(room.asking_of(row), row.version)
    for name in ("kind", "text_fa", "text_en", "options_fa", "options_en"):
        form[name].data = stored[name].data


def _clash(row: Question, form: QuestionForm) -> Response:
    """Show what was typed beside what a colleague stored; saving again replaces that."""
    form.version.data = str(row.version)
    page = render_template(PAGE, form=form, question=row, **_whose(row), stored=room.asking_of(row))
    return make_response(page, CONFLICT)


def _retire(row: Question) -> Response:
    with transaction(db()):
        room.retire(db(), row, by=signed_in(), at=request_time())
    say("ok", gettext("It is not asked any more. Answers that were given stay where they are."))
    return _back(row)


def _ask_again(row: Question) -> Response:
    refused = False
    with transaction(db()):
        try:
            room.ask_again(db(), row, by=signed_in(), at=request_time())
        except TooMany:
            refused = True
    if refused:
        say("warn", enough())
    return _back(row)


def _move_up(row: Question) -> Response:
    with transaction(db()):
        room.move_up(db(), row, by=signed_in(), at=request_time())
    return _back(row)


def _whose(row: Question) -> dict[str, object]:
    """Whose question it is: a topic's or a call's."""
    call = calls.find(db(), row.call_number) if row.call_number else None
    return {"topic": row.topic_slug, "call": call}


def _back(row: Question) -> Response:
    """Back to the list that it stands in."""
    if row.call_number:
        return see_other("staff.call", number=row.call_number)
    return see_other("staff.questions")


def enough() -> str:
    """That a topic or a call asks as much as it may."""
    most = format_number(MOST_QUESTIONS, language())
    return str(gettext("%(most)s questions are asked already. Retire one first.", most=most))


VERBS = {"retire": _retire, "again": _ask_again, "up": _move_up}
