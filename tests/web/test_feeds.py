"""Private feeds: Nasrin's mail does not arrive, so she reads along in a reader and a calendar."""

import html
import json
import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from xml.etree.ElementTree import Element

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from citizen_diplomat.accounts import feed_tokens
from citizen_diplomat.accounts.model import Account
from citizen_diplomat.accounts.queries import account_by_id
from citizen_diplomat.accounts.rules import Feed
from citizen_diplomat.accounts.sanction_rules import SanctionKind
from citizen_diplomat.audit.model import AuditEntry
from citizen_diplomat.digests import actions as digests
from citizen_diplomat.digests.rules import Frequency
from citizen_diplomat.foundation.clock import now
from citizen_diplomat.mail import preferences
from citizen_diplomat.mail.model import InboxEntry
from citizen_diplomat.mail.outbox import post as post_mail
from citizen_diplomat.mail.preference_rules import Channel, Kind
from citizen_diplomat.moderation import claims
from citizen_diplomat.moderation.deadlines import last_day
from citizen_diplomat.moderation.rules import Measure, Outcome
from citizen_diplomat.moderation.statements import StatementOfReasons
from citizen_diplomat.proposals.messages import ProposalReceived
from citizen_diplomat.web import personal_data
from tests.cast import LONG_AGO, PASSPHRASE, Cast
from tests.conftest import csrf
from tests.desk import BICYCLES, MONDAY, WATER, appealed, decided, submitted
from tests.feed_checks import ATOM, LANGUAGE, checked_calendar, checked_feed
from tests.sanctioning import impose
from tests.web.account_pages import OTHER_WORDS
from tests.web.account_pages import post as post_form
from tests.writers import invited

BrowserOf = Callable[[Account], FlaskClient]
Queries = Callable[[], AbstractContextManager[list[str]]]
NEWS, DATES = Feed
FILE = {NEWS: "news.atom", DATES: "dates.ics"}


def made(session: Session, person: Account, feed: Feed = NEWS) -> str:
    """The path of a feed that somebody has just made."""
    token = feed_tokens.make(session, session.merge(person), feed, at=now())
    session.commit()
    return f"/feeds/{token}/{FILE[feed]}"


def shown(page: TestResponse) -> str:
    """The path of the address that a page shows this once."""
    found = re.search(r'id="feed-address"[^>]*value="http://localhost([^"]+)"', page.text)
    assert found
    return found[1]


def ask(app: Flask, path: str, **headers: str) -> TestResponse:
    """What a program without cookies is answered."""
    reader = app.test_client(use_cookies=False)
    return reader.get(path, headers={name.replace("_", "-"): headers[name] for name in headers})


def entries(app: Flask, path: str) -> list[Element]:
    answer = ask(app, path)
    assert (answer.status_code, answer.mimetype) == (200, "application/atom+xml")
    return checked_feed(answer.data).findall(f"{ATOM}entry")


def titles(app: Flask, path: str) -> list[str]:
    return [entry.findtext(f"{ATOM}title") or "" for entry in entries(app, path)]


def days(app: Flask, path: str) -> dict[str, str]:
    """The days of a calendar, by what stands there in whichever language."""
    answer = ask(app, path)
    assert (answer.status_code, answer.mimetype) == (200, "text/calendar")
    events = checked_calendar(answer.data)
    return {
        event.get("SUMMARY;LANGUAGE=fa") or event["SUMMARY;LANGUAGE=en"]: event[
            "DTSTART;VALUE=DATE"
        ]
        for event in events
    }


def choose(session: Session, person: Account, kind: Kind, *ways: Channel) -> None:
    preferences.change(session, person.id, {kind: frozenset(ways)}, at=now())
    session.commit()


