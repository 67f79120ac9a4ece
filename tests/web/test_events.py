"""Soheila makes an evening; more come than there are seats; one cannot come, the next one can."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.events.model import Event, Registration
from citizen_diplomat.events.rules import Held
from citizen_diplomat.foundation.clock import now
from citizen_diplomat.mail.model import OutboxMessage
from citizen_diplomat.web.personal_data import export
from tests.cast import PASSPHRASE, Cast
from tests.conftest import database_of, token_of
from tests.events import DAY, EVENING, published, read_calendar, registered, reminded
from tests.web.test_writing import hidden

BrowserOf = Callable[[Account], FlaskClient]
Outbox = Callable[[], list[OutboxMessage]]
MADRID = ZoneInfo("Europe/Madrid")


def send(browser: FlaskClient, place: str, /, **fields: object) -> TestResponse:
    """Post with a token of this browser."""
    return browser.post(place, data={"csrf_token": token_of(browser), **fields})


def typed(day: datetime, **fields: object) -> dict[str, object]:
    """What Soheila types: an evening from seven to nine by Barcelona's clock, a seat for one."""
    names = ("title", "description")
    return {
        **{
            f"{name}_{code}": getattr(EVENING, f"{name}_{code}")
            for name in names
            for code in ("fa", "en")
        },
        **{
            "sort": "meeting",
            "held": "both",
            "cities": ["barcelona"],
            "time_zone": "Europe/Madrid",
        },
        **{"link": EVENING.link, "address": EVENING.address, "place_city": "barcelona"},
        **{"starts_at": f"{day:%Y-%m-%d} 19:00", "ends_at": f"{day:%Y-%m-%d} 21:00", "seats": "1"},
        **{"question_1_fa": "چند نفر؟", "question_1_en": "How many?", "question_1_needed": "y"},
        **fields,
    }


def news(outbox: Outbox) -> list[tuple[str, str]]:
    """To whom which news was posted, in their order."""
    letters = [row for row in outbox() if row.name == "event_news" and row.values]
    return [(row.to_address.partition("@")[0], row.values["news"]) for row in letters]


