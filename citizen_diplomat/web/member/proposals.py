"""A member's own proposals: the list, one of them with all that happened to it, and its end."""

from collections.abc import Sequence
from datetime import datetime

from flask import render_template, request
from flask_babel import gettext
from werkzeug.wrappers import Response

from citizen_diplomat.foundation.database import transaction
from citizen_diplomat.foundation.paging import Cursor
from citizen_diplomat.moderation import actions as desk
from citizen_diplomat.moderation.appeals import Chance, chance_of
from citizen_diplomat.moderation.clock import Standing, standing_of, waits_as
from citizen_diplomat.moderation.desks import Desk
from citizen_diplomat.moderation.model import Decision
from citizen_diplomat.moderation.queries import decisions_of
from citizen_diplomat.moderation.statements import statements_about
from citizen_diplomat.outcomes.queries import count_for_author
from citizen_diplomat.proposals import attachments, drafts, queries
from citizen_diplomat.proposals.model import Attachment, Proposal, Revision
from citizen_diplomat.proposals.queries import Shelf
from citizen_diplomat.proposals.receipts import reference_of
from citizen_diplomat.proposals.rules import (
    DISCARDED_KEPT,
    PUBLIC,
    WAITING_FOR_STAFF,
    Actor,
    State,
    Step,
    steps_open_to,
)
from citizen_diplomat.proposals.writers import bonds, invitations_to, of_writer
from citizen_diplomat.web.database import db
from citizen_diplomat.web.member.blueprint import member
from citizen_diplomat.web.member.edits import shown_offer
from citizen_diplomat.web.member.joined import joined
from citizen_diplomat.web.member.writing import call_refusal
from citizen_diplomat.web.pages import found, query_choice, say, see_other
from citizen_diplomat.web.remarks import remarks_with
from citizen_diplomat.web.signin import request_time, signed_in


@member.get("/me/proposals")
def proposals() -> str:
    """List what the member writes, alone or along, on one shelf or all of them."""
    shelf = Shelf(query_choice("shelf", frozenset(Shelf)) or Shelf.ALL)
    after = Cursor.decode(request.args.get("after"), datetime)
    author = signed_in().id
    # On other shelves nobody looks for them, unless one has just been thrown away.
    discarded = request.args.get("discarded", "")
    is_asked = shelf is Shelf.DRAFTS or bool(discarded)
    recent = queries.discarded_of_author(db(), author, at=request_time()) if is_asked else ()
    return render_template(
        "member/proposals/list.html",
        shelf=shelf,
        counts=queries.counts_of_author(db(), author),
        proposals=queries.list_of_author(db(), author, shelf=shelf, after=after),
        invitations=invitations_to(db(), signed_in(), at=request_time()),
        recent=recent,
        just_discarded=next((one for one in recent if str(one.number) == discarded), None),
        kept=DISCARDED_KEPT,
    )


@member.get("/me/proposals/<number:number>")
def own(number: int) -> str:
    """Show to its writers where a proposal stands, what happens next, what was answered."""
    proposal = found(of_writer(db(), signed_in().id, number))
    is_first = proposal.author_id == signed_in().id
    editable = proposal.is_editable
    versions, events = queries.revisions(db(), number), queries.history(db(), number)
    decisions, files = decisions_of(db(), number), attachments.attached(db(), number)
    chance = _chance(proposal)
    read = [one.at for one in events if one.step == Step.CLAIM and not one.of_change]
    sent, decision = versions[-1] if versions else None, decisions[-1] if decisions else None
    return render_template(
        "member/proposals/own.html",
        proposal=proposal,
        offer=shown_offer(proposal, sent),
        remarks=remarks_with(decision, proposal.draft),
        joined=joined(proposal),
        is_first=is_first,
        coauthors=bonds(db(), number, at=request_time()),
        change=queries.change_of(db(), number),
        steps=_steps(proposal, chance) if is_first else (),
        chance=chance,
        statements=statements_about(db(), signed_in().id, number),
        may_edit=editable,
        events=events,
        versions=versions,
        files=files,
        unsent=editable and bool(versions) and _differs(proposal, files, versions[-1]),
        decisions=decisions,
        change_decisions=decisions_of(db(), number, of_change=True),
        reference=reference_of(number, versions[0].submitted_at) if versions else None,
        duplicate=_public_duplicate(decisions),
        offers_waiting=count_for_author(db(), number)
        if is_first and proposal.state in PUBLIC
        else 0,
        reviewed_at=max(read, default=None),
        clock=_clock(proposal),
        refusal=call_refusal(proposal),
    )


