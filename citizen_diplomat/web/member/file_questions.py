"""What the office asks inside the file of a proposal, and the answer of those who write it."""

from collections.abc import Sequence
from typing import Any

from flask import make_response, render_template, request
from flask_babel import gettext, lazy_gettext
from werkzeug.wrappers import Response

from citizen_diplomat.foundation.database import transaction
from citizen_diplomat.moderation import file_questions as desk
from citizen_diplomat.moderation.claims import NotOpen
from citizen_diplomat.moderation.file_questions import (
    FILE_ANSWER_LENGTH,
    AnsweredMeanwhile,
    FileQuestion,
)
from citizen_diplomat.proposals.writers import of_writer
from citizen_diplomat.web.database import db
from citizen_diplomat.web.forms import BaseForm, paragraphs
from citizen_diplomat.web.kept_forms import forget_kept_form, kept_form
from citizen_diplomat.web.links import link_to
from citizen_diplomat.web.member.blueprint import member
from citizen_diplomat.web.pages import CONFLICT, form_page, found, say, see_other
from citizen_diplomat.web.signin import request_time, signed_in

PAGE = "member/file_questions/answer.html"


class FileAnswerForm(BaseForm):
    """What they say to it."""

    answer = paragraphs(
        lazy_gettext("Your answer"),
        longest=FILE_ANSWER_LENGTH,
        required=lazy_gettext("Write an answer."),
    )


@member.route("/me/proposals/<number:number>/questions/<number:id>", methods=["GET", "POST"])
def file_question(number: int, id: int) -> Response:
    """Show one question of the office to those who write the proposal, and take their answer."""
    proposal = found(of_writer(db(), signed_in().id, number))
    posted = request.method == "POST"
    question = found(desk.question_about(db(), number, id, to_change=posted))
    form = FileAnswerForm() if posted else FileAnswerForm(kept_form())
    shown = {"proposal": proposal, "question": question}
    if not form.validate_on_submit():
        return form_page(PAGE, form, **shown)
    refused = False
    with transaction(db()):
        try:
            link = link_to("staff.item", item=question.item_id)
            text, by, at = form.answer.data or "", signed_in(), request_time()
            desk.answer(db(), question, text=text, by=by, at=at, link=link)
            forget_kept_form()
        except (AnsweredMeanwhile, NotOpen):
            refused = True
    if refused:
        page = render_template(PAGE, form=form, is_late=True, **shown)
        return make_response(page, CONFLICT)
    say("ok", gettext("Your answer lies in the file. The office is told."))
    return see_other("member.own", number=number, _anchor="questions")


@member.app_context_processor
def _for_templates() -> dict[str, Any]:
    return {"office_questions": office_questions}


def office_questions(number: int) -> Sequence[FileQuestion]:
    """What the office asked about a proposal, the newest first."""
    return desk.asked_of_writers(db(), number)
