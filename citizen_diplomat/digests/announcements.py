"""Notices of the office, told at once to those who asked for that; the digest tells all others.

The key of the mail makes it once for each member, however often we begin anew.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import (
    ColumnElement,
    SQLColumnExpression,
    and_,
    exists,
    false,
    or_,
    select,
    true,
    tuple_,
)
from sqlalchemy.orm import Session

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.accounts.sanctions import may_come_in
from citizen_diplomat.cities.model import City
from citizen_diplomat.community.model import Follow
from citizen_diplomat.community.rules import FollowKind
from citizen_diplomat.digests import notices
from citizen_diplomat.digests.actions import UNSUBSCRIBE
from citizen_diplomat.digests.editions import name_of
from citizen_diplomat.digests.links import Links
from citizen_diplomat.digests.messages import Announced, CallAnnounced, EventAnnounced
from citizen_diplomat.digests.model import SubscriptionCity, SubscriptionTopic
from citizen_diplomat.digests.news import DigestNews
from citizen_diplomat.digests.notices import Notice
from citizen_diplomat.digests.publications import OLDEST, TOGETHER
from citizen_diplomat.digests.rules import News
from citizen_diplomat.directory.model import Profile
from citizen_diplomat.foundation.tokens import Signer
from citizen_diplomat.mail import outbox
from citizen_diplomat.mail.model import OutboxMessage
from citizen_diplomat.mail.preference_rules import Channel
from citizen_diplomat.mail.preferences import wants
from citizen_diplomat.mail.rules import KeptBack

LETTERS: Mapping[News, type[Announced]] = {
    News.CALL: CallAnnounced,
    News.EVENT: EventAnnounced,
}
"""Of all else only digest and feed tell."""


def untold(session: Session, *, at: datetime) -> list[Notice]:
    """The notices that members have yet to be told of at once, and that still hold."""
    waiting = select(DigestNews.kind, DigestNews.subject_id).where(
        DigestNews.kind.in_(list(LETTERS)),
        DigestNews.told_at.is_(None),
        DigestNews.moment > at - OLDEST,
        DigestNews.moment <= at,
    )
    numbers = {(kind, number) for kind, number in session.execute(waiting)}
    if not numbers:
        return []
    found = notices.between(session, at - OLDEST, at, at=at, only=LETTERS)
    return [one for one in found if (one.news.value, one.number) in numbers]


def hearing(session: Session, notice: Notice, *, after: int, at: datetime) -> Sequence[Account]:
    """Up to `TOGETHER` members who asked to hear of it at once, by number."""
    kind = notice.kind
    wanted = or_(wants(Account.id, kind, Channel.AT_ONCE), wants(Account.id, kind, Channel.INBOX))
    return session.scalars(
        select(Account)
        .where(Account.id > after, may_come_in(at=at), wanted, _is_met_by(notice))
        .order_by(Account.id)
        .limit(TOGETHER)
    ).all()


def tell(
    session: Session,
    notice: Notice,
    people: Sequence[Account],
    *,
    links: Links,
    signer: Signer,
    at: datetime,
) -> int:
    """Post one letter to each who was not told yet; returns to how many."""
    cities = session.scalars(select(City).where(City.slug.in_(notice.cities)).order_by(City.slug))
    named = cities.all()
    told = 0
    for person in people:
        language = person.language
        day = notice.when.astimezone(ZoneInfo(person.time_zone)).date() if notice.when else None
        letter = LETTERS[notice.news](
            news=notice.news.value,
            notice=notice.number,
            title=notice.title(language),
            day=day.isoformat() if day else "",
            city_names=[name_of(city, language) for city in named],
            link=links.notice(language, notice),
            preferences_link=links.preferences(language),
        )
        told += outbox.post(
            session,
            letter,
            person.recipient,
            key=f"announced:{notice.news.value}:{notice.number}:{person.id}",
            at=at,
            unsubscribe_token=signer.sign(UNSUBSCRIBE, [person.id, notice.kind.value]),
        )
    return told


def over(session: Session, rows: Sequence[OutboxMessage], at: datetime) -> dict[int, KeptBack]:
    """Which of these mails tell of a notice that was withdrawn, or is over."""
    told = {
        row.id: (News(row.values["news"]), row.values["notice"])
        for row in rows
        if row.name == Announced.name
    }
    holding = notices.holding(session, set(told.values()), at=at)
    return {row: KeptBack.WITHDRAWN for row, notice in told.items() if notice not in holding}


def _is_met_by(notice: Notice) -> ColumnElement[bool]:
    """`Taste.is_met_by`, asked of everybody at once."""
    lives_there = exists().where(
        Profile.account_id == Account.id, Profile.city_slug.in_(notice.cities)
    )
    if notice.only_residents:
        return lives_there
    things = [(FollowKind.CITY.value, slug) for slug in sorted(notice.cities)]
    things += [(FollowKind.TOPIC.value, slug) for slug in sorted(notice.topics)]
    follows = exists().where(
        Follow.account_id == Account.id,
        tuple_(Follow.kind, Follow.subject).in_(things) if things else false(),
    )
    chose = and_(
        _meets(SubscriptionCity.account_id, SubscriptionCity.city_slug, notice.cities),
        _meets(SubscriptionTopic.account_id, SubscriptionTopic.topic_slug, notice.topics),
    )
    return or_(lives_there, follows, chose)


def _meets(
    owner: SQLColumnExpression[int], chosen: SQLColumnExpression[str], named: frozenset[str]
) -> ColumnElement[bool]:
    if not named:
        return true()
    mine = exists().where(owner == Account.id)
    return or_(~mine, mine.where(chosen.in_(sorted(named))))
