"""Editions of the pages, which are only ever added, and the draft of each that is being written."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.foundation.database import Base, Key, one_of
from citizen_diplomat.pages.rules import BODY_LENGTH, NOTE_LENGTH, TITLE_LENGTH, Dated, Slug


@dataclass(frozen=True)
class PageText:
    """What a page says, in Markdown, in both languages."""

    title_fa: str
    title_en: str
    body_fa: str
    body_en: str


@dataclass(frozen=True)
class Writing:
    """A text that is being written, with what its publication will say and do."""

    text: PageText
    note_fa: str = ""
    note_en: str = ""
    effective_at: datetime | None = None
    """From when on it holds; None: as soon as it is published."""
    asks_again: bool = False
    """Whether members are asked to agree again; of the terms alone."""


def _lengths() -> list[CheckConstraint]:
    return [
        CheckConstraint(f"length({name}_{code}) <= {most}", name=f"{name}_{code}_length")
        for name, most in (("title", TITLE_LENGTH), ("body", BODY_LENGTH), ("note", NOTE_LENGTH))
        for code in ("fa", "en")
    ]


class PageEdition(Base):
    """What a page says from a moment on. It is never changed, and never deleted."""

    __tablename__ = "page_edition"
    __table_args__ = (
        one_of("slug", Slug),
        UniqueConstraint("slug", "number"),
        CheckConstraint("NOT asks_again OR slug = 'terms'", name="only_terms_ask"),
        *_lengths(),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    slug: Mapped[str] = mapped_column(String(20))
    number: Mapped[int]
    """Counted for each page; 1 is the text that came with the site."""
    title_fa: Mapped[str] = mapped_column(Text)
    title_en: Mapped[str] = mapped_column(Text)
    body_fa: Mapped[str] = mapped_column(Text)
    body_en: Mapped[str] = mapped_column(Text)
    note_fa: Mapped[str] = mapped_column(Text, default="")
    note_en: Mapped[str] = mapped_column(Text, default="")
    asks_again: Mapped[bool] = mapped_column(default=False)
    effective_at: Mapped[datetime]
    published_at: Mapped[datetime]
    published_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    """None for the text that came with the site."""

    publisher: Mapped[Account | None] = relationship(lazy="raise_on_sql")

    @property
    def text(self) -> PageText:
        """What it says, as a value."""
        return PageText(self.title_fa, self.title_en, self.body_fa, self.body_en)

    @property
    def dated(self) -> Dated:
        """What decides when it holds."""
        return Dated(self.number, self.effective_at, self.asks_again)


class PageDraft(Base):
    """The next edition of a page while it is written, one for each page, seen by the desk alone."""

    __tablename__ = "page_draft"
    __table_args__ = (one_of("slug", Slug), *_lengths())

    slug: Mapped[str] = mapped_column(String(20), primary_key=True)
    title_fa: Mapped[str] = mapped_column(Text)
    title_en: Mapped[str] = mapped_column(Text)
    body_fa: Mapped[str] = mapped_column(Text)
    body_en: Mapped[str] = mapped_column(Text)
    note_fa: Mapped[str] = mapped_column(Text)
    note_en: Mapped[str] = mapped_column(Text)
    effective_at: Mapped[datetime | None]
    asks_again: Mapped[bool]
    version: Mapped[int] = mapped_column()
    """Raised by every saving and by every publication."""
    is_open: Mapped[bool]
    """Whether something is written that was not published."""
    updated_at: Mapped[datetime]
    updated_by: Mapped[int] = mapped_column(ForeignKey("account.id"))

    __mapper_args__ = {"version_id_col": version}

    editor: Mapped[Account] = relationship(lazy="raise_on_sql")

    @property
    def writing(self) -> Writing:
        """What is written, as a value."""
        text = PageText(self.title_fa, self.title_en, self.body_fa, self.body_en)
        return Writing(text, self.note_fa, self.note_en, self.effective_at, self.asks_again)
