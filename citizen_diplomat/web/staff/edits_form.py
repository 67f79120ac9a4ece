"""The form in which the desk edits a proposal for its author."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from flask_babel import gettext, lazy_gettext
from werkzeug.datastructures import MultiDict

from citizen_diplomat.foundation.numbers import format_number, parse_int
from citizen_diplomat.moderation.model import Reason
from citizen_diplomat.moderation.rules import MESSAGE_LENGTH
from citizen_diplomat.proposals.questions import required_of
from citizen_diplomat.proposals.rules import (
    BENEFICIARIES_LENGTH,
    BODY_LENGTH,
    MOST_CITIES,
    OWN_PART_LENGTH,
    PARTNERS_LENGTH,
    SUMMARY_LENGTH,
    TITLE_LENGTH,
    Draft,
    lacks,
)
from citizen_diplomat.web import reference
from citizen_diplomat.web.database import db
from citizen_diplomat.web.forms import (
    BaseForm,
    CheckboxesField,
    ChoiceField,
    KeptField,
    line,
    paragraphs,
)
from citizen_diplomat.web.languages import language
from citizen_diplomat.web.pages import LARGEST_NUMBER
from citizen_diplomat.web.staff.decision_form import reason_text

TEXTS = ("title", "summary", "body", "beneficiaries", "partners", "own_part")
NEEDED = {
    "title": lazy_gettext("Write a title."),
    "summary": lazy_gettext("Write a summary of two or three sentences."),
    "body": lazy_gettext("Describe the proposal."),
    "topic": lazy_gettext("Choose a topic."),
    "cities": lazy_gettext("Choose at least one city."),
}


class EditsForm(BaseForm):
    """The texts, topic and cities of a proposal, and what its author is told about the edits."""

    title = line(lazy_gettext("Title"), longest=TITLE_LENGTH, required=False)
    summary = paragraphs(lazy_gettext("Summary"), longest=SUMMARY_LENGTH, required=False)
    topic = ChoiceField(lazy_gettext("Topic"), default="")
    cities = CheckboxesField(lazy_gettext("Which cities?"))
    body = paragraphs(lazy_gettext("The proposal"), longest=BODY_LENGTH, required=False)
    beneficiaries = paragraphs(
        lazy_gettext("Who benefits?"), longest=BENEFICIARIES_LENGTH, required=False
    )
    partners = paragraphs(
        lazy_gettext("Partners it needs"), longest=PARTNERS_LENGTH, required=False
    )
    own_part = paragraphs(
        lazy_gettext("What its author brings"), longest=OWN_PART_LENGTH, required=False
    )
    reason = ChoiceField(lazy_gettext("Reason"))
    message = paragraphs(
        lazy_gettext("Message to the author"),
        longest=MESSAGE_LENGTH,
        required=lazy_gettext("Write a message to the author."),
    )
    version = KeptField()

    def __init__(
        self,
        typed: MultiDict[str, str] | None,
        *,
        before: Draft,
        reasons: Sequence[Reason],
    ) -> None:
        """Offer the text as it was sent, or as it was `typed` so far."""
        super().__init__(typed, data=_stored(before))
        self.before = before
        self.topic.choices = [("", gettext("Choose a topic")), *reference.topic_choices()]
        self.cities.choices = reference.city_choices()
        grounds = [(row.slug, reason_text(row)) for row in reasons]
        self.reason.choices = [("", gettext("Choose a reason")), *grounds]

    @property
    def seen_version(self) -> int | None:
        """The version of the proposal that the page was made from."""
        return parse_int(self.version.data or "", lowest=0, highest=LARGEST_NUMBER)

    def draft(self) -> Draft:
        """The edited text; what the form does not show stays as it was sent."""
        edited = replace(
            self.before,
            topic_slug=self.topic.data or None,
            city_slugs=tuple(sorted(set(self.cities.data or ()))),
            title=self.title.data or "",
            summary=self.summary.data or "",
            body=self.body.data or "",
            beneficiaries=self.beneficiaries.data or "",
            partners=self.partners.data or "",
            own_part=self.own_part.data or "",
        )
        return replace(edited, answers=edited.answers_asked_for)

    def is_right(self) -> bool:
        """Whether it can be offered like this; if not, the errors stand beside their fields."""
        self.validate()
        if self.reason.errors or not self.reason.data:
            self.reason.errors = [gettext("Choose a reason.")]
        if len(set(self.cities.data or ())) > MOST_CITIES:
            most = format_number(MOST_CITIES, language())
            self.refuse("cities", gettext("Choose at most %(most)s.", most=most))
        self._refuse_missing()
        return not self.errors

    def refuse_unedited(self) -> None:
        """Say that nothing was changed."""
        self.refuse("body", gettext("You have changed nothing. Accept the proposal as it is."))

    def refuse_reason(self) -> None:
        """Say that the reason is not one for accepting."""
        self.refuse("reason", gettext("This reason belongs to another decision. Choose again."))

    def _refuse_missing(self) -> None:
        draft = self.draft()
        for name in lacks(draft, required_of(db(), draft.topic_slug, draft.call_number)):
            if name not in NEEDED:
                self.refuse(
                    "topic",
                    gettext("This topic asks something that only the author can answer."),
                )
            elif not self[name].errors:
                self.refuse(name, NEEDED[name])


def _stored(draft: Draft) -> dict[str, Any]:
    texts = {name: getattr(draft, name) for name in TEXTS}
    return {**texts, "topic": draft.topic_slug or "", "cities": list(draft.city_slugs)}
