"""Supporting a proposal and taking it back: one button each, on the proposal's own page."""

from flask import abort, request
from flask_babel import gettext
from werkzeug.wrappers import Response

from citizen_diplomat.community import actions
from citizen_diplomat.community.actions import OwnProposal
from citizen_diplomat.foundation.database import transaction
from citizen_diplomat.proposals.model import Proposal
from citizen_diplomat.proposals.queries import approved_text, public_one
from citizen_diplomat.web.database import db
from citizen_diplomat.web.member.blueprint import member
from citizen_diplomat.web.pages import found, say, see_other
from citizen_diplomat.web.signin import request_time, signed_in
from citizen_diplomat.web.throttle import throttled_by_member

OFTEN = "120 per 10 minutes"


@member.route("/proposals/<number:number>/support", methods=["GET", "POST"])
@throttled_by_member(OFTEN)
def support(number: int) -> Response:
    """Support a proposal, or with `take_back` no longer; a GET comes here from signing in."""
    proposal = found(public_one(db(), number))
    if request.method == "POST":
        text = found(approved_text(db(), proposal))
        with transaction(db()):
            if request.form.get("take_back"):
                actions.take_back(db(), number, by=signed_in())
                say("ok", gettext("You do not support this proposal any more."))
            else:
                _give(proposal, text.city_slugs)
    return see_other("public.proposal", number=number)


def _give(proposal: Proposal, cities: list[str]) -> None:
    try:
        actions.support(db(), proposal, cities=cities, by=signed_in(), at=request_time())
    except OwnProposal:
        abort(403)
    say("ok", gettext("You support this proposal. Your name is shown to nobody."))
