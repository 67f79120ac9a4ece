"""What a profile may hold and who may see it."""

import unicodedata
from dataclasses import dataclass
from enum import StrEnum

ABOUT_LENGTH = 2_000
CITY_NAME_LENGTH = 80
MOST_SKILLS = 30
MOST_LANGUAGES = 12


class Visibility(StrEnum):
    """Who sees a profile besides its owner. Staff always do; the narrower is the default."""

    STAFF = "staff"
    MEMBERS = "members"


class SkillLevel(StrEnum):
    """How well a member can do something."""

    BASIC = "basic"
    INTERMEDIATE = "intermediate"
    ADVANCED = "advanced"
    EXPERT = "expert"


class Standing(StrEnum):
    """How far an account has come: its address not yet confirmed, confirmed, or closed again."""

    UNCONFIRMED = "unconfirmed"
    CONFIRMED = "confirmed"
    CLOSED = "closed"


@dataclass(frozen=True)
class SkillDraft:
    """One skill as its owner rates it, and whether they would help others with it."""

    slug: str
    level: SkillLevel = SkillLevel.INTERMEDIATE
    willing: bool = False


@dataclass(frozen=True)
class ProfileDraft:
    """Everything that a member may change about themselves, as they typed it, cleaned.

    Lives in a sister city (`city_slug`), or in another by name and country (ISO 3166 alpha-2).
    `languages` are BCP 47 codes. `version` is the one that the member had before their eyes.
    """

    display_name: str
    latin_name: str
    about: str
    city_slug: str | None
    other_city: str
    other_country: str
    languages: frozenset[str]
    skills: frozenset[SkillDraft]
    visibility: Visibility
    version: int


def is_latin(name: str) -> bool:
    """Whether all letters of a name are of Latin script (UAX #24); it needs not have any."""
    return all(
        unicodedata.name(letter, "").startswith("LATIN ")
        for letter in name
        if unicodedata.category(letter).startswith("L")
    )
