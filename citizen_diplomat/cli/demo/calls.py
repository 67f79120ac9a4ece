"""The calls that the invented coordinator publishes: one that is open, one that was answered."""

import json
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy.orm import Session

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.calls import actions
from citizen_diplomat.calls.model import Wording
from citizen_diplomat.calls.rules import Answerers, Moments
from citizen_diplomat.cli.demo.people import DATA
from citizen_diplomat.proposals import questions
from citizen_diplomat.proposals.questions import Asking
from citizen_diplomat.proposals.rules import QuestionKind

ANSWER = {"demo-21": "workshop"}
"""The call that a proposal of the file answers."""


@cache
def calls_file() -> list[dict[str, Any]]:
    """The invented calls; days are counted back from the day on which the demo is loaded."""
    rows: list[dict[str, Any]] = json.loads((DATA / "demo_calls.json").read_text("utf-8"))
    return rows


def publish(
    session: Session, row: dict[str, Any], *, by: Account, now: datetime, at: datetime
) -> int:
    """Write and publish a call at `at`, its dates counted from `now`; returns its number."""
    call = actions.write(session, _wording(row, now), by=by, at=at)
    for asked in row["questions"]:
        asking = Asking(
            kind=QuestionKind(asked["kind"]),
            text_fa=asked["text_fa"],
            text_en=asked["text_en"],
            is_required=asked["required"],
        )
        questions.ask(session, None, asking, call_number=call.number, by=by, at=at)
    actions.publish(session, call, by=by, at=at)
    # Proposals that answer it look for it in the database.
    session.flush()
    return call.number


def _wording(row: dict[str, Any], now: datetime) -> Wording:
    texts = {
        f"{name}_{code}": row[f"{name}_{code}"]
        for name in ("title", "question", "background")
        for code in ("fa", "en")
    }
    ends = ("opens", "closes", "review", "answer")
    # Six in the evening in Isfahan.
    evening = now.replace(hour=14, minute=30, second=0, microsecond=0)
    moments = Moments(*(evening - timedelta(days=row[f"{name}_days_ago"]) for name in ends))
    return Wording(
        **texts,
        cities=tuple(row["cities"]),
        topics=tuple(row["topics"]),
        who=Answerers(row["who"]),
        hides_count=row["hides_count"],
        moments=moments,
    )
