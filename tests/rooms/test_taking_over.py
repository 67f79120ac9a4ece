"""Maryam takes over what Hamid held: he hears who has it now, and why, once."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from citizen_diplomat.mail.model import OutboxMessage
from citizen_diplomat.moderation.claims import claim
from citizen_diplomat.moderation.conflicts import ConflictCause, exclude
from citizen_diplomat.moderation.rules import LEASE
from citizen_diplomat.moderation.taking_over import take_over_and_tell
from tests.cast import Cast
from tests.desk import MONDAY, again, submitted

NOTE = "حمید تا شنبه نیست."


@pytest.mark.parametrize(
    ("after", "is_told"),
    [
        (timedelta(minutes=10), True),
        (LEASE + timedelta(minutes=5), True),
        (2 * LEASE, False),
        (timedelta(days=2), False),
    ],
)
def test_the_former_holder_hears_of_it_unless_they_put_it_down_long_ago(
    session: Session, cast: Cast, after: timedelta, is_told: bool
) -> None:
    item = submitted(session, cast.nasrin)
    claim(session, item, by=cast.hamid, at=MONDAY)
    for minute in (0, 1):
        at = MONDAY + after + timedelta(minutes=minute)
        take_over_and_tell(
            session, again(session, item), note=NOTE, by=cast.maryam, at=at, link=lambda _: "/12"
        )
    session.commit()
    letters = session.scalars(select(OutboxMessage).where(OutboxMessage.name == "taken_over")).all()
    assert [row.to_address for row in letters] == ([cast.hamid.email] if is_told else [])
    for row in letters:
        assert NOTE in str(row.values)
        assert cast.maryam.display_name in str(row.values)


def test_who_may_not_see_it_any_more_is_told_nothing(session: Session, cast: Cast) -> None:
    item = submitted(session, cast.nasrin)
    claim(session, item, by=cast.hamid, at=MONDAY)
    exclude(session, item, cast.hamid.id, ConflictCause.DECLARED, at=MONDAY)
    take_over_and_tell(
        session, again(session, item), note=NOTE, by=cast.maryam, at=MONDAY, link=lambda _: "/12"
    )
    session.commit()
    assert not session.scalars(select(OutboxMessage.name)).all().count("taken_over")
