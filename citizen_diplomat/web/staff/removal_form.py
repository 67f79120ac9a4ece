"""The form of a statement of reasons: which rule was broken, on which facts."""

from typing import Any

from flask_babel import gettext, lazy_gettext
from werkzeug.datastructures import MultiDict

from citizen_diplomat.community.rules import Ground
from citizen_diplomat.foundation.numbers import parse_int
from citizen_diplomat.moderation.rules import MESSAGE_LENGTH
from citizen_diplomat.web.forms import BaseForm, KeptField, RadioChoiceField, paragraphs
from citizen_diplomat.web.pages import LARGEST_NUMBER
from citizen_diplomat.web.report_words import ground_choices


class RemovalForm(BaseForm):
    """Why something is taken out, as its author will read it."""

    ground = RadioChoiceField(lazy_gettext("Which rule does it break?"))
    message = paragraphs(
        lazy_gettext("Message to the author"),
        longest=MESSAGE_LENGTH,
        required=lazy_gettext("Write which words break the rule, and why."),
    )
    version = KeptField()

    def __init__(self, *args: Any, **options: Any) -> None:
        """Offer the rules in the language of the page."""
        super().__init__(*args, **options)
        self.ground.choices = ground_choices()

    @property
    def chosen(self) -> Ground:
        """The rule; ask after `is_right`."""
        return Ground(self.ground.data)

    @property
    def seen_version(self) -> int:
        """The version that the page was made from; 0 for none of ours."""
        return parse_int(self.version.data or "", lowest=0, highest=LARGEST_NUMBER) or 0

    def is_right(self) -> bool:
        """Whether it can be sent like this; if not, the errors stand beside their fields."""
        self.validate()
        if self.ground.errors:
            self.ground.errors = [gettext("Choose a reason.")]
        return not self.errors


def removal_form(version: int, kept: MultiDict[str, str] | None = None) -> RemovalForm:
    """An empty form for one version, or filled with what was `kept` when a sign-in ended."""
    form = RemovalForm(kept or MultiDict())
    form.version.data = str(version)
    return form
