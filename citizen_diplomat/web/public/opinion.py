"""One item for somebody outside: read by a secret link without an account, and judged once.

A GET shows a button and nothing of the text: mail scanners follow every link, and must neither
read it nor make it look opened.
"""

from typing import Any

from flask import render_template
from flask_babel import gettext, lazy_gettext
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from citizen_diplomat.foundation.database import transaction
from citizen_diplomat.moderation import advice
from citizen_diplomat.moderation.advice import AnsweredAlready, LinkOver, Opinion
from citizen_diplomat.moderation.opinion_rules import (
    GROUND_LENGTH,
    OPINION_LENGTH,
    SIGNATURE_LENGTH,
    Link,
    Recommendation,
    needs_text,
)
from citizen_diplomat.moderation.opinions import of_token
from citizen_diplomat.moderation.outside_opinion import OutsideOpinion
from citizen_diplomat.web.addresses import typed
from citizen_diplomat.web.database import db
from citizen_diplomat.web.errors import error_page
from citizen_diplomat.web.forms import BaseForm, RadioChoiceField, TickField, line, paragraphs
from citizen_diplomat.web.links import link_to
from citizen_diplomat.web.opinion_words import ADVISORS, RECOMMENDATIONS
from citizen_diplomat.web.pages import UNPROCESSABLE, see_other
from citizen_diplomat.web.public.blueprint import public
from citizen_diplomat.web.public.secret_pages import PRIVATE, private
from citizen_diplomat.web.signin import request_time
from citizen_diplomat.web.throttle import throttled_by_address

GONE = 410
CRITERIA = ("relevance", "feasibility", "risk")


class OpinionForm(BaseForm):
    """One structured opinion, and who gives it."""

    recommendation = RadioChoiceField(lazy_gettext("What do you recommend?"))
    relevance = paragraphs(
        lazy_gettext("Does it matter to both cities?"), longest=GROUND_LENGTH, required=False
    )
    feasibility = paragraphs(lazy_gettext("Can it be done?"), longest=GROUND_LENGTH, required=False)
    risk = paragraphs(lazy_gettext("What could go wrong?"), longest=GROUND_LENGTH, required=False)
    text = paragraphs(lazy_gettext("Your opinion in words"), longest=OPINION_LENGTH, required=False)
    name = line(
        lazy_gettext("Your name"),
        longest=SIGNATURE_LENGTH,
        required=lazy_gettext("Write your name."),
        render_kw={"autocomplete": "name"},
    )
    function = line(
        lazy_gettext("Your function"),
        longest=SIGNATURE_LENGTH,
        required=lazy_gettext("Write in which function you answer."),
        render_kw={"autocomplete": "organization-title"},
    )
    may_be_named = TickField(lazy_gettext("I may be named to the colleagues of the desk"))

    def __init__(self, *args: Any, **options: Any) -> None:
        """Offer the recommendations in the language of the page."""
        super().__init__(*args, **options)
        self.recommendation.choices = list(RECOMMENDATIONS.items())

    def is_right(self) -> bool:
        """Whether it can be kept like this; if not, the errors stand beside their fields."""
        self.validate()
        if needs_text(self.recommendation.data) and not typed(self.text) and not self.text.errors:
            self.refuse("text", gettext("Write the conditions."))
        return not self.errors

    def opinion(self) -> Opinion:
        """What was written, as a value of the room; ask after `is_right`."""
        return Opinion(
            recommendation=Recommendation(self.recommendation.data),
            relevance=typed(self.relevance),
            feasibility=typed(self.feasibility),
            risk=typed(self.risk),
            text=typed(self.text),
            name=typed(self.name),
            function=typed(self.function),
            may_be_named=bool(self.may_be_named.data),
        )

    def typed_texts(self) -> list[tuple[str, str]]:
        """What was typed so far, each text under its label."""
        texts = [self[name] for name in (*CRITERIA, "text", "name", "function")]
        return [(field.label.text, typed(field)) for field in texts if typed(field)]


@public.get("/opinion/<token>")
def opinion(token: str) -> Response:
    """Say what is asked, behind a button; after the answer, thank and show what was written."""
    row = of_token(db(), token)
    over = _over(row)
    if row is None or over is not Link.OPEN:
        return _over_page(over)
    if row.answered_at is not None:
        return _thanks(row)
    return private(
        render_template("public/opinion/ask.html", row=row, token=token, form=BaseForm())
    )


@public.post("/opinion/<token>/text")
@throttled_by_address
def open_opinion(token: str) -> Response:
    """Open the text in this answer, and note that it was opened."""
    row = of_token(db(), token)
    if row is None:
        return _over_page(Link.EXPIRED)
    if row.answered_at is not None:
        return see_other("public.opinion", token=token)
    try:
        with transaction(db()):
            advice.open_text(db(), row, at=request_time())
    except LinkOver as error:
        return _over_page(error.link)
    return _text_page(row, token, OpinionForm(MultiDict()))


@public.post("/opinion/<token>/answer")
@throttled_by_address
def give_opinion(token: str) -> Response:
    """Keep the one opinion; what was typed comes back whenever it cannot be kept."""
    row, form = of_token(db(), token), OpinionForm()
    # First, and always: it takes out what no page may show, also of what is only given back.
    is_right, over = form.is_right(), _over(row)
    if row is None or over is not Link.OPEN:
        return _over_page(over, form)
    if row.answered_at is not None:
        return _thanks(row, form)
    if not is_right:
        return _text_page(row, token, form)
    try:
        with transaction(db()):
            link = link_to("staff.item", item=row.item_id)
            advice.give(db(), row, form.opinion(), at=request_time(), link=link)
    except LinkOver as error:
        return _over_page(error.link, form)
    except AnsweredAlready:
        return _thanks(row, form)
    return see_other("public.opinion", token=token)


@public.get("/opinion/<token>/<any(text, answer):part>")
def back_to_opinion(token: str, part: str) -> Response:  # noqa: ARG001 - part of the address
    """A reload, or the page in the other language, begins before the button again."""
    return see_other("public.opinion", token=token)


def _over(row: OutsideOpinion | None) -> Link:
    """What the link does now; a secret that is not ours is told no other than an old one."""
    return Link.EXPIRED if row is None else row.link(at=request_time())


def _text_page(row: OutsideOpinion, token: str, form: OpinionForm) -> Response:
    page = render_template(
        "public/opinion/text.html",
        row=row,
        token=token,
        form=form,
        text=advice.text_of(db(), row),
        advisors=ADVISORS,
        criteria=[form[name] for name in CRITERIA],
    )
    return private(page, UNPROCESSABLE if form.errors else 200)


def _thanks(row: OutsideOpinion, form: OpinionForm | None = None) -> Response:
    """What was written; with a second opinion, it comes back to be copied (409)."""
    page = render_template(
        "public/opinion/thanks.html",
        row=row,
        recommendations=RECOMMENDATIONS,
        typed=form.typed_texts() if form else [],
    )
    return private(page, 409 if form else 200)


def _over_page(over: Link, form: OpinionForm | None = None) -> Response:
    typed_texts = form.typed_texts() if form else []
    page = error_page(GONE, template="opinion_over", over=over.value, typed=typed_texts)
    page.headers.update(PRIVATE)
    return page
