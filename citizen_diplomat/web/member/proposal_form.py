"""The form in which a proposal is written, from the first word to the version that is sent."""

from hashlib import sha256
from typing import Any

from flask_babel import gettext, lazy_gettext
from werkzeug.datastructures import MultiDict

from citizen_diplomat.foundation.numbers import format_number
from citizen_diplomat.foundation.tokens import new_secret
from citizen_diplomat.proposals.model import Proposal
from citizen_diplomat.proposals.rules import (
    BODY_LENGTH,
    MOST_CITIES,
    MOST_SKILLS,
    SUMMARY_LENGTH,
    TITLE_LENGTH,
    Draft,
    lacks,
)
from citizen_diplomat.web import reference
from citizen_diplomat.web.forms import (
    BaseForm,
    CheckboxesField,
    ChoiceField,
    KeptField,
    line,
    paragraphs,
)
from citizen_diplomat.web.languages import OWN_NAMES, language

NEEDED = {
    "title": lazy_gettext("Write a title."),
    "summary": lazy_gettext("Write a summary of two or three sentences."),
    "body": lazy_gettext("Describe the proposal."),
    "topic": lazy_gettext("Choose a topic."),
    "cities": lazy_gettext("Choose at least one city."),
    "language": lazy_gettext("Choose the language of the proposal."),
}


class ProposalForm(BaseForm):
    """All fields of a proposal; which of them are needed depends on what is to be done."""

    title = line(lazy_gettext("Title"), longest=TITLE_LENGTH, required=False)
    summary = paragraphs(lazy_gettext("Summary"), longest=SUMMARY_LENGTH, required=False)
    body = paragraphs(lazy_gettext("The proposal"), longest=BODY_LENGTH, required=False)
    topic = ChoiceField(lazy_gettext("Topic"), default="")
    language = ChoiceField(lazy_gettext("Language of the proposal"))
    cities = CheckboxesField(lazy_gettext("Which cities?"))
    skills_needed = CheckboxesField(lazy_gettext("Skills it needs"))
    form_key = KeptField()
    version = KeptField()

    def __init__(self, *args: Any, **options: Any) -> None:
        """Offer today's topics, cities and skills in the reader's language."""
        super().__init__(*args, **options)
        self.groups = reference.skill_choices()
        self.topic.choices = [("", gettext("Choose a topic")), *reference.topic_choices()]
        self.language.choices = list(OWN_NAMES.items())
        self.cities.choices = reference.city_choices()
        self.skills_needed.choices = [skill for group in self.groups.values() for skill in group]

    def draft(self) -> Draft:
        """What was written, as a value of the room; ask after `is_right`."""
        return Draft(
            title=self.title.data or "",
            summary=self.summary.data or "",
            body=self.body.data or "",
            topic_slug=self.topic.data or None,
            city_slugs=tuple(sorted(set(self.cities.data or ()))),
            language=self.language.data,
            skill_slugs=tuple(sorted(set(self.skills_needed.data or ()))),
        )

    def is_right(self, action: str) -> bool:
        """Whether `action` can be done; if not, the errors stand beside their fields."""
        self.validate()
        self._refuse_too_many("cities", MOST_CITIES)
        self._refuse_too_many("skills_needed", MOST_SKILLS)
        self._refuse_missing(action)
        return not self.errors

    def refuse_missing(self, draft: Draft) -> None:
        """Say beside each field that a draft lacks what is missing there."""
        for name in lacks(draft):
            if not self[name].errors:
                self.refuse(name, NEEDED[name])

    def _refuse_missing(self, action: str) -> None:
        draft = self.draft()
        if action == "submit":
            self.refuse_missing(draft)
        elif draft.is_empty and not self.errors:
            self.refuse("title", gettext("Write a title or a few words, so that there is a draft."))

    def _refuse_too_many(self, name: str, most: int) -> None:
        if len(set(self[name].data or ())) > most:
            self.refuse(
                name,
                gettext("Choose at most %(most)s.", most=format_number(most, language())),
            )

    def key_for(self, author_id: int) -> str:
        """What makes one proposal of a form posted twice: its key, else who wrote and what.

        A script may post without having fetched the empty form, and so without a key.
        """
        made_of = self.form_key.data or f"{author_id}\n{self.draft()!r}"
        return sha256(made_of.encode("utf-8", "replace")).hexdigest()


def empty_form(kept: MultiDict[str, str] | None) -> ProposalForm:
    """A new form with a key of its own, filled with what was `kept` when a sign-in ended."""
    return ProposalForm(kept, data={"language": language(), "form_key": new_secret()})


def posted_form() -> ProposalForm:
    """The form as this request posted it; a script may leave the language to the page's."""
    return ProposalForm(data={"language": language()})


def form_of(proposal: Proposal, kept: MultiDict[str, str] | None = None) -> ProposalForm:
    """The form filled with a proposal whose cities and skills were loaded, or what was `kept`."""
    stored = {
        "title": proposal.title,
        "summary": proposal.summary,
        "body": proposal.body,
        "topic": proposal.topic_slug or "",
        "language": proposal.language,
        "cities": proposal.city_slugs,
        "skills_needed": proposal.skill_slugs,
        "version": str(proposal.version),
    }
    return ProposalForm(kept, data=stored)
