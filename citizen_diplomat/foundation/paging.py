"""Lists in pages by key: each page begins after the last row of the one before, at any depth alike.

The order is a sort column and then the id; the cursor names the last row seen. It is not signed: it
can only ask for another place in the same list.
"""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from sqlalchemy import ColumnElement, literal, select, tuple_
from sqlalchemy.orm import InstrumentedAttribute, Session

Row = TypeVar("Row")
Sort = TypeVar("Sort", str, int, datetime)

LONGEST_CURSOR = 2000
_LARGEST = 2**63 - 1


@dataclass(frozen=True)
class Cursor(Generic[Sort]):
    """The place after one row: its sort value and its id."""

    sort: Sort
    id: int

    def encode(self) -> str:
        """An opaque text for an address, of letters, digits, - and _."""
        sort = self.sort.isoformat() if isinstance(self.sort, datetime) else self.sort
        document = json.dumps([sort, self.id], ensure_ascii=False, separators=(",", ":"))
        return urlsafe_b64encode(document.encode()).rstrip(b"=").decode("ascii")

    @classmethod
    def decode(cls, text: str | None, kind: type[Sort]) -> "Cursor[Sort] | None":
        """The cursor in `text`, or None when there is none; never raises.

        `kind` is the type of the sort column (str, int or datetime): a stranger's cursor cannot
        bring a value that the database would refuse to compare with it.
        """
        if not text or not text.isascii() or len(text) > LONGEST_CURSOR:
            return None
        try:
            document = json.loads(urlsafe_b64decode(text + "=" * (-len(text) % 4)))
            sort, row_id = document
        except (ValueError, TypeError, RecursionError):
            return None
        value = _value(sort, kind)
        if value is None or not _is_key(row_id):
            return None
        return Cursor(value, row_id)


@dataclass(frozen=True)
class Page(Generic[Row]):
    """Some rows of a list, the cursor of the page after them, and whether it is the first page."""

    items: tuple[Row, ...]
    next: str | None
    is_first: bool = True

    def __iter__(self) -> Iterator[Row]:
        """The rows in order."""
        return iter(self.items)

    def __len__(self) -> int:
        """How many rows are on this page."""
        return len(self.items)


def page(
    rows: Sequence[Row],
    limit: int,
    key: Callable[[Row], tuple[Any, int]],
    *,
    after: Cursor[Any] | None = None,
) -> Page[Row]:
    """The page made of rows asked for with `limit + 1`: the extra row only says that more follow.

    `key` gives a row's sort value and id; `after` is the cursor that the rows were asked with.
    """
    items = tuple(rows[:limit])
    following = Cursor(*key(items[-1])).encode() if items and len(rows) > limit else None
    return Page(items, following, is_first=after is None)


def by_number(
    session: Session, model: type[Row], *, after: Cursor[int] | None, limit: int
) -> Page[Row]:
    """Every row of a table that has a `number`, the newest first."""
    number: InstrumentedAttribute[int] = model.number  # type: ignore[attr-defined]
    wanted = select(model).order_by(number.desc()).limit(limit + 1)
    if after is not None:
        wanted = wanted.where(beyond(number, number, after, descending=True))
    rows = session.scalars(wanted).all()
    return page(rows, limit, lambda row: (row.number,) * 2, after=after)  # type: ignore[attr-defined]


def beyond(
    sort: ColumnElement[Sort] | InstrumentedAttribute[Sort],
    row_id: ColumnElement[int] | InstrumentedAttribute[int],
    after: Cursor[Sort],
    *,
    descending: bool = False,
) -> ColumnElement[bool]:
    """The condition of all rows after a cursor, for `ORDER BY sort, id` or both descending."""
    here = tuple_(sort, row_id)
    there = tuple_(literal(after.sort, sort.type), literal(after.id, row_id.type))
    return here < there if descending else here > there


def _value(sort: object, kind: type[Sort]) -> Sort | None:
    if kind is datetime:
        return _moment(sort)
    if type(sort) is not kind:
        return None
    if isinstance(sort, int):
        return sort if -_LARGEST <= sort <= _LARGEST else None
    return None if isinstance(sort, str) and _unstorable(sort) else sort


def _moment(sort: object) -> datetime | None:
    if not isinstance(sort, str):
        return None
    try:
        moment = datetime.fromisoformat(sort)
    except ValueError:
        return None
    # The first and last years overflow when a database turns them into another zone.
    return moment if moment.tzinfo and 1 < moment.year < 9999 else None


def _unstorable(text: str) -> bool:
    return "\0" in text or any("\ud800" <= character <= "\udfff" for character in text)


def _is_key(row_id: object) -> bool:
    return type(row_id) is int and 0 <= row_id <= _LARGEST
