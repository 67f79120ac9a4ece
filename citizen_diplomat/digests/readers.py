"""What a digest must know of its reader: asked for many of them at once, when mail is sent."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Executable, func, select
from sqlalchemy.orm import Session

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.community.model import Comment, Follow, Support
from citizen_diplomat.community.rules import FollowKind
from citizen_diplomat.digests.model import Subscription
from citizen_diplomat.digests.news import LONGEST_DELAY
from citizen_diplomat.digests.notices import Notice, Taste
from citizen_diplomat.digests.queries import Answer, answers_between
from citizen_diplomat.digests.rules import Section
from citizen_diplomat.directory.model import Profile, ProfileSkill, Skill
from citizen_diplomat.mail.model import InboxEntry
from citizen_diplomat.mail.preference_rules import Channel, Kind
from citizen_diplomat.mail.preferences import kinds_by
from citizen_diplomat.moderation.messages import AppealDecided, ChangeDecided, DecisionMade

ANSWERS = (DecisionMade.name, ChangeDecided.name, AppealDecided.name)
"""The letters that tell what was decided on somebody's own."""


@dataclass(frozen=True)
class Item:
    """A proposal as digests tell of it."""

    number: int
    at: datetime
    author_id: int
    title: str
    summary: str
    cities: tuple[str, ...]
    topic: str
    skills: tuple[str, ...]


@dataclass(frozen=True)
class Reader:
    """A member who hears: what they chose, where they live, what they follow, can, and know."""

    account: Account
    cities: frozenset[str]
    topics: frozenset[str]
    """Of which cities and topics they hear; none means all."""
    home: str | None
    followed: frozenset[tuple[str, str]]
    """Kinds and subjects of what they follow."""
    skills: frozenset[str]
    """What they would help with, as it is called today."""
    known: frozenset[int]
    """Proposals that they support, follow or commented, and so have read."""
    answers: Sequence[Answer]
    """On what they wrote, those that they have not read on the site, oldest first."""
    own: frozenset[int]
    """The proposals that were answered, whether they have read it or not."""
    kinds: frozenset[Kind] = frozenset(Kind)
    """Of what they want to read in a digest; `CITY` is all that they chose by city and topic."""

    def hears_of(self, notice: Notice) -> bool:
        """Whether they read of something that the office tells everybody."""
        taste = Taste(self.home, self.cities, self.topics, self.followed)
        return notice.kind in self.kinds and taste.is_met_by(notice)

    def section_of(self, item: Item) -> Section | None:
        """Under which heading they read of a proposal: the first that fits, or None."""
        is_own = item.author_id == self.account.id or item.number in self.own
        if is_own or item.number in self.known:
            return None
        chosen = Kind.CITY in self.kinds and self._chose(item)
        if chosen and self.home in item.cities:
            return Section.CITY
        if Kind.FOLLOWED in self.kinds and self._follows(item):
            return Section.FOLLOWED
        if chosen:
            return Section.NEW if self.skills.isdisjoint(item.skills) else Section.SKILLS
        return None

    def _chose(self, item: Item) -> bool:
        in_city = not self.cities or not self.cities.isdisjoint(item.cities)
        return in_city and (not self.topics or item.topic in self.topics)

    def _follows(self, item: Item) -> bool:
        things = [(FollowKind.TOPIC.value, item.topic)]
        things += [(FollowKind.CITY.value, city) for city in item.cities]
        return not self.followed.isdisjoint(things)


def readers(
    session: Session, subscriptions: Collection[Subscription], start: datetime, end: datetime
) -> dict[int, Reader]:
    """What is to be known of many members for a digest of [start, end), by account.

    Subscriptions must have been loaded with their accounts, roles, cities and topics. There is no
    record of who read which page: who acted on a proposal has read it, nobody else is watched.
    """
    ids = [one.account_id for one in subscriptions]
    since = start - LONGEST_DELAY
    homes = select(Profile.account_id, Profile.city_slug).where(Profile.account_id.in_(ids))
    home = {row[0]: row[1] for row in session.execute(homes)}
    followed = _sets(session, _follows(ids))
    skills, known = _sets(session, _skills(ids)), _sets(session, _acted(ids, since))
    answers = answers_between(session, ids, start, end)
    read = _sets(session, _read(ids, since))
    kinds = kinds_by(session, ids, Channel.DIGEST)
    return {
        one.account_id: Reader(
            account=one.account,
            cities=frozenset(row.city_slug for row in one.cities),
            topics=frozenset(row.topic_slug for row in one.topics),
            home=home.get(one.account_id),
            followed=frozenset(followed[one.account_id]),
            skills=frozenset(slug for (slug,) in skills[one.account_id]),
            known=frozenset(number for (number,) in known[one.account_id])
            | _followed_numbers(followed[one.account_id]),
            answers=[
                answer
                for answer in answers.get(one.account_id, [])
                if (answer.decided_at,) not in read[one.account_id]
                and Kind.MINE in kinds[one.account_id]
            ],
            own=frozenset(answer.number for answer in answers.get(one.account_id, [])),
            kinds=kinds[one.account_id],
        )
        for one in subscriptions
    }


def _sets(session: Session, wanted: Executable) -> defaultdict[int, set[Any]]:
    """Rows of an account and something more, as the sets of that by account."""
    found: defaultdict[int, set[Any]] = defaultdict(set)
    for account, *rest in session.execute(wanted):
        found[account].add(tuple(rest))
    return found


def _follows(ids: Collection[int]) -> Executable:
    return select(Follow.account_id, Follow.kind, Follow.subject).where(Follow.account_id.in_(ids))


def _skills(ids: Collection[int]) -> Executable:
    today = func.coalesce(Skill.merged_into, Skill.slug)
    return (
        select(ProfileSkill.account_id, today)
        .join(Skill, Skill.slug == ProfileSkill.skill_slug)
        .where(ProfileSkill.account_id.in_(ids), ProfileSkill.willing)
    )


def _acted(ids: Collection[int], since: datetime) -> Executable:
    supports = select(Support.account_id, Support.proposal_number).where(
        Support.account_id.in_(ids), Support.at >= since
    )
    comments = select(Comment.author_id, Comment.proposal_number).where(
        Comment.author_id.in_(ids),
        Comment.created_at >= since,
        Comment.proposal_number.is_not(None),
    )
    return supports.union(comments)


def _read(ids: Collection[int], since: datetime) -> Executable:
    # A letter lies in the inbox since the very moment of the decision that it tells of.
    return select(InboxEntry.account_id, InboxEntry.created_at).where(
        InboxEntry.account_id.in_(ids),
        InboxEntry.name.in_(ANSWERS),
        InboxEntry.created_at >= since,
        InboxEntry.read_at.is_not(None),
    )


def _followed_numbers(things: Collection[tuple[str, str]]) -> frozenset[int]:
    return frozenset(int(subject) for kind, subject in things if kind == FollowKind.PROPOSAL)
