"""The ladder as SQL: what each class of readers may see of a profile, and what is then handed out.

A part that a reader may not see is NULL in the answer of the database, and no condition on it is
met: no page, no filter and no order can tell more than the ladder says.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Row,
    Select,
    and_,
    case,
    false,
    literal,
    null,
    or_,
    select,
    true,
    union_all,
)
from sqlalchemy.orm import InstrumentedAttribute, Session

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.accounts.sanction_rules import Hidden
from citizen_diplomat.accounts.sanctions import is_hidden
from citizen_diplomat.directory.model import Profile, ProfileLanguage, ProfilePhoto, ProfileSkill
from citizen_diplomat.directory.rules import (
    SEES,
    Audience,
    Availability,
    LanguageDraft,
    LanguageLevel,
    Part,
    Reader,
    SkillDraft,
    SkillLevel,
    Standing,
)
from citizen_diplomat.foundation.folding import LETTERS_IN_A_QUERY, WORDS_IN_A_QUERY
from citizen_diplomat.foundation.search import Searchable, matches
from citizen_diplomat.foundation.sounds import sounds_like

OPEN_ACCOUNT = and_(Account.verified_at.is_not(None), Account.closed_at.is_(None))
SEEN_ACCOUNT = and_(OPEN_ACCOUNT, ~is_hidden(Hidden.PROFILE, Account.id))
"""Accounts whose profile members and strangers may see at all: what no sanction hides."""
STANDING: dict[Standing, ColumnElement[bool]] = {
    Standing.UNCONFIRMED: and_(Account.verified_at.is_(None), Account.closed_at.is_(None)),
    Standing.CONFIRMED: OPEN_ACCOUNT,
    Standing.CLOSED: Account.closed_at.is_not(None),
}
SEARCHED: dict[Reader, tuple[Searchable, Searchable]] = {
    Reader.STAFF: (Profile.staff_search_text, Profile.staff_search_sounds),
    Reader.MEMBER: (Profile.member_search_text, Profile.member_search_sounds),
}
"""Where each reader searches: words, and names as they sound. Strangers cannot search people."""


@dataclass(frozen=True)
class ShownAccount:
    """What staff may know of an account."""

    standing: Standing
    language: str
    joined_at: datetime


@dataclass(frozen=True)
class ShownProfile:
    """As much of a profile as one class of readers may see; the rest is None or empty."""

    account_id: int
    name: str | None
    name_seen_by: Audience | None
    latin_name: str
    about: str
    organisation: str
    city_slug: str | None
    other_city: str
    other_country: str
    availability: Availability | None
    skills: tuple[SkillDraft, ...]
    languages: tuple[LanguageDraft, ...]
    has_photo: bool
    account: ShownAccount | None
    """For staff alone."""
    sort_key: str

    @property
    def has_city(self) -> bool:
        """Whether the reader learns where this person lives."""
        return bool(self.city_slug or self.other_city)

    @property
    def is_blank(self) -> bool:
        """Whether there is nothing that the reader may see."""
        told = (
            *(self.name, self.latin_name, self.about, self.organisation),
            *(self.skills, self.languages),
        )
        return not (any(told) or self.has_city or self.has_photo)


def may_see(reader: Reader, part: Part) -> ColumnElement[bool]:
    """The profiles of which `reader` may see `part`."""
    seen_by: InstrumentedAttribute[str] = getattr(Profile, f"{part}_seen_by")
    return seen_by.in_([str(audience) for audience in SEES[reader]])


def found_by(reader: Reader, text: str) -> ColumnElement[bool]:
    """The profiles that hold each word of `text` where `reader` may see it.

    A word may also be a name as it sounds: Norouzi finds نوروزی.
    """
    if reader not in SEARCHED:
        return false()
    words, names = SEARCHED[reader]
    # Split at spaces alone: a name with a ZWNJ in it sounds as one.
    typed = text[:LETTERS_IN_A_QUERY].split()[:WORDS_IN_A_QUERY]
    each = (or_(matches(words, word), sounds_like(names, word)) for word in typed)
    return or_(matches(words, text), and_(true(), *each))


def profiles(reader: Reader) -> Select[Any]:
    """All profiles with their accounts, each part NULL where `reader` may not see it."""
    query = select(
        Profile.account_id,
        _shown(reader, Part.NAME, Account.display_name, "name"),
        _shown(reader, Part.NAME, Profile.name_seen_by, "name_seen_by"),
        _shown(reader, Part.NAME, Profile.sort_key, "sort_key"),
        _shown(reader, Part.LATIN_NAME, Profile.latin_name, "latin_name"),
        _shown(reader, Part.ABOUT, Profile.about, "about"),
        _shown(reader, Part.ORGANISATION, Profile.organisation, "organisation"),
        _shown(reader, Part.CITY, Profile.city_slug, "city_slug"),
        _shown(reader, Part.CITY, Profile.other_city, "other_city"),
        _shown(reader, Part.CITY, Profile.other_country, "other_country"),
        _shown(reader, Part.SKILLS, Profile.availability, "availability"),
        _shown(reader, Part.PHOTO, ProfilePhoto.account_id, "photo_of"),
        *_account_columns(reader),
    )
    return query.join(Profile.account).outerjoin(
        ProfilePhoto, ProfilePhoto.account_id == Profile.account_id
    )


def complete(
    session: Session, rows: Sequence[Row[Any]], reader: Reader
) -> tuple[ShownProfile, ...]:
    """The rows of `profiles` with the skills and languages that `reader` may see."""
    numbers = [row.account_id for row in rows]
    skills: dict[int, list[SkillDraft]] = {number: [] for number in numbers}
    languages: dict[int, list[LanguageDraft]] = {number: [] for number in numbers}
    if numbers:
        # In one query: the lists of staff spend another one on what waits in the queue.
        for part, account_id, name, level, willing in session.execute(_known(numbers, reader)):
            if part == Part.SKILLS:
                skills[account_id].append(SkillDraft(name, SkillLevel(level), willing))
            else:
                languages[account_id].append(LanguageDraft(name, LanguageLevel(level)))
    return tuple(_as_shown(row, skills[row.account_id], languages[row.account_id]) for row in rows)


def _shown(
    reader: Reader, part: Part, value: InstrumentedAttribute[Any], name: str
) -> ColumnElement[Any]:
    return case((may_see(reader, part), value)).label(name)


def _account_columns(reader: Reader) -> tuple[ColumnElement[Any], ...]:
    standing = case(*((condition, str(name)) for name, condition in STANDING.items()))
    if reader is not Reader.STAFF:
        return tuple(null().label(name) for name in ("standing", "language", "joined_at"))
    return (
        standing.label("standing"),
        Account.language.label("language"),
        Account.created_at.label("joined_at"),
    )


def _known(numbers: list[int], reader: Reader) -> CompoundSelect[str, int, str, str, bool]:
    """The skills and languages of these accounts: part, account, slug or code, level, willing."""
    skills = (
        select(
            literal(Part.SKILLS.value).label("part"),
            ProfileSkill.account_id.label("account_id"),
            ProfileSkill.skill_slug.label("name"),
            ProfileSkill.level,
            ProfileSkill.willing,
        )
        .join(Profile, Profile.account_id == ProfileSkill.account_id)
        .where(ProfileSkill.account_id.in_(numbers), may_see(reader, Part.SKILLS))
    )
    languages = (
        select(
            literal(Part.LANGUAGES.value),
            ProfileLanguage.account_id,
            ProfileLanguage.code,
            ProfileLanguage.level,
            false(),
        )
        .join(Profile, Profile.account_id == ProfileLanguage.account_id)
        .where(ProfileLanguage.account_id.in_(numbers), may_see(reader, Part.LANGUAGES))
    )
    return union_all(skills, languages).order_by("account_id", "part", "name")


def _as_shown(
    row: Row[Any], skills: Iterable[SkillDraft], languages: Iterable[LanguageDraft]
) -> ShownProfile:
    return ShownProfile(
        account_id=row.account_id,
        name=row.name,
        name_seen_by=Audience(row.name_seen_by) if row.name_seen_by else None,
        latin_name=row.latin_name or "",
        about=row.about or "",
        organisation=row.organisation or "",
        city_slug=row.city_slug,
        other_city=row.other_city or "",
        other_country=row.other_country or "",
        availability=Availability(row.availability) if row.availability else None,
        skills=tuple(skills),
        languages=tuple(languages),
        has_photo=row.photo_of is not None,
        account=(
            ShownAccount(Standing(row.standing), row.language, row.joined_at)
            if row.standing
            else None
        ),
        sort_key=row.sort_key or "",
    )
