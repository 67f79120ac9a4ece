"""Did it happen? A partner answers once, by a secret link and without an account.

A GET shows the question, which holds nothing secret, and changes nothing: mail scanners follow
every link.
"""

from flask import render_template
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from citizen_diplomat.foundation.database import transaction
from citizen_diplomat.outcomes import happened
from citizen_diplomat.outcomes.happened import LinkOver
from citizen_diplomat.outcomes.happened_model import OutcomeAnswer
from citizen_diplomat.outcomes.trail_queries import steps_of
from citizen_diplomat.outcomes.trail_rules import AnswerLink
from citizen_diplomat.web.addresses import typed
from citizen_diplomat.web.database import db
from citizen_diplomat.web.errors import error_page
from citizen_diplomat.web.outcome import HappenedForm, shown_step
from citizen_diplomat.web.outcome_words import SAID
from citizen_diplomat.web.pages import UNPROCESSABLE, see_other
from citizen_diplomat.web.public.blueprint import public
from citizen_diplomat.web.public.secret_pages import PRIVATE, private
from citizen_diplomat.web.signin import request_time
from citizen_diplomat.web.throttle import throttled_by_address

GONE = 410


@public.get("/happened/<token>")
def happened_question(token: str) -> Response:
    """Ask a partner; after the answer, thank and show what was written."""
    row = happened.of_token(db(), token)
    over = _over(row)
    if row is not None and over is AnswerLink.ANSWERED:
        return private(render_template("public/happened/thanks.html", row=row, said=SAID))
    if row is None or over is not AnswerLink.OPEN:
        return _over_page(over)
    return _page(row, token, HappenedForm(MultiDict()))


@public.post("/happened/<token>")
@throttled_by_address
def answer_happened(token: str) -> Response:
    """Keep the one answer; what was typed comes back whenever it cannot be kept."""
    row, form = happened.of_token(db(), token), HappenedForm()
    # First, and always: it takes out what no page may show, also of what is only given back.
    is_right, over = form.is_right(), _over(row)
    if row is not None and over is AnswerLink.ANSWERED:
        return see_other("public.happened_question", token=token)
    if row is None or over is not AnswerLink.OPEN:
        return _over_page(over, form)
    if not is_right:
        return _page(row, token, form)
    try:
        with transaction(db()):
            happened.answer(db(), row, form.said(), typed(form.words), by=None, at=request_time())
    except LinkOver as error:
        return _over_page(error.link, form)
    return see_other("public.happened_question", token=token)


def _over(row: OutcomeAnswer | None) -> AnswerLink:
    """What the link does now; a secret that is not ours is told no other than an old one."""
    return AnswerLink.EXPIRED if row is None else row.link(at=request_time())


def _page(row: OutcomeAnswer, token: str, form: HappenedForm) -> Response:
    page = render_template(
        "public/happened/ask.html",
        row=row,
        token=token,
        form=form,
        steps=[shown_step(step) for step in steps_of(db(), row.proposal_number)],
    )
    return private(page, UNPROCESSABLE if form.errors else 200)


def _over_page(over: AnswerLink, form: HappenedForm | None = None) -> Response:
    words = typed(form.words) if form else ""
    page = error_page(GONE, template="happened_over", over=over.value, words=words)
    page.headers.update(PRIVATE)
    return page
