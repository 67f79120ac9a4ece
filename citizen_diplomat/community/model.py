"""Support, follows, comments and reports, and the counts that are kept with each change."""

from datetime import datetime

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.community.rules import (
    DEEPEST,
    REPORT_LENGTH,
    TEXT_LENGTH,
    CommentState,
    FollowKind,
    Ground,
    Mark,
    Matter,
    MatterKind,
    ReportOutcome,
    ThingKind,
)
from citizen_diplomat.foundation.database import Base, Key, one_of


class ProposalTally(Base):
    """How much support and talk a proposal has; no row yet means none."""

    __tablename__ = "proposal_tally"

    proposal_number: Mapped[int] = mapped_column(
        ForeignKey("proposal.number", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    supporters: Mapped[int] = mapped_column(default=0)
    own_city: Mapped[int] = mapped_column(default=0)
    """Supporters who lived in one of its cities when they supported it."""
    comments: Mapped[int] = mapped_column(default=0)
    """Comments that everybody sees."""


class NewsTally(Base):
    """How much talk a piece of news has; no row yet means none."""

    __tablename__ = "news_tally"

    news_number: Mapped[int] = mapped_column(
        ForeignKey("news.number", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    comments: Mapped[int] = mapped_column(default=0)
    """Comments that everybody sees."""


class SupportCity(Base):
    """How many supporters of a proposal live in one city."""

    __tablename__ = "support_city"

    proposal_number: Mapped[int] = mapped_column(
        ForeignKey("proposal.number", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    city_slug: Mapped[str] = mapped_column(ForeignKey("city.slug"), primary_key=True)
    supporters: Mapped[int] = mapped_column(default=0)


class Support(Base):
    """Somebody supports a proposal; who it is, is told to nobody."""

    __tablename__ = "support"
    __table_args__ = (Index("ix_support_proposal_number", "proposal_number"),)

    account_id: Mapped[int] = mapped_column(
        ForeignKey("account.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    proposal_number: Mapped[int] = mapped_column(
        ForeignKey("proposal.number", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    city_slug: Mapped[str | None] = mapped_column(ForeignKey("city.slug"))
    """Where they lived at that time, as their profile said."""
    own_city: Mapped[bool]
    at: Mapped[datetime]


class Follow(Base):
    """Somebody wants to hear of a thing; `subject` is its number or slug."""

    __tablename__ = "follow"
    __table_args__ = (
        one_of("kind", FollowKind),
        UniqueConstraint("account_id", "kind", "subject"),
        Index("ix_follow_subject", "kind", "subject", "account_id"),
        Index("ix_follow_account", "account_id", "at", "id"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(20))
    subject: Mapped[str] = mapped_column(String(60))
    at: Mapped[datetime]


class Comment(Base):
    """What somebody says to a proposal or to news, or the municipality answers."""

    __tablename__ = "comment"
    __table_args__ = (
        one_of("mark", Mark),
        one_of("state", CommentState),
        UniqueConstraint("author_id", "form_key"),
        CheckConstraint(f"length(text) <= {TEXT_LENGTH}", name="text_length"),
        CheckConstraint(f"depth BETWEEN 1 AND {DEEPEST}", name="depth"),
        CheckConstraint("(depth = 1) = (root_id IS NULL)", name="root_of_replies"),
        CheckConstraint("(proposal_number IS NULL) <> (news_number IS NULL)", name="one_subject"),
        Index("ix_comment_news", "news_number", "depth", "created_at", "id"),
        Index("ix_comment_discussion", "proposal_number", "depth", "created_at", "id"),
        Index("ix_comment_thread", "root_id", "id"),
        Index(
            "ix_comment_untold",
            "approved_at",
            sqlite_where=text("told_at IS NULL"),
            postgresql_where=text("told_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    proposal_number: Mapped[int | None] = mapped_column(
        ForeignKey("proposal.number", ondelete="CASCADE")
    )
    news_number: Mapped[int | None] = mapped_column(ForeignKey("news.number"))
    """What it is said to: one of the two."""
    author_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    root_id: Mapped[int | None] = mapped_column(ForeignKey("comment.id"))
    """The comment that its thread began with; None for that comment itself."""
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("comment.id"))
    """The comment that it stands under."""
    reply_to_id: Mapped[int | None] = mapped_column(ForeignKey("comment.id"))
    """The comment that it answers: another one than its parent only at the deepest level."""
    depth: Mapped[int]
    mark: Mapped[str] = mapped_column(String(10), default=Mark.NONE)
    state: Mapped[str] = mapped_column(String(10), default=CommentState.WAITING)
    text: Mapped[str] = mapped_column(Text)
    form_key: Mapped[str] = mapped_column(String(64))
    """Made with the empty form: posting it twice makes one comment."""
    version: Mapped[int] = mapped_column(default=1)
    """Raised by every change: what staff decide applies to the words that they read."""
    replies: Mapped[int] = mapped_column(default=0)
    """How many answers were ever written into the thread that it began."""
    answer_place: Mapped[int] = mapped_column(default=1)
    """0 where the municipality has answered in the thread that it began: sorts such ones first."""
    created_at: Mapped[datetime]
    edited_at: Mapped[datetime | None]
    approved_at: Mapped[datetime | None]
    """Since when everybody sees it."""
    told_at: Mapped[datetime | None]
    """When those whom it concerns had been told of it."""

    author: Mapped[Account] = relationship(lazy="raise_on_sql")

    __mapper_args__ = {"version_id_col": version}

    @property
    def matter(self) -> Matter:
        """What it is said to."""
        if self.news_number is not None:
            return Matter(MatterKind.NEWS, self.news_number)
        assert self.proposal_number is not None, "it is said to one of the two"
        return Matter(MatterKind.PROPOSAL, self.proposal_number)


class Reported(Base):
    """A thing that members have reported: how many reports are open, and whether it is folded."""

    __tablename__ = "reported"
    __table_args__ = (one_of("kind", ThingKind), UniqueConstraint("kind", "subject"))

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    kind: Mapped[str] = mapped_column(String(10))
    subject: Mapped[int] = mapped_column(BigInteger)
    """The number of comment, proposal or message, or of the account whose profile it is."""
    proposal_number: Mapped[int | None] = mapped_column(
        ForeignKey("proposal.number", ondelete="CASCADE")
    )
    """The proposal that it belongs to, if it does: whoever looks after that looks after this."""
    open_reports: Mapped[int] = mapped_column(default=0)
    folded_at: Mapped[datetime | None]
    """Since when readers see it only after staff have looked."""


class Report(Base):
    """One member's report of a thing; who made it is told to nobody but staff of the log."""

    __tablename__ = "report"
    __table_args__ = (
        one_of("ground", Ground),
        CheckConstraint(
            "outcome IN (" + ", ".join(f"'{each}'" for each in ReportOutcome) + ")", name="outcome"
        ),
        CheckConstraint(f"length(text) <= {REPORT_LENGTH}", name="text_length"),
        CheckConstraint("(closed_at IS NULL) = (outcome IS NULL)", name="closed_with_outcome"),
        Index(
            "uq_report_open",
            "thing_id",
            "reporter_id",
            unique=True,
            sqlite_where=text("closed_at IS NULL"),
            postgresql_where=text("closed_at IS NULL"),
        ),
        Index("ix_report_reporter_id", "reporter_id"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    thing_id: Mapped[int] = mapped_column(ForeignKey("reported.id"))
    reporter_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    """None when the reporter has closed their account."""
    ground: Mapped[str] = mapped_column(String(20))
    text: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    outcome: Mapped[str | None] = mapped_column(String(10))

    thing: Mapped[Reported] = relationship(lazy="raise_on_sql")
