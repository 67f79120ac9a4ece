"""What pages share about the outcome of a proposal: what everybody sees, days, and one form."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask_babel import gettext, lazy_gettext

from citizen_diplomat.cities.rules import ISFAHAN
from citizen_diplomat.foundation.calendar import jalali
from citizen_diplomat.outcomes import hours
from citizen_diplomat.outcomes.happened import questions_of
from citizen_diplomat.outcomes.happened_model import OutcomeAnswer
from citizen_diplomat.outcomes.trail_model import OutcomeStep, OutcomeTrail
from citizen_diplomat.outcomes.trail_queries import state_in, steps_of, trail_of
from citizen_diplomat.outcomes.trail_rules import (
    HAPPENED_LENGTH,
    Happened,
    OutcomeState,
    answers_differ,
    link_in,
    needs_words,
)
from citizen_diplomat.outcomes.trail_settings import silent_after
from citizen_diplomat.proposals.model import Proposal
from citizen_diplomat.web.addresses import typed
from citizen_diplomat.web.database import db
from citizen_diplomat.web.forms import BaseForm, RadioChoiceField, paragraphs
from citizen_diplomat.web.languages import language
from citizen_diplomat.web.outcome_words import ICONS, KINDS, SAID
from citizen_diplomat.web.signin import request_time


@dataclass(frozen=True)
class PublicOutcome:
    """What everybody reads of an outcome: nothing of its staff, its contacts, or its notes."""

    trail: OutcomeTrail | None
    state: OutcomeState
    steps: list[dict[str, Any]]
    hours: int
    answers: list[OutcomeAnswer]

    @property
    def is_disputed(self) -> bool:
        """Whether those who were asked do not say the same."""
        return answers_differ(row.answer for row in self.answers if row.answer)


def outcome_for_everybody(proposal: Proposal) -> PublicOutcome:
    """The outcome of an accepted proposal as its page shows it."""
    trail = trail_of(db(), proposal.number)
    state = state_in(proposal, trail, silent_after(db()), at=request_time())
    if trail is None:
        return PublicOutcome(None, state, [], hours.total(db(), proposal.number), [])
    said = questions_of(db(), proposal.number) if trail.completed_at is not None else ()
    return PublicOutcome(
        trail,
        state,
        [shown_step(row) for row in steps_of(db(), proposal.number)],
        hours.total(db(), proposal.number),
        [row for row in said if row.answer and row.is_of_now],
    )


def shown_step(step: OutcomeStep) -> dict[str, Any]:
    """A step as everybody reads it."""
    lines = step.documents.splitlines() if step.shows_documents else []
    return {
        "kind": KINDS[step.draft.kind],
        "icon": ICONS[step.draft.kind],
        "text": step.text(language()),
        "partner": step.partner,
        "done_on": step.done_on,
        "planned_on": step.planned_on,
        "documents": documents_of(lines),
    }


def documents_of(lines: list[str]) -> list[tuple[str, str | None]]:
    """Each line of the documents with the address to follow, or None for plain text."""
    return [(line.strip(), link_in(line.strip())) for line in lines if line.strip()]


def today() -> date:
    """The day of the municipality."""
    return day_of(request_time())


def day_of(moment: datetime) -> date:
    """The municipality's day of a moment."""
    return moment.astimezone(ISFAHAN).date()


def shown_day(day: date | None) -> str:
    """A day as it is typed: in the reader's calendar, year first."""
    if day is None:
        return ""
    theirs = jalali(day) if language() == "fa" else None
    return day.isoformat() if theirs is None else f"{theirs[0]:04}-{theirs[1]:02}-{theirs[2]:02}"


class HappenedForm(BaseForm):
    """Did it happen? One answer, with words where something is missing."""

    answer = RadioChoiceField(lazy_gettext("Did it happen?"))
    words = paragraphs(lazy_gettext("In your own words"), longest=HAPPENED_LENGTH, required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        """Offer the answers in the language of the page."""
        super().__init__(*args, **options)
        self.answer.choices = [(str(value), word) for value, word in SAID.items()]

    def is_right(self) -> bool:
        """Whether it can be kept like this; if not, the errors stand beside their fields."""
        self.validate()
        if needs_words(self.answer.data) and not typed(self.words) and not self.words.errors:
            self.refuse("words", gettext("Write in a few words what did not happen."))
        return not self.errors

    def said(self) -> Happened:
        """The answer that was chosen; ask after `is_right`."""
        return Happened(self.answer.data)
