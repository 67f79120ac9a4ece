"""Reference data: rows that come from a file of the release and are refreshed with it."""

import json
from collections.abc import Collection
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy.orm import Session

from citizen_diplomat.foundation.database import Base

Row = TypeVar("Row", bound=Base)


def read_rows(path: Path) -> list[dict[str, Any]]:
    """The rows of a JSON file: a list of objects, in the order in which they are shown."""
    rows: list[dict[str, Any]] = json.loads(path.read_text("utf-8"))
    return rows


def load(
    session: Session, table: type[Row], rows: list[dict[str, Any]], *, keep: Collection[str] = ()
) -> None:
    """Add or refresh one row of `table` for each of `rows`; those that left the file stay.

    Each row is a dict of column values with a `slug`; its place in the list becomes `position`.
    Rows whose slug is among those to `keep` stay as they are.
    """
    for position, values in enumerate(rows):
        if values["slug"] in keep:
            continue
        row = session.get(table, values["slug"])
        if row is None:
            row = table(slug=values["slug"])
            session.add(row)
        for name, value in {**values, "position": position}.items():
            if getattr(row, name) != value:
                setattr(row, name, value)
