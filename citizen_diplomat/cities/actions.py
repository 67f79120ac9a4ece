"""Loading the register of cities and the topics."""

from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from citizen_diplomat.cities.model import City, Topic
from citizen_diplomat.foundation.folding import search_text
from citizen_diplomat.foundation.reference_file import load, read_rows

DATA = Path(__file__).parent / "data"


def load_reference(session: Session) -> None:
    """Add or refresh all cities and topics from the files of this release."""
    load(session, City, [_city(row) for row in read_rows(DATA / "cities.json")])
    topics = read_rows(DATA / "topics.json")
    load(session, Topic, [{name: row[name] for name in row if name != "esco"} for row in topics])


def _city(row: dict[str, Any]) -> dict[str, Any]:
    names = [row["name_fa"], row["name_en"], *row["aliases"]]
    names += [local["name"] for local in row["names_local"]]
    kept = {name: row[name] for name in row if name not in {"aliases", "sources"}}
    return {**kept, **_agreement(row), "search_text": search_text(*names)}


def _agreement(row: dict[str, Any]) -> dict[str, Any]:
    """A date known to the month only is kept as the first of that month, with its precision."""
    text = row["agreed_on"]
    day = (
        date.fromisoformat(f"{text}-01" if row["agreed_precision"] == "month" else text)
        if text
        else None
    )
    return {"agreed_on": day}
