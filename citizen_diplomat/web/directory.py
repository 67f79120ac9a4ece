"""What the directory's pages for members and for staff share: words, choices and the search."""

from typing import Any

from flask import request
from flask_babel import LazyString, lazy_gettext

from citizen_diplomat.directory.queries import Wanted
from citizen_diplomat.directory.rules import SkillLevel, Standing
from citizen_diplomat.foundation.folding import sort_key
from citizen_diplomat.foundation.paging import Cursor
from citizen_diplomat.web.pages import query_choice, query_text
from citizen_diplomat.web.reference import Choices, language_name, reference

OTHER_CITY = "other"

LEVELS: dict[SkillLevel, LazyString] = {
    SkillLevel.BASIC: lazy_gettext("Basic"),
    SkillLevel.INTERMEDIATE: lazy_gettext("Intermediate"),
    SkillLevel.ADVANCED: lazy_gettext("Advanced"),
    SkillLevel.EXPERT: lazy_gettext("Expert"),
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
    return Wanted(
        text=query_text("q"),
        city=query_choice("city", set(reference().cities)),
        skill=query_choice("skill", set(reference().skills)),
        willing=query_choice("willing", {"1"}) is not None,
    )


def place() -> Cursor[str] | None:
    """After whom the page that the address asks for begins."""
    return Cursor.decode(request.args.get("after"), str)


def filters_of(asked: Wanted) -> dict[str, Any]:
    """The filters as values of an address, for the links to other pages of the same list."""
    values = {
        "q": asked.text,
        "city": asked.city,
        "skill": asked.skill,
        "willing": "1" if asked.willing else None,
        "standing": asked.standing.value if asked.standing else None,
    }
    return {name: value for name, value in values.items() if value}
