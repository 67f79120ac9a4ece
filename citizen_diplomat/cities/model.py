"""Cities and topics: reference data that everything else points to."""

from datetime import date

from sqlalchemy import Date, Float, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from citizen_diplomat.cities.rules import CityStatus
from citizen_diplomat.foundation.database import Base, Document, one_of


class City(Base):
    """Isfahan or a city it has, had or prepares a relation with."""

    __tablename__ = "city"
    __table_args__ = (one_of("status", CityStatus),)

    slug: Mapped[str] = mapped_column(String(40), primary_key=True)
    status: Mapped[str] = mapped_column(String(20))
    name_fa: Mapped[str] = mapped_column(String(80))
    name_en: Mapped[str] = mapped_column(String(80))
    names_local: Mapped[list[dict[str, str]]] = mapped_column(Document)
    """Names in the city's own languages, as [{"lang": "ca", "name": "Barcelona"}]."""
    description_fa: Mapped[str] = mapped_column(Text)
    description_en: Mapped[str] = mapped_column(Text)
    country: Mapped[str] = mapped_column(String(2))
    languages: Mapped[list[str]] = mapped_column(Document)
    latitude: Mapped[float] = mapped_column(Float)
    longitude: Mapped[float] = mapped_column(Float)
    time_zone: Mapped[str] = mapped_column(String(50))
    agreed_on: Mapped[date | None] = mapped_column(Date)
    agreed_precision: Mapped[str | None] = mapped_column(String(10))
    """How exact `agreed_on` is: day, month or year."""
    search_text: Mapped[str] = mapped_column(Text)
    position: Mapped[int]
    """Order in which the relation was made; Isfahan is 0."""
    member_count: Mapped[int] = mapped_column(default=0)
    """Members who live there; kept with the change of a profile."""


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
