"""The briefing pack of a city: who may take it, what it says, and what it keeps to itself."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pypdfium2
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from citizen_diplomat.accounts.model import Account, StaffScope
from citizen_diplomat.audit.model import AuditEntry
from citizen_diplomat.events import minutes
from citizen_diplomat.events.minutes import Promise
from citizen_diplomat.foundation.clock import now
from citizen_diplomat.foundation.text import isolate
from citizen_diplomat.moderation.rules import Outcome
from citizen_diplomat.overview.briefing import Help, gather
from citizen_diplomat.overview.briefing_readers import NOBODY, city_for
from tests import events, news
from tests.cast import Cast
from tests.conftest import token_of
from tests.desk import BICYCLES, MONDAY, WATER, claimed, decided, submitted
from tests.helping import offered
from tests.outcomes import step
from tests.overview import add_rude_reason
from tests.profiles import NASRIN, describe

BrowserOf = Callable[[Account], FlaskClient]
Queries = Callable[[], AbstractContextManager[list[str]]]
IN_SUMMER = datetime(2026, 7, 6, 8, 0, tzinfo=UTC)
DAY = timedelta(days=1)
NEXT_YEAR = date(2027, 6, 1)
HERE = ("barcelona",)
PAGE = "/en/staff/briefing/barcelona"


def answered(
    session: Session, cast: Cast, title: str, outcome: Outcome, *, at: datetime = MONDAY, **how: str
) -> int:
    """The number of a proposal of Nasrin for Barcelona that Hamid has decided on."""
    item = submitted(session, cast.nasrin, replace(WATER, title=title), at=at)
    item = claimed(session, item, by=cast.hamid, at=at)
    return decided(session, item, outcome, by=cast.hamid, at=at, **how).subject_id  # type: ignore[arg-type]


def scoped(session: Session, person: Account, city: str | None, topic: str | None = None) -> None:
    session.add(StaffScope(account_id=person.id, city_slug=city, topic_slug=topic))
    session.commit()


def test_everything_of_a_city_is_in_its_pack(
    session: Session, cast: Cast, browser_of: BrowserOf
) -> None:
    add_rude_reason(session)
    promised = answered(session, cast, "Promised in summer", Outcome.ACCEPT, at=IN_SUMMER)
    offered(session, promised, cast.kamran)
    accepted = answered(session, cast, "Accepted this month", Outcome.ACCEPT)
    step(session, accepted, "Letter to Sants", by=cast.hamid, at=now(), planned_on=NEXT_YEAR)
    answered(session, cast, "Not for us", Outcome.DECLINE)
    answered(session, cast, "Something rude", Outcome.DECLINE, reason="insulting")
    submitted(session, cast.kamran, replace(BICYCLES, city_slugs=HERE, title="Still waiting"))
    submitted(session, cast.kamran, replace(BICYCLES, title="For another city"))
    describe(session, cast.nasrin, NASRIN)
    city = city_for(session, "barcelona", viewer=cast.hamid.id)
    assert city is not None
    pack = gather(session, city, viewer=cast.hamid.id, at=now())
    assert [entry.title for entry in pack.promises] == ["Promised in summer"]
    assert pack.standings[promised].help is Help.OFFERED
    assert [pack.standings[n].state for n in (promised, accepted)] == ["silent", "under_way"]
    assert [entry.title for entry in pack.accepted] == ["Accepted this month"]
    assert [entry.title for entry in pack.answered] == ["Not for us"]
    assert [(entry.title, entry.author) for entry in pack.waiting] == [("Still waiting", None)]
    session.commit()

    page = browser_of(cast.hamid).get(PAGE)
    assert page.headers["Cache-Control"] == "private, no-store"
    text = page.get_data(as_text=True)
    for words in (
        "Members offer their help",
        "Next step, 1 June 2027 (11 Khordad 1406): Letter to Sants",
        "contacts revived",
        "6 July 2026 (15 Tir 1405)",
    ):
        assert words in text
    assert text.count("fewer than 5") >= 2
    assert "سپاس از شما." in text
    for kept in ("Something rude", "Kamran", "For another city", "@example.org"):
        assert kept not in text


def test_whoever_looks_after_the_city_may_take_it(
    session: Session, cast: Cast, browser_of: BrowserOf
) -> None:
    submitted(session, cast.nasrin)
    scoped(session, cast.hamid, "freiburg")
    scoped(session, cast.soheila, "freiburg")
    scoped(session, cast.maryam, "barcelona", "transport")
    wanted = {"hamid": 404, "soheila": 200, "maryam": 200, "arash": 403, "mina": 403}
    for who, status in wanted.items():
        browser = browser_of(getattr(cast, who))
        given = {"csrf_token": token_of(browser), "language": "fa"}
        assert browser.get(PAGE).status_code == status, who
        if status != 200:
            assert browser.post(f"{PAGE}.pdf", data=given).status_code == status, who
    listed = browser_of(cast.hamid).get("/en/staff/briefing").get_data(as_text=True)
    assert ("Freiburg" in listed, "Barcelona" in listed) == (True, False)
    # Counted for Maryam, who has another topic there; the title is not hers to read.
    text = browser_of(cast.maryam).get(PAGE).get_data(as_text=True)
    assert WATER.title not in text
    assert "<dt>Submitted</dt><dd>1</dd>" in text
    assert browser_of(cast.soheila).get("/en/staff/briefing/isfahan").status_code == 404


def test_the_document_is_made_in_either_language_and_the_log_tells_of_it(
    app: Flask, session: Session, cast: Cast, browser_of: BrowserOf, tmp_path: Path
) -> None:
    answered(session, cast, "کاشی \u200eهفت‌رنگ", Outcome.ACCEPT)
    browser = browser_of(cast.hamid)
    given = {"csrf_token": token_of(browser)}
    answer = browser.post(f"{PAGE}.pdf", data={**given, "language": "fa"})
    assert answer.status_code == 200
    assert answer.content_type == "application/pdf"
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="briefing-barc')
    document = pypdfium2.PdfDocument(answer.get_data())
    assert "۱۱ آبان ۱۴۰۵" in document[0].get_textpage().get_text_bounded()
    document.close()
    assert browser.post(f"{PAGE}.pdf", data={**given, "language": "de"}).status_code == 422

    def command(*arguments: str) -> str:
        return app.test_cli_runner().invoke(args=["briefing", *arguments]).output

    out = tmp_path / "pack.pdf"
    assert str(out) in command("barcelona", "--language", "en", "--out", str(out))
    assert out.stat().st_mode & 0o077 == 0
    document = pypdfium2.PdfDocument(out)
    assert "2 November 2026 (11 Aban 1405)" in document[0].get_textpage().get_text_bounded()
    document.close()
    assert command("isfahan", "--out", str(out)) == "Error: there is no sister city 'isfahan'\n"
    made = session.scalars(
        select(AuditEntry).where(AuditEntry.action == "briefing.made").order_by(AuditEntry.id)
    ).all()
    told = [(entry.actor_id, entry.subject, entry.detail) for entry in made]
    assert told == [
        (cast.hamid.id, "city:barcelona", {"language": "fa"}),
        (None, "city:barcelona", {"language": "en"}),
    ]
    session.commit()
    # Six a minute, and no more.
    answers = [browser.post(f"{PAGE}.pdf", data=given).status_code for _ in range(5)]
    assert answers == [422, 422, 422, 422, 429]


def test_meetings_with_what_was_promised_there_and_news_are_in_the_pack(
    session: Session, cast: Cast, browser_of: BrowserOf
) -> None:
    events.published(session, cast.soheila)
    over = events.published(session, cast.soheila, events.without_seats(title_en="Tea"))
    over.starts_at, over.ends_at = now() - 2 * DAY, now() - DAY
    sent = Promise("نقشه‌ها را می‌فرستد", "Sends the plans", owner_name="Montse", due_on=NEXT_YEAR)
    minutes.promise(session, over, sent, by=cast.soheila, at=now())
    for title, cities, since in (
        ("The choir came", HERE, now() - DAY),
        ("The choir will come", HERE, now() + DAY),
        ("A choir elsewhere", ("freiburg",), now() - DAY),
    ):
        words = replace(news.CHOIR.words, title_en=title)
        wording = replace(news.CHOIR, words=words, cities=cities)
        news.published(session, cast.soheila, since=since, wording=wording)
    page = browser_of(cast.hamid).get(PAGE).text
    order = ["Meetings and festivals", "Isfahan evening in Barcelona", "To come", "Tea", "Over"]
    assert sorted(order, key=page.index) == order
    assert (
        " · ".join(map(isolate, ("Sends the plans", "Montse", "1 June 2027 (11 Khordad 1406)")))
        in page
    )
    assert "The choir came" in page
    assert "The choir will come" not in page
    assert "A choir elsewhere" not in page


@pytest.mark.parametrize("more", [1, 12])
def test_a_pack_asks_the_database_fourteen_times(
    session: Session, cast: Cast, queries: Queries, more: int
) -> None:
    for number in range(more):
        submitted(session, cast.nasrin, replace(WATER, title=f"Idea {number}"))
        if number % 2:
            answered(session, cast, f"Answer {number}", Outcome.ACCEPT)
    city = city_for(session, "barcelona", viewer=NOBODY)
    assert city is not None
    with queries() as asked:
        gather(session, city, viewer=NOBODY, at=now())
    assert len(asked) == 14
