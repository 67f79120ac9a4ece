"""The form in which staff say what help they look for."""

from typing import Any

from flask_babel import gettext, lazy_gettext

from citizen_diplomat.directory.rules import Availability, SkillLevel
from citizen_diplomat.foundation.numbers import parse_int
from citizen_diplomat.foundation.text import latin_digits
from citizen_diplomat.foundation.tokens import new_secret
from citizen_diplomat.outcomes.matching import Wanted
from citizen_diplomat.outcomes.queries import may_ask_for
from citizen_diplomat.outcomes.requests import RequestDraft
from citizen_diplomat.outcomes.rules import (
    MOST_LANGUAGES_WANTED,
    MOST_SKILLS_WANTED,
    REQUEST_TEXT_LENGTH,
    REQUEST_TITLE_LENGTH,
)
from citizen_diplomat.proposals.references import read_reference
from citizen_diplomat.web.addresses import typed
from citizen_diplomat.web.database import db
from citizen_diplomat.web.directory import AVAILABILITIES, LEVELS, language_choices
from citizen_diplomat.web.forms import (
    BaseForm,
    CheckboxesField,
    ChoiceField,
    KeptField,
    line,
    paragraphs,
)
from citizen_diplomat.web.reference import city_choices, skill_choices

LARGEST_NUMBER = 2**62
LONGEST_KEY = 64


class RequestForm(BaseForm):
    """What is looked for, in one language or both, and who fits."""

    title_fa = line(
        lazy_gettext("In short, in Persian"), longest=REQUEST_TITLE_LENGTH, required=False
    )
    title_en = line(
        lazy_gettext("In short, in English"), longest=REQUEST_TITLE_LENGTH, required=False
    )
    text_fa = paragraphs(
        lazy_gettext("More about it, in Persian"), longest=REQUEST_TEXT_LENGTH, required=False
    )
    text_en = paragraphs(
        lazy_gettext("More about it, in English"), longest=REQUEST_TEXT_LENGTH, required=False
    )
    proposal = line(lazy_gettext("For an accepted proposal"), longest=20, required=False)
    skills = CheckboxesField(lazy_gettext("Skills"))
    level = ChoiceField(lazy_gettext("At least so well"))
    languages = CheckboxesField(lazy_gettext("Languages"))
    city = ChoiceField(lazy_gettext("Who lives in"))
    availability = ChoiceField(lazy_gettext("At least so much time"))
    form_key = KeptField()

    def __init__(self, *args: Any, **options: Any) -> None:
        """Offer the choices in the reader's language; an empty form is given its key."""
        super().__init__(*args, **options)
        self.skills.choices = [one for group in skill_choices().values() for one in group]
        self.level.choices = [(level.value, word) for level, word in LEVELS.items()]
        self.languages.choices = language_choices()
        self.city.choices = [("", gettext("any city")), *city_choices()]
        self.availability.choices = [
            ("none", gettext("any")),
            *[
                (one.value, word)
                for one, word in AVAILABILITIES.items()
                if one != Availability.NONE
            ],
        ]
        self.city.data = self.city.data or ""
        self.level.data = self.level.data or SkillLevel.SOME.value
        self.availability.data = self.availability.data or Availability.NONE.value
        self.form_key.data = (self.form_key.data or new_secret())[:LONGEST_KEY]

    def is_right(self, *, viewer: int) -> bool:
        """Whether it can be kept like this; if not, the errors stand beside their fields."""
        self.validate()
        if not typed(self.title_fa) and not typed(self.title_en):
            self.refuse("title_fa", gettext("Say in one language at least what you look for."))
        if not self.skills.data and not self.languages.data:
            self.refuse("skills", gettext("Choose a skill or a language."))
        if len(self.skills.data or ()) > MOST_SKILLS_WANTED:
            self.refuse("skills", gettext("These are too many to choose from; ask twice."))
        if len(self.languages.data or ()) > MOST_LANGUAGES_WANTED:
            self.refuse("languages", gettext("These are too many to choose from; ask twice."))
        if typed(self.proposal) and not may_ask_for(db(), self.number() or 0, viewer=viewer):
            self.refuse("proposal", gettext("No accepted proposal that you look after has it."))
        return not self.errors

    def number(self) -> int | None:
        """The number of the proposal, typed as a number or as a reference."""
        written = latin_digits(typed(self.proposal))
        named = read_reference(written)
        return named if named is not None else parse_int(written, lowest=1, highest=LARGEST_NUMBER)

    def key(self) -> str:
        """What makes the same form posted twice one request."""
        return str(self.form_key.data)

    def draft(self) -> RequestDraft:
        """What was written, as a value of the room; ask after `is_right`."""
        return RequestDraft(
            title_fa=typed(self.title_fa),
            title_en=typed(self.title_en),
            text_fa=typed(self.text_fa),
            text_en=typed(self.text_en),
            proposal_number=self.number() if typed(self.proposal) else None,
            wanted=Wanted(
                skill_slugs=tuple(self.skills.data or ()),
                level=SkillLevel(self.level.data),
                languages=tuple(self.languages.data or ()),
                city=self.city.data or None,
                availability=Availability(self.availability.data),
            ),
        )