@member.get("/me/proposals/<number:number>/versions/<number:revision>")
def version(number: int, revision: int) -> str:
    """Show one version of a proposal as it was sent, to its writers."""
    proposal = found(of_writer(db(), signed_in().id, number))
    sent = found(queries.revision(db(), number, revision))
    return render_template(
        "member/proposals/version.html",
        proposal=proposal,
        version=sent,
        files=attachments.of_revision(db(), sent),
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
    """Ask whether to delete a draft; POST does it, and the next page offers to undo it."""
    # The second click of a double click.
    if request.method == "POST" and _was_discarded(number):
        return see_other("member.proposals", discarded=number)
    proposal = _mine(number, to_change=request.method == "POST")
    if proposal.state != State.DRAFT:
        return _too_late(proposal)
    if request.method == "GET":
        return render_template("member/proposals/discard.html", proposal=proposal)
    with transaction(db()):
        drafts.discard(db(), proposal, by=signed_in(), at=request_time())
    return see_other("member.proposals", discarded=number)


@member.route("/me/proposals/<number:number>/restore", methods=["GET", "POST"])
def restore(number: int) -> Response:
    """Bring back a draft that was deleted less than a day ago; a GET comes back from signing in."""
    if request.method == "GET":
        # What was thrown away has no page of its own: the list offers to bring it back.
        if not _was_discarded(number):
            _mine(number)
        return see_other("member.proposals", discarded=number)
    with transaction(db()):
        proposal = drafts.restore(db(), number, by=signed_in(), at=request_time())
    if proposal is None:
        _mine(number)
    say("ok", gettext("The draft is back."))
    return see_other("member.own", number=number)


def _clock(proposal: Proposal) -> tuple[Standing, Desk | None] | None:
    """The working days of a proposal that waits, or whose clock stands still for its author."""
    if proposal.state not in {*WAITING_FOR_STAFF, State.CHANGES_REQUESTED}:
        return None
    return standing_of(db(), waits_as(proposal.state), proposal.number, at=request_time())


def _chance(proposal: Proposal) -> Chance | None:
    """How it stands with an appeal, where there can be one or was one."""
    if proposal.state not in {State.DECLINED, State.APPEALED}:
        return None
    return chance_of(db(), proposal.number, at=request_time())


def _steps(proposal: Proposal, chance: Chance | None) -> tuple[Step, ...]:
    """What its first author may do now; the table knows neither of time nor of an appeal before."""
    steps = proposal.steps_open_to(Actor.AUTHOR)
    if chance is not None and chance.is_open:
        return steps
    return tuple(step for step in steps if step is not Step.APPEAL)


def _differs(proposal: Proposal, files: Sequence[Attachment], sent: Revision) -> bool:
    """Whether something was changed since the version `sent`, in the words or the files."""
    return proposal.draft != sent.draft or [file.id for file in files] != sent.attachment_ids


def _mine(number: int, *, to_change: bool = False) -> Proposal:
    return found(queries.of_author(db(), signed_in().id, number, to_change=to_change))


def _was_discarded(number: int) -> bool:
    """Whether this draft of the reader's was thrown away, less than a day ago."""
    recent = queries.discarded_of_author(db(), signed_in().id, at=request_time())
    return any(one.number == number for one in recent)


def _public_duplicate(decisions: Sequence[Decision]) -> Proposal | None:
    """The proposal that this one repeats, if everybody may read it."""
    repeated = decisions[-1].duplicate_of if decisions else None
    return queries.public_one(db(), repeated) if repeated else None


def _too_late(proposal: Proposal) -> Response:
    if proposal.state != State.WITHDRAWN:
        say("note", gettext("This is not possible where the proposal stands now."))
    return see_other("member.own", number=proposal.number)
