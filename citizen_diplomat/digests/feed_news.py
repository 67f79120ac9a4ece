"""What a private feed of news holds: what lies in the inbox, and what was newly accepted.

Only the kinds that its owner wants to have in it: see `mail.preferences`.
"""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime, timedelta

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session

from citizen_diplomat.digests import notices
from citizen_diplomat.digests.messages import Digest
from citizen_diplomat.digests.model import SubscriptionCity, SubscriptionTopic
from citizen_diplomat.digests.notices import MATTERS, Notice
from citizen_diplomat.digests.rules import News
from citizen_diplomat.mail.message import Message
from citizen_diplomat.mail.model import InboxEntry
from citizen_diplomat.mail.preference_rules import Channel, Kind
from citizen_diplomat.mail.preferences import choice_of
from citizen_diplomat.proposals.model import Proposal, ProposalCity
from citizen_diplomat.proposals.publicity import everybody_reads
from citizen_diplomat.proposals.writers import is_writer

LENGTH = 50
"""Entries of the feed at most: what is older has been read, or never will be."""
OLDEST_NOTICE = timedelta(days=180)


def kinds_wanted(session: Session, account_id: int) -> frozenset[Kind]:
    """The kinds that somebody wants to have in their private feeds."""
    choice = choice_of(session, account_id)
    return frozenset(kind for kind, ways in choice.items() if Channel.FEED in ways)


def letters_of(
    session: Session, account_id: int, wanted: Collection[Kind], *, limit: int = LENGTH
) -> Sequence[InboxEntry]:
    """What lies in an inbox of these kinds, the newest first.

    Digests do not: the feed has their news one by one.
    """
    return session.scalars(
        select(InboxEntry)
        .where(
            InboxEntry.account_id == account_id,
            InboxEntry.name.not_in(sorted({*_unwanted(wanted), Digest.name})),
        )
        .order_by(InboxEntry.created_at.desc(), InboxEntry.id.desc())
        .limit(limit)
    ).all()


def accepted_for(session: Session, account_id: int, *, limit: int = LENGTH) -> Sequence[Proposal]:
    """What was accepted of the cities and topics of somebody's digest, the newest first.

    Whoever chose no city or topic has them all. Of what they write they read in their inbox.
    """
    cities = select(SubscriptionCity.city_slug).where(SubscriptionCity.account_id == account_id)
    topics = select(SubscriptionTopic.topic_slug).where(SubscriptionTopic.account_id == account_id)
    here = select(ProposalCity.proposal_number).where(ProposalCity.city_slug.in_(cities))
    return session.scalars(
        select(Proposal)
        .where(
            everybody_reads(),
            or_(~exists(cities.subquery()), Proposal.number.in_(here)),
            or_(~exists(topics.subquery()), Proposal.topic_slug.in_(topics)),
            ~is_writer(account_id),
        )
        .order_by(Proposal.published_at.desc(), Proposal.number.desc())
        .limit(limit)
    ).all()


def notices_for(
    session: Session,
    account_id: int,
    wanted: Collection[Kind],
    *,
    at: datetime,
    only: Collection[News] = tuple(News),
) -> list[Notice]:
    """What the office tells everybody now that concerns somebody, of the wanted kinds."""
    since = at - OLDEST_NOTICE
    sorts = [news for news, matter in MATTERS.items() if news in only and matter.kind in wanted]
    found = notices.between(session, since, at, at=at, unnoted=True, only=sorts)
    if not found:
        return []
    taste = notices.taste_of(session, account_id)
    return [one for one in found if taste.is_met_by(one)]


def _unwanted(wanted: Collection[Kind]) -> set[str]:
    """The names of messages whose kind is not among these; those without a kind always come."""
    return {
        one.name
        for one in _below(Message)
        if one.mail_kind is not None and one.mail_kind not in wanted
    }


def _below(message: type[Message]) -> Iterator[type[Message]]:
    for one in message.__subclasses__():
        yield one
        yield from _below(one)
