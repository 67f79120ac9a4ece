"""An edition: what happened in one period, gathered once for all who hear of it that morning."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.accounts.rules import Duty, may
from citizen_diplomat.cities.model import City, Topic
from citizen_diplomat.digests import queries
from citizen_diplomat.digests.messages import Digest
from citizen_diplomat.digests.model import Subscription
from citizen_diplomat.digests.queries import Answer
from citizen_diplomat.digests.rules import Frequency, Period, newest_period, next_period
from citizen_diplomat.moderation.rules import STEP, Outcome
from citizen_diplomat.proposals.model import Proposal
from citizen_diplomat.proposals.rules import MOVES

MOST_ACCEPTED = 10
MOST_ANSWERS = 8
"""Both keep the letter under 40 kB; more accepted proposals are counted and linked."""
STATE_AFTER = {
    outcome: next(move.target for move in MOVES if move.step == step)
    for outcome, step in STEP.items()
}


class Links(Protocol):
    """Full addresses of pages in a reader's language."""

    def proposal(self, language: str, number: int) -> str:
        """The public page of a proposal."""
        ...

    def own(self, language: str, number: int) -> str:
        """The author's page of a proposal."""
        ...

    def proposals(self, language: str) -> str:
        """The public list."""
        ...

    def queue(self, language: str) -> str:
        """The queue at the desk."""
        ...

    def preferences(self, language: str) -> str:
        """Where a member chooses when and what."""
        ...


@dataclass(frozen=True)
class Edition:
    """The news of one period for one frequency and time zone."""

    frequency: Frequency
    period: Period
    start: datetime
    end: datetime
    accepted: list[Proposal]
    cities: Mapping[str, City]
    topics: Mapping[str, Topic]


def gather(
    session: Session,
    frequency: Frequency,
    period: Period,
    *,
    zone: ZoneInfo,
    until: datetime | None = None,
) -> Edition:
    """Make an edition; `until` ends it before its period does, for a preview."""
    start, end = period.moments(zone)
    end = min(end, until) if until else end
    return Edition(
        frequency=frequency,
        period=period,
        start=start,
        end=end,
        accepted=queries.accepted_between(session, start, end),
        cities={city.slug: city for city in session.scalars(select(City))},
        topics={topic.slug: topic for topic in session.scalars(select(Topic))},
    )


def digest_for(
    session: Session,
    edition: Edition,
    subscription: Subscription,
    answers: Collection[Answer],
    *,
    links: Links,
    at: datetime,
) -> Digest | None:
    """What an edition says to one member, or None when it has nothing for them.

    The subscription, its account and roles must have been loaded.
    """
    account = subscription.account
    since = max(edition.start, subscription.since)
    accepted = _accepted_for(edition, subscription, since)
    digest = Digest(
        frequency=edition.frequency,
        period_start=edition.period.start.isoformat(),
        period_end=edition.period.end.isoformat(),
        accepted=[_told(edition, one, account.language, links) for one in accepted[:MOST_ACCEPTED]],
        more=max(len(accepted) - MOST_ACCEPTED, 0),
        more_link=links.proposals(account.language),
        answers=[_answered(one, account, links) for one in answers if one.at >= since][
            -MOST_ANSWERS:
        ],
        queue=_queue(session, account, links, at),
        preferences_link=links.preferences(account.language),
    )
    return digest if digest.item_count else None


def preview(
    session: Session, subscription: Subscription, *, links: Links, at: datetime
) -> Digest | None:
    """The next digest of a member as it would be sent, or None when there is nothing to tell.

    That is the one of the period that ended last if it was not made yet, else what the running
    period holds so far. The subscription must have been loaded with its account and roles.
    """
    frequency = Frequency(subscription.frequency)
    zone = ZoneInfo(subscription.account.time_zone)
    period = newest_period(frequency, zone=zone, at=at)
    if period is None:
        return None
    told = subscription.since >= period.moments(zone)[1]
    if told or queries.is_issued(session, subscription, period.start):
        period = next_period(frequency, period)
    edition = gather(session, frequency, period, zone=zone, until=at)
    answers = queries.answers_between(
        session, [subscription.account_id], edition.start, edition.end
    )
    own = answers.get(subscription.account_id, [])
    return digest_for(session, edition, subscription, own, links=links, at=at)


def _accepted_for(edition: Edition, subscription: Subscription, since: datetime) -> list[Proposal]:
    cities = {row.city_slug for row in subscription.cities}
    topics = {row.topic_slug for row in subscription.topics}
    return [
        proposal
        for proposal in edition.accepted
        if proposal.published_at is not None
        and proposal.published_at >= since
        # Of their own they read under the answers.
        and proposal.author_id != subscription.account_id
        and (not cities or not cities.isdisjoint(proposal.city_slugs))
        and (not topics or proposal.topic_slug in topics)
    ]


def _told(edition: Edition, proposal: Proposal, language: str, links: Links) -> dict[str, Any]:
    return {
        "title": proposal.title,
        "summary": proposal.summary,
        "link": links.proposal(language, proposal.number),
        "city_names": [_name(edition.cities[slug], language) for slug in proposal.city_slugs],
        "topic_name": _name(edition.topics[proposal.topic_slug or ""], language),
    }


def _answered(answer: Answer, account: Account, links: Links) -> dict[str, Any]:
    return {
        "title": answer.title,
        "state": STATE_AFTER[Outcome(answer.outcome)].value,
        "link": links.own(account.language, answer.number),
    }


def _queue(session: Session, account: Account, links: Links, at: datetime) -> dict[str, Any] | None:
    if not may(account.roles, Duty.REVIEW):
        return None
    work = queries.open_work(session, account.id)
    if not work.count or work.oldest_at is None:
        return None
    return {
        "open": work.count,
        "oldest_days": max((at - work.oldest_at).days, 0),
        "link": links.queue(account.language),
    }


def _name(thing: City | Topic, language: str) -> str:
    return thing.name_fa if language == "fa" else thing.name_en
