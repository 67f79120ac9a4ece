"""The fairness report: counted once a month is over, kept as it was, and small counts untold."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import delete
from sqlalchemy.orm import Session

from citizen_diplomat.cli import worker
from citizen_diplomat.moderation.model import Decision, Reason
from citizen_diplomat.moderation.rules import Outcome
from citizen_diplomat.overview.fairness import FairnessReport, Figures, publish, reports
from citizen_diplomat.overview.rules import Hidden
from tests.cast import Cast
from tests.desk import MONDAY, appealed, decided, resubmitted, submitted
from tests.overview import END_OF_ABAN, RUDE, add_rude_reason, answers, month_of_work

FEW = Hidden.FEW
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
LATER = END_OF_ABAN + 11 * MINUTE


def published(session: Session, at: datetime = LATER) -> dict[str, Figures]:
    publish(session, at=at)
    session.commit()
    return {row.month: row.figures for row in reports(session)}


def test_a_month_is_counted(session: Session, cast: Cast) -> None:
    month_of_work(session, cast)
    figures = published(session)["1405-08"]
    assert figures.outcomes == {
        "accept": 10, "request_changes": 6, "decline": 7, "duplicate": FEW,
    }  # fmt: skip
    assert figures.promised_days == 10
    assert (figures.median_days, figures.ninetieth_days) == (1, 11)
    assert figures.late == 6
    assert (figures.received, figures.overdue) == (FEW, FEW)
    assert figures.appeals == {"received": FEW, "granted": FEW, "upheld": FEW}


def test_who_waited_over_days_of_rest_was_answered_late(session: Session, cast: Cast) -> None:
    """Due by the end of Wednesday 18 November and answered on the Friday, on day ten of ten."""
    sent, friday = MONDAY + 2 * DAY, MONDAY + 18 * DAY
    for _ in range(5):
        decided(session, submitted(session, cast.nasrin, at=sent), by=cast.hamid, at=friday)
    figures = published(session)["1405-08"]
    assert (figures.ninetieth_days, figures.late) == (10, 5)


def test_what_came_back_is_received_once(session: Session, cast: Cast) -> None:
    for _ in range(5):
        item = submitted(session, cast.nasrin)
        item = decided(session, item, Outcome.REQUEST_CHANGES, by=cast.hamid)
        resubmitted(session, item.of_proposal, "Sixty litres.", at=MONDAY + DAY)
    figures = published(session)["1405-08"]
    assert (figures.received, figures.outcomes["request_changes"]) == (5, 5)
    # All five wait again, and their days went on: at the end of the month they are overdue.
    assert figures.overdue == 5


def test_appeals_are_counted_apart(session: Session, cast: Cast) -> None:
    for _ in range(5):
        item = decided(session, submitted(session, cast.nasrin), Outcome.DECLINE, by=cast.hamid)
        appeal = appealed(session, item, by=cast.nasrin, at=MONDAY + DAY)
        decided(session, appeal, by=cast.maryam, at=MONDAY + DAY)
    figures = published(session)["1405-08"]
    assert figures.appeals == {"received": 5, "granted": 5, "upheld": FEW}
    assert (figures.outcomes["accept"], figures.outcomes["decline"]) == (FEW, 5)


def test_reasons_that_hide_are_counted_without_a_name(session: Session, cast: Cast) -> None:
    item = month_of_work(session, cast)
    answers(session, cast, item, 9, Outcome.DECLINE, reason=RUDE)
    answers(session, cast, item, 15, Outcome.DECLINE)
    answers(session, cast, item, 4, Outcome.DECLINE, reason="not-feasible")
    answers(session, cast, item, 2, Outcome.DECLINE, reason="not-between-cities")
    figures = published(session)["1405-08"]
    told = {row["slug"]: row["count"] for row in figures.reasons}
    assert figures.outcomes["decline"] == 37
    assert (told["outside-powers"], told[""], told["not-feasible"]) == (20, 11, FEW)
    assert RUDE not in str(session.get_one(FairnessReport, "1405-08").document)


def test_reasons_are_not_told_where_they_would_give_one_away(session: Session, cast: Cast) -> None:
    month_of_work(session, cast)
    # Five for one reason and two for others: of so few nothing is told, whatever they are.
    assert published(session)["1405-08"].reasons == []


@pytest.mark.parametrize(("times", "is_named"), [(9, False), (10, True)])
def test_a_retired_reason_is_named_with_its_number_alone(
    session: Session, cast: Cast, times: int, is_named: bool
) -> None:
    item = submitted(session, cast.nasrin)
    answers(session, cast, item, 20, Outcome.DECLINE)
    answers(session, cast, item, 5, Outcome.DECLINE, reason="not-between-cities")
    answers(session, cast, item, 5, Outcome.DECLINE, reason="rules")
    add_rude_reason(session)
    answers(session, cast, item, 2, Outcome.DECLINE, reason=RUDE)
    answers(session, cast, item, times, Outcome.DECLINE, reason="not-feasible")
    session.get_one(Reason, "not-feasible").retired_at = MONDAY
    session.commit()
    figures = published(session)["1405-08"]
    told = {row["slug"]: row["count"] for row in figures.reasons}
    assert told["outside-powers"] == 20
    assert told.get("not-feasible") == (10 if is_named else None)


def test_a_report_comes_once_its_month_is_over_and_stays(
    app: Flask, session: Session, cast: Cast
) -> None:
    month_of_work(session, cast)
    assert published(session, END_OF_ABAN + 9 * MINUTE) == {}
    session.commit()
    with app.app_context():
        worker.publish_reports(LATER)
        worker.publish_reports(LATER)
    session.expire_all()
    [report] = reports(session)
    before, made_at = report.figures, report.made_at
    session.commit()
    session.execute(delete(Decision).where(Decision.outcome == Outcome.REQUEST_CHANGES))
    session.get_one(Reason, "outside-powers").text_en = "Something else."
    session.commit()
    session.expire_all()
    assert published(session, LATER + DAY) == {"1405-08": before}
    assert session.get_one(FairnessReport, "1405-08").made_at == made_at


def test_months_that_were_missed_are_caught_up_in_order(session: Session, cast: Cast) -> None:
    submitted(session, cast.nasrin, at=datetime(2026, 9, 1, 8, tzinfo=UTC))
    assert list(published(session)) == ["1405-08", "1405-07", "1405-06"]


def test_nothing_is_published_before_the_first_proposal(app: Flask, session: Session) -> None:
    with app.app_context():
        worker.publish_reports(LATER)
    assert reports(session) == []
