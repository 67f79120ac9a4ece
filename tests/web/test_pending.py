"""Keeping decisions for a batch, applying them together, and releasing their mails."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from citizen_diplomat.accounts.model import Account, StaffScope
from citizen_diplomat.cli import worker
from citizen_diplomat.foundation.clock import now
from citizen_diplomat.mail.model import OutboxMessage
from citizen_diplomat.moderation.batches import Batch, BatchEntry
from citizen_diplomat.moderation.model import Decision, QueueItem
from citizen_diplomat.moderation.pending import PendingDecision
from citizen_diplomat.moderation.rules import BatchResult
from citizen_diplomat.proposals.model import Proposal
from tests.cast import Cast
from tests.conftest import token_of
from tests.desk import BICYCLES, MONDAY, WATER, again, submitted

BrowserOf = Callable[[Account], FlaskClient]
Outbox = Callable[[], list[OutboxMessage]]
Counting = Callable[[], AbstractContextManager[list[str]]]
PENDING = "/en/staff/pending"


def post(browser: FlaskClient, address: str, **fields: object) -> TestResponse:
    token = token_of(browser)
    return browser.post(address, data={"csrf_token": token, **fields})


def keep(browser: FlaskClient, item: QueueItem, **changed: object) -> TestResponse:
    """Keep a refusal of an item as it is now."""
    fields = {
        "outcome": "decline", "reason": "not-feasible", "message": "Thank you, all the same.",
        "version": item.of_proposal.version, "action": "keep",
    }  # fmt: skip
    return post(browser, f"/en/staff/queue/{item.id}/decision", **(fields | changed))


def ids(session: Session) -> list[int]:
    session.rollback()
    found = list(session.scalars(select(PendingDecision.id).order_by(PendingDecision.id)))
    session.rollback()
    return found


@pytest.fixture
def two(session: Session, cast: Cast, browser_of: BrowserOf) -> list[QueueItem]:
    """Hamid keeps a decision on Barcelona's proposal, Maryam one on Freiburg's."""
    items = [submitted(session, cast.nasrin), submitted(session, cast.kamran, BICYCLES)]
    for person, item in zip((cast.hamid, cast.maryam), items, strict=True):
        assert keep(browser_of(person), item).status_code == 303
    return items


def test_kept_from_the_last_step_of_a_decision_and_seen_by_colleagues(
    session: Session, cast: Cast, browser_of: BrowserOf, outbox: Outbox
) -> None:
    item, other = submitted(session, cast.nasrin), submitted(session, cast.kamran, BICYCLES)
    hamid = browser_of(cast.hamid)
    letter = keep(hamid, item, action="preview")
    assert 'name="action" value="keep"' in letter.text
    kept = keep(hamid, item)
    assert kept.headers["Location"] == f"/en/staff/queue/{other.id}", "the next one opens"
    mine = hamid.get(f"/en/staff/queue/{item.id}").text
    assert "Decision pending" in mine
    assert "Yours until the decision that you keep is applied or discarded." in mine
    maryam = browser_of(cast.maryam)
    page = maryam.get(f"/en/staff/queue/{item.id}").text
    assert "Decision pending" in page
    assert "kept by حمید توکلی" in page
    queue = maryam.get("/en/staff/queue").text
    assert queue.count("decision pending") == 1
    assert "حمید توکلی" in queue
    assert [row.name for row in outbox()] == ["received", "received"]
    assert "Thank you, all the same." not in browser_of(cast.nasrin).get(
        f"/en/me/proposals/{item.subject_id}"
    ).get_data(as_text=True)
    refused = keep(maryam, item, message="Mine")
    assert refused.status_code == 409
    assert "Mine</textarea>" in refused.text


def test_the_list_leads_back_to_the_form_and_discards(
    session: Session, cast: Cast, two: list[QueueItem], browser_of: BrowserOf
) -> None:
    hamid = browser_of(cast.hamid)
    for language in ("fa", "en"):
        page = hamid.get(f"/{language}/staff/pending")
        assert page.status_code == 200
        assert WATER.title in page.text
        assert BICYCLES.title in page.text
    form = re.search(
        r'<form method="post" action="([^"]+)" id="edit-(\d+)">(.*?)</form>', page.text
    )
    assert form is not None
    fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', form[3]))
    back = hamid.post(form[1], data=fields)
    assert "Thank you, all the same." in back.text
    assert 'value="not-feasible" selected' in back.text
    assert keep(hamid, again(session, two[0]), message="Better words").status_code == 303
    assert "Better words" in hamid.get(PENDING).text
    mine, hers = ids(session)
    assert post(hamid, PENDING, discard=hers).status_code == 422
    assert post(hamid, PENDING, discard=mine).status_code == 303
    assert ids(session) == [hers]
    assert again(session, two[0]).of_proposal.state == "in_review"


def test_applied_together_and_mailed_when_released(
    app: Flask, session: Session, cast: Cast, two: list[QueueItem], browser_of: BrowserOf,
    outbox: Outbox,
) -> None:  # fmt: skip
    """The authors see it on the site at once; the mails leave one, then all."""
    soheila = browser_of(cast.soheila)
    assert "the e-mail waits until the batch is released" in soheila.get(PENDING).text
    applied = post(soheila, PENDING, chosen=ids(session))
    assert applied.status_code == 303
    address = applied.headers["Location"]
    page = soheila.get(address).text
    assert "2 decisions applied" in page
    assert "2 e-mails wait" in page
    assert "decided by حمید توکلی" in page
    assert "امکانات کنونی شدنی نیست" in page, "the letter as its author will read it"
    assert "nasrin@example.org" not in page
    mine = browser_of(cast.nasrin).get(f"/en/me/proposals/{two[0].subject_id}").text
    assert "Thank you, all the same." in mine
    worker.work_once(app, now() + timedelta(minutes=1))
    assert [row.state for row in outbox() if row.name == "decision"] == ["waiting", "waiting"]
    entry = session.scalar(select(func.min(BatchEntry.id)))
    session.rollback()
    assert post(soheila, f"{address}/release", entry=entry).status_code == 303
    asked = post(soheila, f"{address}/release")
    assert "Release one e-mail?" in asked.text
    stale = post(soheila, f"{address}/release", confirmed=2)
    assert stale.status_code == 409
    assert "Nothing was released." in stale.text
    assert post(soheila, f"{address}/release", confirmed=1).status_code == 303
    worker.work_once(app, now() + timedelta(minutes=1))
    assert [row.state for row in outbox() if row.name == "decision"] == ["sent", "sent"]
    assert "E-mail sent" in soheila.get(address).text
    assert soheila.get("/fa/staff/pending/batches").status_code == 200
    assert "all e-mails released" in soheila.get("/en/staff/pending/batches").text
    again_released = post(soheila, f"{address}/release", confirmed=2)
    assert again_released.status_code == 303


def test_one_that_changed_is_said_and_the_other_is_applied(
    session: Session, cast: Cast, two: list[QueueItem], browser_of: BrowserOf
) -> None:
    post(browser_of(cast.maryam), f"/en/staff/queue/{two[0].id}/take-over", note="He is away.")
    soheila = browser_of(cast.soheila)
    assert "has taken the proposal over" in soheila.get(PENDING).text
    address = post(soheila, PENDING, chosen=ids(session)).headers["Location"]
    page = soheila.get(address).text
    assert "one decision applied" in page
    assert "one not applied" in page
    assert re.search(r"a colleague has taken it over</strong>\s*: <bdi>مریم رستمی", page)
    assert len(ids(session)) == 1


def test_a_preview_names_nobody(
    session: Session, cast: Cast, two: list[QueueItem], browser_of: BrowserOf
) -> None:
    session.execute(update(Proposal).values(pen_name="چشمه"))
    session.commit()
    hamid = browser_of(cast.hamid)
    address = post(hamid, PENDING, chosen=ids(session)[:1]).headers["Location"]
    page = hamid.get(address).text
    assert "چشمه" not in page
    assert "نسرین" not in page


def test_nothing_or_too_much_chosen(
    session: Session, cast: Cast, two: list[QueueItem], browser_of: BrowserOf
) -> None:
    hamid = browser_of(cast.hamid)
    for chosen in ([], ["x", "-1"], list(range(1000, 1051)), [999999]):
        answer = post(hamid, PENDING, chosen=chosen)
        assert answer.status_code == 422, chosen
        assert "Error:" in answer.text
    assert session.scalar(select(func.count()).select_from(Batch)) == 0


def test_a_moderator_of_barcelona_sees_nothing_of_freiburg(
    session: Session, cast: Cast, two: list[QueueItem], browser_of: BrowserOf
) -> None:
    """Not listed, not applied, not discarded; and of a batch not the entry, letter or release."""
    session.add(StaffScope(account_id=cast.hamid.id, city_slug="barcelona"))
    session.commit()
    hamid, (_, hers) = browser_of(cast.hamid), ids(session)
    page = hamid.get(PENDING).text
    assert WATER.title in page
    assert BICYCLES.title not in page
    assert post(hamid, PENDING, chosen=hers).status_code == 422
    post(hamid, PENDING, discard=hers)
    assert hers in ids(session)
    soheila = browser_of(cast.soheila)
    theirs = post(soheila, PENDING, chosen=hers).headers["Location"]
    number = theirs.rpartition("/")[2]
    assert hamid.get(theirs).status_code == 404
    assert post(hamid, f"{theirs}/release", confirmed=1).status_code == 404
    assert f"/pending/{number}" not in hamid.get(f"{PENDING}/batches").text
    both = post(soheila, PENDING, chosen=ids(session)).headers["Location"]
    seen = hamid.get(both)
    assert seen.status_code == 200
    entry = session.scalar(select(BatchEntry.id).where(BatchEntry.item_id == two[1].id))
    session.rollback()
    assert post(hamid, f"{both}/release", entry=entry).status_code == 404
    assert session.scalar(select(func.count()).where(OutboxMessage.held_since.is_not(None))) == 2


@pytest.mark.parametrize("who", ["nasrin", "arash", "mina"])
def test_who_does_not_review_keeps_and_releases_nothing(
    session: Session, cast: Cast, two: list[QueueItem], browser_of: BrowserOf, who: str
) -> None:
    browser = browser_of(getattr(cast, who))
    for address in (PENDING, f"{PENDING}/batches", f"{PENDING}/1", f"{PENDING}/1/release"):
        assert browser.get(address).status_code == 403
    for address in (PENDING, f"{PENDING}/1/release"):
        assert post(browser, address, chosen=ids(session)).status_code == 403
    assert len(ids(session)) == 2


def test_mails_held_too_long_are_a_warning(
    session: Session, cast: Cast, two: list[QueueItem], browser_of: BrowserOf, app: Flask
) -> None:
    hamid = browser_of(cast.hamid)
    address = post(hamid, PENDING, chosen=ids(session)).headers["Location"]
    late, runner = "more than two working days", app.test_cli_runner()
    assert late not in hamid.get(address).text
    assert re.search(
        r"ok\s+held mail\s+2 held by a batch since", runner.invoke(args=["doctor"]).output
    )
    session.execute(
        update(OutboxMessage)
        .where(OutboxMessage.held_since.is_not(None))
        .values(held_since=now() - timedelta(days=8))
    )
    session.commit()
    for page in (address, PENDING, f"{PENDING}/batches"):
        assert late in hamid.get(page).text, page
    assert re.search(r"BAD\s+held mail", runner.invoke(args=["doctor"]).output)
    explained = runner.invoke(args=["mail", "explain", "nasrin@example.org"]).output
    assert "held by a batch since" in explained


@pytest.mark.parametrize("number", [1, 3, 30])
def test_each_list_costs_the_same_for_any_number(
    session: Session, cast: Cast, browser_of: BrowserOf, queries: Counting, number: int
) -> None:
    """Who reads, the queue's figure, what is listed; and whether a mail is held too long."""
    for _ in range(number):
        item = submitted(session, cast.nasrin)
        batch = Batch(applied_by=cast.hamid.id, applied_at=MONDAY)
        session.add_all([
            PendingDecision(
                item_id=item.id, outcome="decline", reason_slug="rules", message="", version=1,
                kept_by=cast.hamid.id, kept_at=MONDAY,
            ),
            batch,
        ])  # fmt: skip
        session.flush()
        session.add(
            BatchEntry(
                batch_id=batch.id, item_id=item.id, result=BatchResult.CLOSED, hold=f"b:{item.id}"
            )
        )
    session.commit()
    browser = browser_of(cast.maryam)
    for address, most in ((PENDING, 4), (f"{PENDING}/batches", 3)):
        browser.get(address)
        with queries() as asked:
            page = browser.get(address).text
        assert len(asked) == most, asked
        assert page.count('<h2 class="h3">') == min(number, 25)
        assert ("Next page" in page) == (number == 30)


def test_a_batch_costs_the_same_for_any_number(
    session: Session, cast: Cast, two: list[QueueItem], browser_of: BrowserOf, queries: Counting
) -> None:
    """Who reads, the queue's figure, the entries, their letters."""
    hamid = browser_of(cast.hamid)
    for chosen in (ids(session)[:1], ids(session)):
        address = post(hamid, PENDING, chosen=ids(session)[:1]).headers["Location"]
        with queries() as asked:
            assert hamid.get(address).status_code == 200
        assert len(asked) == 4, (chosen, asked)
    assert session.scalar(select(func.count()).select_from(Decision)) == 2
