"""The form in which a proposal is written, a part of it on each page, or all of it at once.

A page posts the `part` that it shows. A script may post any of the fields without one, and that is
the whole form. Whatever was not posted stays as it was.
"""

from collections.abc import Sequence
from enum import StrEnum
from hashlib import sha256
from typing import Any

from flask import request
from flask_babel import gettext, lazy_gettext
from werkzeug.datastructures import MultiDict

from citizen_diplomat.foundation.numbers import format_number, parse_int
from citizen_diplomat.foundation.tokens import new_secret
from citizen_diplomat.proposals.questions import Question, asked_by
from citizen_diplomat.proposals.rules import (
    BENEFICIARIES_LENGTH,
    BODY_LENGTH,
    MOST_CITIES,
    MOST_SKILLS,
    OWN_PART_LENGTH,
    PARTNERS_LENGTH,
    SUMMARY_LENGTH,
    TITLE_LENGTH,
    Cost,
    Draft,
    Duration,
    lacks,
    question_name,
)
from citizen_diplomat.proposals.written import Written
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
from citizen_diplomat.web.languages import OWN_NAMES, language
from citizen_diplomat.web.member.call_choice import (
    asked_for,
    chosen_call,
    may_choose_call,
)
from citizen_diplomat.web.member.question_fields import (
    NOT_ANSWERED,
    answers_in,
    offer_choices,
    typed_before,
    with_questions,
)
from citizen_diplomat.web.pages import LARGEST_NUMBER
from citizen_diplomat.web.proposal_words import COSTS, DURATIONS
from citizen_diplomat.web.reference import Choices


class Part(StrEnum):
    """What of the form a page shows."""

    IDEA = "idea"
    DETAILS = "details"
    WHOLE = "whole"


IDEA = ("title", "summary", "call", "topic", "language", "cities")
HIDDEN = ("form_key", "version", "part", "csrf_token")
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
    call = ChoiceField(lazy_gettext("Does it answer a call?"), default="")
    topic = ChoiceField(lazy_gettext("Topic"), default="")
    language = ChoiceField(lazy_gettext("Language of the proposal"))
    cities = CheckboxesField(lazy_gettext("Which cities?"))
    body = paragraphs(lazy_gettext("The proposal"), longest=BODY_LENGTH, required=False)
    beneficiaries = paragraphs(
        lazy_gettext("Who benefits?"), longest=BENEFICIARIES_LENGTH, required=False
    )
    skills_needed = CheckboxesField(lazy_gettext("Skills it needs"))
    partners = paragraphs(
        lazy_gettext("Partners it needs"), longest=PARTNERS_LENGTH, required=False
    )
    cost = ChoiceField(lazy_gettext("What it costs, roughly"), default="")
    duration = ChoiceField(lazy_gettext("How long it takes"), default="")
    own_part = paragraphs(
        lazy_gettext("What I can do myself"), longest=OWN_PART_LENGTH, required=False
    )
    form_key = KeptField()
    version = KeptField()
    part = KeptField()

    def __init__(
        self,
        *args: Any,
        before: Draft,
        questions: Sequence[Question],
        calls: Choices,
        **options: Any,
    ) -> None:
        """Offer today's topics, cities and skills and these `calls` in the reader's language."""
        super().__init__(*args, **options)
        self.before, self.questions = before, questions
        self.call.choices = calls
        self.groups = reference.skill_choices()
        self.topic.choices = [("", gettext("Choose a topic")), *reference.topic_choices()]
        self.language.choices = list(OWN_NAMES.items())
        self.cities.choices = reference.city_choices()
        self.skills_needed.choices = [skill for group in self.groups.values() for skill in group]
        self.cost.choices = [("", gettext("Choose a range")), *COSTS.items()]
        self.duration.choices = [("", gettext("Choose a duration")), *DURATIONS.items()]
        offer_choices(self, questions)
        self._leave_what_no_page_showed()

    @property
    def posted_part(self) -> Part:
        """The part that was posted, or is to be shown."""
        part = self.part.data
        return Part(part) if part in set(Part) else Part.WHOLE

    @property
    def shown(self) -> Part:
        """The part to show: all of it when something outside of the posted one is wrong."""
        part = self.posted_part
        wrong = set(self.errors) - {None, *HIDDEN}
        in_idea = wrong & set(IDEA)
        outside = (wrong - in_idea) if part is Part.IDEA else in_idea
        return Part.WHOLE if outside else part

    @property
    def question_fields(self) -> list[Any]:
        """The fields of the extra questions, with whether each has to be answered."""
        return [(self[question_name(row.id)], row.is_required) for row in self.questions]

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
            beneficiaries=self.beneficiaries.data or "",
            partners=self.partners.data or "",
            own_part=self.own_part.data or "",
            cost=Cost(self.cost.data) if self.cost.data in set(Cost) else None,
            duration=Duration(self.duration.data) if self.duration.data in set(Duration) else None,
            answers=answers_in(self, self.questions, self.before),
            call_number=parse_int(self.call.data or "", lowest=1, highest=LARGEST_NUMBER),
        )

    def is_right(self, action: str) -> bool:
        """Whether `action` can be done; if not, the errors stand beside their fields."""
        self.validate()
        self._refuse_too_many("cities", MOST_CITIES)
        self._refuse_too_many("skills_needed", MOST_SKILLS)
        self._refuse_missing(action)
        return not self.errors

    @property
    def required(self) -> tuple[int, ...]:
        """The extra questions that have to be answered before it can be sent."""
        return tuple(row.id for row in self.questions if row.is_required)

    def refuse_missing(self) -> None:
        """Say beside each field what is missing there before it can be sent."""
        for name in lacks(self.draft(), self.required):
            if not self[name].errors:
                self.refuse(name, NEEDED.get(name, NOT_ANSWERED))

    def _refuse_missing(self, action: str) -> None:
        if action == "submit":
            self.refuse_missing()
        elif self.draft().is_empty and not self.errors:
            first = "body" if self.posted_part is Part.DETAILS else "title"
            self.refuse(first, gettext("Write a title or a few words, so that there is a draft."))

    def _refuse_too_many(self, name: str, most: int) -> None:
        if len(set(self[name].data or ())) > most:
            self.refuse(
                name,
                gettext("Choose at most %(most)s.", most=format_number(most, language())),
            )

    def _leave_what_no_page_showed(self) -> None:
        # Boxes that are not ticked are not posted: only the part tells whether they were there.
        if self.posted_part is Part.IDEA:
            self.skills_needed.data = list(self.before.skill_slugs)
        elif self.posted_part is Part.DETAILS:
            self.cities.data = list(self.before.city_slugs)

    def key_for(self, author_id: int) -> str:
        """What makes one proposal of a form posted twice: its key, else who wrote and what.

        A script may post without having fetched the empty form, and so without a key.
        """
        made_of = self.form_key.data or f"{author_id}\n{self.draft()!r}"
        return sha256(made_of.encode("utf-8", "replace")).hexdigest()


