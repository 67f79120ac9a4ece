"""Being reached at another e-mail address: asked for with the passphrase, confirmed by mail."""

from flask_babel import gettext, lazy_gettext
from werkzeug.wrappers import Response
from wtforms import Field
from wtforms.validators import ValidationError

from citizen_diplomat.accounts import address_changes
from citizen_diplomat.accounts.changed_address import pending_of
from citizen_diplomat.foundation.database import transaction
from citizen_diplomat.foundation.text import email_key
from citizen_diplomat.web import fresh_passphrase
from citizen_diplomat.web.address_links import change_links
from citizen_diplomat.web.addresses import address_field, typed
from citizen_diplomat.web.database import db, reading
from citizen_diplomat.web.forms import BaseForm
from citizen_diplomat.web.kept_forms import forget_kept_form, kept_form
from citizen_diplomat.web.member.blueprint import member
from citizen_diplomat.web.pages import form_page, say, see_other
from citizen_diplomat.web.signin import request_time, signed_in
from citizen_diplomat.web.throttle import throttled_mails


class AddressForm(BaseForm):
    email = address_field(lazy_gettext("New e-mail address"))
    current_password = fresh_passphrase.field()

    def validate_email(self, field: Field) -> None:
        """Raise ValidationError for the address that they have."""
        if email_key(typed(field)) == signed_in().email_key:
            raise ValidationError(gettext("This is your address already."))


@member.get("/me/security/address")
def address() -> Response:
    """Show the form, and what waits for its confirmation."""
    return _page(AddressForm(kept_form()))


@member.post("/me/security/address")
@fresh_passphrase.throttled
@throttled_mails
def change_address() -> Response:
    """Mail a link to the new address; the answer is the same whosever it is."""
    person, form = signed_in(), AddressForm()
    if not (form.validate_on_submit() and fresh_passphrase.is_right(form, person)):
        return _page(form)
    with transaction(db()):
        is_asked = address_changes.ask(
            db(), person, typed(form.email), links=change_links(), at=request_time()
        )
        forget_kept_form()
    if not is_asked:
        say("warn", gettext("Your passphrase was changed elsewhere meanwhile. Try again."))
    return see_other("member.address")


@member.get("/me/security/address/stop", endpoint="stop_address_page")
def back_to_address() -> Response:
    """Where a form was to be sent, somebody may arrive after signing in again."""
    return see_other("member.address")


@member.post("/me/security/address/stop")
def stop_address() -> Response:
    """Keep the address that one has."""
    with transaction(db()):
        is_stopped = address_changes.withdraw(db(), signed_in(), at=request_time())
    if is_stopped:
        say("ok", gettext("You keep your address; the link we mailed is dead."))
    return see_other("member.address")


def _page(form: AddressForm) -> Response:
    with reading() as session:
        pending = pending_of(session, signed_in(), at=request_time())
    return form_page("member/security/address.html", form, pending=pending)
