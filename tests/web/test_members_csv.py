"""Staff take the list of members along: with a reason, safe for spreadsheets, told to members."""

import csv
from collections.abc import Callable
from unittest.mock import patch

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from citizen_diplomat.accounts.model import Account, StaffScope
from citizen_diplomat.audit.model import AccessReceipt, AuditEntry
from citizen_diplomat.directory.rules import Audience, Ladder
from citizen_diplomat.mail.model import OutboxMessage
from citizen_diplomat.web.staff import members_csv
from tests.cast import Cast
from tests.conftest import token_of
from tests.profiles import NASRIN, describe

Browsers = Callable[[Account], FlaskClient]
Outbox = Callable[[], list[OutboxMessage]]
WHY = "The list of guests for the evening of Barcelona."
GIVEN = {"reason": "overview", "words": WHY}
ADDRESSES = {"nasrin@example.org", "kamran@example.org", "sina@example.org"}


def take(browser: FlaskClient, query: str = "", *, lang: str = "en", **fields: str) -> TestResponse:
    token = token_of(browser)
    return browser.post(
        f"/{lang}/staff/members.csv{query}", data={"csrf_token": token, **GIVEN, **fields}
    )


def rows(answer: TestResponse) -> list[list[str]]:
    assert answer.status_code == 200
    assert answer.get_data().startswith(b"\xef\xbb\xbf")
    return list(csv.reader(answer.get_data().decode("utf-8-sig").splitlines()))


def receipts(session: Session) -> dict[int, str]:
    """Whose receipts there are, and in which way their address was opened."""
    session.rollback()
    return {row.account_id: row.opened for row in session.scalars(select(AccessReceipt))}


def newest_entry(session: Session) -> AuditEntry:
    session.rollback()
    return session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()  # type: ignore[return-value]


# who asks, and what the page and its answer are for them
MAY = {
    None: 303, "nasrin": 403, "stranger": 403, "hamid": 200, "soheila": 200, "arash": 403,
    "mina": 403,
}  # fmt: skip


@pytest.mark.parametrize("who", MAY)
def test_who_may_take_the_list_along(
    app: Flask, cast: Cast, session: Session, browser_of: Browsers, who: str | None
) -> None:
    browser = browser_of(getattr(cast, who)) if who else app.test_client()
    page = browser.get("/en/staff/members.csv")
    assert page.status_code == MAY[who]
    assert "nasrin@" not in page.get_data(as_text=True)
    if who:
        answer = take(browser, with_contact="y")
        assert answer.status_code == MAY[who]
        assert ("nasrin@" in answer.get_data(as_text=True)) is (MAY[who] == 200)
        assert len(receipts(session)) == (3 if MAY[who] == 200 else 0)


def test_the_file_holds_what_staff_may_see_and_no_address(
    cast: Cast, session: Session, browser_of: Browsers, outbox: Outbox
) -> None:
    describe(session, cast.nasrin, NASRIN, ladder=Ladder(about=Audience.ONLY_ME))
    describe(session, cast.kamran, NASRIN, ladder=Ladder.all_of(Audience.ONLY_ME))
    describe(
        session, cast.stranger, NASRIN, display_name="Sina Mobini", latin_name="",
        ladder=Ladder(city=Audience.ONLY_ME, skills=Audience.ONLY_ME),
    )  # fmt: skip
    answer = take(browser_of(cast.hamid))
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.headers["Content-Disposition"].startswith(
        'attachment; filename="citizen-diplomat-members-2'
    )
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-store"
    heads, *people = rows(answer)
    assert heads[:4] == ["Number", "Name", "Name in Latin letters", "City"]
    sina, nasrin = sorted(people, key=lambda row: row[1])
    assert nasrin[1:4] == ["نسرین بهرامی", "Nasrin Bahrami", "Barcelona"]
    assert "Pottery and ceramics (Professional)" in nasrin[5]
    assert (sina[1], sina[3], sina[5]) == ("Sina Mobini", "", "")
    assert "@" not in answer.get_data(as_text=True)
    assert receipts(session) == {}
    assert outbox() == []


