"""Writing a proposal: the empty form, its preview, saving, sending, and coming back to it."""

from flask import make_response, render_template, request
from flask_babel import gettext
from werkzeug.wrappers import Response

from citizen_diplomat.foundation.database import transaction
from citizen_diplomat.foundation.text import latin_digits
from citizen_diplomat.moderation import actions as desk
from citizen_diplomat.moderation.queries import decisions_of
from citizen_diplomat.proposals import actions
from citizen_diplomat.proposals.model import Proposal
from citizen_diplomat.proposals.queries import of_author
from citizen_diplomat.proposals.rules import (
    EDITABLE,
    Actor,
    Draft,
    State,
    Step,
    lacks,
    steps_open_to,
)
from citizen_diplomat.web.database import db
from citizen_diplomat.web.kept_forms import forget_kept_form, kept_form
from citizen_diplomat.web.links import absolute
from citizen_diplomat.web.member.blueprint import member
from citizen_diplomat.web.member.proposal_form import (
    ProposalForm,
    empty_form,
    form_of,
    posted_form,
)
from citizen_diplomat.web.pages import form_page, found, say, see_other
from citizen_diplomat.web.signin import request_time, signed_in

PAGE = "member/proposals/write.html"


@member.route("/me/proposals/new", methods=["GET", "POST"])
def write() -> Response:
    """Write a new proposal: look at it, save it as a draft, or send it."""
    if request.method == "GET":
        return _page(empty_form(kept_form()))
    form, action = posted_form(), _action()
    if not form.is_right(action):
        return _page(form)
    if action == "preview":
        return _page(form, preview=form.draft())
    with transaction(db()):
        proposal = _start(form, action)
    if not _holds_what_was_typed(proposal, form):
        return _conflict(proposal, form)
    return _done(proposal)


@member.route("/me/proposals/<number:number>/edit", methods=["GET", "POST"])
def edit(number: int) -> Response:
    """Go on with a draft, or answer what the office asked for."""
    posted = request.method == "POST"
    proposal = found(of_author(db(), signed_in().id, number, to_change=posted))
    if not posted:
        return _edit_page(proposal)
    form, action = posted_form(), _action()
    if not form.is_right(action):
        return _page(form, proposal)
    if action == "preview":
        return _page(form, proposal, preview=form.draft())
    if _is_stale(proposal, form):
        return _conflict(proposal, form)
    with transaction(db()):
        _keep(proposal, form, action)
    return _done(proposal)


@member.post("/me/proposals/<number:number>/submit")
def submit(number: int) -> Response:
    """Send a proposal as it was saved; what it still lacks is asked for in the form."""
    proposal = found(of_author(db(), signed_in().id, number, to_change=True))
    if Step.SUBMIT not in steps_open_to(Actor.AUTHOR, State(proposal.state)):
        return see_other("member.own", number=number)
    if request.form.get("version", str(proposal.version)) != str(proposal.version):
        say("warn", gettext("The text was changed in the meantime. Read it again, then send it."))
        return see_other("member.own", number=number)
    if lacks(proposal.draft):
        return _what_is_missing(proposal)
    with transaction(db()):
        _submit(proposal)
    return _done(proposal)


def _page(
    form: ProposalForm, proposal: Proposal | None = None, *, preview: Draft | None = None
) -> Response:
    """The page to write on; beside it stands what the office asked for, if it did."""
    asked = proposal is not None and proposal.state == State.CHANGES_REQUESTED
    question = decisions_of(db(), proposal.number)[-1:] if proposal and asked else ()
    return form_page(PAGE, form, proposal=proposal, preview=preview, question=question)


def _action() -> str:
    action = request.form.get("action", "save")
    return action if action in {"save", "submit", "preview"} else "save"


def _start(form: ProposalForm, action: str) -> Proposal:
    """Begin the proposal; the same form posted once more changes only an untouched draft."""
    by, at = signed_in(), request_time()
    proposal = actions.start(db(), form.draft(), form_key=form.key_for(by.id), by=by, at=at)
    untouched = proposal.state == State.DRAFT and proposal.version == 1
    if untouched or _holds_what_was_typed(proposal, form):
        _keep(proposal, form, action)
    return proposal


def _keep(proposal: Proposal, form: ProposalForm, action: str) -> None:
    by, at = signed_in(), request_time()
    if not _holds_what_was_typed(proposal, form):
        version = proposal.version
        actions.save(db(), proposal, form.draft(), version=version, by=by, at=at)
    if action == "submit" and State(proposal.state) in EDITABLE:
        _submit(proposal)
    forget_kept_form()


def _submit(proposal: Proposal) -> None:
    by = signed_in()
    link = absolute(by.language, "member.own", number=proposal.number)
    desk.submit(db(), proposal, by=by, at=request_time(), link=link)


def _holds_what_was_typed(proposal: Proposal, form: ProposalForm) -> bool:
    return proposal.draft == form.draft()


def _is_stale(proposal: Proposal, form: ProposalForm) -> bool:
    """Whether saving would lose something: it was changed or sent since the form was fetched.

    The second click of a double click brings an old version and the same words: nothing is lost.
    """
    if _holds_what_was_typed(proposal, form):
        return False
    same = latin_digits(form.version.data or "") == str(proposal.version)
    return not same or State(proposal.state) not in EDITABLE


def _edit_page(proposal: Proposal) -> Response:
    if State(proposal.state) not in EDITABLE:
        say("note", gettext("This proposal cannot be changed where it stands now."))
        return see_other("member.own", number=proposal.number)
    return _page(form_of(proposal, kept_form()), proposal)


def _what_is_missing(proposal: Proposal) -> Response:
    form = form_of(proposal)
    form.refuse_missing(proposal.draft)
    return _page(form, proposal)


def _conflict(proposal: Proposal, form: ProposalForm) -> Response:
    """Show what was typed beside what is stored now; sending it again then replaces that."""
    form.version.data = str(proposal.version)
    page = render_template(
        "member/proposals/conflict.html",
        form=form,
        proposal=proposal,
        may_save=State(proposal.state) in EDITABLE,
    )
    return make_response(page, 409)


def _done(proposal: Proposal) -> Response:
    if proposal.state == State.SUBMITTED:
        say("ok", gettext("Your proposal has arrived. A receipt is on its way to you by e-mail."))
    elif State(proposal.state) in EDITABLE:
        say("ok", gettext("Saved. Only you can see it until you send it."))
    return see_other("member.own", number=proposal.number)
