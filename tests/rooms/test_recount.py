"""`flask recount`: kept counts and the dashboard are held against the rows behind them."""

from click.testing import Result
from flask import Flask
from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from citizen_diplomat.cities.model import City
from citizen_diplomat.community.model import ProposalTally, Support
from citizen_diplomat.community.supports import support
from citizen_diplomat.foundation.clock import now
from citizen_diplomat.moderation.office import office
from citizen_diplomat.overview.recount import disagreements
from citizen_diplomat.overview.trends import Week, trends
from tests.cast import Cast
from tests.desk import MONDAY, NO_ACCOUNT, decided, submitted


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


def test_the_dashboard_agrees_with_its_rows(session: Session, cast: Cast) -> None:
    at = now()
    decided(session, submitted(session, cast.nasrin, at=at), by=cast.hamid, at=at)
    submitted(session, cast.nasrin, at=MONDAY)
    of = office(session)
    said = trends(session, of, viewer=NO_ACCOUNT, at=at)
    assert disagreements(session, of, said, at=at) == []
    last = said.weeks[-1]
    wrong = [*said.weeks[:-1], Week(last.first_day, last.received + 1, last.answered, None, None)]
    [line] = disagreements(session, of, type(said)(tuple(wrong), (), (), {}), at=at)
    assert f"received {last.received + 1} on the dashboard, {last.received} by its rows" in line
