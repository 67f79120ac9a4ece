"""The ledger of digests in stories: one digest a period, and everything told exactly once.

Each says what happens, line by line, and which digests came with which titles. How lines are read:
tests/digest_stories.py. All of a kind are played one after the other on one database.
"""

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests.cast import Cast
from tests.digest_cases import CHOICES, RUNS
from tests.digest_stories import Case, Story

ZONES = {
    "west before the morning": Case(
        "daily",
        "25 12:00 item A|26 07:00 moves America/Bogota|26 08:00 run|26 14:00 run|27 14:00 run",
        ["A"],
    ),
    "west after the morning: no second that day": Case(
        "daily",
        "25 12:00 item A|26 08:00 run|26 09:00 moves America/Bogota|26 10:00 item B|26 14:00 run"
        "|27 14:00 run",
        ["A", "B"],
    ),
    "east before the morning": Case(
        "daily", "25 12:00 item A|26 05:00 moves Asia/Tehran|26 05:30 run|26 08:00 run", ["A"]
    ),
    "east across the morning": Case(
        "daily",
        "25 08:00 run|25 12:00 item A|26 06:00 moves Asia/Tehran|26 06:01 run|27 05:30 run",
        ["A"],
    ),
    "west across the date line": Case(
        "daily",
        "24 12:00 moves Pacific/Apia|25 12:00 item A|26 20:00 run|26 21:00 moves Pacific/Honolulu"
        "|26 22:00 item B|27 19:00 run|28 19:00 run|29 19:00 run",
        ["A", "B"],
    ),
    "east across the date line": Case(
        "daily",
        "24 12:00 moves Pacific/Honolulu|25 12:00 item A|26 19:00 run|26 20:00 moves Pacific/Apia"
        "|26 20:01 run|26 22:00 item B|27 20:00 run|28 20:00 run",
        ["A", "B"],
    ),
    "there and back within a week": Case(
        "weekly",
        "24 12:00 item A|25 12:00 moves Asia/Tokyo|26 12:00 moves Europe/Madrid|28 00:00 run"
        "|28 08:00 run",
        ["A"],
    ),
    "the shorter day of spring": Case(
        "daily",
        "2026-03-28 08:00 run|2026-03-28 08:00 item A|2026-03-29 01:59:59 item B"
        "|2026-03-29 03:00 item C|2026-03-29 07:59:59 run|2026-03-29 08:00 run"
        "|2026-03-30 08:00 run",
        ["A B C"],
    ),
    "the longer day of autumn": Case(
        "daily",
        "2026-10-24 08:00 run|2026-10-25 02:30 item A|2026-10-25 02:30+1 item B"
        "|2026-10-25 07:59:59 run|2026-10-25 08:00 run|2026-10-26 08:00 run",
        ["A B"],
    ),
    "an hour that spring skips": Case(
        "daily hour=2",
        "2026-03-28 02:00 run|2026-03-28 12:00 item A|2026-03-29 01:59:59 run|2026-03-29 03:00 run"
        "|2026-03-29 03:30 run|2026-03-30 02:00 run",
        ["A"],
    ),
    "an hour that autumn shows twice": Case(
        "daily hour=2",
        "2026-10-24 12:00 item A|2026-10-25 02:00 run|2026-10-25 02:30 item B"
        "|2026-10-25 02:00+1 run|2026-10-26 02:00 run",
        ["A", "B"],
    ),
    "Tehran keeps its clock in March": Case(
        "daily",
        "2026-03-20 12:00 moves Asia/Tehran|2026-03-21 12:00 item A|2026-03-22 05:29 run"
        "|2026-03-22 05:30 run|2026-03-29 06:00 item B|2026-03-29 06:29 run|2026-03-30 06:30 run",
        ["A", "B"],
    ),
    "spring in New York": Case(
        "daily",
        "2026-03-06 12:00 moves America/New_York|2026-03-07 15:00 item A|2026-03-08 12:59 run"
        "|2026-03-08 13:00 run|2026-03-09 13:00 run",
        ["A"],
    ),
    "midnight shown twice in Havana": Case(
        "daily hour=0",
        "2026-10-30 12:00 moves America/Havana|2026-10-31 12:00 item A|2026-11-01 05:00 run"
        "|2026-11-01 05:30 item B|2026-11-01 06:00 run|2026-11-02 06:00 run",
        ["A", "B"],
    ),
}
"""A move in each direction, and both changes of the clock in three time zones."""

