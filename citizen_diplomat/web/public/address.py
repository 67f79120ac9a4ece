"""The links of letters about another address; opening one changes nothing, its button does."""

from flask import render_template
from flask_babel import gettext
from werkzeug.wrappers import Response

from citizen_diplomat.accounts import address_changes
from citizen_diplomat.accounts.changed_address import ChangedAddress, change_of_link
from citizen_diplomat.accounts.model import Account
from citizen_diplomat.accounts.queries import account_by_id
from citizen_diplomat.accounts.rules import LinkPurpose
from citizen_diplomat.foundation.database import transaction
from citizen_diplomat.proposals import invitations
from citizen_diplomat.web.address_links import change_links, read_change
from citizen_diplomat.web.database import db
from citizen_diplomat.web.forms import BaseForm
from citizen_diplomat.web.mailed_links import dead_link
from citizen_diplomat.web.pages import form_page, say, see_other
from citizen_diplomat.web.public.blueprint import public
from citizen_diplomat.web.signin import account, request_time, session_token, sign_out
from citizen_diplomat.web.throttle import throttled_by_address


class ConfirmForm(BaseForm):
    """Nothing but its button."""


class RefuseForm(BaseForm):
    """Nothing but its button."""


@public.get("/address/new/<token>")
def new_address(token: str) -> Response:
    """Show the button; mail scanners open every link, so this changes nothing."""
    found = _found(LinkPurpose.NEW_ADDRESS, token)
    if found is None or not found[1].is_pending(found[0], request_time()):
        return _dead()
    return form_page("public/address/confirm.html", ConfirmForm(), change=found[1])


@public.post("/address/new/<token>")
@throttled_by_address
def confirm_address(token: str) -> Response:
    """Put the new address in the place of the old one; nobody is signed in by this."""
    claim = read_change(LinkPurpose.NEW_ADDRESS, token)
    visitor = account()
    is_owner = claim is not None and visitor is not None and visitor.id == claim.account_id
    change = None
    if claim is not None:
        with transaction(db()):
            change = address_changes.confirm(
                db(),
                claim,
                keep=session_token() if is_owner else None,
                links=change_links(),
                at=request_time(),
            )
            if change is not None:
                invitations.move(db(), change.old_key, change.new_key)
    if change is None:
        return _dead()
    if is_owner:
        say("ok", gettext("Your new address is confirmed and every other device is signed out."))
        return see_other("member.security")
    say("ok", gettext("Your new address is confirmed. Sign in with it from now on."))
    return see_other("public.login")


@public.get("/address/refuse/<token>")
def refuse_address(token: str) -> Response:
    """Say what the button does, for whoever did not ask for another address."""
    found = _found(LinkPurpose.REFUSE_ADDRESS, token)
    if found is None or not (found[0].is_open and found[1].is_refusable(request_time())):
        return _dead()
    return form_page("public/address/refuse.html", RefuseForm(), change=found[1])


@public.post("/address/refuse/<token>")
@throttled_by_address
def refuse_address_now(token: str) -> Response:
    """Keep or take back the old address, end every sign-in, and void the passphrase."""
    claim = read_change(LinkPurpose.REFUSE_ADDRESS, token)
    keys = None
    if claim is not None:
        with transaction(db()):
            keys = address_changes.refuse(db(), claim, links=change_links(), at=request_time())
            if keys is not None:
                invitations.move(db(), *keys)
                sign_out()
    if keys is None:
        return _dead()
    return see_other("public.address_refused")


@public.get("/address/refused")
def address_refused() -> str:
    """Say what happens now; to whoever opens it, it tells nothing of anybody."""
    return render_template("public/address/refused.html")


def _found(purpose: LinkPurpose, token: str) -> tuple[Account, ChangedAddress] | None:
    claim = read_change(purpose, token)
    change = change_of_link(db(), claim) if claim else None
    person = account_by_id(db(), change.account_id) if change else None
    return (person, change) if person and change else None


def _dead() -> Response:
    return dead_link("member.address", gettext("Change my e-mail address"))
