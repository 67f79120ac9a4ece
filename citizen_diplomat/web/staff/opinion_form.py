"""The form in which staff ask somebody outside for an opinion."""

from typing import Any

from flask_babel import gettext, lazy_gettext
from wtforms import EmailField

from citizen_diplomat.foundation.numbers import format_number, parse_int
from citizen_diplomat.foundation.text import latin_digits
from citizen_diplomat.foundation.tokens import new_secret
from citizen_diplomat.moderation.model import QueueItem
from citizen_diplomat.moderation.opinion_rules import (
    ASKED_NAME_LENGTH,
    FEWEST_DAYS,
    MOST_DAYS,
    QUESTION_LENGTH,
    USUAL_DAYS,
    Advisor,
)
from citizen_diplomat.moderation.opinions import Asking
from citizen_diplomat.web.addresses import is_address, typed, typed_address
from citizen_diplomat.web.forms import (
    BaseForm,
    CleanText,
    KeptField,
    RadioChoiceField,
    line,
    paragraphs,
)
from citizen_diplomat.web.languages import OWN_NAMES, language
from citizen_diplomat.web.opinion_words import ADVISORS

LONGEST_KEY = 64
LARGEST_REVISION = 2**31 - 1


class AskForm(BaseForm):
    """Whom to ask what, in which language, and how long the link is open."""

    kind = RadioChoiceField(lazy_gettext("Whom do you ask?"))
    name = line(
        lazy_gettext("Name of the body or person"),
        longest=ASKED_NAME_LENGTH,
        required=lazy_gettext("Write whom you ask."),
    )
    address = EmailField(
        lazy_gettext("E-mail address"),
        filters=[lambda text: typed_address(text) if text else text],
        validators=[CleanText(multiline=False)],
    )
    question = paragraphs(
        lazy_gettext("Your question"),
        longest=QUESTION_LENGTH,
        required=lazy_gettext("Write what you would like to know."),
    )
    language = RadioChoiceField(lazy_gettext("Language of the letter and of the page"))
    days = line(
        lazy_gettext("Days that the link is open"),
        longest=10,
        required=lazy_gettext("Write a number of days."),
    )
    revision = KeptField()
    form_key = KeptField()

    def __init__(self, *args: Any, **options: Any) -> None:
        """Offer the choices; an empty form is given its key and the usual days."""
        super().__init__(*args, **options)
        self.kind.choices = list(ADVISORS.items())
        self.language.choices = list(OWN_NAMES.items())
        self.language.data = self.language.data or language()
        if not self.is_submitted() and not self.days.data:
            self.days.data = format_number(USUAL_DAYS, language())
        self.form_key.data = (self.form_key.data or new_secret())[:LONGEST_KEY]

    def is_right(self) -> bool:
        """Whether it can be sent like this; if not, the errors stand beside their fields."""
        self.validate()
        if typed(self.address) and not self.address.errors and not is_address(typed(self.address)):
            self.refuse("address", _wrong_address())
        if not self.days.errors and self._days() is None:
            self.refuse("days", _wrong_days())
        return not self.errors

    def show(self, item: QueueItem) -> None:
        """Say which version the page around this form shows."""
        self.revision.data = str(item.revision)

    def asking(self) -> Asking:
        """What was written, as a value of the room; ask after `is_right`."""
        read = parse_int(typed(self.revision), lowest=1, highest=LARGEST_REVISION)
        return Asking(
            kind=Advisor(self.kind.data),
            name=typed(self.name),
            address=typed(self.address),
            question=typed(self.question),
            language=typed(self.language),
            days=self._days() or USUAL_DAYS,
            revision=read or 0,
        )

    def _days(self) -> int | None:
        return parse_int(latin_digits(typed(self.days)), lowest=FEWEST_DAYS, highest=MOST_DAYS)


def _wrong_address() -> str:
    return str(
        gettext("Write the whole address, with an @ and a full stop, such as name@example.org.")
    )


def _wrong_days() -> str:
    fewest, most = (format_number(days, language()) for days in (FEWEST_DAYS, MOST_DAYS))
    return str(gettext("Write a number from %(fewest)s to %(most)s.", fewest=fewest, most=most))
