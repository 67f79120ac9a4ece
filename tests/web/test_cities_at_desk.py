"""Soheila writes of cities; colleagues meet her there; everybody reads it, in pages and feeds."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.cities.model import City
from citizen_diplomat.directory.rules import Availability, SkillLevel
from citizen_diplomat.foundation.clock import now
from citizen_diplomat.moderation.rules import Outcome
from citizen_diplomat.outcomes.model import HelpRequest
from tests.calls import published
from tests.cast import Cast
from tests.conftest import token_of
from tests.desk import WATER, claimed, decided, submitted
from tests.feed_checks import ATOM, checked_feed
from tests.rooms.test_desks import desk, rule
from tests.web.test_city_feed import feed_of
from tests.web.test_writing import hidden

BrowserOf = Callable[[Account], FlaskClient]
Counting = Callable[[], AbstractContextManager[list[str]]]
HOME = "/en/staff/cities/porto"
SUSPENSION = {
    "kind": "suspension", "day": "2026-11-01", "side": "partner",
    "note_fa": "تماس‌های رسمی متوقف شد.", "note_en": "Official contacts were stopped.",
    "source": "Câmara Municipal", "link": "https://example.org/news",
}  # fmt: skip
CONTACT = {"organisation": "Casa da Pérsia", "email": "casa@example.org", "language": "pt"}


def send(browser: FlaskClient, address: str, version: object = 1, **fields: object) -> TestResponse:
    """Post with a token of this browser, as from a page of that version."""
    data = {"csrf_token": token_of(browser), "version": str(version), **fields}
    return browser.post(address, data=data)


def facts(**fields: object) -> dict[str, object]:
    """What the form of Porto holds, with some of it changed."""
    return {
        "name_fa": "پورتو", "name_en": "Porto", "names_local": "pt: Porto", "aliases": "Oporto",
        "description_fa": "شهر پل‌ها.", "description_en": "A city of bridges.",
        "topics": ["handicrafts", "technology"], **fields,
    }  # fmt: skip


def test_a_relation_is_suspended_and_everybody_reads_why(
    cast: Cast, browser_of: BrowserOf, client: FlaskClient
) -> None:
    browser = browser_of(cast.soheila)
    assert "/staff/cities/porto" in browser.get("/en/staff/cities").text
    assert browser.get(f"{HOME}/events/new").status_code == 200
    assert send(browser, f"{HOME}/events/new", **SUSPENSION).location == HOME
    for lang, words, day, note in (
        ("en", "Official contacts suspended", "1 November 2026 (10 Aban 1405)", "note_en"),
        ("fa", "معلق", "۱۰ آبان ۱۴۰۵ (۱ نوامبر ۲۰۲۶)", "note_fa"),
    ):
        page = client.get(f"/{lang}/cities/porto").text
        assert words in page
        assert day in page
        assert SUSPENSION[note] in page
        assert 'href="https://example.org/news"' in page
        assert browser.get(f"/{lang}/staff/cities/porto").status_code == 200
    assert send(browser, f"{HOME}/contacts/new", 2, **CONTACT).status_code == 303
    assert "Casa da Pérsia" not in client.get("/en/cities/porto").text
    desk_page = browser.get(HOME).text
    assert "for staff only" in desk_page
    item = desk_page.partition(f"{HOME}/contacts/")[2].partition('"')[0]
    if item == "new":
        item = desk_page.split(f"{HOME}/contacts/")[2].partition('"')[0]
    address = f"{HOME}/contacts/{item}"
    assert browser.get(address).status_code == 200
    assert send(browser, address, 3, **CONTACT, is_public="y").status_code == 303
    assert "Casa da Pérsia" in client.get("/en/cities/porto").text
    assert send(browser, address, 4, action="remove").status_code == 303
    assert send(browser, address, 5, **CONTACT).status_code == 404


@pytest.mark.parametrize(
    ("place", "fields", "words"),
    [
        ("", facts(name_fa=""), "Please fill this in."),
        ("", facts(names_local="Porto"), "Write one name a line"),
        ("/events/new", {**SUSPENSION, "day": "soon"}, "Write a day, a month or a year"),
        ("/events/new", {**SUSPENSION, "day": "1410-01-01"}, "once it has happened"),
        ("/events/new", {**SUSPENSION, "link": "javascript:alert(1)"}, "beginning with https"),
        ("/events/new", {**SUSPENSION, "side": "mine"}, "choose one from the list"),
        ("/contacts/new", {**CONTACT, "email": "casa"}, "with an @"),
        ("/contacts/new", {**CONTACT, "web_page": "casa.pt"}, "beginning with https"),
    ],
)
def test_what_cannot_be_kept_is_said_beside_its_field(
    cast: Cast, browser_of: BrowserOf, place: str, fields: dict[str, object], words: str
) -> None:
    answer = send(browser_of(cast.soheila), f"{HOME}{place}", **fields)
    assert answer.status_code == 422
    assert words in answer.text


def test_two_who_write_at_once_lose_nothing(
    session: Session, cast: Cast, browser_of: BrowserOf
) -> None:
    soheila, mina = browser_of(cast.soheila), browser_of(cast.mina)
    seen = hidden(soheila.get(HOME), "version")
    assert send(mina, HOME, seen, **facts(name_en="Oporto")).status_code == 303
    # What mina did stands there in words, what soheila typed in its field, and she may go on.
    clash = send(soheila, HOME, seen, **facts(description_en="Bridges and tiles."))
    assert clash.status_code == 409
    assert "<ins>Oporto</ins>" in clash.text
    assert "Bridges and tiles." in clash.text
    late = send(mina, f"{HOME}/events/new", seen, **SUSPENSION)
    assert late.status_code == 409
    assert SUSPENSION["note_en"] in late.text
    again = send(soheila, HOME, hidden(clash, "version"), **facts(description_en="Bridges."))
    assert again.status_code == 303
    porto = session.get_one(City, "porto")
    assert (porto.name_en, porto.description_en, porto.version) == ("Porto", "Bridges.", 3)


def test_who_what_and_when_stands_in_the_versions_and_each_comes_back(
    session: Session, cast: Cast, browser_of: BrowserOf, queries: Counting
) -> None:
    browser = browser_of(cast.soheila)
    versions = f"{HOME}/versions"
    assert "Nothing has been changed here yet" in browser.get(versions).text
    send(browser, f"{HOME}/events/new", 1, **SUSPENSION)
    browser.get(versions)
    with queries() as of_two:
        browser.get(versions)
    for number in range(2, 24):
        send(browser, HOME, number, **facts(name_en=f"Porto {number}"))
    browser.get(versions)
    with queries() as of_thirty:
        page = browser.get(versions).text
    assert len(of_two) == len(of_thirty)
    # Beside the session and the reader: the city, its versions with their people, those before.
    asked = [one for one in of_thirty if "city" in one]
    assert len(asked) <= 4
    assert "سهیلا امینی" in page
    assert "<del>Porto 22</del>" in page
    assert "<ins>Porto 23</ins>" in page
    assert "Next page" in page
    back = f"{versions}/1/restore"
    asking = browser.get(back)
    assert "This would be different from now" in asking.text
    assert send(browser, back, 7).status_code == 409
    assert send(browser, back, hidden(asking, "version")).location == HOME
    porto = session.get_one(City, "porto")
    assert (porto.name_en, porto.status, porto.version) == ("Porto", "twinned", 25)
    session.commit()
    assert "Earlier version brought back" in browser.get(versions).text
    for number in (99, 999_999_999_999_999):
        assert browser.get(f"{versions}/{number}/restore").status_code == 404
    isfahan = "/en/staff/cities/isfahan"
    assert browser.get(isfahan).status_code == 200
    assert browser.get(f"{isfahan}/events/new").status_code == 404


def test_moderators_auditors_and_members_read_no_such_page(
    cast: Cast, browser_of: BrowserOf
) -> None:
    for person in (cast.hamid, cast.arash, cast.nasrin):
        browser = browser_of(person)
        assert browser.get(HOME).status_code == 403
        assert send(browser, HOME, **facts()).status_code == 403


def accepted(session: Session, cast: Cast, outcome: Outcome = Outcome.ACCEPT) -> None:
    """A proposal of Nasrin's for Barcelona, decided on."""
    item = claimed(session, submitted(session, cast.nasrin, WATER), by=cast.hamid, at=now())
    decided(session, item, outcome, by=cast.hamid, at=now())


