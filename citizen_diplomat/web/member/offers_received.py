"""Who offers to help with one's own proposal: the list, and the answer to each."""

from datetime import datetime

from flask import make_response, render_template, request
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from citizen_diplomat.foundation.paging import Cursor
from citizen_diplomat.outcomes import queries
from citizen_diplomat.outcomes.model import HelpOffer
from citizen_diplomat.outcomes.rules import Party
from citizen_diplomat.proposals.model import Proposal
from citizen_diplomat.proposals.queries import of_author
from citizen_diplomat.web.database import db
from citizen_diplomat.web.helping import STATES, DeclineForm, answer, context_of
from citizen_diplomat.web.member.blueprint import member
from citizen_diplomat.web.pages import UNPROCESSABLE, found, see_other
from citizen_diplomat.web.signin import signed_in


@member.get("/me/proposals/<number:number>/help")
def helpers(number: int) -> str:
    """List what was offered for one's own proposal."""
    after = Cursor.decode(request.args.get("after"), datetime)
    return render_template(
        "member/help/received.html",
        proposal=_mine(number),
        offers=queries.offers_for(db(), number, after=after),
        states=STATES,
    )


@member.get("/me/proposals/<number:number>/help/<number:item>")
def helper(number: int, item: int) -> Response:
    """Show one offer, and what its author can say to it."""
    proposal = _mine(number)
    row = found(queries.offer_for(db(), number, item))
    return _page(proposal, row, DeclineForm(MultiDict()))


@member.post("/me/proposals/<number:number>/help/<number:item>")
def answer_helper(number: int, item: int) -> Response:
    """Agree with one offer, or decline it with a reason."""
    proposal = _mine(number)
    row = found(queries.offer_for(db(), number, item, to_change=True))
    wrong = answer(row, Party.AUTHOR)
    return _page(proposal, row, wrong) if wrong else see_other("member.helpers", number=number)


def _mine(number: int) -> Proposal:
    return found(of_author(db(), signed_in().id, number))


def _page(proposal: Proposal, row: HelpOffer, form: DeclineForm) -> Response:
    page = render_template(
        "member/help/helper.html", proposal=proposal, **context_of(row, Party.AUTHOR, form)
    )
    return make_response(page, UNPROCESSABLE if form.errors else 200)
