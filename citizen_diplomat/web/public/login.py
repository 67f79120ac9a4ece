"""Signing in and out."""

from flask import redirect, request, session, url_for
from flask_babel import gettext, lazy_gettext
from werkzeug.wrappers import Response

from citizen_diplomat.accounts import actions
from citizen_diplomat.accounts.model import Account
from citizen_diplomat.accounts.queries import account_by_email
from citizen_diplomat.accounts.rules import Duty, may
from citizen_diplomat.accounts.sanctions import Sanction, barring
from citizen_diplomat.foundation.database import transaction
from citizen_diplomat.foundation.text import email_key
from citizen_diplomat.web import passphrases
from citizen_diplomat.web.addresses import address_field, typed
from citizen_diplomat.web.database import db, reading
from citizen_diplomat.web.filters import page_url
from citizen_diplomat.web.forms import BaseForm, KeptField, TickField
from citizen_diplomat.web.mailed_links import links
from citizen_diplomat.web.pages import form_page, say
from citizen_diplomat.web.public.blueprint import public
from citizen_diplomat.web.redirects import safe_path
from citizen_diplomat.web.sanction_letters import letters
from citizen_diplomat.web.signin import account, request_time, sign_in, sign_out, taken_over
from citizen_diplomat.web.throttle import throttled
from citizen_diplomat.web.visitor_key import visitor_key


class LoginForm(BaseForm):
    email = address_field(lazy_gettext("E-mail"))
    password = passphrases.passphrase_field(
        lazy_gettext("Passphrase"), lazy_gettext("Write your passphrase.")
    )
    remember = TickField(lazy_gettext("Keep me signed in on this device for 30 days"))
    next = KeptField()


@public.route("/login", methods=["GET", "POST"])
@throttled()
def login() -> Response:
    """Show the form, and sign somebody in."""
    form = LoginForm()
    if not form.is_submitted():
        form.next.data = safe_path(request.args.get("next")) or ""
    person = account()
    if person is None and form.validate_on_submit():
        person, barred = _signed_in(form)
        if barred is not None:
            return redirect(letters().link(barred.account, barred), 303)
        if person is None:
            form.refuse(
                "password",
                gettext("This e-mail and passphrase do not fit together, or are not confirmed."),
            )
    if person is not None:
        return redirect(onward(person, form.next.data), 303)
    return form_page(
        "public/login/login.html",
        form,
        has_kept_form="kept_form" in session,
        has_texts=visitor_key() is not None,
    )


@public.post("/logout")
def logout() -> Response:
    """End this sign-in on the server and let the browser forget the pages it showed."""
    person = account()
    with transaction(db()):
        if person is not None:
            actions.note_sign_out(db(), person, at=request_time())
        sign_out()
    say("ok", gettext("You are signed out."))
    response = redirect(url_for("public.home"), 303)
    response.headers["Clear-Site-Data"] = '"cache"'
    return response


def onward(person: Account, target: str | None) -> str:
    """Where somebody goes after signing in: where they wanted to, or to where their work is."""
    draft = taken_over()
    if draft is not None:
        say("ok", gettext("What you wrote before you signed in is now a draft of yours."))
    if path := safe_path(target):
        return path
    if draft is not None:
        return page_url("member.edit", number=draft)
    if may(person.roles, Duty.REVIEW):
        return page_url("staff.queue")
    return page_url("staff.log" if may(person.roles, Duty.READ_LOG) else "member.dashboard")


def _signed_in(form: LoginForm) -> tuple[Account | None, Sanction | None]:
    """The account, signed in; None for a wrong, unknown or unconfirmed one, after equal work.

    Who is suspended and knows the passphrase is told so by the second: nobody else learns of it.
    """
    text, at = typed(form.password), request_time()
    with reading() as lookup:
        seen = account_by_email(lookup, email_key(typed(form.email)))
    is_right = passphrases.fits(seen, text)
    may_enter = seen is not None and seen.is_open and is_right
    rehashed = passphrases.rehashed(seen, text) if may_enter else None
    with transaction(db()):
        person = barred = None
        if seen is not None and may_enter:
            barred = barring(db(), seen.id, at=at)
        if seen is not None and may_enter and barred is None:
            person = actions.note_sign_in(db(), seen, rehashed=rehashed, at=at)
        if person is None:
            actions.note_failed_sign_in(db(), seen, at=at)
        else:
            sign_in(person, remember=bool(form.remember.data), at=at)
        if seen is not None and is_right and seen.verified_at is None and not seen.closed_at:
            actions.ask_again_to_verify(db(), seen, links=links(), at=at)
    return person, barred
