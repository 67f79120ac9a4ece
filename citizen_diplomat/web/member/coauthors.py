"""Who writes a proposal: the page of all its writers, and what each of them can do there."""

from flask import make_response, render_template, request
from flask_babel import gettext, lazy_gettext
from werkzeug.wrappers import Response

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.foundation.database import transaction
from citizen_diplomat.moderation import actions as desk
from citizen_diplomat.proposals import coauthors as along
from citizen_diplomat.proposals import handover, invitations
from citizen_diplomat.proposals.bonds import Coauthor
from citizen_diplomat.proposals.coauthors import Full, LinkFor, NotPossible
from citizen_diplomat.proposals.invitations import AlreadyInvited, OwnAddress
from citizen_diplomat.proposals.model import Proposal
from citizen_diplomat.proposals.queries import of_author
from citizen_diplomat.proposals.rules import CLOSED_TO_COAUTHORS, MOST_COAUTHORS, Bond, State
from citizen_diplomat.proposals.writers import (
    bond_of_number,
    bond_with,
    bonds,
    of_writer,
    places_taken,
)
from citizen_diplomat.web.addresses import address_field, typed
from citizen_diplomat.web.database import db
from citizen_diplomat.web.forms import BaseForm
from citizen_diplomat.web.languages import language
from citizen_diplomat.web.links import absolute, link_to
from citizen_diplomat.web.member.blueprint import member
from citizen_diplomat.web.pages import UNPROCESSABLE, found, say, see_other
from citizen_diplomat.web.signin import account, request_time, signed_in
from citizen_diplomat.web.throttle import MAIL_PER_ACCOUNT, limiter, throttled

INVITATIONS_PER_ACCOUNT = "20 per day"
NOT_NOW = lazy_gettext("This is not possible any more. Here is how things stand now.")
IS_FULL = lazy_gettext("The proposal has as many co-authors as it can have, those invited counted.")
FIRST_NOW = lazy_gettext("You are the first author now. The one before you is a co-author.")
STILL_ALONG = lazy_gettext("You stay a co-author. The first author is told.")
DONE = {
    "take-back": lazy_gettext("The invitation is taken back."),
    "admit": lazy_gettext("They are a co-author now, and are told by e-mail."),
    "refuse": lazy_gettext("The request is declined. They are told by e-mail."),
    "remove": lazy_gettext("They are not a co-author any more, and are told by e-mail."),
    "offer": lazy_gettext("They are asked by e-mail whether they want to become the first author."),
    "end-offer": lazy_gettext("The offer is taken back."),
}


class InviteForm(BaseForm):
    email = address_field(lazy_gettext("Their e-mail address"))


@member.get("/me/proposals/<number:number>/coauthors")
def coauthors(number: int) -> Response:
    """Show who writes a proposal, to those who do."""
    return _page(_written(number), InviteForm(formdata=None))


@member.post("/me/proposals/<number:number>/coauthors")
@throttled(MAIL_PER_ACCOUNT, only_done=True)
@limiter.limit(INVITATIONS_PER_ACCOUNT, key_func=lambda: f"invites:{getattr(account(), 'id', 0)}")
def invite_coauthor(number: int) -> Response:
    """Invite somebody by e-mail; the answer is the same whoever has the address, or nobody."""
    proposal = found(of_author(db(), signed_in().id, number, to_change=True))
    form = InviteForm()
    if not form.validate_on_submit():
        return _page(proposal, form)
    # Caught within the transaction: a refusal has changed nothing, and a roll-back would throw
    # away what was read about the visitor.
    with transaction(db()):
        _invite(proposal, form)
    if form.errors:
        return _page(proposal, form)
    say("ok", gettext("We have sent an invitation to this address. It waits for 30 days."))
    return see_other("member.coauthors", number=number)


@member.post(
    "/me/proposals/<number:number>/coauthors/<number:id>/"
    "<any('take-back', admit, refuse, remove, offer, 'end-offer'):deed>"
)
def coauthor_deed(number: int, id: int, deed: str) -> Response:
    """Do what the first author can do with one co-author, invitation or request."""
    proposal = found(of_author(db(), signed_in().id, number, to_change=True))
    row = bond_of_number(db(), number, id, at=request_time())
    with transaction(db()):
        try:
            if row is None:
                raise NotPossible
            _do(deed, proposal, row)
            say("ok", str(DONE[deed]))
        except NotPossible:
            say("note", str(NOT_NOW))
        except Full:
            say("warn", str(IS_FULL))
    return see_other("member.coauthors", number=number)


@member.get(
    "/me/proposals/<number:number>/coauthors/<number:id>/"
    "<any('take-back', admit, refuse, remove, offer, 'end-offer'):deed>"
)
@member.get("/me/proposals/<number:number>/first-author")
@member.get("/me/proposals/<number:number>/name")
def back_to_coauthors(number: int, deed: str = "", id: int = 0) -> Response:  # noqa: ARG001
    """Lead those back who signed in again on their way to one of these."""
    _written(number)
    return see_other("member.coauthors", number=number)


