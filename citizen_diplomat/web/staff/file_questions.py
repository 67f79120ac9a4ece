"""Asking the authors something inside the file, under the name of the office."""

from typing import Any

from flask import abort, request
from flask_babel import gettext, lazy_gettext
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from citizen_diplomat.accounts.rules import Duty
from citizen_diplomat.foundation.database import transaction
from citizen_diplomat.moderation import file_questions as desk
from citizen_diplomat.moderation.claims import NotOpen, OwnProposal
from citizen_diplomat.moderation.file_questions import FILE_QUESTION_LENGTH
from citizen_diplomat.moderation.model import QueueItem
from citizen_diplomat.moderation.queries import item_for_review
from citizen_diplomat.moderation.reviews import REVIEWED
from citizen_diplomat.moderation.rules import ItemKind
from citizen_diplomat.web.database import db
from citizen_diplomat.web.forms import BaseForm, paragraphs
from citizen_diplomat.web.kept_forms import forget_kept_form, kept_form
from citizen_diplomat.web.links import link_to
from citizen_diplomat.web.pages import form_page, found, say, see_other
from citizen_diplomat.web.signin import request_time, signed_in
from citizen_diplomat.web.staff.blueprint import staff
from citizen_diplomat.web.staff.panels import Place, panel

PAGE = "staff/reviews/question.html"


class FileQuestionForm(BaseForm):
    """What the office wants to know."""

    question = paragraphs(
        lazy_gettext("Question to the author"),
        longest=FILE_QUESTION_LENGTH,
        required=lazy_gettext("Write the question."),
    )


@staff.page("/queue/<number:item>/question", duty=Duty.REVIEW, methods=("GET", "POST"))
def ask_author(item: int) -> Response:
    """Ask all who write the proposal; they get a letter, and answer inside the file."""
    waiting = found(item_for_review(db(), item, viewer=signed_in().id))
    if waiting.kind not in REVIEWED:
        abort(404)
    form = FileQuestionForm() if request.method == "POST" else FileQuestionForm(kept_form())
    if not form.validate_on_submit():
        return form_page(PAGE, form, item=waiting)
    refused = None
    with transaction(db()):
        try:
            desk.ask(
                db(), waiting, text=form.question.data or "", by=signed_in(), at=request_time(),
                link=link_to("member.own", number=waiting.proposal_number, _anchor="questions"),
            )  # fmt: skip
            forget_kept_form()
        except (NotOpen, OwnProposal) as error:
            refused = error
    if isinstance(refused, OwnProposal):
        abort(403)
    if refused:
        form.refuse("question", gettext("It does not wait for staff any more. Nothing was sent."))
        page = form_page(PAGE, form, item=waiting)
        page.status_code = 409
        return page
    say("ok", gettext("Asked. Whoever writes the proposal gets a letter and answers here."))
    return see_other("staff.item", item=item)


@panel("staff/reviews/questions_panel.html", Place.AT_DESK, ItemKind.PROPOSAL, ItemKind.CHANGE)
def questions_panel(waiting: QueueItem) -> dict[str, Any] | None:
    """What was asked and answered, and a form for the next question while it waits."""
    asked = desk.questions_on(db(), waiting)
    is_open = waiting.closed_at is None
    if not asked and not is_open:
        return None
    return {"asked": asked, "is_open": is_open, "form": FileQuestionForm(MultiDict())}
