"""The home page."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import render_template

from citizen_diplomat.calls import queries as calls
from citizen_diplomat.cities.model import City
from citizen_diplomat.cities.queries import register
from citizen_diplomat.cities.rules import ACTIVE, CityStatus, shown_count
from citizen_diplomat.events import queries as events
from citizen_diplomat.news import queries as news
from citizen_diplomat.proposals import queries
from citizen_diplomat.proposals.answering import counts_of
from citizen_diplomat.proposals.rules import State
from citizen_diplomat.web.database import db
from citizen_diplomat.web.public.blueprint import public
from citizen_diplomat.web.reference import city_name
from citizen_diplomat.web.signin import request_time
from citizen_diplomat.web.world_map import world_map

NEWEST_SHOWN = 4
CALLS_SHOWN = 3
EVENTS_SHOWN = 3
NEWS_SHOWN = 3
NEVER_RECEIVED = frozenset({State.DRAFT})
ANSWERED = frozenset({State.ACCEPTED, State.CHANGES_REQUESTED, State.DECLINED, State.DUPLICATE})


@dataclass(frozen=True)
class Bay:
    """A city as one bay of the arcade: glazed when active; `members` is None for a few."""

    slug: str
    name: str
    status: str
    members: int | None


@dataclass(frozen=True)
class Figures:
    """How many proposals there have been, and how far they got."""

    received: int
    answered: int
    accepted: int


@public.get("/")
def home() -> str:
    """Show what the platform is for, its cities and what was newly accepted."""
    at = request_time()
    asked = calls.open_now(db(), at=at, limit=CALLS_SHOWN)
    cities = [city for city in register(db()) if city.status != CityStatus.HOME]
    return render_template(
        "public/home/home.html",
        world_map=world_map,
        cities=[bay(city) for city in cities],
        calls=asked,
        counts=counts_of(db(), [call.number for call in asked if not call.hides_count]),
        events=events.upcoming(db(), at, limit=EVENTS_SHOWN).items,
        news=news.newest(db(), at, limit=NEWS_SHOWN).items,
        at=at,
        accepted=queries.published(db(), limit=NEWEST_SHOWN).items,
        figures=figures(queries.figures(db())),
    )


def bay(city: City) -> Bay:
    """A city as the home page shows it; small numbers of members are not told."""
    status = "active" if city.status in ACTIVE else "preparation"
    return Bay(city.slug, city_name(city.slug), status, shown_count(city.member_count))


def figures(by_state: Mapping[State, int]) -> Figures | None:
    """The figures to show, or None while nothing has been received."""
    received = sum(count for state, count in by_state.items() if state not in NEVER_RECEIVED)
    if not received:
        return None
    answered = sum(count for state, count in by_state.items() if state in ANSWERED)
    return Figures(received, answered, by_state.get(State.ACCEPTED, 0))
