"""What a profile may hold and who may see it."""

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
