"""News, and the words that it had before each correction."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.foundation.database import Base, Document, Key
from citizen_diplomat.news.rules import (
    BODY_LENGTH,
    SUMMARY_LENGTH,
    TEXTS,
    TITLE_LENGTH,
    Stage,
    stage_of,
)

LENGTHS = {"title": TITLE_LENGTH, "summary": SUMMARY_LENGTH, "body": BODY_LENGTH}


@dataclass(frozen=True)
class Words:
    """What a piece of news says in both languages, complete or not; bodies are Markdown."""

    title_fa: str = ""
    title_en: str = ""
    summary_fa: str = ""
    summary_en: str = ""
    body_fa: str = ""
    body_en: str = ""


@dataclass(frozen=True)
class Wording:
    """Its words and what they are about; texts are cleaned, slugs and proposals known ones."""

    words: Words
    cities: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    proposals: tuple[int, ...] = ()


class Worded:
    """Columns of whatever has the words of a piece of news."""

    title_fa: Mapped[str] = mapped_column(Text, default="")
    title_en: Mapped[str] = mapped_column(Text, default="")
    summary_fa: Mapped[str] = mapped_column(Text, default="")
    summary_en: Mapped[str] = mapped_column(Text, default="")
    body_fa: Mapped[str] = mapped_column(Text, default="")
    body_en: Mapped[str] = mapped_column(Text, default="")

    @property
    def words(self) -> Words:
        """Them as a value."""
        return Words(**{name: getattr(self, name) for name in TEXTS})


def _short_enough() -> tuple[CheckConstraint, ...]:
    return tuple(
        CheckConstraint(f"length({name}_{code}) <= {most}", name=f"{name}_{code}_length")
        for name, most in LENGTHS.items()
        for code in ("fa", "en")
    )


class News(Worded, Base):
    """A piece of news of the municipality. Until its moment has come only coordinators see it."""

    __tablename__ = "news"
    __table_args__ = (
        *_short_enough(),
        CheckConstraint(
            "published_at IS NULL OR ("
            + " AND ".join(f"length({name}) > 0" for name in TEXTS)
            + ")",
            name="words_when_published",
        ),
        CheckConstraint(
            "withdrawn_at IS NULL OR published_at IS NOT NULL", name="published_before_withdrawn"
        ),
        Index("ix_news_public", "published_at", "number"),
    )

    number: Mapped[int] = mapped_column(Key, primary_key=True)
    search_text: Mapped[str] = mapped_column(Text, default="")
    """All its words in both languages, as `foundation.search` looks into them."""
    city_slugs: Mapped[list[str]] = mapped_column(Document, default=list)
    topic_slugs: Mapped[list[str]] = mapped_column(Document, default=list)
    proposal_numbers: Mapped[list[int]] = mapped_column(Document, default=list)
    """Related proposals; what of them is public is asked of their own room."""
    version: Mapped[int] = mapped_column(default=1)
    written_by: Mapped[int] = mapped_column(ForeignKey("account.id"))
    """Who wrote the words as they are now; for staff alone."""
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    published_at: Mapped[datetime | None]
    """From when on everybody reads it: passed, or still to come."""
    corrected_at: Mapped[datetime | None]
    """When words that everybody could read were changed last."""
    withdrawn_at: Mapped[datetime | None]

    __mapper_args__ = {"version_id_col": version}

    @property
    def wording(self) -> Wording:
        """What it says and what it is about, as a value."""
        return Wording(
            self.words,
            tuple(self.city_slugs),
            tuple(self.topic_slugs),
            tuple(self.proposal_numbers),
        )

    def stage(self, at: datetime) -> Stage:
        """Where it stands at a moment."""
        return stage_of(self.published_at, is_withdrawn=self.withdrawn_at is not None, at=at)

    def title(self, language: str) -> str:
        """Its title in the reader's language; of one that is not whole, in the other one."""
        first, second = self.title_fa, self.title_en
        return (first or second) if language == "fa" else (second or first)


class NewsVersion(Worded, Base):
    """The words that a public piece of news had before a correction. Only added, never changed."""

    __tablename__ = "news_version"
    __table_args__ = (*_short_enough(), UniqueConstraint("news_number", "revision"))

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    news_number: Mapped[int] = mapped_column(ForeignKey("news.number"))
    revision: Mapped[int]
    """The first words were 1; those of today have no row yet, and the next number."""
    written_by: Mapped[int] = mapped_column(ForeignKey("account.id"))
    """Who wrote them; for staff alone."""
    written_at: Mapped[datetime]
    """Since when everybody read them."""

    writer: Mapped[Account] = relationship(lazy="raise_on_sql")
