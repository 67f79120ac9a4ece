"""The outcome of an accepted proposal: its trail, its steps, and the hours that helpers gave."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.foundation.database import Base, Key, one_of
from citizen_diplomat.outcomes.trail_rules import (
    CONTACT_LENGTH,
    DOCUMENTS_LENGTH,
    FEWEST_SILENT_DAYS,
    HOURS_WORDS_LENGTH,
    MOST_HOURS_NOTED,
    MOST_SILENT_DAYS,
    PARTNER_LENGTH,
    REASON_LENGTH,
    STEP_LENGTH,
    USUAL_SILENT_DAYS,
    OutcomeState,
    StepDates,
    StepKind,
    state_of,
)
from citizen_diplomat.proposals.model import Proposal

ONLY_ROW = 1


@dataclass(frozen=True)
class StepDraft:
    """What a step says: in one language at least; texts are cleaned."""

    kind: StepKind
    text_fa: str = ""
    text_en: str = ""
    owner_id: int | None = None
    partner: str = ""
    """The organisation; everybody reads it."""
    contact: str = ""
    """Whom to reach there; for staff alone."""
    documents: str = ""
    """One a line: a link, or a short text."""
    shows_documents: bool = False
    planned_on: date | None = None
    done_on: date | None = None


class OutcomeStep(Base):
    """One step that was taken for an accepted proposal, or is planned."""

    __tablename__ = "outcome_step"
    __table_args__ = (
        one_of("kind", StepKind),
        UniqueConstraint("added_by", "form_key"),
        CheckConstraint("text_fa <> '' OR text_en <> ''", name="has_a_text"),
        CheckConstraint(f"length(documents) <= {DOCUMENTS_LENGTH}", name="documents_length"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    proposal_number: Mapped[int] = mapped_column(ForeignKey("proposal.number"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    text_fa: Mapped[str] = mapped_column(String(STEP_LENGTH), default="")
    text_en: Mapped[str] = mapped_column(String(STEP_LENGTH), default="")
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    """Who of the staff sees to it."""
    partner: Mapped[str] = mapped_column(String(PARTNER_LENGTH), default="")
    contact: Mapped[str] = mapped_column(String(CONTACT_LENGTH), default="")
    """Of a person there; for staff alone."""
    documents: Mapped[str] = mapped_column(Text, default="")
    shows_documents: Mapped[bool] = mapped_column(default=False)
    """Whether everybody reads what stands under `documents`."""
    planned_on: Mapped[date | None] = mapped_column(Date)
    done_on: Mapped[date | None] = mapped_column(Date)
    action_item_id: Mapped[int | None] = mapped_column(
        ForeignKey("event_action_item.id", ondelete="SET NULL"), unique=True
    )
    """The promise of an event that it was made of: each becomes one step at most."""
    form_key: Mapped[str] = mapped_column(String(64))
    """Made with the empty form: posting it twice adds one step."""
    added_by: Mapped[int] = mapped_column(ForeignKey("account.id"))
    added_at: Mapped[datetime]
    noted_at: Mapped[datetime]
    """When it was added or, if that is later, said to be done: silence is counted from it."""
    version: Mapped[int] = mapped_column(default=1)

    owner: Mapped[Account | None] = relationship(lazy="raise_on_sql", foreign_keys=owner_id)

    __mapper_args__ = {"version_id_col": version}

    @property
    def dates(self) -> StepDates:
        """What the rules ask of it."""
        return StepDates(self.id, self.noted_at, self.planned_on, self.done_on)

    @property
    def draft(self) -> StepDraft:
        """What it says, as a value."""
        return StepDraft(
            StepKind(self.kind),
            self.text_fa,
            self.text_en,
            self.owner_id,
            self.partner,
            self.contact,
            self.documents,
            self.shows_documents,
            self.planned_on,
            self.done_on,
        )

    def text(self, language: str) -> str:
        """What it is, in a language or in the one there is."""
        return (self.text_fa or self.text_en) if language == "fa" else self.text_en or self.text_fa


class OutcomeTrail(Base):
    """What has become of an accepted proposal; there is no row before its first step or letter.

    `last_step_id`, `next_step_id` and `quiet_from` follow from the steps and are written with every
    change of them (`trail.settle`).
    """

    __tablename__ = "outcome_trail"
    __table_args__ = (
        CheckConstraint("completed_at IS NULL OR stopped_at IS NULL", name="one_end"),
        CheckConstraint(
            "stopped_at IS NULL OR reason_fa <> '' OR reason_en <> ''", name="stopped_with_reason"
        ),
        Index("ix_outcome_trail_quiet", "quiet_from", "proposal_number"),
    )

    proposal_number: Mapped[int] = mapped_column(ForeignKey("proposal.number"), primary_key=True)
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True)
    """Who of the staff sees to it: whoever accepted the proposal, until it is handed over."""
    begun_at: Mapped[datetime]
    """When the proposal was published."""
    last_step_id: Mapped[int | None] = mapped_column(ForeignKey("outcome_step.id"))
    next_step_id: Mapped[int | None] = mapped_column(ForeignKey("outcome_step.id"))
    quiet_from: Mapped[datetime]
    alarmed_at: Mapped[datetime | None]
    escalated_at: Mapped[datetime | None]
    """When owner and head were told of the silence of now, and the head once more."""
    completed_at: Mapped[datetime | None]
    stopped_at: Mapped[datetime | None]
    reason_fa: Mapped[str] = mapped_column(String(REASON_LENGTH), default="")
    reason_en: Mapped[str] = mapped_column(String(REASON_LENGTH), default="")
    """Why it was stopped; everybody reads it."""
    version: Mapped[int] = mapped_column(default=1)

    owner: Mapped[Account | None] = relationship(lazy="raise_on_sql")
    proposal: Mapped[Proposal] = relationship(lazy="raise_on_sql")
    last_step: Mapped[OutcomeStep | None] = relationship(
        lazy="raise_on_sql", foreign_keys=last_step_id
    )
    next_step: Mapped[OutcomeStep | None] = relationship(
        lazy="raise_on_sql", foreign_keys=next_step_id
    )

    __mapper_args__ = {"version_id_col": version}

    @property
    def has_steps(self) -> bool:
        """Whether anything was done or planned."""
        return self.last_step_id is not None or self.next_step_id is not None

    def state(self, silent_after: timedelta, *, at: datetime) -> OutcomeState:
        """What it is at a moment, where outcomes are silent after so long."""
        return state_of(
            is_completed=self.completed_at is not None,
            is_stopped=self.stopped_at is not None,
            has_steps=self.has_steps,
            quiet_from=self.quiet_from,
            silent_after=silent_after,
            at=at,
        )

    def reason(self, language: str) -> str:
        """Why it was stopped, in a language or in the one there is."""
        first, second = self.reason_fa, self.reason_en
        return (first or second) if language == "fa" else (second or first)


class HelperHours(Base):
    """Hours that somebody gave for an accepted proposal; whose they were is forgotten with them."""

    __tablename__ = "helper_hours"
    __table_args__ = (
        UniqueConstraint("noted_by", "form_key"),
        CheckConstraint(f"hours BETWEEN 1 AND {MOST_HOURS_NOTED}", name="hours"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    proposal_number: Mapped[int] = mapped_column(ForeignKey("proposal.number"), index=True)
    step_id: Mapped[int | None] = mapped_column(ForeignKey("outcome_step.id"))
    helper_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True)
    hours: Mapped[int]
    on_day: Mapped[date] = mapped_column(Date)
    words: Mapped[str] = mapped_column(String(HOURS_WORDS_LENGTH), default="")
    """What was done; for the helper, the author's side of the desk and staff."""
    form_key: Mapped[str] = mapped_column(String(64))
    noted_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    noted_at: Mapped[datetime]

    helper: Mapped[Account | None] = relationship(lazy="raise_on_sql", foreign_keys=helper_id)


class OutcomeSetting(Base):
    """The one row of what the office decided about outcomes; without it the default holds."""

    __tablename__ = "outcome_setting"
    __table_args__ = (
        CheckConstraint(f"id = {ONLY_ROW}", name="only_row"),
        CheckConstraint(
            f"silent_days BETWEEN {FEWEST_SILENT_DAYS} AND {MOST_SILENT_DAYS}", name="silent_days"
        ),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True, default=ONLY_ROW)
    silent_days: Mapped[int] = mapped_column(default=USUAL_SILENT_DAYS)
    version: Mapped[int]