def test_the_heads_are_in_the_language_of_the_page(cast: Cast, browser_of: Browsers) -> None:
    heads, *_ = rows(take(browser_of(cast.hamid), lang="fa", with_contact="y"))
    assert heads[:2] == ["شماره", "نام"]
    assert heads[-1] == "نشانی ایمیل"


def test_the_filters_are_those_of_the_list_and_the_log_names_them(
    cast: Cast, session: Session, browser_of: Browsers
) -> None:
    describe(session, cast.nasrin, NASRIN, ladder=Ladder())
    query = "?city=barcelona&q=نسرین&standing=confirmed"
    _, *people = rows(take(browser_of(cast.hamid), query))
    assert [row[0] for row in people] == [str(cast.nasrin.id)]
    entry = newest_entry(session)
    assert (entry.action, entry.actor_id) == ("directory.exported", cast.hamid.id)
    assert entry.detail == {
        "reason": "overview",
        "filters": ["city", "q", "standing"],
        "rows": 1,
        "addresses": 0,
    }
    assert "نسرین" not in str(entry.detail)


def test_each_member_whose_address_is_in_the_file_has_a_receipt(
    cast: Cast, session: Session, browser_of: Browsers, outbox: Outbox
) -> None:
    heads, *people = rows(take(browser_of(cast.soheila), with_contact="y"))
    assert heads[-1] == "E-mail address"
    assert {row[-1] for row in people} == ADDRESSES
    members = (cast.nasrin, cast.kamran, cast.stranger)
    assert receipts(session) == {person.id: "file" for person in members}
    assert {mail.to_address for mail in outbox()} == ADDRESSES
    assert newest_entry(session).detail["addresses"] == 3
    # A browser cannot sign in while we still look.
    session.rollback()
    page = browser_of(cast.kamran).get("/en/me/access").get_data(as_text=True)
    assert WHY in page
    assert "in a file with those of others" in page


def test_a_moderator_of_a_city_gets_the_addresses_of_that_city_alone(
    cast: Cast, session: Session, browser_of: Browsers
) -> None:
    session.add(StaffScope(account_id=cast.hamid.id, city_slug="barcelona", topic_slug=None))
    session.get_one(Account, cast.stranger.id).verified_at = None
    session.commit()
    _, *people = rows(take(browser_of(cast.hamid), with_contact="y"))
    found = {int(row[0]): row[-1] for row in people}
    assert found == {
        cast.nasrin.id: "nasrin@example.org",
        cast.kamran.id: "",
        cast.stranger.id: "",
    }
    assert receipts(session) == {cast.nasrin.id: "file"}


@pytest.mark.parametrize("fields", [{"reason": ""}, {"words": ""}, {"words": "why not"}])
def test_without_a_reason_there_is_no_file(
    cast: Cast, session: Session, browser_of: Browsers, fields: dict[str, str]
) -> None:
    answer = take(browser_of(cast.hamid), with_contact="y", **fields)
    assert (answer.status_code, answer.mimetype) == (422, "text/html")
    assert receipts(session) == {}


def test_a_list_that_is_too_long_is_refused_whole(
    cast: Cast, session: Session, browser_of: Browsers
) -> None:
    with patch.object(members_csv, "MOST_ROWS", 2):
        answer = take(browser_of(cast.hamid), with_contact="y")
    assert answer.status_code == 422
    assert "More than 2 members fit this search" in answer.get_data(as_text=True)
    assert receipts(session) == {}


def test_a_name_that_is_a_formula_is_text_in_the_file(
    cast: Cast, session: Session, browser_of: Browsers
) -> None:
    describe(session, cast.nasrin, NASRIN, display_name='=HYPERLINK("x","y")', ladder=Ladder())
    _, *people = rows(take(browser_of(cast.hamid)))
    names = {row[1] for row in people}
    assert '\'=HYPERLINK("x","y")' in names
