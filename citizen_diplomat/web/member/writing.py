"""Writing a proposal: its idea, its details, saving them, and coming back to them.

Each page of the way posts one part of the form and saves it. A script may post the whole form to
the first page and be done.
"""

from flask import abort, make_response, render_template, request
from flask_babel import LazyString, gettext
from werkzeug.wrappers import Response

from citizen_diplomat.foundation.database import transaction
from citizen_diplomat.foundation.text import latin_digits
from citizen_diplomat.moderation import actions as desk
from citizen_diplomat.moderation import changes as change_desk
from citizen_diplomat.moderation.queries import decisions_of
from citizen_diplomat.proposals import actions, changes
from citizen_diplomat.proposals.answering import refusal_of
from citizen_diplomat.proposals.attachments import attached, undescribed
from citizen_diplomat.proposals.changes import Unchanged
from citizen_diplomat.proposals.model import Proposal
from citizen_diplomat.proposals.queries import text_of_writer
from citizen_diplomat.proposals.rules import Draft, State
from citizen_diplomat.proposals.versions import newest_number
from citizen_diplomat.proposals.written import ProposalChange, Written
from citizen_diplomat.web.call_words import REFUSALS
from citizen_diplomat.web.database import db
from citizen_diplomat.web.kept_forms import forget_kept_form, kept_form
from citizen_diplomat.web.links import absolute
from citizen_diplomat.web.member.blueprint import member
from citizen_diplomat.web.member.call_choice import offer_calls
from citizen_diplomat.web.member.proposal_form import (
    Part,
    ProposalForm,
    empty_form,
    form_of,
    posted_form,
)
from citizen_diplomat.web.pages import form_page, say, see_other
from citizen_diplomat.web.remarks import Asked, remarks_with
from citizen_diplomat.web.signin import request_time, signed_in
from citizen_diplomat.web.similar import SimilarItem, similar_for_member

PAGE = "member/proposals/write.html"
ACTIONS = frozenset({"save", "next", "back", "submit", "preview"})
PAGE_OF = {Part.IDEA: "member.edit", Part.DETAILS: "member.details", Part.WHOLE: "member.edit"}
PAGE_AFTER = {Part.IDEA: "member.similar_ones", Part.DETAILS: "member.preview"}


@member.route("/me/proposals/new", methods=["GET", "POST"])
def write() -> Response:
    """Begin a proposal with its idea; a script may write and send all of it here."""
    if request.method == "GET":
        return page(empty_form(kept_form()))
    form, action = posted_form(), _action()
    if not form.is_right(action):
        return page(form)
    if action == "preview":
        return page(form, preview=form.draft())
    with transaction(db()):
        proposal, form = _start(form, action)
    if not _holds_what_was_typed(proposal, form):
        return _conflict(proposal, form)
    return _onward(proposal, form, action)


@member.route("/me/proposals/<number:number>/edit", methods=["GET", "POST"])
def edit(number: int) -> Response:
    """Go on with the idea of a draft, of what the office asked to change, or was accepted."""
    return _write_on(number, Part.IDEA)


@member.route("/me/proposals/<number:number>/details", methods=["GET", "POST"])
def details(number: int) -> Response:
    """Write the text, what it needs, and the answers to the questions of its topic."""
    return _write_on(number, Part.DETAILS)


def _write_on(number: int, part: Part) -> Response:
    posted = request.method == "POST"
    proposal = text_of_mine(number, to_change=posted)
    if not posted:
        return too_late(proposal) or page(form_of(proposal, part, kept_form()), proposal)
    form, action = posted_form(proposal), _action()
    if action == "submit" and not is_first_author(proposal):
        action = "save"
    if not form.is_right(action):
        return page(form, proposal)
    if action == "preview":
        return page(form, proposal, preview=form.draft())
    if _is_stale(proposal, form):
        return _conflict(proposal, form)
    with transaction(db()):
        try:
            _keep(proposal, form, action)
        except Unchanged:
            return nothing_new(proposal)
    return _onward(proposal, form, action)


def text_of_mine(number: int, *, to_change: bool = False) -> Written:
    """What its authors write on: their proposal, or the change of it once it was accepted."""
    text = text_of_writer(db(), signed_in().id, number, to_change=to_change)
    return text or abort(404)


def page(
    form: ProposalForm, proposal: Written | None = None, *, preview: Draft | None = None
) -> Response:
    """The page to write on; beside it stands what the office asked for, if it did."""
    part = form.shown
    form.part.data = part.value
    offer_calls(form.call, proposal)
    return form_page(
        PAGE,
        form,
        part=part.value,
        action=_address_of(part, proposal),
        proposal=proposal,
        is_change=isinstance(proposal, ProposalChange),
        preview=preview,
        question=asked_by_office(proposal),
        similar=_similar(form, proposal) if part is not Part.DETAILS else (),
        files=attached(db(), proposal.number) if proposal and part is Part.DETAILS else None,
    )


def _similar(form: ProposalForm, proposal: Written | None) -> list[SimilarItem]:
    number = proposal.number if proposal else None
    return similar_for_member(form.title.data or "", form.summary.data or "", exclude=number)


def asked_by_office(proposal: Written | None) -> list[Asked]:
    """What the office asked to change, with its remarks, while its author changes it."""
    if proposal is None or proposal.state != State.CHANGES_REQUESTED:
        return []
    of_change = isinstance(proposal, ProposalChange)
    decision = decisions_of(db(), proposal.number, of_change=of_change)[-1:]
    if not decision or decision[0].revision != newest_number(db(), proposal.number):
        # For the version that was sent last, the office has written one of its own.
        return []
    remarks = remarks_with(decision[0], proposal.draft)
    return [Asked(decision[0].reason, decision[0].message, remarks)]


