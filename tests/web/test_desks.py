"""Soheila arranges the desks: who works together, and what comes to whom; moderators may not."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.audit.queries import entries
from citizen_diplomat.moderation.desks import Desk, DeskMember, DeskRule
from citizen_diplomat.moderation.model import QueueItem
from tests.cast import Cast
from tests.conftest import database_of
from tests.desk import submitted
from tests.rooms.test_desks import desk, rule
from tests.web.talk import post
from tests.web.test_writing import hidden

BrowserOf = Callable[[Account], FlaskClient]
Counting = Callable[[], AbstractContextManager[list[str]]]
DESKS = "/en/staff/desks"
NAMES = {"name_fa": "میز آب", "name_en": "Water"}


def item_now(app: Flask, item: QueueItem) -> tuple[int | None, int | None]:
    """Whose desk and whose work an item is."""
    with database_of(app).reading() as session:
        row = session.get_one(QueueItem, item.id)
        return row.desk_id, row.assignee_id


def test_a_desk_is_opened_and_gets_what_its_rule_says(
    app: Flask, session: Session, cast: Cast, browser_of: BrowserOf
) -> None:
    browser = browser_of(cast.soheila)
    assert "There is no desk yet" in browser.get("/en/staff/clock").text
    made = post(browser, f"{DESKS}/new", **NAMES, head=cast.hamid.id)
    address = made.headers["Location"]
    for person in (cast.hamid, cast.maryam):
        assert post(browser, f"{address}/members", account=person.id).status_code == 303
    fields = {"city": "barcelona", "topic": "", "person": cast.maryam.id}
    assert post(browser, f"{address}/rules", **fields).status_code == 303
    twice = post(browser, f"{address}/rules", **fields)
    assert twice.status_code == 422
    assert "This comes to a desk already: Water" in twice.text
    item = submitted(session, cast.nasrin)
    assert item.assignee_id == cast.maryam.id
    for language in ("en", "fa"):
        page = browser.get(address.replace("/en/", f"/{language}/")).text
        assert cast.maryam.display_name in page
    assert "There is one desk." in browser.get("/en/staff/clock").text
    listed = browser.get(DESKS).text
    assert "2 colleagues" in listed
    assert "one item waits" in listed
    rule_id = session.scalar(select(DeskRule.id))
    session.close()
    post(browser, f"{address}/rules", remove=rule_id)
    assert "nothing comes to it by rule" in browser.get(DESKS).text
    with database_of(app).reading() as reading:
        done = {row.action for row in entries(reading).items}
    assert {"desk.added", "desk.member_added", "desk.rule_added", "desk.rule_removed"} <= done


def test_who_leaves_a_desk_leaves_its_work_there(
    app: Flask, session: Session, cast: Cast, browser_of: BrowserOf
) -> None:
    water = desk(session, "water", cast.hamid, cast.maryam)
    rule(session, water, topic="environment-water", person=cast.maryam)
    item = submitted(session, cast.nasrin)
    session.close()
    address = f"{DESKS}/{water.id}"
    post(browser_of(cast.soheila), f"{address}/members", remove=cast.maryam.id)
    assert item_now(app, item) == (water.id, None)
    with database_of(app).reading() as reading:
        assert list(reading.scalars(select(DeskMember.account_id))) == [cast.hamid.id]
        assert reading.scalars(select(DeskRule)).one().account_id is None


def test_what_waits_for_a_closed_desk_is_the_offices(
    app: Flask, session: Session, cast: Cast, browser_of: BrowserOf
) -> None:
    water = desk(session, "water", cast.hamid)
    rule(session, water, topic="environment-water", person=cast.hamid)
    item = submitted(session, cast.nasrin)
    session.close()
    browser, address = browser_of(cast.soheila), f"{DESKS}/{water.id}"
    assert post(browser, address, action="close").status_code == 303
    assert item_now(app, item) == (None, None)
    assert "closed" in browser.get(DESKS).text
    assert submitted(session, cast.nasrin).desk_id is None
    session.close()
    post(browser, address, action="reopen")
    assert submitted(session, cast.nasrin).desk_id == water.id


def test_of_two_who_change_a_desk_the_second_sees_the_first(
    app: Flask, session: Session, cast: Cast, browser_of: BrowserOf
) -> None:
    address = f"{DESKS}/{desk(session, 'water', cast.hamid).id}"
    session.close()
    browser = browser_of(cast.mina)
    version = hidden(browser.get(address), "version")
    first = post(browser, address, **NAMES, version=version, shares_out="y")
    assert first.status_code == 303
    late = post(browser, address, name_fa="باران", name_en="Rain", version=version)
    assert late.status_code == 409
    assert "میز آب" in late.text
    assert 'value="Rain"' in late.text
    again = {"name_fa": "باران", "name_en": "Rain", "version": hidden(late, "version")}
    assert post(browser, address, **again).status_code == 303
    with database_of(app).reading() as reading:
        row = reading.scalars(select(Desk)).one()
        assert (row.name_en, row.shares_out, row.version) == ("Rain", False, 3)


@pytest.mark.parametrize(
    ("path", "fields", "field"),
    [
        ("/new", {"name_fa": "", "name_en": "Water"}, "name_fa"),
        ("/new", NAMES | {"name_en": "x" * 61}, "name_en"),
        ("/new", NAMES | {"head": "arash"}, "head"),
        ("/{desk}", NAMES | {"head": "nasrin"}, "head"),
        ("/{desk}/members", {"account": "nasrin"}, "account"),
        ("/{desk}/members", {"account": ""}, "account"),
        ("/{desk}/rules", {"city": "atlantis"}, "city"),
        ("/{desk}/rules", {"person": "maryam"}, "person"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(
    session: Session,
    cast: Cast,
    browser_of: BrowserOf,
    path: str,
    fields: dict[str, str],
    field: str,
) -> None:
    number = desk(session, "water", cast.hamid).id
    session.close()
    sent = {
        name: getattr(cast, value).id if hasattr(cast, value) else value
        for name, value in fields.items()
    }
    answer = post(browser_of(cast.soheila), DESKS + path.format(desk=number), **sent)
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text


def test_others_may_not(session: Session, cast: Cast, browser_of: BrowserOf) -> None:
    number = desk(session, "water", cast.hamid, head=cast.hamid).id
    session.close()
    for person in (cast.hamid, cast.arash, cast.nasrin):
        browser = browser_of(person)
        for path in ("", "/new", f"/{number}", f"/{number}/members", f"/{number}/rules"):
            assert browser.get(DESKS + path).status_code == 403, path
            assert not path or post(browser, DESKS + path, **NAMES).status_code == 403, path
    browser = browser_of(cast.mina)
    for path in ("/99", "/99/members", "/99/rules"):
        assert browser.get(DESKS + path).status_code == 404
        assert post(browser, DESKS + path, remove="1", action="close").status_code == 404


@pytest.mark.parametrize("rows", [1, 3, 30])
def test_the_list_costs_the_same_for_any_number(
    session: Session, cast: Cast, browser_of: BrowserOf, queries: Counting, rows: int
) -> None:
    """Who reads, the queue's figure in the header, and the desks with their figures."""
    for number in range(rows):
        desk(session, f"desk {number}", cast.hamid, head=cast.maryam)
    session.close()
    browser = browser_of(cast.soheila)
    browser.get(DESKS)
    with queries() as asked:
        html = browser.get(DESKS).text
    assert html.count('<h2 class="h3">') == rows
    assert len(asked) == 3, asked
