"""E-mail addresses as people type them: one form for storing, looking up and counting tries."""

from typing import Any

from email_validator import EmailNotValidError, validate_email
from flask_babel import gettext, lazy_gettext
from wtforms import EmailField, Field
from wtforms.validators import StopValidation

from citizen_diplomat.accounts.rules import EMAIL_LENGTH
from citizen_diplomat.foundation.text import clean, email_key, latin_digits
from citizen_diplomat.web.forms import CleanText, Label, Required

LONGEST_TYPED = 1000
MISSING = lazy_gettext("Write your e-mail address.")


def typed_address(text: str) -> str:
    """The address that somebody meant: without stray spaces and joiners, digits as 0-9."""
    return latin_digits(clean(text[:LONGEST_TYPED]))


def typed(field: Field) -> str:
    """What was typed into a text field, cleaned as the field cleans it."""
    return str(field.data or "")


def is_address(text: str) -> bool:
    """Whether mail can be sent to `text` (RFC 5321); asks no name server."""
    try:
        validate_email(text, check_deliverability=False, allow_smtputf8=False)
    except EmailNotValidError:
        return False
    return max(len(text), len(email_key(text))) <= EMAIL_LENGTH


def address_field(label: Label, **options: Any) -> EmailField:
    """A field for an e-mail address, required and well-formed."""
    return EmailField(
        label,
        filters=[lambda text: typed_address(text) if text else text],
        validators=[CleanText(multiline=False), Required(MISSING), _must_be_address],
        **options,
    )


def _must_be_address(_form: object, field: Any) -> None:
    if not is_address(field.data):
        raise StopValidation(
            gettext("Write the whole address, with an @ and a full stop, such as name@example.org.")
        )
