"""News, for everyone: the list, the page of each with what it said before, and the feed."""

from dataclasses import dataclass
from datetime import UTC, datetime

from flask import Response, abort, render_template, request
from flask_babel import gettext

from citizen_diplomat.foundation import atom
from citizen_diplomat.foundation.paging import Cursor
from citizen_diplomat.news import queries
from citizen_diplomat.news.model import News, Words
from citizen_diplomat.news.rules import Stage
from citizen_diplomat.proposals.queries import public_many
from citizen_diplomat.translation.rules import SubjectKind
from citizen_diplomat.web.comparing import asked_pair
from citizen_diplomat.web.database import db
from citizen_diplomat.web.discussion import news_talk
from citizen_diplomat.web.languages import language
from citizen_diplomat.web.links import absolute
from citizen_diplomat.web.news_words import compared_words, news_entry, told
from citizen_diplomat.web.pages import found, query_choice, query_text
from citizen_diplomat.web.public.blueprint import public
from citizen_diplomat.web.reference import city_choices, city_name, reference, topic_choices
from citizen_diplomat.web.services import services
from citizen_diplomat.web.signin import request_time
from citizen_diplomat.web.translation_sources import ORIGINAL
from citizen_diplomat.web.translation_words import readings_of

BEFORE_ALL = datetime(2026, 1, 1, tzinfo=UTC)
"""When a feed changed in which nothing ever stood."""


@dataclass(frozen=True)
class Version:
    """One wording that everybody could read, since when."""

    revision: int
    words: Words
    since: datetime


@public.get("/news")
def news_list() -> str:
    """List the news, the newest first; of one city or topic, or with words, if so asked."""
    q = query_text("q")
    city = query_choice("city", set(reference().cities))
    topic = query_choice("topic", set(reference().topics))
    after = Cursor.decode(request.args.get("after"), datetime)
    at = request_time()
    return render_template(
        "public/news/list.html",
        news=queries.newest(db(), at, city=city, topic=topic, q=q, after=after),
        filters={k: v for k, v in (("city", city), ("topic", topic), ("q", q)) if v},
        cities=city_choices(),
        topics=topic_choices(),
    )


@public.get("/news/<number:number>")
def news(number: int) -> str:
    """Show a piece of news; of one that was withdrawn, that it was."""
    row, at = found(queries.public_one(db(), number, request_time())), request_time()
    if row.stage(at) is Stage.WITHDRAWN:
        return render_template("public/news/withdrawn.html", news=row)
    return render_template(
        "public/news/news.html",
        news=row,
        told=told(row),
        readings=readings_of(SubjectKind.NEWS, str(number), ORIGINAL),
        related=public_many(db(), row.proposal_numbers) if row.proposal_numbers else (),
        **news_talk(row),
    )


@public.get("/news/<number:number>/versions")
def news_versions(number: int) -> str:
    """Show what a piece of news said before its corrections, two wordings side by side."""
    at = request_time()
    row = found(queries.public_one(db(), number, at))
    if row.stage(at) is Stage.WITHDRAWN:
        abort(404)
    versions = versions_of(row)
    first, second = asked_pair(versions)
    return render_template(
        "public/news/versions.html",
        news=row,
        versions=versions,
        first=first,
        second=second,
        comparison=compared_words(first.words, second.words),
    )


@public.get("/news.atom")
def news_feed() -> Response:
    """The newest news as Atom, in the language of the address; of one city if so asked."""
    city = query_choice("city", set(reference().cities))
    rows = queries.newest(db(), request_time(), city=city).items
    return Response(atom.write(_feed(list(rows), city)), content_type=atom.CONTENT_TYPE)


def versions_of(row: News) -> list[Version]:
    """All wordings of a public piece of news, today's last."""
    earlier = [
        Version(kept.revision, kept.words, kept.written_at)
        for kept in queries.earlier_words(db(), row.number)
    ]
    since = row.corrected_at or row.published_at
    assert since is not None, "it is public"
    return [*earlier, Version(len(earlier) + 1, row.words, since)]


def _feed(rows: list[News], city: str | None) -> atom.Feed:
    of_city = {"city": city} if city else {}
    name = gettext("News of Citizen Diplomat")
    return atom.Feed(
        key=f"{_origin()}/{language()}/news/{city or ''}",
        title=f"{name}: {city_name(city)}" if city else name,
        subtitle=gettext("What the International Relations Office of Isfahan tells everybody."),
        author=gettext("International Relations Office"),
        link=absolute(language(), "public.news_list", **of_city),
        address=absolute(language(), "public.news_feed", **of_city),
        updated=BEFORE_ALL,
        language=language(),
        entries=[news_entry(row) for row in rows],
    )


def _origin() -> str:
    return services().settings.base_url
