"""The forms of an outcome: a step, why it is stopped, whom to ask, when it is silent."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask_babel import gettext, lazy_gettext
from wtforms import EmailField

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.foundation.calendar import parse_date
from citizen_diplomat.foundation.numbers import format_number, parse_int
from citizen_diplomat.foundation.text import latin_digits
from citizen_diplomat.foundation.tokens import new_secret
from citizen_diplomat.outcomes.happened import Asking
from citizen_diplomat.outcomes.happened_model import NAME_LENGTH
from citizen_diplomat.outcomes.trail_model import OutcomeStep, StepDraft
from citizen_diplomat.outcomes.trail_rules import (
    CONTACT_LENGTH,
    DOCUMENTS_LENGTH,
    FEWEST_SILENT_DAYS,
    LONGEST_AHEAD,
    MOST_SILENT_DAYS,
    PARTNER_LENGTH,
    REASON_LENGTH,
    STEP_LENGTH,
    StepKind,
)
from citizen_diplomat.web.addresses import is_address, typed, typed_address
from citizen_diplomat.web.forms import (
    BaseForm,
    ChoiceField,
    CleanText,
    KeptField,
    RadioChoiceField,
    TickField,
    line,
    paragraphs,
)
from citizen_diplomat.web.languages import OWN_NAMES, language
from citizen_diplomat.web.names import shown_name
from citizen_diplomat.web.outcome import shown_day, today
from citizen_diplomat.web.outcome_words import KINDS

LONGEST_DAY = 10
LONGEST_KEY = 64
DAYS = ("planned_on", "done_on")


class StepForm(BaseForm):
    """One step: what it is, who sees to it and with whom, and its days."""

    kind = RadioChoiceField(lazy_gettext("What kind of step is it?"))
    text_fa = line(lazy_gettext("What it is, in Persian"), longest=STEP_LENGTH, required=False)
    text_en = line(lazy_gettext("What it is, in English"), longest=STEP_LENGTH, required=False)
    done_on = line(lazy_gettext("Done on"), longest=LONGEST_DAY, required=False)
    planned_on = line(lazy_gettext("Planned for"), longest=LONGEST_DAY, required=False)
    owner = ChoiceField(lazy_gettext("Who sees to it?"))
    partner = line(lazy_gettext("Partner organisation"), longest=PARTNER_LENGTH, required=False)
    contact = line(lazy_gettext("Contact there"), longest=CONTACT_LENGTH, required=False)
    documents = paragraphs(lazy_gettext("Documents"), longest=DOCUMENTS_LENGTH, required=False)
    shows_documents = TickField(lazy_gettext("Everybody may read the documents"))
    form_key = KeptField()
    version = KeptField()

    def __init__(self, *args: Any, people: Sequence[Account], **options: Any) -> None:
        """Offer the kinds, and those of the staff who look after the proposal."""
        super().__init__(*args, **options)
        self.kind.choices = [(str(kind), word) for kind, word in KINDS.items()]
        self.owner.choices = owner_choices(people)
        self.owner.data = self.owner.data or ""
        self.form_key.data = (self.form_key.data or new_secret())[:LONGEST_KEY]

    def is_right(self) -> bool:
        """Whether it can be kept like this; if not, the errors stand beside their fields."""
        self.validate()
        if not typed(self.text_fa) and not typed(self.text_en) and not self.text_fa.errors:
            self.refuse("text_fa", gettext("Say in one language at least what it is."))
        for name in DAYS:
            if typed(self[name]) and not self[name].errors and self._day(name) is None:
                self.refuse(name, gettext("A day as 1405-09-05 or 2026-11-26."))
        done, planned = self._day("done_on"), self._day("planned_on")
        if done is not None and done > today():
            self.refuse("done_on", gettext("This day is still to come: write it as planned."))
        if planned is not None and planned > today() + LONGEST_AHEAD:
            self.refuse("planned_on", gettext("Nobody can plan so far ahead."))
        return not self.errors

    def draft(self) -> StepDraft:
        """What was written, as a value of the room; ask after `is_right`."""
        return StepDraft(
            kind=StepKind(self.kind.data),
            text_fa=typed(self.text_fa),
            text_en=typed(self.text_en),
            owner_id=chosen_owner(self.owner),
            partner=typed(self.partner),
            contact=typed(self.contact),
            documents=typed(self.documents),
            shows_documents=bool(self.shows_documents.data),
            planned_on=self._day("planned_on"),
            done_on=self._day("done_on"),
        )

    def _day(self, name: str) -> date | None:
        return parse_date(typed(self[name]))


def step_form(step: OutcomeStep, people: Sequence[Account]) -> StepForm:
    """The form filled with what a step says."""
    draft = step.draft
    data = {
        **{name: getattr(draft, name) for name in ("kind", "text_fa", "text_en", "partner")},
        "contact": draft.contact,
        "documents": draft.documents,
        "shows_documents": draft.shows_documents,
        "owner": str(draft.owner_id or ""),
        "version": str(step.version),
        **{name: shown_day(getattr(draft, name)) for name in DAYS},
    }
    return StepForm(None, data=data, people=people)


class OwnerForm(BaseForm):
    """Who sees to an outcome from now on."""

    owner = ChoiceField(lazy_gettext("Who sees to it?"))
    version = KeptField()

    def __init__(self, *args: Any, people: Sequence[Account], **options: Any) -> None:
        """Offer those of the staff who look after the proposal."""
        super().__init__(*args, **options)
        self.owner.choices = owner_choices(people)[1:]
        self.owner.data = self.owner.data or ""


class StopForm(BaseForm):
    """Why an outcome does not go on; everybody reads it."""

    reason_fa = line(lazy_gettext("Reason, in Persian"), longest=REASON_LENGTH, required=False)
    reason_en = line(lazy_gettext("Reason, in English"), longest=REASON_LENGTH, required=False)
    version = KeptField()

    def is_right(self) -> bool:
        """Whether it can be said like this; if not, the errors stand beside their fields."""
        self.validate()
        if not typed(self.reason_fa) and not typed(self.reason_en) and not self.reason_fa.errors:
            self.refuse("reason_fa", gettext("Write the reason in one language at least."))
        return not self.errors


class AskPartnerForm(BaseForm):
    """Which partner is asked whether it happened."""

    organisation = line(
        lazy_gettext("Partner organisation"),
        longest=PARTNER_LENGTH,
        required=lazy_gettext("Write which organisation you ask."),
    )
    name = line(lazy_gettext("Person there"), longest=NAME_LENGTH, required=False)
    address = EmailField(
        lazy_gettext("E-mail address"),
        filters=[lambda text: typed_address(text) if text else text],
        validators=[CleanText(multiline=False)],
    )
    language = RadioChoiceField(lazy_gettext("Language of the letter and of the page"))
    form_key = KeptField()

    def __init__(self, *args: Any, **options: Any) -> None:
        """Offer the languages; an empty form is given its key."""
        super().__init__(*args, **options)
        self.language.choices = list(OWN_NAMES.items())
        self.language.data = self.language.data or language()
        self.form_key.data = (self.form_key.data or new_secret())[:LONGEST_KEY]

    def is_right(self) -> bool:
        """Whether it can be sent like this; if not, the errors stand beside their fields."""
        self.validate()
        if typed(self.address) and not self.address.errors and not is_address(typed(self.address)):
            wrong = "Write the whole address, with an @ and a full stop, such as name@example.org."
            self.refuse("address", gettext(wrong))
        return not self.errors

    def asking(self) -> Asking:
        """What was written, as a value of the room; ask after `is_right`."""
        texts = (self.organisation, self.name, self.address, self.language)
        return Asking(*map(typed, texts))


class SilenceForm(BaseForm):
    """After how many days an outcome is silent."""

    days = line(lazy_gettext("Days without a step"), longest=4)
    version = KeptField()

    def is_right(self) -> bool:
        """Whether it can be saved like this; if not, the errors stand beside their fields."""
        self.validate()
        if not self.days.errors and self.number() is None:
            fewest, most = (
                format_number(days, language()) for days in (FEWEST_SILENT_DAYS, MOST_SILENT_DAYS)
            )
            message = gettext(
                "Write a number from %(fewest)s to %(most)s.", fewest=fewest, most=most
            )
            self.refuse("days", message)
        return not self.errors

    def number(self) -> int | None:
        """The days as they were typed, None for anything else."""
        text = latin_digits(typed(self.days))
        return parse_int(text, lowest=FEWEST_SILENT_DAYS, highest=MOST_SILENT_DAYS)


def owner_choices(people: Sequence[Account]) -> list[tuple[str, str]]:
    """Nobody, and then each of the staff by name."""
    return [("", gettext("Nobody yet")), *((str(one.id), shown_name(one)) for one in people)]


def chosen_owner(field: ChoiceField) -> int | None:
    """Whoever was chosen, by number; a field that passed its check holds one of its choices."""
    return int(field.data) if field.data else None
