"""The pages between writing a proposal and sending it: what is like it, and how it will look."""

from collections.abc import Iterator, Sequence

from flask import abort, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from citizen_diplomat.foundation.database import transaction
from citizen_diplomat.proposals.attachments import attached, undescribed
from citizen_diplomat.proposals.changes import Unchanged
from citizen_diplomat.proposals.model import Attachment
from citizen_diplomat.proposals.rules import Actor, Step, lacks
from citizen_diplomat.proposals.written import ProposalChange, Written
from citizen_diplomat.web.database import db
from citizen_diplomat.web.member.blueprint import member
from citizen_diplomat.web.member.proposal_form import IDEA, Part, ProposalForm, form_of
from citizen_diplomat.web.member.writing import (
    asked_by_office,
    call_refusal,
    done,
    is_first_author,
    nothing_new,
    page,
    send,
    text_of_mine,
    too_late,
)
from citizen_diplomat.web.pages import say, see_other
from citizen_diplomat.web.similar import similar_for_member


@member.get("/me/proposals/<number:number>/similar")
def similar_ones(number: int) -> Response | str:
    """Show what is like the idea before more work goes into it."""
    proposal = text_of_mine(number)
    return too_late(proposal) or render_template(
        "member/proposals/similar.html",
        proposal=proposal,
        similar=similar_for_member(proposal.title, proposal.summary, exclude=number),
        question=asked_by_office(proposal),
    )


@member.get("/me/proposals/<number:number>/preview")
def preview(number: int) -> Response | str:
    """Show a proposal as it will be read, what it still lacks, and the button that sends it."""
    proposal = text_of_mine(number)
    files = attached(db(), number)
    return too_late(proposal) or render_template(
        "member/proposals/preview.html",
        proposal=proposal,
        may_send=is_first_author(proposal),
        files=files,
        is_change=isinstance(proposal, ProposalChange),
        refusal=call_refusal(proposal),
        missing=[*_what_is_missing(proposal), *_what_lacks_words(proposal, files)],
        question=asked_by_office(proposal),
    )


@member.post("/me/proposals/<number:number>/submit")
def submit(number: int) -> Response:
    """Send a proposal as it was saved; what it still lacks is asked for in the form."""
    proposal = text_of_mine(number, to_change=True)
    if not is_first_author(proposal):
        abort(404)
    if Step.SUBMIT not in proposal.steps_open_to(Actor.AUTHOR):
        return see_other("member.own", number=number)
    if request.form.get("version", str(proposal.version)) != str(proposal.version):
        say("warn", gettext("The text was changed in the meantime. Read it again, then send it."))
        return see_other("member.own", number=number)
    form = form_of(proposal, Part.WHOLE)
    if lacks(proposal.draft, form.required):
        form.refuse_missing()
        return page(form, proposal)
    if call_refusal(proposal) is not None:
        return see_other("member.preview", number=number)
    with transaction(db()):
        try:
            send(proposal)
        except Unchanged:
            return nothing_new(proposal)
    return done(proposal)


def _what_is_missing(proposal: Written) -> list[tuple[str, str]]:
    """What has to be written before it can be sent, and where."""
    form = form_of(proposal, Part.WHOLE)
    form.refuse_missing()
    return [
        (_said_of(form, name, str(errors[0])), _place_of(proposal, name))
        for name, errors in form.errors.items()
    ]


def _what_lacks_words(proposal: Written, files: Sequence[Attachment]) -> Iterator[tuple[str, str]]:
    if undescribed(files):
        place = url_for("member.attachments", number=proposal.number)
        yield gettext("Say of each attachment what is on it."), place


def _said_of(form: ProposalForm, name: str, error: str) -> str:
    is_question = name in {field.name for field, _required in form.question_fields}
    return f"{error} {form[name].label.text}" if is_question else error


def _place_of(proposal: Written, name: str) -> str:
    endpoint = "member.edit" if name in IDEA else "member.details"
    return url_for(endpoint, number=proposal.number, _anchor=name)
