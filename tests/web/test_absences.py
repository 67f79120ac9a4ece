"""Hamid is away for some days; Maryam stands in, and what he was given is hers meanwhile."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.accounts.queries import account_by_id
from citizen_diplomat.audit.queries import entries
from citizen_diplomat.moderation.desks import Absence, Desk, DeskMember, DeskRule
from citizen_diplomat.moderation.model import QueueItem
from citizen_diplomat.web import personal_data
from tests.cast import Cast
from tests.conftest import database_of
from tests.desk import MONDAY, submitted
from tests.rooms.test_desks import desk, rule
from tests.web.talk import post

BrowserOf = Callable[[Account], FlaskClient]
Counting = Callable[[], AbstractContextManager[list[str]]]
ABSENCES = "/en/staff/absences"
DAYS = {"first": "1405-08-11", "last": "2026-11-04"}
"""From Monday to Wednesday, in either calendar."""


def of(person: Account) -> str:
    return f"{ABSENCES}/of/{person.id}"


@time_machine.travel(MONDAY, tick=False)
def test_who_is_away_leaves_their_work_to_the_stand_in(
    app: Flask, session: Session, cast: Cast, browser_of: BrowserOf
) -> None:
    water = desk(session, "water", cast.hamid, cast.maryam)
    rule(session, water, topic="environment-water", person=cast.hamid)
    item = submitted(session, cast.nasrin)
    session.close()
    hamid, maryam = browser_of(cast.hamid), browser_of(cast.maryam)
    link = f"/en/staff/queue/{item.id}"
    assert link not in maryam.get("/en/staff/queue?assigned=me").text
    assert post(hamid, of(cast.hamid), **DAYS, stand_in=cast.maryam.id).status_code == 303
    assert link in maryam.get("/en/staff/queue?assigned=me").text
    for language in ("en", "fa"):
        listed = maryam.get(ABSENCES.replace("/en/", f"/{language}/")).text
        assert cast.hamid.display_name in listed
        assert "/end" not in listed, "only their own, or those of the head"
    with database_of(app).reading() as reading:
        number = reading.scalars(select(Absence.id)).one()
    assert post(maryam, f"{ABSENCES}/{number}/end").status_code == 404
    assert post(hamid, f"{ABSENCES}/{number}/end").status_code == 303
    assert "Everybody is here." in maryam.get(ABSENCES).text
    assert link not in maryam.get("/en/staff/queue?assigned=me").text
    with database_of(app).reading() as reading:
        done = {row.action for row in entries(reading).items}
    assert {"absence.entered", "absence.taken_back"} <= done


@time_machine.travel(MONDAY, tick=False)
@pytest.mark.parametrize(
    ("who", "whose", "status"),
    [
        ("hamid", "hamid", 303),
        ("maryam", "hamid", 303),
        ("hamid", "maryam", 404),
        ("soheila", "hamid", 303),
        ("maryam", "soheila", 404),
        ("hamid", "nasrin", 404),
        ("mina", "hamid", 403),
        ("arash", "arash", 403),
        ("nasrin", "nasrin", 403),
    ],
)
def test_the_head_and_coordinators_enter_them_for_others(
    session: Session, cast: Cast, browser_of: BrowserOf, who: str, whose: str, status: int
) -> None:
    desk(session, "water", cast.hamid, head=cast.maryam)
    session.close()
    browser = browser_of(getattr(cast, who))
    assert post(browser, of(getattr(cast, whose)), **DAYS).status_code == status
    seen = browser.get(of(getattr(cast, whose))).status_code
    assert seen == (200 if status == 303 else status)


@time_machine.travel(MONDAY, tick=False)
@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"first": "Monday"}, "first"),
        ({"last": ""}, "last"),
        ({"last": "2026-11-01"}, "last"),
        ({"first": "2026-10-01", "last": "2026-11-01"}, "last"),
        ({"last": "2029-01-01"}, "last"),
        ({"first": "2026-11-11", "last": "2026-11-20"}, "first"),
        ({"stand_in": "soheila"}, "stand_in"),
        ({"stand_in": "hamid"}, "stand_in"),
        ({"stand_in": "maryam", "first": "2026-11-20", "last": "2026-11-21"}, "stand_in"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(
    session: Session, cast: Cast, browser_of: BrowserOf, changed: dict[str, str], field: str
) -> None:
    """Hamid is away already on 11 November, Maryam on the 20th; Soheila is of no desk."""
    desk(session, "water", cast.hamid, cast.maryam)
    for person, days in ((cast.hamid, 9), (cast.maryam, 18)):
        day = (MONDAY + timedelta(days=days)).date()
        session.add(Absence(account_id=person.id, first_day=day, last_day=day))
    session.commit()
    session.close()
    sent = {
        name: getattr(cast, value).id if hasattr(cast, value) else value
        for name, value in (DAYS | changed).items()
    }
    answer = post(browser_of(cast.hamid), of(cast.hamid), **sent)
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text


def test_who_closes_their_account_leaves_desks_and_absences(
    app: Flask, session: Session, cast: Cast
) -> None:
    water = desk(session, "water", cast.hamid, cast.maryam, head=cast.hamid)
    rule(session, water, topic="environment-water", person=cast.hamid)
    item = submitted(session, cast.nasrin)
    today = MONDAY.date()
    away = {"first_day": today, "last_day": today}
    session.add(Absence(account_id=cast.hamid.id, **away))
    session.add(Absence(account_id=cast.maryam.id, stand_in_id=cast.hamid.id, **away))
    session.commit()
    hamid = session.get_one(Account, cast.hamid.id)
    told = personal_data.export(session, hamid, at=MONDAY)["work_at_desks"]
    assert told["desks"] == [{"fa": "میز water", "en": "water"}]
    assert told["absences"] == [{"from": str(today), "until": str(today)}]
    session.commit()
    session.expunge_all()
    seen = account_by_id(session, cast.hamid.id)
    assert seen is not None
    personal_data.close(session, seen, at=MONDAY, link_of=lambda number: lambda _: f"/{number}")
    session.commit()
    assert session.scalars(select(DeskMember.account_id)).all() == [cast.maryam.id]
    assert session.scalars(select(Desk.head_id)).one() is None
    assert session.scalars(select(DeskRule.account_id)).one() is None
    assert session.scalars(select(Absence)).one().stand_in_id is None
    assert session.get_one(QueueItem, item.id).assignee_id is None


@time_machine.travel(MONDAY, tick=False)
@pytest.mark.parametrize("rows", [1, 3, 30])
def test_the_page_costs_the_same_for_any_number(
    session: Session, cast: Cast, browser_of: BrowserOf, queries: Counting, rows: int
) -> None:
    """Who reads, the queue's figure, whose days they enter, and the rows."""
    desk(session, "water", cast.hamid, cast.maryam, head=cast.maryam)
    for number in range(rows):
        day = (MONDAY + timedelta(days=number)).date()
        session.add(Absence(account_id=cast.hamid.id, first_day=day, last_day=day))
    session.commit()
    session.close()
    browser = browser_of(cast.maryam)
    browser.get(ABSENCES)
    with queries() as asked:
        html = browser.get(ABSENCES).text
    assert html.count("/end") == rows
    assert len(asked) == 4, asked
