"""A certificate of service: issued, verified by anybody with its number, revoked, and outliving."""

import json
import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.audit.model import AuditEntry
from citizen_diplomat.foundation.clock import now
from citizen_diplomat.mail.inbox import entries
from citizen_diplomat.mail.model import OutboxMessage
from citizen_diplomat.outcomes.certificate_model import Certificate
from citizen_diplomat.outcomes.certificate_rules import new_code, shown_code
from citizen_diplomat.web.certificate_words import PURPOSE
from citizen_diplomat.web.services import KEY
from citizen_diplomat.web.throttle import limiter
from tests.cast import Cast
from tests.web.talk import post
from tests.web.test_my_data import download, leave

BrowserOf = Callable[[Account], FlaskClient]
Outbox = Callable[[], list[OutboxMessage]]
Queries = Callable[[], AbstractContextManager[list[str]]]
TEXT = {"text_fa": "ترجمه برای هیئت فرایبورگ", "text_en": "Interpreted for the delegation"}
DONE = {
    **TEXT, "kind": "interpreter", "first_day": "1405-08-10", "last_day": "2026-11-03",
    "hours": "۱۲", "form_key": "once",
}  # fmt: skip


def issue(browser: FlaskClient, member: Account, **fields: str) -> int:
    answer = post(browser, "/en/staff/certificates/new", member=member.id, **{**DONE, **fields})
    assert answer.status_code == 303
    return int(answer.headers["Location"].rpartition("/")[2])


def kept(session: Session) -> Certificate:
    session.rollback()
    row = session.scalars(select(Certificate)).one()
    session.commit()
    return row


def test_it_is_issued_once_told_and_verified_by_whoever_has_its_number(
    session: Session, client: FlaskClient, cast: Cast, browser_of: BrowserOf, outbox: Outbox
) -> None:
    desk = browser_of(cast.soheila)
    assert issue(desk, cast.nasrin) == issue(desk, cast.nasrin), "the same form again"
    row = kept(session)
    (letter,) = [one for one in outbox() if one.name == "certificate"]
    address = f"/certificates/{row.shown_code}"
    assert letter.to_address == cast.nasrin.email
    assert letter.values["verify_link"] == f"http://localhost/fa{address}"
    assert letter.values["text"] == TEXT["text_fa"]
    assert [one.name for one in entries(session, cast.nasrin.id)] == ["certificate"]
    logged = session.scalars(select(AuditEntry).where(AuditEntry.action == "certificate.issued"))
    assert [one.detail["seal"] for one in logged] == [row.seal]
    session.commit()
    page = client.get(f"/fa{address}")
    assert page.status_code == 200
    for said in (cast.nasrin.display_name, TEXT["text_fa"], "۱۰ آبان ۱۴۰۵ (۱ نوامبر ۲۰۲۶)", "۱۲"):
        assert said in page.text
    assert page.headers["Cache-Control"] == "no-store"
    assert "noindex" in page.headers["X-Robots-Tag"]
    assert "Set-Cookie" not in page.headers
    asked = client.get("/en/certificates", query_string={"code": row.shown_code.lower()})
    assert asked.headers["Location"] == f"/en{address}"
    own = browser_of(cast.nasrin).get(f"/en/me/certificates/{row.id}").text
    for said in (
        TEXT["text_en"],
        "1 November 2026 (10 Aban 1405)",
        f"http://localhost/en{address}",
    ):
        assert said in own
    assert "International Relations Office" in own
    assert (
        f"/en/me/certificates/{row.id}" in browser_of(cast.nasrin).get("/en/me/certificates").text
    )


def test_the_member_decides_whether_their_name_is_read(
    session: Session, client: FlaskClient, cast: Cast, browser_of: BrowserOf
) -> None:
    number = issue(browser_of(cast.soheila), cast.kamran)
    row, browser = kept(session), browser_of(cast.kamran)
    address = f"/en/certificates/{row.shown_code}"
    assert "Kamran Dehghan" in client.get(address).text
    assert post(browser, f"/en/me/certificates/{number}").status_code == 303
    hidden = client.get(address).text
    assert "Kamran" not in hidden
    assert "does not show their name" in hidden
    assert "Kamran Dehghan" in browser.get(f"/en/me/certificates/{number}").text, "on the paper"
    assert post(browser_of(cast.stranger), f"/en/me/certificates/{number}").status_code == 404
    post(browser, f"/en/me/certificates/{number}", shows_name="y")
    assert "Kamran Dehghan" in client.get(address).text


def test_a_revoked_one_says_so_and_why(
    session: Session, client: FlaskClient, cast: Cast, browser_of: BrowserOf, outbox: Outbox
) -> None:
    desk = browser_of(cast.soheila)
    address = f"/en/staff/certificates/{issue(desk, cast.kamran)}"
    assert post(desk, f"{address}/revoke").status_code == 422
    assert post(desk, f"{address}/revoke", reason="replaced").status_code == 303
    assert post(desk, f"{address}/revoke", reason="untrue").status_code == 303
    assert "Somebody was faster" in desk.get(address).text
    row = kept(session)
    assert row.revoke_reason == "replaced"
    page = client.get(f"/en/certificates/{row.shown_code}").text
    assert "Another certificate has taken its place." in page
    assert "and it is good" not in page
    states = [one.values["state"] for one in outbox() if one.name == "certificate"]
    assert states == ["issued", "revoked"]


