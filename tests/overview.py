"""Months of work at the desk in few rows, for stories about figures."""

from datetime import UTC, datetime, timedelta

from sqlalchemy.orm import Session

from citizen_diplomat.moderation.model import Decision, QueueItem, Reason
from citizen_diplomat.moderation.rules import Outcome
from tests.cast import Cast
from tests.desk import MONDAY, submitted

END_OF_ABAN = datetime(2026, 11, 21, 20, 30, tzinfo=UTC)
"""Midnight between Saturday, the last day of Aban 1405, and the first of Azar."""
TUESDAY = MONDAY + timedelta(days=1)
RUDE = "insulting"
GROUNDS = {
    Outcome.ACCEPT: "trial-first",
    Outcome.REQUEST_CHANGES: "more-detail",
    Outcome.DECLINE: "outside-powers",
    Outcome.DUPLICATE: "same-idea",
}


def add_rude_reason(session: Session) -> None:
    """A reason for which a text is also hidden."""
    rude = Reason(slug=RUDE, outcome=Outcome.DECLINE, position=99, hides=True)
    rude.text_fa, rude.text_en = "متن توهین‌آمیز است.", "The text insults somebody."
    session.add(rude)
    session.flush()


def answers(
    session: Session,
    cast: Cast,
    item: QueueItem,
    times: int,
    outcome: Outcome,
    *,
    reason: str | None = None,
    at: datetime = TUESDAY,
    days: int = 1,
) -> None:
    """So many decisions of Hamid at `at`: what figures are made of, and no more."""
    session.add_all(
        Decision(
            proposal_number=item.subject_id,
            revision=1,
            outcome=outcome,
            reason_slug=reason or GROUNDS[outcome],
            message="",
            decided_by=cast.hamid.id,
            days_taken=days,
            target_days=10,
            is_late=days > 10,
            at=at,
        )
        for _ in range(times)
    )
    session.commit()


def month_of_work(session: Session, cast: Cast) -> QueueItem:
    """Aban 1405: one proposal of Monday, 23 answers on Tuesday, six of them far too late."""
    add_rude_reason(session)
    item = submitted(session, cast.nasrin)
    answers(session, cast, item, 10, Outcome.ACCEPT)
    answers(session, cast, item, 6, Outcome.REQUEST_CHANGES)
    answers(session, cast, item, 5, Outcome.DECLINE, days=11)
    answers(session, cast, item, 1, Outcome.DECLINE, reason=RUDE, days=13)
    answers(session, cast, item, 1, Outcome.DECLINE, reason=RUDE)
    return item