def test_what_did_not_arrive_stands_in_her_reader_in_her_language(
    app: Flask, cast: Cast, session: Session
) -> None:
    own = submitted(session, cast.nasrin)
    decided(session, own, Outcome.ACCEPT, by=cast.hamid)
    decided(session, submitted(session, cast.kamran, BICYCLES), Outcome.ACCEPT, by=cast.maryam)
    digest = {"period_end": "2026-11-02", "accepted": [{}], "more": 0, "answers": [], "queue": None}
    session.add(
        InboxEntry(
            account_id=cast.nasrin.id,
            name="digest",
            values=digest,
            path="/fa/proposals",
            created_at=MONDAY,
        )
    )
    path = made(session, cast.nasrin)
    answer = ask(app, path)
    feed = checked_feed(answer.data)
    assert feed.get(LANGUAGE) == "fa"
    assert "خبرنامه" not in answer.text, "its news stand there one by one"
    found = {entry.findtext(f"{ATOM}title"): entry for entry in feed.iter(f"{ATOM}entry")}
    decision = found[f"پذیرفته شد: {WATER.title}"]
    link = decision.find(f"{ATOM}link")
    assert link is not None
    assert link.get("href") == "http://localhost/fa/me/proposals/1"
    of_others = found[BICYCLES.title]
    assert of_others.get(LANGUAGE) == "en"
    assert of_others.findtext(f"{ATOM}summary") == BICYCLES.summary
    for private in ("سپاس از شما", "نسرین", "Kamran", "حمید", "@", path.split("/")[2]):
        assert private not in answer.text, "headlines and links alone"
    english = titles(app, made(session, cast.kamran))
    assert f"Accepted: {BICYCLES.title}" in english
    assert WATER.title in english
    assert BICYCLES.title not in english, "of her own she reads by letters"


def test_a_reader_that_knows_the_feed_is_told_so_and_nobody_keeps_it_for_others(
    app: Flask, cast: Cast, session: Session, caplog: pytest.LogCaptureFixture
) -> None:
    submitted(session, cast.nasrin)
    for feed in Feed:
        path = made(session, cast.nasrin, feed)
        with caplog.at_level("INFO", "citizen_diplomat.requests"):
            first = ask(app, path)
        again = ask(app, path, If_None_Match=first.headers["ETag"])
        assert (again.status_code, again.data) == (304, b"")
        for answer in (first, again):
            assert answer.headers["Cache-Control"] == "private, no-cache"
            assert answer.headers["Referrer-Policy"] == "no-referrer"
            assert "noindex" in answer.headers["X-Robots-Tag"]
            assert "Set-Cookie" not in answer.headers
        assert path.split("/")[2] not in caplog.text
        assert "GET /feeds/... 200" in caplog.text
        assert path.split("/")[2] not in first.text
    decided(session, submitted(session, cast.nasrin, BICYCLES), by=cast.hamid)
    news = made(session, cast.nasrin)
    etag = ask(app, news).headers["ETag"]
    received(session, cast.nasrin, 1)
    assert ask(app, news, If_None_Match=etag).status_code == 200, "there is something new"


def test_dates_of_authors_are_in_their_calendar(app: Flask, cast: Cast, session: Session) -> None:
    waiting = submitted(session, cast.nasrin, at=now())
    path = made(session, cast.nasrin, DATES)
    [(title, _day)] = days(app, path).items()
    assert title.endswith(WATER.title)
    declined = decided(session, waiting, Outcome.DECLINE, by=cast.hamid, at=now())
    statement = session.scalars(select(StatementOfReasons)).one()
    assert statement.appeal_until is not None
    until = f"{last_day(statement.appeal_until):%Y%m%d}"
    session.commit()
    [(title, day)] = days(app, path).items()
    assert title.endswith(WATER.title)
    assert day == until
    appealed(session, declined, by=cast.nasrin, at=now())
    [title] = days(app, path)
    assert title.startswith("مهلت پاسخ اداره"), "the answer to the appeal is promised"
    invited(session, declined.subject_id, cast.kamran.email, by=cast.nasrin, at=now())
    [title] = days(app, made(session, cast.kamran, DATES))
    assert title == "An invitation to write along ends"


def test_staff_find_due_items_without_their_authors_once_they_ask_for_it(
    app: Flask, cast: Cast, session: Session
) -> None:
    item = submitted(session, cast.kamran, BICYCLES, at=now())
    number = item.id
    claims.claim(session, item, by=cast.hamid, at=now())
    session.commit()
    path = made(session, cast.hamid, DATES)
    assert days(app, path) == {}, "not by default"
    choose(session, cast.hamid, Kind.DUTIES, Channel.FEED)
    [event] = checked_calendar(ask(app, path).data)
    assert event["URL"] == f"http://localhost/fa/staff/queue/{number}"
    assert event["CLASS"] == "PRIVATE"
    text = ask(app, path).text.replace("\r\n ", "")
    assert not any(word in text for word in (BICYCLES.title, "Kamran", "Freiburg", "freiburg"))
    assert days(app, made(session, cast.maryam, DATES)) == {}


