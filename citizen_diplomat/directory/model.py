"""Profiles and the taxonomy of skills."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.accounts.rules import NAME_LENGTH
from citizen_diplomat.directory.rules import (
    ABOUT_LENGTH,
    CITY_NAME_LENGTH,
    ORGANISATION_LENGTH,
    SKILL_NAME_LENGTH,
    SUGGESTION_REASON_LENGTH,
    Audience,
    Availability,
    Ladder,
    LanguageDraft,
    LanguageLevel,
    Part,
    ProfileDraft,
    SkillDraft,
    SkillLevel,
    SuggestionState,
)
from citizen_diplomat.foundation.database import Base, Key, one_of


class SkillGroup(Base):
    """A heading in the list of skills."""

    __tablename__ = "skill_group"

    slug: Mapped[str] = mapped_column(String(40), primary_key=True)
    name_fa: Mapped[str] = mapped_column(String(80))
    name_en: Mapped[str] = mapped_column(String(80))
    position: Mapped[int]


class Skill(Base):
    """Something that a member can do and a proposal can need."""

    __tablename__ = "skill"

    slug: Mapped[str] = mapped_column(String(60), primary_key=True)
    group_slug: Mapped[str] = mapped_column(ForeignKey("skill_group.slug"))
    name_fa: Mapped[str] = mapped_column(String(80))
    name_en: Mapped[str] = mapped_column(String(80))
    position: Mapped[int]
    merged_into: Mapped[str | None] = mapped_column(ForeignKey("skill.slug"))
    """The skill that this one became another name of; it is offered no more."""


class SkillSuggestion(Base):
    """A skill that a member misses in the list, and what the office said to it."""

    __tablename__ = "skill_suggestion"
    __table_args__ = (
        one_of("state", SuggestionState),
        CheckConstraint(f"length(reason) <= {SUGGESTION_REASON_LENGTH}", name="reason_length"),
        CheckConstraint("(state = 'waiting') = (answered_at IS NULL)", name="answered"),
        Index(
            "uq_skill_suggestion_waiting",
            "account_id",
            "folded",
            unique=True,
            sqlite_where=text("state = 'waiting'"),
            postgresql_where=text("state = 'waiting'"),
        ),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    name: Mapped[str] = mapped_column(String(SKILL_NAME_LENGTH))
    folded: Mapped[str] = mapped_column(Text)
    """The name in one spelling, so that the same skill does not wait twice."""
    reason: Mapped[str] = mapped_column(Text, default="")
    state: Mapped[str] = mapped_column(String(10), default=SuggestionState.WAITING)
    skill_slug: Mapped[str | None] = mapped_column(ForeignKey("skill.slug"))
    created_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]

    account: Mapped[Account] = relationship(lazy="raise_on_sql")


class Profile(Base):
    """What a member says of themselves; they live in a sister city, or in another one by name.

    Each part has its audience (`..._seen_by`). Pages read it through `directory.queries`, which
    hand out no more than the reader may see; this row is for its owner's form and for the actions.
    """

    __tablename__ = "profile"
    __table_args__ = (
        *(one_of(f"{part}_seen_by", Audience) for part in Part),
        one_of("availability", Availability),
        CheckConstraint(f"length(about) <= {ABOUT_LENGTH}", name="about_length"),
        CheckConstraint("city_slug IS NULL OR other_city = ''", name="one_city"),
        Index("ix_profile_sort", "sort_key", "account_id"),
    )

    account_id: Mapped[int] = mapped_column(
        ForeignKey("account.id", ondelete="CASCADE"), primary_key=True
    )
    latin_name: Mapped[str] = mapped_column(String(NAME_LENGTH), default="")
    about: Mapped[str] = mapped_column(Text, default="")
    city_slug: Mapped[str | None] = mapped_column(ForeignKey("city.slug"), index=True)
    other_city: Mapped[str] = mapped_column(String(CITY_NAME_LENGTH), default="")
    other_country: Mapped[str] = mapped_column(String(2), default="")
    availability: Mapped[str] = mapped_column(String(10), default=Availability.NONE)
    may_be_asked: Mapped[bool] = mapped_column(default=False)
    """Whether the office may ask this member for help: their consent, never shown to anybody."""
    name_seen_by: Mapped[str] = mapped_column(String(10), default=Audience.STAFF)
    latin_name_seen_by: Mapped[str] = mapped_column(String(10), default=Audience.STAFF)
    city_seen_by: Mapped[str] = mapped_column(String(10), default=Audience.STAFF)
    skills_seen_by: Mapped[str] = mapped_column(String(10), default=Audience.STAFF)
    """Also who sees `availability`."""
    languages_seen_by: Mapped[str] = mapped_column(String(10), default=Audience.STAFF)
    about_seen_by: Mapped[str] = mapped_column(String(10), default=Audience.STAFF)
    photo_seen_by: Mapped[str] = mapped_column(String(10), default=Audience.STAFF)
    organisation: Mapped[str] = mapped_column(String(ORGANISATION_LENGTH), default="")
    """Where they work or study, if they say so: nobody of the same place judges their proposals."""
    organisation_key: Mapped[str] = mapped_column(Text, default="", index=True)
    """Its name folded, without spaces: two spellings are one organisation."""
    organisation_seen_by: Mapped[str] = mapped_column(String(10), default=Audience.ONLY_ME)
    staff_search_text: Mapped[str] = mapped_column(Text, default="")
    """The parts that staff may see, folded: nobody is found by a word that they may not read."""
    staff_search_sounds: Mapped[str] = mapped_column(Text, default="")
    """The names that staff may see, as consonants (`foundation.sounds`)."""
    member_search_text: Mapped[str] = mapped_column(Text, default="")
    member_search_sounds: Mapped[str] = mapped_column(Text, default="")
    sort_key: Mapped[str] = mapped_column(String(400), default="")
    """The display name in Persian alphabetical order (`foundation.text.sort_key`)."""
    version: Mapped[int] = mapped_column(default=1)

    account: Mapped[Account] = relationship(lazy="raise_on_sql")
    languages: Mapped[list["ProfileLanguage"]] = relationship(
        lazy="raise_on_sql", cascade="all, delete-orphan", order_by="ProfileLanguage.code"
    )
    skills: Mapped[list["ProfileSkill"]] = relationship(
        lazy="raise_on_sql", cascade="all, delete-orphan", order_by="ProfileSkill.skill_slug"
    )

    __mapper_args__ = {"version_id_col": version}

    def as_draft(self) -> ProfileDraft:
        """What its owner could have typed; account, languages and skills must have been loaded."""
        return ProfileDraft(
            display_name=self.account.display_name,
            latin_name=self.latin_name,
            about=self.about,
            city_slug=self.city_slug,
            other_city=self.other_city,
            other_country=self.other_country,
            languages=frozenset(
                LanguageDraft(row.code, LanguageLevel(row.level)) for row in self.languages
            ),
            skills=frozenset(
                SkillDraft(row.skill_slug, SkillLevel(row.level), row.willing)
                for row in self.skills
            ),
            version=self.version,
            ladder=self.ladder(),
            availability=Availability(self.availability),
            may_be_asked=self.may_be_asked,
            organisation=self.organisation,
        )

    def ladder(self) -> Ladder:
        """Who sees each part."""
        return Ladder(**{part.value: Audience(getattr(self, f"{part}_seen_by")) for part in Part})


class ProfilePhoto(Base):
    """The photo of a member: a small square JPEG, drawn by us; its content is loaded when asked."""

    __tablename__ = "profile_photo"

    account_id: Mapped[int] = mapped_column(
        ForeignKey("profile.account_id", ondelete="CASCADE"), primary_key=True
    )
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    added_at: Mapped[datetime]


class ProfileLanguage(Base):
    """A language that a member speaks, as a BCP 47 code, and how well."""

    __tablename__ = "profile_language"
    __table_args__ = (
        one_of("level", LanguageLevel),
        Index("ix_profile_language_code", "code"),
    )

    account_id: Mapped[int] = mapped_column(
        ForeignKey("profile.account_id", ondelete="CASCADE"), primary_key=True
    )
    code: Mapped[str] = mapped_column(String(10), primary_key=True)
    level: Mapped[str] = mapped_column(String(20), default=LanguageLevel.CONVERSATIONAL)


class ProfileSkill(Base):
    """A skill of a member, how well, and whether they would help others with it."""

    __tablename__ = "profile_skill"
    __table_args__ = (one_of("level", SkillLevel), Index("ix_profile_skill_skill", "skill_slug"))

    account_id: Mapped[int] = mapped_column(
        ForeignKey("profile.account_id", ondelete="CASCADE"), primary_key=True
    )
    skill_slug: Mapped[str] = mapped_column(ForeignKey("skill.slug"), primary_key=True)
    level: Mapped[str] = mapped_column(String(20), default=SkillLevel.GOOD)
    willing: Mapped[bool] = mapped_column(default=False)
