"""Late codes of a call, and the questions that it asks beside the usual fields."""

from flask import request
from flask_babel import gettext
from werkzeug.wrappers import Response

from citizen_diplomat.accounts.rules import Duty
from citizen_diplomat.calls import codes, queries
from citizen_diplomat.foundation.database import transaction
from citizen_diplomat.proposals import questions as asking
from citizen_diplomat.web.call_words import call_title
from citizen_diplomat.web.database import db
from citizen_diplomat.web.kept_forms import forget_kept_form, kept_form
from citizen_diplomat.web.pages import form_page, found, say, see_other
from citizen_diplomat.web.signin import request_time, signed_in
from citizen_diplomat.web.staff.blueprint import staff
from citizen_diplomat.web.staff.call_form import LateCodeForm
from citizen_diplomat.web.staff.question_form import QuestionForm
from citizen_diplomat.web.staff.questions import PAGE as QUESTION
from citizen_diplomat.web.staff.questions import enough

PAGE = "staff/calls/codes.html"


@staff.page("/calls/<number:number>/codes", duty=Duty.EDIT_CALLS, methods=("GET", "POST"))
def late_codes(number: int) -> Response:
    """List the late codes of a call; POST makes one, which the next page tells once."""
    call = found(queries.find(db(), number))
    form = LateCodeForm()
    if request.method == "GET" or not form.is_right():
        rows = codes.codes_of(db(), call)
        return form_page(PAGE, form, call=call, codes=rows, title_of=call_title)
    code = ""
    with transaction(db()):
        try:
            _row, code = codes.make(db(), call, days=form.number, by=signed_in(), at=request_time())
        except codes.TooMany:
            code = ""
    if code:
        told = gettext("The code is %(code)s. It is shown this once, so note it now.", code=code)
        say("ok", told)
    else:
        say("warn", gettext("This call has enough codes. Move its end instead."))
    return see_other("staff.late_codes", number=number)


@staff.page("/calls/<number:number>/codes/<number:item>", duty=Duty.EDIT_CALLS, methods=("POST",))
def revoke_code(number: int, item: int) -> Response:
    """Let a code be good for nothing from now on."""
    call = found(queries.find(db(), number))
    row = found(codes.one_of(db(), call, item))
    with transaction(db()):
        codes.revoke(db(), row, by=signed_in(), at=request_time())
    say("ok", gettext("The code is good for nothing now."))
    return see_other("staff.late_codes", number=number)


@staff.page("/calls/<number:number>/questions/new", duty=Duty.EDIT_CALLS, methods=("GET", "POST"))
def new_call_question(number: int) -> Response:
    """Write a question that whoever answers this call is asked."""
    call = found(queries.find(db(), number))
    form = QuestionForm(kept_form()) if request.method == "GET" else QuestionForm()
    if request.method == "GET" or not form.is_right():
        return form_page(QUESTION, form, question=None, topic=None, call=call)
    refused = False
    with transaction(db()):
        try:
            by, at = signed_in(), request_time()
            asking.ask(db(), None, form.asking(), call_number=call.number, by=by, at=at)
            forget_kept_form()
        except asking.TooMany:
            refused = True
    if refused:
        form.refuse("text_fa", enough())
        return form_page(QUESTION, form, question=None, topic=None, call=call)
    say("ok", gettext("From now on, whoever answers this call is asked this too."))
    return see_other("staff.call", number=number)
