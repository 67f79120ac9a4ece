"""Two versions of a proposal side by side: what was added and removed in each of its fields."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from flask import request
from flask_babel import LazyString, lazy_gettext

from citizen_diplomat.foundation.comparison import Change, Line, compare, is_same
from citizen_diplomat.foundation.numbers import parse_int
from citizen_diplomat.proposals.rules import Draft
from citizen_diplomat.web.call_words import call_name
from citizen_diplomat.web.languages import language
from citizen_diplomat.web.proposal_words import cost_word, duration_word
from citizen_diplomat.web.reference import city_name, language_name, skill_name, topic_name

# With the answers they are every field of a Draft, in the order in which they are shown.
TEXTS: Mapping[str, LazyString] = {
    "title": lazy_gettext("Title"),
    "summary": lazy_gettext("Summary"),
    "body": lazy_gettext("The proposal"),
    "beneficiaries": lazy_gettext("Who benefits"),
    "partners": lazy_gettext("Partners it needs"),
    "own_part": lazy_gettext("What its author brings"),
}
CHOICES: Mapping[str, tuple[LazyString, Callable[[str | None], str]]] = {
    "topic_slug": (lazy_gettext("Topic"), topic_name),
    "call_number": (lazy_gettext("Call"), call_name),
    "city_slugs": (lazy_gettext("Cities"), city_name),
    "language": (lazy_gettext("Language"), language_name),
    "skill_slugs": (lazy_gettext("Skills it needs"), skill_name),
    "cost": (lazy_gettext("Rough cost"), cost_word),
    "duration": (lazy_gettext("Time it takes"), duration_word),
}


@dataclass(frozen=True)
class Field:
    """One field that differs: a text as lines, or choices, each with what became of it."""

    label: LazyString | str
    lines: Sequence[Line] = ()
    choices: Sequence[tuple[Change, str]] = ()

    @property
    def only_breaks(self) -> bool:
        """Whether the words are the same and stand in other lines."""
        return not self.choices and is_same(list(self.lines))


@dataclass(frozen=True)
class Comparison:
    """What differs between two versions, and the names of what does not."""

    fields: Sequence[Field]
    same: Sequence[LazyString]


def compared(before: Draft, after: Draft) -> Comparison:
    """What was changed on the way from one to the other."""
    fields, same = [], []
    for name, label in TEXTS.items():
        old, new = getattr(before, name), getattr(after, name)
        if old == new:
            same.append(label)
        else:
            fields.append(Field(label, lines=compare(old, new)))
    for name, (label, named) in CHOICES.items():
        if getattr(before, name) == getattr(after, name):
            same.append(label)
        else:
            chosen = _chosen(getattr(before, name), getattr(after, name), named)
            fields.append(Field(label, choices=chosen))
    fields += _answers(before, after)
    return Comparison(fields, same)


def _answers(before: Draft, after: Draft) -> list[Field]:
    """The answers to extra questions that differ, under the wording that was asked."""
    persian = language() == "fa"
    old, new = (
        {
            answer.asked_fa if persian else answer.asked_en: (
                answer.text_fa if persian else answer.text_en
            )
            for answer in draft.answers_asked_for
        }
        for draft in (before, after)
    )
    asked = [*new, *(question for question in old if question not in new)]
    return [
        Field(question, lines=compare(old.get(question, ""), new.get(question, "")))
        for question in asked
        if old.get(question, "") != new.get(question, "")
    ]


class Numbered(Protocol):
    """A version of something; the first one is 1."""

    @property
    def revision(self) -> int:
        """Its number."""


Version = TypeVar("Version", bound=Numbered)


def asked_pair(kept: Sequence[Version]) -> tuple[Version, Version]:
    """The two versions that the address asks for (`from`, `to`), else the last two of those kept.

    There must be one at least; asked for out of order, the older one still comes first.
    """
    newest = _asked("to", kept) or kept[-1]
    earlier = [row for row in kept if row.revision < newest.revision]
    oldest = _asked("from", kept) or (earlier[-1] if earlier else newest)
    first, second = sorted((oldest, newest), key=lambda row: row.revision)
    return first, second


def _asked(name: str, kept: Sequence[Version]) -> Version | None:
    number = parse_int(request.args.get(name, ""), lowest=1, highest=kept[-1].revision)
    return next((row for row in kept if row.revision == number), None)


def _chosen(
    before: Any, after: Any, named: Callable[[str | None], str]
) -> list[tuple[Change, str]]:
    old, new = _several(before), _several(after)
    return [
        *((Change.KEPT, named(slug)) for slug in old if slug in new),
        *((Change.REMOVED, named(slug)) for slug in old if slug not in new),
        *((Change.ADDED, named(slug)) for slug in new if slug not in old),
    ]


def _several(value: Any) -> tuple[str, ...]:
    return value if isinstance(value, tuple) else (value,) if value else ()
