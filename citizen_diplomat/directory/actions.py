"""Opening, saving and counting profiles."""

from dataclasses import fields
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.audit.actions import record, take_turn
from citizen_diplomat.cities.model import City
from citizen_diplomat.directory.model import Profile, ProfileLanguage, ProfileSkill, Skill
from citizen_diplomat.directory.rules import (
    Ladder,
    LanguageDraft,
    Part,
    ProfileDraft,
    Reader,
    SkillDraft,
)
from citizen_diplomat.foundation.folding import fold_tight
from citizen_diplomat.foundation.sounds import sounds
from citizen_diplomat.foundation.text import search_text, sort_key


class StaleProfileError(Exception):
    """The profile was changed since its owner opened the form."""


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
    profile = Profile(
        account_id=account.id,
        account=account,
        city_slug=city_slug,
        other_city="" if city_slug else other_city,
        other_country="" if city_slug else other_country,
        latin_name="",
        about="",
        organisation="",
        languages=[],
        skills=[],
    )
    _write_ladder(profile, Ladder())
    _index(profile, city, [])
    session.add(profile)
    if account.is_open:
        _count(session, city_slug, 1)
    return profile


def member_arrived(session: Session, account: Account) -> None:
    """Count a member in their city, once, when their address has just been confirmed."""
    profile = session.get(Profile, account.id)
    if profile is not None:
        _count(session, profile.city_slug, 1)


def member_left(session: Session, account: Account) -> None:
    """Count a confirmed member no more, when their account is being closed."""
    profile = session.get(Profile, account.id)
    if profile is not None:
        _count(session, profile.city_slug, -1)


def save_profile(
    session: Session, profile: Profile, draft: ProfileDraft, *, by: Account, at: datetime
) -> None:
    """Make a profile what its owner typed; its account, languages and skills must be loaded.

    The account follows: its name, and the time zone of its city, in which digests arrive in the
    morning. Raises StaleProfileError, before anything is changed, for a draft of an older version.
    """
    if profile.version != draft.version:
        raise StaleProfileError
    changed = _changed_fields(profile.as_draft(), draft)
    # All reading comes first: a query in between would write half of the change as one version.
    city = session.get_one(City, draft.city_slug) if draft.city_slug else None
    skills = _skills(session, draft)
    if profile.city_slug != draft.city_slug:
        _count(session, profile.city_slug, -1)
        _count(session, draft.city_slug, 1)
    _write(profile, draft)
    if city is not None:
        profile.account.time_zone = city.time_zone
    _index(profile, city, skills)
    # A change of languages or skills alone is a new version too.
    flag_modified(profile, "about")
    record(
        session, "profile.saved", f"account:{profile.account_id}", by=by.id, at=at, fields=changed
    )


def stop_asking(session: Session, account_id: int, *, at: datetime) -> bool:
    """Take back the consent to be asked for help; False when there was none.

    A form that stands open elsewhere is stale then: it would give the consent back unseen.
    """
    profile = session.scalar(
        select(Profile).where(Profile.account_id == account_id).with_for_update()
    )
    if profile is None or not profile.may_be_asked:
        return False
    profile.may_be_asked = False
    record(session, "profile.asking_stopped", f"account:{account_id}", by=account_id, at=at)
    return True


def reindex(session: Session, profile: Profile) -> None:
    """Make the columns for searching again, after skills were given or taken by somebody else.

    Account and skills must be loaded.
    """
    slugs = [row.skill_slug for row in profile.skills]
    city = session.get_one(City, profile.city_slug) if profile.city_slug else None
    skills = session.scalars(select(Skill).where(Skill.slug.in_(slugs)).order_by(Skill.position))
    _index(profile, city, list(skills) if slugs else [])
    # A page of the profile that is open elsewhere shall not put the old skills back.
    flag_modified(profile, "about")


def take_out_about(session: Session, profile: Profile, *, by: Account, at: datetime) -> None:
    """Take out the words about a person that break a rule; account and skills must be loaded."""
    profile.about = ""
    reindex(session, profile)
    record(session, "profile.about_removed", f"account:{profile.account_id}", by=by.id, at=at)


