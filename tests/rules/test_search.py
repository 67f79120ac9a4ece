"""Search in the folded column, by the engine's own LIKE."""

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Column, Connection, MetaData, String, Table, create_engine, select

from citizen_diplomat.foundation.search import matches
from citizen_diplomat.foundation.text import search_text

TABLE = Table("t", MetaData(), Column("title", String), Column("folded", String))
TITLES = [
    "کارگاه صنایع\u200cدستی در بارسلونا",
    "نمایشگاه صنايع دستي",
    "Water from Xi’an to Iași",
    "تخفیف 50% برای موزه",
    "راه نرم",
    "C:\\temp_file",
]


@pytest.fixture(scope="module")
def connection() -> Iterator[Connection]:
    engine = create_engine("sqlite://")
    with engine.connect() as opened:
        TABLE.create(opened)
        opened.execute(TABLE.insert(), [{"title": t, "folded": search_text(t)} for t in TITLES])
        yield opened
    engine.dispose()


def found(connection: Connection, query: str) -> list[int]:
    rows = connection.scalars(select(TABLE.c.title).where(matches(TABLE.c.folded, query)))
    return sorted(TITLES.index(row) for row in rows)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("صنایع\u200cدستی", [0, 1]),
        ("صنایع دستی", [0, 1]),
        ("صنایعدستی", [0, 1]),
        ("صنايعدستي كارگاه", [0]),
        ("نمایش", [1]),
        ("xian", [2]),
        ("IASI water", [2]),
        ("water barcelona", []),
        ("۵۰٪", [3]),
        ("50%", [3]),
        ("%", [3]),
        ("_", [5]),
        ("\\", [5]),
        ("هنر", []),
        ("", [0, 1, 2, 3, 4, 5]),
        ("\0\u200c", [0, 1, 2, 3, 4, 5]),
    ],
)
def test_a_query_finds(connection: Connection, query: str, expected: list[int]) -> None:
    assert found(connection, query) == expected


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(st.characters(exclude_categories=())))
def test_no_query_fails(connection: Connection, query: str) -> None:
    found(connection, query)
    found(connection, query * 1000)
