"""Answering a question of the office by the link in its letter, without a sign-in.

A GET only shows the question: mail scanners follow every link. The signed token in the address is
the proof of who answers, and each question is answered once.
"""

from contextlib import suppress

from flask import abort, request
from flask_babel import gettext
from werkzeug.wrappers import Response

from citizen_diplomat.directory.actions import stop_asking
from citizen_diplomat.foundation.database import transaction
from citizen_diplomat.outcomes.answers import ask_of
from citizen_diplomat.outcomes.model import HelpAsk
from citizen_diplomat.outcomes.requests import (
    AnsweredAlready,
    Closed,
    answer,
    text_for,
    title_for,
)
from citizen_diplomat.outcomes.rules import Answer
from citizen_diplomat.web.asking import read_token
from citizen_diplomat.web.database import db
from citizen_diplomat.web.forms import BaseForm
from citizen_diplomat.web.languages import language
from citizen_diplomat.web.mailed_links import dead_link
from citizen_diplomat.web.pages import form_page, query_choice, say, see_other
from citizen_diplomat.web.public.blueprint import public
from citizen_diplomat.web.signin import request_time
from citizen_diplomat.web.throttle import throttled_by_address

STOP = "stop"


class AskedForm(BaseForm):
    """Nothing but its buttons."""


@public.get("/asked/<token>")
def asked(token: str) -> Response:
    """Show what is asked, and what a yes tells the office."""
    row = _question(token)
    return dead_link() if row is None else _page(row, token)


@public.post("/asked/<token>")
@throttled_by_address
def say_yes_or_no(token: str) -> Response:
    """Keep a yes or a no, or the wish not to be asked again."""
    row, said = _question(token, to_change=True), request.form.get("answer", "")
    if row is None:
        return dead_link()
    if said not in {*Answer, STOP}:
        abort(404)
    with transaction(db()):
        if said == STOP:
            stop_asking(db(), row.account_id, at=request_time())
        # Caught within the transaction: a question is answered once, and whoever wants no more of
        # them is heard from an old page too.
        with suppress(AnsweredAlready, Closed):
            answer(db(), row, Answer.YES if said == Answer.YES else Answer.NO, at=request_time())
    if said == STOP:
        say("ok", gettext("The office does not ask you again. Your profile can change that."))
    return see_other("public.asked", token=token)


def _question(token: str, *, to_change: bool = False) -> HelpAsk | None:
    claim = read_token(token)
    row = ask_of(db(), *claim, to_change=to_change) if claim else None
    return row if row is not None and row.account.is_open else None


def _page(row: HelpAsk, token: str) -> Response:
    return form_page(
        "public/asked/asked.html",
        AskedForm(),
        ask=row,
        token=token,
        title=title_for(row.request, language()),
        text=text_for(row.request, language()),
        leaning=query_choice("answer", frozenset(Answer)),
    )
