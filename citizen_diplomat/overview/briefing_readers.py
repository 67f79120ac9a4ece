"""Who may take the briefing pack of which city."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Select, exists, or_, select
from sqlalchemy.orm import Session

from citizen_diplomat.accounts.model import StaffScope
from citizen_diplomat.cities.model import City
from citizen_diplomat.cities.rules import CityStatus
from citizen_diplomat.moderation.conditions import desks_of
from citizen_diplomat.moderation.desks import DeskRule

NOBODY = 0
"""Nobody was given this number any cities: a pack made for it holds the whole desk."""


def cities_for(session: Session, *, viewer: int, all_of_them: bool = False) -> Sequence[City]:
    """The cities that somebody may take a pack of: those they look after, or a topic in them.

    Whoever was given neither cities nor topics looks after all; a desk's cities are its people's.
    Isfahan itself has none.
    """
    wanted = _visited() if all_of_them else _visited().where(_is_given(viewer))
    return session.scalars(wanted.order_by(City.position, City.slug)).all()


def city_for(session: Session, slug: str, *, viewer: int, all_of_them: bool = False) -> City | None:
    """The city if somebody may take a pack of it, else None."""
    wanted = _visited().where(City.slug == slug)
    return session.scalar(wanted if all_of_them else wanted.where(_is_given(viewer)))


def _visited() -> Select[City]:
    return select(City).where(City.status != CityStatus.HOME)


def _is_given(viewer: int) -> ColumnElement[bool]:
    given = exists().where(StaffScope.account_id == viewer)
    in_place = or_(StaffScope.city_slug.is_(None), StaffScope.city_slug == City.slug)
    of_desk = exists().where(
        DeskRule.desk_id.in_(desks_of(viewer)),
        or_(DeskRule.city_slug.is_(None), DeskRule.city_slug == City.slug),
    )
    here = given.where(in_place).correlate(City)
    return or_(~given, here, of_desk.correlate(City))
