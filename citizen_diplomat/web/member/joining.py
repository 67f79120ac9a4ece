"""Coming to write a proposal along: the answer to an invitation, and a request to be let in."""

from flask import render_template, request
from flask_babel import gettext
from werkzeug.wrappers import Response

from citizen_diplomat.foundation.database import transaction
from citizen_diplomat.proposals import coauthors, invitations
from citizen_diplomat.proposals.bonds import Coauthor
from citizen_diplomat.proposals.coauthors import NotPossible
from citizen_diplomat.proposals.model import Proposal
from citizen_diplomat.proposals.queries import public_one
from citizen_diplomat.proposals.rules import MAY_ASK, Bond
from citizen_diplomat.proposals.writers import bond_with, invitation_to, lock, of_writer
from citizen_diplomat.web.database import db
from citizen_diplomat.web.links import link_to
from citizen_diplomat.web.member.blueprint import member
from citizen_diplomat.web.pages import found, say, see_other
from citizen_diplomat.web.signin import request_time, signed_in


@member.route("/me/proposals/<number:number>/invitation", methods=["GET", "POST"])
def invitation(number: int) -> str | Response:
    """Show an invitation to who has its address; POST answers it."""
    answers = request.method == "POST"
    row = invitation_to(db(), signed_in(), number, at=request_time(), to_change=answers)
    if row is None:
        # Who has accepted already, perhaps by a double click, is where they wanted to be.
        found(of_writer(db(), signed_in().id, number))
        return see_other("member.own", number=number)
    if not answers:
        return render_template("member/coauthors/invitation.html", proposal=row.proposal)
    return _answer(row, number)


@member.route("/proposals/<number:number>/join", methods=["GET", "POST"])
def join(number: int) -> str | Response:
    """Ask the first author of a public proposal to be let in."""
    proposal = found(public_one(db(), number))
    bond = bond_with(db(), signed_in().id, number)
    if request.method == "POST" and _ask(proposal):
        say("ok", gettext("The first author reads your request. You hear by e-mail."))
        return see_other("public.proposal", number=number)
    return render_template(
        "member/coauthors/join.html",
        proposal=proposal,
        has_asked=bond is not None and bond.bond == Bond.ASKED,
        may_ask=_may_ask(proposal, bond),
    )


def _answer(row: Coauthor, number: int) -> Response:
    by, at, link_for = signed_in(), request_time(), link_to("member.coauthors", number=number)
    named = request.form.get("named") == "y"
    if request.form.get("answer") == "accept":
        with transaction(db()):
            invitations.accept(
                db(), row.proposal, row, named=named, by=by, at=at, link_for=link_for
            )
        say(
            "ok",
            gettext(
                "You are a co-author now: read everything, change the words, see every answer."
            ),
        )
        return see_other("member.own", number=number)
    with transaction(db()):
        invitations.decline(db(), row.proposal, row, by=by, at=at, link_for=link_for)
    say("ok", gettext("You have declined. Whoever invited you is told."))
    return see_other("member.proposals")


def _may_ask(proposal: Proposal, bond: Coauthor | None) -> bool:
    return proposal.author_id != signed_in().id and (bond.bond if bond else None) in MAY_ASK


def _ask(proposal: Proposal) -> bool:
    named = request.form.get("named") == "y"
    link_for = link_to("member.coauthors", number=proposal.number)
    # Caught within the transaction: a refusal has changed nothing, and a roll-back would throw
    # away what was read about the visitor.
    with transaction(db()):
        lock(db(), proposal.number)
        try:
            coauthors.ask(
                db(), proposal, named=named, by=signed_in(), at=request_time(), link_for=link_for
            )
        except NotPossible:
            return False
    return True
