"""Proposals, the versions that were submitted, and the history of their states."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.foundation.database import Base, Document, Key, one_of
from citizen_diplomat.proposals.rules import BODY_LENGTH, SUMMARY_LENGTH, TITLE_LENGTH, Draft, State


class Proposal(Base):
    """What a member proposes, as its author last wrote it.

    Staff and the public read the newest `Revision`; between two submissions the author's words
    here are theirs alone.
    """

    __tablename__ = "proposal"
    __table_args__ = (
        one_of("state", State),
        UniqueConstraint("author_id", "form_key"),
        CheckConstraint(f"length(title) <= {TITLE_LENGTH}", name="title_length"),
        CheckConstraint(f"length(summary) <= {SUMMARY_LENGTH}", name="summary_length"),
        CheckConstraint(f"length(body) <= {BODY_LENGTH}", name="body_length"),
        Index("ix_proposal_author", "author_id", "updated_at", "number"),
        Index("ix_proposal_published", "state", "published_at", "number"),
    )

    number: Mapped[int] = mapped_column(Key, primary_key=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    state: Mapped[str] = mapped_column(String(20), default=State.DRAFT)
    language: Mapped[str] = mapped_column(String(5))
    title: Mapped[str] = mapped_column(String(TITLE_LENGTH), default="")
    summary: Mapped[str] = mapped_column(Text, default="")
    body: Mapped[str] = mapped_column(Text, default="")
    topic_slug: Mapped[str | None] = mapped_column(ForeignKey("topic.slug"), index=True)
    form_key: Mapped[str] = mapped_column(String(64))
    """Made with the empty form: posting it twice makes one proposal."""
    version: Mapped[int] = mapped_column(default=1)
    """Raised by every change; a decision or edit made against an older one is a conflict."""
    search_text: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]
    decided_at: Mapped[datetime | None]
    published_at: Mapped[datetime | None]
    duplicate_of: Mapped[int | None] = mapped_column(ForeignKey("proposal.number"))

    author: Mapped[Account] = relationship(lazy="raise_on_sql")
    cities: Mapped[list["ProposalCity"]] = relationship(
        lazy="raise_on_sql", cascade="all, delete-orphan", order_by="ProposalCity.city_slug"
    )
    skills: Mapped[list["ProposalSkill"]] = relationship(
        lazy="raise_on_sql", cascade="all, delete-orphan", order_by="ProposalSkill.skill_slug"
    )

    __mapper_args__ = {"version_id_col": version}

    @property
    def city_slugs(self) -> list[str]:
        """The cities it is for; `cities` must have been loaded."""
        return [row.city_slug for row in self.cities]

    @property
    def skill_slugs(self) -> list[str]:
        """The skills it needs; `skills` must have been loaded."""
        return [row.skill_slug for row in self.skills]

    @property
    def draft(self) -> Draft:
        """Its words as a value; `cities` and `skills` must have been loaded."""
        return _words(self)


class ProposalCity(Base):
    """A city that a proposal is for."""

    __tablename__ = "proposal_city"
    __table_args__ = (Index("ix_proposal_city_city", "city_slug"),)

    proposal_number: Mapped[int] = mapped_column(
        ForeignKey("proposal.number", ondelete="CASCADE"), primary_key=True
    )
    city_slug: Mapped[str] = mapped_column(ForeignKey("city.slug"), primary_key=True)


class ProposalSkill(Base):
    """A skill that a proposal needs."""

    __tablename__ = "proposal_skill"

    proposal_number: Mapped[int] = mapped_column(
        ForeignKey("proposal.number", ondelete="CASCADE"), primary_key=True
    )
    skill_slug: Mapped[str] = mapped_column(ForeignKey("skill.slug"), primary_key=True)


class Revision(Base):
    """The text as it was submitted, once and for ever; the first is number 1."""

    __tablename__ = "revision"
    __table_args__ = (UniqueConstraint("proposal_number", "revision"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    proposal_number: Mapped[int] = mapped_column(ForeignKey("proposal.number", ondelete="CASCADE"))
    revision: Mapped[int]
    language: Mapped[str] = mapped_column(String(5))
    title: Mapped[str] = mapped_column(String(TITLE_LENGTH))
    summary: Mapped[str] = mapped_column(Text)
    body: Mapped[str] = mapped_column(Text)
    topic_slug: Mapped[str] = mapped_column(ForeignKey("topic.slug"))
    city_slugs: Mapped[list[str]] = mapped_column(Document)
    skill_slugs: Mapped[list[str]] = mapped_column(Document)
    submitted_at: Mapped[datetime]

    @property
    def draft(self) -> Draft:
        """Its words as a value, to compare with those of the proposal."""
        return _words(self)


class ProposalEvent(Base):
    """One step in the life of a proposal; only ever added. The newest one's target is its state."""

    __tablename__ = "proposal_event"
    __table_args__ = (one_of("source", State), one_of("target", State))

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    proposal_number: Mapped[int] = mapped_column(
        ForeignKey("proposal.number", ondelete="CASCADE"), index=True
    )
    step: Mapped[str] = mapped_column(String(20))
    source: Mapped[str] = mapped_column(String(20))
    target: Mapped[str] = mapped_column(String(20))
    revision: Mapped[int]
    """The newest submitted version at that time; 0 before the first."""
    actor_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    at: Mapped[datetime]

    actor: Mapped[Account] = relationship(lazy="raise_on_sql")


def _words(text: Proposal | Revision) -> Draft:
    return Draft(
        title=text.title,
        summary=text.summary,
        body=text.body,
        topic_slug=text.topic_slug,
        city_slugs=tuple(sorted(text.city_slugs)),
        language=text.language,
        skill_slugs=tuple(sorted(text.skill_slugs)),
    )
