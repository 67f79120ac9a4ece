"""The base of all forms: CSRF, texts in the reader's language, and cleaned input.

Every text a person types passes `clean` (what is stored) and `refuse` (what no text may hold),
and has a longest length. The messages are ours: the library's Persian ones are incomplete.
"""

from collections.abc import Callable, Iterable
from typing import Any, TypeAlias

from flask_babel import LazyString, gettext, lazy_gettext
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    EmailField,
    Field,
    HiddenField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, StopValidation, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget, RadioInput

from citizen_diplomat.foundation import text as texts
from citizen_diplomat.foundation.numbers import format_number
from citizen_diplomat.web.languages import language

Label: TypeAlias = str | LazyString

PROBLEMS = {
    texts.Problem.CONTROL: lazy_gettext(
        "There were control characters in this text. They have been taken out;"
        " please look at it and send it again."
    ),
    texts.Problem.BIDI: lazy_gettext(
        "There were hidden direction marks in this text. They have been taken out;"
        " please look at it and send it again."
    ),
    texts.Problem.INVISIBLE: lazy_gettext(
        "There were invisible characters in this text. They have been taken out;"
        " please look at it and send it again."
    ),
    texts.Problem.UNASSIGNED: lazy_gettext(
        "There were characters in this text that no script knows. They have been taken out;"
        " please look at it and send it again."
    ),
}


class BaseForm(FlaskForm):
    """A form of ours; subclasses declare fields and turn themselves into a value of a room."""

    def refuse(self, field: str, message: Label) -> None:
        """Put an error beside a field after validation, for example from a named constraint."""
        target = self[field]
        target.errors = [*target.errors, message]


class Required(InputRequired):
    """Something must have been typed; says what, in the reader's language."""

    def __init__(self, message: Label | None = None) -> None:
        """Take the message to show, such as "Write a title"."""
        super().__init__(message or lazy_gettext("Please fill this in."))

    def __call__(self, form: Any, field: Field) -> None:
        """Raise StopValidation when the cleaned text is empty."""
        if not field.data or (isinstance(field.data, str) and not field.data.strip()):
            field.errors = []
            raise StopValidation(str(self.message))


class AtMost(Length):
    """At most so many characters, counted after cleaning."""

    def __init__(self, longest: int) -> None:
        """Take the longest allowed length in characters."""
        super().__init__(max=longest)

    def __call__(self, form: Any, field: Field) -> None:
        """Raise ValidationError that says how long the text is and may be."""
        length = len(field.data or "")
        if length > self.max:
            raise ValidationError(
                gettext(
                    "This is %(length)s characters long; at most %(longest)s fit.",
                    length=format_number(length, language()),
                    longest=format_number(self.max, language()),
                )
            )


class CleanText:
    """Refuses characters that no text may hold (UTS #39, Trojan Source)."""

    def __init__(self, *, multiline: bool) -> None:
        """Say whether line breaks are part of the text."""
        self.multiline = multiline

    def __call__(self, form: Any, field: Field) -> None:
        """Take such characters out and raise StopValidation naming their kind."""
        problem = texts.refuse(field.data or "", multiline=self.multiline)
        if problem is not None:
            field.data = "".join(filter(self._may_stay, field.data))
            raise StopValidation(str(PROBLEMS[problem]))

    def _may_stay(self, character: str) -> bool:
        return texts.refuse(character, multiline=self.multiline) is None


def line(
    label: Label, *, longest: int, required: Label | bool = True, **options: Any
) -> StringField:
    """A field for one line of text, at most `longest` characters; `required` may be the message."""
    return StringField(
        label,
        filters=[_cleaner(multiline=False)],
        validators=_validators(
            longest, required, multiline=False, more=options.pop("validators", ())
        ),
        **options,
    )


def paragraphs(
    label: Label, *, longest: int, required: Label | bool = True, **options: Any
) -> TextAreaField:
    """A field for many lines of text, at most `longest` characters."""
    return TextAreaField(
        label,
        filters=[_cleaner(multiline=True)],
        validators=_validators(
            longest, required, multiline=True, more=options.pop("validators", ())
        ),
        **options,
    )


def email(label: Label, *, longest: int, **options: Any) -> EmailField:
    """A field for an e-mail address; whether it can be one is checked by `accounts.rules`."""
    return EmailField(
        label,
        filters=[_cleaner(multiline=False)],
        validators=_validators(longest, True, multiline=False, more=options.pop("validators", ())),
        **options,
    )


class ChoiceField(SelectField):
    """One choice out of a list of (value, label), refused in our words."""

    def pre_validate(self, form: Any) -> None:
        """Raise ValidationError for a value that is not on the list."""
        values = {value for value, *_ in self.iter_choices()}
        if self.data not in values:
            raise ValidationError(gettext("Please choose one from the list."))


class TickField(BooleanField):
    """One box to tick. Its value on the page is ours, whatever was posted."""

    def _value(self) -> str:
        return "y"


class KeptField(HiddenField):
    """A hidden field of ours; what a stranger put into it is shown without control characters."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Take the posted value, printable characters only."""
        super().process_formdata(valuelist)
        self.data = "".join(filter(str.isprintable, self.data or ""))


class RadioChoiceField(ChoiceField):
    """One choice out of a few, shown as radio buttons."""

    widget = ListWidget(prefix_label=False)
    option_widget = RadioInput()


class CheckboxesField(SelectMultipleField):
    """Any number of choices out of a list, shown as check boxes."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()

    def pre_validate(self, form: Any) -> None:
        """Raise ValidationError for a value that is not on the list."""
        values = {value for value, *_ in self.iter_choices()}
        if not set(self.data or ()) <= values:
            raise ValidationError(gettext("Please choose from the list."))


def _cleaner(*, multiline: bool) -> Callable[[str | None], str | None]:
    return lambda value: texts.clean(value, multiline=multiline) if value else value


def _validators(
    longest: int, required: Label | bool, *, multiline: bool, more: Iterable[Any]
) -> list[Any]:
    first: list[Any] = [CleanText(multiline=multiline)]
    if required:
        first.append(Required(None if required is True else required))
    return [*first, AtMost(longest), *more]
