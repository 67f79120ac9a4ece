"""All versions of what one writes, two side by side, and the change of an accepted proposal."""

from flask import abort, render_template, request
from flask_babel import gettext
from werkzeug.wrappers import Response

from citizen_diplomat.foundation.database import transaction
from citizen_diplomat.moderation import changes as desk
from citizen_diplomat.moderation.queries import decisions_of
from citizen_diplomat.proposals import changes, queries
from citizen_diplomat.proposals.model import Proposal
from citizen_diplomat.proposals.rules import Actor, State, Step
from citizen_diplomat.proposals.versions import standings
from citizen_diplomat.proposals.writers import titled_of_writer
from citizen_diplomat.proposals.written import ProposalChange
from citizen_diplomat.web.comparing import asked_pair, compared
from citizen_diplomat.web.database import db
from citizen_diplomat.web.member.blueprint import member
from citizen_diplomat.web.member.writing import is_first_author
from citizen_diplomat.web.pages import found, say, see_other
from citizen_diplomat.web.remarks import remarks_with
from citizen_diplomat.web.signin import request_time, signed_in


@member.get("/me/proposals/<number:number>/versions")
def versions(number: int) -> str:
    """List every version that was sent, and what became of it."""
    proposal = _mine(number)
    return render_template(
        "member/proposals/versions.html",
        proposal=proposal,
        versions=queries.revisions(db(), number),
        standings=standings(queries.history(db(), number)),
    )


@member.get("/me/proposals/<number:number>/versions/compare")
def compare_versions(number: int) -> str | Response:
    """Show what was added and removed between two versions."""
    proposal = _mine(number)
    kept = queries.revisions(db(), number)
    if not kept:
        return see_other("member.own", number=number)
    first, second = asked_pair(kept)
    return render_template(
        "member/proposals/compare.html",
        proposal=proposal,
        versions=kept,
        first=first,
        second=second,
        comparison=compared(first.draft, second.draft),
    )


@member.get("/me/proposals/<number:number>/change")
def change(number: int) -> str | Response:
    """Show what the authors want to change in what everybody reads, and where that stands."""
    wanted = _change(number)
    if wanted is None or not wanted.version:
        return see_other("member.own", number=number)
    asked = wanted.state in {State.CHANGES_REQUESTED, State.DECLINED}
    answer = decisions_of(db(), number, of_change=True)[-1] if asked else None
    return render_template(
        "member/proposals/change.html",
        proposal=wanted.proposal,
        change=wanted,
        is_first=is_first_author(wanted),
        steps=wanted.steps_open_to(Actor.AUTHOR) if is_first_author(wanted) else (),
        answer=answer,
        remarks=remarks_with(answer, wanted.draft),
        comparison=compared(wanted.proposal.draft, wanted.draft),
    )


@member.route("/me/proposals/<number:number>/change/withdraw", methods=["GET", "POST"])
def withdraw_change(number: int) -> str | Response:
    """Ask whether to take a change back; POST does it."""
    wanted = _change_to_end(number)
    if wanted is None or Step.WITHDRAW not in wanted.steps_open_to(Actor.AUTHOR):
        return _too_late(number)
    if request.method == "GET":
        return render_template("member/proposals/withdraw_change.html", change=wanted)
    with transaction(db()):
        desk.withdraw(db(), wanted, by=signed_in(), at=request_time())
    say("ok", gettext("You have taken the change back. What you wrote is still here for you."))
    return see_other("member.change", number=number)


@member.route("/me/proposals/<number:number>/change/discard", methods=["GET", "POST"])
def discard_change(number: int) -> str | Response:
    """Ask whether to delete what was not accepted; POST does it."""
    wanted = _change_to_end(number)
    if wanted is None or not wanted.version or not wanted.is_editable:
        return _too_late(number)
    if request.method == "GET":
        return render_template("member/proposals/discard_change.html", change=wanted)
    with transaction(db()):
        changes.discard(db(), wanted, by=signed_in(), at=request_time())
    say("ok", gettext("The change is deleted. The approved version stays as it is."))
    return see_other("member.own", number=number)


def _mine(number: int) -> Proposal:
    return found(titled_of_writer(db(), signed_in().id, number))


def _change(number: int, *, to_change: bool = False) -> ProposalChange | None:
    """The change of an accepted proposal, kept or not yet, for its writers; None of another."""
    text = found(queries.text_of_writer(db(), signed_in().id, number, to_change=to_change))
    return text if isinstance(text, ProposalChange) else None


def _change_to_end(number: int) -> ProposalChange | None:
    """The change, for the first author alone: who writes along neither sends nor ends it."""
    wanted = _change(number, to_change=request.method == "POST")
    if wanted is not None and not is_first_author(wanted):
        abort(404)
    return wanted


def _too_late(number: int) -> Response:
    say("note", gettext("This is not possible where the change stands now."))
    return see_other("member.own", number=number)
