"""Keeping what is being typed: a page's script posts it at each pause, and is answered in JSON.

A post may hold any part of the proposal's fields and changes no others, see `web/pauses.py`. The
script is told the version that its next post and the form's buttons go on from. What cannot be
kept here stays in the browser.
"""

from flask import abort, jsonify
from flask_babel import gettext
from werkzeug.wrappers import Response

from citizen_diplomat.foundation.calendar import format_time
from citizen_diplomat.foundation.database import transaction
from citizen_diplomat.proposals import changes, drafts
from citizen_diplomat.proposals.actions import Conflict
from citizen_diplomat.proposals.rules import State
from citizen_diplomat.proposals.written import ProposalChange, Written
from citizen_diplomat.web.database import db
from citizen_diplomat.web.filters import page_url, reader_zone
from citizen_diplomat.web.kept_forms import forget_kept_form
from citizen_diplomat.web.languages import language
from citizen_diplomat.web.member.blueprint import member
from citizen_diplomat.web.member.proposal_form import ProposalForm, posted_form
from citizen_diplomat.web.member.writing import text_of_mine
from citizen_diplomat.web.pauses import leave_boxes_alone, posted_window, refused, version_of
from citizen_diplomat.web.signin import request_time, signed_in
from citizen_diplomat.web.throttle import (
    DRAFTS_PER_MEMBER,
    PAUSES_PER_MEMBER,
    throttled_by_member,
)


@member.post("/me/proposals/autosave")
@throttled_by_member(DRAFTS_PER_MEMBER)
def autosave_new() -> Response:
    """Make a draft of a new form at the first pause in typing; its `form_key` makes only one."""
    form, by, at = posted_form(), signed_in(), request_time()
    if not form.form_key.data:
        abort(400)
    if not form.is_right("save"):
        return refused(form)
    with transaction(db()):
        proposal, is_kept = drafts.begin(
            db(), form.draft(), form_key=form.key_for(by.id), window=posted_window(), by=by, at=at
        )
        forget_kept_form()
    # The same form may have been saved or sent in another way, and changed since.
    return _kept(proposal) if is_kept else _overtaken(proposal)


@member.post("/me/proposals/<number:number>/autosave")
@throttled_by_member(PAUSES_PER_MEMBER)
def autosave(number: int) -> Response:
    """Keep what was typed up to a pause: in a draft, an answer to the office, or a change."""
    proposal = text_of_mine(number, to_change=True)
    form = _posted_partly(proposal)
    if not proposal.is_editable:
        return _overtaken(proposal)
    if not form.is_right("save"):
        return refused(form)
    try:
        with transaction(db()):
            _keep(proposal, form)
            forget_kept_form()
    except Conflict:
        return _overtaken(proposal)
    return _kept(proposal)


def _keep(text: Written, form: ProposalForm) -> None:
    version, window, at = version_of(form.version), posted_window(), request_time()
    if not isinstance(text, ProposalChange):
        drafts.keep(text, form.draft(), version=version, window=window, at=at)
    elif text.draft != form.draft():
        changes.keep(db(), text, form.draft(), version=version, window=window, at=at)


def _posted_partly(proposal: Written) -> ProposalForm:
    """The posted form, with what is stored in each field that was not posted."""
    form = posted_form(proposal)
    leave_boxes_alone(form)
    return form


def _kept(proposal: Written) -> Response:
    time = format_time(request_time(), reader_zone(), language())
    if proposal.state == State.DRAFT and not isinstance(proposal, ProposalChange):
        saved = gettext("Draft saved, %(time)s", time=time)
    else:
        saved = gettext("Saved, %(time)s", time=time)
    return jsonify(
        number=proposal.number,
        version=proposal.version,
        saved_at=saved,
        autosave_url=page_url("member.autosave", number=proposal.number),
        edit_url=page_url("member.edit", number=proposal.number),
    )


def _overtaken(proposal: Written) -> Response:
    """Something newer is stored, which is left as it is (409 Conflict)."""
    if proposal.is_editable:
        message = gettext(
            "This text was changed in another window or on another device. Nothing is lost: what"
            " you typed stays here, and this window has stopped saving. When you press Save, you"
            " see both beside each other."
        )
    else:
        message = gettext(
            "This proposal was sent from another window or device. What you typed since then stays"
            " here, but is no longer saved."
        )
    answer = jsonify(
        number=proposal.number,
        message=message,
        own_url=page_url("member.own", number=proposal.number),
    )
    answer.status_code = 409
    return answer
