"""Issues of the newsletter, who is left out of them, and the log of who got them."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.foundation.database import Base, Document, Key, one_of
from citizen_diplomat.newsletter.rules import SUBJECT_LENGTH, Block, Draft, IssueState, Segment


class NewsletterIssue(Base):
    """One issue. What it says may change until it is released."""

    __tablename__ = "newsletter_issue"
    __table_args__ = (
        one_of("state", IssueState),
        CheckConstraint("(send_hour IS NULL) = (send_on IS NULL)", name="send_hour"),
        Index("ix_newsletter_issue_state", "state", "id"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    state: Mapped[str] = mapped_column(String(10), default=IssueState.DRAFT)
    subject_fa: Mapped[str] = mapped_column(String(SUBJECT_LENGTH), default="")
    subject_en: Mapped[str] = mapped_column(String(SUBJECT_LENGTH), default="")
    blocks: Mapped[list[dict[str, Any]]] = mapped_column(Document, default=list)
    segment: Mapped[dict[str, Any]] = mapped_column(Document, default=dict)
    version: Mapped[int] = mapped_column(default=1)
    repeats_id: Mapped[int | None] = mapped_column(ForeignKey("newsletter_issue.id"))
    """The issue that this one sends again."""
    edited_by: Mapped[int] = mapped_column(ForeignKey("account.id"))
    edited_at: Mapped[datetime]
    reviewed_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    reviewed_at: Mapped[datetime | None]
    released_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    released_at: Mapped[datetime | None]
    send_on: Mapped[date | None] = mapped_column(Date)
    """The local day on which each reader gets it; None: at once."""
    send_hour: Mapped[int | None]
    recipient_count: Mapped[int | None]
    """How many it was released to."""
    begun_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    """When the last letter had left, or when it was stopped."""

    editor: Mapped[Account] = relationship(lazy="raise_on_sql", foreign_keys=edited_by)

    __mapper_args__ = {"version_id_col": version}

    @property
    def draft(self) -> Draft:
        """What it says."""
        return Draft(self.subject_fa, self.subject_en, tuple(map(Block.of, self.blocks)))

    @property
    def audience(self) -> Segment:
        """Who it is for."""
        return Segment.of(self.segment)

    def subject(self, language: str) -> str:
        """Its subject in a language, or in the other one while it has none."""
        own, other = (self.subject_fa, self.subject_en)[:: 1 if language == "fa" else -1]
        return own or other


class NewsletterExclusion(Base):
    """A member who is left out of one issue."""

    __tablename__ = "newsletter_exclusion"

    issue_id: Mapped[int] = mapped_column(
        ForeignKey("newsletter_issue.id", ondelete="CASCADE"), primary_key=True
    )
    account_id: Mapped[int] = mapped_column(
        ForeignKey("account.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    by: Mapped[int] = mapped_column(ForeignKey("account.id"))
    at: Mapped[datetime]


class NewsletterRecipient(Base):
    """A member on the list of a released issue: written at its release, once each.

    The worker fills in `handled_at` together with the mail that it posts: what has one is never
    posted again.
    """

    __tablename__ = "newsletter_recipient"
    __table_args__ = (
        Index("ix_newsletter_recipient_waiting", "issue_id", "handled_at", "account_id"),
    )

    issue_id: Mapped[int] = mapped_column(
        ForeignKey("newsletter_issue.id", ondelete="CASCADE"), primary_key=True
    )
    account_id: Mapped[int] = mapped_column(
        ForeignKey("account.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    handled_at: Mapped[datetime | None]
    outbox_id: Mapped[int | None] = mapped_column(
        ForeignKey("outbox_message.id", ondelete="SET NULL"), index=True
    )
    """Its mail; None once handled: they did not want it any more when their turn came."""
