"""What a profile may hold and who may see it."""

import unicodedata
from dataclasses import dataclass
from enum import StrEnum

ABOUT_LENGTH = 2_000
CITY_NAME_LENGTH = 80
ORGANISATION_LENGTH = 120
MOST_SKILLS = 30
MOST_LANGUAGES = 12
SKILL_NAME_LENGTH = 80
SUGGESTION_REASON_LENGTH = 500
MOST_OPEN_SUGGESTIONS = 5
"""How many suggested skills of one member may wait at a time."""


class Audience(StrEnum):
    """Who may see a part of a profile: a ladder, the narrowest first; each rung holds the last."""

    ONLY_ME = "only_me"
    STAFF = "staff"
    MEMBERS = "members"
    EVERYONE = "everyone"


class Reader(StrEnum):
    """The classes of people who look at a profile."""

    OWNER = "owner"
    STAFF = "staff"
    MEMBER = "member"
    STRANGER = "stranger"


SEES: dict[Reader, tuple[Audience, ...]] = {
    Reader.OWNER: tuple(Audience),
    Reader.STAFF: (Audience.STAFF, Audience.MEMBERS, Audience.EVERYONE),
    Reader.MEMBER: (Audience.MEMBERS, Audience.EVERYONE),
    Reader.STRANGER: (Audience.EVERYONE,),
}
"""Which rungs of the ladder each reader may see. "Only me" means it: not even staff do."""


class Part(StrEnum):
    """The parts of a profile that have an audience of their own."""

    NAME = "name"
    LATIN_NAME = "latin_name"
    CITY = "city"
    SKILLS = "skills"
    LANGUAGES = "languages"
    ABOUT = "about"
    PHOTO = "photo"
    ORGANISATION = "organisation"


@dataclass(frozen=True)
class Ladder:
    """Who sees each part; staff alone unless its owner says otherwise.

    The organisation is its owner's alone: it is asked for so that no colleague judges them.
    """

    name: Audience = Audience.STAFF
    latin_name: Audience = Audience.STAFF
    city: Audience = Audience.STAFF
    skills: Audience = Audience.STAFF
    languages: Audience = Audience.STAFF
    about: Audience = Audience.STAFF
    photo: Audience = Audience.STAFF
    organisation: Audience = Audience.ONLY_ME

    @classmethod
    def all_of(cls, audience: Audience) -> "Ladder":
        """The same audience for every part."""
        return cls(**{part.value: audience for part in Part})

    def shows(self, part: Part, reader: Reader) -> bool:
        """Whether `reader` may see `part`."""
        return self.of(part) in SEES[reader]

    def of(self, part: Part) -> Audience:
        """Who sees `part`."""
        audience: Audience = getattr(self, part)
        return audience


class SkillLevel(StrEnum):
    """How well a member can do something, rising."""

    SOME = "some"
    GOOD = "good"
    PROFESSIONAL = "professional"


class LanguageLevel(StrEnum):
    """How well a member speaks a language, rising."""

    BASIC = "basic"
    CONVERSATIONAL = "conversational"
    FLUENT = "fluent"
    NATIVE = "native"


class Availability(StrEnum):
    """How much time a member has for others, rising."""

    NONE = "none"
    FEW_HOURS = "few_hours"
    DAY = "day"
    MORE = "more"


class SuggestionState(StrEnum):
    """What became of a skill that a member suggests for the list."""

    WAITING = "waiting"
    ADDED = "added"
    KNOWN = "known"
    """The list holds it already, under another name."""
    DECLINED = "declined"


class Standing(StrEnum):
    """How far an account has come: its address not yet confirmed, confirmed, or closed again."""

    UNCONFIRMED = "unconfirmed"
    CONFIRMED = "confirmed"
    CLOSED = "closed"


@dataclass(frozen=True)
class SkillDraft:
    """One skill as its owner rates it, and whether they would help others with it."""

    slug: str
    level: SkillLevel = SkillLevel.GOOD
    willing: bool = False


@dataclass(frozen=True)
class LanguageDraft:
    """One language (BCP 47) as its owner rates it."""

    code: str
    level: LanguageLevel = LanguageLevel.CONVERSATIONAL


@dataclass(frozen=True)
class ProfileDraft:
    """Everything that a member may change about themselves, as they typed it, cleaned.

    Lives in a sister city (`city_slug`), or in another by name and country (ISO 3166 alpha-2).
    `may_be_asked` is the consent to be asked for help by the office. `version` is the one that the
    member had before their eyes.
    """

    display_name: str
    latin_name: str
    about: str
    city_slug: str | None
    other_city: str
    other_country: str
    languages: frozenset[LanguageDraft]
    skills: frozenset[SkillDraft]
    version: int
    ladder: Ladder = Ladder()
    availability: Availability = Availability.NONE
    may_be_asked: bool = False
    organisation: str = ""


def completed(draft: ProfileDraft) -> int:
    """How many of the `PARTS_TO_COMPLETE` parts of a profile somebody has filled in."""
    parts = (
        draft.latin_name,
        draft.about,
        draft.city_slug or draft.other_city,
        draft.languages,
        draft.skills,
        draft.availability != Availability.NONE,
    )
    return sum(bool(part) for part in parts)


PARTS_TO_COMPLETE = 6


def is_latin(name: str) -> bool:
    """Whether all letters of a name are of Latin script (UAX #24); it needs not have any."""
    return all(
        unicodedata.name(letter, "").startswith("LATIN ")
        for letter in name
        if unicodedata.category(letter).startswith("L")
    )
