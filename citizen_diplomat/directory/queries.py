"""Who is in the directory, for each of those who may look into it.

Members find the people who opened their profile to members; staff find everybody. The two begin
with different conditions and share the rest, so that no filter can widen what somebody may see.
"""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, and_, select
from sqlalchemy.orm import Session, contains_eager, selectinload

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.directory.model import Profile, ProfileSkill
from citizen_diplomat.directory.rules import Standing, Visibility
from citizen_diplomat.foundation.paging import Cursor, Page, beyond, page
from citizen_diplomat.foundation.search import matches

OPEN_ACCOUNT = and_(Account.verified_at.is_not(None), Account.closed_at.is_(None))
STANDING: dict[Standing, ColumnElement[bool]] = {
    Standing.UNCONFIRMED: and_(Account.verified_at.is_(None), Account.closed_at.is_(None)),
    Standing.CONFIRMED: OPEN_ACCOUNT,
    Standing.CLOSED: Account.closed_at.is_not(None),
}


@dataclass(frozen=True)
class Wanted:
    """Whom somebody is looking for; what is None or empty does not narrow the search."""

    text: str = ""
    city: str | None = None
    skill: str | None = None
    willing: bool = False
    standing: Standing | None = None
    """Asked by staff alone."""


def of_account(session: Session, account_id: int, *, to_change: bool = False) -> Profile | None:
    """The profile of an account with its account, languages and skills, or None.

    `to_change` locks its row until the transaction ends: a second save waits, and then sees that
    it is stale (PostgreSQL; on SQLite writers wait for each other anyway).
    """
    query = _complete().where(Profile.account_id == account_id)
    if to_change:
        query = query.with_for_update(of=Profile)
    return session.scalars(query).one_or_none()


def person_for_member(session: Session, account_id: int, *, reader_id: int) -> Profile | None:
    """The profile of `account_id` if `reader_id` may see it: their own, or one open to members."""
    profile = session.scalars(
        _complete().where(Profile.account_id == account_id, OPEN_ACCOUNT)
    ).one_or_none()
    if profile is None or reader_id == account_id:
        return profile
    return profile if profile.visibility == Visibility.MEMBERS else None


def members_for_member(
    session: Session, wanted: Wanted, *, after: Cursor[str] | None = None, limit: int = 20
) -> Page[Profile]:
    """Open accounts whose profile is open to members, in Persian alphabetical order."""
    seen = select(Profile).where(OPEN_ACCOUNT, Profile.visibility == Visibility.MEMBERS)
    return _listed(session, seen, wanted, after=after, limit=limit)


def members_for_staff(
    session: Session, wanted: Wanted, *, after: Cursor[str] | None = None, limit: int = 20
) -> Page[Profile]:
    """All profiles, private ones and unconfirmed accounts too, in Persian alphabetical order."""
    seen = select(Profile)
    if wanted.standing is not None:
        seen = seen.where(STANDING[wanted.standing])
    return _listed(session, seen, wanted, after=after, limit=limit)


def _listed(
    session: Session,
    seen: Select[Profile],
    wanted: Wanted,
    *,
    after: Cursor[str] | None,
    limit: int,
) -> Page[Profile]:
    query = _narrowed(seen.join(Profile.account), wanted)
    if after is not None:
        query = query.where(beyond(Profile.sort_key, Profile.account_id, after))
    query = query.order_by(Profile.sort_key, Profile.account_id).limit(limit + 1)
    rows = session.scalars(
        query.options(
            contains_eager(Profile.account),
            selectinload(Profile.skills),
            selectinload(Profile.languages),
        )
    ).all()
    return page(rows, limit, lambda row: (row.sort_key, row.account_id), after=after)


def _narrowed(query: Select[Profile], wanted: Wanted) -> Select[Profile]:
    if wanted.text:
        query = query.where(matches(Profile.search_text, wanted.text))
    if wanted.city:
        query = query.where(Profile.city_slug == wanted.city)
    if wanted.skill or wanted.willing:
        query = query.where(_has_skill(wanted))
    return query


def _has_skill(wanted: Wanted) -> ColumnElement[bool]:
    """One and the same skill is asked about: to know tiles and to help with music is no match."""
    asked = select(ProfileSkill.skill_slug).where(ProfileSkill.account_id == Profile.account_id)
    if wanted.skill:
        asked = asked.where(ProfileSkill.skill_slug == wanted.skill)
    if wanted.willing:
        asked = asked.where(ProfileSkill.willing)
    return asked.exists()


def _complete() -> Select[Profile]:
    return (
        select(Profile)
        .join(Profile.account)
        .options(
            contains_eager(Profile.account),
            selectinload(Profile.skills),
            selectinload(Profile.languages),
        )
    )
