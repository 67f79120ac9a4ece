"""Soheila schedules news, corrects it, withdraws it; everybody reads it, and its feed."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import asdict
from datetime import timedelta
from xml.etree import ElementTree as Xml

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.foundation.clock import now
from citizen_diplomat.news import queries as room
from citizen_diplomat.news.model import News
from tests.cast import Cast
from tests.desk import claimed, decided, submitted
from tests.news import CHOIR, published
from tests.web.talk import post
from tests.web.test_writing import hidden

BrowserOf = Callable[[Account], FlaskClient]
Counting = Callable[[], AbstractContextManager[list[str]]]
ATOM = "{http://www.w3.org/2005/Atom}"
DAY = timedelta(days=1)


def typed(**fields: object) -> dict[str, object]:
    """What Soheila types."""
    about = {"cities": list(CHOIR.cities), "topics": list(CHOIR.topics)}
    return {**asdict(CHOIR.words), **about, **fields}


def test_news_is_scheduled_public_corrected_and_withdrawn(
    session: Session, cast: Cast, browser_of: BrowserOf, client: FlaskClient
) -> None:
    item = claimed(session, submitted(session, cast.nasrin), by=cast.hamid, at=now())
    accepted = decided(session, item, by=cast.hamid, at=now()).of_proposal
    soheila = browser_of(cast.soheila)
    wrong = post(soheila, "/en/staff/news/new", **typed(proposals="987654"))
    assert wrong.status_code == 422
    assert 'id="proposals-error"' in wrong.text
    draft = post(soheila, "/en/staff/news/new", title_en="The choir").location
    assert "Before it can be published" in soheila.get(draft).text
    whole = typed(proposals=str(accepted.number), version="1")
    preview = post(soheila, f"{draft}/edit", **whole, action="preview")
    assert "<strong>Rudaki</strong>" in preview.text
    assert "Before it can be published" in soheila.get(draft).text
    assert post(soheila, f"{draft}/edit", **whole).status_code == 303
    assert post(soheila, f"{draft}/publish", since="2026-01-01 10:00").status_code == 422
    soon = f"{now() + DAY:%Y-%m-%d} 18:00"
    assert post(soheila, f"{draft}/publish", since=soon).status_code == 303

    number = int(draft.rpartition("/")[2])
    places = ("/en/news", "/en/news?city=freiburg", "/en/news.atom", "/fa/news.atom?city=freiburg")
    for person in (client, browser_of(cast.nasrin)):
        assert person.get(f"/en/news/{number}").status_code == 404
        assert person.get(f"/en/news/{number}/versions").status_code == 404
        for place in places:
            assert f"news/{number}" not in person.get(place).text
    row = session.get_one(News, number)
    assert not room.published_between(session, now() - DAY, now())
    row.published_at = now() - timedelta(minutes=1)
    session.commit()
    for place in places:
        assert f"news/{number}" in client.get(place).text, place
    assert f"news/{number}" not in client.get("/en/news?topic=health").text
    assert not room.newest_in(session, "porto", now(), 5)
    assert [one.number for one in room.newest_in(session, "freiburg", now(), 5)] == [number]
    assert [one.number for one in room.published_between(session, now() - DAY, now())] == [number]
    session.commit()
    page = client.get(f"/en/news/{number}").text
    assert accepted.title in page
    assert "corrected on" not in page

    fields = typed(version=hidden(soheila.get(f"{draft}/edit"), "version"))
    assert post(soheila, f"{draft}/edit", **{**fields, "title_fa": ""}).status_code == 422
    post(soheila, f"{draft}/edit", **{**fields, "title_en": "The choir of Freiburg comes in May"})
    late = post(soheila, f"{draft}/edit", **{**fields, "title_en": "Typed too late"})
    assert late.status_code == 409
    assert "Typed too late" in late.text
    assert "comes in May" in late.text
    assert "corrected on" in client.get(f"/en/news/{number}").text
    versions = client.get(f"/en/news/{number}/versions").text
    assert "<del" in versions
    assert "in May" in versions
    assert cast.soheila.display_name not in versions
    assert cast.soheila.display_name in soheila.get(draft).text

    assert "was withdrawn" in soheila.get(f"{draft}/withdraw").text
    post(soheila, f"{draft}/withdraw")
    gone = client.get(f"/en/news/{number}").text
    assert "The office withdrew it" in gone
    assert "Rudaki" not in gone
    assert client.get(f"/en/news/{number}/versions").status_code == 404
    assert f"news/{number}" not in client.get("/en/news").text
    post(soheila, f"{draft}/withdraw", take_back="y")
    assert "Rudaki" in client.get(f"/en/news/{number}").text


def test_the_feed_is_atom_in_the_language_of_its_address(
    session: Session, cast: Cast, client: FlaskClient
) -> None:
    row = published(session, cast.soheila)
    for lang, title in (("fa", CHOIR.words.title_fa), ("en", CHOIR.words.title_en)):
        answer = client.get(f"/{lang}/news.atom")
        assert answer.content_type == "application/atom+xml; charset=utf-8"
        assert answer.headers["Cache-Control"].startswith("public")
        feed = Xml.fromstring(answer.data)
        for needed in ("id", "title", "updated", "author"):
            assert feed.find(f"{ATOM}{needed}") is not None
        links = {link.get("rel"): link.get("href") for link in feed.findall(f"{ATOM}link")}
        assert links["self"] == f"http://localhost/{lang}/news.atom"
        entry = feed.find(f"{ATOM}entry")
        assert entry is not None
        assert [each.tag.removeprefix(ATOM) for each in entry] == [
            *("id", "title", "updated", "link", "summary"),
        ]
        assert title in (entry.findtext(f"{ATOM}title") or "")
        link = entry.find(f"{ATOM}link")
        assert link is not None
        assert link.get("href") == f"http://localhost/{lang}/news/{row.number}"
    # What has not changed costs one line.
    again = client.get("/en/news.atom", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304


@pytest.mark.parametrize("rows", [1, 3, 30])
def test_the_lists_cost_the_same_for_any_number(
    session: Session, cast: Cast, browser_of: BrowserOf, queries: Counting, rows: int
) -> None:
    for _ in range(rows):
        published(session, cast.soheila)
    desk = browser_of(cast.soheila)
    client = desk.application.test_client()
    for browser, address in (
        (client, "/en/news?city=freiburg&topic=culture-arts"),
        (client, "/en/news.atom"),
        (desk, "/en/staff/news"),
    ):
        browser.get(address)
        with queries() as asked:
            page = browser.get(address).text
        assert len(asked) <= 4, asked
        assert page.count(f"{CHOIR.words.title_en}<") == min(rows, 20)


@pytest.mark.parametrize(
    ("person", "status"), [("mina", 200), ("hamid", 403), ("arash", 403), ("nasrin", 403)]
)
def test_others_write_no_news(cast: Cast, browser_of: BrowserOf, person: str, status: int) -> None:
    assert browser_of(getattr(cast, person)).get("/en/staff/news").status_code == status
