"""The form of an extra question, in both languages at once."""

from typing import Any

from flask_babel import gettext, lazy_gettext

from citizen_diplomat.foundation.numbers import format_number
from citizen_diplomat.proposals.questions import Asking
from citizen_diplomat.proposals.rules import (
    HELP_LENGTH,
    MOST_OPTIONS,
    OPTION_LENGTH,
    QUESTION_LENGTH,
    QuestionKind,
)
from citizen_diplomat.web.forms import (
    BaseForm,
    KeptField,
    RadioChoiceField,
    TickField,
    line,
    paragraphs,
)
from citizen_diplomat.web.languages import language

KINDS = {
    QuestionKind.SHORT: lazy_gettext("A short text, on one line"),
    QuestionKind.LONG: lazy_gettext("A long text"),
    QuestionKind.CHOICE: lazy_gettext("One choice out of a list"),
}
LEAST_OPTIONS = 2


class QuestionForm(BaseForm):
    """What is asked, how it is answered, and whether it has to be."""

    text_fa = line(lazy_gettext("Question in Persian"), longest=QUESTION_LENGTH)
    text_en = line(lazy_gettext("Question in English"), longest=QUESTION_LENGTH)
    help_fa = line(lazy_gettext("Help in Persian"), longest=HELP_LENGTH, required=False)
    help_en = line(lazy_gettext("Help in English"), longest=HELP_LENGTH, required=False)
    kind = RadioChoiceField(lazy_gettext("How is it answered?"), default=QuestionKind.SHORT.value)
    options_fa = paragraphs(
        lazy_gettext("Choices in Persian"),
        longest=MOST_OPTIONS * (OPTION_LENGTH + 1),
        required=False,
    )
    options_en = paragraphs(
        lazy_gettext("Choices in English"),
        longest=MOST_OPTIONS * (OPTION_LENGTH + 1),
        required=False,
    )
    is_required = TickField(lazy_gettext("It has to be answered"))
    version = KeptField()

    def __init__(self, *args: Any, **options: Any) -> None:
        """Offer the kinds of answers in the reader's language."""
        super().__init__(*args, **options)
        self.kind.choices = [(kind.value, word) for kind, word in KINDS.items()]

    def is_right(self) -> bool:
        """Whether it can be asked like this; if not, the errors stand beside their fields."""
        self.validate()
        if self.kind.data == QuestionKind.CHOICE and not self.errors:
            self._check_options()
        return not self.errors

    def asking(self) -> Asking:
        """What was written, as a value of the room; ask after `is_right`."""
        kind = QuestionKind(self.kind.data)
        pairs = zip(_rows(self.options_fa.data), _rows(self.options_en.data), strict=False)
        return Asking(
            kind=kind,
            text_fa=self.text_fa.data or "",
            text_en=self.text_en.data or "",
            help_fa=self.help_fa.data or "",
            help_en=self.help_en.data or "",
            options=tuple(pairs) if kind is QuestionKind.CHOICE else (),
            is_required=bool(self.is_required.data),
        )

    def _check_options(self) -> None:
        for name in ("options_fa", "options_en"):
            rows = _rows(self[name].data)
            if not LEAST_OPTIONS <= len(rows) <= MOST_OPTIONS:
                self.refuse(name, _how_many())
            elif len(set(rows)) < len(rows):
                self.refuse(name, gettext("Two choices are the same."))
            elif max(map(len, rows)) > OPTION_LENGTH:
                most = format_number(OPTION_LENGTH, language())
                self.refuse(name, gettext("A choice has at most %(most)s characters.", most=most))
        if not self.errors and len(_rows(self.options_fa.data)) != len(_rows(self.options_en.data)):
            self.refuse("options_en", gettext("Write as many choices as in Persian, in one order."))


def form_of(asking: Asking, version: int) -> QuestionForm:
    """The form filled with what a question asks."""
    return QuestionForm(
        None,
        data={
            "text_fa": asking.text_fa,
            "text_en": asking.text_en,
            "help_fa": asking.help_fa,
            "help_en": asking.help_en,
            "kind": asking.kind.value,
            "options_fa": "\n".join(persian for persian, _english in asking.options),
            "options_en": "\n".join(english for _persian, english in asking.options),
            "is_required": asking.is_required,
            "version": str(version),
        },
    )


def _how_many() -> str:
    least, most = (format_number(each, language()) for each in (LEAST_OPTIONS, MOST_OPTIONS))
    return str(
        gettext("Write %(least)s to %(most)s choices, one on each line.", least=least, most=most)
    )


def _rows(text: str | None) -> list[str]:
    return [row.strip() for row in (text or "").splitlines() if row.strip()]
