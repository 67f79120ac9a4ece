"""What members report, what is folded away because of it, and what they hear of it."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import (
    ColumnElement,
    SQLColumnExpression,
    case,
    exists,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.audit.actions import record
from citizen_diplomat.community.messages import ReportAnswered
from citizen_diplomat.community.model import Report, Reported
from citizen_diplomat.community.rules import FOLDED_BY, Ground, ReportOutcome, ThingKind
from citizen_diplomat.mail.outbox import post
from citizen_diplomat.proposals.model import Proposal


class AlreadyReported(Exception):  # noqa: N818 - named for what happened
    """This member has reported the thing, and staff have not looked yet."""


def thing_of(
    session: Session, kind: ThingKind, subject: int, *, proposal_number: int | None
) -> Reported:
    """The row of a thing that is being reported, made at its first report."""
    known = _find(session, kind, subject)
    if known is not None:
        return known
    try:
        with session.begin_nested():
            session.execute(
                insert(Reported).values(
                    kind=kind.value,
                    subject=subject,
                    proposal_number=proposal_number,
                    open_reports=0,
                )
            )
    except IntegrityError:
        # Somebody else reports it at this moment.
        pass
    found = _find(session, kind, subject)
    assert found is not None, "it was made by us or by somebody else"
    return found


def make(
    session: Session, thing: Reported, ground: Ground, text: str, *, by: Account, at: datetime
) -> None:
    """Report a thing; when enough members have, it is folded away until staff have looked.

    Raises AlreadyReported.
    """
    row = {"thing_id": thing.id, "reporter_id": by.id, "ground": ground.value, "at": at}
    try:
        with session.begin_nested():
            session.execute(insert(Report).values(text=text, **row))
    except IntegrityError as error:
        raise AlreadyReported from error
    reports = Reported.open_reports + 1
    folded = case((reports >= FOLDED_BY, func.coalesce(Reported.folded_at, at)))
    session.execute(
        update(Reported)
        .where(Reported.id == thing.id)
        .values(open_reports=reports, folded_at=folded)
        .execution_options(synchronize_session=False)
    )
    session.refresh(thing)
    _tell_lists(session, thing)
    record(session, "report.made", f"report:{thing.id}", by=by.id, at=at, ground=ground.value)


def settle(
    session: Session,
    thing: Reported,
    outcome: ReportOutcome,
    *,
    by: Account,
    at: datetime,
    links: dict[str, str],
) -> None:
    """Close all open reports of a thing, unfold it, and tell each reporter what came of it.

    `links` are addresses for the letters, by language.
    """
    session.refresh(thing, with_for_update={"key_share": True})
    reports = open_reports(session, thing.id)
    thing.open_reports, thing.folded_at = 0, None
    _tell_lists(session, thing)
    for report in reports:
        report.closed_at, report.outcome = at, outcome
    record(session, f"report.{outcome}", f"report:{thing.id}", by=by.id, at=at)
    number = thing.proposal_number
    for report in reports:
        reporter = session.get(Account, report.reporter_id) if report.reporter_id else None
        if reporter is not None and reporter.is_open:
            post(
                session,
                ReportAnswered(
                    thing.kind, report.ground, outcome, links[reporter.language], number
                ),
                reporter.recipient,
                key=f"report:{report.id}",
                at=at,
            )


def _tell_lists(session: Session, thing: Reported) -> None:
    """Write with a proposal whether it is folded: what lists it knows nothing of reports."""
    if thing.kind == ThingKind.PROPOSAL:
        session.execute(
            update(Proposal)
            .where(Proposal.number == thing.subject)
            .values(folded_at=thing.folded_at)
        )


def open_reports(session: Session, thing_id: int) -> Sequence[Report]:
    """The reports of a thing that staff have not answered, oldest first."""
    return session.scalars(
        select(Report)
        .where(Report.thing_id == thing_id, Report.closed_at.is_(None))
        .order_by(Report.id)
    ).all()


def reports_about(session: Session, thing_id: int) -> Sequence[Report]:
    """All reports of a thing, oldest first; who made them is for nobody to see."""
    return session.scalars(
        select(Report).where(Report.thing_id == thing_id).order_by(Report.id)
    ).all()


def has_reported(session: Session, thing_id: int, *, by: int) -> bool:
    """Whether `by` has an open report of a thing."""
    own = exists().where(
        Report.thing_id == thing_id, Report.reporter_id == by, Report.closed_at.is_(None)
    )
    return session.scalar(select(own)) or False


def is_folded(session: Session, kind: ThingKind, subject: int) -> bool:
    """Whether members have reported a thing so often that it is folded away."""
    return session.scalar(select(folded(kind, subject))) or False


def folded(kind: ThingKind, subject: int | SQLColumnExpression[int]) -> ColumnElement[bool]:
    """Those of a kind, or one of them, that are folded away."""
    return exists().where(
        Reported.kind == kind, Reported.subject == subject, Reported.folded_at.is_not(None)
    )


def _find(session: Session, kind: ThingKind, subject: int) -> Reported | None:
    return session.scalar(
        select(Reported).where(Reported.kind == kind, Reported.subject == subject)
    )