@member.post("/me/proposals/<number:number>/first-author")
def answer_offer(number: int) -> Response:
    """Take up, or not, the place of the first author that was offered."""
    proposal, row = _along(number)
    act = desk.take_first_place if _says_yes() else handover.decline_offer
    with transaction(db()):
        try:
            act(db(), proposal, row, by=signed_in(), at=request_time(), link_for=_link(number))
            say("ok", str(FIRST_NOW if _says_yes() else STILL_ALONG))
        except NotPossible:
            say("note", str(NOT_NOW))
    return see_other("member.coauthors", number=number)


@member.post("/me/proposals/<number:number>/name")
def show_name(number: int) -> Response:
    """Choose whether one's name stands beside the proposal for others."""
    proposal, row = _along(number)
    named = request.form.get("named") == "y"
    with transaction(db()):
        along.show_name(db(), proposal, row, named=named, by=signed_in(), at=request_time())
    say("ok", gettext("Saved."))
    return see_other("member.coauthors", number=number)


@member.route("/me/proposals/<number:number>/leave", methods=["GET", "POST"])
def leave(number: int) -> str | Response:
    """Ask whether to stop writing along; POST does it."""
    proposal, row = _along(number)
    if request.method == "GET":
        return render_template("member/coauthors/leave.html", proposal=proposal)
    with transaction(db()):
        by, at = signed_in(), request_time()
        along.leave(db(), proposal, row, by=by, at=at, link_for=_link(number))
    say("ok", gettext("You are not a co-author any more. The first author is told."))
    return see_other("member.proposals")


def _written(number: int) -> Proposal:
    return found(of_writer(db(), signed_in().id, number))


def _along(number: int) -> tuple[Proposal, Coauthor]:
    """The proposal and the bond of a co-author; nobody else finds this page."""
    change = request.method == "POST"
    proposal = found(of_writer(db(), signed_in().id, number, to_change=change))
    return proposal, found(_accepted(bond_with(db(), signed_in().id, number)))


def _accepted(row: Coauthor | None) -> Coauthor | None:
    return row if row is not None and row.bond == Bond.ACCEPTED else None


def _says_yes() -> bool:
    return request.form.get("answer") == "accept"


def _link(number: int) -> LinkFor:
    return link_to("member.coauthors", number=number)


def _invite(proposal: Proposal, form: InviteForm) -> None:
    code = language()
    try:
        invitations.invite(
            db(),
            proposal,
            typed(form.email),
            language=code,
            link=absolute(code, "member.invitation", number=proposal.number),
            register_link=absolute(code, "public.register"),
            by=signed_in(),
            at=request_time(),
        )
    except OwnAddress:
        form.refuse("email", gettext("This is your own address."))
    except AlreadyInvited:
        form.refuse("email", gettext("This address has an open invitation already."))
    except Full:
        form.refuse("email", IS_FULL)
    except NotPossible:
        form.refuse("email", gettext("Nobody can be invited where the proposal stands now."))


def _do(deed: str, proposal: Proposal, row: Coauthor) -> None:
    session, by, at, link_for = db(), signed_in(), request_time(), _link(proposal.number)
    match deed:
        case "take-back":
            invitations.take_back(session, proposal, row, by=by, at=at)
        case "admit":
            along.admit(session, proposal, row, by=by, at=at, link_for=link_for)
        case "refuse":
            along.refuse(session, proposal, row, by=by, at=at, link_for=link_for)
        case "remove":
            along.remove(session, proposal, row, by=by, at=at, link_for=link_for)
        case "offer":
            handover.offer(session, proposal, row, by=by, at=at, link_for=link_for)
        case _:
            handover.end_offer(session, proposal, row, by=by, at=at)


def _page(proposal: Proposal, form: InviteForm) -> Response:
    at = request_time()
    rows = bonds(db(), proposal.number, at=at)
    is_open = State(proposal.state) not in CLOSED_TO_COAUTHORS
    free = MOST_COAUTHORS - places_taken(db(), proposal.number, at=at)
    page = render_template(
        "member/coauthors/coauthors.html",
        form=form,
        proposal=proposal,
        first=db().get_one(Account, proposal.author_id),
        is_first=proposal.author_id == signed_in().id,
        along=[row for row in rows if row.bond == Bond.ACCEPTED],
        invited=[row for row in rows if row.bond == Bond.INVITED],
        asked=[row for row in rows if row.bond == Bond.ASKED],
        mine=next((row for row in rows if row.account_id == signed_in().id), None),
        free=free if is_open else 0,
        is_open=is_open,
    )
    return make_response(page, UNPROCESSABLE if form.errors else 200)
