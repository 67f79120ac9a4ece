"""What strangers try: another site's form, a proxy's header, a cookie's flags, words as markup."""

import logging
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from threading import Barrier, Thread
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from citizen_diplomat import create_app
from citizen_diplomat.accounts.model import Account, KeptForm, StaffScope
from citizen_diplomat.cli import worker
from citizen_diplomat.cli.init import prepare
from citizen_diplomat.directory.model import Profile
from citizen_diplomat.directory.rules import Part
from citizen_diplomat.foundation.clock import now
from citizen_diplomat.foundation.folding import search_text
from citizen_diplomat.mail.message import Recipient
from citizen_diplomat.mail.model import OutboxMessage
from citizen_diplomat.mail.outbox import post as post_mail
from citizen_diplomat.moderation.actions import add_note
from citizen_diplomat.moderation.rules import Outcome
from citizen_diplomat.proposals.messages import ProposalReceived
from citizen_diplomat.proposals.model import Proposal
from citizen_diplomat.web.throttle import limiter
from config import read_settings
from tests.cast import CHEAP, PASSPHRASE, Cast
from tests.conftest import Browser, csrf, database_of, slowly, token_of
from tests.desk import BICYCLES, WATER, decided, submitted
from tests.web.account_pages import link_of, login

BrowserOf = Callable[[Account], FlaskClient]
ATTACK = '"><svg/onload=1>{{7*7}}'
FROM_ELSEWHERE = [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}]


class Visitor(Browser):
    """The browser of a visitor of the real site, whose proxy forwards each request."""

    def open(self, *args: object, **options: Any) -> TestResponse:
        """Fetch a page through the proxy."""
        headers = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "198.51.100.7"}
        options["headers"] = headers | dict(options.get("headers", {}))
        return super().open(*args, base_url="http://diplomat.example", **options)


@pytest.fixture
def secure(tmp_path: Path) -> Iterator[Flask]:
    """A real site: reached by https, behind one proxy."""
    settings = {
        "DATA_DIR": str(tmp_path),
        "BASE_URL": "https://diplomat.example",
        "SECRET_KEY": "for tests only " * 4,
        "TRUSTED_PROXIES": "1",
    }
    app = create_app(read_settings(settings), hasher=CHEAP)
    app.test_client_class = Visitor
    with app.app_context():
        prepare()
    limiter.reset()
    yield app
    database_of(app).close()


# --- browsers and caches ---


def test_a_message_for_one_reader_is_kept_by_no_cache(cast: Cast, browser_of: BrowserOf) -> None:
    browser = browser_of(cast.nasrin)
    token = token_of(browser)
    answer = browser.post("/en/logout", data={"csrf_token": token})
    home = browser.get(answer.headers["Location"])
    assert "You are signed out" in home.text
    assert home.headers["Cache-Control"] == "no-store"
    assert browser.get("/en/").headers["Cache-Control"].startswith("public")


def test_what_a_member_reads_is_kept_by_no_cache(cast: Cast, browser_of: BrowserOf) -> None:
    browser = browser_of(cast.nasrin)
    for page in ("/en/", "/en/cities", "/en/proposals", "/en/me/proposals", "/en/no-such-page"):
        answer = browser.get(page)
        assert answer.headers["Cache-Control"] == "no-store", page
        assert "Cookie" in answer.headers["Vary"], page


def test_cookies_and_headers_of_a_site_behind_https(secure: Flask) -> None:
    client = secure.test_client()
    cookie = client.get("/en/login").headers["Set-Cookie"]
    assert cookie.startswith("__Host-session=")
    for flag in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"):
        assert flag in cookie.split("; "), cookie
    assert "Domain" not in cookie
    assert "Secure" in client.get("/theme?theme=dark").headers["Set-Cookie"]
    style = client.get("/en/").text.partition('rel="stylesheet" href="')[2].partition('"')[0]
    for page in ("/en/", "/en/no-such-page", "/healthz", style):
        headers = client.get(page, buffered=True).headers
        assert "max-age" in headers["Strict-Transport-Security"], page
        for name in ("Content-Security-Policy", "Permissions-Policy", "Cross-Origin-Opener-Policy"):
            assert headers[name], (page, name)


def test_refusals_carry_the_protective_headers_too(client: FlaskClient) -> None:
    answers = [
        client.get("/en/", headers={"Host": "evil.example"}),
        client.post("/en/login", data={"email": "a" * 1_100_000}),
        client.post("/en/login"),
        client.delete("/en/login"),
    ]
    assert [answer.status_code for answer in answers] == [400, 413, 400, 405]
    for answer in answers:
        assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
        assert answer.headers["Cache-Control"] == "no-store"
        assert "evil.example" not in answer.text


