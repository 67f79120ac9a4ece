"""Statements of reasons as pages: for one pair of eyes, in its own language, fit for paper."""

import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.mail.model import OutboxMessage
from citizen_diplomat.moderation.rules import Outcome
from citizen_diplomat.moderation.statements import StatementOfReasons
from tests.cast import Cast
from tests.desk import MONDAY, WATER, again, decided, submitted
from tests.web.test_my_data import download
from tests.web.test_review import answer, post
from tests.writers import joined

BrowserOf = Callable[[Account], FlaskClient]
Outbox = Callable[[], list[OutboxMessage]]


def given(session: Session) -> dict[int, StatementOfReasons]:
    """The statements by whom they are for, as the database has them now."""
    session.rollback()
    rows = {row.account_id: row for row in session.scalars(select(StatementOfReasons))}
    # A writing transaction left open would keep every browser waiting.
    session.commit()
    return rows


def test_the_letter_leads_to_it_and_only_who_it_is_for_opens_it(
    session: Session, cast: Cast, browser_of: BrowserOf, outbox: Outbox
) -> None:
    item = submitted(session, cast.nasrin)
    joined(session, item.subject_id, cast.kamran, by=cast.nasrin)
    item = again(session, item)
    fields = answer(item, outcome="decline", reason="outside-powers")
    assert post(browser_of(cast.hamid), item, "decision", **fields).status_code == 303
    rows = given(session)
    letters = {one.to_address: one.values for one in outbox() if one.name == "decision"}
    for person in (cast.nasrin, cast.kamran):
        row, values = rows[person.id], letters[person.email]
        path = f"/{person.language}/me/statements/{row.id}"
        assert values["statement_link"] == f"http://localhost{path}"
        assert values["appeal_until"] == row.last_day
        page = browser_of(person).get(path).text
        assert f'lang="{row.language}"' in page
        for part in row.document["parts"]:
            assert part["heading"] in page
        for other in (cast.nasrin, cast.kamran, cast.stranger, cast.hamid, cast.mina):
            if other is not person:
                assert browser_of(other).get(path).status_code == 404
        own = browser_of(person).get(f"/en/me/proposals/{item.subject_id}").text
        assert f'href="/en/me/statements/{row.id}"' in own
        listed = browser_of(person).get("/en/me/statements").text
        assert f'href="/en/me/statements/{row.id}"' in listed
    address = f"/fa/me/statements/{rows[cast.nasrin.id].id}"
    assert "حمید" not in browser_of(cast.nasrin).get(address).text


def test_it_keeps_its_language_on_a_page_in_another(
    session: Session, cast: Cast, browser_of: BrowserOf
) -> None:
    decided(session, submitted(session, cast.nasrin), Outcome.DECLINE, by=cast.hamid)
    row = given(session)[cast.nasrin.id]
    page = browser_of(cast.nasrin).get(f"/en/me/statements/{row.id}").text
    assert '<article class="official sheet my-4" lang="fa" dir="rtl">' in page
    assert "قاعده" in page
    assert "۲ نوامبر ۲۰۲۶" in page
    # What is not the statement stays off the paper.
    sheet = page.partition("<article")[2].partition("</article>")[0]
    assert "<a " not in sheet
    assert page.count("d-print-none") == 3


@pytest.mark.parametrize("number", [1, 3, 30])
def test_the_list_takes_four_queries(
    session: Session,
    cast: Cast,
    browser_of: BrowserOf,
    queries: Callable[[], object],
    number: int,
) -> None:
    for place in range(number):
        at = MONDAY + timedelta(hours=place)
        item = submitted(session, cast.nasrin, at=at)
        decided(session, item, Outcome.DECLINE, by=cast.hamid, at=at)
    browser = browser_of(cast.nasrin)
    with queries() as statements:  # type: ignore[attr-defined]
        page = browser.get("/en/me/statements").text
    assert len(statements) <= 4, statements
    assert page.count("A proposal was declined") == min(number, 20)
    assert ("Next page" in page) == (number == 30)


def test_they_are_part_of_the_file_of_ones_own_data(
    session: Session, cast: Cast, browser_of: BrowserOf
) -> None:
    decided(session, submitted(session, cast.nasrin), Outcome.DECLINE, by=cast.hamid)
    text = download(browser_of(cast.nasrin)).get_data(as_text=True)
    (row,) = json.loads(text)["statements_of_reasons"]
    assert (row["measure"], row["language"]) == ("declined", "fa")
    assert any(WATER.title in part["text"] for part in row["parts"])
    assert cast.hamid.display_name not in text
    assert json.loads(text)["appeals"] == []
