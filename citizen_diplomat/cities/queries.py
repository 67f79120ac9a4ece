"""The register of cities. It is short and whole: no page of it needs another page."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from citizen_diplomat.cities.model import City
from citizen_diplomat.foundation.search import matches


def register(session: Session, text: str = "") -> Sequence[City]:
    """All cities whose names (in any language, or another spelling) match, in the office's order.

    No text matches all of them; Isfahan comes first.
    """
    query = select(City).where(matches(City.search_text, text)).order_by(City.position, City.slug)
    return session.scalars(query).all()


def find(session: Session, slug: str) -> City | None:
    """The city of this slug, or None."""
    return session.get(City, slug)
