"""Which calls can be chosen in the form of a proposal, and what the address of a call fills in."""

from typing import Any

from flask import request
from flask_babel import gettext
from wtforms import SelectField

from citizen_diplomat.calls import queries
from citizen_diplomat.calls.model import Call
from citizen_diplomat.foundation.numbers import parse_int
from citizen_diplomat.proposals.rules import MOST_CITIES
from citizen_diplomat.proposals.written import ProposalChange, Written
from citizen_diplomat.web.call_words import call_title
from citizen_diplomat.web.database import db
from citizen_diplomat.web.pages import LARGEST_NUMBER
from citizen_diplomat.web.reference import Choices
from citizen_diplomat.web.signin import request_time, signed_in


def may_choose_call(proposal: Written | None) -> bool:
    """Whether it may still be chosen which call a text answers: until it is first sent."""
    if proposal is None:
        return True
    return not isinstance(proposal, ProposalChange) and proposal.submitted_at is None


def chosen_call(wanted: str | None) -> Choices:
    """No call, or the `wanted` one if it was published, as (number, title).

    One that has closed stays chosen: the page before sending says that it is closed.
    """
    call = _published(wanted)
    rows = [(str(call.number), call_title(call))] if call else []
    return [("", gettext("No call")), *rows]


def offer_calls(field: SelectField, proposal: Written | None) -> None:
    """Offer the open calls that the member may answer; only a page that is shown needs them."""
    if may_choose_call(proposal):
        known = {str(value) for value, *_ in field.iter_choices()}
        rows = queries.open_to(db(), signed_in().id, at=request_time())
        more = [(str(row.number), call_title(row)) for row in rows if str(row.number) not in known]
        field.choices = [*(field.choices or ()), *more]


def asked_for() -> dict[str, Any]:
    """What the form of a new proposal holds when it was opened from the page of a call."""
    call = _published(request.args.get("call"))
    if request.method != "GET" or call is None:
        return {}
    home = queries.city_of(db(), signed_in().id)
    cities = [home] if home in call.city_slugs else call.city_slugs[:MOST_CITIES]
    topic = {"topic": call.topic_slugs[0]} if len(call.topic_slugs) == 1 else {}
    return {"call": str(call.number), "cities": cities, **topic}


def _published(text: str | None) -> Call | None:
    number = parse_int(text or "", lowest=1, highest=LARGEST_NUMBER)
    # A number is written in one way only: it is the value of the choice.
    return queries.public_one(db(), number) if number and text == str(number) else None
