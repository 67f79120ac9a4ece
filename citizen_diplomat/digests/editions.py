"""An edition: what happened in one stretch, gathered once for all who hear of it.

Around it stands what concerns one reader alone. Why a proposal is told, and in which order, is said
by `Section`; each stands once, under the first heading that fits.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.accounts.rules import Duty, may
from citizen_diplomat.cities.model import City, Topic
from citizen_diplomat.digests import ledger, mornings, notices, queries
from citizen_diplomat.digests.links import Links
from citizen_diplomat.digests.messages import Digest
from citizen_diplomat.digests.model import Subscription
from citizen_diplomat.digests.notices import MATTERS, Notice
from citizen_diplomat.digests.queries import Answer
from citizen_diplomat.digests.readers import Item, Reader, readers
from citizen_diplomat.digests.rules import (
    Frequency,
    News,
    Period,
    Section,
    newest_period,
    next_period,
)
from citizen_diplomat.directory.model import Skill
from citizen_diplomat.mail.preference_rules import Kind
from citizen_diplomat.moderation.office import office
from citizen_diplomat.moderation.rules import STEP, Outcome
from citizen_diplomat.proposals.model import Proposal
from citizen_diplomat.proposals.rules import MOVES

MOST_ACCEPTED = 10
"""Under all headings together."""
MOST_ANSWERS = 8
MOST_NOTICES = 2
"""Of one sort; they take the room of proposals."""
MOST_BESIDE_WORK = 1
"""The same where the work of a morning stands in the digest."""
MOST_WORK = 3
"""Items of each of its lists; the letter of a morning that is no digest names more."""
MOST_DESKS = 5
"""Whose week it tells. All of these keep the letter under 40 kB: what finds no room is counted and
linked."""
STATE_AFTER = {
    outcome: next(move.target for move in MOVES if move.step == step)
    for outcome, step in STEP.items()
}


@dataclass(frozen=True)
class Edition:
    """The news of [start, end), and what things are called."""

    start: datetime
    end: datetime
    items: list[Item]
    notices: list[Notice]
    cities: Mapping[str, City]
    topics: Mapping[str, Topic]
    skills: Mapping[str, Skill]

    def only(self, numbers: Collection[int], holding: Collection[tuple[News, int]]) -> "Edition":
        """The same with no other proposals and notices than these."""
        return replace(
            self,
            items=[item for item in self.items if item.number in numbers],
            notices=[one for one in self.notices if (one.news, one.number) in holding],
        )


@dataclass(frozen=True)
class Stretch:
    """What one digest is about: its period, and the moments whose news it tells."""

    frequency: Frequency
    period: Period
    start: datetime
    end: datetime


def gather(
    session: Session, start: datetime, end: datetime, *, at: datetime, unnoted: bool = False
) -> Edition:
    """Make an edition as it is at `at`; `unnoted` as in the queries, for a preview."""
    skills = {skill.slug: skill for skill in session.scalars(select(Skill))}
    found = queries.accepted_between(session, start, end, unnoted=unnoted)
    return Edition(
        start=start,
        end=end,
        items=[_item(told_at, proposal, skills) for told_at, proposal in found],
        notices=notices.between(session, start, end, at=at, unnoted=unnoted),
        cities={city.slug: city for city in session.scalars(select(City))},
        topics={topic.slug: topic for topic in session.scalars(select(Topic))},
        skills=skills,
    )


def digest_for(
    session: Session,
    edition: Edition,
    reader: Reader,
    stretch: Stretch,
    *,
    links: Links,
    at: datetime,
) -> Digest | None:
    """What an edition says to one member, or None when it has nothing for them."""
    language = reader.account.language
    found = _by_section(edition, reader, stretch)
    queue = _queue(session, reader.account, links, at) if Kind.DUTIES in reader.kinds else None
    work = queue["work"] if queue else None
    noticed = _notices(edition, reader, stretch, links, MOST_BESIDE_WORK if work else MOST_NOTICES)
    room, told = room_beside(noticed, work), dict[Section, list[dict[str, Any]]]()
    for section in Section:
        first = found[section][: max(room, 0)]
        room -= len(found[section])
        told[section] = [_told(edition, item, section, reader, links) for item in first]
    digest = Digest(
        frequency=stretch.frequency,
        period_start=stretch.period.start.isoformat(),
        period_end=stretch.period.end.isoformat(),
        city=told[Section.CITY],
        followed=told[Section.FOLLOWED],
        skills=told[Section.SKILLS],
        accepted=told[Section.NEW],
        more=max(-room, 0),
        more_link=links.proposals(language),
        answers=_answers(reader, stretch, links),
        notices=noticed,
        queue=queue,
        preferences_link=links.preferences(language),
    )
    return digest if digest.item_count else None


def room_beside(notices: list[dict[str, Any]], work: dict[str, Any] | None = None) -> int:
    """How many proposals have room beside these notices, this work, and their headings.

    An item of the desk takes half as much as a proposal.
    """
    shown = sum(len(one["items"]) for one in notices)
    at_desk = sum(len(work[name]) for name in ("mine", "late", "week")) + 2 if work else 0
    return max(MOST_ACCEPTED - (shown + 1 if shown else 0) - (at_desk + 1) // 2, 0)


def preview(
    session: Session, subscription: Subscription, *, links: Links, at: datetime
) -> Digest | None:
    """The next digest of a member as it would be sent, or None when there is nothing to tell.

    That is the one of the period that ended last if it was not made yet, else what the running
    period holds so far. The subscription must have been loaded with its account and roles.
    """
    stretch = _next_stretch(session, subscription, at)
    if stretch is None or stretch.start >= stretch.end:
        return None
    edition = gather(session, stretch.start, stretch.end, at=at, unnoted=True)
    who = readers(session, [subscription], stretch.start, stretch.end)[subscription.account_id]
    return digest_for(session, edition, who, stretch, links=links, at=at)


def _next_stretch(session: Session, subscription: Subscription, at: datetime) -> Stretch | None:
    frequency = Frequency(subscription.frequency)
    zone = ZoneInfo(subscription.account.time_zone)
    kept = {"weekday": subscription.weekday, "hour": subscription.hour}
    period = newest_period(frequency, zone=zone, at=at, **kept)
    if period is None:
        return None
    told = ledger.told_until(session, subscription.account_id) or subscription.since
    if max(told, subscription.chosen_at) >= period.moments(zone)[1]:
        period = next_period(frequency, period)
    end = min(period.moments(zone)[1], at)
    return Stretch(frequency, period, max(told, subscription.since), end)


def _item(at: datetime, proposal: Proposal, skills: Mapping[str, Skill]) -> Item:
    needed = (skills[slug] for slug in proposal.skill_slugs)
    return Item(
        number=proposal.number,
        at=at,
        author_id=proposal.author_id,
        title=proposal.title,
        summary=proposal.summary,
        cities=tuple(proposal.city_slugs),
        topic=proposal.topic_slug or "",
        skills=tuple(dict.fromkeys(skill.merged_into or skill.slug for skill in needed)),
    )


def _by_section(edition: Edition, reader: Reader, stretch: Stretch) -> dict[Section, list[Item]]:
    found: dict[Section, list[Item]] = {section: [] for section in Section}
    for item in edition.items:
        section = reader.section_of(item) if stretch.start <= item.at < stretch.end else None
        if section is not None:
            found[section].append(item)
    return found


def _told(
    edition: Edition, item: Item, section: Section, reader: Reader, links: Links
) -> dict[str, Any]:
    language = reader.account.language
    told = {
        "title": item.title,
        "summary": item.summary,
        "link": links.proposal(language, item.number),
        "city_names": [name_of(edition.cities[slug], language) for slug in item.cities],
        "topic_name": name_of(edition.topics[item.topic], language),
    }
    if section is Section.SKILLS:
        needed = [slug for slug in item.skills if slug in reader.skills]
        told["skill_names"] = [name_of(edition.skills[slug], language) for slug in needed]
    return told


def _notices(
    edition: Edition, reader: Reader, stretch: Stretch, links: Links, most: int
) -> list[dict[str, Any]]:
    """What the office tells everybody, sort by sort; sorts without anything are left out."""
    told = []
    for news in MATTERS:
        found = [
            one
            for one in edition.notices
            if one.news is news and stretch.start <= one.at < stretch.end and reader.hears_of(one)
        ]
        if found:
            told.append(
                {
                    "news": news.value,
                    "items": [
                        _noticed(edition, one, reader.account, links) for one in found[:most]
                    ],
                    "more": max(len(found) - most, 0),
                    "link": links.notices(reader.account.language, news),
                }
            )
    return told


def _noticed(edition: Edition, notice: Notice, account: Account, links: Links) -> dict[str, Any]:
    language, zone = account.language, ZoneInfo(account.time_zone)
    return {
        "title": notice.title(language),
        "word": notice.word,
        "day": notice.when.astimezone(zone).date().isoformat() if notice.when else "",
        "link": links.notice(language, notice),
        "city_names": [name_of(edition.cities[slug], language) for slug in sorted(notice.cities)],
    }


def _answers(reader: Reader, stretch: Stretch, links: Links) -> list[dict[str, Any]]:
    within = (one for one in reader.answers if stretch.start <= one.at < stretch.end)
    return [_answered(one, reader.account, links) for one in within][-MOST_ANSWERS:]


def _answered(answer: Answer, account: Account, links: Links) -> dict[str, Any]:
    return {
        "title": answer.title,
        "state": STATE_AFTER[Outcome(answer.outcome)].value,
        "of_change": answer.of_change,
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
        "work": _work(session, account, links, at),
    }


def _work(session: Session, account: Account, links: Links, at: datetime) -> dict[str, Any] | None:
    calendar = office(session).calendar
    if not mornings.is_morning(calendar, at):
        return None
    work = mornings.work_of(session, account, calendar, link=links.item, at=at, most=MOST_WORK)
    return {**work, "week": work["week"][:MOST_DESKS]} if work else None


def name_of(thing: City | Topic | Skill, language: str) -> str:
    """What a city, topic or skill is called in the reader's language."""
    return thing.name_fa if language == "fa" else thing.name_en
