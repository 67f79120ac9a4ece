"""The inbox: everything that was also mailed, for those who do not want to look for a letter."""

from datetime import datetime

from flask import redirect, render_template, request
from flask_babel import gettext
from werkzeug.wrappers import Response

from citizen_diplomat.accounts.reachability import trouble_of
from citizen_diplomat.foundation.database import transaction
from citizen_diplomat.foundation.paging import Cursor
from citizen_diplomat.mail import inbox as letters
from citizen_diplomat.web.database import db
from citizen_diplomat.web.filters import page_url
from citizen_diplomat.web.letters import headline, page_behind
from citizen_diplomat.web.member.blueprint import member
from citizen_diplomat.web.pages import found, say, see_other
from citizen_diplomat.web.signin import request_time, signed_in


@member.get("/me/inbox")
def inbox() -> str:
    """List what was mailed, newest first."""
    after = Cursor.decode(request.args.get("after"), datetime)
    return render_template(
        "member/inbox/inbox.html",
        letters=letters.entries(db(), signed_in().id, after=after),
        headline=headline,
        page_behind=page_behind,
        trouble=trouble_of(db(), signed_in(), at=request_time()),
    )


@member.route("/me/inbox/<number:number>", methods=["GET", "POST"])
def letter(number: int) -> Response:
    """Note that one letter was opened, and go where it leads; a GET notes nothing."""
    entry = found(letters.entry_of(db(), signed_in().id, number))
    if request.method == "GET":
        return see_other("member.inbox")
    with transaction(db()):
        letters.mark_read(entry, at=request_time())
    return redirect(page_behind(entry) or page_url("member.inbox"), 303)


@member.route("/me/inbox/read", methods=["GET", "POST"])
def read_all() -> Response:
    """Note that all letters were seen; a GET notes nothing."""
    if request.method == "POST":
        with transaction(db()):
            letters.mark_all_read(db(), signed_in().id, at=request_time())
        say("ok", gettext("Nothing is unread any more."))
    return see_other("member.inbox")