def test_an_evening_is_made_filled_moved_and_told(
    app: Flask, session: Session, cast: Cast, browser_of: BrowserOf, outbox: Outbox
) -> None:
    client = app.test_client()
    soheila, nasrin, kamran = map(browser_of, (cast.soheila, cast.nasrin, cast.kamran))
    draft = send(soheila, "/en/staff/events/new", title_en="Evening", **_choices()).location
    assert "Before it can be published" in soheila.get(draft).text
    assert send(soheila, f"{draft}/publish").status_code == 303
    assert client.get(draft.replace("/staff", "")).status_code == 404
    day = now() + 9 * DAY
    edit = f"{draft}/edit"
    fields = typed(day, version=hidden(soheila.get(edit), "version"))
    for wrong in ({"ends_at": fields["starts_at"]}, {"link": "javascript:alert(1)"}):
        assert send(soheila, edit, **{**fields, **wrong}).status_code == 422
    assert send(soheila, edit, **{**fields, "question_1_fa": ""}).status_code == 422
    assert send(soheila, edit, **fields).status_code == 303
    assert send(soheila, edit, **fields).status_code == 409
    assert send(soheila, f"{draft}/publish").status_code == 303
    place = draft.replace("/staff", "")

    # Everybody reads it, by three clocks; nobody is told where to come in.
    for lang in ("fa", "en"):
        page = client.get(place.replace("/en/", f"/{lang}/"))
        assert page.headers["Cache-Control"].startswith("public")
        assert EVENING.link not in page.text
        assert place.replace("/en/", f"/{lang}/") in client.get(f"/{lang}/events").text
    assert "Time in Barcelona" in client.get(place).text
    assert client.get(f"{place}/register").status_code == 303

    assert send(nasrin, f"{place}/register").status_code == 422
    for browser in (nasrin, kamran, kamran):
        assert send(browser, f"{place}/register", answer_1="دو").status_code == 303
    assert EVENING.link in nasrin.get(place).text
    waiting = kamran.get(place).text
    assert "Your place in the list: 1" in waiting
    assert EVENING.link not in waiting
    code = re.search(r"(?<=>)[0-9A-Z]{3}-[0-9A-Z]{3}(?=<)", nasrin.get("/en/me/events").text)
    assert code
    listed = soheila.get(f"{draft}/people").text
    assert "How many?" in listed
    assert "waits for a seat" in listed

    door = f"{draft}/check-in"
    came = send(soheila, door, code=code[0].lower())
    assert "نسرین بهرامی" in soheila.get(came.location).text
    again = send(soheila, door, code=code[0])
    assert (again.status_code, "was used already" in again.text) == (409, True)
    assert send(soheila, door, code="ZZZZZZ").status_code == 422
    # Who is there does not leave; the stranger never came.
    assert send(nasrin, f"{place}/leave").status_code == 303
    row = session.scalars(select(Registration).where(Registration.seated_at.is_not(None))).one()
    row.checked_in_at = None
    session.commit()
    assert send(nasrin, f"{place}/leave").status_code == 303
    assert "You have a seat" in kamran.get(place).text
    assert "A seat is yours now" in kamran.get("/en/me/inbox").text

    moved = typed(day + DAY, version=hidden(soheila.get(edit), "version"), seats="3")
    assert send(soheila, edit, **moved).status_code == 303
    begins = datetime.combine((day + DAY).date(), datetime.min.time(), MADRID).replace(hour=19)
    method, [entry] = read_calendar(kamran.get(f"{place}/event.ics").data)
    assert (method, entry.starts_at) == ("PUBLISH", begins.astimezone(UTC))
    assert (entry.values["SEQUENCE"], entry.values["STATUS"]) == ("1", "CONFIRMED")
    assert entry.values["UID"] == f"event-{place.rpartition('/')[2]}@localhost"
    assert [reminded(app, begins - timedelta(hours=hours)) for hours in (30, 20, 2)] == [0, 1, 0]

    reasons = {"reason_fa": "سخنران بیمار است.", "reason_en": "The speaker is ill."}
    assert send(soheila, f"{draft}/cancel", reason_en="Ill").status_code == 422
    assert send(soheila, f"{draft}/cancel", **reasons).status_code == 303
    assert "The speaker is ill." in client.get(place).text
    assert place not in client.get("/en/events").text
    assert news(outbox) == [
        ("nasrin", "registered"),
        ("kamran", "waiting"),
        ("kamran", "seat"),
        ("kamran", "moved"),
        ("kamran", "reminder"),
        ("kamran", "cancelled"),
    ]
    method, [entry] = read_calendar(client.get(f"{place}/event.ics").data)
    assert (method, entry.values["SEQUENCE"]) == ("CANCEL", "2")
    method, [entry] = read_calendar(client.get("/en/events.ics?city=barcelona").data)
    assert (method, entry.values["STATUS"]) == ("PUBLISH", "CANCELLED")
    with database_of(app).reading() as reading:
        data = export(reading, reading.get_one(Account, cast.kamran.id), at=now())
    assert [row["answers"][0]["text"] for row in data["events"]] == ["دو"]