CLOCKS = {
    "the worker's clock jumps three days ahead": Case(
        "daily",
        "24 12:00 item A|28 08:00 run|25 12:00 run|25 13:00 item B|26 08:00 run|27 08:00 run"
        "|28 08:00 run|29 08:00 run|30 08:00 run",
        ["A", "B"],
    ),
    "it jumps ahead while one waits to be sent": Case(
        "daily",
        "24 12:00 item A|25 08:00 enter|28 08:00 run|25 13:00 item B|29 08:00 run|30 08:00 run",
        ["A", "B"],
    ),
    "it jumps a day back": Case(
        "daily", "25 12:00 item A|26 08:00 run|25 08:00 run|25 09:00 run|26 08:05 run", ["A"]
    ),
    "it jumps back and things happen then": Case(
        "daily",
        "25 12:00 item A|26 08:00 run|25 14:00 item B|25 15:00 run|26 08:05 run|27 08:00 run",
        ["A", "B"],
    ),
    "it swings around the hour": Case(
        "daily",
        "25 12:00 item A|26 08:00:01 run|26 07:59:59 run|26 08:00:01 run|26 07:59:59 run",
        ["A"],
    ),
    "something is published by a clock that is ahead": Case(
        "daily",
        "25 12:00 late A 2027-06-01 12:00|26 08:00 run|26 08:01 run|27 08:00 run",
        ["A"],
    ),
}
"""A clock that jumps."""

MEANWHILE = {
    "read on the page": Case(
        "weekly", "25 12:00 answer Mine|25 13:00 item A|26 12:00 reads|28 08:00 run", ["A"]
    ),
    "not read": Case("weekly", "25 12:00 answer Mine|28 08:00 run", ["Mine"]),
    "read while it waits": Case(
        "weekly", "25 12:00 answer Mine|28 08:00 enter|28 08:01 reads|28 08:02 send", []
    ),
    "hidden while it waits": Case(
        "weekly",
        "25 12:00 item A|25 13:00 item B|28 08:00 enter|28 08:01 hide A|28 08:02 send",
        ["B"],
    ),
    "hidden, and shown again before it is noted": Case(
        "weekly", "25 12:00 item A|25 12:01 hide A|26 08:00 run|27 12:00 show A|28 08:00 run", ["A"]
    ),
    "suspended while it waits: the next tells it": Case(
        "weekly",
        "25 12:00 item A|28 08:00 enter|28 08:01 suspend|28 08:02 send|30 12:00 reinstate"
        "|30 13:00 item B|2026-12-05 08:00 run",
        ["A B"],
    ),
    "suspended on the morning": Case(
        "weekly",
        "25 12:00 item A|27 12:00 suspend|28 08:00 run|29 12:00 reinstate|29 12:01 run",
        ["A"],
    ),
    "not proven on the morning": Case(
        "weekly",
        "25 12:00 item A|27 12:00 unproven|28 08:00 run|29 12:00 proven|29 12:01 run",
        ["A"],
    ),
    "no longer proven while it waits": Case(
        "weekly",
        "25 12:00 item A|28 08:00 enter|28 08:01 unproven|28 08:02 send|29 12:00 proven"
        "|2026-12-05 08:00 run",
        ["A"],
    ),
    "left": Case("weekly", "25 12:00 item A|27 12:00 leaves|28 08:00 run", []),
    "left while it waits": Case(
        "weekly", "25 12:00 item A|28 08:00 enter|28 08:01 leaves|28 08:02 send", []
    ),
    "refused by the mail server: the next tells it": Case(
        "weekly",
        "25 12:00 item A|28 08:00 enter|28 08:01 refused|29 12:00 item B|2026-12-05 08:00 run",
        ["A B"],
    ),
}
"""What happens between the making and the sending."""

ALL = {"runs": RUNS, "choices": CHOICES, "zones": ZONES, "clocks": CLOCKS, "meanwhile": MEANWHILE}
ON_BOTH = frozenset(
    {
        "the borders of a week",
        "a crash before it was durable",
        "published in time, visible after the run",
        "weekly, then daily: from the next morning on",
        "west after the morning: no second that day",
        "the worker's clock jumps three days ahead",
        "suspended while it waits: the next tells it",
    }
)
"""What the engines could do differently; the rest is played on SQLite alone, for time."""


@pytest.mark.parametrize("kind", ALL)
def test_every_digest_comes_once_and_tells_everything_once(
    app: Flask, session: Session, cast: Cast, engine_name: str, kind: str
) -> None:
    story = Story(app, session, cast)
    played = {
        name: case for name, case in ALL[kind].items() if engine_name == "sqlite" or name in ON_BOTH
    }
    told = {name: story.tell(case.chosen, case.lines) for name, case in played.items()}
    assert told == {name: case.told for name, case in played.items()}


def test_there_are_at_least_forty_stories() -> None:
    assert sum(map(len, ALL.values())) >= 40
