"""Keeping what a visitor types, before they sign in: the script posts it at each pause.

It is answered in JSON as a member's pauses are, see `member/autosave.py`. The first pause makes the
text and the cookie that finds it again; who only reads the page is given no more than its token.
"""

from flask import abort, jsonify
from flask_babel import gettext
from werkzeug.wrappers import Response

from citizen_diplomat.foundation.database import transaction
from citizen_diplomat.proposals import visitors
from citizen_diplomat.proposals.actions import Conflict
from citizen_diplomat.proposals.visitors import VisitorDraft
from citizen_diplomat.web.database import db
from citizen_diplomat.web.filters import page_url
from citizen_diplomat.web.pages import CONFLICT
from citizen_diplomat.web.pauses import leave_boxes_alone, posted_window, refused, version_of
from citizen_diplomat.web.public.blueprint import public
from citizen_diplomat.web.public.visitor_drafts import (
    VisitorDraftForm,
    form_of,
    keep_new,
    kept_here,
    too_many,
)
from citizen_diplomat.web.signin import account, request_time
from citizen_diplomat.web.throttle import throttled_by_browser, throttled_texts
from citizen_diplomat.web.visitor_key import new_visitor_key


@public.post("/proposals/autosave")
@throttled_texts
def autosave_new() -> Response:
    """Keep a new text at the first pause in typing; its `form_key` makes only one."""
    if account() is not None:
        # The text belongs into a draft of theirs: the page's buttons lead there.
        return Response("{}", 401, mimetype="application/json")
    form = VisitorDraftForm()
    if not form.form_key.data:
        abort(400)
    if not form.is_right():
        return refused(form)
    try:
        with transaction(db()):
            text, is_kept = keep_new(form, window=posted_window())
    except visitors.TooMany:
        form.refuse("title", too_many())
        return refused(form)
    # The same form may have been kept in another way, and changed since.
    return _kept(text) if is_kept else _overtaken(text)


@public.post("/proposals/kept/<number:item>/autosave")
@throttled_by_browser
def autosave(item: int) -> Response:
    """Keep what was typed up to a pause in a text that this browser keeps."""
    text = kept_here(item)
    form = form_of(text)
    leave_boxes_alone(form)
    if not form.is_right():
        return refused(form)
    version, at = version_of(form.version), request_time()
    try:
        with transaction(db()):
            visitors.save(text, form.draft(), version=version, window=posted_window(), at=at)
            new_visitor_key()
    except Conflict:
        return _overtaken(text)
    return _kept(text)


def _kept(text: VisitorDraft) -> Response:
    # Without a time: we do not know by which clock its author lives.
    return jsonify(
        number=text.id,
        version=text.version,
        saved_at=gettext("Saved for this device."),
        autosave_url=page_url("public.autosave", item=text.id),
        edit_url=page_url("public.kept_text", item=text.id),
    )


def _overtaken(text: VisitorDraft) -> Response:
    """Something newer is kept, which is left as it is (409 Conflict)."""
    message = gettext(
        "This text was changed in another window. Nothing is lost: what you typed stays here, and"
        " this window has stopped saving. When you press “Keep it on this device”, you see both"
        " beside each other."
    )
    answer = jsonify(number=text.id, message=message, own_url=page_url("public.kept"))
    answer.status_code = CONFLICT
    return answer
