"""Feeds and calendars by the letter of their standards, whatever people wrote."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from citizen_diplomat.foundation import atom, ical
from citizen_diplomat.web.feed_words import directed
from tests.feed_checks import ATOM, checked_calendar, checked_feed

MORNING = datetime(2026, 11, 2, 8, 0, tzinfo=UTC)
ODD = "a < b & c > \"d\" ]]> 'e' \x00\x0b\ufffe، «ف»؛ \\ ; , \u2068x\u2069"
ENTRY = atom.Entry("https://a.example/1", "One", "https://a.example/en/1", MORNING, "en")
FEED = atom.Feed(
    "https://a.example/feeds", "News", "All", "Office", "https://a.example/en", MORNING, "en", []
)


def test_what_people_wrote_is_text_and_nothing_else_in_a_feed() -> None:
    entry = replace(ENTRY, title=ODD, summary=f"{ODD}\n{ODD}")
    feed = checked_feed(atom.write(replace(FEED, entries=[entry])))
    shown = ODD.replace("\x00\x0b\ufffe", "")
    assert feed.findtext(f"{ATOM}entry/{ATOM}title") == shown
    assert feed.findtext(f"{ATOM}entry/{ATOM}summary") == f"{shown}\n{shown}"


def test_an_empty_feed_is_a_feed_and_the_same_feed_the_same_bytes() -> None:
    assert checked_feed(atom.write(FEED)).findtext(f"{ATOM}updated") == "2026-11-02T08:00:00Z"
    entries = [replace(ENTRY, key="2", updated=MORNING + timedelta(days=1)), ENTRY]
    once, again = (atom.write(replace(FEED, entries=entries)) for _ in range(2))
    assert once == again
    assert checked_feed(once).findtext(f"{ATOM}updated") == "2026-11-03T08:00:00Z"


def test_what_people_wrote_is_one_line_in_a_calendar_and_folded_between_letters() -> None:
    long = "آب‌انبارهای تاریخی " * 8 + "a;b,c\\d\nEND:VEVENT\r\nATTENDEE:x"
    day = ical.Day("1@a.example", date(2026, 12, 1), long, "https://a.example/fa/1", MORNING)
    other = replace(day, uid="2@a.example", title="Two")
    events = checked_calendar(ical.write("تاریخ‌ها", "fa", [day, other]))
    assert [event["DTSTART;VALUE=DATE"] for event in events] == ["20261201"] * 2
    assert events[0]["DTSTAMP"] == "20261102T080000Z"
    written = events[0]["SUMMARY;LANGUAGE=fa"]
    assert "a\\;b\\,c\\\\d\\nEND:VEVENT" in written
    assert checked_calendar(ical.write("Empty", "en", [])) == []


@pytest.mark.parametrize(
    ("line", "code", "shown"),
    [
        ("LED در باغ", "fa", "\u2067LED در باغ\u2069"),
        ("باغ LED", "fa", "باغ LED"),
        ("باغ in Isfahan", "en", "\u2066باغ in Isfahan\u2069"),
        ("Garden", "en", "Garden"),
    ],
)
def test_a_line_runs_in_the_direction_of_its_language(line: str, code: str, shown: str) -> None:
    assert directed(line, code) == shown
