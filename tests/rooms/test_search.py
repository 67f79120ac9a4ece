"""Search and pages as the engines themselves carry them out."""

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import (
    Column,
    Connection,
    Integer,
    MetaData,
    String,
    Table,
    create_engine,
    literal,
    select,
)

from citizen_diplomat.foundation.paging import Cursor, beyond, page
from citizen_diplomat.foundation.search import matches
from citizen_diplomat.foundation.text import search_text, sort_key

TABLE = Table(
    "searched",
    MetaData(),
    Column("id", Integer, primary_key=True),
    Column("title", String),
    Column("folded", String),
    Column("sort", String),
    prefixes=["TEMPORARY"],
)
TITLES = [
    "کارگاه صنایع\u200cدستی در بارسلونا",
    "نمایشگاه صنايع دستي",
    "Water from Xi’an to Iași",
    "تخفیف 50% برای موزه",
    "راه نرم",
    "C:\\temp_file",
]


@pytest.fixture(scope="module")
def connection(engine_name: str, request: pytest.FixtureRequest) -> Iterator[Connection]:
    url = "sqlite://" if engine_name == "sqlite" else request.getfixturevalue("postgresql")
    engine = create_engine(url)
    with engine.connect() as opened:
        TABLE.create(opened)
        opened.execute(
            TABLE.insert(),
            [{"title": t, "folded": search_text(t), "sort": sort_key(t[:1])} for t in TITLES],
        )
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


@given(st.text(st.characters(exclude_categories=())), st.text(st.characters(exclude_categories=())))
@settings(max_examples=50)
def test_any_text_can_be_kept_for_search_and_order(
    connection: Connection, one: str, two: str
) -> None:
    keys = [sort_key(one), sort_key(two)]
    folded = connection.scalar(select(literal(search_text(one, two))))
    assert folded == search_text(one, two)
    rows = [select(literal(key).label("key")) for key in keys]
    union = rows[0].union_all(rows[1]).subquery()
    assert list(connection.scalars(select(union.c.key).order_by(union.c.key))) == sorted(keys)


@pytest.mark.parametrize("descending", [False, True])
def test_pages_together_are_the_list(connection: Connection, descending: bool) -> None:
    columns = (TABLE.c.sort, TABLE.c.id)
    order = [column.desc() if descending else column.asc() for column in columns]
    query = select(*columns).order_by(*order)
    seen: list[int] = []
    after: Cursor[str] | None = None
    while not seen or after:
        more = query.where(beyond(*columns, after, descending=descending)) if after else query
        rows = [(row.sort, row.id) for row in connection.execute(more.limit(3))]
        here = page(rows, 2, key=lambda row: row, after=after)
        seen += [row_id for _, row_id in here]
        after = Cursor.decode(here.next, str)
    assert len(seen) == len(TITLES)
    assert seen == [row.id for row in connection.execute(query)]
