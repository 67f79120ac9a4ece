"""Proposals, the versions that were submitted, and the history of their states.

The change of an accepted proposal stands in `written`.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.accounts.rules import NAME_LENGTH
from citizen_diplomat.foundation.database import Base, Document, Key, one_of
from citizen_diplomat.proposals.rules import (
    BENEFICIARIES_LENGTH,
    BODY_LENGTH,
    DESCRIPTION_LENGTH,
    EDITABLE,
    FILE_NAME_LENGTH,
    OWN_PART_LENGTH,
    PARTNERS_LENGTH,
    SUMMARY_LENGTH,
    TERM_LENGTH,
    TITLE_LENGTH,
    WINDOW_LENGTH,
    Actor,
    Answer,
    Cost,
    Draft,
    Duration,
    State,
    Step,
    steps_open_to,
)
from citizen_diplomat.proposals.uploads import FileKind


class Worded:
    """What holds the words of a proposal: itself, or a version of it."""

    @property
    def draft(self) -> Draft:
        """Its words as a value; cities and skills of a proposal must have been loaded."""
        return words_of(self)

    @property
    def answers_asked_for(self) -> tuple[Answer, ...]:
        """The answers to the questions of its topic and call, which are all that were sent."""
        return self.draft.answers_asked_for


class Proposal(Worded, Base):
    """What a member proposes, as its author last wrote it until it is accepted.

    Staff read the newest `Revision`; between two submissions the author's words here are theirs
    alone. Once it is accepted, its words are those of its approved revision and of no other: what
    its author writes then stands apart as a `ProposalChange` until it is accepted too.
    """

    __tablename__ = "proposal"
    __table_args__ = (
        one_of("state", State),
        UniqueConstraint("author_id", "form_key"),
        CheckConstraint(f"length(title) <= {TITLE_LENGTH}", name="title_length"),
        CheckConstraint(f"length(summary) <= {SUMMARY_LENGTH}", name="summary_length"),
        CheckConstraint(f"length(body) <= {BODY_LENGTH}", name="body_length"),
        CheckConstraint(
            f"length(beneficiaries) <= {BENEFICIARIES_LENGTH}", name="beneficiaries_length"
        ),
        CheckConstraint(f"length(partners) <= {PARTNERS_LENGTH}", name="partners_length"),
        CheckConstraint(f"length(own_part) <= {OWN_PART_LENGTH}", name="own_part_length"),
        one_of("cost", Cost),
        one_of("duration", Duration),
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
    call_number: Mapped[int | None] = mapped_column(ForeignKey("call.number"), index=True)
    beneficiaries: Mapped[str] = mapped_column(Text, default="")
    partners: Mapped[str] = mapped_column(Text, default="")
    own_part: Mapped[str] = mapped_column(Text, default="")
    cost: Mapped[str | None] = mapped_column(String(20))
    duration: Mapped[str | None] = mapped_column(String(20))
    answers: Mapped[list[dict[str, Any]]] = mapped_column(Document, default=list)
    pen_name: Mapped[str] = mapped_column(String(NAME_LENGTH), default="", server_default="")
    """Shown to everybody but its authors instead of the first author's name; empty: that name."""
    handed_over_at: Mapped[datetime | None]
    """Since when its first author is that; None where it always was the same."""
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
    folded_at: Mapped[datetime | None]
    """Since when its page alone says that members have reported it, until staff have looked."""
    duplicate_of: Mapped[int | None] = mapped_column(ForeignKey("proposal.number"))
    approved_revision: Mapped[int | None]
    """The version that was accepted and that everybody reads."""
    discarded_at: Mapped[datetime | None] = mapped_column(index=True)
    """Set on a draft that its author threw away: for a day, it can be brought back."""
    written_from: Mapped[str | None] = mapped_column(String(WINDOW_LENGTH))
    """The window whose pause in typing was saved last: an answer that got lost is no conflict."""

    author: Mapped[Account] = relationship(lazy="raise_on_sql")
    cities: Mapped[list["ProposalCity"]] = relationship(
        lazy="raise_on_sql", cascade="all, delete-orphan", order_by="ProposalCity.city_slug"
    )
    skills: Mapped[list["ProposalSkill"]] = relationship(
        lazy="raise_on_sql", cascade="all, delete-orphan", order_by="ProposalSkill.skill_slug"
    )

    __mapper_args__ = {"version_id_col": version}

    @property
    def is_editable(self) -> bool:
        """Whether it is its author's turn to write."""
        return State(self.state) in EDITABLE

    def steps_open_to(self, actor: Actor) -> tuple[Step, ...]:
        """What this actor may do now."""
        return steps_open_to(actor, State(self.state))

    @property
    def city_slugs(self) -> list[str]:
        """The cities it is for; `cities` must have been loaded."""
        return [row.city_slug for row in self.cities]

    @property
    def skill_slugs(self) -> list[str]:
        """The skills it needs; `skills` must have been loaded."""
        return [row.skill_slug for row in self.skills]


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


