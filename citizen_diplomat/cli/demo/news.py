"""The news that the invented coordinator publishes; one of them was corrected."""

import json
from datetime import datetime
from functools import cache, partial
from typing import Any

from citizen_diplomat.cli.demo.people import DATA
from citizen_diplomat.cli.demo.proposals import Row, Stage
from citizen_diplomat.news import actions, queries
from citizen_diplomat.news.model import Wording, Words
from citizen_diplomat.news.rules import TEXTS


@cache
def news_file() -> dict[str, Any]:
    """The invented news, and what was said to it."""
    content: dict[str, Any] = json.loads((DATA / "demo_news.json").read_text("utf-8"))
    return content


def publish(stage: Stage, row: Row, *, at: datetime) -> None:
    """Write and publish a piece of news."""
    by = stage.people["soheila"]
    news = actions.write(stage.session, _wording(stage, row), by=by, at=at)
    actions.publish(stage.session, news, by=by, at=at)
    # Whoever comments on it looks for it in the database.
    stage.session.flush()
    stage.news[row["id"]] = news.number


def correct(stage: Stage, row: Row, *, at: datetime) -> None:
    """Change some of its words after everybody could read them."""
    news = queries.find(stage.session, stage.news[row["id"]])
    assert news is not None
    save = partial(actions.change, version=news.version, by=stage.people["soheila"], at=at)
    save(stage.session, news, _wording(stage, row | row["corrected"]))


def _wording(stage: Stage, row: Row) -> Wording:
    return Wording(
        Words(**{name: row[name] for name in TEXTS}),
        cities=tuple(row["cities"]),
        topics=tuple(row["topics"]),
        proposals=tuple(stage.numbers[name] for name in row["proposals"]),
    )
