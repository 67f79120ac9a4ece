"""Who was asked "did it happen?", and what they said."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from citizen_diplomat.foundation.database import Base, Key, one_of
from citizen_diplomat.outcomes.trail_model import OutcomeTrail
from citizen_diplomat.outcomes.trail_rules import (
    HAPPENED_LENGTH,
    PARTNER_LENGTH,
    AnswerLink,
    Asked,
    Happened,
    link_of,
)
from citizen_diplomat.proposals.rules import PUBLIC, State

NAME_LENGTH = 80
"""As much as the outbox keeps of a recipient's name."""
_IS_AUTHOR = text(f"party = '{Asked.AUTHOR}'")


class OutcomeAnswer(Base):
    """One question "did it happen?" to the author or to a partner, and the one answer to it.

    A partner has no account: their link is a secret of which only a digest is kept, and their
    e-mail address is not kept here.
    """

    __tablename__ = "outcome_answer"
    __table_args__ = (
        one_of("party", Asked),
        one_of("answer", Happened),
        UniqueConstraint("asked_by", "form_key"),
        CheckConstraint(f"length(words) <= {HAPPENED_LENGTH}", name="words_length"),
        CheckConstraint("(answer IS NULL) = (answered_at IS NULL)", name="answered"),
        CheckConstraint(
            f"(party = '{Asked.PARTNER}') = (organisation <> '')", name="partner_has_a_name"
        ),
        Index(
            "uq_outcome_answer_author",
            "proposal_number",
            "completed_at",
            unique=True,
            sqlite_where=_IS_AUTHOR,
            postgresql_where=_IS_AUTHOR,
        ),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    proposal_number: Mapped[int] = mapped_column(
        ForeignKey("outcome_trail.proposal_number"), index=True
    )
    completed_at: Mapped[datetime]
    """The completion that it is about, by its moment; after another one it is not shown."""
    party: Mapped[str] = mapped_column(String(10))
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True)
    """The author, until they close their account."""
    organisation: Mapped[str] = mapped_column(String(PARTNER_LENGTH), default="")
    """The partner; everybody reads it."""
    asked_name: Mapped[str] = mapped_column(String(NAME_LENGTH), default="")
    """The person there; for staff alone."""
    language: Mapped[str] = mapped_column(String(5))
    is_mailed: Mapped[bool] = mapped_column(default=True)
    """Whether the link went by letter; else it was shown once to whoever asked."""
    form_key: Mapped[str] = mapped_column(String(64))
    token_digest: Mapped[str | None] = mapped_column(String(64), unique=True)
    asked_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    asked_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    answer: Mapped[str | None] = mapped_column(String(10))
    words: Mapped[str] = mapped_column(Text, default="")
    answered_at: Mapped[datetime | None]

    trail: Mapped[OutcomeTrail] = relationship(lazy="raise_on_sql")

    @property
    def is_of_now(self) -> bool:
        """Whether it is about the completion that holds now; the trail must have been loaded."""
        return self.completed_at == self.trail.completed_at

    @property
    def is_public(self) -> bool:
        """Whether everybody reads its proposal; trail and proposal must have been loaded."""
        return State(self.trail.proposal.state) in PUBLIC

    def link(self, *, at: datetime) -> AnswerLink:
        """What the question does at `at`; trail and proposal must have been loaded."""
        return link_of(
            expires_at=self.expires_at,
            revoked_at=self.revoked_at,
            answered_at=self.answered_at,
            is_completed=self.is_of_now,
            is_public=self.is_public,
            at=at,
        )
