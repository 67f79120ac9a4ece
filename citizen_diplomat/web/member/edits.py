"""The desk's version of a proposal, for its authors: the first author agrees or changes it anew."""

from dataclasses import dataclass

from flask import make_response, render_template, request
from flask_babel import gettext
from werkzeug.wrappers import Response

from citizen_diplomat.foundation.database import transaction
from citizen_diplomat.foundation.numbers import parse_int
from citizen_diplomat.moderation import agreement
from citizen_diplomat.moderation.edits import EditOffer, OfferOver, newest_offer, refuse_offer
from citizen_diplomat.moderation.rules import EditAnswer
from citizen_diplomat.proposals.model import Proposal, Revision
from citizen_diplomat.proposals.queries import newest_revision, of_author
from citizen_diplomat.proposals.rules import State
from citizen_diplomat.web.comparing import Comparison, compared
from citizen_diplomat.web.database import db
from citizen_diplomat.web.links import link_to
from citizen_diplomat.web.member.blueprint import member
from citizen_diplomat.web.pages import CONFLICT, LARGEST_NUMBER, found, say, see_other
from citizen_diplomat.web.signin import request_time, signed_in


@dataclass(frozen=True)
class ShownOffer:
    """An offer on the version that was sent last, and what it would change in that."""

    offer: EditOffer
    comparison: Comparison


@member.route("/me/proposals/<number:number>/offer", methods=["GET", "POST"])
def offer(number: int) -> Response:
    """Agree to the desk's version, or refuse it; a GET leads to the page that shows it."""
    answers = request.method == "POST"
    proposal = found(of_author(db(), signed_in().id, number, to_change=answers))
    if not answers:
        return see_other("member.own", number=number)
    with transaction(db()):
        try:
            return _agree(proposal) if request.form.get("answer") == "agree" else _refuse(proposal)
        except OfferOver:
            return _over(proposal)


def shown_offer(proposal: Proposal, sent: Revision | None) -> ShownOffer | None:
    """What the desk offered last on the version `sent`, while the text is in its author's hands."""
    if sent is None or State(proposal.state) is not State.CHANGES_REQUESTED:
        return None
    made = newest_offer(db(), proposal.number)
    if made is None or made.based_on != sent.revision:
        return None
    return ShownOffer(made, compared(sent.draft, made.draft))


def _agree(proposal: Proposal) -> Response:
    version = parse_int(request.form.get("version", ""), lowest=0, highest=LARGEST_NUMBER)
    link = link_to("member.own", number=proposal.number)
    by, at = signed_in(), request_time()
    agreement.agree(db(), proposal, version=version or 0, by=by, at=at, link=link)
    say("ok", gettext("Thank you. Your proposal is accepted and public now."))
    return see_other("member.own", number=proposal.number)


def _refuse(proposal: Proposal) -> Response:
    refuse_offer(db(), proposal.number, by=signed_in(), at=request_time())
    say("ok", gettext("Change the text as you like, then send it again."))
    return see_other("member.edit", number=proposal.number)


def _over(proposal: Proposal) -> Response:
    """Say what became of the offer; the second click of a double click changes nothing."""
    made = newest_offer(db(), proposal.number)
    if made is not None and (made.answer, request.form.get("answer")) in {
        (EditAnswer.AGREED, "agree"),
        (EditAnswer.REFUSED, "refuse"),
    }:
        return see_other("member.own", number=proposal.number)
    page = render_template(
        "member/proposals/offer_over.html",
        proposal=proposal,
        offer=made,
        shown=shown_offer(proposal, newest_revision(db(), proposal.number)),
    )
    return make_response(page, CONFLICT)
