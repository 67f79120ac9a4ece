"""Profiles and the taxonomy of skills."""

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.accounts.rules import NAME_LENGTH
from citizen_diplomat.directory.rules import (
    ABOUT_LENGTH,
    CITY_NAME_LENGTH,
    ProfileDraft,
    SkillDraft,
    SkillLevel,
    Visibility,
)
from citizen_diplomat.foundation.database import Base, one_of


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


class Profile(Base):
    """What a member says of themselves; they live in a sister city, or in another one by name."""

    __tablename__ = "profile"
    __table_args__ = (
        one_of("visibility", Visibility),
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
    visibility: Mapped[str] = mapped_column(String(10), default=Visibility.STAFF)
    search_text: Mapped[str] = mapped_column(Text, default="")
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
            languages=frozenset(row.code for row in self.languages),
            skills=frozenset(
                SkillDraft(row.skill_slug, SkillLevel(row.level), row.willing)
                for row in self.skills
            ),
            visibility=Visibility(self.visibility),
            version=self.version,
        )


class ProfileLanguage(Base):
    """A language that a member speaks, as a BCP 47 code."""

    __tablename__ = "profile_language"

    account_id: Mapped[int] = mapped_column(
        ForeignKey("profile.account_id", ondelete="CASCADE"), primary_key=True
    )
    code: Mapped[str] = mapped_column(String(10), primary_key=True)


class ProfileSkill(Base):
    """A skill of a member, how well, and whether they would help others with it."""

    __tablename__ = "profile_skill"
    __table_args__ = (one_of("level", SkillLevel), Index("ix_profile_skill_skill", "skill_slug"))

    account_id: Mapped[int] = mapped_column(
        ForeignKey("profile.account_id", ondelete="CASCADE"), primary_key=True
    )
    skill_slug: Mapped[str] = mapped_column(ForeignKey("skill.slug"), primary_key=True)
    level: Mapped[str] = mapped_column(String(20), default=SkillLevel.INTERMEDIATE)
    willing: Mapped[bool] = mapped_column(default=False)
