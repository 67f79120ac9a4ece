"""What was promised at events for an accepted proposal: one button makes a step of it."""

from flask import request
from flask_babel import gettext
from werkzeug.wrappers import Response

from citizen_diplomat.accounts.rules import Duty
from citizen_diplomat.foundation.database import transaction
from citizen_diplomat.outcomes import promised
from citizen_diplomat.outcomes.trail import Ended, TooMany
from citizen_diplomat.web.database import db
from citizen_diplomat.web.pages import found, say, see_other
from citizen_diplomat.web.signin import request_time, signed_in
from citizen_diplomat.web.staff.blueprint import staff
from citizen_diplomat.web.staff.outcome_desk import begun, clash, looked_after_one


@staff.page(
    "/outcomes/<number:number>/promises/<number:item>",
    duty=Duty.REVIEW,
    methods=("GET", "POST"),
)
def take_promise_over(number: int, item: int) -> Response:
    """Make a step of what was promised at an event; a GET comes back from signing in."""
    proposal = looked_after_one(number)
    if request.method == "GET":
        return see_other("staff.outcome", number=number)
    row = found(promised.promise_for(db(), number, item))
    who, at, refused = signed_in().id, request_time(), None
    with transaction(db()):
        try:
            promised.take_over(db(), begun(proposal), row, by=who, at=at)
        except (Ended, TooMany) as error:
            refused = error
    if refused:
        return clash(proposal)
    say("ok", gettext("It is a step of this outcome now."))
    return see_other("staff.outcome", number=number)
