"""Asking somebody who is signed in for their passphrase once more, before what is theirs alone."""

from collections.abc import Callable
from typing import Any

from flask_babel import gettext, lazy_gettext
from wtforms import PasswordField

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.web import passphrases
from citizen_diplomat.web.forms import BaseForm
from citizen_diplomat.web.signin import account
from citizen_diplomat.web.throttle import PER_ACCOUNT, limiter, throttled_by_address

FIELD = "current_password"


def field() -> PasswordField:
    """The field to declare as `current_password`."""
    return passphrases.passphrase_field(
        lazy_gettext("Present passphrase"), lazy_gettext("Write your present passphrase.")
    )


def is_right(form: BaseForm, person: Account) -> bool:
    """Whether a valid form holds the passphrase of `person`; says so beside the field if not."""
    if passphrases.fits(person, form[FIELD].data):
        return True
    form.refuse(FIELD, gettext("This is not your present passphrase."))
    return False


def throttled(view: Callable[..., Any]) -> Callable[..., Any]:
    """Limit the tries per address, and per account over all pages that ask in this way."""
    by_account = limiter.shared_limit(
        PER_ACCOUNT,
        scope="fresh_passphrase",
        key_func=lambda: f"account:{getattr(account(), 'id', 0)}",
        methods=["POST"],
    )
    wrapped: Callable[..., Any] = throttled_by_address(by_account(view))
    return wrapped
