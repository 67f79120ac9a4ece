"""Whose work an item is: shared out by the desk, given by hand, referred to another desk."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.audit.queries import entries
from citizen_diplomat.moderation.conflicts import ConflictCause, exclude
from citizen_diplomat.moderation.desks import Absence
from citizen_diplomat.moderation.model import QueueItem
from citizen_diplomat.moderation.office import OfficeClock
from tests.cast import Cast
from tests.conftest import database_of
from tests.desk import MONDAY, again, claimed, submitted
from tests.rooms.test_desks import desk, rule
from tests.web.talk import post
from tests.web.test_desks import item_now
from tests.web.test_writing import hidden

BrowserOf = Callable[[Account], FlaskClient]
NOTE = "این پیشنهاد دربارهٔ آب نیست."


def address(item: QueueItem, page: str = "") -> str:
    return f"/en/staff/queue/{item.id}{page}"


def test_a_desk_shares_out_to_who_is_there_and_has_least(session: Session, cast: Cast) -> None:
    """Ties go to who has waited longest; who is away gets nothing new; work done counts no more."""
    water = desk(session, "water", cast.hamid, cast.maryam, cast.soheila)
    water.shares_out = True
    today = MONDAY.date()
    session.add(Absence(account_id=cast.soheila.id, first_day=today, last_day=today))
    session.commit()
    rule(session, water, topic="environment-water")
    at = [MONDAY + timedelta(minutes=n) for n in range(4)]
    first, second, third = (submitted(session, cast.nasrin, at=at[n]) for n in range(3))
    given = [first.assignee_id, second.assignee_id, third.assignee_id]
    assert given == [cast.hamid.id, cast.maryam.id, cast.hamid.id]
    session.merge(second).closed_at = MONDAY
    session.commit()
    assert submitted(session, cast.nasrin, at=at[3]).assignee_id == cast.maryam.id
    tomorrow = submitted(session, cast.nasrin, at=MONDAY + timedelta(days=1))
    assert tomorrow.assignee_id == cast.soheila.id


def test_nothing_is_shared_out_to_who_must_not_judge_it(session: Session, cast: Cast) -> None:
    water = desk(session, "water", cast.hamid)
    water.shares_out = True
    session.commit()
    rule(session, water, topic="environment-water")
    assert submitted(session, cast.hamid).assignee_id is None


def test_given_by_hand_to_me_to_a_colleague_and_to_the_desk(
    app: Flask, session: Session, cast: Cast, browser_of: BrowserOf
) -> None:
    water = desk(session, "water", cast.hamid, cast.maryam)
    rule(session, water, topic="environment-water")
    item = claimed(session, submitted(session, cast.nasrin), by=cast.hamid, at=MONDAY)
    session.close()
    browser, page = browser_of(cast.hamid), address(item, "/assignment")
    shown = browser.get(address(item))
    assert "Give it to me" in shown.text
    seen = hidden(shown, "seen")
    assert post(browser, page, person=cast.hamid.id, seen=seen).status_code == 303
    late = post(browser, page, person=cast.maryam.id, seen=seen)
    assert late.status_code == 409
    assert f'<option selected value="{cast.maryam.id}">' in late.text
    assert item_now(app, item) == (water.id, cast.hamid.id)
    seen = hidden(late, "seen")
    for wrong in (cast.soheila, cast.nasrin):
        refused = post(browser, page, person=wrong.id, seen=seen)
        assert refused.status_code == 422
        assert 'id="person-error"' in refused.text
    assert post(browser, page, person=cast.maryam.id, seen=seen).status_code == 303
    row = again(session, item)
    assert (row.assignee_id, row.holder_id) == (cast.maryam.id, None), "and is let go"
    session.close()
    seen = f"{water.id}.{cast.maryam.id}"
    assert post(browser, page, person="", seen=seen).status_code == 303
    assert item_now(app, item) == (water.id, None)
    assert "said whose work an item is" in browser.get(address(item, "?view=history")).text


@time_machine.travel(MONDAY, tick=False)
@pytest.mark.parametrize("closed", [False, True])
def test_referred_to_another_desk_with_a_note_that_it_reads(
    app: Flask, session: Session, cast: Cast, browser_of: BrowserOf, closed: bool
) -> None:
    session.add(OfficeClock.with_defaults(are_desks_closed=closed))
    water = desk(session, "water", cast.hamid)
    roads = desk(session, "roads", cast.maryam)
    roads.shares_out = True
    session.commit()
    rule(session, water, topic="environment-water", person=cast.hamid)
    item = claimed(session, submitted(session, cast.nasrin), by=cast.hamid, at=MONDAY)
    due = item.due_at
    session.close()
    hamid, maryam, page = (
        browser_of(cast.hamid),
        browser_of(cast.maryam),
        address(item, "/referral"),
    )
    assert maryam.get(address(item)).status_code == (404 if closed else 200)
    seen = hidden(hamid.get(page), "seen")
    for fields, field in (
        ({"desk": "", "note": NOTE}, "desk"),
        ({"desk": water.id, "note": NOTE}, "desk"),
        ({"desk": roads.id, "note": " "}, "note"),
    ):
        refused = post(hamid, page, **fields, seen=seen)
        assert refused.status_code == 422
        assert f'id="{field}-error"' in refused.text
    stale = post(hamid, page, desk=roads.id, note=NOTE, seen="0.0")
    assert stale.status_code == 409
    assert NOTE in stale.text
    if not closed:
        held = post(maryam, page, desk=roads.id, note=NOTE, seen=seen)
        assert held.status_code == 422
        assert "Take it over first." in held.text
    assert post(hamid, page, desk=roads.id, note=NOTE, seen=seen).status_code == 303
    assert item_now(app, item) == (roads.id, cast.maryam.id), "which shares out evenly"
    for language in ("en", "fa"):
        history = maryam.get(f"/{language}/staff/queue/{item.id}?view=history").text
        assert NOTE in history
        assert "roads" in history
    assert "referred an item to another desk" in maryam.get(address(item, "?view=history")).text
    assert hamid.get(address(item)).status_code == (404 if closed else 200)
    row = again(session, item)
    assert (row.due_at, row.holder_id) == (due, None), "the promise holds"
    (entry,) = entries(session, action="item.referred").items
    assert entry.detail == {"before": water.id, "desk": roads.id}
    session.close()
    assert NOTE not in browser_of(cast.nasrin).get(f"/en/me/proposals/{item.subject_id}").text


def test_what_is_decided_or_hidden_is_given_to_nobody(
    app: Flask, session: Session, cast: Cast, browser_of: BrowserOf
) -> None:
    item = submitted(session, cast.nasrin)
    roads = desk(session, "roads", cast.maryam)
    exclude(session, item, cast.maryam.id, ConflictCause.DECLARED, at=MONDAY)
    session.merge(item).closed_at = MONDAY
    session.commit()
    session.close()
    fields: dict[str, dict[str, object]] = {
        "assignment": {"person": cast.hamid.id},
        "referral": {"desk": roads.id, "note": NOTE},
    }
    for page, sent in fields.items():
        hamid, maryam = browser_of(cast.hamid), browser_of(cast.maryam)
        assert post(hamid, address(item, f"/{page}"), **sent, seen="0.0").status_code == 409
        assert post(maryam, address(item, f"/{page}"), **sent, seen="0.0").status_code == 404
    with database_of(app).reading() as reading:
        assert reading.get_one(QueueItem, item.id).desk_id is None
