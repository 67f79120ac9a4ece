"""Somebody looks for words in everything that is public, and finds nothing that is not."""

import html
import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace

from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from citizen_diplomat.calls import actions as calls
from citizen_diplomat.calls.model import Wording
from citizen_diplomat.foundation.clock import now
from citizen_diplomat.proposals import actions as proposals
from citizen_diplomat.proposals.receipts import reference_of
from tests.calls import published
from tests.cast import Cast
from tests.desk import MONDAY, WATER, claimed, decided, submitted
from tests.events import DAY
from tests.events import published as evening

Counting = Callable[[], AbstractContextManager[list[str]]]
BOOKS = replace(WATER, title="كتابخانه‌هاي سیار ۱۴۰۵", summary="<b>کِتاب</b> برای همه")


def accepted(session: Session, cast: Cast) -> int:
    """The number of a proposal of Nasrin's that everybody reads."""
    item = submitted(session, cast.nasrin, BOOKS)
    done = decided(session, claimed(session, item, by=cast.hamid, at=MONDAY), by=cast.hamid)
    return done.subject_id


def found(client: FlaskClient, q: str) -> list[str]:
    """The addresses of the results, in order."""
    page = client.get("/fa/search", query_string={"q": q})
    assert page.status_code == 200
    return re.findall(r'<a href="/fa/([^"]+)" data-result>', page.text)


def test_a_proposal_a_city_and_a_call_are_found_however_they_are_spelt(
    session: Session, cast: Cast, client: FlaskClient
) -> None:
    number = accepted(session, cast)
    call = published(session, cast.soheila)
    for q in ("کتابخانه های", "كتابخانه‌هاي", "کتابخانههای", "کتاب 1405", "۱۴۰۵"):
        assert found(client, q) == [f"proposals/{number}"], q
    assert found(client, "فرايبورگ") == ["cities/freiburg"]
    assert found(client, "freiburg") == ["cities/freiburg"]
    assert found(client, "زاينده رود") == [f"calls/{call.number}"]
    assert found(client, "scarce WATER") == [f"calls/{call.number}"]
    page = client.get("/fa/search?q=کتاب").text
    assert '<bdi lang="fa"><mark>كتاب</mark>خانه‌هاي سیار ۱۴۰۵</bdi>' in page
    assert "&lt;b&gt;<mark>کِتاب</mark>&lt;/b&gt;" in page
    assert '<meta name="robots" content="noindex">' in page


def test_what_is_not_public_is_never_found(
    session: Session, cast: Cast, client: FlaskClient
) -> None:
    submitted(session, cast.nasrin, replace(BOOKS, title="ناپیدا در صف"))
    proposals.start(
        session, replace(BOOKS, title="ناپیدا پیش‌نویس"), form_key="x", by=cast.nasrin, at=MONDAY
    )
    gone = published(session, cast.soheila, calls_wording("ناپیدا پس‌گرفته"))
    calls.withdraw(session, gone, by=cast.soheila, at=now())
    calls.write(session, calls_wording("ناپیدا ننوشته"), by=cast.soheila, at=now())
    session.commit()
    assert found(client, "ناپیدا") == []


def calls_wording(title: str) -> Wording:
    return Wording(
        title_fa=title, title_en="t", question_fa="q", question_en="q", background_fa="b",
        background_en="b", cities=("porto",), topics=("transport",),
    )  # fmt: skip


def test_a_reference_leads_to_its_proposal_if_everybody_reads_it(
    session: Session, cast: Cast, client: FlaskClient
) -> None:
    number = accepted(session, cast)
    waiting = submitted(session, cast.nasrin).subject_id
    spoken = reference_of(number, MONDAY)
    persian = spoken.translate(str.maketrans("0123456789-", "۰۱۲۳۴۵۶۷۸۹ "))
    for q in (spoken, persian):
        answer = client.get("/fa/search", query_string={"q": q})
        assert (answer.status_code, answer.location) == (303, f"/fa/proposals/{number}")
    assert found(client, reference_of(waiting, MONDAY)) == []


def test_the_page_is_for_shared_caches_and_costs_the_same(
    session: Session, cast: Cast, client: FlaskClient, queries: Counting
) -> None:
    accepted(session, cast)
    client.get("/fa/search?q=کتاب")
    counts = []
    for more in (0, 6):
        for _ in range(more):
            accepted(session, cast)
        with queries() as statements:
            page = client.get("/fa/search?q=کتاب")
        counts.append(len(statements))
        assert page.headers["Cache-Control"] == "public, max-age=60"
        assert "Set-Cookie" not in page.headers
    # One for each kind, and the cities of the proposals.
    assert counts == [6, 6]
    assert page.text.count("data-result") == 5
    assert 'href="/fa/proposals?q=%DA%A9%D8%AA%D8%A7%D8%A8"' in page.text
    assert client.get("/fa/search").headers["Cache-Control"] == "public, max-age=60"


def test_the_list_behind_the_results_has_all_events_that_were_found(
    session: Session, cast: Cast, client: FlaskClient
) -> None:
    evenings = [evening(session, cast.soheila) for _ in range(6)]
    for number, event in enumerate(evenings):
        event.starts_at, event.ends_at = now() - (number + 2) * DAY, now() - (number + 1) * DAY
    session.commit()
    page = client.get("/en/search?q=sweets").text
    more = re.search(r'class="more" href="(/en/events[^"]*)"', page)
    assert more
    listed = re.findall(r'href="/en/events/(\d+)"', client.get(html.unescape(more[1])).text)
    assert listed == [str(event.number) for event in evenings]
    # One to come stands before them, and both in the list of everything.
    coming = evening(session, cast.soheila)
    listed = re.findall(r'href="/en/events/(\d+)"', client.get("/en/events?when=all").text)
    assert listed == [str(event.number) for event in (coming, *evenings)]
    assert 'name="when" value="all"' in client.get("/en/events?when=all").text
