"""What the page of a city is made of, apart from its head; meetings and news add theirs alike."""

from typing import Any

from flask_babel import lazy_gettext

from citizen_diplomat.calls.queries import of_city
from citizen_diplomat.cities.contacts import contacts_of
from citizen_diplomat.cities.model import City
from citizen_diplomat.cities.relations import events_of
from citizen_diplomat.cities.rules import CityStatus, shown_count
from citizen_diplomat.directory.queries import skills_in_city
from citizen_diplomat.events.queries import upcoming_in
from citizen_diplomat.moderation.desks import desks_of_city
from citizen_diplomat.news.queries import newest_in
from citizen_diplomat.outcomes.needs import requests_of_city, seeking_help
from citizen_diplomat.outcomes.requests import title_for
from citizen_diplomat.proposals.places import counts_of_city
from citizen_diplomat.proposals.queries import published
from citizen_diplomat.proposals.rules import State
from citizen_diplomat.web.city_clock import difference
from citizen_diplomat.web.database import db
from citizen_diplomat.web.languages import language
from citizen_diplomat.web.public.city_sections import Place, section
from citizen_diplomat.web.relation_words import agreement, day_of, kind_word, note_of
from citizen_diplomat.web.services import services
from citizen_diplomat.web.signin import request_time

PROPOSALS_SHOWN = 5
NEEDS_SHOWN = 4
CALLS_SHOWN = 3
EVENTS_SHOWN = 3
NEWS_SHOWN = 3
WAITING = (State.SUBMITTED, State.IN_REVIEW, State.CHANGES_REQUESTED, State.APPEALED)
NOT_TAKEN_UP = (State.DECLINED, State.DUPLICATE)


@section(
    "public/cities/proposals.html", Place.MAIN, 10, "accepted", lazy_gettext("Accepted proposals")
)
def proposals(city: City) -> dict[str, Any]:
    """The newest accepted proposals."""
    return {"proposals": published(db(), city=city.slug, limit=PROPOSALS_SHOWN)}


@section("public/cities/needs.html", Place.MAIN, 20, "needs", lazy_gettext("What is needed"))
def needs(city: City) -> dict[str, Any] | None:
    """What help the office and accepted proposals look for."""
    asked = requests_of_city(db(), city.slug, limit=NEEDS_SHOWN)
    seeking = seeking_help(db(), city.slug, limit=NEEDS_SHOWN)
    if not asked and not seeking:
        return None
    titles = {row.id: title_for(row, language()) for row in asked}
    return {"asked": asked, "titles": titles, "seeking": seeking}


@section("public/cities/calls.html", Place.MAIN, 30, "calls", lazy_gettext("Calls"))
def calls(city: City) -> dict[str, Any] | None:
    """What this city is asked, or was."""
    found = of_city(db(), city.slug, limit=CALLS_SHOWN)
    return {"calls": found, "at": request_time()} if found else None


@section("public/cities/events.html", Place.MAIN, 40, "events", lazy_gettext("Events"))
def events(city: City) -> dict[str, Any] | None:
    """Meetings and festivals to come."""
    found = upcoming_in(db(), city.slug, request_time(), EVENTS_SHOWN)
    return {"events": found, "at": request_time()} if found else None


@section("public/cities/news.html", Place.MAIN, 50, "news", lazy_gettext("News"))
def news(city: City) -> dict[str, Any] | None:
    """The newest that names the city."""
    found = newest_in(db(), city.slug, request_time(), NEWS_SHOWN)
    return {"news": found} if found else None


@section("public/cities/road.html", Place.MAIN, 60, "road", lazy_gettext("The road so far"))
def road(city: City) -> dict[str, Any] | None:
    """Every event of the relation, the latest first."""
    rows = list(reversed(events_of(db(), city.slug)))
    if not rows:
        return None
    today = request_time().astimezone(services().settings.timezone).date()
    return {
        "events": rows,
        "coming": {event.id for event in rows if event.day > today},
        "kind_word": kind_word,
        "note_of": note_of,
        "day_of": day_of,
    }


@section("public/cities/relation.html", Place.SIDE, 10, "relation")
def relation(city: City) -> dict[str, Any]:
    """Where the relation stands, on what, and which desk answers for it."""
    is_home = city.status == CityStatus.HOME
    return {
        "agreement": agreement(city),
        "difference": None if is_home else difference(city),
        "desks": desks_of_city(db(), city.slug)[:1],
    }


@section("public/cities/figures.html", Place.SIDE, 30, "figures", lazy_gettext("In figures"))
def figures(city: City) -> dict[str, Any]:
    """Members, skills and proposals by state, none of them so few that somebody could be found.

    There is no total: less what is told of it, it would tell what is not.
    """
    counts = counts_of_city(db(), city.slug)
    return {
        "members": shown_count(city.member_count),
        "skills": skills_in_city(db(), city.slug),
        "waiting": shown_count(sum(counts[state] for state in WAITING)),
        # Everybody reads each of these, and can count them.
        "accepted": counts[State.ACCEPTED],
        "declined": shown_count(sum(counts[state] for state in NOT_TAKEN_UP)),
    }


@section("public/cities/contacts.html", Place.SIDE, 40, "contacts", lazy_gettext("Contacts there"))
def contacts(city: City) -> dict[str, Any] | None:
    """Whom everybody may turn to there."""
    found = contacts_of(db(), city.slug, public_only=True)
    return {"contacts": found} if found else None


@section("public/cities/names.html", Place.SIDE, 50, "names")
def names(_city: City) -> dict[str, Any]:
    """Its names in all its languages."""
    return {}
