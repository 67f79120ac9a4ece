"""Cities and topics: reference data that everything else points to."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Date, Float, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from citizen_diplomat.cities.rules import CityStatus
from citizen_diplomat.foundation.database import Base, Document, one_of
from citizen_diplomat.foundation.folding import search_text
from citizen_diplomat.foundation.periods import Period, Precision

NAME_LENGTH = 80


@dataclass(frozen=True)
class Facts:
    """What the office writes of a city itself; names in its own languages are (language, name)."""

    name_fa: str
    name_en: str
    description_fa: str
    description_en: str
    names_local: tuple[tuple[str, str], ...] = ()
    aliases: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()


class City(Base):
    """Isfahan or a city it has, had or prepares a relation with."""

    __tablename__ = "city"
    __table_args__ = (one_of("status", CityStatus), one_of("agreed_precision", Precision))

    slug: Mapped[str] = mapped_column(String(40), primary_key=True)
    status: Mapped[str] = mapped_column(String(20), default=CityStatus.PREPARATION)
    """Derived from the events of the relation, and kept with their change: `rules.status_of`."""
    name_fa: Mapped[str] = mapped_column(String(NAME_LENGTH))
    name_en: Mapped[str] = mapped_column(String(NAME_LENGTH))
    names_local: Mapped[list[dict[str, str]]] = mapped_column(Document)
    """Names in the city's own languages, as [{"lang": "ca", "name": "Barcelona"}]."""
    aliases: Mapped[list[str]] = mapped_column(Document, default=list)
    """Other spellings, which only the search knows."""
    description_fa: Mapped[str] = mapped_column(Text)
    description_en: Mapped[str] = mapped_column(Text)
    topic_slugs: Mapped[list[str]] = mapped_column(Document, default=list)
    """The themes of the relation."""
    country: Mapped[str] = mapped_column(String(2))
    languages: Mapped[list[str]] = mapped_column(Document)
    latitude: Mapped[float] = mapped_column(Float)
    longitude: Mapped[float] = mapped_column(Float)
    time_zone: Mapped[str] = mapped_column(String(50))
    agreed_on: Mapped[date | None] = mapped_column(Date)
    """When the first agreement was signed: its first possible day; derived as the status is."""
    agreed_precision: Mapped[str | None] = mapped_column(String(20))
    search_text: Mapped[str] = mapped_column(Text)
    position: Mapped[int]
    """Order in which the relation was made; Isfahan is 0."""
    member_count: Mapped[int] = mapped_column(default=0)
    """Members who live there; kept with the change of a profile."""
    version: Mapped[int] = mapped_column(default=1)
    """Raised by whatever the office changes of it, its events and its contacts."""
    edited_at: Mapped[datetime | None]
    """When the office last did; what it has written, no release changes."""

    @property
    def agreed(self) -> Period | None:
        """When the first agreement was signed."""
        if self.agreed_on is None:
            return None
        return Period(self.agreed_on, Precision(self.agreed_precision or Precision.DAY))

    @property
    def facts(self) -> Facts:
        """What the office writes of it, as a value."""
        return Facts(
            name_fa=self.name_fa,
            name_en=self.name_en,
            description_fa=self.description_fa,
            description_en=self.description_en,
            names_local=tuple((row["lang"], row["name"]) for row in self.names_local),
            aliases=tuple(self.aliases),
            topics=tuple(self.topic_slugs),
        )

    @facts.setter
    def facts(self, facts: Facts) -> None:
        self.name_fa, self.name_en = facts.name_fa, facts.name_en
        self.description_fa, self.description_en = facts.description_fa, facts.description_en
        self.names_local = [{"lang": lang, "name": name} for lang, name in facts.names_local]
        self.aliases, self.topic_slugs = list(facts.aliases), list(facts.topics)
        local = [name for _, name in facts.names_local]
        self.search_text = search_text(facts.name_fa, facts.name_en, *facts.aliases, *local)


class Topic(Base):
    """A field in which cities work together."""

    __tablename__ = "topic"

    slug: Mapped[str] = mapped_column(String(40), primary_key=True)
    name_fa: Mapped[str] = mapped_column(String(80))
    name_en: Mapped[str] = mapped_column(String(80))
    description_fa: Mapped[str] = mapped_column(Text)
    description_en: Mapped[str] = mapped_column(Text)
    icon: Mapped[str] = mapped_column(String(40))
    position: Mapped[int]
