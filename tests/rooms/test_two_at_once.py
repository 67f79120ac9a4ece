"""Two who meet at the log and at a city's count wait for each other in one order."""

from dataclasses import replace
from threading import Event, Thread

from flask import Flask
from sqlalchemy.exc import DBAPIError

from citizen_diplomat.audit.actions import record
from citizen_diplomat.directory.actions import member_arrived, save_profile
from citizen_diplomat.directory.queries import of_account
from tests.cast import LONG_AGO, Cast
from tests.conftest import database_of

LONG_ENOUGH = 10


def test_moving_to_a_city_while_somebody_arrives_there_is_no_deadlock(
    app: Flask, cast: Cast
) -> None:
    """Kamran moves to Barcelona at the moment in which Nasrin's address is being confirmed."""
    failures: list[DBAPIError] = []
    moving = Event()

    def move() -> None:
        with database_of(app).writing() as session:
            moving.set()
            profile = of_account(session, cast.kamran.id, to_change=True)
            assert profile is not None
            draft = replace(profile.as_draft(), city_slug="barcelona")
            try:
                save_profile(session, profile, draft, by=cast.kamran, at=LONG_AGO)
                session.commit()
            except DBAPIError as error:
                failures.append(error)

    mover = Thread(target=move)
    with database_of(app).writing() as session:
        record(session, "account.verified", "account:1", by=cast.nasrin.id, at=LONG_AGO)
        mover.start()
        assert moving.wait(LONG_ENOUGH)
        # Until the mover has come as far as it can while the log is ours.
        mover.join(0.5)
        member_arrived(session, cast.nasrin)
        session.commit()
    mover.join(LONG_ENOUGH)
    assert not mover.is_alive()
    assert failures == []
