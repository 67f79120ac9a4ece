"""Members whom one does not want to hear from; they do not learn of it."""

from datetime import datetime

from flask import make_response, render_template, request
from flask_babel import gettext
from werkzeug.wrappers import Response

from citizen_diplomat.correspondence import actions, queries
from citizen_diplomat.foundation.database import transaction
from citizen_diplomat.foundation.paging import Cursor
from citizen_diplomat.web.database import db
from citizen_diplomat.web.member.blueprint import member
from citizen_diplomat.web.pages import found, say, see_other
from citizen_diplomat.web.signin import request_time, signed_in


@member.route("/me/messages/<number:number>/block", methods=["GET", "POST"])
def block(number: int) -> Response:
    """Ask whether to block the other one of a conversation; the link in a letter leads here."""
    exchange = found(queries.exchange(db(), signed_in().id, number))
    if request.method == "GET":
        return make_response(render_template("member/messages/block.html", exchange=exchange))
    with transaction(db()):
        conversation = queries.between(db(), signed_in().id, exchange.other_id, to_change=True)
        actions.block(
            db(), found(conversation), exchange.other_id, by=signed_in(), at=request_time()
        )
    say("ok", gettext("You will not hear from this member any more. They are not told."))
    return see_other("member.blocked")


@member.get("/me/blocked")
def blocked() -> str:
    """List whom one has blocked."""
    after = Cursor.decode(request.args.get("after"), datetime)
    people = queries.blocked_by(db(), signed_in().id, after=after)
    return render_template("member/messages/blocked.html", people=people)


@member.route("/me/blocked/<number:number>/lift", methods=["GET", "POST"])
def unblock(number: int) -> Response:
    """Take a block back."""
    if not queries.has_blocked(db(), signed_in().id, number):
        found(None)
    if request.method == "POST":
        with transaction(db()):
            actions.unblock(db(), number, by=signed_in())
        say("ok", gettext("The block is gone. What was sent meanwhile stays unseen."))
    return see_other("member.blocked")
