"""`flask recount`: kept counts and the dashboard are held against the rows behind them."""

from dataclasses import replace
from datetime import timedelta

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from citizen_diplomat.accounts.sanction_rules import SanctionKind
from citizen_diplomat.cities.model import City
from citizen_diplomat.community.model import ProposalTally, Support
from citizen_diplomat.community.supports import support
from citizen_diplomat.foundation.clock import now
from citizen_diplomat.moderation.model import QueueItem
from citizen_diplomat.moderation.office import office
from citizen_diplomat.moderation.rules import Outcome
from citizen_diplomat.moderation.sanction_appeals import appeal
from citizen_diplomat.overview.places import Place
from citizen_diplomat.overview.second_count import Dashboard, dashboard, disagreements
from citizen_diplomat.overview.trends import Share
from tests.cast import Cast
from tests.desk import (
    BICYCLES,
    MONDAY,
    NO_ACCOUNT,
    again,
    appealed,
    claimed,
    decided,
    resubmitted,
    submitted,
)  # fmt: skip
from tests.sanctioning import impose, within

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SATURDAY = MONDAY + 5 * DAY


def recount(app: Flask, *arguments: str) -> Result:
    return app.test_cli_runner().invoke(args=["recount", *arguments])


def test_it_finds_what_is_wrong_and_puts_it_right(app: Flask, session: Session, cast: Cast) -> None:
    # The cast is written without its counts: three members in three cities.
    first = recount(app)
    assert first.exit_code == 1
    assert "city.member_count of barcelona: 0, but 1 are there" in first.output
    assert recount(app, "--fix").exit_code == 0
    session.expire_all()
    assert session.get_one(City, "barcelona").member_count == 1
    session.commit()

    item = decided(session, submitted(session, cast.nasrin), by=cast.hamid)
    support(session, item.of_proposal, cities=["barcelona"], by=cast.kamran, at=MONDAY)
    session.commit()
    assert recount(app).exit_code == 0

    session.execute(update(ProposalTally).values(supporters=7, comments=2))
    session.commit()
    told = recount(app)
    assert told.exit_code == 1
    assert f"proposal_tally.supporters of {item.subject_id}: 7, but 1 are there" in told.output
    assert f"proposal_tally.comments of {item.subject_id}: 2, but 0 are there" in told.output
    assert recount(app, "--fix").exit_code == 0
    assert recount(app).exit_code == 0

    # A row that was lost is made again.
    session.execute(delete(ProposalTally))
    session.commit()
    assert recount(app, "--fix").exit_code == 0
    session.expire_all()
    assert session.get_one(ProposalTally, item.subject_id).supporters == 1
    assert session.query(Support).count() == 1
    session.commit()


def told(session: Session) -> Dashboard:
    """A week at the desk, and what the dashboard says of it to who sees all."""
    return dashboard(session, office(session), viewer=NO_ACCOUNT, at=SATURDAY)


def week_of_work(app: Flask, session: Session, cast: Cast) -> None:
    """Answers, an appeal, a question, what waits, is held, overdue, and what few may see."""
    declined = submitted(session, cast.nasrin)
    declined = decided(session, declined, Outcome.DECLINE, by=cast.hamid, at=MONDAY + 2 * DAY)
    appealed(session, declined, by=cast.nasrin, at=MONDAY + 3 * DAY)
    asked = submitted(session, cast.kamran, BICYCLES, at=MONDAY - 7 * DAY)
    asked = decided(session, asked, Outcome.REQUEST_CHANGES, by=cast.maryam, at=MONDAY + DAY)
    resubmitted(session, asked.of_proposal, "It is mapped.", at=MONDAY + 2 * DAY)
    decided(session, again(session, asked), by=cast.hamid, at=SATURDAY - HOUR)
    submitted(session, cast.kamran, BICYCLES, at=MONDAY - 60 * DAY)
    held = claimed(session, submitted(session, cast.nasrin), by=cast.maryam, at=SATURDAY - 2 * DAY)
    session.get_one(QueueItem, held.id).lease_until = SATURDAY + HOUR
    given = submitted(session, cast.stranger, at=SATURDAY - HOUR)
    session.get_one(QueueItem, given.id).assignee_id = cast.soheila.id
    session.commit()
    sanction = impose(app, cast.kamran, SanctionKind.WARN, by=cast.mina, at=MONDAY)
    within(app, lambda opened, _: appeal(opened, sanction, "It was not me.", at=MONDAY + DAY))


def test_every_figure_of_the_dashboard_agrees_with_its_rows(
    app: Flask, session: Session, cast: Cast
) -> None:
    week_of_work(app, session, cast)
    said, of = told(session), office(session)
    assert disagreements(session, of, said, at=SATURDAY) == []
    assert said.today.overdue == said.today.held_too_long == 1
    assert sum(said.trends.backlog.values()) == 4, "the appeal against a sanction is in neither"
    assert [week.median is None for week in said.trends.weeks[-2:]] == [False, True]
    at = said.trends.weeks[-2].first_day.isoformat()
    weeks, one = list(said.trends.weeks), said.trends.weeks[-2]
    for line, wrong in (
        (f"week from {at}: received 7 on the dashboard, ", replace(one, received=7)),
        (f"week from {at}: answered 8 on the dashboard, ", replace(one, answered=8)),
        (f"week from {at}: median 9.0 on the dashboard, ", replace(one, median=9.0)),
        (f"week from {at}: 90th percentile 9 on the dashboard, ", replace(one, ninetieth=9)),
    ):
        weeks[-2] = wrong
        changed = replace(said, trends=replace(said.trends, weeks=tuple(weeks)))
        [found] = disagreements(session, of, changed, at=SATURDAY)
        assert found.startswith(line)


def test_each_other_figure_that_is_wrong_is_told(app: Flask, session: Session, cast: Cast) -> None:
    week_of_work(app, session, cast)
    said, of = told(session), office(session)
    in_all = said.trends
    load = next(one for one in said.loads if one.account_id == cast.soheila.id)
    others = [one for one in said.loads if one is not load]
    for line, wrong in (
        ("city porto: received 1 on the dashboard, nothing by its rows",
         replace(said, trends=replace(in_all, cities=(*in_all.cities, Share("porto", 1, 0))))),
        ("topic tourism: answered 1 on the dashboard, nothing by its rows",
         replace(said, trends=replace(in_all, topics=(*in_all.topics, Share("tourism", 0, 1))))),
        ("age 9-10 5 on the dashboard, nothing by its rows",
         replace(said, trends=replace(in_all, backlog={**in_all.backlog, "9-10": 5}))),
        ("unassigned 9 on the dashboard, 2 by its rows",
         replace(said, today=replace(said.today, unassigned=9))),
        ("place porto: waiting 1 on the dashboard, nothing by its rows",
         replace(said, places={**said.places, "porto": Place(1, 0)})),
        (f"reviewer {load.account_id}: assigned nothing on the dashboard, 1 by its rows",
         replace(said, loads=[*others, replace(load, assigned=0)])),
    ):  # fmt: skip
        assert disagreements(session, of, wrong, at=SATURDAY) == [line]


def test_the_command_tells_where_the_dashboard_is_wrong(
    app: Flask, session: Session, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    submitted(session, cast.nasrin, at=now())
    assert recount(app, "--fix").exit_code == 0
    monkeypatch.setattr("citizen_diplomat.overview.second_count.places", lambda *_, **__: {})
    found = recount(app)
    assert found.exit_code == 1
    line = "place barcelona: waiting nothing on the dashboard, 1 by its rows"
    assert line in found.output
