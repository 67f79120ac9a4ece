"""Whom one turns to in a city: offices and societies there, for everybody or for staff alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from citizen_diplomat.foundation.database import Base, Key

ORGANISATION_LENGTH = 120
ROLE_LENGTH = 120
ADDRESS_LENGTH = 300
EMAIL_LENGTH = 254
PAGE_LENGTH = 500


@dataclass(frozen=True)
class Partner:
    """What is known of one contact; `language` (BCP 47) is the one to write to them in."""

    organisation: str
    role_fa: str = ""
    role_en: str = ""
    address: str = ""
    email: str = ""
    page: str = ""
    language: str = ""
    is_public: bool = False


class CityContact(Base):
    """One contact. One that was taken out stays, so that an earlier version can bring it back."""

    __tablename__ = "city_contact"
    __table_args__ = (Index("ix_city_contact_city", "city_slug", "id"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    city_slug: Mapped[str] = mapped_column(ForeignKey("city.slug"))
    organisation: Mapped[str] = mapped_column(String(ORGANISATION_LENGTH))
    """Its name as it calls itself."""
    role_fa: Mapped[str] = mapped_column(String(ROLE_LENGTH), default="")
    role_en: Mapped[str] = mapped_column(String(ROLE_LENGTH), default="")
    address: Mapped[str] = mapped_column(String(ADDRESS_LENGTH), default="")
    email: Mapped[str] = mapped_column(String(EMAIL_LENGTH), default="")
    page: Mapped[str] = mapped_column(String(PAGE_LENGTH), default="")
    language: Mapped[str] = mapped_column(String(20), default="")
    is_public: Mapped[bool] = mapped_column(default=False)
    """Whether everybody reads it on the page of the city; else it is for staff."""
    removed_at: Mapped[datetime | None]

    @property
    def partner(self) -> Partner:
        """What is known of it, as a value."""
        return Partner(
            *(self.organisation, self.role_fa, self.role_en, self.address),
            *(self.email, self.page, self.language, self.is_public),
        )

    @partner.setter
    def partner(self, partner: Partner) -> None:
        self.organisation = partner.organisation
        self.role_fa, self.role_en = partner.role_fa, partner.role_en
        self.address, self.email, self.page = partner.address, partner.email, partner.page
        self.language, self.is_public = partner.language, partner.is_public


def contacts_of(session: Session, slug: str, *, public_only: bool = False) -> Sequence[CityContact]:
    """The contacts of a city in the order in which they were written down."""
    wanted = (
        select(CityContact)
        .where(CityContact.city_slug == slug, CityContact.removed_at.is_(None))
        .order_by(CityContact.id)
    )
    return session.scalars(
        wanted.where(CityContact.is_public.is_(True)) if public_only else wanted
    ).all()


def find_contact(session: Session, slug: str, number: int) -> CityContact | None:
    """One contact of a city, or None; one that was taken out is none."""
    contact = session.get(CityContact, number)
    return contact if contact and contact.city_slug == slug and contact.removed_at is None else None