def too_late(proposal: Written) -> Response | None:
    """Lead back from a page to write on when nothing may be written any more."""
    if proposal.is_editable:
        return None
    say("note", gettext("This proposal cannot be changed where it stands now."))
    return see_other("member.own", number=proposal.number)


def send(proposal: Written) -> None:
    """Send a proposal or a change as it was saved, in the caller's transaction.

    It stays where it is while nobody has said what is on one of its files, or while its author
    cannot answer the call that it answers.
    """
    refused = call_refusal(proposal)
    if refused is not None:
        say("warn", refused)
        return
    if undescribed(attached(db(), proposal.number)):
        say("warn", gettext("Not sent yet: say of each attachment what is on it, then send it."))
        return
    by, at = signed_in(), request_time()
    link = absolute(by.language, "member.own", number=proposal.number)
    if isinstance(proposal, ProposalChange):
        change_desk.submit(db(), proposal, by=by, at=at, link=link)
    else:
        desk.submit(db(), proposal, by=by, at=at, link=link)


def call_refusal(proposal: Written) -> LazyString | None:
    """Why a draft cannot be sent as an answer to its call, in words; None if it can."""
    if isinstance(proposal, ProposalChange):
        return None
    refusal = refusal_of(db(), proposal, at=request_time())
    return REFUSALS[refusal] if refusal else None


def nothing_new(proposal: Written) -> Response:
    """Say that a change that changes nothing is not sent."""
    say("warn", gettext("This is what everybody reads already. Change something, then send it."))
    return see_other("member.edit", number=proposal.number)


def done(proposal: Written) -> Response:
    """Say what became of it, on the author's page."""
    if isinstance(proposal, ProposalChange):
        return _change_done(proposal)
    if proposal.state == State.SUBMITTED:
        say("ok", gettext("Your proposal has arrived. A receipt is on its way to you by e-mail."))
    elif proposal.is_editable:
        say("ok", gettext("Saved. Only those who write it can see it until it is sent."))
    return see_other("member.own", number=proposal.number)


def _change_done(change: ProposalChange) -> Response:
    if change.state == State.SUBMITTED:
        say("ok", gettext("Your change has arrived. The approved version stays public meanwhile."))
    elif change.is_editable:
        say("ok", gettext("Saved. Only those who write it can see it until it is sent."))
    return see_other("member.change", number=change.number)


def is_first_author(proposal: Written) -> bool:
    """Who writes along saves; the right to send stays with the first author."""
    return proposal.author_id == signed_in().id


def _address_of(part: Part, proposal: Written | None) -> tuple[str, dict[str, int]]:
    if proposal is None:
        return "member.write", {}
    return PAGE_OF[part], {"number": proposal.number}


def _action() -> str:
    action = request.form.get("action", "save")
    return action if action in ACTIONS else "save"


def _onward(proposal: Written, form: ProposalForm, action: str) -> Response:
    """The next page of the way; the author's page after saving or sending."""
    part = form.posted_part
    if action == "next" and part in PAGE_AFTER:
        return see_other(PAGE_AFTER[part], number=proposal.number)
    if action == "back" and part is Part.DETAILS:
        return see_other("member.similar_ones", number=proposal.number)
    return done(proposal)


def _start(form: ProposalForm, action: str) -> tuple[Proposal, ProposalForm]:
    """Begin the proposal; the same form posted once more changes only an untouched draft."""
    by, at = signed_in(), request_time()
    proposal = actions.start(db(), form.draft(), form_key=form.key_for(by.id), by=by, at=at)
    untouched = proposal.state == State.DRAFT and proposal.version == 1
    # Posted again after more was written on later pages: that stays as it is.
    form = posted_form(proposal)
    if untouched or _holds_what_was_typed(proposal, form):
        _keep(proposal, form, action)
    return proposal, form


def _keep(proposal: Written, form: ProposalForm, action: str) -> None:
    if not _holds_what_was_typed(proposal, form):
        _save(proposal, form.draft())
    if action == "submit" and proposal.is_editable:
        send(proposal)
    forget_kept_form()


def _save(proposal: Written, draft: Draft) -> None:
    by, at, version = signed_in(), request_time(), proposal.version
    if isinstance(proposal, ProposalChange):
        changes.save(db(), proposal, draft, version=version, by=by, at=at)
    else:
        actions.save(db(), proposal, draft, version=version, by=by, at=at)


def _holds_what_was_typed(proposal: Written, form: ProposalForm) -> bool:
    return proposal.draft == form.draft()


def _is_stale(proposal: Written, form: ProposalForm) -> bool:
    """Whether saving would lose something: it was changed or sent since the form was fetched.

    The second click of a double click brings an old version and the same words: nothing is lost.
    """
    if _holds_what_was_typed(proposal, form):
        return False
    same = latin_digits(form.version.data or "") == str(proposal.version)
    return not same or not proposal.is_editable


def _conflict(proposal: Written, form: ProposalForm) -> Response:
    """Show what was typed beside what is stored now; sending it again then replaces that."""
    part = form.shown
    form.version.data, form.part.data = str(proposal.version), part.value
    offer_calls(form.call, proposal)
    answer = render_template(
        "member/proposals/conflict.html",
        form=form,
        part=part.value,
        action=_address_of(part, proposal),
        proposal=proposal,
        may_save=proposal.is_editable,
    )
    return make_response(answer, 409)
