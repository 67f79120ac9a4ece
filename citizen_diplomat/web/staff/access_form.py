"""The reason that staff give before they see contact data, or take a list along."""

from typing import Any

from flask_babel import gettext, lazy_gettext
from wtforms import Field
from wtforms.validators import ValidationError

from citizen_diplomat.accounts.rules import holds_link
from citizen_diplomat.audit.receipts import Occasion
from citizen_diplomat.audit.rules import LEAST_WORDS, MOST_WORDS, AccessReason, Opened
from citizen_diplomat.foundation.numbers import format_number
from citizen_diplomat.web.access_words import REASONS
from citizen_diplomat.web.addresses import typed
from citizen_diplomat.web.forms import BaseForm, RadioChoiceField, line
from citizen_diplomat.web.languages import language
from citizen_diplomat.web.reference import Choices


def says_enough(_form: Any, field: Field) -> None:
    """Raise ValidationError for a sentence that is none, or that names an address."""
    if len(typed(field)) < LEAST_WORDS:
        least = format_number(LEAST_WORDS, language())
        raise ValidationError(gettext("Write at least %(least)s characters.", least=least))
    if holds_link(typed(field)):
        raise ValidationError(gettext("No addresses here, please: this sentence is kept for good."))


def reason_options() -> Choices:
    """The catalogue of reasons, in the language of the page."""
    return [(code.value, str(word)) for code, word in REASONS.items()]


class AccessForm(BaseForm):
    reason = RadioChoiceField(lazy_gettext("Reason"), choices=reason_options)
    words = line(
        lazy_gettext("In your own words"),
        longest=MOST_WORDS,
        required=lazy_gettext("Write why you need it."),
        validators=[says_enough],
    )

    def validate(self, extra_validators: Any = None) -> bool:
        """Say about a missing reason what is missing."""
        is_valid = bool(super().validate(extra_validators))
        if self.reason.errors:
            self.reason.errors = [gettext("Choose a reason.")]
        return is_valid

    def occasion(self, opened: Opened) -> Occasion:
        """The reason as a value."""
        return Occasion(AccessReason(self.reason.data), typed(self.words), opened)
