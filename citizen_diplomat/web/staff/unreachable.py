"""Whom letters do not reach, for staff who look after members; letting an address be tried again.

No page here shows an address: opening one has its own page, reason and receipt (`staff.contact`).
"""

from datetime import datetime

from flask import render_template, request
from flask_babel import gettext
from werkzeug.exceptions import Forbidden
from werkzeug.wrappers import Response

from citizen_diplomat.accounts.reachability import trouble_of, try_address_again
from citizen_diplomat.accounts.rules import Duty
from citizen_diplomat.directory.contact import may_open, reader_of
from citizen_diplomat.directory.queries import shown
from citizen_diplomat.directory.rules import Reader
from citizen_diplomat.directory.unreachable import member, unreachable
from citizen_diplomat.foundation.database import transaction
from citizen_diplomat.foundation.paging import Cursor
from citizen_diplomat.web.bounce_words import KINDS
from citizen_diplomat.web.database import db
from citizen_diplomat.web.links import absolute
from citizen_diplomat.web.pages import found, say, see_other
from citizen_diplomat.web.signin import request_time, signed_in
from citizen_diplomat.web.staff.blueprint import staff


@staff.page("/members/unreachable", duty=Duty.DIRECTORY)
def unreachable_members() -> str:
    """List the members whose address is stopped, the newest first."""
    after = Cursor.decode(request.args.get("after"), datetime)
    rows = unreachable(db(), at=request_time(), after=after)
    return render_template("staff/members/unreachable.html", rows=rows, kinds=KINDS)


@staff.page("/members/<number:number>/try-again", duty=Duty.CONTACT, methods=("GET", "POST"))
def try_member_again(number: int) -> Response:
    """Let one letter go to a member who is not reached; a GET comes back from signing in.

    404 for everybody else, 403 outside of one's cities.
    """
    if request.method == "GET":
        return see_other("staff.person", number=number)
    person, reader = found(member(db(), number)), reader_of(db(), signed_in().id)
    if not may_open(reader, found(shown(db(), number, Reader.STAFF))):
        raise Forbidden
    found(trouble_of(db(), person, at=request_time()))
    with transaction(db()):
        link = absolute(person.language, "member.reach")
        done = try_address_again(db(), person, by=reader, at=request_time(), link=link)
    if done:
        say("ok", gettext("A letter is on its way to this member."))
    else:
        say("note", gettext("Nothing was sent: once a day is enough to know."))
    return see_other("staff.person", number=number)
