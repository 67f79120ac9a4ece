"""Confirming an e-mail address: opening the link changes nothing, its button does."""

from flask_babel import gettext
from werkzeug.wrappers import Response

from citizen_diplomat.accounts import actions
from citizen_diplomat.accounts.queries import account_of_link
from citizen_diplomat.accounts.rules import LinkPurpose
from citizen_diplomat.directory.actions import member_arrived
from citizen_diplomat.foundation.database import transaction
from citizen_diplomat.web.database import db
from citizen_diplomat.web.forms import BaseForm
from citizen_diplomat.web.mailed_links import dead_link, read_claim
from citizen_diplomat.web.pages import form_page, say, see_other
from citizen_diplomat.web.public.blueprint import public
from citizen_diplomat.web.signin import account, request_time, sign_in, taken_over
from citizen_diplomat.web.throttle import throttled_by_address


class VerifyForm(BaseForm):
    """Nothing but its button."""


@public.get("/verify/<token>")
def verify(token: str) -> Response:
    """Show the button; mail scanners open every link, so this changes nothing."""
    claim = read_claim(LinkPurpose.VERIFY, token)
    person = account_of_link(db(), claim) if claim else None
    if person is None or person.verified_at is not None:
        return _dead(person.id if person else None)
    return form_page("public/verify/verify.html", VerifyForm(), person=person)


@public.post("/verify/<token>")
@throttled_by_address
def confirm(token: str) -> Response:
    """Confirm the address and sign its owner in."""
    claim = read_claim(LinkPurpose.VERIFY, token)
    if claim is None:
        return dead_link("public.register", gettext("Register again"))
    with transaction(db()):
        person = actions.verify(db(), claim, at=request_time())
        if person is not None:
            member_arrived(db(), person)
            sign_in(person, remember=False, at=request_time())
    if person is None:
        return _dead(claim.account_id)
    if person.passphrase_hash is None:
        say("warn", gettext("Your address is confirmed. Now choose a passphrase, please."))
        return see_other("member.security")
    draft = taken_over()
    if draft is not None:
        say(
            "ok",
            gettext("Your address is confirmed. What you wrote before is now a draft of yours."),
        )
        return see_other("member.edit", number=draft)
    say("ok", gettext("Your address is confirmed. Now tell us a little about yourself."))
    return see_other("member.profile")


def _dead(account_id: int | None) -> Response:
    """Who pressed the button twice is already where they wanted to be."""
    person = account()
    if person is not None and person.id == account_id:
        return see_other("member.profile")
    return dead_link("public.register", gettext("Register again"))
