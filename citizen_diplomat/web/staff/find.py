"""The command palette: items, members, cities and pages by name or number, each a link.

A script opens it over any page of staff (Ctrl+K); without one it is a page of its own. Who may not
read the directory finds no members there, and who does not review finds no items.
"""

from collections.abc import Callable
from dataclasses import dataclass

from flask import make_response, render_template, request
from flask_babel import LazyString, gettext, lazy_gettext
from werkzeug.wrappers import Response

from citizen_diplomat.accounts.rules import Duty
from citizen_diplomat.cities.model import City
from citizen_diplomat.directory.naming import named
from citizen_diplomat.foundation.folding import fold, search_words
from citizen_diplomat.foundation.numbers import format_identifier
from citizen_diplomat.moderation.finding import named_items
from citizen_diplomat.moderation.model import QueueItem
from citizen_diplomat.moderation.rules import ItemKind
from citizen_diplomat.web.database import db
from citizen_diplomat.web.filters import page_url
from citizen_diplomat.web.languages import language
from citizen_diplomat.web.pages import query_text
from citizen_diplomat.web.reference import city_name, country_name, reference
from citizen_diplomat.web.signin import account, holds, signed_in
from citizen_diplomat.web.staff.blueprint import staff
from citizen_diplomat.web.staff.find_pages import pages_named
from citizen_diplomat.web.staff.queue import KINDS
from citizen_diplomat.web.throttle import limiter

SHOWN = 4
"""Results of each kind: a palette is read at a glance."""
PER_READER = "90 per minute; 1500 per hour"
"""A script asks after a pause in typing."""


@dataclass(frozen=True)
class Found:
    """One result: a link with what it is."""

    url: str
    icon: str
    title: str
    about: str = ""
    language: str | None = None
    """Of the title, where it is not the reader's."""


Finder = Callable[[str], list[Found]]


@staff.page("/find", duty=Duty.ENTER)
@limiter.limit(PER_READER, key_func=lambda: f"find:{getattr(account(), 'id', 0)}")
def find() -> Response:
    """Show what `q` names, by kind; `part=list` is for the script: the results alone."""
    q = query_text("q")
    finders = FINDERS if search_words(q) else FINDERS[-1:]
    groups = [(heading, find(q)) for duty, heading, find in finders if holds(duty)]
    groups = [(heading, results) for heading, results in groups if results]
    page = render_template(
        "staff/find/find.html",
        q=q,
        groups=groups,
        total=sum(len(results) for _, results in groups),
        is_part=request.args.get("part") == "list",
    )
    answer = make_response(page)
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer


def _items(q: str) -> list[Found]:
    return [_item(item) for item in named_items(db(), q, viewer=signed_in().id, limit=SHOWN)]


def _item(item: QueueItem) -> Found:
    kind = str(KINDS[ItemKind(item.kind)])
    parts = [kind]
    if item.proposal_number:
        parts.append(str(gettext("no. %(number)s", number=_digits(item.proposal_number))))
    if item.closed_at is not None:
        parts.append(str(gettext("does not wait any more")))
    url = page_url("staff.item", item=item.id)
    return Found(url, "inbox", item.title or kind, " · ".join(parts), item.language)


def _members(q: str) -> list[Found]:
    """By name alone, and only what the directory shows staff: no address."""
    return [
        Found(
            page_url("staff.person", number=one.account_id),
            "person",
            one.name,
            " · ".join(word for word in (one.latin_name, city_name(one.city_slug)) if word),
        )
        for one in named(db(), q, limit=SHOWN)
    ]


def _cities(q: str) -> list[Found]:
    """Each city twice for who reviews: what waits from there, and its public page."""
    words = search_words(q)
    found = [city for city in reference().cities.values() if _is_named(city, words)]
    return [one for city in found[: SHOWN // 2] for one in _city(city)]


def _city(city: City) -> list[Found]:
    name = city_name(city.slug)
    page = Found(
        page_url("public.city", slug=city.slug), "geo-alt", name, country_name(city.country)
    )
    if not holds(Duty.REVIEW):
        return [page]
    queue = page_url("staff.queue", city=city.slug)
    return [Found(queue, "inboxes", str(gettext("Queue of %(city)s", city=name))), page]


def _is_named(city: City, words: list[str]) -> bool:
    local = " ".join(one["name"] for one in city.names_local)
    names = fold(f"{city.name_fa} {city.name_en} {local} {city.slug}")
    return all(word in names for word in words)


def _pages(q: str) -> list[Found]:
    limit = SHOWN if search_words(q) else 3 * SHOWN
    return [
        Found(page_url(page.endpoint), page.icon, str(page.name), str(page.purpose or ""))
        for page in pages_named(q, limit=limit)
    ]


def _digits(number: int) -> str:
    return format_identifier(number, language())


FINDERS: tuple[tuple[Duty, LazyString, Finder], ...] = (
    (Duty.REVIEW, lazy_gettext("At the desk"), _items),
    (Duty.DIRECTORY, lazy_gettext("Members"), _members),
    (Duty.ENTER, lazy_gettext("Cities"), _cities),
    (Duty.ENTER, lazy_gettext("Pages"), _pages),
)
"""Who is shown which kind, in the order shown; without any words, the last alone."""