def empty_form(kept: MultiDict[str, str] | None) -> ProposalForm:
    """A new form with a key of its own, filled with what was `kept` when a sign-in ended."""
    stored = {
        "language": language(),
        "form_key": new_secret(),
        "part": _part_of(kept, Part.IDEA),
        **asked_for(),
    }
    return _made(kept, _nothing(), stored)


def posted_form(proposal: Written | None = None) -> ProposalForm:
    """The form as this request posted it; what it leaves out is as in `proposal`.

    A script may leave the language of a new proposal to the page's.
    """
    before = proposal.draft if proposal else _nothing()
    # The version is the one that the form was made from, or none.
    return _made(request.form, before, _stored(before), may_choose=may_choose_call(proposal))


def form_of(proposal: Written, part: Part, kept: MultiDict[str, str] | None = None) -> ProposalForm:
    """The form filled with a proposal whose cities and skills were loaded, or what was `kept`."""
    before = proposal.draft
    stored = {"version": str(proposal.version), "part": _part_of(kept, part)}
    choose = may_choose_call(proposal)
    return _made(kept, before, {**_stored(before), **stored}, may_choose=choose)


def _made(
    typed: MultiDict[str, str] | None,
    before: Draft,
    stored: dict[str, Any],
    *,
    may_choose: bool = True,
) -> ProposalForm:
    topic = _typed(typed, stored, "topic")
    wanted = _typed(typed, stored, "call") if may_choose else stored.get("call")
    offered = chosen_call(wanted)
    known = topic if topic in reference.reference().topics else None
    call = int(wanted) if wanted and wanted in dict(offered) else None
    questions = asked_by(db(), known, call)
    form = with_questions(ProposalForm, questions)
    data = {**stored, **typed_before(before, questions)}
    made: ProposalForm = form(typed, data=data, before=before, questions=questions, calls=offered)
    if not may_choose:
        made.call.data = wanted
    return made


def _typed(typed: MultiDict[str, str] | None, stored: dict[str, Any], name: str) -> str | None:
    kept: str | None = stored.get(name)
    return typed.get(name, kept) if typed else kept


def _part_of(kept: MultiDict[str, str] | None, part: Part) -> str:
    # A script's form that was kept names no part, and is shown whole.
    return part.value if kept is None or "part" in kept else Part.WHOLE.value


def _nothing() -> Draft:
    return Draft("", "", "", None, (), language())


def _stored(draft: Draft) -> dict[str, Any]:
    return {
        "title": draft.title,
        "summary": draft.summary,
        "body": draft.body,
        "topic": draft.topic_slug or "",
        "call": str(draft.call_number or ""),
        "language": draft.language,
        "cities": list(draft.city_slugs),
        "skills_needed": sorted({reference.current_skill(slug) for slug in draft.skill_slugs}),
        "beneficiaries": draft.beneficiaries,
        "partners": draft.partners,
        "own_part": draft.own_part,
        "cost": draft.cost or "",
        "duration": draft.duration or "",
    }
