"""Opening, saving and counting profiles."""

from sqlalchemy import update
from sqlalchemy.orm import Session

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.cities.model import City
from citizen_diplomat.directory.model import Profile
from citizen_diplomat.foundation.text import search_text, sort_key


def open_profile(
    session: Session,
    account: Account,
    *,
    city_slug: str | None,
    other_city: str = "",
    other_country: str = "",
) -> Profile:
    """Give a new account its profile, seen by staff alone, in a city of the register or another.

    `city_slug` is a known slug, or None with the other city's name and country (ISO 3166 alpha-2).
    The city counts only members whose address is confirmed: see `member_arrived`.
    """
    # The key of a new account is made by the database.
    session.flush()
    city = session.get_one(City, city_slug) if city_slug else None
    names = (city.name_fa, city.name_en) if city else (other_city,)
    profile = Profile(
        account_id=account.id,
        city_slug=city_slug,
        other_city="" if city_slug else other_city,
        other_country="" if city_slug else other_country,
        search_text=search_text(account.display_name, *names),
        sort_key=sort_key(account.display_name),
    )
    session.add(profile)
    if account.is_open:
        count(session, city_slug, 1)
    return profile


def member_arrived(session: Session, account: Account) -> None:
    """Count a member in their city, once, when their address has just been confirmed."""
    profile = session.get(Profile, account.id)
    if profile is not None:
        count(session, profile.city_slug, 1)


def count(session: Session, city_slug: str | None, change: int) -> None:
    """Add to the number of members of a city; the database adds, so no two changes are one."""
    if city_slug is not None:
        session.execute(
            update(City)
            .where(City.slug == city_slug)
            .values(member_count=City.member_count + change)
            .execution_options(synchronize_session=False)
        )
