"""What an event is at a moment, who may register, who is reminded; and the clocks of its files."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from citizen_diplomat.events.rules import (
    Held,
    Phase,
    Refusal,
    is_reminded,
    lacking,
    out_of_order,
    phase_of,
    refusal_of,
    shown_code,
    typed_code,
)
from citizen_diplomat.foundation.ical_meetings import Meeting, Publisher, write
from tests.events import read_calendar

START = datetime(2027, 3, 28, 16, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
END = START + 2 * HOUR


@pytest.mark.parametrize(
    ("published", "cancelled", "at", "phase"),
    [
        (False, False, START - DAY, Phase.DRAFT),
        (True, False, START - HOUR, Phase.COMING),
        (True, False, START, Phase.RUNNING),
        (True, False, END, Phase.OVER),
        (True, True, END, Phase.CANCELLED),
    ],
)
def test_an_event_is_what_its_moments_say(
    published: bool, cancelled: bool, at: datetime, phase: Phase
) -> None:
    assert phase_of(START, END, published=published, cancelled=cancelled, at=at) is phase


@pytest.mark.parametrize(
    ("phase", "until", "suspended", "why"),
    [
        (Phase.COMING, None, False, None),
        (Phase.COMING, START - DAY, False, Refusal.CLOSED),
        (Phase.COMING, START, True, Refusal.SUSPENDED),
        (Phase.RUNNING, None, False, Refusal.BEGUN),
        (Phase.CANCELLED, None, False, Refusal.NOT_PUBLIC),
        (Phase.DRAFT, None, False, Refusal.NOT_PUBLIC),
    ],
)
def test_who_may_register(
    phase: Phase, until: datetime | None, suspended: bool, why: Refusal | None
) -> None:
    at = START - HOUR
    assert refusal_of(phase, register_until=until, suspended=suspended, at=at) is why


@pytest.mark.parametrize(
    ("seated", "reminded_for", "at", "expected"),
    [
        (-9 * DAY, None, -DAY, True),
        (-9 * DAY, None, -DAY - HOUR, False),
        (-9 * DAY, START, -HOUR, False),
        # It was moved since: the new start is another one.
        (-9 * DAY, START - 3 * DAY, -HOUR, True),
        (-5 * HOUR, None, -HOUR, False),
        (-9 * DAY, None, timedelta(0), False),
    ],
)
def test_a_reminder_comes_once_for_each_start(
    seated: timedelta, reminded_for: datetime | None, at: timedelta, expected: bool
) -> None:
    told = is_reminded(START, seated_at=START + seated, reminded_for=reminded_for, at=START + at)
    assert told is expected


def test_what_must_be_said_before_it_is_published() -> None:
    said = ("title_fa", "title_en", "description_fa", "description_en", "cities")
    assert lacking(said, Held.ONLINE, START, END, None) == ("link",)
    assert lacking(said, Held.PLACE, START, None, None) == ("address", "place_city", "ends_at")
    assert lacking(("link",), Held.ONLINE, START, END, None) == said
    assert out_of_order(START, START, None) == "ends_at"
    assert out_of_order(START, START + 40 * DAY, None) == "ends_at"
    assert out_of_order(START, END, START + HOUR) == "register_until"
    assert out_of_order(START, END, START) is None


def test_a_code_is_read_as_it_looks() -> None:
    assert typed_code(" 7kq-2mx ") == "7KQ2MX"
    assert typed_code("oIl 8-99") == "011899"
    assert shown_code("7KQ2MX") == "7KQ-2MX"


@pytest.mark.parametrize("zone", ["Europe/Berlin", "Asia/Tehran", "America/New_York"])
def test_another_program_reads_the_same_hours_on_both_sides_of_a_clock_change(zone: str) -> None:
    """Every six hours of the days around the spring of Europe and of America, and its autumn."""
    begins = [
        datetime(2027, month, day, hour, 30, tzinfo=UTC)
        for month, days in ((3, (13, 14, 15, 27, 28, 29)), (10, (30, 31)), (11, (1, 7, 8)))
        for day in days
        for hour in (2, 8, 14, 20)
    ]
    meetings = [
        Meeting(f"{number}@x", start, start + HOUR, zone, "آب، «رود»", "a\nb", "http://x/", START)
        for number, start in enumerate(begins)
    ]
    by = Publisher("Isfahan", "office@example.org")
    method, entries = read_calendar(write("Events", "fa", meetings, by=by))
    assert method == "PUBLISH"
    assert [entry.starts_at for entry in entries] == begins
    assert [entry.ends_at for entry in entries] == [start + HOUR for start in begins]


def test_summer_time_begins_by_the_clock_as_it_was() -> None:
    """RFC 5545, 3.6.5: the onset is told by the offset before it, 02:00 in Berlin."""
    meeting = Meeting("1@x", START, END, "Europe/Berlin", "a", "b", "http://x/", START)
    text = write("Events", "en", [meeting], by=Publisher("I", "o@example.org")).decode()
    daylight = text.partition("BEGIN:DAYLIGHT\r\n")[2].partition("END:DAYLIGHT")[0]
    assert "DTSTART:20270328T020000\r\n" in daylight
    assert "TZOFFSETFROM:+0100\r\nTZOFFSETTO:+0200\r\n" in daylight
    assert START.astimezone(ZoneInfo("Europe/Berlin")).strftime("%Y%m%dT%H%M%S") in text
