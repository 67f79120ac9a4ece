"""What was just accepted, told at once to those who asked for that; the digest tells all others.

Each member hears once of one proposal: because they follow it, its city or its topic, or else
because it is for their city. The key of the mail makes it once, however often we begin anew.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, exists, false, or_, select
from sqlalchemy.orm import Session, selectinload

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.accounts.sanctions import may_come_in
from citizen_diplomat.cities.model import City, Topic
from citizen_diplomat.community.model import Follow
from citizen_diplomat.community.rules import FollowKind
from citizen_diplomat.digests import queries
from citizen_diplomat.digests.actions import UNSUBSCRIBE
from citizen_diplomat.digests.editions import name_of
from citizen_diplomat.digests.links import Links
from citizen_diplomat.digests.messages import Published, PublishedFollowed, PublishedInCity
from citizen_diplomat.digests.model import SubscriptionCity
from citizen_diplomat.digests.news import DigestNews
from citizen_diplomat.digests.rules import News
from citizen_diplomat.directory.model import Profile
from citizen_diplomat.foundation.tokens import Signer
from citizen_diplomat.mail import outbox
from citizen_diplomat.mail.model import OutboxMessage
from citizen_diplomat.mail.preference_rules import Channel, Kind
from citizen_diplomat.mail.preferences import wants
from citizen_diplomat.mail.rules import KeptBack
from citizen_diplomat.proposals.model import Proposal
from citizen_diplomat.proposals.publicity import everybody_reads
from citizen_diplomat.proposals.writers import writers

OLDEST = timedelta(days=7)
"""What was accepted longer ago is not told at once any more: the worker was away too long."""
TOGETHER = 200
"""Members of one transaction; on SQLite everybody else waits for it."""
LETTERS: dict[Kind, type[Published]] = {
    Kind.FOLLOWED: PublishedFollowed,
    Kind.CITY: PublishedInCity,
}
"""The reason that is told, the first that fits before the other."""


def untold(session: Session, *, at: datetime) -> Sequence[Proposal]:
    """The proposals that members have yet to be told of at once, oldest first, cities loaded."""
    return session.scalars(
        select(Proposal)
        .join(
            DigestNews,
            and_(DigestNews.kind == News.PROPOSAL, DigestNews.subject_id == Proposal.number),
        )
        .where(DigestNews.told_at.is_(None), DigestNews.moment > at - OLDEST, everybody_reads())
        .order_by(DigestNews.id)
        .limit(TOGETHER)
        .options(selectinload(Proposal.cities))
    ).all()


def hearing(
    session: Session, proposal: Proposal, kind: Kind, *, after: int, at: datetime
) -> Sequence[Account]:
    """Up to `TOGETHER` members who asked to hear of it at once for this reason, by number."""
    authors = [account.id for account in writers(session, proposal.number)]
    wanted = or_(wants(Account.id, kind, Channel.AT_ONCE), wants(Account.id, kind, Channel.INBOX))
    return session.scalars(
        select(Account)
        .where(
            Account.id > after,
            Account.id.not_in(authors),
            may_come_in(at=at),
            wanted,
            _follows(proposal) if kind is Kind.FOLLOWED else _is_near(proposal),
        )
        .order_by(Account.id)
        .limit(TOGETHER)
    ).all()


def tell(
    session: Session,
    proposal: Proposal,
    kind: Kind,
    people: Sequence[Account],
    *,
    links: Links,
    signer: Signer,
    at: datetime,
) -> int:
    """Post one letter to each who was not told yet; returns to how many."""
    slugs = proposal.city_slugs
    cities = {city.slug: city for city in session.scalars(select(City).where(City.slug.in_(slugs)))}
    topic = session.get(Topic, proposal.topic_slug) if proposal.topic_slug else None
    told = 0
    for person in people:
        language = person.language
        letter = LETTERS[kind](
            number=proposal.number,
            title=proposal.title,
            summary=proposal.summary,
            city_names=[name_of(cities[slug], language) for slug in slugs],
            topic_name=name_of(topic, language) if topic else "",
            because=kind.value,
            link=links.proposal(language, proposal.number),
            preferences_link=links.preferences(language),
        )
        told += outbox.post(
            session,
            letter,
            person.recipient,
            key=f"published:{proposal.number}:{person.id}",
            at=at,
            unsubscribe_token=signer.sign(UNSUBSCRIBE, [person.id, kind.value]),
        )
    return told


def hidden(session: Session, rows: Sequence[OutboxMessage], _at: datetime) -> dict[int, KeptBack]:
    """Which of these mails tell of a proposal that not everybody reads any more.

    They hold its title and summary; between posting and leaving, mail to many may be stopped long.
    """
    told = {row.id: row.values["number"] for row in rows if row.name == Published.name}
    read = queries.still_read(session, set(told.values())) if told else frozenset()
    return {row: KeptBack.WITHDRAWN for row, number in told.items() if number not in read}


def _follows(proposal: Proposal) -> ColumnElement[bool]:
    subjects = [
        (FollowKind.PROPOSAL, [str(proposal.number)]),
        (FollowKind.CITY, proposal.city_slugs),
    ]
    if proposal.topic_slug:
        subjects.append((FollowKind.TOPIC, [proposal.topic_slug]))
    fits = or_(*(and_(Follow.kind == kind, Follow.subject.in_(names)) for kind, names in subjects))
    return exists().where(Follow.account_id == Account.id, fits)


def _is_near(proposal: Proposal) -> ColumnElement[bool]:
    """Whether it is for the city in which a member lives, or for one that they chose."""
    if not proposal.city_slugs:
        return false()
    lives_there = exists().where(
        Profile.account_id == Account.id, Profile.city_slug.in_(proposal.city_slugs)
    )
    chose_it = exists().where(
        SubscriptionCity.account_id == Account.id,
        SubscriptionCity.city_slug.in_(proposal.city_slugs),
    )
    return or_(lives_there, chose_it)
