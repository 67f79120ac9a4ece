"""The form of a member's profile."""

from enum import StrEnum
from typing import Any

from flask_babel import gettext, lazy_gettext
from werkzeug.datastructures import MultiDict
from wtforms.validators import ValidationError

from citizen_diplomat.accounts.rules import NAME_LENGTH
from citizen_diplomat.directory.model import Profile
from citizen_diplomat.directory.rules import (
    ABOUT_LENGTH,
    CITY_NAME_LENGTH,
    MOST_LANGUAGES,
    MOST_SKILLS,
    ORGANISATION_LENGTH,
    Audience,
    Availability,
    Ladder,
    LanguageDraft,
    LanguageLevel,
    Part,
    ProfileDraft,
    SkillDraft,
    SkillLevel,
    is_latin,
)
from citizen_diplomat.foundation.numbers import format_number, parse_int
from citizen_diplomat.web.directory import (
    AUDIENCES,
    AVAILABILITIES,
    OTHER_CITY,
    language_choices,
)
from citizen_diplomat.web.forms import (
    BaseForm,
    CheckboxesField,
    ChoiceField,
    KeptField,
    TickField,
    line,
    paragraphs,
)
from citizen_diplomat.web.languages import language
from citizen_diplomat.web.reference import (
    Choices,
    city_choices,
    country_choices,
    reference,
    skill_choices,
)

LATEST_VERSION = 10**9


def city_options() -> Choices:
    """All cities of the register, and a way to name another one."""
    choose, other = gettext("Choose a city"), gettext("Another city, in Iran or abroad")
    return [("", choose), *city_choices(), (OTHER_CITY, other)]


def country_options() -> Choices:
    """All countries, and none."""
    return [("", gettext("Choose a country")), *country_choices()]


def skill_options() -> Choices:
    """All skills; their groups are drawn by the template."""
    return [choice for group in skill_choices().values() for choice in group]


def audience_options() -> Choices:
    """Who may see a part, the narrowest choice first."""
    return [(audience.value, str(word)) for audience, word in AUDIENCES.items()]


def availability_options() -> Choices:
    """How much time somebody has, the least first."""
    return [(time.value, str(word)) for time, word in AVAILABILITIES.items()]


def seen_by() -> ChoiceField:
    """Who sees one part; a form that does not say leaves it as it was."""
    return ChoiceField(lazy_gettext("Who sees this?"), choices=audience_options)


