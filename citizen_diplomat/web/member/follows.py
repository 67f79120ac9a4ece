"""Following proposals, cities, topics and calls, and the list of what one follows."""

from datetime import datetime

from flask import abort, redirect, render_template, request
from flask_babel import gettext
from werkzeug.wrappers import Response

from citizen_diplomat.calls import queries as calls
from citizen_diplomat.community import actions, follows
from citizen_diplomat.community.rules import FollowKind
from citizen_diplomat.foundation.database import transaction
from citizen_diplomat.foundation.numbers import parse_int
from citizen_diplomat.foundation.paging import Cursor
from citizen_diplomat.proposals.queries import public_many, public_one
from citizen_diplomat.web.database import db
from citizen_diplomat.web.filters import page_url
from citizen_diplomat.web.member.blueprint import member
from citizen_diplomat.web.pages import LARGEST_NUMBER, say
from citizen_diplomat.web.redirects import safe_path
from citizen_diplomat.web.reference import reference
from citizen_diplomat.web.signin import request_time, signed_in
from citizen_diplomat.web.throttle import throttled_by_member

OFTEN = "120 per 10 minutes"


@member.get("/me/follows")
def follows_page() -> str:
    """List what the member follows, the newest first."""
    after = Cursor.decode(request.args.get("after"), datetime)
    followed = follows.follows_of(db(), signed_in().id, after=after)
    numbers = {
        kind: [int(row.subject) for row in followed if row.kind == kind]
        for kind in (FollowKind.PROPOSAL, FollowKind.CALL)
    }
    return render_template(
        "member/follows/follows.html",
        followed=followed,
        proposals={str(row.number): row for row in public_many(db(), numbers[FollowKind.PROPOSAL])},
        calls={str(row.number): row for row in calls.public_many(db(), numbers[FollowKind.CALL])},
    )


@member.post("/me/follows")
@throttled_by_member(OFTEN)
def follow() -> Response:
    """Follow a thing, or with `take_back` no longer; then back to the page it stood on."""
    kind, subject = request.form.get("kind", ""), request.form.get("subject", "")
    if kind not in set(FollowKind):
        abort(400)
    with transaction(db()):
        if request.form.get("take_back"):
            actions.unfollow(db(), FollowKind(kind), _cut(subject), by=signed_in())
            say("ok", gettext("You do not follow this any more."))
        elif _exists(FollowKind(kind), subject):
            actions.follow(db(), FollowKind(kind), subject, by=signed_in(), at=request_time())
            say("ok", gettext("You follow this now. All that you follow is under “My follows”."))
        else:
            abort(404)
    return redirect(safe_path(request.form.get("next")) or page_url("member.follows_page"), 303)


def _exists(kind: FollowKind, subject: str) -> bool:
    """Whether there is such a thing for everybody; its name is written in one way only."""
    if kind is FollowKind.CITY:
        return subject in reference().cities
    if kind is FollowKind.TOPIC:
        return subject in reference().topics
    number = parse_int(subject, lowest=1, highest=LARGEST_NUMBER)
    if number is None or subject != str(number):
        return False
    if kind is FollowKind.CALL:
        return calls.public_one(db(), number) is not None
    return public_one(db(), number) is not None


def _cut(subject: str) -> str:
    """What no database would refuse to compare."""
    return "".join(
        character for character in subject[:60] if character.isalnum() or character == "-"
    )
