"""A member's own proposals: the list, one of them with all that happened to it, and its end."""

from collections.abc import Sequence
from datetime import datetime

from flask import render_template, request
from flask_babel import gettext
from werkzeug.wrappers import Response

from citizen_diplomat.foundation.database import transaction
from citizen_diplomat.foundation.paging import Cursor
from citizen_diplomat.moderation import actions as desk
from citizen_diplomat.moderation.model import Decision
from citizen_diplomat.moderation.queries import decisions_of
from citizen_diplomat.proposals import actions, queries
from citizen_diplomat.proposals.model import Proposal
from citizen_diplomat.proposals.queries import Shelf
from citizen_diplomat.proposals.rules import EDITABLE, Actor, State, Step, steps_open_to
from citizen_diplomat.web.database import db
from citizen_diplomat.web.member.blueprint import member
from citizen_diplomat.web.pages import found, query_choice, say, see_other
from citizen_diplomat.web.signin import request_time, signed_in


@member.get("/me/proposals")
def proposals() -> str:
    """List the member's own proposals, on one shelf or all of them."""
    shelf = Shelf(query_choice("shelf", frozenset(Shelf)) or Shelf.ALL)
    after = Cursor.decode(request.args.get("after"), datetime)
    author = signed_in().id
    return render_template(
        "member/proposals/list.html",
        shelf=shelf,
        counts=queries.counts_of_author(db(), author),
        proposals=queries.list_of_author(db(), author, shelf=shelf, after=after),
    )


@member.get("/me/proposals/<number:number>")
def own(number: int) -> str:
    """Show one's own proposal: where it stands, what happens next, what was answered."""
    proposal = _mine(number)
    state = State(proposal.state)
    versions, events = queries.revisions(db(), number), queries.history(db(), number)
    decisions = decisions_of(db(), number)
    return render_template(
        "member/proposals/own.html",
        proposal=proposal,
        steps=steps_open_to(Actor.AUTHOR, state),
        may_edit=state in EDITABLE,
        events=events,
        versions=versions,
        unsent=state in EDITABLE and bool(versions) and proposal.draft != versions[-1].draft,
        decisions=decisions,
        duplicate=_public_duplicate(decisions),
        reviewed_at=max((one.at for one in events if one.step == Step.CLAIM), default=None),
    )


@member.get("/me/proposals/<number:number>/versions/<number:revision>")
def version(number: int, revision: int) -> str:
    """Show one version of one's own proposal as it was sent."""
    proposal = _mine(number)
    return render_template(
        "member/proposals/version.html",
        proposal=proposal,
        version=found(queries.revision(db(), number, revision)),
    )


@member.route("/me/proposals/<number:number>/withdraw", methods=["GET", "POST"])
def withdraw(number: int) -> str | Response:
    """Ask whether to take a proposal back; POST does it."""
    proposal = _mine(number, to_change=request.method == "POST")
    if Step.WITHDRAW not in steps_open_to(Actor.AUTHOR, State(proposal.state)):
        return _too_late(proposal)
    if request.method == "GET":
        return render_template("member/proposals/withdraw.html", proposal=proposal)
    with transaction(db()):
        desk.withdraw(db(), proposal, by=signed_in(), at=request_time())
    say("ok", gettext("You have withdrawn the proposal. Its text stays in your archive."))
    return see_other("member.own", number=number)


@member.route("/me/proposals/<number:number>/discard", methods=["GET", "POST"])
def discard(number: int) -> str | Response:
    """Ask whether to delete a draft; POST does it."""
    proposal = _mine(number, to_change=request.method == "POST")
    if proposal.state != State.DRAFT:
        return _too_late(proposal)
    if request.method == "GET":
        return render_template("member/proposals/discard.html", proposal=proposal)
    with transaction(db()):
        actions.discard(db(), proposal, by=signed_in(), at=request_time())
    say("ok", gettext("The draft is deleted."))
    return see_other("member.proposals")


def _mine(number: int, *, to_change: bool = False) -> Proposal:
    return found(queries.of_author(db(), signed_in().id, number, to_change=to_change))


def _public_duplicate(decisions: Sequence[Decision]) -> Proposal | None:
    """The proposal that this one repeats, if everybody may read it."""
    repeated = decisions[-1].duplicate_of if decisions else None
    return queries.public_one(db(), repeated) if repeated else None


def _too_late(proposal: Proposal) -> Response:
    if proposal.state != State.WITHDRAWN:
        say("note", gettext("This is not possible where the proposal stands now."))
    return see_other("member.own", number=proposal.number)