def test_a_wrong_number_is_told_from_a_slip_and_nobody_tries_many(
    app: Flask, session: Session, client: FlaskClient, cast: Cast, browser_of: BrowserOf
) -> None:
    issue(browser_of(cast.soheila), cast.kamran)
    code = kept(session).shown_code
    slip = code[:-1] + ("0" if code[-1] != "0" else "1")
    answer = client.get(f"/en/certificates/{slip}")
    assert (answer.status_code, "can be no number" in answer.text) == (404, True)
    answer = client.get(f"/en/certificates/{shown_code(new_code())}")
    assert (answer.status_code, "issued no certificate" in answer.text) == (404, True)
    limiter.reset()
    found = [client.get(f"/en/certificates/{shown_code(new_code())}") for _ in range(31)]
    assert [one.status_code for one in found] == [404] * 30 + [429]
    assert client.get(f"/en/certificates/{code}").status_code == 429


def test_what_was_altered_behind_the_offices_back_is_not_confirmed(
    session: Session, client: FlaskClient, cast: Cast, browser_of: BrowserOf
) -> None:
    issue(browser_of(cast.soheila), cast.kamran)
    code = kept(session).shown_code
    session.execute(update(Certificate).values(hours=4_000))
    session.commit()
    page = client.get(f"/en/certificates/{code}").text
    assert "cannot confirm this certificate" in page
    assert "4,000" not in page
    assert "Kamran" not in page


def test_who_leaves_takes_name_and_words_along_and_the_number_stays_good(
    session: Session, client: FlaskClient, cast: Cast, browser_of: BrowserOf
) -> None:
    issue(browser_of(cast.soheila), cast.kamran)
    code = kept(session).shown_code
    browser = browser_of(cast.kamran)
    (exported,) = json.loads(download(browser).get_data())["certificates"]
    assert (exported["code"], exported["hours"]) == (code, 12)
    assert leave(browser).status_code == 303
    row = kept(session)
    assert (row.account_id, row.name, row.text_en, row.text_fa) == (None, "", "", "")
    page = client.get(f"/en/certificates/{code}").text
    assert "to a member who has left" in page
    assert "Kamran" not in page
    assert TEXT["text_en"] not in page
    assert "1 November 2026" in page
    assert "its member has left" in browser_of(cast.soheila).get("/en/staff/certificates").text


@pytest.mark.parametrize("fault", ["nobody", "herself", "no member", "future", "late", "hours"])
def test_what_cannot_be_certified_is_said_beside_its_field(
    cast: Cast, browser_of: BrowserOf, fault: str
) -> None:
    wrong = {
        "nobody": {"member": "999"},
        "herself": {"member": str(cast.soheila.id)},
        "no member": {"member": str(cast.hamid.id)},
        "future": {"last_day": f"{now().date() + timedelta(days=2)}"},
        "late": {"last_day": "2026-10-01"},
        "hours": {"hours": "many"},
    }[fault]
    fields = {"member": str(cast.nasrin.id), **DONE, **wrong}
    answer = post(browser_of(cast.soheila), "/en/staff/certificates/new", **fields)
    assert answer.status_code == 422
    (name,) = wrong
    assert f'<a href="#{name}">' in answer.text
    assert TEXT["text_en"] in answer.text


@pytest.mark.parametrize(
    ("who", "status"), [("hamid", 403), ("arash", 403), ("nasrin", 403), ("mina", 200)]
)
def test_coordinators_and_administrators_issue_them(
    cast: Cast, browser_of: BrowserOf, who: str, status: int
) -> None:
    browser = browser_of(getattr(cast, who))
    assert browser.get("/en/staff/certificates").status_code == status


@pytest.mark.parametrize("many", [1, 3, 30])
def test_the_lists_cost_the_same_however_long(
    app: Flask, session: Session, cast: Cast, browser_of: BrowserOf, queries: Queries, many: int
) -> None:
    key = app.extensions[KEY].signer.key(PURPOSE)
    for number in range(many):
        row = Certificate(
            code=new_code(), account_id=cast.nasrin.id, name="نسرین", latin_name="",
            kind="helper", first_day=now().date(), last_day=now().date(), desk_fa="", desk_en="",
            form_key=str(number), issued_by=cast.soheila.id, issued_at=now(), **TEXT,
        )  # fmt: skip
        row.seal = row.seal_with(key)
        session.add(row)
    session.commit()
    for person, address in (
        (cast.soheila, "/en/staff/certificates"),
        (cast.nasrin, "/en/me/certificates"),
    ):
        browser = browser_of(person)
        browser.get(address)
        with queries() as asked:
            page = browser.get(address).text
        assert len(asked) <= 4, asked
        assert len(set(re.findall(rf"{address}/\d+", page))) == min(many, 20)
        assert ("Next page" in page) is (many == 30)
