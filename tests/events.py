"""Events that Soheila has published, for stories that begin there; and a reader of their files."""

import io
import re
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from dateutil import tz
from flask import Flask
from sqlalchemy.orm import Session

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.cli.event_run import remind, seat
from citizen_diplomat.events import actions, seats
from citizen_diplomat.events.letters import Letters
from citizen_diplomat.events.model import Details, Event, Question, Registration
from citizen_diplomat.events.rules import Held, Sort
from citizen_diplomat.foundation.clock import now

DAY = timedelta(days=1)
EVENING = Details(
    sort=Sort.MEETING,
    title_fa="شب اصفهان در بارسلون",
    title_en="Isfahan evening in Barcelona",
    description_fa="گفتارهای کوتاه و شیرینی.",
    description_en="Short talks and sweets.",
    cities=("barcelona",),
    topics=("environment-water",),
    held=Held.BOTH,
    link="https://meet.example/isfahan",
    address="Carrer de Verdi 32",
    place_city="barcelona",
    time_zone="Europe/Madrid",
    seats=2,
    questions=(Question("چند نفر می‌آیید؟", "How many are you?", is_required=True),),
)
LETTERS = Letters(
    link=lambda person, number: f"http://localhost/{person.language}/events/{number}",
    home=ZoneInfo("Asia/Tehran"),
)


def published(
    session: Session, by: Account, details: Details = EVENING, *, begins_in: timedelta = 9 * DAY
) -> Event:
    """An event that one can register for, committed."""
    begins = (now() + begins_in).replace(microsecond=0)
    dated = details.on(begins, begins + timedelta(hours=2))
    event = actions.write(session, dated, by=by, at=now() - DAY)
    actions.publish(session, event, by=by, at=now() - DAY)
    session.commit()
    return event


def registered(session: Session, event: Event, by: Account) -> Registration:
    """A registration, committed."""
    answers = [{"fa": "؟", "en": "?", "text": "2"}]
    person = session.merge(by, load=False)
    row = seats.register(session, event, answers, by=person, letters=LETTERS, at=now())
    session.commit()
    return row


def without_seats(**more: object) -> Details:
    """The same evening for as many as come."""
    return replace(EVENING, seats=None, **more)  # type: ignore[arg-type]  # of its fields


@dataclass
class Entry:
    """One VEVENT as another program than ours reads it."""

    values: dict[str, str] = field(default_factory=dict)
    starts_at: datetime | None = None
    ends_at: datetime | None = None


def read_calendar(content: bytes) -> tuple[str, list[Entry]]:
    """The method of a file and its entries, their hours by the zones that it brings along.

    The zones are read by dateutil, which knows nothing of the library that wrote them. Raises
    AssertionError where a line breaks RFC 5545, section 3.1.
    """
    assert content.endswith(b"END:VCALENDAR\r\n")
    assert b"\n" not in content.replace(b"\r\n", b"")
    assert all(len(line) <= 75 for line in content.split(b"\r\n"))
    text = content.decode("utf-8").replace("\r\n ", "")
    # 3.6: a calendar holds something; RFC 5546, 3.2: a method is about an event.
    assert re.search("\r\nBEGIN:V(EVENT|TIMEZONE)\r\n", text)
    assert ("\r\nMETHOD:" in text) == ("\r\nBEGIN:VEVENT\r\n" in text)
    zones = tz.tzical(io.StringIO(text)) if "BEGIN:VTIMEZONE" in text else None
    method, entries, inside = "", [], False
    for line in text.split("\r\n"):
        head, _, value = line.partition(":")
        name, _, parameters = head.partition(";")
        if line == "BEGIN:VEVENT":
            inside = True
            entries.append(Entry())
        elif line == "END:VEVENT":
            inside = False
        elif name == "METHOD":
            method = value
        elif inside and name in {"DTSTART", "DTEND"}:
            assert zones is not None
            zone = zones.get(parameters.removeprefix("TZID="))
            local = datetime.strptime(value, "%Y%m%dT%H%M%S").replace(tzinfo=zone)
            setattr(entries[-1], f"{name[2:].lower()}s_at", local.astimezone(UTC))
        elif inside:
            entries[-1].values[name] = value
    return method, entries


def reminded(app: Flask, at: datetime) -> int:
    """How many reminders the worker posts at a moment."""
    with app.app_context():
        return remind(at)


def seated(app: Flask, at: datetime) -> int:
    """How many seats that stayed free the worker gives away at a moment."""
    with app.app_context():
        return seat(at)
