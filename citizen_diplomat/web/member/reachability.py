"""“We cannot reach you”: what came back from one's own address, and letting it be tried again."""

from flask import render_template
from flask_babel import gettext
from werkzeug.wrappers import Response

from citizen_diplomat.accounts.reachability import trouble_of, try_address_again
from citizen_diplomat.foundation.database import transaction
from citizen_diplomat.web.bounce_words import KINDS
from citizen_diplomat.web.database import db
from citizen_diplomat.web.links import absolute
from citizen_diplomat.web.member.blueprint import member
from citizen_diplomat.web.pages import say, see_other
from citizen_diplomat.web.signin import request_time, signed_in


@member.get("/me/mail/reach")
def reach() -> str:
    """Tell whether letters reach this member, and what to do if not."""
    trouble = trouble_of(db(), signed_in(), at=request_time())
    return render_template("member/mail/reach.html", trouble=trouble, kinds=KINDS)


@member.post("/me/mail/reach")
def try_to_reach() -> Response:
    """Let one letter go out to one's own address; once a day."""
    person, at = signed_in(), request_time()
    with transaction(db()):
        trouble = trouble_of(db(), person, at=at)
        link = absolute(person.language, "member.reach")
        done = try_address_again(db(), person, by=person, at=at, link=link)
    if not done:
        say("note", gettext("Nothing was sent: once a day is enough to know."))
    elif trouble is not None and trouble.is_complaint:
        say("ok", gettext("Bulk mail comes to you again, as far as you have chosen it."))
    else:
        say("ok", gettext("A letter is on its way to you."))
    return see_other("member.reach")
