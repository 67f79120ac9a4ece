"""Passphrase and sign-ins of a member, in their own hands."""

from flask import request
from flask_babel import gettext, lazy_gettext
from werkzeug.wrappers import Response
from wtforms import Field

from citizen_diplomat.accounts import actions
from citizen_diplomat.accounts.sessions import sessions_of
from citizen_diplomat.foundation.database import transaction
from citizen_diplomat.foundation.tokens import digest
from citizen_diplomat.web import passphrases
from citizen_diplomat.web.addresses import typed
from citizen_diplomat.web.database import db, reading
from citizen_diplomat.web.forms import BaseForm
from citizen_diplomat.web.mailed_links import links
from citizen_diplomat.web.member.blueprint import member
from citizen_diplomat.web.pages import form_page, say, see_other
from citizen_diplomat.web.signin import (
    account,
    request_time,
    session_token,
    sign_out,
    signed_in,
)
from citizen_diplomat.web.throttle import PER_ACCOUNT, limiter, throttled_by_address

LONGEST_NUMBER = 15


class FirstForm(BaseForm):
    """For somebody without a passphrase, who has just proved that the mailbox is theirs."""

    new_password = passphrases.passphrase_field(
        lazy_gettext("New passphrase"), lazy_gettext("Choose a passphrase.")
    )

    def validate_new_password(self, field: Field) -> None:
        """Raise ValidationError for a passphrase that is easy to guess."""
        passphrases.must_be_good(field, signed_in().display_name, signed_in().email)


class ChangeForm(FirstForm):
    """For everybody else: the present passphrase shows that it is really them."""

    current_password = passphrases.passphrase_field(
        lazy_gettext("Present passphrase"), lazy_gettext("Write your present passphrase.")
    )


@member.get("/me/security")
def security() -> Response:
    """Show the form for a new passphrase and where one is signed in."""
    return _page(_form())


@member.get("/me/password", endpoint="password_page")
@member.get("/me/sessions/end", endpoint="end_sessions_page")
def back_to_security() -> Response:
    """Where a form was to be sent, somebody may arrive after signing in again."""
    return see_other("member.security")


@member.post("/me/password")
@throttled_by_address
@limiter.limit(PER_ACCOUNT, key_func=lambda: f"account:{getattr(account(), 'id', 0)}")
def password() -> Response:
    """Change the passphrase; all other devices are signed out."""
    person, form = signed_in(), _form()
    is_valid = form.validate_on_submit()
    if is_valid and isinstance(form, ChangeForm):
        is_valid = passphrases.fits(person, typed(form.current_password))
        if not is_valid:
            form.refuse("current_password", gettext("This is not your present passphrase."))
    if not is_valid:
        return _page(form)
    new_hash = passphrases.hashed(typed(form.new_password))
    with transaction(db()):
        changed = actions.change_passphrase(
            db(), person, new_hash, keep=session_token(), links=links(), at=request_time()
        )
    if changed:
        say("ok", gettext("Your passphrase is changed and every other device is signed out."))
    else:
        say("warn", gettext("Your passphrase was changed elsewhere meanwhile. Try again."))
    return see_other("member.security")


@member.post("/me/sessions/end")
def end_sessions() -> Response:
    """End one sign-in by its number, all `others`, or `all` of them, this one too."""
    which, person, at = request.form.get("which", ""), signed_in(), request_time()
    if which == "all":
        with transaction(db()):
            actions.end_sign_ins(db(), person, at=at)
            sign_out()
        say("ok", gettext("You are signed out on every device."))
        response = see_other("public.login")
        response.headers["Clear-Site-Data"] = '"cache"'
        return response
    with transaction(db()):
        if which == "others":
            actions.end_sign_ins(db(), person, but=session_token(), at=at)
        elif which.isascii() and which.isdigit() and len(which) <= LONGEST_NUMBER:
            actions.end_sign_ins(db(), person, only=int(which), at=at)
    say("ok", gettext("Signed out there."))
    return see_other("member.security")


def _form() -> FirstForm:
    return FirstForm() if signed_in().passphrase_hash is None else ChangeForm()


def _page(form: BaseForm) -> Response:
    with reading() as session:
        living = sessions_of(session, signed_in(), at=request_time())
    return form_page(
        "member/security/security.html",
        form,
        living=living,
        this_digest=digest(session_token()),
    )
