"""What authors write on: a proposal until it is accepted, then a change of it."""

from dataclasses import asdict
from datetime import datetime
from types import SimpleNamespace
from typing import Any

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from citizen_diplomat.foundation.database import Base, Document, one_of
from citizen_diplomat.proposals.model import Proposal, words_of
from citizen_diplomat.proposals.rules import (
    CHANGE_EDITABLE,
    CHANGE_MOVES,
    WINDOW_LENGTH,
    Actor,
    Draft,
    State,
    Step,
    steps_open_to,
)


class ProposalChange(Base):
    """What the authors of an accepted proposal want it to say instead, one change at a time.

    It reads like a proposal, so that the pages to write on take either. The row is there while the
    change is under way: accepted, its words go into the proposal; discarded, they are gone.
    """

    __tablename__ = "proposal_change"
    __table_args__ = (one_of("state", State),)

    proposal_number: Mapped[int] = mapped_column(ForeignKey("proposal.number"), primary_key=True)
    state: Mapped[str] = mapped_column(String(20), default=State.DRAFT)
    words: Mapped[dict[str, Any]] = mapped_column(Document)
    """A Draft as plain values: its authors' alone, never searched, sent as a `Revision`."""
    version: Mapped[int] = mapped_column(default=1)
    """Raised by every change, as that of a proposal; 0 until it is first kept."""
    written_from: Mapped[str | None] = mapped_column(String(WINDOW_LENGTH))
    """The window whose pause in typing brought these words, as that of a proposal."""
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]

    proposal: Mapped[Proposal] = relationship(lazy="raise_on_sql")

    __mapper_args__ = {"version_id_col": version}

    @property
    def number(self) -> int:
        """The number of its proposal."""
        return self.proposal_number

    @property
    def author_id(self) -> int:
        """The first author, who alone sends it; its proposal must have been loaded."""
        return self.proposal.author_id

    @property
    def is_editable(self) -> bool:
        """Whether it is its authors' turn to write."""
        return State(self.state) in CHANGE_EDITABLE

    def steps_open_to(self, actor: Actor) -> tuple[Step, ...]:
        """What this actor may do now."""
        return steps_open_to(actor, State(self.state), CHANGE_MOVES)

    @property
    def draft(self) -> Draft:
        """Its words as a value."""
        return words_of(SimpleNamespace(**self.words))

    @draft.setter
    def draft(self, draft: Draft) -> None:
        self.words = asdict(draft)

    @property
    def title(self) -> str:
        """The title it shall have."""
        return self.draft.title

    @property
    def summary(self) -> str:
        """The summary it shall have."""
        return self.draft.summary

    @property
    def body(self) -> str:
        """The text it shall have."""
        return self.draft.body

    @property
    def language(self) -> str:
        """The language it shall be in."""
        return self.draft.language

    @property
    def topic_slug(self) -> str | None:
        """The topic it shall have."""
        return self.draft.topic_slug


Written = Proposal | ProposalChange
"""What authors write on: a proposal until it is accepted, then a change of it."""
