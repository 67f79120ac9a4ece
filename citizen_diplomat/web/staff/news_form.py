"""The forms of news: its words in both languages at once, and from when on everybody reads it."""

import re
from datetime import datetime
from typing import Any

from flask_babel import gettext, lazy_gettext

from citizen_diplomat.foundation.numbers import format_identifier, format_number, parse_int
from citizen_diplomat.foundation.text import latin_digits
from citizen_diplomat.news.model import Wording, Words
from citizen_diplomat.news.rules import (
    BODY_LENGTH,
    MOST_PROPOSALS,
    SUMMARY_LENGTH,
    TEXTS,
    TITLE_LENGTH,
)
from citizen_diplomat.proposals.queries import public_many
from citizen_diplomat.proposals.references import read_reference
from citizen_diplomat.web.database import db
from citizen_diplomat.web.forms import BaseForm, CheckboxesField, KeptField, line, paragraphs
from citizen_diplomat.web.languages import language
from citizen_diplomat.web.news_words import LABELS
from citizen_diplomat.web.pages import LARGEST_NUMBER
from citizen_diplomat.web.reference import city_choices, topic_choices
from citizen_diplomat.web.services import services
from citizen_diplomat.web.staff.call_form import MOMENT_LENGTH, typed_moment

PROPOSALS_LENGTH = 300


class NewsForm(BaseForm):
    """What the office tells, and what it is about; a draft may lack all of it but a title."""

    title_fa = line(LABELS["title_fa"], longest=TITLE_LENGTH, required=False)
    title_en = line(LABELS["title_en"], longest=TITLE_LENGTH, required=False)
    summary_fa = paragraphs(LABELS["summary_fa"], longest=SUMMARY_LENGTH, required=False)
    summary_en = paragraphs(LABELS["summary_en"], longest=SUMMARY_LENGTH, required=False)
    body_fa = paragraphs(LABELS["body_fa"], longest=BODY_LENGTH, required=False)
    body_en = paragraphs(LABELS["body_en"], longest=BODY_LENGTH, required=False)
    cities = CheckboxesField(lazy_gettext("Which cities is it about?"))
    topics = CheckboxesField(lazy_gettext("Which topics?"))
    proposals = line(lazy_gettext("Related proposals"), longest=PROPOSALS_LENGTH, required=False)
    version = KeptField()

    def __init__(self, *args: Any, **options: Any) -> None:
        """Offer cities and topics in the reader's language."""
        super().__init__(*args, **options)
        self.cities.choices = city_choices()
        self.topics.choices = topic_choices()

    def is_right(self) -> bool:
        """Whether it can be kept like this; if not, the errors stand beside their fields."""
        self.validate()
        if not (self.title_fa.data or self.title_en.data) and not self.errors:
            self.refuse("title_fa", gettext("Write a title, in one language at least."))
        if not self.proposals.errors and (wrong := self._wrong_proposals()):
            self.refuse("proposals", wrong)
        return not self.errors

    def wording(self) -> Wording:
        """What was written, as a value of the room; ask after `is_right`."""
        return Wording(
            Words(**{name: self[name].data or "" for name in TEXTS}),
            cities=tuple(sorted(set(self.cities.data or ()))),
            topics=tuple(sorted(set(self.topics.data or ()))),
            proposals=tuple(sorted(set(self._numbers()))),
        )

    def _numbers(self) -> list[int]:
        """The proposals that were named by number or reference; 0 for what is neither."""
        return [
            _number_of(word) for word in re.split(r"[\s,،؛;]+", self.proposals.data or "") if word
        ]

    def _wrong_proposals(self) -> str | None:
        numbers = set(self._numbers())
        if 0 in numbers:
            return str(gettext("Write numbers or references of proposals, with commas between."))
        if len(numbers) > MOST_PROPOSALS:
            most = format_number(MOST_PROPOSALS, language())
            return str(gettext("At most %(most)s proposals can be named.", most=most))
        unknown = numbers - {row.number for row in public_many(db(), numbers)}
        if unknown:
            told = ", ".join(format_identifier(number, language()) for number in sorted(unknown))
            return str(gettext("These are no accepted proposals: %(numbers)s", numbers=told))
        return None


class PublishForm(BaseForm):
    """From when on everybody reads it: now, or a moment to come."""

    since = line(lazy_gettext("From when on?"), longest=MOMENT_LENGTH, required=False)

    def is_right(self, at: datetime) -> bool:
        """Whether it can be published so; if not, the error stands beside the field."""
        self.validate()
        if not self.errors and self.since.data and (self.moment is None or self.moment <= at):
            self.refuse(
                "since",
                gettext("Write a day and time to come, as 1405-09-05 18:00 or 2026-11-26 18:00."),
            )
        return not self.errors

    @property
    def moment(self) -> datetime | None:
        """The moment that was typed, in Isfahan; None for now."""
        return typed_moment(self.since.data or "", services().settings.timezone)


def form_of(wording: Wording, version: int) -> NewsForm:
    """The form filled with what a piece of news says."""
    return NewsForm(
        None,
        data={
            **{name: getattr(wording.words, name) for name in TEXTS},
            "cities": list(wording.cities),
            "topics": list(wording.topics),
            "proposals": ", ".join(map(str, wording.proposals)),
            "version": str(version),
        },
    )


def _number_of(word: str) -> int:
    plain = latin_digits(word)
    number = read_reference(plain) or parse_int(plain, lowest=1, highest=LARGEST_NUMBER)
    return number or 0
