"""Offers of help, what the office asks for, and whom it asked."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.directory.rules import Availability, SkillLevel
from citizen_diplomat.foundation.database import Base, Document, Key, one_of
from citizen_diplomat.outcomes.rules import (
    ANSWER_LENGTH,
    MOST_HOURS_A_MONTH,
    OPEN,
    REQUEST_TEXT_LENGTH,
    REQUEST_TITLE_LENGTH,
    WORDS_LENGTH,
    Answer,
    DeclineReason,
    OfferState,
    Party,
)
from citizen_diplomat.proposals.model import Proposal

_IS_OPEN = text(f"state IN ({', '.join(repr(str(state)) for state in sorted(OPEN))})")


class HelpOffer(Base):
    """A member offers to help with an accepted proposal; its author and the office answer."""

    __tablename__ = "help_offer"
    __table_args__ = (
        one_of("state", OfferState),
        one_of("decline_reason", DeclineReason),
        one_of("declined_by", Party),
        CheckConstraint(f"length(words) <= {WORDS_LENGTH}", name="words_length"),
        CheckConstraint(f"length(answer) <= {ANSWER_LENGTH}", name="answer_length"),
        CheckConstraint(f"hours_a_month BETWEEN 1 AND {MOST_HOURS_A_MONTH}", name="hours_a_month"),
        Index(
            "uq_help_offer_open",
            "proposal_number",
            "account_id",
            unique=True,
            sqlite_where=_IS_OPEN,
            postgresql_where=_IS_OPEN,
        ),
        Index("ix_help_offer_proposal", "proposal_number", "state", "id"),
        Index("ix_help_offer_waiting", "state", "offered_at", "id"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    proposal_number: Mapped[int] = mapped_column(ForeignKey("proposal.number"))
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    skill_slugs: Mapped[list[str]] = mapped_column(Document, default=list)
    hours_a_month: Mapped[int]
    words: Mapped[str] = mapped_column(Text, default="")
    may_be_named: Mapped[bool] = mapped_column(default=False)
    """Whether their name may stand beside the proposal, for everyone, once both agreed."""
    state: Mapped[str] = mapped_column(String(20), default=OfferState.OFFERED)
    offered_at: Mapped[datetime]
    author_agreed_at: Mapped[datetime | None]
    office_agreed_at: Mapped[datetime | None]
    office_agreed_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    closed_at: Mapped[datetime | None]
    """When it was declined or withdrawn."""
    declined_by: Mapped[str | None] = mapped_column(String(10))
    decline_reason: Mapped[str | None] = mapped_column(String(20))
    answer: Mapped[str] = mapped_column(Text, default="")
    """What was said with the no."""

    proposal: Mapped[Proposal] = relationship(lazy="raise_on_sql")
    helper: Mapped[Account] = relationship(lazy="raise_on_sql", foreign_keys=account_id)


class HelpRequest(Base):
    """What the office looks for: help with an accepted proposal, or with something else."""

    __tablename__ = "help_request"
    __table_args__ = (
        one_of("least_level", SkillLevel),
        one_of("availability", Availability),
        UniqueConstraint("made_by", "form_key"),
        CheckConstraint("title_fa <> '' OR title_en <> ''", name="has_a_title"),
        CheckConstraint(f"length(text_fa) <= {REQUEST_TEXT_LENGTH}", name="text_fa_length"),
        CheckConstraint(f"length(text_en) <= {REQUEST_TEXT_LENGTH}", name="text_en_length"),
        Index("ix_help_request_made", "made_at", "id"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    form_key: Mapped[str] = mapped_column(String(64))
    """Made with the empty form: posting it twice makes one request."""
    proposal_number: Mapped[int | None] = mapped_column(ForeignKey("proposal.number"), index=True)
    title_fa: Mapped[str] = mapped_column(String(REQUEST_TITLE_LENGTH), default="")
    title_en: Mapped[str] = mapped_column(String(REQUEST_TITLE_LENGTH), default="")
    text_fa: Mapped[str] = mapped_column(Text, default="")
    text_en: Mapped[str] = mapped_column(Text, default="")
    city_slug: Mapped[str | None] = mapped_column(ForeignKey("city.slug"))
    skill_slugs: Mapped[list[str]] = mapped_column(Document, default=list)
    least_level: Mapped[str] = mapped_column(String(20), default=SkillLevel.SOME)
    language_codes: Mapped[list[str]] = mapped_column(Document, default=list)
    availability: Mapped[str] = mapped_column(String(10), default=Availability.NONE)
    made_by: Mapped[int] = mapped_column(ForeignKey("account.id"))
    made_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]

    proposal: Mapped[Proposal | None] = relationship(lazy="raise_on_sql")


class HelpAsk(Base):
    """One member whom the office asked, once for each request, and what they said."""

    __tablename__ = "help_ask"
    __table_args__ = (
        one_of("answer", Answer),
        UniqueConstraint("request_id", "account_id"),
        CheckConstraint("(answer IS NULL) = (answered_at IS NULL)", name="answered"),
        Index("ix_help_ask_account", "account_id", "asked_at"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    request_id: Mapped[int] = mapped_column(ForeignKey("help_request.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    asked_at: Mapped[datetime]
    answer: Mapped[str | None] = mapped_column(String(5))
    answered_at: Mapped[datetime | None]

    request: Mapped[HelpRequest] = relationship(lazy="raise_on_sql")
    account: Mapped[Account] = relationship(lazy="raise_on_sql")
