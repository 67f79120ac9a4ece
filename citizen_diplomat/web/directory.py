"""What the directory's pages for members and for staff share: words, choices and the search."""

from dataclasses import replace
from typing import Any

from flask import make_response, render_template, request
from flask_babel import LazyString, lazy_gettext
from werkzeug.wrappers import Response

from citizen_diplomat.directory.queries import Wanted
from citizen_diplomat.directory.rules import (
    Audience,
    Availability,
    LanguageLevel,
    SkillLevel,
    Standing,
)
from citizen_diplomat.foundation.folding import sort_key
from citizen_diplomat.foundation.paging import Cursor
from citizen_diplomat.web.pages import query_choice, query_text
from citizen_diplomat.web.reference import (
    Choices,
    city_choices,
    current_skill,
    language_name,
    reference,
    skill_choices,
)

OTHER_CITY = "other"

AUDIENCES: dict[Audience, LazyString] = {
    Audience.ONLY_ME: lazy_gettext("Only me"),
    Audience.STAFF: lazy_gettext("Staff only"),
    Audience.MEMBERS: lazy_gettext("Members and staff"),
    Audience.EVERYONE: lazy_gettext("Everyone"),
}

LEVELS: dict[SkillLevel, LazyString] = {
    SkillLevel.SOME: lazy_gettext("Some knowledge"),
    SkillLevel.GOOD: lazy_gettext("Good"),
    SkillLevel.PROFESSIONAL: lazy_gettext("Professional"),
}

LANGUAGE_LEVELS: dict[LanguageLevel, LazyString] = {
    LanguageLevel.BASIC: lazy_gettext("A few words"),
    LanguageLevel.CONVERSATIONAL: lazy_gettext("In conversation"),
    LanguageLevel.FLUENT: lazy_gettext("Fluent"),
    LanguageLevel.NATIVE: lazy_gettext("Mother tongue"),
}

AVAILABILITIES: dict[Availability, LazyString] = {
    Availability.NONE: lazy_gettext("No time at present"),
    Availability.FEW_HOURS: lazy_gettext("A few hours a month"),
    Availability.DAY: lazy_gettext("About a day a month"),
    Availability.MORE: lazy_gettext("More than a day a month"),
}

STANDINGS: dict[Standing, LazyString] = {
    Standing.CONFIRMED: lazy_gettext("Confirmed"),
    Standing.UNCONFIRMED: lazy_gettext("Not confirmed"),
    Standing.CLOSED: lazy_gettext("Closed"),
}

# Spoken by many members although no city of the register is named for it.
ALWAYS_OFFERED = frozenset({"fa", "en", "az", "ku"})


def language_choices() -> Choices:
    """Languages as (code, name): those of all cities and of the taxonomy, in reader's order.

    Codes are primary subtags (BCP 47): whoever speaks Chinese need not know two ways to write it.
    """
    of_cities = {code for city in reference().cities.values() for code in city.languages}
    of_skills = {slug[5:] for slug in reference().skills if slug.startswith("lang-")}
    codes = {code.partition("-")[0] for code in of_cities | of_skills | ALWAYS_OFFERED}
    named = [(code, language_name(code)) for code in codes]
    return sorted(named, key=lambda choice: (sort_key(choice[1]), choice[0]))


def wanted() -> Wanted:
    """Whom the address asks for; anything that is no choice of ours is left out."""
    skill = query_choice("skill", set(reference().skills))
    level = query_choice("level", set(SkillLevel))
    some_time = {time.value for time in Availability if time is not Availability.NONE}
    availability = query_choice("availability", some_time)
    return Wanted(
        text=query_text("q"),
        city=query_choice("city", set(reference().cities)),
        skill=current_skill(skill) if skill else None,
        level=SkillLevel(level) if level else None,
        willing=query_choice("willing", {"1"}) is not None,
        language=query_choice("language", {code for code, _ in language_choices()}),
        availability=Availability(availability) if availability else None,
    )


def wanted_by_staff() -> Wanted:
    """As `wanted`, and by how far an account has come."""
    standing = query_choice("standing", set(Standing))
    return replace(wanted(), standing=Standing(standing) if standing else None)


def place() -> Cursor[str] | None:
    """After whom the page that the address asks for begins."""
    return Cursor.decode(request.args.get("after"), str)


def filters_of(asked: Wanted) -> dict[str, Any]:
    """The filters as values of an address, for the links to other pages of the same list."""
    values = {
        "q": asked.text,
        "city": asked.city,
        "skill": asked.skill,
        "level": asked.level,
        "willing": "1" if asked.willing else None,
        "language": asked.language,
        "availability": asked.availability,
        "standing": asked.standing,
    }
    return {name: str(value) for name, value in values.items() if value}


def search_choices() -> dict[str, Any]:
    """What the search form offers: the same for every reader, whoever is in the directory."""
    return {
        "cities": city_choices(),
        "groups": skill_choices(),
        "languages": language_choices(),
        "levels": LEVELS,
        "availabilities": {
            value: word for value, word in AVAILABILITIES.items() if value != Availability.NONE
        },
    }


def profile_page(template: str, **context: Any) -> Response:
    """A page that shows people: kept out of search engines and caches, whoever may read it."""
    page = make_response(
        render_template(
            template,
            levels=LEVELS,
            language_levels=LANGUAGE_LEVELS,
            availability_words=AVAILABILITIES,
            **context,
        )
    )
    page.headers["X-Robots-Tag"] = "noindex"
    # What somebody takes back must be gone at once, from shared caches too.
    page.headers["Cache-Control"] = "no-store"
    page.vary.add("Cookie")
    return page
