"""The link by which somebody becomes staff: it shows what is offered, its button accepts."""

from flask import redirect
from flask_babel import gettext, lazy_gettext
from werkzeug.wrappers import Response
from wtforms import Field

from citizen_diplomat.accounts.invitations import Invitation, accept_invitation
from citizen_diplomat.accounts.model import Account
from citizen_diplomat.accounts.queries import account_of_link
from citizen_diplomat.accounts.rules import LinkClaim, must_choose_passphrase
from citizen_diplomat.directory.actions import member_arrived
from citizen_diplomat.foundation.database import transaction
from citizen_diplomat.web import passphrases
from citizen_diplomat.web.addresses import typed
from citizen_diplomat.web.database import db, reading
from citizen_diplomat.web.forms import BaseForm
from citizen_diplomat.web.mailed_links import dead_link, read_invitation
from citizen_diplomat.web.pages import form_page, say, see_other
from citizen_diplomat.web.public.blueprint import public
from citizen_diplomat.web.public.login import onward
from citizen_diplomat.web.signin import request_time, sign_in
from citizen_diplomat.web.throttle import throttled_by_address


class AcceptForm(BaseForm):
    """For somebody who has a passphrase: nothing but its button."""


class ChooseForm(BaseForm):
    password = passphrases.passphrase_field(
        lazy_gettext("Passphrase"), lazy_gettext("Choose a passphrase.")
    )

    def __init__(self, person: Account) -> None:
        """Take whose passphrase it will be."""
        super().__init__()
        self.person = person

    def validate_password(self, field: Field) -> None:
        """Raise ValidationError for a passphrase that is easy to guess."""
        passphrases.must_be_good(field, self.person.display_name, self.person.email)


@public.route("/invitation/<token>", methods=["GET", "POST"])
@throttled_by_address
def invitation(token: str) -> Response:
    """Show the invitation, and accept it."""
    read = read_invitation(token)
    with reading() as lookup:
        person = account_of_link(lookup, read[0]) if read else None
    if read is None or person is None:
        return dead_link()
    claim, offer = read
    is_verified = person.verified_at is not None
    chooses = must_choose_passphrase(person.passphrase_hash, is_verified=is_verified)
    form = ChooseForm(person) if chooses else AcceptForm()
    if not form.validate_on_submit():
        return form_page("public/invitation/invitation.html", form, person=person, offer=offer)
    new_hash = passphrases.hashed(typed(form["password"])) if chooses else None
    return _accept(claim, offer, new_hash, has_arrived=not is_verified)


def _accept(
    claim: LinkClaim, offer: Invitation, new_hash: str | None, *, has_arrived: bool
) -> Response:
    with transaction(db()):
        person = accept_invitation(db(), claim, offer, passphrase_hash=new_hash, at=request_time())
        if person is not None and has_arrived:
            member_arrived(db(), person)
        if person is not None and new_hash is not None:
            sign_in(person, remember=False, at=request_time())
    if person is None:
        return dead_link()
    return _welcome(person, has_just_chosen=new_hash is not None)


def _welcome(person: Account, *, has_just_chosen: bool) -> Response:
    if has_just_chosen:
        say("ok", gettext("Welcome to the municipality’s desk."))
        return redirect(onward(person, None), 303)
    say("ok", gettext("Your new role is confirmed. Please sign in with your passphrase."))
    return see_other("public.login")
