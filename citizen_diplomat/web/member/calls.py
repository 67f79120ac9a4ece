"""Answering a call after it has closed, with a code of the office; and answering none after all."""

from dataclasses import replace

from flask import request
from flask_babel import gettext, lazy_gettext
from werkzeug.wrappers import Response

from citizen_diplomat.calls import codes, queries
from citizen_diplomat.foundation.database import transaction
from citizen_diplomat.proposals import actions
from citizen_diplomat.proposals.queries import of_author
from citizen_diplomat.web.database import db
from citizen_diplomat.web.forms import BaseForm, line
from citizen_diplomat.web.member.blueprint import member
from citizen_diplomat.web.pages import form_page, found, say, see_other
from citizen_diplomat.web.signin import request_time, signed_in
from citizen_diplomat.web.throttle import PER_ACCOUNT, throttled_by_member

CODE_TYPED = 40


class CodeForm(BaseForm):
    """The code that the office gave."""

    code = line(lazy_gettext("Late code"), longest=CODE_TYPED)


@member.route("/me/calls/<number:item>/code", methods=["GET", "POST"])
@throttled_by_member(PER_ACCOUNT)
def late_code(item: int) -> Response:
    """Take a late code as one's own; then the call can be answered until the code ends."""
    call = found(queries.public_one(db(), item))
    form = CodeForm()
    if request.method == "GET" or not form.validate():
        return form_page("member/calls/code.html", form, call=call)
    with transaction(db()):
        is_taken = codes.use(db(), call, form.code.data or "", by=signed_in(), at=request_time())
    if not is_taken:
        form.refuse("code", gettext("This code is not known, or not good any more."))
        return form_page("member/calls/code.html", form, call=call)
    say("ok", gettext("The code is yours. You can answer the call now."))
    return see_other("member.write", call=call.number)


@member.post("/me/proposals/<number:number>/without-call")
def without_call(number: int) -> Response:
    """Let a draft answer no call any more, so that it can be sent as any other proposal."""
    proposal = found(of_author(db(), signed_in().id, number, to_change=True))
    if proposal.call_number is not None and proposal.submitted_at is None:
        by, at = signed_in(), request_time()
        with transaction(db()):
            draft = replace(proposal.draft, call_number=None)
            actions.save(db(), proposal, draft, version=proposal.version, by=by, at=at)
        say("ok", gettext("The proposal answers no call now. You can send it as any other."))
    return see_other("member.preview", number=number)
