"""What the office tells everybody of: open calls, events, the life of relations, news.

Whom a notice concerns is one rule for the digest, the mail at once and the private feed.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from citizen_diplomat.calls.model import Call
from citizen_diplomat.calls.rules import Answerers
from citizen_diplomat.cities.relations import RelationEvent
from citizen_diplomat.community.model import Follow
from citizen_diplomat.community.rules import FollowKind
from citizen_diplomat.digests.model import SubscriptionCity, SubscriptionTopic
from citizen_diplomat.digests.news import SOURCES, DigestNews
from citizen_diplomat.digests.rules import News
from citizen_diplomat.directory.model import Profile
from citizen_diplomat.events.model import Event
from citizen_diplomat.mail.preference_rules import Kind
from citizen_diplomat.news.model import News as OfficeNews


@dataclass(frozen=True)
class Notice:
    """One of them, told at the moment `at`; `when` is what its reader has to know of its dates."""

    news: News
    number: int
    at: datetime
    title_fa: str
    title_en: str
    cities: frozenset[str]
    topics: frozenset[str]
    when: datetime | None
    """Until when a call can be answered; when an event begins."""
    only_residents: bool = False
    """Whether it is for nobody but those who live in its cities."""
    word: str = ""
    """Which kind of event of a relation it is; its title is then what was noted of it."""

    @property
    def kind(self) -> Kind:
        """Which choice of its reader it belongs to."""
        return MATTERS[self.news].kind

    def title(self, language: str) -> str:
        """What it is called in a language of the site."""
        return self.title_fa if language == "fa" else self.title_en


@dataclass(frozen=True)
class Taste:
    """What somebody chose for the digest, where they live, and what they follow."""

    home: str | None
    cities: frozenset[str]
    topics: frozenset[str]
    """No city, or no topic, chosen means all."""
    followed: frozenset[tuple[str, str]]
    """Kinds and subjects."""

    def is_met_by(self, notice: Notice) -> bool:
        """Whether a notice concerns them.

        What they follow, and what is for their own city, does in any case; all else by what they
        chose. What names no city is for all cities.
        """
        if notice.only_residents and self.home not in notice.cities:
            return False
        things = {(FollowKind.CITY.value, slug) for slug in notice.cities}
        things |= {(FollowKind.TOPIC.value, slug) for slug in notice.topics}
        if self.home in notice.cities or not self.followed.isdisjoint(things):
            return True
        return _meets(self.cities, notice.cities) and _meets(self.topics, notice.topics)


def between(
    session: Session,
    start: datetime,
    end: datetime,
    *,
    at: datetime,
    unnoted: bool = False,
    only: Collection[News] = tuple(News),
) -> list[Notice]:
    """The notices of a stretch that still hold at `at`, oldest first within each sort.

    `only` narrows the sorts. `unnoted` adds those that have no moment yet at the time since when
    they are news.
    """
    found = []
    for news, matter in MATTERS.items():
        if news not in only:
            continue
        source = SOURCES[news]
        noted = and_(DigestNews.kind == news, DigestNews.subject_id == source.subject)
        moment = DigestNews.moment
        told_at = func.coalesce(moment, source.came_at) if unnoted else moment
        rows = session.execute(
            select(told_at, matter.model)
            .join(DigestNews, noted, isouter=unnoted)
            .where(source.is_news(at), told_at >= start, told_at < end)
            .order_by(told_at, source.subject)
        )
        found += [matter.notice(row, moment) for moment, row in rows]
    return found


def still_hold(
    session: Session, notices: Collection[Notice], *, at: datetime
) -> frozenset[tuple[News, int]]:
    """Those of many notices that are news at `at`: neither withdrawn meanwhile nor over."""
    return holding(session, {(notice.news, notice.number) for notice in notices}, at=at)


def holding(
    session: Session, named: Collection[tuple[News, int]], *, at: datetime
) -> frozenset[tuple[News, int]]:
    """`still_hold`, of notices that are known by sort and number."""
    found = set()
    for news in MATTERS:
        numbers = [number for sort, number in named if sort is news]
        if numbers:
            source = SOURCES[news]
            wanted = select(source.subject).where(source.subject.in_(numbers), source.is_news(at))
            found |= {(news, number) for number in session.scalars(wanted)}
    return frozenset(found)


def taste_of(session: Session, account_id: int) -> Taste:
    """What concerns one member."""
    cities = select(SubscriptionCity.city_slug).where(SubscriptionCity.account_id == account_id)
    topics = select(SubscriptionTopic.topic_slug).where(SubscriptionTopic.account_id == account_id)
    follows = select(Follow.kind, Follow.subject).where(Follow.account_id == account_id)
    return Taste(
        home=session.scalar(select(Profile.city_slug).where(Profile.account_id == account_id)),
        cities=frozenset(session.scalars(cities)),
        topics=frozenset(session.scalars(topics)),
        followed=frozenset((kind, subject) for kind, subject in session.execute(follows)),
    )


def _meets(chosen: frozenset[str], named: frozenset[str]) -> bool:
    return not chosen or not named or not chosen.isdisjoint(named)


@dataclass(frozen=True)
class Matter:
    """One sort of notices: its table, whose choice it is, and how a row is told."""

    model: type[Any]
    kind: Kind
    notice: Callable[[Any, datetime], Notice]


def _bilingual(
    news: News, row: Call | Event | OfficeNews, told_at: datetime, when: datetime | None = None
) -> Notice:
    return Notice(
        news=news,
        number=row.number,
        at=told_at,
        title_fa=row.title_fa,
        title_en=row.title_en,
        cities=frozenset(row.city_slugs),
        topics=frozenset(row.topic_slugs),
        when=when,
    )


def _call(call: Call, told_at: datetime) -> Notice:
    notice = _bilingual(News.CALL, call, told_at, call.closes_at)
    return replace(notice, only_residents=call.who == Answerers.CITIES)


def _event(event: Event, told_at: datetime) -> Notice:
    return _bilingual(News.EVENT, event, told_at, event.starts_at)


def _relation(event: RelationEvent, told_at: datetime) -> Notice:
    return Notice(
        news=News.RELATION,
        number=event.id,
        at=told_at,
        title_fa=event.note_fa or event.note_en,
        title_en=event.note_en or event.note_fa,
        cities=frozenset({event.city_slug}),
        topics=frozenset(),
        when=None,
        word=event.kind,
    )


def _news(news: OfficeNews, told_at: datetime) -> Notice:
    return _bilingual(News.NEWS, news, told_at)


MATTERS: Mapping[News, Matter] = {
    News.CALL: Matter(Call, Kind.CALLS, _call),
    News.EVENT: Matter(Event, Kind.EVENTS, _event),
    News.RELATION: Matter(RelationEvent, Kind.CITY, _relation),
    News.NEWS: Matter(OfficeNews, Kind.CITY, _news),
}
"""In the order in which a digest tells them."""
