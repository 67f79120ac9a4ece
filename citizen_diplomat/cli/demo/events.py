"""The meetings that the invented coordinator makes: two that come, one with its minutes."""

import json
from datetime import datetime, time, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.cli.demo.people import DATA
from citizen_diplomat.cli.demo.proposals import Stage
from citizen_diplomat.events import actions, minutes, queries, seats
from citizen_diplomat.events.minutes import Promise
from citizen_diplomat.events.model import Details, Event, Question
from citizen_diplomat.events.rules import Held, Sort
from citizen_diplomat.web.event_letters import letters

TEXTS = ("title_fa", "title_en", "description_fa", "description_en", "link", "address")
COORDINATOR = "soheila"
Row = dict[str, Any]


@cache
def events_file() -> list[Row]:
    """The invented events; days are counted from the day on which the demo is loaded."""
    rows: list[Row] = json.loads((DATA / "demo_events.json").read_text("utf-8"))
    return rows


def publish(
    stage: Stage, row: Row, numbers: dict[str, int], *, now: datetime, at: datetime
) -> None:
    """Write and publish an event at `at`, its start counted from `now`; keep its number."""
    by = stage.people[COORDINATOR]
    event = actions.write(stage.session, _details(row, now), by=by, at=at)
    actions.publish(stage.session, event, by=by, at=at)
    numbers[row["id"]] = event.number


def register(stage: Stage, row: Row, numbers: dict[str, int], *, at: datetime) -> None:
    """Let the members of the file take their seats."""
    event = _event(stage, row, numbers)
    answers = [
        {"fa": one.text_fa, "en": one.text_en, "text": "۲"}
        for one in event.asked
        if one.is_required
    ]
    for name in row["people"]:
        person = _member(stage, name)
        seats.register(stage.session, event, answers, by=person, letters=letters(), at=at)


def tell(stage: Stage, row: Row, numbers: dict[str, int], *, at: datetime) -> None:
    """Write what came of an event."""
    event, result, by = _event(stage, row, numbers), row["result"], stage.people[COORDINATOR]
    text = {"text_fa": result["text_fa"], "text_en": result["text_en"]}
    minutes.write(stage.session, event, **text, version=0, by=by, at=at)
    for item in result["items"]:
        promised = Promise(
            text_fa=item["text_fa"],
            text_en=item["text_en"],
            owner_id=stage.people[item["owner"]].id if item["owner"] else None,
            owner_name=item["owner_name"],
            due_on=(at + timedelta(days=item["due_in_days"])).date(),
        )
        minutes.promise(stage.session, event, promised, by=by, at=at)


def _details(row: Row, now: datetime) -> Details:
    zone = ZoneInfo(row["time_zone"])
    day = now.astimezone(zone).date() + timedelta(days=row["starts_in_days"])
    begins = datetime.combine(day, time.fromisoformat(row["start_local"]), zone)
    return Details(
        sort=Sort(row["sort"]),
        **{name: row[name] for name in TEXTS},
        cities=tuple(row["cities"]),
        topics=tuple(row["topics"]),
        held=Held(row["held"]),
        place_city=row["place_city"],
        time_zone=row["time_zone"],
        starts_at=begins,
        ends_at=begins + timedelta(minutes=row["minutes"]),
        seats=row["seats"],
        questions=tuple(Question(**one) for one in row["questions"]),
    )


def _event(stage: Stage, row: Row, numbers: dict[str, int]) -> Event:
    event = queries.find(stage.session, numbers[row["id"]])
    assert event is not None
    return event


def _member(stage: Stage, name: str) -> Account:
    mine = f"{name}@example.org"
    return next(one for one in stage.people.values() if one.email == mine)
