"""A digest tells only of the kinds that its reader wants to read there."""

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from citizen_diplomat.community import follows
from citizen_diplomat.community.rules import FollowKind
from citizen_diplomat.mail import preferences
from citizen_diplomat.mail.preference_rules import DEFAULTS, Channel, Kind
from tests.cast import LONG_AGO, Cast
from tests.digests import accepted, answered, make, subscribe
from tests.rooms.test_digests import Arriving, arriving

__all__ = ["arriving"]


@pytest.mark.parametrize(
    ("unwanted", "told"),
    [
        (None, ["Chosen", "Followed"]),
        (Kind.CITY, ["Followed"]),
        (Kind.FOLLOWED, ["Chosen"]),
    ],
)
def test_what_is_not_wanted_there_is_not_told_there(
    app: Flask,
    session: Session,
    cast: Cast,
    arriving: Arriving,
    unwanted: Kind | None,
    told: list[str],
) -> None:
    subscribe(session, cast.nasrin, cities=["porto"])
    follows.follow(session, FollowKind.CITY, "freiburg", by=cast.nasrin, at=LONG_AGO)
    accepted(session, cast.kamran, "Followed", city="freiburg")
    accepted(session, cast.kamran, "Chosen", city="porto")
    if unwanted:
        choice = {unwanted: DEFAULTS[unwanted] - {Channel.DIGEST}}
        preferences.change(session, cast.nasrin.id, choice, at=LONG_AGO)
    session.commit()
    make(app)
    (letter,) = arriving()
    assert sorted(letter.titles) == told


@pytest.mark.parametrize(("unwanted", "mails"), [(None, 1), (Kind.MINE, 0)])
def test_answers_of_which_one_reads_elsewhere_make_no_digest(
    app: Flask,
    session: Session,
    cast: Cast,
    arriving: Arriving,
    unwanted: Kind | None,
    mails: int,
) -> None:
    subscribe(session, cast.nasrin)
    answered(session, accepted(session, cast.nasrin, "Mine"), cast.hamid)
    if unwanted:
        choice = {unwanted: DEFAULTS[unwanted] - {Channel.DIGEST}}
        preferences.change(session, cast.nasrin.id, choice, at=LONG_AGO)
    session.commit()
    make(app)
    assert len(arriving()) == mails