def test_kinds_that_are_switched_off_do_not_stand_there(
    app: Flask, cast: Cast, session: Session
) -> None:
    submitted(session, cast.nasrin, at=now())
    decided(session, submitted(session, cast.kamran, BICYCLES), Outcome.ACCEPT, by=cast.maryam)
    news, dates = made(session, cast.nasrin), made(session, cast.nasrin, DATES)
    digests.choose(
        session,
        session.merge(cast.nasrin),
        Frequency.NEVER,
        cities=("porto",),
        by=cast.nasrin,
        at=LONG_AGO,
        source="test",
    )
    session.commit()
    assert BICYCLES.title not in titles(app, news), "another city than she chose"
    assert len(titles(app, news)) == 1
    assert len(days(app, dates)) == 1
    choose(session, cast.nasrin, Kind.MINE, Channel.INBOX)
    assert days(app, dates) == {}
    assert len(titles(app, news)) == (0 if ProposalReceived.mail_kind is Kind.MINE else 1)
    reader = made(session, cast.stranger)
    assert BICYCLES.title in titles(app, reader)
    choose(session, cast.stranger, Kind.CITY)
    assert titles(app, reader) == []


def test_whatever_is_no_address_is_the_same_page_that_does_not_exist(
    app: Flask, cast: Cast, session: Session
) -> None:
    news = made(session, cast.nasrin)
    token = news.split("/")[2]
    strangers = [
        token[:-1],
        token + "x",
        token.swapcase(),
        "%00",
        "x" * 5000,
        "%F0%9F%98%80",
        "'--",
    ]
    paths = [f"/feeds/{one}/{file}" for one in strangers for file in FILE.values()]
    for path in [*paths, f"/feeds/{token}/dates.ics"]:
        answer = ask(app, path)
        assert answer.status_code == 404, path
        assert answer.headers["Cache-Control"] == "no-store"
    assert ask(app, news).status_code == 200
    assert ask(app, news.replace("news.atom", "")).status_code == 404
    assert app.test_client().post(news).status_code in {400, 405}


def by_page(_app: Flask, cast: Cast, browser: FlaskClient, _session: Session) -> None:
    post_form(browser, "/en/me/feeds/news/end")


def by_another(_app: Flask, cast: Cast, browser: FlaskClient, _session: Session) -> None:
    page = browser.post("/en/me/feeds/news", data={"csrf_token": csrf(browser.get("/en/me/feeds"))})
    assert ask(_app, shown(page)).status_code == 200


def by_passphrase(_app: Flask, cast: Cast, browser: FlaskClient, _session: Session) -> None:
    token = csrf(browser.get("/en/me/security"))
    fields = {"current_password": PASSPHRASE, "new_password": OTHER_WORDS, "csrf_token": token}
    assert browser.post("/en/me/password", data=fields).status_code == 303
    assert "The address ended with your last passphrase." in browser.get("/en/me/feeds").text


def by_signing_out_everywhere(
    _app: Flask, cast: Cast, browser: FlaskClient, _session: Session
) -> None:
    token = csrf(browser.get("/en/me/security"))
    browser.post("/en/me/sessions/end", data={"csrf_token": token, "which": "others"})


def by_suspension(app: Flask, cast: Cast, _browser: FlaskClient, _session: Session) -> None:
    impose(app, cast.nasrin, SanctionKind.SUSPEND, by=cast.soheila)


def by_closing(_app: Flask, cast: Cast, _browser: FlaskClient, session: Session) -> None:
    def link_of(_number: int) -> Callable[[Account], str]:
        return lambda _person: "http://localhost/"

    seen = account_by_id(session, cast.nasrin.id)
    assert seen is not None
    personal_data.close(session, seen, at=now(), link_of=link_of)
    session.commit()
    assert feed_tokens.tokens_of(session, cast.nasrin.id) == {}


