"""Soheila writes, Mina reads over and releases, Nasrin reads; in both languages."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.cli import worker
from citizen_diplomat.cli.newsletter_run import send_newsletters
from citizen_diplomat.digests.actions import UNSUBSCRIBE
from citizen_diplomat.foundation.clock import now
from citizen_diplomat.mail.model import OutboxMessage
from citizen_diplomat.mail.preference_rules import Channel, Kind
from citizen_diplomat.mail.preferences import is_wanted
from citizen_diplomat.newsletter import actions
from citizen_diplomat.newsletter.model import NewsletterIssue
from citizen_diplomat.newsletter.rules import Block, BlockKind, Draft, IssueState
from citizen_diplomat.web.services import KEY
from citizen_diplomat.web.staff import outbox as pages
from tests import calls, events
from tests.cast import Cast
from tests.conftest import csrf
from tests.desk import claimed, decided, submitted
from tests.newsletters import AUTUMN, FRIDAY, asks, released, written

BrowserOf = Callable[[Account], FlaskClient]
LETTER = "/unsubscribe/WzE3LCJkaWdlc3QiXQ.abc.def"


def post(browser: FlaskClient, address: str, **fields: object) -> TestResponse:
    token = csrf(browser.get("/en/me/security"))
    return browser.post(address, data={"csrf_token": token, **fields})


def issue_of(session: Session) -> NewsletterIssue:
    issue = session.scalars(
        select(NewsletterIssue)
        .order_by(NewsletterIssue.id.desc())
        .execution_options(populate_existing=True)
    ).first()
    session.commit()
    assert issue is not None
    return issue


def work(app: Flask) -> None:
    with app.app_context():
        for _ in range(2):
            send_newsletters(now())
            worker.send_due(now)


@pytest.mark.parametrize("lang", ["fa", "en"])
def test_soheila_writes_mina_releases_and_nasrin_reads(
    app: Flask, session: Session, cast: Cast, browser_of: BrowserOf, lang: str,
    outbox: Callable[[], list[OutboxMessage]],
) -> None:  # fmt: skip
    asks(session, cast.nasrin, cast.kamran)
    item = claimed(session, submitted(session, cast.kamran), by=cast.hamid, at=FRIDAY)
    number = decided(session, item, by=cast.hamid, at=FRIDAY).subject_id
    asking, evening = (
        calls.published(session, cast.soheila),
        events.published(session, cast.soheila),
    )
    soheila, mina = browser_of(cast.soheila), browser_of(cast.mina)
    staff = f"/{lang}/staff"
    begun = post(soheila, f"{staff}/newsletters/new", subject_fa="خبرنامهٔ پاییز")
    assert begun.status_code == 303
    edit = begun.headers["Location"].removeprefix("http://localhost")
    page = f"{staff}/outbox/{issue_of(session).id}"
    fields: dict[str, object] = {"subject_fa": "خبرنامهٔ پاییز", "version": "1", "count": "0"}
    assert post(soheila, edit, **fields, action="add:text").status_code == 303
    fields |= {"version": "2", "count": "1", "kind_0": "text", "fa_0": "سلام به **همه**."}
    assert post(soheila, edit, **fields, action="add:proposal").status_code == 303
    shown = soheila.get(edit).get_data(as_text=True)
    # The subject, the text and the number: what is missing stands at each.
    assert shown.count('class="note warn" id="missing-') == 3
    assert post(mina, page, action="review", version="3").status_code == 422
    fields |= {"version": "3", "count": "2", "subject_en": "Autumn", "en_0": "Hello to *all*."}
    fields |= {"kind_1": "proposal", "number_1": "987654"}
    assert post(soheila, edit, **fields, action="save").status_code == 422
    assert post(soheila, edit, **{**fields, "number_1": number}, action="up:1").status_code == 303
    kinds = [block.kind for block in issue_of(session).draft.blocks]
    assert kinds == [BlockKind.PROPOSAL, BlockKind.TEXT]
    fields |= {"version": "4", "count": "4", "kind_1": "text", "kind_0": "proposal"}
    fields |= {"number_0": number, "fa_1": "سلام به **همه**.", "en_1": "Hello to *all*."}
    fields |= {"kind_2": "call", "number_2": asking.number, "kind_3": "event", "number_3": "999"}
    assert post(soheila, edit, **fields, action="save").status_code == 422
    kept = post(soheila, edit, **{**fields, "number_3": evening.number}, action="save")
    assert kept.status_code == 303

    readers = f"{edit}/readers"
    assert "page-link" not in soheila.get(readers).get_data(as_text=True)
    assert post(soheila, readers, version="5", everybody="y").status_code == 303
    version = issue_of(session).version
    assert post(soheila, page, action="review", version=version).status_code == 409
    assert post(mina, page, action="review", version=version).status_code == 303
    version = issue_of(session).version
    release = {"action": "release", "version": version, "send_hour": "8"}
    assert post(mina, page, **release, confirmed="many").status_code == 422
    assert post(mina, page, **release, confirmed="7").status_code == 409
    assert post(soheila, page, **release, confirmed="2").status_code == 409
    assert post(mina, page, **release, confirmed="۲").status_code == 303
    public = f"/{lang}/newsletter/{issue_of(session).id}"
    assert app.test_client().get(public).status_code == 404
    work(app)
    assert issue_of(session).state == IssueState.SENT
    sent = [row for row in outbox() if row.name == "newsletter"]
    assert {row.to_address for row in sent} == {"nasrin@example.org", "kamran@example.org"}
    read = app.test_client().get(public).get_data(as_text=True)
    assert ("<strong>همه</strong>" if lang == "fa" else "<em>all</em>") in read
    for path in (f"proposals/{number}", f"calls/{asking.number}", f"events/{evening.number}"):
        assert f"/{lang}/{path}" in read
    assert public in app.test_client().get(f"/{lang}/newsletter").get_data(as_text=True)
    assert soheila.get(readers).status_code == 200
    assert post(soheila, page, action="again_failed").status_code == 303
    assert issue_of(session).repeats_id is not None


def test_an_hour_of_today_that_is_past_is_refused(
    session: Session, cast: Cast, browser_of: BrowserOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    asks(session, cast.nasrin, cast.kamran)
    issue = written(session, cast)
    actions.review(session, issue, version=issue.version, by=cast.mina, at=FRIDAY)
    session.commit()
    page, mina = f"/en/staff/outbox/{issue.id}", browser_of(cast.mina)
    form = {
        "action": "release",
        "version": issue.version,
        "confirmed": "2",
        "send_on": "2026-11-27",
    }
    monkeypatch.setattr(pages, "request_time", lambda: FRIDAY)
    refused = post(mina, page, **form, send_hour="8")
    assert refused.status_code == 422
    assert "In Isfahan that hour is past." in refused.get_data(as_text=True)
    # FRIDAY is half past noon in Isfahan.
    monkeypatch.setattr(pages, "request_time", lambda: FRIDAY - timedelta(hours=3))
    assert post(mina, page, **form, send_hour="8").status_code == 422
    assert post(mina, page, **form, send_hour="11").status_code == 303


def test_a_link_that_is_somebodys_own_is_refused_beside_its_part(
    session: Session, cast: Cast, browser_of: BrowserOf
) -> None:
    issue = written(session, cast)
    answer = post(
        browser_of(cast.soheila), f"/en/staff/newsletters/{issue.id}", version=issue.version,
        count=1, kind_0="text", fa_0=f"[پایان](http://localhost{LETTER})", en_0="Bye",
        action="save",
    )  # fmt: skip
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert re.search(r'id="fa_0-error">.*one person’s alone', page)
    assert LETTER in page
    assert issue_of(session).draft == AUTUMN


def test_what_two_write_at_once_is_not_lost(
    session: Session, cast: Cast, browser_of: BrowserOf
) -> None:
    issue = written(session, cast)
    mina = browser_of(cast.mina)
    fields = {"count": 1, "kind_0": "text", "fa_0": "متن مینا", "subject_fa": "الف"}
    answer = post(mina, f"/en/staff/newsletters/{issue.id}", **fields, version=1, action="save")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 409
    assert "متن مینا" in page
    assert AUTUMN.subject_fa in page
    again = {**fields, "version": issue.version}
    answer = post(mina, f"/en/staff/newsletters/{issue.id}", **again, action="save")
    assert answer.status_code == 303


def test_the_list_hides_what_the_duty_does_not_show(
    session: Session, cast: Cast, browser_of: BrowserOf, queries: Callable[[], object]
) -> None:
    asks(session, cast.nasrin, cast.kamran)
    issue = written(session, cast)
    address = f"/en/staff/newsletters/{issue.id}/readers"
    soheila = browser_of(cast.soheila)
    page = soheila.get(address).get_data(as_text=True)
    assert "Kamran Dehghan" in page
    assert "@example.org" not in page
    # Mina administers: the directory is not hers to look into.
    assert "Kamran Dehghan" not in browser_of(cast.mina).get(address).get_data(as_text=True)
    with queries() as statements:  # type: ignore[attr-defined]
        soheila.get(address)
    assert len(statements) <= 4, statements
    assert post(soheila, address, leave_out=cast.kamran.id).status_code == 303
    assert "1 member gets it" in soheila.get(address).get_data(as_text=True)
    assert post(soheila, address, leave_out=cast.stranger.id).status_code == 404
    both = post(soheila, address, version=issue.version, everybody="y", cities="barcelona")
    assert both.status_code == 422


def test_the_preview_is_right_in_both_directions_and_unsubscribes_nobody(
    app: Flask, session: Session, cast: Cast, browser_of: BrowserOf,
    outbox: Callable[[], list[OutboxMessage]],
) -> None:  # fmt: skip
    asks(session, cast.nasrin, cast.kamran)
    issue = written(session, cast)
    soheila = browser_of(cast.soheila)
    base = f"/en/staff/newsletters/{issue.id}"
    for code, direction, greeting in (("fa", "rtl", "نسرین بهرامی"), ("en", "ltr", "Dear")):
        place = f"?reader={cast.nasrin.id}&in={code}"
        page = soheila.get(f"{base}/preview{place}").get_data(as_text=True)
        assert f'<pre class="typed" lang="{code}" dir="{direction}">' in page
        assert greeting in page
        # A letter is styled as mail programs need it, which no page of ours may be.
        letter = FlaskClient.open(soheila, f"{base}/letter{place}")
        assert f'<html lang="{code}" dir="{direction}">' in letter.get_data(as_text=True)
        found = re.search(r'http://localhost(/unsubscribe/[^"]+)', letter.get_data(as_text=True))
        assert found is not None
        assert app.test_client().get(found[1]).status_code == 404
    assert soheila.get(f"{base}/preview?reader={cast.stranger.id}").status_code == 404
    assert post(soheila, f"{base}/test").status_code == 303
    work(app)
    tests = [(row.to_address, row.language, row.state) for row in outbox()][-2:]
    assert tests == [("soheila@example.org", code, "sent") for code in ("fa", "en")]


def test_one_click_ends_the_newsletter_alone(app: Flask, session: Session, cast: Cast) -> None:
    asks(session, cast.nasrin)
    released(session, cast, written(session, cast))
    work(app)
    signer = app.extensions[KEY].signer
    token = signer.sign(UNSUBSCRIBE, [cast.nasrin.id, "newsletter"])
    browser = app.test_client()
    assert browser.get(f"/unsubscribe/{token}").status_code == 200
    assert browser.post(f"/unsubscribe/{token}").status_code == 200
    assert not is_wanted(session, cast.nasrin.id, Kind.NEWSLETTER, Channel.AT_ONCE)
    assert is_wanted(session, cast.nasrin.id, Kind.MESSAGES, Channel.AT_ONCE)


def test_a_letter_that_is_too_large_does_not_leave(
    session: Session, cast: Cast, browser_of: BrowserOf
) -> None:
    long = Block(BlockKind.TEXT, fa="بسیار بلند. " * 330, en="Very long. " * 360)
    issue = written(session, cast, draft=Draft("بلند", "Long", (long,) * 8))
    page = f"/en/staff/outbox/{issue.id}"
    answer = post(browser_of(cast.mina), page, action="review", version=issue.version)
    assert answer.status_code == 422
    assert "larger than 40 kB" in answer.get_data(as_text=True)


@pytest.mark.parametrize("count", [1, 3, 30])
def test_the_outbox_asks_few_questions(
    session: Session, cast: Cast, browser_of: BrowserOf, queries: Callable[[], object], count: int
) -> None:
    for _ in range(count):
        written(session, cast)
    soheila = browser_of(cast.soheila)
    with queries() as statements:  # type: ignore[attr-defined]
        assert soheila.get("/en/staff/outbox").status_code == 200
    assert len(statements) <= 4, statements
