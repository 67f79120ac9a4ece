"""How the work of the desk goes over weeks, of what somebody looks after.

How each figure is counted stands in docs/counting.md. Each figure is one query that gives few
rows, whatever lies behind it.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, case, exists, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from citizen_diplomat.digests.rules import begin_of_week
from citizen_diplomat.foundation.working_days import DAY, LONGEST_REST, WorkingCalendar
from citizen_diplomat.moderation.conditions import looked_after
from citizen_diplomat.moderation.model import Decision, QueueItem
from citizen_diplomat.moderation.office import Office
from citizen_diplomat.moderation.rules import ItemKind
from citizen_diplomat.overview.rules import AGES, age_of, spread
from citizen_diplomat.proposals.model import Proposal, ProposalCity, ProposalEvent
from citizen_diplomat.proposals.rules import State, Step

WEEKS = 8
"""How many weeks are looked back on; the running one is the last."""
OLDEST = 11
"""Working days from which on what waits is not told apart any more."""


@dataclass(frozen=True)
class Week:
    """What happened in one week of the office, which begins on Saturday.

    `median` and `ninetieth` are the working days until the first answer, of those that were given
    in this week; None where there was none.
    """

    first_day: date
    received: int
    answered: int
    median: float | None
    ninetieth: int | None


@dataclass(frozen=True)
class Share:
    """What of all these weeks belongs to one city or topic; a proposal may have several cities."""

    slug: str
    received: int
    answered: int


@dataclass(frozen=True)
class Trends:
    """Weeks, oldest first; cities and topics, those with most received first."""

    weeks: tuple[Week, ...]
    cities: tuple[Share, ...]
    topics: tuple[Share, ...]
    backlog: dict[str, int]
    """How many items wait, by their age in working days: see `rules.AGES`."""


def week_starts(of: Office, at: datetime, weeks: int = WEEKS) -> list[date]:
    """The first days of the last weeks, oldest first, and of the one to come."""
    newest = begin_of_week(of.calendar.day_of(at))
    return [newest - timedelta(weeks=weeks - 1 - n) for n in range(weeks + 1)]


def trends(session: Session, of: Office, *, viewer: int, at: datetime) -> Trends:
    """Count the last weeks of what `viewer` looks after, and what waits now."""
    days = week_starts(of, at)
    moments = [datetime.combine(day, time(), of.calendar.zone) for day in days]
    received, answered = _received(session, viewer, moments), _answered(session, viewer, moments)
    first: dict[int, list[int]] = defaultdict(list)
    for row in answered:
        if row.is_first and row.days is not None:
            first[row.week] += [row.days] * row.number
    by_week = (_summed(received, "week"), _summed(answered, "week"))
    return Trends(
        tuple(
            Week(day, by_week[0][week], by_week[1][week], *_days(first[week]))
            for week, day in enumerate(days[:-1])
        ),
        _shares(*(_by_city(session, viewer, moments, kind) for kind in (True, False))),
        _shares(_summed(received, "topic"), _summed(answered, "topic")),
        _backlog(session, of.calendar, viewer=viewer, at=at),
    )


def _received(session: Session, viewer: int, moments: Sequence[datetime]) -> Sequence[Any]:
    week = _week(ProposalEvent.at, moments)
    return session.execute(
        select(week, Proposal.topic_slug.label("topic"), func.count().label("number"))
        .select_from(ProposalEvent)
        .join(Proposal, Proposal.number == ProposalEvent.proposal_number)
        .join(QueueItem, _item_of(ProposalEvent.proposal_number))
        .where(*_is_received(moments), looked_after(viewer))
        .group_by(week, Proposal.topic_slug)
    ).all()


def _answered(session: Session, viewer: int, moments: Sequence[datetime]) -> Sequence[Any]:
    week, before = _week(Decision.at, moments), aliased(Decision)
    # Changes come after an answer, so that the first decision of all is the first answer.
    is_first = ~exists().where(
        before.proposal_number == Decision.proposal_number, before.id < Decision.id
    )
    one = (
        select(
            week,
            Proposal.topic_slug.label("topic"),
            Decision.days_taken.label("days"),
            is_first.label("is_first"),
        )
        .join(Proposal, Proposal.number == Decision.proposal_number)
        .join(QueueItem, _item_of(Decision.proposal_number))
        .where(*_is_answer(moments), looked_after(viewer))
        .subquery()
    )
    return session.execute(select(one, func.count().label("number")).group_by(*one.c)).all()


def _by_city(
    session: Session, viewer: int, moments: Sequence[datetime], received: bool
) -> Counter[str]:
    table, wanted = (
        (ProposalEvent, _is_received(moments)) if received else (Decision, _is_answer(moments))
    )
    rows = session.execute(
        select(ProposalCity.city_slug, func.count())
        .select_from(table)
        .join(QueueItem, _item_of(table.proposal_number))
        .join(ProposalCity, ProposalCity.proposal_number == table.proposal_number)
        .where(*wanted, looked_after(viewer))
        .group_by(ProposalCity.city_slug)
    )
    return Counter(dict(rows.all()))


def _backlog(
    session: Session, calendar: WorkingCalendar, *, viewer: int, at: datetime
) -> dict[str, int]:
    began = _working_days_began(calendar, at)
    passed = case(
        *((QueueItem.clock_started_at < moment, days) for days, moment in reversed(began)), else_=0
    ).label("passed")
    rows = session.execute(
        select(QueueItem.days_used, passed, func.count())
        .where(QueueItem.closed_at.is_(None), looked_after(viewer))
        .group_by(QueueItem.days_used, passed)
    )
    ages = dict.fromkeys(AGES, 0)
    for used, since, number in rows:
        ages[age_of(used + since)] += number
    return ages


def _working_days_began(calendar: WorkingCalendar, at: datetime) -> list[tuple[int, datetime]]:
    """When the last working days began: what started before has waited for so many at least."""
    day, found = calendar.day_of(at), list[tuple[int, datetime]]()
    for _ in range(LONGEST_REST + OLDEST):
        if calendar.is_working(day):
            found.append((len(found) + 1, datetime.combine(day, time(), calendar.zone)))
        if len(found) == OLDEST:
            break
        day -= DAY
    return found or [(0, at)]


def _week(column: InstrumentedAttribute[datetime], moments: Sequence[datetime]) -> Any:
    ends = enumerate(moments[1:-1])
    return case(*((column < end, week) for week, end in ends), else_=len(moments) - 2).label("week")


def _item_of(number: InstrumentedAttribute[int]) -> ColumnElement[bool]:
    return and_(QueueItem.kind == ItemKind.PROPOSAL, QueueItem.subject_id == number)


def _is_received(moments: Sequence[datetime]) -> tuple[ColumnElement[bool], ...]:
    return (
        ProposalEvent.step == Step.SUBMIT,
        ProposalEvent.source == State.DRAFT,
        ProposalEvent.of_change.is_(False),
        ProposalEvent.at >= moments[0],
        ProposalEvent.at < moments[-1],
    )


def _is_answer(moments: Sequence[datetime]) -> tuple[ColumnElement[bool], ...]:
    return (
        Decision.of_change.is_(False),
        Decision.of_appeal.is_(False),
        Decision.at >= moments[0],
        Decision.at < moments[-1],
    )


def _summed(rows: Sequence[Any], name: str) -> Counter[Any]:
    found: Counter[Any] = Counter()
    for row in rows:
        found[getattr(row, name)] += row.number
    return found


def _shares(received: Counter[str], answered: Counter[str]) -> tuple[Share, ...]:
    slugs = sorted(
        {slug for slug in (*received, *answered) if slug},
        key=lambda slug: (-received[slug], -answered[slug], slug),
    )
    return tuple(Share(slug, received[slug], answered[slug]) for slug in slugs)


def _days(taken: Sequence[int]) -> tuple[float | None, int | None]:
    return spread(taken) if taken else (None, None)
