"""The register of cities and the page of each."""

from collections.abc import Sequence

from flask import Response, render_template

from citizen_diplomat.cities import queries
from citizen_diplomat.cities.model import City
from citizen_diplomat.cities.rules import CityStatus, shown_count
from citizen_diplomat.community.rules import FollowKind
from citizen_diplomat.foundation import atom
from citizen_diplomat.foundation.folding import fold, sort_key
from citizen_diplomat.web.city_clock import clock, difference, kilometres
from citizen_diplomat.web.city_feed import feed_of
from citizen_diplomat.web.database import db
from citizen_diplomat.web.discussion import is_followed
from citizen_diplomat.web.pages import found, query_text
from citizen_diplomat.web.public.blueprint import public
from citizen_diplomat.web.public.city_map import city_map
from citizen_diplomat.web.public.city_sections import sections_of
from citizen_diplomat.web.reference import city_name, country_name, reference
from citizen_diplomat.web.relation_words import agreement, since


@public.get("/cities")
def cities() -> str:
    """List all cities in the reader's alphabetical order, or those that match a search."""
    text = query_text("q")
    return render_template(
        "public/cities/cities.html",
        cities=sorted(
            _searched(text), key=lambda city: (sort_key(city_name(city.slug)), city.slug)
        ),
        text=text,
        agreement=agreement,
        clock=clock,
        difference=difference,
        shown_count=shown_count,
    )


@public.get("/cities/<slug>")
def city(slug: str) -> str:
    """Show one city: where it lies, and the sections of all who know something of it."""
    one = _found(slug)
    home = _home()
    return render_template(
        "public/cities/city.html",
        city=one,
        is_followed=is_followed(FollowKind.CITY, slug),
        sections=sections_of(one),
        since=since(one),
        map=city_map(one, home) if home else None,
        clock=clock,
        kilometres=kilometres(one, home),
        home=home,
    )


@public.get("/cities/<slug>/feed.atom")
def city_feed(slug: str) -> Response:
    """What is new of one city, the newest first, as Atom; kept and shared as the page is."""
    feed = feed_of(db(), _found(slug))
    return Response(atom.write(feed), content_type=atom.CONTENT_TYPE)


def _found(slug: str) -> City:
    # A slug with a NUL in it must not reach the database.
    return found(queries.find(db(), slug) if slug in reference().cities else None)


def _searched(text: str) -> Sequence[City]:
    """Cities by any of their names, or by the name of their country in the reader's language."""
    named = queries.register(db(), text)
    words = fold(text)
    if not words:
        return named
    slugs = {city.slug for city in named}
    return [
        city
        for city in queries.register(db())
        if city.slug in slugs or words in fold(country_name(city.country))
    ]


def _home() -> City | None:
    cities = reference().cities.values()
    return next((city for city in cities if city.status == CityStatus.HOME), None)
