"""“We cannot reach you”: a member reads it and has it tried again; staff see whom, no address."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from citizen_diplomat.accounts.model import Account, StaffScope
from citizen_diplomat.audit.model import AuditEntry
from citizen_diplomat.directory.model import Profile
from citizen_diplomat.foundation.clock import now
from citizen_diplomat.mail import bounces
from citizen_diplomat.mail.bounce_model import Bounce, StoppedAddress
from citizen_diplomat.mail.bounce_rules import BounceKind, BounceSource
from citizen_diplomat.mail.model import OutboxMessage
from citizen_diplomat.mail.outbox import post
from citizen_diplomat.proposals.messages import ProposalReceived
from tests.cast import Cast
from tests.conftest import csrf
from tests.web.talk import post as send
from tests.web.test_members import crowd
from tests.web.test_my_data import download, leave

BrowserOf = Callable[[Account], FlaskClient]
Queries = Callable[[], AbstractContextManager[list[str]]]
REACH, LIST = "/me/mail/reach", "/en/staff/members/unreachable"


def come_back(session: Session, *people: Account, kind: BounceKind = BounceKind.HARD) -> None:
    """Letters to these people came back a week ago."""
    at = now() - timedelta(days=7)
    for person in people:
        message = ProposalReceived(1, "کاشی", 1, "http://localhost/fa/me/proposals/1")
        key = f"came-back:{person.id}"
        post(session, message, person.recipient, key=key, at=at)
        row = session.scalars(select(OutboxMessage).where(OutboxMessage.key == key)).one()
        row.done, row.sent_at = True, at
        source = BounceSource.REPORT
        bounces.count(session, row, kind, code="5.1.1", source=source, report="r", at=at)
    session.commit()


def test_a_member_reads_it_and_has_one_letter_sent_a_day(
    cast: Cast,
    browser_of: BrowserOf,
    session: Session,
    outbox: Callable[[], list[OutboxMessage]],
) -> None:
    come_back(session, cast.nasrin)
    browser = browser_of(cast.nasrin)
    for page in ("/fa/me", "/fa/me/mail", "/fa/me/inbox"):
        assert "ایمیل ما به دست شما نمی‌رسد." in browser.get(page).text, page
    assert "سرور ایمیل می‌گوید چنین صندوقی وجود ندارد" in browser.get(f"/fa{REACH}").text
    assert "no such mailbox" in browser.get(f"/en{REACH}").text
    assert "cannot reach you" not in browser_of(cast.kamran).get("/en/me").text
    assert "our letters arrive" in browser_of(cast.kamran).get(f"/en{REACH}").text
    for _ in range(2):
        assert send(browser, f"/en{REACH}").status_code == 303
    (check,) = [row for row in outbox() if row.name == "address_check"]
    assert (check.to_address, check.language) == (cast.nasrin.email, "fa")
    page = browser.get(f"/en{REACH}").text
    assert "A letter is on its way to you." in page
    assert 'action="/en/me/mail/reach"' not in page
    (entry,) = session.scalars(select(AuditEntry).where(AuditEntry.action == "address.tried_again"))
    assert (entry.actor_id, entry.subject) == (cast.nasrin.id, f"account:{cast.nasrin.id}")


def test_a_complaint_is_taken_back_by_its_owner_alone(
    cast: Cast, browser_of: BrowserOf, session: Session
) -> None:
    come_back(session, cast.kamran, kind=BounceKind.COMPLAINT)
    staff = browser_of(cast.soheila)
    assert "Kamran" not in staff.get(LIST).text
    assert "do not reach" not in staff.get(f"/en/staff/members/{cast.kamran.id}").text
    again = send(staff, f"/en/staff/members/{cast.kamran.id}/try-again")
    assert "Nothing was sent" in staff.get(again.location).text
    browser = browser_of(cast.kamran)
    assert "You no longer get the digest" in browser.get("/en/me").text
    send(browser, f"/en{REACH}")
    assert "You no longer get the digest" not in browser.get("/en/me").text
    assert bounces.stops_of(session, cast.kamran.email, at=now()) == []


def test_staff_see_whom_and_let_it_be_tried_but_see_no_address(
    cast: Cast, browser_of: BrowserOf, session: Session
) -> None:
    come_back(session, cast.nasrin, cast.kamran)
    session.get_one(Profile, cast.kamran.id).name_seen_by = "only_me"
    session.add(StaffScope(account_id=cast.hamid.id, city_slug="freiburg"))
    session.commit()
    staff = browser_of(cast.soheila)
    page = staff.get(LIST).text
    assert "نسرین بهرامی" in page
    assert f"Member number {cast.kamran.id}" in page
    assert "no such mailbox" in page
    person = f"/en/staff/members/{cast.nasrin.id}"
    for shown in (page, staff.get(person).text, staff.get("/fa" + LIST[3:]).text):
        assert "example.org" not in shown
    assert send(staff, f"{person}/try-again").status_code == 303
    assert "A letter is on its way." in staff.get(person).text
    (entry,) = session.scalars(select(AuditEntry).where(AuditEntry.action == "address.tried_again"))
    assert (entry.actor_id, entry.detail["after"]) == (cast.soheila.id, "hard")
    session.rollback()
    # Who looks after Freiburg alone sees it and does nothing in Barcelona.
    assert "let the address" not in browser_of(cast.hamid).get(person).text.lower()
    assert send(browser_of(cast.hamid), f"{person}/try-again").status_code == 403
    assert send(staff, f"/en/staff/members/{cast.stranger.id}/try-again").status_code == 404


@pytest.mark.parametrize("name", ["nasrin", "arash", "mina"])
def test_the_list_is_for_who_looks_after_members(
    cast: Cast, browser_of: BrowserOf, name: str
) -> None:
    browser = browser_of(getattr(cast, name))
    assert browser.get(LIST).status_code == 403
    token = csrf(browser.get("/en/me/security"))
    tried = browser.post(
        f"/en/staff/members/{cast.kamran.id}/try-again", data={"csrf_token": token}
    )
    assert tried.status_code == 403


@pytest.mark.parametrize("people", [1, 3, 30])
def test_the_list_takes_three_queries_however_long(
    cast: Cast, browser_of: BrowserOf, session: Session, queries: Queries, people: int
) -> None:
    crowd(session, people)
    come_back(session, *session.scalars(select(Account).where(Account.display_name.like("Sis%"))))
    browser = browser_of(cast.hamid)
    with queries() as statements:
        page = browser.get(LIST).text
    assert len(statements) == 3
    assert page.count('<h2 class="h3">') == min(people, 25)
    if people > 25:
        address = page.partition('rel="next"')[0].rpartition('href="')[2].partition('"')[0]
        rest = browser.get(address.replace("&amp;", "&")).text
        assert rest.count('<h2 class="h3">') == people - 25


def test_it_is_in_ones_data_and_gone_with_the_account(
    app: Flask, cast: Cast, browser_of: BrowserOf, session: Session
) -> None:
    come_back(session, cast.nasrin, cast.kamran)
    browser = browser_of(cast.nasrin)
    (told,) = download(browser).get_json()["letters"]["came_back"]
    assert (told["how"], told["code"], told["told_by"]) == ("hard", "5.1.1", "report")
    leave(browser)
    for key in (Bounce.to_key, StoppedAddress.to_key):
        assert session.scalars(select(key)).all() == [cast.kamran.email_key]