@pytest.mark.parametrize("method", ["HEAD", "OPTIONS", "GET"])
def test_a_form_sent_with_a_safe_method_is_nobodys_work(
    app: Flask, client: FlaskClient, session: Session, method: str
) -> None:
    plain = FlaskClient(app, app.response_class)
    for page in ("/en/me/profile", "/en/staff/queue", "/en/me/proposals/new"):
        answer = plain.open(page, method=method, data={"title": "Bridge"})
        assert answer.status_code == 303, page
    assert session.scalar(select(func.count()).select_from(KeptForm)) == 0


# --- other sites ---


@pytest.mark.parametrize("headers", FROM_ELSEWHERE)
def test_a_form_on_another_site_sets_no_cookie_and_keeps_nothing(
    client: FlaskClient, session: Session, headers: dict[str, str]
) -> None:
    """It comes without the visitor's cookie; a new one in its place would sign them out."""
    for page in ("/en/me/proposals/new", "/en/me/profile", "/en/logout", "/en/login"):
        answer = client.post(page, data={"title": "Not my words"}, headers=headers)
        assert answer.status_code == 400, page
        assert "Set-Cookie" not in answer.headers, page
    assert session.scalar(select(func.count()).select_from(KeptForm)) == 0


ELSEWHERE = [
    "/\t/evil.example", "//evil.example", "/\\evil.example", "https:evil.example",
    "/%09/evil.example", "/%5cevil.example", "\t//evil.example", "/\n/evil.example",
    "///evil.example", "/\x01/evil.example", "javascript:alert(1)", "http:///evil.example",
    "/\u2028/evil.example", "/@evil.example", "\\\\evil.example", "/en/\r\nSet-Cookie: a=b",
]  # fmt: skip


@pytest.mark.parametrize("target", ELSEWHERE)
def test_no_next_leads_to_another_site(
    client: FlaskClient, cast: Cast, browser_of: BrowserOf, target: str
) -> None:
    member = browser_of(cast.nasrin)
    for answer in (
        client.get("/theme", query_string={"next": target, "theme": "dark"}),
        member.get("/en/login", query_string={"next": target}),
        login(client, cast.nasrin.email, PASSPHRASE, next=target),
    ):
        assert answer.status_code == 303
        # Browsers read back-slashes as slashes and leave tabs and line ends out.
        location = re.sub(r"[\t\r\n]", "", answer.headers["Location"]).replace("\\", "/")
        assert urlsplit(urljoin("http://localhost/", location)).netloc == "localhost"
        assert answer.headers.getlist("Set-Cookie") == [
            each for each in answer.headers.getlist("Set-Cookie") if not each.startswith("a=")
        ]


# --- proxies ---


def test_a_proxy_that_nobody_declared_reaches_neither_figures_nor_letters(
    client: FlaskClient,
) -> None:
    forwarded = {"X-Forwarded-For": "198.51.100.7"}
    for page in ("/metrics", "/dev/mail"):
        assert client.get(page).status_code == 200
        assert client.get(page, headers=forwarded).status_code == 404
    away = {"REMOTE_ADDR": "198.51.100.7"}
    assert client.get("/dev/mail", environ_base=away).status_code == 404


def test_behind_a_declared_proxy_only_its_word_counts(secure: Flask) -> None:
    client = secure.test_client()
    assert client.get("/metrics").status_code == 404
    forged = {"X-Forwarded-For": "127.0.0.1, 198.51.100.7"}
    assert client.get("/metrics", headers=forged).status_code == 404
    watcher = {"X-Forwarded-For": "198.51.100.7, 127.0.0.1"}
    assert client.get("/metrics", headers=watcher).status_code == 200
    assert client.get("/dev/mail", headers=watcher).status_code == 404
    foreign = {"X-Forwarded-Host": "evil.example"}
    assert "evil.example" not in str(client.get("/fa", headers=foreign).headers)


# --- logs ---


def test_no_log_holds_a_secret(
    app: Flask, client: FlaskClient, cast: Cast, caplog: pytest.LogCaptureFixture
) -> None:
    real, asked = app.view_functions["public.reset"], "-".join(["the", "parameter"])

    def crash(**_values: object) -> str:
        with database_of(app).reading() as session:
            session.execute(select(Account).where(func.no_such(Account.email) == asked))
        return ""

    app.view_functions["public.reset"] = crash
    caplog.set_level(logging.DEBUG, logger="citizen_diplomat")
    try:
        client.get("/en/password/reset/the-token?next=/the-query")
        client.get("/en/verify/the-token")
        client.get("/unsubscribe/the-token")
        login(client, "somebody@example.org", "the passphrase they typed")
    finally:
        app.view_functions["public.reset"] = real
    assert "/en/verify/..." in caplog.text
    assert "no_such" in caplog.text
    for secret in ("the-token", "the-query", asked, "somebody@", "passphrase they"):
        assert secret not in caplog.text


