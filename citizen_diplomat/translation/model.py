"""Translations, their paragraphs, who volunteers, and what staff took back."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.foundation.database import Base, Key, one_of
from citizen_diplomat.translation.rules import (
    REASON_LENGTH,
    TEXT_LENGTH,
    Kept,
    Stage,
    SubjectKind,
    is_held,
    stage_of,
)

CODE_LENGTH = 10
SUBJECT_LENGTH = 60
_TWO_PEOPLE = "{0}checked_by IS NULL OR {1} IS NULL OR {0}checked_by <> {1}"


class Translation(Base):
    """One public text in one other language."""

    __tablename__ = "translation"
    __table_args__ = (
        one_of("kind", SubjectKind),
        CheckConstraint("language <> source_language", name="two_languages"),
        UniqueConstraint("kind", "subject", "language"),
        Index("ix_translation_changed", "changed_at", "id"),
        Index("ix_translation_published", "published_at", "id"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    kind: Mapped[str] = mapped_column(String(10))
    subject: Mapped[str] = mapped_column(String(SUBJECT_LENGTH))
    """The number of a proposal or of a news item, or the slug of a page."""
    language: Mapped[str] = mapped_column(String(CODE_LENGTH))
    source_language: Mapped[str] = mapped_column(String(CODE_LENGTH))
    title: Mapped[str] = mapped_column(Text)
    """The title of the original, for lists."""
    original_version: Mapped[int]
    """The version of the original (see `Original`) that the paragraphs were last laid beside."""
    begun_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    published_at: Mapped[datetime | None]
    """When everything was checked for the first time; from then on everybody reads it."""
    gone_at: Mapped[datetime | None]
    """Set while its original is not public: nobody works on it then."""

    paragraphs: Mapped[list["TranslationParagraph"]] = relationship(
        lazy="raise_on_sql", order_by="TranslationParagraph.position", viewonly=True
    )


class TranslationParagraph(Base):
    """A paragraph of an original, and its translation: what is worked on, and what is public.

    The public half changes only when a second person has checked the other one.
    """

    __tablename__ = "translation_paragraph"
    __table_args__ = (
        one_of("state", Stage),
        CheckConstraint("state <> 'checked' OR checked_at IS NOT NULL", name="checked"),
        CheckConstraint(_TWO_PEOPLE.format("", "translated_by"), name="two_people"),
        CheckConstraint(_TWO_PEOPLE.format("shown_", "shown_by"), name="shown_two_people"),
        CheckConstraint(f"length(text) <= {TEXT_LENGTH}", name="text_length"),
        Index("ix_translation_paragraph_place", "translation_id", "position"),
        Index("ix_translation_paragraph_state", "state", "translation_id"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    translation_id: Mapped[int] = mapped_column(ForeignKey("translation.id", ondelete="CASCADE"))
    position: Mapped[int | None]
    """Its place, the title being 0; None once the original has no such paragraph any more."""
    original: Mapped[str] = mapped_column(Text)
    original_mark: Mapped[str] = mapped_column(String(64))
    text: Mapped[str] = mapped_column(Text, default="")
    made_from: Mapped[str] = mapped_column(Text, default="")
    """What the original said when `text` was written."""
    state: Mapped[str] = mapped_column(String(20), default=Stage.TO_TRANSLATE)
    translated_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True)
    translated_at: Mapped[datetime | None]
    checked_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True)
    checked_at: Mapped[datetime | None]
    claimed_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True)
    claimed_until: Mapped[datetime | None]
    shown_text: Mapped[str] = mapped_column(Text, default="")
    shown_mark: Mapped[str] = mapped_column(String(64), default="")
    """The hash of what the original said when `shown_text` was written."""
    shown_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True)
    shown_checked_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True)
    version: Mapped[int] = mapped_column(default=1)
    """Raised with every change of either text, not when somebody takes the paragraph."""

    translation: Mapped[Translation] = relationship(lazy="raise_on_sql")
    translator: Mapped[Account | None] = relationship(
        lazy="raise_on_sql", foreign_keys=translated_by
    )
    checker: Mapped[Account | None] = relationship(lazy="raise_on_sql", foreign_keys=checked_by)
    claimer: Mapped[Account | None] = relationship(lazy="raise_on_sql", foreign_keys=claimed_by)

    @property
    def kept(self) -> Kept:
        """Itself as the rules see it."""
        return Kept(self.id, self.position, self.original_mark)

    @property
    def stage(self) -> Stage:
        """Where it stands."""
        return Stage(self.state)

    def settle(self) -> None:
        """Let the state say what the other columns say."""
        fits, is_checked = self.made_from == self.original, self.checked_at is not None
        self.state = stage_of(self.text, fits=fits, is_checked=is_checked)

    def is_held(self, *, by: int, at: datetime) -> bool:
        """Whether somebody else works on it at a moment."""
        return is_held(self.claimed_by, self.claimed_until, by=by, at=at)


class TranslationVolunteer(Base):
    """A member who translates, or did; what they speak stands in their profile."""

    __tablename__ = "translation_volunteer"

    account_id: Mapped[int] = mapped_column(
        ForeignKey("account.id", ondelete="CASCADE"), primary_key=True
    )
    is_active: Mapped[bool]
    may_be_named: Mapped[bool]
    """Whether their name may stand below what they translated and checked."""
    changed_at: Mapped[datetime]


class TranslationWithdrawal(Base):
    """A paragraph of a translation that staff took back, with the reason; only ever added."""

    __tablename__ = "translation_withdrawal"
    __table_args__ = (CheckConstraint(f"length(reason) <= {REASON_LENGTH}", name="reason_length"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    translation_id: Mapped[int] = mapped_column(ForeignKey("translation.id"), index=True)
    original: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)
    translated_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True)
    checked_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True)
    reason: Mapped[str] = mapped_column(Text)
    withdrawn_by: Mapped[int] = mapped_column(ForeignKey("account.id"))
    withdrawn_at: Mapped[datetime]

    translation: Mapped[Translation] = relationship(lazy="raise_on_sql")
