"""Names of cities, topics and skills in the reader's language.

Reference data changes when a new release is installed, so each process keeps one copy and looks
again once a minute; a list page then spends none of its few queries on names.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from time import monotonic

from babel import Locale
from flask import current_app
from sqlalchemy import select

from citizen_diplomat.cities.model import City, Topic
from citizen_diplomat.cities.rules import CityStatus
from citizen_diplomat.directory.model import Skill, SkillGroup
from citizen_diplomat.foundation.folding import sort_key
from citizen_diplomat.web.languages import LOCALES, language
from citizen_diplomat.web.services import services

KEPT_SECONDS = 60
# Codes of CLDR for unions, islands counted elsewhere, and "unknown".
NO_COUNTRY = frozenset(
    {"EU", "EZ", "UN", "XA", "XB", "ZZ", "QO", "AC", "CP", "DG", "EA", "IC", "TA"}
)
KEY = "citizen_diplomat_reference"
Choices = list[tuple[str, str]]


@dataclass(frozen=True)
class Reference:
    """One copy of the reference data; all mappings are by slug, in the office's own order."""

    cities: Mapping[str, City]
    topics: Mapping[str, Topic]
    skill_groups: Mapping[str, SkillGroup]
    skills: Mapping[str, Skill]
    read_at: float


def reference() -> Reference:
    """The copy of this process, read again when it is older than a minute."""
    kept: Reference | None = current_app.extensions.get(KEY)
    if kept is None or monotonic() - kept.read_at > KEPT_SECONDS:
        kept = _read()
        current_app.extensions[KEY] = kept
    return kept


def read_again() -> None:
    """Forget the copy of this process, after its own change; others follow within a minute."""
    current_app.extensions.pop(KEY, None)


def city_name(slug: str | None) -> str:
    """The name of a city in the reader's language; an unknown slug is shown as it is."""
    city = reference().cities.get(slug or "")
    return _name(city.name_fa, city.name_en) if city else (slug or "")


def topic_name(slug: str | None) -> str:
    """The name of a topic in the reader's language."""
    topic = reference().topics.get(slug or "")
    return _name(topic.name_fa, topic.name_en) if topic else (slug or "")


def topic_icon(slug: str | None) -> str:
    """The icon of a topic."""
    topic = reference().topics.get(slug or "")
    return topic.icon if topic else "star"


def skill_name(slug: str | None) -> str:
    """The name of a skill in the reader's language."""
    skill = reference().skills.get(current_skill(slug or ""))
    return _name(skill.name_fa, skill.name_en) if skill else (slug or "")


def current_skill(slug: str) -> str:
    """The skill that is offered today for one that may have been merged into it."""
    skill = reference().skills.get(slug)
    return skill.merged_into or slug if skill else slug


def country_name(code: str | None) -> str:
    """The name of a country (ISO 3166 alpha-2) in the reader's language."""
    return _countries(language()).get(code or "", code or "")


def language_name(code: str | None) -> str:
    """The name of a language (BCP 47) in the reader's language."""
    names = Locale.parse(LOCALES[language()]).languages
    whole = (code or "").replace("-", "_")
    return str(names.get(whole) or names.get(whole.partition("_")[0]) or code or "")


def city_choices(*, home: bool = True) -> Choices:
    """All cities as (slug, name), in the reader's alphabetical order, Isfahan first if `home`."""
    cities = reference().cities.values()
    slugs = [city.slug for city in cities if city.status != CityStatus.HOME]
    first = [city.slug for city in cities if home and city.status == CityStatus.HOME]
    return [(slug, city_name(slug)) for slug in (*first, *_sorted(slugs, city_name))]


def topic_choices() -> Choices:
    """All topics as (slug, name), in the office's order."""
    return [(slug, topic_name(slug)) for slug in reference().topics]


def skill_choices() -> dict[str, Choices]:
    """Skills as (slug, name) under the name of their group, in the office's order."""
    groups: dict[str, Choices] = {slug: [] for slug in reference().skill_groups}
    for skill in reference().skills.values():
        if skill.merged_into:
            continue
        groups[skill.group_slug].append((skill.slug, skill_name(skill.slug)))
    named = reference().skill_groups
    return {
        _name(named[slug].name_fa, named[slug].name_en): skills for slug, skills in groups.items()
    }


def group_choices() -> Choices:
    """The headings of the list of skills as (slug, name), in the office's order."""
    groups = reference().skill_groups.values()
    return [(group.slug, _name(group.name_fa, group.name_en)) for group in groups]


def country_choices() -> Choices:
    """All countries as (code, name), in the reader's alphabetical order."""
    return list(_sorted_countries(language()))


@cache
def _sorted_countries(code: str) -> tuple[tuple[str, str], ...]:
    # The same for every reader of a language, and 250 names take a while to sort.
    return tuple(sorted(_countries(code).items(), key=lambda named: (sort_key(named[1]), named[0])))


@cache
def _countries(code: str) -> dict[str, str]:
    names = Locale.parse(LOCALES[code]).territories
    return {
        str(country): str(name)
        for country, name in names.items()
        if len(str(country)) == 2 and str(country).isalpha() and country not in NO_COUNTRY
    }


def _sorted(slugs: list[str], name: Callable[[str], str]) -> list[str]:
    return sorted(slugs, key=lambda slug: (sort_key(name(slug)), slug))


def _name(persian: str, english: str) -> str:
    return persian if language() == "fa" else english


def _read() -> Reference:
    with services().database.reading() as session:
        return Reference(
            cities={row.slug: row for row in session.scalars(select(City).order_by(City.position))},
            topics={
                row.slug: row for row in session.scalars(select(Topic).order_by(Topic.position))
            },
            skill_groups={
                row.slug: row
                for row in session.scalars(select(SkillGroup).order_by(SkillGroup.position))
            },
            skills={
                row.slug: row for row in session.scalars(select(Skill).order_by(Skill.position))
            },
            read_at=monotonic(),
        )