def test_afterwards_everybody_reads_what_was_agreed(
    session: Session, cast: Cast, browser_of: BrowserOf
) -> None:
    event, browser = published(session, cast.soheila), browser_of(cast.soheila)
    place = f"/en/staff/events/{event.number}"
    minutes = {
        "text_fa": "درباره رودخانه گفتیم.",
        "text_en": "We talked of the river.",
        "version": "0",
    }
    assert (
        "nothing to tell" in browser.get(send(browser, f"{place}/minutes", **minutes).location).text
    )
    event = session.get_one(Event, event.number)
    event.starts_at, event.ends_at = now() - 2 * DAY, now() - DAY
    session.commit()
    assert send(browser, f"{place}/minutes", **minutes).status_code == 303
    late = send(browser, f"{place}/minutes", **{**minutes, "text_en": "Typed too late"})
    assert late.status_code == 409
    assert "We talked of the river." in late.text
    item = {"text_fa": "نامه به بارسلون", "text_en": "A letter to Barcelona", "owner": ""}
    assert send(browser, f"{place}/items/new", **item).status_code == 422
    assert (
        send(browser, f"{place}/items/new", **item, owner_name="x", proposal="77").status_code
        == 422
    )
    owned = {**item, "owner": str(cast.soheila.id), "due_on": "1405-10-01"}
    assert send(browser, f"{place}/items/new", **owned).status_code == 303
    page = browser.application.test_client().get(f"/en/events/{event.number}").text
    for words in (
        "We talked of the river.",
        "A letter to Barcelona",
        "سهیلا امینی",
        "22 December 2026",
    ):
        assert words in page
    assert f"/en/events/{event.number}" in browser.get("/en/events?when=past").text
    removal = re.search(r'action="([^"]+/items/\d+/removal)"', browser.get(place).text)
    assert removal
    send(browser, removal[1])
    assert "A letter to Barcelona" not in browser.get(place).text


def test_whoever_closes_the_account_leaves_the_seat(
    app: Flask, session: Session, cast: Cast, browser_of: BrowserOf, outbox: Outbox
) -> None:
    event = published(session, cast.soheila)
    for person in (cast.nasrin, cast.kamran, cast.stranger):
        registered(session, event, person)
    answer = send(
        browser_of(cast.nasrin), "/en/me/data/close", current_password=PASSPHRASE, is_sure="y"
    )
    assert answer.status_code == 303
    assert news(outbox)[-1] == ("sina", "seat")
    session.expire_all()
    assert session.get_one(Event, event.number, populate_existing=True).taken == 2


def test_the_way_in_stands_in_the_calendar_of_who_has_a_seat(
    session: Session, cast: Cast, browser_of: BrowserOf
) -> None:
    event = published(session, cast.soheila, replace(EVENING, seats=1))
    for person in (cast.nasrin, cast.kamran):
        registered(session, event, person)
    nasrin, kamran = browser_of(cast.nasrin), browser_of(cast.kamran)
    for address in (f"/en/events/{event.number}/event.ics", "/en/me/events.ics"):
        _, [hers] = read_calendar(nasrin.get(address).data)
        assert hers.values["LOCATION"] == "Carrer de Verdi 32\\, Barcelona"
        assert f"Come in here: {EVENING.link}" in hers.values["DESCRIPTION"]
        waiting = kamran.get(address)
        assert len(read_calendar(waiting.data)[1]) == 1
        assert EVENING.link not in waiting.text.replace("\r\n ", "")


def test_a_calendar_without_events_says_nothing_of_any(
    app: Flask, session: Session, cast: Cast, browser_of: BrowserOf
) -> None:
    browser = browser_of(cast.nasrin)
    for address in ("/en/me/events.ics", "/en/events.ics"):
        assert read_calendar(browser.get(address).data) == ("", [])
    # Two evenings are off: a cancellation is of one event alone (RFC 5546, 3.2.5).
    for _ in range(2):
        event = published(session, cast.soheila)
        registered(session, event, cast.nasrin)
        event.cancelled_at = now()
    session.commit()
    method, entries = read_calendar(browser.get("/en/me/events.ics").data)
    assert method == "PUBLISH"
    assert [entry.values["STATUS"] for entry in entries] == ["CANCELLED"] * 2


def _choices() -> dict[str, str]:
    return {"sort": "meeting", "held": Held.ONLINE, "time_zone": "Asia/Tehran"}