def test_a_repeated_field_gives_nobody_more_tries(client: FlaskClient, cast: Cast) -> None:
    token = csrf(client.get("/en/login"))
    statuses = [
        client.post(
            "/en/login",
            data={
                "csrf_token": token,
                "email": [cast.nasrin.email, f"other{number}@example.org"],
                "password": "not her passphrase",
            },
        ).status_code
        for number in range(11)
    ]
    assert statuses == [422] * 10 + [429]


def test_strangers_do_not_see_how_often_an_address_was_tried(
    client: FlaskClient, cast: Cast
) -> None:
    answers = [login(client, cast.nasrin.email, "not her passphrase") for _ in range(11)]
    assert answers[-1].status_code == 429
    assert 0 < int(answers[-1].headers["Retry-After"]) <= 600
    for answer in answers[:-1]:
        assert "Retry-After" not in answer.headers
    assert "ratelimit" not in "".join(str(answer.headers) for answer in answers).casefold()


def test_all_addresses_of_one_ipv6_network_are_one(client: FlaskClient, cast: Cast) -> None:
    token = csrf(client.get("/en/login"))

    def guess(number: int, address: str) -> int:
        fields = {"csrf_token": token, "email": f"a{number}@example.org", "password": "guess"}
        return client.post(
            "/en/login", data=fields, environ_base={"REMOTE_ADDR": address}
        ).status_code

    assert [guess(number, f"2001:db8::{number:x}") for number in range(31)] == [422] * 30 + [429]
    assert guess(40, "2001:db8:0:1::1") == 422
    assert guess(41, "192.0.2.1") == 422