def test_a_city_shows_what_lies_between_it_and_isfahan_without_small_numbers(
    session: Session, cast: Cast, client: FlaskClient, browser_of: BrowserOf, queries: Counting
) -> None:
    client.get("/en/cities/barcelona")
    with queries() as before:
        client.get("/en/cities/barcelona")
    south = desk(session, "South", cast.hamid)
    rule(session, south, city="barcelona")
    published(session, cast.soheila)
    for _ in range(4):
        submitted(session, cast.nasrin, WATER)
    accepted(session, cast)
    session.add(
        HelpRequest(
            form_key="k", title_fa="مترجم کاتالان", title_en="A Catalan translator",
            city_slug="barcelona", least_level=SkillLevel.SOME, availability=Availability.NONE,
            made_by=cast.soheila.id, made_at=now(),
        )
    )  # fmt: skip
    session.commit()
    with queries() as after:
        page = client.get("/en/cities/barcelona")
    assert 0 <= len(after) - len(before) <= 1
    assert len(after) <= 14
    for words in (
        "Sister city since 2000", "contacts revived", "2019 to 2020 (1398)",
        "how does your city live with scarce water", "A Catalan translator",
        "Urban planning and public space", south.name("en"), WATER.title,
    ):  # fmt: skip
        assert words in page.text, words
    assert cast.hamid.display_name not in page.text
    assert (
        cast.hamid.display_name in browser_of(cast.soheila).get("/en/staff/cities/barcelona").text
    )
    # Four wait: nobody is told. With a fifth everybody is.
    assert '<dt>Waiting for an answer</dt><dd class="num">fewer than five</dd>' in page.text
    submitted(session, cast.nasrin, WATER)
    page = client.get("/en/cities/barcelona")
    assert '<dt>Waiting for an answer</dt><dd class="num">5</dd>' in page.text
    assert page.headers["Cache-Control"] == "public, max-age=60"
    assert "Set-Cookie" not in page.headers
    tag = {"If-None-Match": page.headers["ETag"]}
    assert client.get("/en/cities/barcelona", headers=tag).status_code == 304


