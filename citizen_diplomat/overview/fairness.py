"""The public fairness report: made once for each month that is over, and kept as it was published.

What it says, and how each figure is counted, stands in docs/counting.md. Only what everybody may
see is kept: the small counts behind it are not. A reason for which a text is also hidden is never
named; who was declined for it is counted with the other reasons.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Date, String, func, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, mapped_column

from citizen_diplomat.foundation.database import Base, Document
from citizen_diplomat.moderation.appeals import Appeal
from citizen_diplomat.moderation.model import Decision, QueueItem, Reason
from citizen_diplomat.moderation.office import Office, office
from citizen_diplomat.moderation.rules import ItemKind, Outcome, Target
from citizen_diplomat.overview import rules
from citizen_diplomat.overview.months import Month, month_of, read_month
from citizen_diplomat.overview.rules import FEWEST, LARGE, Figure, shown, shown_parts
from citizen_diplomat.proposals.model import ProposalEvent
from citizen_diplomat.proposals.rules import State, Step

OTHER = ""
"""The reason of all that are not named."""
SETTLES = timedelta(minutes=10)
"""How long after midnight a month is reported: what was begun before it is written by then."""


class FairnessReport(Base):
    """What was published about one month; nothing that happens later changes it."""

    __tablename__ = "fairness_report"

    month: Mapped[str] = mapped_column(String(7), primary_key=True)
    """A Jalali month, as 1405-08."""
    first_day: Mapped[date] = mapped_column(Date)
    last_day: Mapped[date] = mapped_column(Date)
    document: Mapped[dict[str, Any]] = mapped_column(Document)
    """The figures, see `Figures`."""
    made_at: Mapped[datetime]

    @property
    def figures(self) -> "Figures":
        """What it says."""
        return Figures(**self.document)


@dataclass(frozen=True)
class Figures:
    """The figures of a month; each is a count, "few" or "withheld".

    `outcomes` by `Outcome` stand without their total, which would give small ones away; `reasons`
    are the parts of what was declined: slug, fa, en, count, empty where they cannot be told. Days
    are working days: those promised for a decision, and those taken, None for too few answers.
    """

    received: Figure
    outcomes: dict[str, Figure]
    reasons: list[dict[str, Any]]
    promised_days: int
    median_days: float | None
    ninetieth_days: int | None
    late: Figure
    overdue: Figure
    appeals: dict[str, Figure]


def is_a_month_over(session: Session, *, at: datetime) -> bool:
    """Whether there is a month to report at the moment `at`; reads only."""
    return _next_month(session, office(session), at=at) is not None


def publish(session: Session, *, at: datetime) -> int:
    """Make the report of every month that is over; returns how many were made.

    It begins with the month of the first proposal, goes on after the newest report, and may be
    repeated; of two workers at once the second one finds it made.
    """
    of, made = office(session), 0
    while (month := _next_month(session, of, at=at)) is not None:
        report = FairnessReport(
            month=str(month),
            first_day=month.first_day,
            last_day=month.last_day,
            document=asdict(gather(session, month, of)),
            made_at=at,
        )
        try:
            with session.begin_nested():
                session.add(report)
        except IntegrityError:  # pk_fairness_report: another worker was first
            break
        made += 1
    return made


def reports(session: Session) -> Sequence[FairnessReport]:
    """All reports, the newest first."""
    return session.scalars(select(FairnessReport).order_by(FairnessReport.month.desc())).all()


def gather(session: Session, month: Month, of: Office) -> Figures:
    """Count one month as it looks now."""
    start, end = month.moments(of.calendar.zone)
    decided = _decided(session, start, end)
    outcomes = Counter(row.outcome for row in decided)
    taken = rules.days([row.days_taken for row in decided if row.days_taken is not None])
    return Figures(
        received=shown(_received(session, start, end)),
        outcomes={outcome.value: shown(outcomes[outcome]) for outcome in Outcome},
        reasons=_reasons(session, decided) if outcomes[Outcome.DECLINE] >= FEWEST else [],
        promised_days=of.targets[Target.DECISION],
        median_days=taken.median,
        ninetieth_days=taken.ninetieth,
        late=shown(sum(row.is_late is True for row in decided)),
        overdue=shown(_overdue(session, end)),
        appeals=_appeals(session, start, end),
    )


def _next_month(session: Session, of: Office, *, at: datetime) -> Month | None:
    newest = session.scalar(select(func.max(FairnessReport.month)))
    if newest is not None:
        before = read_month(newest)
        assert before is not None
        month = before.following
    else:
        first = session.scalar(
            select(func.min(ProposalEvent.at)).where(ProposalEvent.step == Step.SUBMIT)
        )
        if first is None:
            return None
        month = month_of(first, of.calendar.zone)
    return month if month.moments(of.calendar.zone)[1] <= at - SETTLES else None


def _received(session: Session, start: datetime, end: datetime) -> int:
    """Proposals that were sent for the first time."""
    sent = select(func.count()).where(
        ProposalEvent.step == Step.SUBMIT,
        ProposalEvent.source == State.DRAFT,
        ProposalEvent.of_change.is_(False),
        ProposalEvent.at >= start,
        ProposalEvent.at < end,
    )
    return session.scalar(sent) or 0


def _decided(session: Session, start: datetime, end: datetime) -> Sequence[Any]:
    """Answers to proposals: their outcome, reason_slug, days_taken and is_late."""
    return session.execute(
        select(Decision.outcome, Decision.reason_slug, Decision.days_taken, Decision.is_late)
        .where(
            Decision.of_change.is_(False),
            Decision.of_appeal.is_(False),
            Decision.at >= start,
            Decision.at < end,
        )
        .order_by(Decision.id)
    ).all()


def _reasons(session: Session, decided: Sequence[Any]) -> list[dict[str, Any]]:
    """What was declined by reason: those on offer and those often given; all others together.

    A reason of before is only listed with a count that is shown: its place alone tells of it.
    """
    given = Counter(row.reason_slug for row in decided if row.outcome == Outcome.DECLINE)
    named = [
        reason
        for reason in session.scalars(
            select(Reason)
            .where(Reason.outcome == Outcome.DECLINE, Reason.hides.is_(False))
            .order_by(Reason.position, Reason.slug)
        )
        if reason.retired_at is None or given[reason.slug] >= LARGE
    ]
    counts = {reason.slug: given[reason.slug] for reason in named}
    counts[OTHER] = sum(given.values()) - sum(counts.values())
    told = shown_parts(counts)
    words = {reason.slug: {"fa": reason.text_fa, "en": reason.text_en} for reason in named}
    return [
        {"slug": slug, **words.get(slug, {"fa": "", "en": ""}), "count": told[slug]}
        for slug in told
    ]


def _overdue(session: Session, end: datetime) -> int:
    """Proposals that waited for staff when the month ended, longer than was promised."""
    late = select(func.count()).where(
        QueueItem.kind == ItemKind.PROPOSAL,
        QueueItem.due_at <= end,
        or_(QueueItem.closed_at.is_(None), QueueItem.closed_at >= end),
    )
    return session.scalar(late) or 0


def _appeals(session: Session, start: datetime, end: datetime) -> dict[str, Figure]:
    made = session.scalar(select(func.count()).where(Appeal.at >= start, Appeal.at < end)) or 0
    answered = select(Decision.outcome, func.count()).where(
        Decision.of_appeal, Decision.at >= start, Decision.at < end
    )
    outcomes = {row[0]: row[1] for row in session.execute(answered.group_by(Decision.outcome))}
    return {
        "received": shown(made),
        "granted": shown(outcomes.get(Outcome.ACCEPT, 0)),
        "upheld": shown(outcomes.get(Outcome.DECLINE, 0)),
    }