def _changed_fields(before: ProfileDraft, after: ProfileDraft) -> list[str]:
    """Names alone: the log holds no personal data."""
    names = (field.name for field in fields(ProfileDraft) if field.name != "version")
    return [name for name in names if getattr(before, name) != getattr(after, name)]


def _write(profile: Profile, draft: ProfileDraft) -> None:
    profile.account.display_name = draft.display_name
    profile.latin_name = draft.latin_name
    profile.about = draft.about
    profile.city_slug = draft.city_slug
    profile.other_city = "" if draft.city_slug else draft.other_city
    profile.other_country = "" if draft.city_slug else draft.other_country
    profile.availability = draft.availability
    profile.may_be_asked = draft.may_be_asked
    profile.organisation = draft.organisation
    profile.organisation_key = fold_tight(draft.organisation)
    _write_ladder(profile, draft.ladder)
    _write_languages(profile, {row.code: row for row in draft.languages})
    _write_skills(profile, {skill.slug: skill for skill in draft.skills})


def _write_ladder(profile: Profile, ladder: Ladder) -> None:
    for part in Part:
        setattr(profile, f"{part}_seen_by", ladder.of(part))


def _write_languages(profile: Profile, languages: dict[str, LanguageDraft]) -> None:
    kept = [row for row in profile.languages if row.code in languages]
    new = sorted(set(languages) - {row.code for row in kept})
    profile.languages = kept + [ProfileLanguage(code=code) for code in new]
    for row in profile.languages:
        row.level = languages[row.code].level


def _write_skills(profile: Profile, skills: dict[str, SkillDraft]) -> None:
    kept = [row for row in profile.skills if row.skill_slug in skills]
    new = sorted(set(skills) - {row.skill_slug for row in kept})
    profile.skills = kept + [ProfileSkill(skill_slug=slug) for slug in new]
    for row in profile.skills:
        row.level = skills[row.skill_slug].level
        row.willing = skills[row.skill_slug].willing


def _skills(session: Session, draft: ProfileDraft) -> list[Skill]:
    slugs = [skill.slug for skill in draft.skills]
    query = select(Skill).where(Skill.slug.in_(slugs)).order_by(Skill.position)
    return list(session.scalars(query)) if slugs else []


def _index(profile: Profile, city: City | None, skills: list[Skill]) -> None:
    """Make the columns for searching and ordering, for each reader from what they may see."""
    profile.sort_key = sort_key(profile.account.display_name)
    words = _words(profile, city, skills)
    profile.staff_search_text, profile.staff_search_sounds = _searched(profile, words, Reader.STAFF)
    profile.member_search_text, profile.member_search_sounds = _searched(
        profile, words, Reader.MEMBER
    )


def _words(profile: Profile, city: City | None, skills: list[Skill]) -> dict[Part, list[str]]:
    return {
        Part.NAME: [profile.account.display_name],
        Part.LATIN_NAME: [profile.latin_name],
        Part.ABOUT: [profile.about],
        Part.ORGANISATION: [profile.organisation],
        Part.CITY: [city.name_fa, city.name_en] if city else [profile.other_city],
        Part.SKILLS: [name for skill in skills for name in (skill.name_fa, skill.name_en)],
    }


def _searched(profile: Profile, words: dict[Part, list[str]], reader: Reader) -> tuple[str, str]:
    """The words of the parts that `reader` may see, and how the names among them sound."""
    ladder = profile.ladder()
    seen = {part: words[part] for part in words if ladder.shows(part, reader)}
    names = [*seen.get(Part.NAME, []), *seen.get(Part.LATIN_NAME, [])]
    return search_text(*(word for part in seen.values() for word in part)), sounds(*names)


def _count(session: Session, city_slug: str | None, change: int) -> None:
    """Add to the members of a city; the database adds, so two changes at once both count."""
    if city_slug is not None:
        take_turn(session)
        session.execute(
            update(City)
            .where(City.slug == city_slug)
            .values(member_count=City.member_count + change)
            .execution_options(synchronize_session=False)
        )
