"""Reading news: what everybody reads at a moment, what it said before, and all of it for the desk.

What is scheduled is in no answer before its moment, whoever asks, except the answers for the desk.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import cast

from sqlalchemy import ColumnElement, Select, and_, select
from sqlalchemy.orm import InstrumentedAttribute, Session, joinedload

from citizen_diplomat.foundation.documents import holds
from citizen_diplomat.foundation.paging import Cursor, Page, beyond, by_number, page
from citizen_diplomat.foundation.search import matches
from citizen_diplomat.news.model import News, NewsVersion

PAGE_LENGTH = 20


def public_one(session: Session, number: int, at: datetime) -> News | None:
    """A piece of news whose moment has come, withdrawn or not; None for any other."""
    return session.scalar(select(News).where(News.number == number, News.published_at <= at))


def public_many(session: Session, numbers: Collection[int], at: datetime) -> Sequence[News]:
    """Those of some that everybody reads now, in the order of their numbers."""
    if not numbers:
        return ()
    wanted = select(News).where(News.number.in_(sorted(numbers)), everybody_reads(at))
    return session.scalars(wanted.order_by(News.number)).all()


def newest(
    session: Session,
    at: datetime,
    *,
    city: str | None = None,
    topic: str | None = None,
    q: str = "",
    limit: int = PAGE_LENGTH,
    after: Cursor[datetime] | None = None,
) -> Page[News]:
    """What everybody reads at a moment, the newest first; of one city, topic, words if so asked."""
    wanted = _newest_first(at).where(matches(News.search_text, q)).limit(limit + 1)
    if city:
        wanted = wanted.where(holds(News.city_slugs, city))
    if topic:
        wanted = wanted.where(holds(News.topic_slugs, topic))
    if after is not None:
        wanted = wanted.where(beyond(_published_at(), News.number, after, descending=True))
    rows = session.scalars(wanted).all()
    return page(rows, limit, lambda row: (row.published_at, row.number), after=after)


def newest_in(session: Session, city_slug: str, at: datetime, limit: int) -> Sequence[News]:
    """The newest that name a city, for its page."""
    return newest(session, at, city=city_slug, limit=limit).items


def published_between(session: Session, start: datetime, end: datetime) -> Sequence[News]:
    """What became public from `start` on and before `end`, the newest first.

    Asked when `end` has passed, it leaves out what was withdrawn since.
    """
    wanted = _newest_first(end).where(News.published_at >= start, News.published_at < end)
    return session.scalars(wanted).all()


def all_news(
    session: Session, *, after: Cursor[int] | None = None, limit: int = PAGE_LENGTH
) -> Page[News]:
    """Every piece of news, for its coordinators, the newest first."""
    return by_number(session, News, after=after, limit=limit)


def find(session: Session, number: int, *, to_change: bool = False) -> News | None:
    """One piece of news; with `to_change` it is locked until the transaction ends."""
    return session.get(News, number, with_for_update=to_change or None)


def earlier_words(session: Session, number: int) -> Sequence[NewsVersion]:
    """What a piece of news said before each correction, the first words first, with who wrote."""
    return session.scalars(
        select(NewsVersion)
        .where(NewsVersion.news_number == number)
        .options(joinedload(NewsVersion.writer))
        .order_by(NewsVersion.revision)
    ).all()


def _newest_first(at: datetime) -> Select[News]:
    return (
        select(News)
        .where(everybody_reads(at))
        .order_by(News.published_at.desc(), News.number.desc())
    )


def everybody_reads(at: datetime) -> ColumnElement[bool]:
    """News whose moment has come and that was not withdrawn."""
    return and_(News.published_at <= at, News.withdrawn_at.is_(None))


def _published_at() -> "InstrumentedAttribute[datetime]":
    # What is listed has one.
    return cast("InstrumentedAttribute[datetime]", News.published_at)
