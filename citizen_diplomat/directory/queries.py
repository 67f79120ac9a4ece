"""Who is in the directory, for each of those who may look into it.

Every question names the class of the reader. Whoever hides their name from that class is not
listed, and each filter asks about a part only where the reader may see it, so that no filter can
tell what the ladder hides.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session, contains_eager, selectinload

from citizen_diplomat.directory.ladder import (
    SEEN_ACCOUNT,
    STANDING,
    ShownProfile,
    complete,
    found_by,
    may_see,
    profiles,
)
from citizen_diplomat.directory.model import Profile, ProfileLanguage, ProfileSkill
from citizen_diplomat.directory.rules import (
    Availability,
    Part,
    Reader,
    SkillLevel,
    Standing,
)
from citizen_diplomat.foundation.paging import Cursor, Page, beyond, page

FEWEST_TO_LIST = 5
"""A skill of fewer people is not named together with their city, so that nobody is singled out."""


@dataclass(frozen=True)
class Wanted:
    """Whom somebody is looking for; what is None or empty does not narrow the search."""

    text: str = ""
    city: str | None = None
    skill: str | None = None
    level: SkillLevel | None = None
    """At least so well."""
    willing: bool = False
    language: str | None = None
    availability: Availability | None = None
    """At least so much time."""
    standing: Standing | None = None
    """Asked by staff alone."""


def of_account(session: Session, account_id: int, *, to_change: bool = False) -> Profile | None:
    """The profile of an account for its owner, with account, languages and skills, or None.

    `to_change` locks its row until the transaction ends: a second save waits, and then sees that
    it is stale (PostgreSQL; on SQLite writers wait for each other anyway).
    """
    query = (
        select(Profile)
        .join(Profile.account)
        .options(
            contains_eager(Profile.account),
            selectinload(Profile.skills),
            selectinload(Profile.languages),
        )
        .where(Profile.account_id == account_id)
    )
    if to_change:
        query = query.with_for_update(of=Profile)
    return session.scalars(query).one_or_none()


def shown(session: Session, account_id: int, reader: Reader) -> ShownProfile | None:
    """The profile of an account as `reader` sees it, blank perhaps; None without a profile.

    To members and strangers, only people whose address is confirmed are there.
    """
    query = profiles(reader).where(Profile.account_id == account_id)
    if reader in {Reader.MEMBER, Reader.STRANGER}:
        query = query.where(SEEN_ACCOUNT)
    found = complete(session, session.execute(query).all(), reader)
    return found[0] if found else None


def shown_many(
    session: Session, account_ids: Collection[int], reader: Reader
) -> dict[int, ShownProfile]:
    """The profiles of several accounts as `reader` sees them, by account."""
    query = profiles(reader).where(Profile.account_id.in_(account_ids))
    found = complete(session, session.execute(query).all(), reader)
    return {one.account_id: one for one in found}


def visible(session: Session, account_id: int, reader: Reader) -> ShownProfile | None:
    """As `shown`, but None when there is nothing that `reader` may see."""
    profile = shown(session, account_id, reader)
    return None if profile is None or profile.is_blank else profile


def listed(
    session: Session,
    wanted: Wanted,
    reader: Reader,
    *,
    after: Cursor[str] | None = None,
    limit: int = 20,
) -> Page[ShownProfile]:
    """The people whom `reader` may find, in Persian alphabetical order.

    Members find confirmed accounts; staff find all, also by how far an account has come.
    """
    query = _narrowed(profiles(reader), wanted, reader)
    if after is not None:
        query = query.where(beyond(Profile.sort_key, Profile.account_id, after))
    query = query.order_by(Profile.sort_key, Profile.account_id).limit(limit + 1)
    found = complete(session, session.execute(query).all(), reader)
    return page(found, limit, lambda one: (one.sort_key, one.account_id), after=after)


def count_found(session: Session, text: str, reader: Reader) -> int:
    """How many people `reader` finds by some words."""
    found = _narrowed(profiles(reader), Wanted(text=text), reader).subquery()
    return session.scalar(select(func.count()).select_from(found)) or 0


def skills_in_city(session: Session, slug: str) -> list[str]:
    """The skills, for everyone to read, that at least five members of a city have.

    Only of people who show both to staff at least: what is seen by its owner alone is no figure.
    """
    return list(
        session.scalars(
            select(ProfileSkill.skill_slug)
            .join(Profile, Profile.account_id == ProfileSkill.account_id)
            .join(Profile.account)
            .where(
                SEEN_ACCOUNT,
                Profile.city_slug == slug,
                may_see(Reader.STAFF, Part.CITY),
                may_see(Reader.STAFF, Part.SKILLS),
            )
            .group_by(ProfileSkill.skill_slug)
            .having(func.count() >= FEWEST_TO_LIST)
            .order_by(ProfileSkill.skill_slug)
        )
    )


def _narrowed(query: Select[Any], wanted: Wanted, reader: Reader) -> Select[Any]:
    query = query.where(may_see(reader, Part.NAME))
    if reader is not Reader.STAFF:
        query = query.where(SEEN_ACCOUNT)
    elif wanted.standing is not None:
        query = query.where(STANDING[wanted.standing])
    return query.where(*_conditions(wanted, reader))


def _conditions(wanted: Wanted, reader: Reader) -> list[ColumnElement[bool]]:
    asked: list[ColumnElement[bool]] = []
    if wanted.text:
        asked.append(found_by(reader, wanted.text))
    if wanted.city:
        asked += [may_see(reader, Part.CITY), Profile.city_slug == wanted.city]
    if wanted.skill or wanted.willing or wanted.level:
        asked += [may_see(reader, Part.SKILLS), _has_skill(wanted)]
    if wanted.language:
        asked += [may_see(reader, Part.LANGUAGES), _speaks(wanted.language)]
    if wanted.availability:
        enough = _from(Availability, wanted.availability)
        asked += [may_see(reader, Part.SKILLS), Profile.availability.in_(enough)]
    return asked


def _has_skill(wanted: Wanted) -> ColumnElement[bool]:
    """One and the same skill is asked about: to know tiles and to help with music is no match."""
    asked = select(ProfileSkill.skill_slug).where(ProfileSkill.account_id == Profile.account_id)
    if wanted.skill:
        asked = asked.where(ProfileSkill.skill_slug == wanted.skill)
    if wanted.level:
        asked = asked.where(ProfileSkill.level.in_(_from(SkillLevel, wanted.level)))
    if wanted.willing:
        asked = asked.where(ProfileSkill.willing)
    return asked.exists()


def _speaks(code: str) -> ColumnElement[bool]:
    return (
        select(ProfileLanguage.code)
        .where(ProfileLanguage.account_id == Profile.account_id, ProfileLanguage.code == code)
        .exists()
    )


def _from(scale: type[SkillLevel] | type[Availability], least: str) -> list[str]:
    """A rung of a rising scale and all above it."""
    rungs = [str(rung) for rung in scale]
    return rungs[rungs.index(least) :]
