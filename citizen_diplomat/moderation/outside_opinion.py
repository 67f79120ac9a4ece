"""The table of outside opinions: one row for each who was asked, with what they answered."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.foundation.database import Base, Key, one_of
from citizen_diplomat.moderation.model import QueueItem
from citizen_diplomat.moderation.opinion_rules import (
    ASKED_NAME_LENGTH,
    GROUND_LENGTH,
    OPINION_LENGTH,
    QUESTION_LENGTH,
    SIGNATURE_LENGTH,
    Advisor,
    Link,
    Progress,
    Recommendation,
    link_of,
    progress_of,
    shows_asked,
    shows_signature,
)


class OutsideOpinion(Base):
    """A request to somebody outside for one opinion on one submitted version, and the opinion.

    The link is a secret of which only a digest is kept. An e-mail address is never kept here.
    """

    __tablename__ = "outside_opinion"
    __table_args__ = (
        one_of("kind", Advisor),
        one_of("recommendation", Recommendation),
        UniqueConstraint("asked_by", "form_key"),
        CheckConstraint(f"length(question) <= {QUESTION_LENGTH}", name="question_length"),
        CheckConstraint(f"length(relevance) <= {GROUND_LENGTH}", name="relevance_length"),
        CheckConstraint(f"length(feasibility) <= {GROUND_LENGTH}", name="feasibility_length"),
        CheckConstraint(f"length(risk) <= {GROUND_LENGTH}", name="risk_length"),
        CheckConstraint(f"length(text) <= {OPINION_LENGTH}", name="text_length"),
        CheckConstraint(
            "(answered_at IS NULL) = (recommendation IS NULL)", name="answered_with_recommendation"
        ),
        CheckConstraint(
            "(first_opened_at IS NULL) = (last_opened_at IS NULL)", name="opened_first_and_last"
        ),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("queue_item.id"), index=True)
    revision: Mapped[int]
    """The submitted version that was current when it was asked."""
    kind: Mapped[str] = mapped_column(String(20))
    asked_name: Mapped[str] = mapped_column(String(ASKED_NAME_LENGTH))
    """The body or person that is asked."""
    question: Mapped[str] = mapped_column(Text)
    language: Mapped[str] = mapped_column(String(5))
    is_mailed: Mapped[bool]
    """Whether the link went by letter; else it was shown once to whoever asked."""
    form_key: Mapped[str] = mapped_column(String(64))
    """Made with the empty form: posting it twice asks once."""
    token_digest: Mapped[str] = mapped_column(String(64), unique=True)
    asked_by: Mapped[int] = mapped_column(ForeignKey("account.id"))
    asked_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    first_opened_at: Mapped[datetime | None]
    last_opened_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    recommendation: Mapped[str | None] = mapped_column(String(20))
    relevance: Mapped[str] = mapped_column(Text, default="")
    feasibility: Mapped[str] = mapped_column(Text, default="")
    risk: Mapped[str] = mapped_column(Text, default="")
    text: Mapped[str] = mapped_column(Text, default="")
    signed_name: Mapped[str] = mapped_column(String(SIGNATURE_LENGTH), default="")
    signed_function: Mapped[str] = mapped_column(String(SIGNATURE_LENGTH), default="")
    may_be_named: Mapped[bool] = mapped_column(default=False)
    """Whether colleagues of the desk may read who it was; the asker always does."""

    item: Mapped[QueueItem] = relationship(lazy="raise_on_sql")
    asker: Mapped[Account] = relationship(lazy="raise_on_sql")

    def link(self, *, at: datetime) -> Link:
        """What its link does at `at`; the item must have been loaded."""
        return link_of(
            asked_at=self.asked_at,
            expires_at=self.expires_at,
            revoked_at=self.revoked_at,
            opened_at=self.item.opened_at,
            closed_at=self.item.closed_at,
            at=at,
        )

    def progress(self, *, at: datetime) -> Progress:
        """How far it has come at `at`; the item must have been loaded."""
        return progress_of(
            self.link(at=at),
            is_opened=self.first_opened_at is not None,
            is_answered=self.answered_at is not None,
        )

    def shows_signature_to(self, viewer: int) -> bool:
        """Whether `viewer`, who looks after the item, reads who gave the opinion."""
        return shows_signature(
            asked_by=self.asked_by, may_be_named=self.may_be_named, viewer=viewer
        )

    def shows_asked_to(self, viewer: int) -> bool:
        """Whether `viewer`, who looks after the item, reads the name that was asked."""
        return shows_asked(
            self.kind,
            is_answered=self.answered_at is not None,
            shows_signature=self.shows_signature_to(viewer),
        )