def test_a_link_used_twice_at_the_same_moment_works_once(
    app: Flask, cast: Cast, outbox: Callable[[], list[OutboxMessage]]
) -> None:
    ask = app.test_client()
    ask.post(
        "/en/password/forgot",
        data={
            "csrf_token": csrf(ask.get("/en/password/forgot")),
            "email": cast.nasrin.email,
            **slowly(ask, "ForgotForm"),
        },
    )
    path = link_of(outbox()[-1])
    start, statuses = Barrier(3), list[int]()

    def use(number: int) -> None:
        browser = app.test_client()
        token = csrf(browser.get(path))
        start.wait()
        fields = {"csrf_token": token, "password": f"turquoise minaret cycling {number}"}
        statuses.append(browser.post(path, data=fields).status_code)

    threads = [Thread(target=use, args=(number,)) for number in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(statuses) == [303, 410, 410]


# --- cities and topics of a moderator ---


@pytest.mark.parametrize(
    ("city", "topic", "is_theirs"),
    [
        ("barcelona", None, True),
        (None, "environment-water", True),
        ("barcelona", "environment-water", True),
        ("freiburg", None, False),
        ("barcelona", "transport", False),
    ],
)
def test_moderators_review_what_they_were_given(
    session: Session,
    cast: Cast,
    browser_of: BrowserOf,
    city: str | None,
    topic: str | None,
    is_theirs: bool,
) -> None:
    item = submitted(session, cast.nasrin, WATER)
    session.add(StaffScope(account_id=cast.hamid.id, city_slug=city, topic_slug=topic))
    session.commit()
    browser = browser_of(cast.hamid)
    queue = browser.get("/en/staff/queue")
    assert (f"/staff/queue/{item.id}" in queue.text) == is_theirs
    assert browser.get(f"/en/staff/queue/{item.id}").status_code == (200 if is_theirs else 404)
    token = token_of(browser)
    for verb in ("notes", "decision", "take-over", "heartbeat", "release", "claim"):
        answer = browser.post(f"/en/staff/queue/{item.id}/{verb}", data={"csrf_token": token})
        assert (answer.status_code != 404) == is_theirs, verb
    leads = browser.get("/en/staff/queue/next").headers["Location"]
    assert leads == (f"/en/staff/queue/{item.id}" if is_theirs else "/en/staff/queue")
    assert browser_of(cast.maryam).get(f"/en/staff/queue/{item.id}").status_code == 200


def test_words_not_sent_are_not_shown_to_staff_who_come_too_late(
    session: Session, cast: Cast, browser_of: BrowserOf
) -> None:
    item = decided(session, submitted(session, cast.nasrin), Outcome.REQUEST_CHANGES, by=cast.hamid)
    session.execute(update(Proposal).values(title="Not sent yet"))
    session.commit()
    browser = browser_of(cast.maryam)
    token = token_of(browser)
    late = browser.post(f"/en/staff/queue/{item.id}/claim", data={"csrf_token": token})
    assert late.status_code == 409
    assert WATER.title in late.text
    assert "Not sent yet" not in late.text


# --- words as markup ---


@pytest.fixture
def attacked(session: Session, cast: Cast) -> int:
    """Everybody is called like an attack and wrote one wherever something can be written."""
    draft = replace(BICYCLES, title=ATTACK, summary=ATTACK, body=ATTACK)
    session.execute(update(Account).values(display_name=ATTACK))
    session.execute(
        update(Profile).values(
            about=ATTACK,
            latin_name=ATTACK,
            staff_search_text=search_text(ATTACK),
            member_search_text=search_text(ATTACK),
            **{f"{part}_seen_by": "everyone" for part in Part},
        )
    )
    session.execute(
        update(Profile)
        .where(Profile.account_id == cast.kamran.id)
        .values(city_slug=None, other_city=ATTACK, other_country="DE")
    )
    session.commit()
    for person in (cast.nasrin, cast.hamid):
        session.merge(person).display_name = ATTACK
    session.commit()
    author, moderator = session.get_one(Account, cast.nasrin.id), session.merge(cast.hamid)
    session.commit()
    session.expunge_all()
    answered = submitted(session, author, draft)
    add_note(session, answered, text=ATTACK, by=moderator, at=now())
    session.commit()
    decided(session, answered, by=moderator)
    return answered.id


def test_nothing_that_people_type_becomes_markup(
    session: Session, cast: Cast, browser_of: BrowserOf, attacked: int
) -> None:
    number = session.scalar(select(Proposal.number))
    session.commit()
    member, desk, auditor = (browser_of(who) for who in (cast.nasrin, cast.hamid, cast.arash))
    pages = {
        member: [
            "/fa/", "/fa/proposals", f"/fa/proposals/{number}", "/fa/me/proposals",
            f"/fa/me/proposals/{number}", "/fa/me/profile", "/fa/members",
            f"/fa/members/{cast.kamran.id}", f"/fa/people/{cast.kamran.id}",
            "/fa/me/profile/as/stranger", "/fa/me/data", "/fa/me/security",
            f"/fa/proposals?q={ATTACK}", f"/fa/cities?q={ATTACK}", f"/fa/members?q={ATTACK}",
            f"/fa/no-such-page{ATTACK}", f"/fa/proposals?after={ATTACK}&city={ATTACK}",
        ],
        desk: [
            "/fa/staff/queue", f"/fa/staff/queue?q={ATTACK}", "/fa/staff/queue?state=accepted",
            f"/fa/staff/queue/{attacked}", f"/fa/staff/queue/{attacked}?view=history",
            "/fa/staff/members", f"/fa/staff/members/{cast.nasrin.id}",
        ],
        auditor: ["/fa/staff/log", f"/fa/staff/log?action={ATTACK}"],
    }  # fmt: skip
    shown = 0
    for browser, addresses in pages.items():
        for address in addresses:
            html = browser.get(address).text
            assert "<svg/onload" not in html, address
            assert "svg/onload=1&gt;49" not in html, address
            shown += "&lt;svg/onload" in html
    assert shown >= 12


def test_nothing_that_people_type_becomes_markup_in_a_letter(
    app: Flask, session: Session, tmp_path: Path, attacked: int
) -> None:
    post_mail(
        session,
        ProposalReceived(1, ATTACK, 1, "http://localhost/x"),
        Recipient("nasrin@example.org", ATTACK, "en"),
        key="attack",
        at=now(),
    )
    session.commit()
    worker.work_once(app, now())
    client = FlaskClient(app, app.response_class)
    names = re.findall(r'href="/dev/mail/([^"]+\.eml)"', client.get("/dev/mail").text)
    assert names
    for name in names:
        letter = client.get(f"/dev/mail/{name}/html").text
        # What makes letters writes elements in its own way.
        assert "<svg" not in letter
        assert "49" not in re.sub(r"#\w+|[0-9a-f]{64}", "", letter), "but a colour or a hash"
        assert "<svg/onload" not in client.get(f"/dev/mail/{name}").text
