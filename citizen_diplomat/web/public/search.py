"""One box over everything public: cities, calls, proposals; a number leads to its proposal."""

from dataclasses import dataclass

from flask import render_template
from werkzeug.wrappers import Response

from citizen_diplomat.foundation.folding import search_words
from citizen_diplomat.foundation.marking import Marked, excerpt, holds, marked
from citizen_diplomat.foundation.text import latin_digits
from citizen_diplomat.proposals.queries import public_many
from citizen_diplomat.proposals.references import read_reference
from citizen_diplomat.web.database import db
from citizen_diplomat.web.pages import query_text, see_other
from citizen_diplomat.web.public.blueprint import public
from citizen_diplomat.web.public.search_sources import SHOWN, SOURCES, Hit, Source
from citizen_diplomat.web.reference import topic_choices

EXCERPT_LENGTH = 200


@dataclass(frozen=True)
class Group:
    """What one source found, and whether its own list has more."""

    source: Source
    hits: tuple[Hit, ...]
    has_more: bool


@public.get("/search")
def search() -> str | Response:
    """Show what holds the words of `q`, by kind; the number of a public proposal leads to it."""
    q = query_text("q")
    named = read_reference(latin_digits(q))
    if named is not None and public_many(db(), [named]):
        return see_other("public.proposal", number=named)
    is_asked = bool(search_words(q))
    groups = [_group(source, q) for source in SOURCES] if is_asked else []
    return render_template(
        "public/search/search.html",
        q=q,
        is_asked=is_asked,
        is_reference=named is not None,
        groups=[group for group in groups if group.hits],
        sources=SOURCES,
        topics=topic_choices,
        marked=lambda text: marked(text, q),
        shown_of=lambda hit: _excerpt(hit, q),
    )


def _group(source: Source, q: str) -> Group:
    found = source.find(db(), q, SHOWN + 1)
    return Group(source, tuple(found[:SHOWN]), len(found) > SHOWN)


def _excerpt(hit: Hit, q: str) -> list[Marked]:
    text = next((one for one in hit.texts if holds(one, q)), hit.texts[0] if hit.texts else "")
    return excerpt(text, q, EXCERPT_LENGTH)