@pytest.mark.parametrize(
    "ends",
    [
        by_page,
        by_another,
        by_passphrase,
        by_signing_out_everywhere,
        by_suspension,
        by_closing,
    ],
)
def test_an_address_ends_at_once(
    app: Flask,
    cast: Cast,
    session: Session,
    browser_of: BrowserOf,
    ends: Callable[[Flask, Cast, FlaskClient, Session], None],
) -> None:
    path, of_another = made(session, cast.nasrin), made(session, cast.kamran)
    assert ask(app, path).status_code == 200
    ends(app, cast, browser_of(cast.nasrin), session)
    assert ask(app, path).status_code == 404
    assert ask(app, of_another).status_code == 200


def test_an_address_is_shown_once_and_kept_nowhere(
    app: Flask, cast: Cast, session: Session, browser_of: BrowserOf
) -> None:
    browser = browser_of(cast.nasrin)
    for language, feed in (("fa", NEWS), ("en", DATES)):
        page = f"/{language}/me/feeds"
        token = csrf(browser.get(page))
        assert browser.get(f"{page}/{feed}").headers["Location"] == page
        answer = browser.post(f"{page}/{feed}", data={"csrf_token": token})
        assert answer.headers["Cache-Control"] == "no-store"
        path = shown(answer)
        assert ask(app, path).status_code == 200
        secret = path.split("/")[2]
        assert secret not in browser.get(page).text
        assert ('href="webcal://localhost' + path in html.unescape(answer.text)) is (feed is DATES)
    session.rollback()
    noted = select(AuditEntry.action, AuditEntry.detail).where(AuditEntry.action.like("feed.%"))
    assert list(map(tuple, session.execute(noted.order_by(AuditEntry.id)))) == [
        ("feed.made", {"feed": "news"}),
        ("feed.made", {"feed": "dates"}),
    ]
    exported = personal_data.export(session, session.get_one(Account, cast.nasrin.id), at=now())
    assert [one["feed"] for one in exported["private_feeds"]] == ["dates", "news"]
    row = feed_tokens.tokens_of(session, cast.nasrin.id)[NEWS]
    assert row.token_digest not in json.dumps(exported)
    session.rollback()
    assert "End this address?" in browser.get("/en/me/feeds/news/end").text
    assert post_form(browser, "/en/me/feeds/news/end").status_code == 303
    assert browser.get("/en/me/feeds/news/end").status_code == 303, "nothing is left to end"


def received(session: Session, person: Account, size: int) -> None:
    """So many letters that something of theirs arrived."""
    for number in range(size):
        letter = ProposalReceived(number, f"Idea {number}", 1, "http://localhost/en/me/proposals/1")
        at = MONDAY + timedelta(days=number)
        key = f"received:{size}:{number}"
        assert post_mail(session, letter, session.merge(person).recipient, key=key, at=at)
    session.commit()


def objectionable(person: Account) -> StatementOfReasons:
    """What was decided against somebody yesterday."""
    return StatementOfReasons(
        account_id=person.id,
        measure=Measure.COMMENT_REMOVED,
        subject_kind="comment",
        subject_id=1,
        language=person.language,
        document={},
        appeal_until=now() + timedelta(days=9),
        at=now() - timedelta(days=1),
    )


def test_a_feed_costs_the_same_whatever_stands_in_it(
    app: Flask, cast: Cast, session: Session, queries: Queries
) -> None:
    paths = {feed: made(session, cast.kamran, feed) for feed in Feed}
    costs: dict[Feed, list[int]] = {feed: [] for feed in Feed}
    there = 0
    for size in (1, 3, 30):
        received(session, cast.kamran, size)
        session.add_all(objectionable(cast.kamran) for _ in range(size - there))
        session.commit()
        there = size
        for feed, path in paths.items():
            with queries() as asked:
                assert ask(app, path).status_code == 200
            costs[feed].append(len(asked))
    assert len(entries(app, paths[NEWS])) == 1 + 3 + 30
    assert len(checked_calendar(ask(app, paths[DATES]).data)) == 30
    assert costs == {NEWS: [8] * 3, DATES: [8] * 3}


def test_the_newest_fifty_stand_there_and_a_program_may_not_ask_all_the_time(
    app: Flask, cast: Cast, session: Session
) -> None:
    path = made(session, cast.kamran)
    received(session, cast.kamran, 52)
    found = titles(app, path)
    assert len(found) == 50
    assert found[0].endswith("Idea 51")
    answers = [ask(app, path).status_code for _ in range(20)]
    assert answers == [200] * 19 + [429]
    assert ask(app, made(session, cast.nasrin)).status_code == 200
