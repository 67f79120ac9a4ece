"""Conversations of two members, their messages, and whom somebody does not want to hear from."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from citizen_diplomat.correspondence.rules import TEXT_LENGTH, Fate, Standing
from citizen_diplomat.foundation.database import Base, Key, one_of


class Conversation(Base):
    """What two members write to each other; there is one for each two of them."""

    __tablename__ = "conversation"
    __table_args__ = (
        one_of("standing", Standing),
        UniqueConstraint("lower_id", "higher_id"),
        Index("ix_conversation_starter", "starter_id", "started_at"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    starter_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    receiver_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    lower_id: Mapped[int] = mapped_column(Key)
    """The same two accounts in the order of their numbers, whoever of them began."""
    higher_id: Mapped[int] = mapped_column(Key)
    standing: Mapped[str] = mapped_column(String(10))
    started_at: Mapped[datetime]


class ConversationSide(Base):
    """One conversation as one of its two members finds it in their list."""

    __tablename__ = "conversation_side"
    __table_args__ = (
        Index("ix_conversation_side_list", "account_id", "last_at", "conversation_id"),
    )

    conversation_id: Mapped[int] = mapped_column(
        ForeignKey("conversation.id", ondelete="CASCADE"), primary_key=True
    )
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), primary_key=True)
    last_at: Mapped[datetime | None]
    """When the newest message came that this member can see; without one it is not listed."""
    has_written: Mapped[bool] = mapped_column(default=False)
    """Who has written has told the other one their name."""


class MemberMessage(Base):
    """One message; nobody but the two members of its conversation can read it.

    When its reader has reported it, staff read this one message.
    """

    __tablename__ = "member_message"
    __table_args__ = (
        one_of("fate", Fate),
        CheckConstraint(f"length(text) <= {TEXT_LENGTH}", name="text_length"),
        Index("ix_member_message_conversation", "conversation_id", "id"),
        Index("ix_member_message_sender", "sender_id", "sent_at"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversation.id", ondelete="CASCADE"))
    sender_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    text: Mapped[str] = mapped_column(Text)
    fate: Mapped[str] = mapped_column(String(10))
    sent_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]
    """Since when nobody reads its words here, because they break a rule; kept for an objection."""

    @property
    def version(self) -> int:
        """Nobody ever changes a message."""
        return 1


class Block(Base):
    """Somebody does not want to hear from somebody, who does not learn of it."""

    __tablename__ = "block"
    __table_args__ = (Index("ix_block_list", "blocker_id", "at", "blocked_id"),)

    blocker_id: Mapped[int] = mapped_column(
        ForeignKey("account.id", ondelete="CASCADE"), primary_key=True
    )
    blocked_id: Mapped[int] = mapped_column(
        ForeignKey("account.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    at: Mapped[datetime]


class MessageChoice(Base):
    """Whether other members may write to somebody; who has no row has not said yes."""

    __tablename__ = "message_choice"

    account_id: Mapped[int] = mapped_column(
        ForeignKey("account.id", ondelete="CASCADE"), primary_key=True
    )
    accepts: Mapped[bool]
    since: Mapped[datetime]
