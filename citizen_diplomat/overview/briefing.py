"""What staff take along when they visit a city: all that is known of it here, gathered at once.

Reads only, in as many queries for two thousand proposals as for three. What everybody reads stands
whole in a pack; of what is not public it counts all, and has the titles of what its reader looks
after. It knows members by number alone.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, select
from sqlalchemy.orm import Session, joinedload

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.calls import queries as calls
from citizen_diplomat.calls.model import Call
from citizen_diplomat.cities.model import City
from citizen_diplomat.directory.ladder import SEEN_ACCOUNT, may_see
from citizen_diplomat.directory.model import Profile, ProfileSkill
from citizen_diplomat.directory.rules import Part, Reader
from citizen_diplomat.moderation.conditions import looked_after
from citizen_diplomat.moderation.model import Decision, QueueItem, Reason
from citizen_diplomat.moderation.rules import ItemKind
from citizen_diplomat.news import queries as news
from citizen_diplomat.news.model import News
from citizen_diplomat.outcomes.model import HelpOffer
from citizen_diplomat.outcomes.rules import WAITING, OfferState
from citizen_diplomat.outcomes.trail_model import OutcomeTrail
from citizen_diplomat.outcomes.trail_rules import OutcomeState, state_of
from citizen_diplomat.outcomes.trail_settings import silent_after
from citizen_diplomat.overview.briefing_meetings import Meeting, meetings_of
from citizen_diplomat.proposals.hiding import is_text_hidden
from citizen_diplomat.proposals.model import Proposal, ProposalCity, Revision
from citizen_diplomat.proposals.publicity import everybody_reads
from citizen_diplomat.proposals.receipts import reference_of
from citizen_diplomat.proposals.rules import State

PROMISE_AFTER = timedelta(days=90)
"""What was accepted longer ago is a promise that a host may ask about."""
MOST_CALLS = 20
MOST_NEWS = 10
OPEN_STATES = (State.SUBMITTED, State.IN_REVIEW, State.CHANGES_REQUESTED, State.APPEALED)
ANSWERED_STATES = (State.DECLINED, State.DUPLICATE)


class Help(StrEnum):
    """Whether members help with an accepted proposal; nobody is counted or named."""

    NONE = "none"
    OFFERED = "offered"
    """Author or office have not agreed yet."""
    AGREED = "agreed"


@dataclass(frozen=True)
class Standing:
    """What has become of an accepted proposal; without a trail no step was written down."""

    state: OutcomeState
    trail: OutcomeTrail | None = None
    help: Help = Help.NONE


@dataclass(frozen=True)
class Answer:
    """What the office said with its newest decision: the reason in both languages, its words."""

    reason_fa: str
    reason_en: str
    message: str

    def reason(self, language: str) -> str:
        """The reason in a language."""
        return self.reason_fa if language == "fa" else self.reason_en


@dataclass(frozen=True)
class Entry:
    """A proposal for the city; the author only where everybody reads it, as everybody does."""

    number: int
    reference: str
    title: str
    language: str
    topic_slug: str | None
    state: State
    at: datetime
    author: str | None = None
    answer: Answer | None = None


@dataclass(frozen=True)
class Pack:
    """Everything about one city; the newest of each list first, the oldest promise first."""

    city: City
    at: datetime
    counts: Mapping[State, int]
    promises: Sequence[Entry]
    accepted: Sequence[Entry]
    """Those that are no promise of the past yet."""
    answered: Sequence[Entry]
    waiting: Sequence[Entry]
    standings: Mapping[int, Standing]
    calls: Sequence[Call]
    meetings: Sequence[Meeting]
    news: Sequence[News]
    willing: int
    """Members who live there and are willing to help with something."""
    skills: Sequence[tuple[str, int]]
    """How many of them with each skill, the most first."""


def gather(session: Session, city: City, *, viewer: int, at: datetime) -> Pack:
    """Everything about `city` that `viewer` may read, as it is at `at`; fourteen queries."""
    answers = _answers(session, city.slug)
    public = _entries(session.execute(_public(city.slug)), answers)
    desk = _entries(session.execute(_at_desk(city.slug, viewer)), answers)
    before = at - PROMISE_AFTER
    return Pack(
        city=city,
        at=at,
        counts=_counts(session, city.slug),
        promises=[entry for entry in reversed(public) if entry.at < before],
        accepted=[entry for entry in public if entry.at >= before],
        answered=[entry for entry in desk if entry.state in ANSWERED_STATES],
        waiting=[entry for entry in desk if entry.state in OPEN_STATES],
        standings=outcomes_of(session, city.slug, public, at=at),
        calls=calls.of_city(session, city.slug, limit=MOST_CALLS),
        meetings=meetings_of(session, city.slug, at=at),
        news=news.newest_in(session, city.slug, at, MOST_NEWS),
        willing=session.scalar(_willing(city.slug, func.count(Profile.account_id.distinct()))) or 0,
        skills=_skills(session, city.slug),
    )


def outcomes_of(
    session: Session, slug: str, accepted: Sequence[Entry], *, at: datetime
) -> dict[int, Standing]:
    """What had become of each accepted proposal of a city at `at`; three queries."""
    after_silence, helped = silent_after(session), _help(session, slug)
    steps = (joinedload(OutcomeTrail.last_step), joinedload(OutcomeTrail.next_step))
    wanted = select(OutcomeTrail).where(OutcomeTrail.proposal_number.in_(_numbers(slug)))
    trails = {row.proposal_number: row for row in session.scalars(wanted.options(*steps))}
    found = {}
    for entry in accepted:
        trail = trails.get(entry.number)
        state = (
            trail.state(after_silence, at=at)
            if trail
            else state_of(
                is_completed=False,
                is_stopped=False,
                has_steps=False,
                quiet_from=entry.at,
                silent_after=after_silence,
                at=at,
            )
        )
        found[entry.number] = Standing(state, trail, helped.get(entry.number, Help.NONE))
    return found


def _help(session: Session, slug: str) -> dict[int, Help]:
    offers = session.execute(
        select(HelpOffer.proposal_number, HelpOffer.state)
        .where(HelpOffer.proposal_number.in_(_numbers(slug)))
        .distinct()
    )
    found: dict[int, Help] = {}
    for number, state in offers:
        if state == OfferState.ACCEPTED:
            found[number] = Help.AGREED
        elif state in WAITING:
            found.setdefault(number, Help.OFFERED)
    return found


def _numbers(slug: str) -> Select[int]:
    return select(ProposalCity.proposal_number).where(ProposalCity.city_slug == slug)


def _counts(session: Session, slug: str) -> dict[State, int]:
    rows = session.execute(
        select(Proposal.state, func.count())
        .where(Proposal.number.in_(_numbers(slug)), Proposal.state != State.DRAFT)
        .group_by(Proposal.state)
    )
    return {State(state): number for state, number in rows}


def _first_sent() -> ColumnElement[bool]:
    return and_(Revision.proposal_number == Proposal.number, Revision.revision == 1)


def _public(slug: str) -> Select[*tuple[Any, ...]]:
    """Accepted proposals that everybody reads, in the words that were accepted."""
    return (
        select(
            *(Proposal.number, Proposal.title, Proposal.language, Proposal.topic_slug),
            *(Proposal.state, Revision.submitted_at.label("sent_at")),
            Proposal.published_at.label("at"),
            func.coalesce(func.nullif(Proposal.pen_name, ""), Account.display_name).label("author"),
        )
        .join(Proposal.author)
        .join(Revision, _first_sent())
        .where(Proposal.number.in_(_numbers(slug)), everybody_reads())
        .order_by(Proposal.published_at.desc(), Proposal.number.desc())
    )


def _at_desk(slug: str, viewer: int) -> Select[*tuple[Any, ...]]:
    """What `viewer` looks after, open or answered, in the words that were sent last.

    Without authors: many of them are read without names.
    """
    return (
        select(
            *(Proposal.number, QueueItem.title, QueueItem.language, QueueItem.topic_slug),
            *(Proposal.state, Revision.submitted_at.label("sent_at")),
            func.coalesce(Proposal.decided_at, Revision.submitted_at).label("at"),
        )
        .select_from(QueueItem)
        .join(Proposal, Proposal.number == QueueItem.subject_id)
        .join(Revision, _first_sent())
        .where(
            QueueItem.kind == ItemKind.PROPOSAL,
            Proposal.number.in_(_numbers(slug)),
            Proposal.state.in_([*OPEN_STATES, *ANSWERED_STATES]),
            ~is_text_hidden(),
            looked_after(viewer),
        )
        .order_by(Proposal.decided_at.desc(), Proposal.number.desc())
    )


def _entries(rows: Any, answers: Mapping[int, Answer]) -> list[Entry]:
    return [
        Entry(
            number=row.number,
            reference=reference_of(row.number, row.sent_at),
            title=row.title,
            language=row.language,
            topic_slug=row.topic_slug,
            state=State(row.state),
            at=row.at,
            author=getattr(row, "author", None),
            answer=answers.get(row.number),
        )
        for row in rows
    ]


def _answers(session: Session, slug: str) -> dict[int, Answer]:
    """The newest decision on each proposal itself, not on changes of it."""
    newest = (
        select(func.max(Decision.id))
        .where(Decision.of_change.is_(False), Decision.proposal_number.in_(_numbers(slug)))
        .group_by(Decision.proposal_number)
    )
    rows = session.execute(
        select(Decision.proposal_number, Reason.text_fa, Reason.text_en, Decision.message)
        .join(Decision.reason)
        .where(Decision.id.in_(newest))
    )
    return {number: Answer(*said) for number, *said in rows}


def _willing(slug: str, *columns: Any) -> Select[Any]:
    """Members who live there and would help, of those who show both to staff."""
    return (
        select(*columns)
        .select_from(ProfileSkill)
        .join(Profile, Profile.account_id == ProfileSkill.account_id)
        .join(Profile.account)
        .where(
            SEEN_ACCOUNT,
            Profile.city_slug == slug,
            ProfileSkill.willing,
            may_see(Reader.STAFF, Part.CITY),
            may_see(Reader.STAFF, Part.SKILLS),
        )
    )


def _skills(session: Session, slug: str) -> list[tuple[str, int]]:
    counted = func.count()
    wanted = _willing(slug, ProfileSkill.skill_slug, counted)
    rows = session.execute(
        wanted.group_by(ProfileSkill.skill_slug).order_by(counted.desc(), ProfileSkill.skill_slug)
    )
    return [(skill, number) for skill, number in rows]
