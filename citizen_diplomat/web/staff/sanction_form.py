"""The form of a sanction: what, by which rule, on which facts, until when."""

from datetime import date, datetime, time, timedelta
from typing import Any

from flask_babel import gettext, lazy_gettext
from werkzeug.datastructures import MultiDict

from citizen_diplomat.accounts.sanction_rules import (
    ENDING_LENGTH,
    ENDS_BY_ITSELF,
    FACTS_LENGTH,
    LONGEST,
    MOST_ACTS_A_DAY,
    Breach,
    Measure,
    SanctionKind,
)
from citizen_diplomat.foundation.calendar import parse_date
from citizen_diplomat.foundation.numbers import format_number, parse_int
from citizen_diplomat.foundation.tokens import new_secret
from citizen_diplomat.web.addresses import typed
from citizen_diplomat.web.forms import (
    BaseForm,
    KeptField,
    RadioChoiceField,
    TickField,
    line,
    paragraphs,
)
from citizen_diplomat.web.languages import language
from citizen_diplomat.web.sanction_words import BREACHES
from citizen_diplomat.web.services import services
from citizen_diplomat.web.signin import request_time

KIND_CHOICES = [
    (SanctionKind.WARN.value, lazy_gettext("Warn: nothing else changes")),
    (
        SanctionKind.LIMIT.value,
        lazy_gettext("Limit: so many proposals, comments and messages a day"),
    ),
    (SanctionKind.SUSPEND.value, lazy_gettext("Suspend: no signing in until a day")),
    (SanctionKind.CLOSE.value, lazy_gettext("Close: no signing in, without an end date")),
]
FOUND_CHOICES = [
    ("reported", lazy_gettext("Members had reported it")),
    ("own", lazy_gettext("The office noticed it")),
]


class SanctionForm(BaseForm):
    """What shall be imposed, as the member will read it."""

    kind = RadioChoiceField(lazy_gettext("What is imposed?"))
    acts_a_day = line(lazy_gettext("How many in 24 hours"), longest=4, required=False)
    ends_on = line(lazy_gettext("Last day"), longest=20, required=False)
    breach = RadioChoiceField(lazy_gettext("Which rule was broken?"))
    facts = paragraphs(
        lazy_gettext("Facts"),
        longest=FACTS_LENGTH,
        required=lazy_gettext("Write what happened, and where: the member reads it."),
    )
    found_by = RadioChoiceField(lazy_gettext("How was it found?"))
    hides = TickField(lazy_gettext("Hide what others see of this person until it ends"))
    form_key = KeptField()

    def __init__(self, *args: Any, **options: Any) -> None:
        """Offer the choices in the language of the page."""
        super().__init__(*args, **options)
        self.kind.choices = KIND_CHOICES
        self.breach.choices = [(breach.value, word) for breach, word in BREACHES.items()]
        self.found_by.choices = FOUND_CHOICES

    def is_right(self) -> bool:
        """Whether it can be imposed like this; if not, the errors stand beside their fields."""
        self.validate()
        for field, said in (
            (self.kind, gettext("Choose what is imposed.")),
            (self.breach, gettext("Choose a rule.")),
            (self.found_by, gettext("Choose how it was found.")),
        ):
            if field.errors:
                field.errors = [said]
        if not self.kind.errors:
            self._check_end(SanctionKind(self.kind.data))
            self._check_limit(SanctionKind(self.kind.data))
        return not self.errors

    def measure(self) -> Measure:
        """The form as a value; ask after `is_right`."""
        kind = SanctionKind(self.kind.data)
        day = parse_date(typed(self.ends_on)) if kind in ENDS_BY_ITSELF else None
        return Measure(
            kind=kind,
            breach=Breach(self.breach.data),
            facts=typed(self.facts),
            was_reported=self.found_by.data == "reported",
            hides=bool(self.hides.data),
            ends_at=_end_of(day) if day else None,
            acts_a_day=self._acts() if kind is SanctionKind.LIMIT else None,
        )

    @property
    def key(self) -> str:
        """What makes one sanction of a form posted twice."""
        return (self.form_key.data or "")[:64]

    def _check_end(self, kind: SanctionKind) -> None:
        day, at = parse_date(typed(self.ends_on)), request_time()
        if kind not in ENDS_BY_ITSELF:
            if typed(self.ends_on):
                self.refuse("ends_on", gettext("This kind has no end date: leave it empty."))
        elif day is None:
            self.refuse("ends_on", gettext("Write the last day, such as 1405/10/20 or 2027-01-10."))
        elif not at < _end_of(day) <= at + LONGEST:
            self.refuse("ends_on", gettext("The last day lies today or later, within two years."))

    def _check_limit(self, kind: SanctionKind) -> None:
        if kind is not SanctionKind.LIMIT:
            if typed(self.acts_a_day):
                self.refuse("acts_a_day", gettext("Only a limit has a number: leave it empty."))
        elif self._acts() is None:
            most = format_number(MOST_ACTS_A_DAY, language())
            self.refuse("acts_a_day", gettext("Write a number from 1 to %(most)s.", most=most))

    def _acts(self) -> int | None:
        return parse_int(typed(self.acts_a_day), lowest=1, highest=MOST_ACTS_A_DAY)


class LiftForm(BaseForm):
    reason = paragraphs(
        lazy_gettext("Why is it lifted?"),
        longest=ENDING_LENGTH,
        required=lazy_gettext("Write why it is lifted: the member reads it."),
    )


class AppealAnswerForm(BaseForm):
    outcome = RadioChoiceField(lazy_gettext("Your decision"))
    explanation = paragraphs(
        lazy_gettext("Explanation"),
        longest=ENDING_LENGTH,
        required=lazy_gettext("Explain your decision: the member reads it."),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        """Offer both decisions in the language of the page."""
        super().__init__(*args, **options)
        self.outcome.choices = [
            ("upheld", lazy_gettext("It stands")),
            ("granted", lazy_gettext("It is lifted: it should not have been imposed")),
        ]

    def is_right(self) -> bool:
        """Whether it can be answered like this; if not, the errors stand beside their fields."""
        self.validate()
        if self.outcome.errors:
            self.outcome.errors = [gettext("Choose what you decide.")]
        return not self.errors


def empty_form(kept: MultiDict[str, str] | None = None) -> SanctionForm:
    """A new form with a key of its own, filled with what was `kept` when a sign-in ended."""
    return SanctionForm(kept, data={"form_key": new_secret()})


def _end_of(day: date) -> datetime:
    """When a day of the municipality is over."""
    return datetime.combine(day + timedelta(days=1), time(), services().settings.timezone)