class ProfileForm(BaseForm):
    """What a member says of themselves. Only the fields named here are ever read."""

    display_name = line(
        lazy_gettext("Display name"),
        longest=NAME_LENGTH,
        required=lazy_gettext("Write the name you want to be known by."),
    )
    latin_name = line(lazy_gettext("Name in Latin letters"), longest=NAME_LENGTH, required=False)
    about = paragraphs(lazy_gettext("About you"), longest=ABOUT_LENGTH, required=False)
    organisation = line(lazy_gettext("Organisation"), longest=ORGANISATION_LENGTH, required=False)
    city = ChoiceField(lazy_gettext("City"), choices=city_options)
    other_city = line(
        lazy_gettext("Name of the other city"), longest=CITY_NAME_LENGTH, required=False
    )
    other_country = ChoiceField(lazy_gettext("Its country"), choices=country_options)
    languages = CheckboxesField(lazy_gettext("Languages"), choices=language_choices)
    skills = CheckboxesField(lazy_gettext("Skills"), choices=skill_options)
    willing = CheckboxesField(lazy_gettext("Willing to help"), choices=skill_options)
    availability = ChoiceField(lazy_gettext("Time for others"), choices=availability_options)
    may_be_asked = TickField(
        lazy_gettext("The office may ask me for help with something that fits my skills")
    )
    name_seen_by = seen_by()
    latin_name_seen_by = seen_by()
    about_seen_by = seen_by()
    organisation_seen_by = seen_by()
    city_seen_by = seen_by()
    languages_seen_by = seen_by()
    skills_seen_by = seen_by()
    photo_seen_by = seen_by()
    version = KeptField()

    def __init__(self, formdata: MultiDict[str, str] | None, profile: Profile | None) -> None:
        """Fill the form with what was posted, else with the profile, else with nothing."""
        self.posted = formdata
        self.saved = profile.as_draft() if profile else None
        super().__init__(formdata, data=_values(self.saved) if self.saved else _nothing())

    def validate_display_name(self, field: Any) -> None:
        """A name needs a letter or a figure; signs alone cannot be read out."""
        if not any(character.isalnum() for character in field.data or ""):
            raise ValidationError(gettext("Write a name with at least one letter."))

    def validate_latin_name(self, field: Any) -> None:
        """It stands beside a name in any script, for readers of Latin letters."""
        if not is_latin(field.data or ""):
            raise ValidationError(gettext("Use Latin letters here, such as Nasrin or Çelik."))

    def validate_city(self, field: Any) -> None:
        """A city is needed: it says whose proposals and news concern this member."""
        if not field.data:
            raise ValidationError(gettext("Choose the city you live in."))

    def validate_other_city(self, field: Any) -> None:
        """Needed if the city is none of the register."""
        if self.city.data == OTHER_CITY and not field.data:
            raise ValidationError(gettext("Write the name of your city."))

    def validate_other_country(self, field: Any) -> None:
        """Needed if the city is none of the register."""
        if self.city.data == OTHER_CITY and not field.data:
            raise ValidationError(gettext("Choose the country of your city."))

    def validate_languages(self, field: Any) -> None:
        """A list that helps others to choose has an end; each level is one of ours."""
        _at_most(field, MOST_LANGUAGES)
        _each_of(LanguageLevel, [level for _, level in self.rated_languages()])

    def validate_skills(self, field: Any) -> None:
        """A list that helps others to choose has an end; each level is one of ours."""
        _at_most(field, MOST_SKILLS)
        _each_of(SkillLevel, [level for _, level, _ in self.rated_skills()])

    def level_of(self, slug: str) -> str:
        """The level of a skill as posted, else as saved, else the middle one."""
        saved = {skill.slug: skill.level for skill in self.saved.skills} if self.saved else {}
        return self._posted(f"level-{slug}") or saved.get(slug, SkillLevel.GOOD)

    def fluency_of(self, code: str) -> str:
        """The level of a language as posted, else as saved, else one that allows to talk."""
        saved = {row.code: row.level for row in self.saved.languages} if self.saved else {}
        return self._posted(f"speaks-{code}") or saved.get(code, LanguageLevel.CONVERSATIONAL)

    def rated_skills(self) -> list[tuple[str, str, bool]]:
        """The chosen skills in the office's order: slug, level, and whether willing to help."""
        chosen, willing = set(self.skills.data or ()), set(self.willing.data or ())
        return [
            (slug, self.level_of(slug), slug in willing)
            for slug in reference().skills
            if slug in chosen
        ]

    def rated_languages(self) -> list[tuple[str, str]]:
        """The chosen languages in the reader's order: code and level."""
        chosen = set(self.languages.data or ())
        return [(code, self.fluency_of(code)) for code, _ in language_choices() if code in chosen]

    def _posted(self, name: str) -> str:
        return self.posted.get(name, "") if self.posted is not None else ""

    def draft(self) -> ProfileDraft:
        """What was typed, after it has been found right."""
        elsewhere = self.city.data == OTHER_CITY
        return ProfileDraft(
            display_name=self.display_name.data or "",
            latin_name=self.latin_name.data or "",
            about=self.about.data or "",
            organisation=self.organisation.data or "",
            city_slug=None if elsewhere else self.city.data,
            other_city=self.other_city.data or "" if elsewhere else "",
            other_country=self.other_country.data or "" if elsewhere else "",
            languages=frozenset(
                LanguageDraft(code, LanguageLevel(level)) for code, level in self.rated_languages()
            ),
            skills=frozenset(
                SkillDraft(slug, SkillLevel(level), willing)
                for slug, level, willing in self.rated_skills()
            ),
            version=parse_int(self.version.data or "", lowest=0, highest=LATEST_VERSION) or 0,
            ladder=Ladder(**{part.value: Audience(self[f"{part}_seen_by"].data) for part in Part}),
            availability=Availability(self.availability.data),
            may_be_asked=bool(self.may_be_asked.data),
        )


def _values(saved: ProfileDraft) -> dict[str, Any]:
    return {
        "display_name": saved.display_name,
        "latin_name": saved.latin_name,
        "about": saved.about,
        "organisation": saved.organisation,
        "city": saved.city_slug or OTHER_CITY,
        "other_city": saved.other_city,
        "other_country": saved.other_country,
        "languages": sorted(row.code for row in saved.languages),
        "skills": [skill.slug for skill in saved.skills],
        "willing": [skill.slug for skill in saved.skills if skill.willing],
        "availability": saved.availability.value,
        "may_be_asked": saved.may_be_asked,
        "version": str(saved.version),
        **_audiences(saved.ladder),
    }


def _nothing() -> dict[str, Any]:
    return {
        "version": "0",
        "city": "",
        "other_country": "",
        "availability": Availability.NONE.value,
        **_audiences(Ladder()),
    }


def _audiences(ladder: Ladder) -> dict[str, str]:
    return {f"{part}_seen_by": ladder.of(part).value for part in Part}


def _at_most(field: Any, most: int) -> None:
    if len(set(field.data or ())) > most:
        raise ValidationError(
            gettext("Choose at most %(most)s.", most=format_number(most, language()))
        )


def _each_of(scale: type[StrEnum], levels: list[str]) -> None:
    if any(level not in set(scale) for level in levels):
        raise ValidationError(gettext("Please choose a level from the list."))
