"""A forgotten passphrase: asking for a link, and setting a new one by it."""

from flask import redirect, render_template
from flask_babel import gettext, lazy_gettext
from werkzeug.wrappers import Response
from wtforms import Field

from citizen_diplomat.accounts import actions
from citizen_diplomat.accounts.model import Account
from citizen_diplomat.accounts.queries import account_of_link
from citizen_diplomat.accounts.rules import LinkPurpose
from citizen_diplomat.accounts.sanctions import barring
from citizen_diplomat.foundation.database import transaction
from citizen_diplomat.web import passphrases
from citizen_diplomat.web.addresses import address_field, typed
from citizen_diplomat.web.database import db, reading
from citizen_diplomat.web.form_guard import GuardedForm
from citizen_diplomat.web.forms import BaseForm
from citizen_diplomat.web.mailed_links import dead_link, links, read_claim
from citizen_diplomat.web.pages import form_page, say, see_other
from citizen_diplomat.web.public.blueprint import public
from citizen_diplomat.web.public.login import onward
from citizen_diplomat.web.sanction_letters import letters
from citizen_diplomat.web.signin import request_time, sign_in
from citizen_diplomat.web.throttle import MAIL_PER_ACCOUNT, throttled, throttled_by_address


class ForgotForm(GuardedForm):
    email = address_field(lazy_gettext("E-mail"))


class ResetForm(BaseForm):
    password = passphrases.passphrase_field(
        lazy_gettext("New passphrase"), lazy_gettext("Choose a passphrase.")
    )

    def __init__(self, person: Account) -> None:
        """Take whose passphrase it will be."""
        super().__init__()
        self.person = person

    def validate_password(self, field: Field) -> None:
        """Raise ValidationError for a passphrase that is easy to guess."""
        passphrases.must_be_good(field, self.person.display_name, self.person.email)


@public.route("/password/forgot", methods=["GET", "POST"])
@throttled(MAIL_PER_ACCOUNT, only_done=True)
def forgot() -> Response:
    """Ask for the address, and mail it a link if it is a member's."""
    form = ForgotForm()
    if form.validate_on_submit():
        with transaction(db()):
            actions.request_reset(db(), typed(form.email), links=links(), at=request_time())
        return see_other("public.forgot_sent")
    return form_page("public/password/forgot.html", form)


@public.get("/password/sent")
def forgot_sent() -> str:
    """Say what happens now: the same words for everybody."""
    return render_template("public/password/sent.html")


@public.route("/password/reset/<token>", methods=["GET", "POST"])
@throttled_by_address
def reset(token: str) -> Response:
    """Show the form for a new passphrase, and set it."""
    claim = read_claim(LinkPurpose.RESET, token)
    with reading() as lookup:
        person = account_of_link(lookup, claim) if claim else None
    if claim is None or person is None or not person.is_open:
        return _dead()
    form = ResetForm(person)
    if not form.validate_on_submit():
        return form_page("public/password/reset.html", form, person=person)
    new_hash = passphrases.hashed(typed(form.password))
    with transaction(db()):
        changed = actions.reset_passphrase(db(), claim, new_hash, links=links(), at=request_time())
        barred = barring(db(), changed.id, at=request_time()) if changed else None
        if changed is not None and barred is None:
            sign_in(changed, remember=False, at=request_time())
    if changed is None:
        return _dead()
    say("ok", gettext("Your passphrase is changed and every other device is signed out."))
    if barred is not None:
        return redirect(letters().link(changed, barred), 303)
    return redirect(onward(changed, None), 303)


def _dead() -> Response:
    return dead_link("public.forgot")
