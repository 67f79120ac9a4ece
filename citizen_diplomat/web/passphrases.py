"""Choosing and hashing passphrases on pages (NIST SP 800-63B-4, 3.1.1.2)."""

from typing import Any

from flask_babel import gettext
from wtforms import Field, PasswordField
from wtforms.validators import StopValidation, ValidationError

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.foundation import passphrase
from citizen_diplomat.foundation.numbers import format_number
from citizen_diplomat.foundation.passphrase import LONGEST, SHORTEST, Weakness
from citizen_diplomat.web.database import release
from citizen_diplomat.web.forms import Label
from citizen_diplomat.web.languages import language
from citizen_diplomat.web.services import services

# What somebody guesses first, besides the person's own name and address.
SITE_WORDS = (
    "Citizen Diplomat",
    "شهروند دیپلمات",
    "Isfahan",
    "Esfahan",
    "اصفهان",
    "شهرداری",
    "Municipality",
)


def passphrase_field(label: Label, message: Label) -> PasswordField:
    """A field for a passphrase, exactly as typed; `message` says that it is missing."""

    def must_be_there(_form: object, field: Any) -> None:
        if not field.data:
            raise StopValidation(str(message))

    return PasswordField(label, validators=[must_be_there])


def must_be_good(field: Field, *context: str | None) -> None:
    """Raise ValidationError that says why a new passphrase cannot be chosen.

    `context` is what others know of this person: the name and the address.
    """
    known = [words for words in context if words]
    problem = passphrase.weakness(field.data, [*known, *SITE_WORDS])
    if problem is not None:
        raise ValidationError(_message(problem))


def hashed(text: str) -> str:
    """The hash to keep. Slow on purpose, so nothing of the database is held meanwhile."""
    release()
    return passphrase.hash_passphrase(text, hasher=services().hasher)


def fits(person: Account | None, text: str) -> bool:
    """Whether `text` is the passphrase of `person`; as slow for nobody as for somebody."""
    release()
    kept = person.passphrase_hash if person else None
    return passphrase.verify_passphrase(kept, text, hasher=services().hasher)


def rehashed(person: Account | None, text: str) -> str | None:
    """A fresh hash of the passphrase when the kept one was made at another cost than today's."""
    kept = person.passphrase_hash if person else None
    if kept is None or not passphrase.needs_rehash(kept, hasher=services().hasher):
        return None
    return hashed(text)


def _message(problem: Weakness) -> str:
    words = {
        Weakness.TOO_SHORT: gettext(
            "Use at least %(least)s characters: a few words with spaces are easiest.",
            least=format_number(SHORTEST, language()),
        ),
        Weakness.TOO_LONG: gettext(
            "Use at most %(longest)s characters.", longest=format_number(LONGEST, language())
        ),
        Weakness.COMMON: gettext(
            "This is easy to guess. Choose words that do not belong together,"
            " without your name or the name of this site."
        ),
    }
    return str(words[problem])
