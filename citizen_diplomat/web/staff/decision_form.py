"""The forms of the review page: the answer to the author, a private note, a reason to take over."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import LazyString, gettext, lazy_gettext

from citizen_diplomat.foundation.numbers import parse_int
from citizen_diplomat.moderation.model import Reason
from citizen_diplomat.moderation.rules import MESSAGE_LENGTH, NOTE_LENGTH, Outcome
from citizen_diplomat.web.forms import BaseForm, ChoiceField, KeptField, line, paragraphs
from citizen_diplomat.web.languages import language
from citizen_diplomat.web.pages import LARGEST_NUMBER

OUTCOMES: dict[Outcome, LazyString] = {
    Outcome.ACCEPT: lazy_gettext("Accept"),
    Outcome.REQUEST_CHANGES: lazy_gettext("Ask for changes"),
    Outcome.DUPLICATE: lazy_gettext("Duplicate"),
    Outcome.DECLINE: lazy_gettext("Decline"),
}


class DecisionForm(BaseForm):
    """What a moderator answers, on which ground, and to which version."""

    outcome = ChoiceField(lazy_gettext("Decision"))
    reason = ChoiceField(lazy_gettext("Reason"))
    message = paragraphs(
        lazy_gettext("Message to the author"),
        longest=MESSAGE_LENGTH,
        required=lazy_gettext("Write a message to the author."),
    )
    duplicate_of = line(
        lazy_gettext("Number of the proposal that came first"), longest=20, required=False
    )
    version = KeptField()

    def __init__(
        self, *args: Any, reasons: Mapping[Outcome, Sequence[Reason]], **options: Any
    ) -> None:
        """Offer the catalogue of reasons in the language of the page."""
        super().__init__(*args, **options)
        self.reasons = reasons
        self.outcome.choices = list(OUTCOMES.items())
        self.reason.choices = [
            (row.slug, reason_text(row)) for rows in reasons.values() for row in rows
        ]

    @property
    def chosen(self) -> Outcome | None:
        """The outcome, if it is one of ours."""
        return Outcome(self.outcome.data) if self.outcome.data in set(Outcome) else None

    @property
    def original(self) -> int | None:
        """The number of the proposal that came first, in whatever digits it was typed."""
        return parse_int(self.duplicate_of.data or "", lowest=1, highest=LARGEST_NUMBER)

    @property
    def seen_version(self) -> int | None:
        """The version that the page was made from."""
        return parse_int(self.version.data or "", lowest=0, highest=LARGEST_NUMBER)

    def is_right(self) -> bool:
        """Whether it can be decided like this; if not, the errors stand beside their fields."""
        self.validate()
        if self.chosen is None:
            self.outcome.errors = [gettext("Choose a decision.")]
        if self.reason.errors:
            self.reason.errors = [gettext("Choose a reason.")]
        elif self.chosen and self.reason.data not in {row.slug for row in self._grounds()}:
            self.refuse_reason()
        if self.chosen is Outcome.DUPLICATE and self.original is None:
            self.refuse_original()
        if self.seen_version is None:
            self.refuse("version", gettext("This page is out of date. Load it again."))
        return not self.errors

    def refuse_reason(self) -> None:
        """Say that the reason belongs to another decision."""
        self.refuse("reason", gettext("This reason belongs to another decision. Choose again."))

    def refuse_original(self) -> None:
        """Say that the number leads nowhere."""
        self.refuse(
            "duplicate_of", gettext("Write the number of another proposal that was submitted.")
        )

    def _grounds(self) -> Sequence[Reason]:
        return self.reasons.get(self.chosen, ()) if self.chosen else ()


class NoteForm(BaseForm):
    """A private note, and the colleague who shall hear of it, if one was chosen."""

    text = paragraphs(
        lazy_gettext("New note"), longest=NOTE_LENGTH, required=lazy_gettext("Write a note.")
    )
    mention = KeptField()

    @property
    def mentioned(self) -> frozenset[int]:
        """The number that was chosen; whether it is a colleague's is asked of the room."""
        number = parse_int(self.mention.data or "", lowest=1, highest=LARGEST_NUMBER)
        return frozenset() if number is None else frozenset({number})


class TakeOverForm(BaseForm):
    """Why an item is taken from a colleague."""

    note = paragraphs(
        lazy_gettext("Why do you take it over?"),
        longest=NOTE_LENGTH,
        required=lazy_gettext("Write a note for your colleague."),
    )


def reason_text(reason: Reason, code: str | None = None) -> str:
    """A reason in the language of the page, or in the one asked for."""
    return reason.text(code or language())
