"""The figures of the dashboard counted a second time, one row after the other.

The dashboard lets the database count, by conditions that the queue shares. Here rows are read as
they are and counted by the sentences of docs/counting.md, so that a mistake in one way is no
mistake in the other. All is of the whole office.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from statistics import median
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from citizen_diplomat.accounts.model import Account, AccountRole
from citizen_diplomat.accounts.rules import HELD_BY, Duty
from citizen_diplomat.moderation.model import Decision, QueueItem
from citizen_diplomat.moderation.office import Office
from citizen_diplomat.moderation.queries import COUNTED_TO
from citizen_diplomat.moderation.rules import HELD_TOO_LONG, ItemKind
from citizen_diplomat.overview.load import LOOKED_BACK, Load, loads
from citizen_diplomat.overview.places import Place, places
from citizen_diplomat.overview.rules import age_of
from citizen_diplomat.overview.today import Today, today
from citizen_diplomat.overview.trends import Trends, trends, week_starts
from citizen_diplomat.proposals.model import Proposal, ProposalCity, ProposalEvent
from citizen_diplomat.proposals.rules import State, Step

Figures = dict[str, float]
"""Each figure by its name; counts that are nought are left out."""


@dataclass(frozen=True)
class Dashboard:
    """All that the dashboard says to one reader."""

    trends: Trends
    today: Today
    places: Mapping[str, Place]
    loads: Sequence[Load]


def dashboard(session: Session, of: Office, *, viewer: int, at: datetime) -> Dashboard:
    """What the dashboard says to `viewer`, as to somebody who is responsible for all reviewers."""
    return Dashboard(
        trends(session, of, viewer=viewer, at=at),
        today(session, viewer=viewer, at=at),
        places(session, viewer=viewer, at=at),
        loads(session, viewer=viewer, coordinates=True, at=at),
    )


def disagreements(session: Session, of: Office, said: Dashboard, *, at: datetime) -> list[str]:
    """Where the dashboard, counted for the whole office, is not what its rows say.

    Appeals against sanctions, which few may see, are in neither.
    """
    shown = dict(_shown(said))
    decisions = session.execute(_DECISIONS).all()
    waiting = session.execute(_WAITING).all()
    cities: dict[int, list[str]] = defaultdict(list)
    for number, slug in session.execute(
        select(ProposalCity.proposal_number, ProposalCity.city_slug)
    ):
        cities[number].append(slug)
    counted = {
        **_by_week(session, of, decisions, cities, at),
        **_first_answers(of, decisions, at),
        **_waits(of, waiting, cities, at),
        **_work(session, waiting, decisions, at),
    }
    return [
        f"{name} {shown.get(name, 'nothing')} on the dashboard, "
        f"{counted.get(name, 'nothing')} by its rows"
        for name in sorted({*shown, *counted})
        if shown.get(name) != counted.get(name)
    ]


_DECISIONS = select(
    Decision.proposal_number,
    Decision.of_change,
    Decision.of_appeal,
    Decision.decided_by,
    Decision.days_taken,
    Decision.at,
).order_by(Decision.id)

_WAITING = select(
    QueueItem.proposal_number,
    QueueItem.assignee_id,
    QueueItem.holder_id,
    QueueItem.claimed_at,
    QueueItem.lease_until,
    QueueItem.due_at,
    QueueItem.days_used,
    QueueItem.clock_started_at,
).where(QueueItem.closed_at.is_(None), QueueItem.kind != ItemKind.SANCTION_APPEAL)


def _shown(said: Dashboard) -> Iterator[tuple[str, float]]:
    """Every figure of the dashboard by its name."""
    counts: Figures = {**asdict(said.today)}
    for week in said.trends.weeks:
        of_week = f"week from {week.first_day}"
        counts |= {f"{of_week}: received": week.received, f"{of_week}: answered": week.answered}
        if week.median is not None and week.ninetieth is not None:
            yield f"{of_week}: median", week.median
            yield f"{of_week}: 90th percentile", week.ninetieth
    for name, shares in (("city", said.trends.cities), ("topic", said.trends.topics)):
        for one in shares:
            counts[f"{name} {one.slug}: received"] = one.received
            counts[f"{name} {one.slug}: answered"] = one.answered
    counts |= {f"age {age}": number for age, number in said.trends.backlog.items()}
    for slug, place in said.places.items():
        counts |= {f"place {slug}: {name}": number for name, number in asdict(place).items()}
    for load in said.loads:
        for name in ("assigned", "held", "decided"):
            counts[f"reviewer {load.account_id}: {name}"] = getattr(load, name)
    yield from _but_nought(counts).items()


def _by_week(
    session: Session,
    of: Office,
    decisions: Sequence[Any],
    cities: Mapping[int, Sequence[str]],
    at: datetime,
) -> Figures:
    """Received and answered: by week, and of these weeks by city and topic."""
    topics = dict(session.execute(select(Proposal.number, Proposal.topic_slug)).all())
    steps = select(
        ProposalEvent.proposal_number, ProposalEvent.step, ProposalEvent.source,
        ProposalEvent.of_change, ProposalEvent.at,
    )  # fmt: skip
    happened = [
        ("received", step.proposal_number, step.at)
        for step in session.execute(steps)
        if (step.step, step.source, step.of_change) == (Step.SUBMIT, State.DRAFT, False)
    ]
    happened += [("answered", one.proposal_number, one.at) for one in _answers(decisions)]
    found: Counter[str] = Counter()
    for name, number, moment in happened:
        week = _week_of(of, moment, at)
        if week is None:
            continue
        found[f"week from {week}: {name}"] += 1
        found.update(f"city {slug}: {name}" for slug in cities.get(number, ()))
        if topics[number]:
            found[f"topic {topics[number]}: {name}"] += 1
    return dict(found)


def _first_answers(of: Office, decisions: Sequence[Any], at: datetime) -> Figures:
    """Median and 90th percentile, by nearest rank, of the days that first answers took."""
    first: dict[int, Any] = {}
    for answer in _answers(decisions):
        first.setdefault(answer.proposal_number, answer)
    taken: dict[date, list[int]] = defaultdict(list)
    for answer in first.values():
        week = _week_of(of, answer.at, at)
        if week is not None and answer.days_taken is not None:
            taken[week].append(answer.days_taken)
    found: Figures = {}
    for week, days in taken.items():
        # The first place by which nine tenths have been passed, in whole numbers.
        place = (9 * len(days) + 9) // 10
        found[f"week from {week}: median"] = float(median(days))
        found[f"week from {week}: 90th percentile"] = sorted(days)[place - 1]
    return found


def _waits(
    of: Office, waiting: Sequence[Any], cities: Mapping[int, Sequence[str]], at: datetime
) -> Figures:
    """What waits: its age, and of each city how much of it."""
    found: Counter[str] = Counter()
    for item in waiting:
        started = item.clock_started_at
        passed = of.calendar.passed(started, at) if started else 0
        found[f"age {age_of(item.days_used + passed)}"] += 1
        for slug in cities.get(item.proposal_number, ()):
            found[f"place {slug}: waiting"] += 1
            found[f"place {slug}: overdue"] += _is_late(item, at)
        tonight = of.calendar.end_of(of.calendar.day_of(at))
        is_due = item.due_at is not None and item.due_at <= tonight
        is_held = item.lease_until is not None and item.lease_until > at
        found["overdue"] += _is_late(item, at)
        found["due_today"] += is_due and not _is_late(item, at)
        found["unassigned"] += not is_held and item.assignee_id is None
        found["held_too_long"] += is_held and at - item.claimed_at >= HELD_TOO_LONG
    most = {name: min(found[name], COUNTED_TO) for name in Today.__annotations__}
    return _but_nought({**found, **most})


def _work(
    session: Session, waiting: Sequence[Any], decisions: Sequence[Any], at: datetime
) -> Figures:
    """Of each reviewer what they were given, hold and decided."""
    roles = session.execute(
        select(AccountRole.account_id, AccountRole.role)
        .join(Account, Account.id == AccountRole.account_id)
        .where(Account.closed_at.is_(None))
    )
    people = {account_id for account_id, role in roles if role in HELD_BY[Duty.REVIEW]}
    found: Counter[tuple[int | None, str]] = Counter()
    for item in waiting:
        found[item.assignee_id, "assigned"] += 1
        if item.lease_until is not None and item.lease_until > at:
            found[item.holder_id, "held"] += 1
    for one in decisions:
        found[one.decided_by, "decided"] += at - LOOKED_BACK <= one.at <= at
    return _but_nought(
        {f"reviewer {who}: {name}": found[who, name] for who, name in found if who in people}
    )


def _answers(decisions: Sequence[Any]) -> Iterator[Any]:
    return (one for one in decisions if not (one.of_change or one.of_appeal))


def _is_late(item: Any, at: datetime) -> bool:
    return item.due_at is not None and item.due_at <= at


def _week_of(of: Office, moment: datetime, at: datetime) -> date | None:
    """The first day of the week in which a moment lies, if it is one of the last weeks."""
    days = week_starts(of, at)
    place = (of.calendar.day_of(moment) - days[0]).days // 7
    return days[place] if 0 <= place < len(days) - 1 else None


def _but_nought(counts: Figures) -> Figures:
    return {name: number for name, number in counts.items() if number}