def test_the_feed_of_a_city_tells_what_was_accepted_agreed_and_asked(
    session: Session, cast: Cast, client: FlaskClient, browser_of: BrowserOf, queries: Counting
) -> None:
    with queries() as empty:
        client.get("/en/cities/barcelona/feed.atom")
    published(session, cast.soheila)
    accepted(session, cast)
    accepted(session, cast)
    browser = browser_of(cast.soheila)
    send(browser, "/en/staff/cities/barcelona/events/new", 1, **SUSPENSION)
    address = "/en/cities/barcelona/feed.atom"
    client.get(address)
    with queries() as full:
        answer = client.get(address)
    # The cities of the proposals are asked for where there are some.
    assert len(full) <= len(empty) + 1 <= 8
    assert answer.mimetype == "application/atom+xml"
    assert answer.headers["Cache-Control"] == "public, max-age=60"
    assert "Set-Cookie" not in answer.headers
    tag = {"If-None-Match": answer.headers["ETag"]}
    assert client.get(address, headers=tag).status_code == 304
    feed = checked_feed(answer.data, f"http://localhost{address}")
    titles = [one.findtext(f"{ATOM}title") or "" for one in feed.findall(f"{ATOM}entry")]
    assert titles[0] == "Official contacts suspended: 1 November 2026 (10 Aban 1405)"
    assert sum(WATER.title in title for title in titles) == 2
    assert any(title.startswith("Call: Zayandehrud") for title in titles)
    assert titles[-1].startswith("Sister-city agreement: 14 January 2000")
    persian = feed_of(client, "fa", "barcelona")
    assert persian.findtext(f"{ATOM}id") != feed.findtext(f"{ATOM}id")
    assert f'href="{address}"' in client.get("/en/cities/barcelona").text
    other = feed_of(client, "en", "porto")
    assert WATER.title not in "".join(other.itertext())
    assert client.get("/en/cities/atlantis/feed.atom").status_code == 404