class ProposalTerm(Base):
    """A word by which a submitted proposal is found as similar; see `proposals.similar`."""

    __tablename__ = "proposal_term"
    # The rows stand in the order of their key: looking a word up reads nothing else.
    __table_args__ = {"sqlite_with_rowid": False}

    term: Mapped[str] = mapped_column(String(TERM_LENGTH), primary_key=True)
    proposal_number: Mapped[int] = mapped_column(
        ForeignKey("proposal.number", ondelete="CASCADE"), primary_key=True, index=True
    )
    in_title: Mapped[bool]


class Revision(Worded, Base):
    """The text as it was submitted, once and for ever; the first is number 1.

    The database itself refuses to change or remove a row.
    """

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
    call_number: Mapped[int | None] = mapped_column(ForeignKey("call.number"))
    city_slugs: Mapped[list[str]] = mapped_column(Document)
    skill_slugs: Mapped[list[str]] = mapped_column(Document)
    attachment_ids: Mapped[list[int]] = mapped_column(Document, default=list, server_default="[]")
    """The files that were sent along, in their order."""
    beneficiaries: Mapped[str] = mapped_column(Text, default="")
    partners: Mapped[str] = mapped_column(Text, default="")
    own_part: Mapped[str] = mapped_column(Text, default="")
    cost: Mapped[str | None] = mapped_column(String(20))
    duration: Mapped[str | None] = mapped_column(String(20))
    answers: Mapped[list[dict[str, Any]]] = mapped_column(Document, default=list)
    submitted_at: Mapped[datetime]


class Attachment(Base):
    """A picture or a document that belongs to a proposal; the file itself lies in the storage.

    Those without `removed_at` are what its author has attached now. A version holds those that
    were there when it was sent, whatever becomes of them later.
    """

    __tablename__ = "attachment"
    __table_args__ = (
        one_of("kind", FileKind),
        CheckConstraint(f"length(description) <= {DESCRIPTION_LENGTH}", name="description_length"),
        CheckConstraint("size > 0", name="size"),
        Index("ix_attachment_proposal", "proposal_number", "position", "id"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    proposal_number: Mapped[int] = mapped_column(ForeignKey("proposal.number", ondelete="CASCADE"))
    position: Mapped[int]
    """Its place among those of its proposal, from 1."""
    kind: Mapped[str] = mapped_column(String(10))
    name: Mapped[str] = mapped_column(String(FILE_NAME_LENGTH + 10))
    description: Mapped[str] = mapped_column(Text, default="")
    """What is on it, for those who do not see it."""
    type: Mapped[str] = mapped_column(String(40))
    size: Mapped[int]
    """Bytes."""
    width: Mapped[int | None]
    height: Mapped[int | None]
    key: Mapped[str] = mapped_column(String(64), index=True)
    """Random: where it lies, and the part of its address that nobody can guess.

    Two rows have one key when an attachment was described anew after it had been sent.
    """
    sha256: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]

    proposal: Mapped[Proposal] = relationship(lazy="raise_on_sql")


class ProposalEvent(Base):
    """One step in the life of a proposal or of a change of it; only ever added.

    The target of the newest one of either is the state of either.
    """

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
    of_change: Mapped[bool] = mapped_column(default=False)
    """Whether it was a step of a change of the accepted proposal."""
    actor_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    at: Mapped[datetime] = mapped_column(index=True)

    actor: Mapped[Account] = relationship(lazy="raise_on_sql")


def words_of(text: Any) -> Draft:
    """The words of a proposal, of a revision, or of a change's document."""
    return Draft(
        title=text.title,
        summary=text.summary,
        body=text.body,
        topic_slug=text.topic_slug,
        city_slugs=tuple(sorted(text.city_slugs)),
        language=text.language,
        skill_slugs=tuple(sorted(text.skill_slugs)),
        beneficiaries=text.beneficiaries,
        partners=text.partners,
        own_part=text.own_part,
        cost=Cost(text.cost) if text.cost else None,
        duration=Duration(text.duration) if text.duration else None,
        answers=tuple(Answer(**answer) for answer in text.answers),
        # A document of before there were calls names none.
        call_number=getattr(text, "call_number", None),
    )
