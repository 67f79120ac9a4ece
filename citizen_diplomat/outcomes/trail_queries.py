"""Reading outcomes: those that everybody reads, their figures, and one with its steps."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import ColumnElement, Select, case, func, literal, or_, select, union_all
from sqlalchemy.orm import InstrumentedAttribute, Session, joinedload, selectinload

from citizen_diplomat.foundation.paging import Cursor, Page, beyond, page
from citizen_diplomat.outcomes.trail_model import OutcomeSetting, OutcomeStep, OutcomeTrail
from citizen_diplomat.outcomes.trail_rules import OutcomeState, state_of
from citizen_diplomat.outcomes.trail_settings import as_time, silent_after
from citizen_diplomat.proposals.model import Proposal, ProposalCity
from citizen_diplomat.proposals.publicity import everybody_reads
from citizen_diplomat.proposals.rules import PUBLIC

PAGE_LENGTH = 20
MOST_OF_A_CITY = 200
"""Outcomes of one city in a briefing, of each group."""


@dataclass(frozen=True)
class Outcome:
    """An accepted proposal with what has become of it; without a trail nothing was written yet."""

    proposal: Proposal
    trail: OutcomeTrail | None
    state: OutcomeState
    lacks_partner: bool = False
    """Whether it is completed and no partner was asked about that; in lists of the desk alone."""

    @property
    def last(self) -> OutcomeStep | None:
        """The step that was done last."""
        return self.trail.last_step if self.trail else None

    @property
    def next(self) -> OutcomeStep | None:
        """The step that is planned next."""
        return self.trail.next_step if self.trail else None


@dataclass(frozen=True)
class Figures:
    """How many outcomes are in each state: of what was asked for, and of each city and topic."""

    all: dict[OutcomeState, int]
    by_city: dict[str, dict[OutcomeState, int]]
    by_topic: dict[str, dict[OutcomeState, int]]


@dataclass(frozen=True)
class OfCity:
    """The outcomes of a city for a briefing, each with its last and its next step."""

    open: list[Outcome] = field(default_factory=list)
    """Planned and under way."""
    done: list[Outcome] = field(default_factory=list)
    silent: list[Outcome] = field(default_factory=list)
    stopped: list[Outcome] = field(default_factory=list)


def outcomes(
    session: Session,
    after_silence: timedelta,
    *,
    at: datetime,
    city: str | None = None,
    topic: str | None = None,
    state: OutcomeState | None = None,
    after: Cursor[datetime] | None = None,
    limit: int = PAGE_LENGTH,
) -> Page[Outcome]:
    """Outcomes that everybody reads, the newest accepted first; cities and steps are loaded.

    `after_silence` is how long a quiet one is not silent yet. Two queries.
    """
    wanted = with_steps().where(*_chosen(city, topic), everybody_reads())
    if state is not None:
        wanted = wanted.where(state_now(after_silence, at) == state)
    wanted = wanted.order_by(Proposal.published_at.desc(), Proposal.number.desc())
    if after is not None:
        published_at = cast("InstrumentedAttribute[datetime]", Proposal.published_at)
        wanted = wanted.where(beyond(published_at, Proposal.number, after, descending=True))
    rows = [
        outcome_of(proposal, trail, after_silence, at=at)
        for proposal, trail in session.execute(wanted.limit(limit + 1))
    ]
    return page(
        rows, limit, lambda row: (row.proposal.published_at, row.proposal.number), after=after
    )


def figures(
    session: Session,
    after_silence: timedelta,
    *,
    at: datetime,
    city: str | None = None,
    topic: str | None = None,
) -> Figures:
    """How many outcomes of this city and topic are in each state, and of every one; one query."""
    state = state_now(after_silence, at).label("state")
    counted = func.count().label("number")
    base = _joined(select(literal("").label("by"), literal("").label("slug"), state, counted))
    everything = base.where(*_chosen(city, topic), everybody_reads()).group_by(state)
    of_city = (
        _joined(select(literal("city"), ProposalCity.city_slug, state, counted))
        .join(ProposalCity, ProposalCity.proposal_number == Proposal.number)
        .where(everybody_reads())
        .group_by(ProposalCity.city_slug, state)
    )
    of_topic = (
        _joined(select(literal("topic"), Proposal.topic_slug, state, counted))
        .where(everybody_reads(), Proposal.topic_slug.is_not(None))
        .group_by(Proposal.topic_slug, state)
    )
    found = Figures({}, {}, {})
    for by, slug, name, number in session.execute(union_all(everything, of_city, of_topic)):
        groups = {"city": found.by_city, "topic": found.by_topic}
        into = groups[by].setdefault(slug, {}) if by else found.all
        into[OutcomeState(name)] = number
    return found


def states_of(
    session: Session, numbers: Collection[int], *, at: datetime
) -> dict[int, OutcomeState]:
    """The state of each of these accepted proposals at `at`; one query, none for none."""
    if not numbers:
        return {}
    days = select(OutcomeSetting.silent_days).scalar_subquery()
    rows = session.execute(
        select(Proposal, OutcomeTrail, days)
        .outerjoin(OutcomeTrail, OutcomeTrail.proposal_number == Proposal.number)
        .where(Proposal.number.in_(sorted(numbers)), Proposal.state.in_(sorted(PUBLIC)))
    )
    return {
        proposal.number: state_in(proposal, trail, as_time(silent_days), at=at)
        for proposal, trail, silent_days in rows
    }


def of_city(session: Session, slug: str, *, at: datetime) -> OfCity:
    """The outcomes of a city, the newest accepted first, in three queries however many."""
    after_silence = silent_after(session)
    found = OfCity()
    groups = {
        OutcomeState.COMPLETED: found.done,
        OutcomeState.SILENT: found.silent,
        OutcomeState.STOPPED: found.stopped,
    }
    wanted = with_steps().where(*_chosen(slug, None), everybody_reads())
    wanted = wanted.order_by(Proposal.published_at.desc(), Proposal.number.desc())
    for proposal, trail in session.execute(wanted):
        row = outcome_of(proposal, trail, after_silence, at=at)
        group = groups.get(row.state, found.open)
        if len(group) < MOST_OF_A_CITY:
            group.append(row)
    return found


def accepted_one(session: Session, number: int) -> Proposal | None:
    """An accepted proposal with author and cities, hidden or not; for staff."""
    return session.scalar(
        select(Proposal)
        .where(Proposal.number == number, Proposal.state.in_(sorted(PUBLIC)))
        .options(joinedload(Proposal.author), selectinload(Proposal.cities))
    )


def trail_of(session: Session, number: int) -> OutcomeTrail | None:
    """The trail of a proposal with owner, last and next step; None before its first step."""
    return session.scalar(
        select(OutcomeTrail)
        .where(OutcomeTrail.proposal_number == number)
        .options(
            joinedload(OutcomeTrail.owner),
            joinedload(OutcomeTrail.last_step),
            joinedload(OutcomeTrail.next_step),
        )
    )


def steps_of(session: Session, number: int) -> Sequence[OutcomeStep]:
    """The steps of an outcome with who sees to them: what was done in its order, then what comes.

    Those without a day stand last.
    """
    is_open = OutcomeStep.done_on.is_(None)
    day = func.coalesce(OutcomeStep.done_on, OutcomeStep.planned_on)
    return session.scalars(
        select(OutcomeStep)
        .where(OutcomeStep.proposal_number == number)
        .options(joinedload(OutcomeStep.owner))
        .order_by(is_open, day.is_(None), day, OutcomeStep.id)
    ).all()


def step_of(session: Session, number: int, step: int) -> OutcomeStep | None:
    """One step of an outcome."""
    return session.scalar(
        select(OutcomeStep).where(OutcomeStep.id == step, OutcomeStep.proposal_number == number)
    )


def with_steps() -> Select[Proposal, OutcomeTrail]:
    """Accepted proposals, each with its trail if there is one; cities, owner and steps loaded."""
    return (
        select(Proposal, OutcomeTrail)
        .select_from(Proposal)
        .outerjoin(OutcomeTrail, OutcomeTrail.proposal_number == Proposal.number)
        .options(
            selectinload(Proposal.cities),
            joinedload(OutcomeTrail.owner),
            joinedload(OutcomeTrail.last_step),
            joinedload(OutcomeTrail.next_step),
        )
    )


def outcome_of(
    proposal: Proposal, trail: OutcomeTrail | None, after_silence: timedelta, *, at: datetime
) -> Outcome:
    """The two together, with the state at `at`."""
    return Outcome(proposal, trail, state_in(proposal, trail, after_silence, at=at))


def state_in(
    proposal: Proposal, trail: OutcomeTrail | None, after_silence: timedelta, *, at: datetime
) -> OutcomeState:
    """The state of an accepted proposal at `at`; without a trail it is quiet since published."""
    if trail is not None:
        return trail.state(after_silence, at=at)
    return state_of(
        is_completed=False,
        is_stopped=False,
        has_steps=False,
        quiet_from=proposal.published_at or at,
        silent_after=after_silence,
        at=at,
    )


def quiet_from() -> ColumnElement[datetime]:
    """Since when nothing was heard of an outcome, in a query of `with_steps`."""
    return func.coalesce(OutcomeTrail.quiet_from, Proposal.published_at)


def state_now(after_silence: timedelta, at: datetime) -> ColumnElement[str]:
    """The same table as `trail_rules.state_of`, in a query of `with_steps`."""
    has_steps = or_(OutcomeTrail.last_step_id.is_not(None), OutcomeTrail.next_step_id.is_not(None))
    return case(
        (OutcomeTrail.completed_at.is_not(None), literal(str(OutcomeState.COMPLETED))),
        (OutcomeTrail.stopped_at.is_not(None), literal(str(OutcomeState.STOPPED))),
        (quiet_from() <= at - after_silence, literal(str(OutcomeState.SILENT))),
        (has_steps, literal(str(OutcomeState.UNDER_WAY))),
        else_=literal(str(OutcomeState.PLANNED)),
    )


def _joined(wanted: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    of_this = OutcomeTrail.proposal_number == Proposal.number
    return wanted.select_from(Proposal).outerjoin(OutcomeTrail, of_this)


def _chosen(city: str | None, topic: str | None) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if city:
        there = select(ProposalCity.proposal_number).where(ProposalCity.city_slug == city)
        conditions.append(Proposal.number.in_(there))
    if topic:
        conditions.append(Proposal.topic_slug == topic)
    return conditions
