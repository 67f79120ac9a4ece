"""The head of each day: kept once, caught up, and held against the chain."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from citizen_diplomat.audit.actions import broken_entries, record
from citizen_diplomat.audit.days import (
    broken_heads,
    close_days,
    every_head,
    head_over,
    heads,
    is_a_day_over,
)
from citizen_diplomat.audit.model import AuditEntry
from citizen_diplomat.cli import worker
from citizen_diplomat.foundation.paging import Cursor
from tests.conftest import database_of
from tests.sealed_log import rewrite, set_seal_aside

TEHRAN = ZoneInfo("Asia/Tehran")
# Midnight between Thursday and Friday in Isfahan; half past eight in the evening in Greenwich.
MIDNIGHT = datetime(2026, 11, 26, 20, 30, tzinfo=UTC)
SECOND = timedelta(seconds=1)
DAY = timedelta(days=1)


def happened(session: Session, *moments: datetime) -> list[AuditEntry]:
    return [record(session, "test.made", "proposal:1", by=None, at=at) for at in moments]


def closed(session: Session, at: datetime) -> list[tuple[str, int, int]]:
    close_days(session, zone=TEHRAN, at=at)
    return [(row.day.isoformat(), row.entries, row.last_entry) for row in every_head(session)]


def test_a_day_ends_at_midnight_in_isfahan(session: Session) -> None:
    first, second, third = happened(
        session, MIDNIGHT - 2 * SECOND, MIDNIGHT - SECOND, MIDNIGHT + SECOND
    )
    assert closed(session, MIDNIGHT + timedelta(minutes=9)) == []
    assert closed(session, MIDNIGHT + timedelta(minutes=11)) == [("2026-11-26", 2, second.id)]
    [head] = every_head(session)
    assert head_over(session, first.id) is head
    assert head_over(session, third.id) is None
    assert head.head == second.seal


def test_missed_days_are_caught_up_once_and_empty_ones_left_out(session: Session) -> None:
    entries = happened(session, MIDNIGHT - SECOND, MIDNIGHT + DAY, MIDNIGHT + 5 * DAY)
    later = MIDNIGHT + 9 * DAY
    expected = [
        (day, 1, entry.id)
        for day, entry in zip(("2026-11-26", "2026-11-28", "2026-12-02"), entries, strict=True)
    ]
    assert closed(session, later) == expected
    assert closed(session, later) == expected
    assert not is_a_day_over(session, zone=TEHRAN, at=later)


def test_what_was_written_late_is_counted_with_the_day_after(session: Session) -> None:
    first, *_ = happened(session, MIDNIGHT - SECOND)
    assert closed(session, MIDNIGHT + DAY / 2) == [("2026-11-26", 1, first.id)]
    *_, last = happened(session, MIDNIGHT - SECOND / 2, MIDNIGHT + SECOND)
    assert closed(session, MIDNIGHT + 2 * DAY)[1:] == [("2026-11-27", 2, last.id)]
    assert list(broken_heads(session)) == []


def test_the_worker_does_it(app: Flask, session: Session) -> None:
    happened(session, MIDNIGHT - SECOND)
    session.commit()
    for _ in range(2):
        worker.work_once(app, MIDNIGHT + DAY)
    with database_of(app).reading() as reading:
        assert [row.entries for row in every_head(reading)] == [1]


@pytest.mark.parametrize(
    "statement", ["UPDATE audit_day_head SET head = 'x'", "DELETE FROM audit_day_head"]
)
def test_the_database_refuses_to_change_a_head(session: Session, statement: str) -> None:
    happened(session, MIDNIGHT - SECOND)
    closed(session, MIDNIGHT + DAY)
    with pytest.raises(DBAPIError, match="append-only"):
        session.execute(text(statement))


def test_a_chain_rewritten_after_its_head_was_published_is_noticed(
    session: Session, engine_name: str
) -> None:
    """Every seal fits again; only the head of the day tells."""
    entries = happened(session, MIDNIGHT - 2 * SECOND, MIDNIGHT - SECOND, MIDNIGHT + DAY)
    closed(session, MIDNIGHT + 3 * DAY)
    session.commit()
    set_seal_aside(session, engine_name)
    rewrite(session, entries[1].id, 999)
    assert list(broken_entries(session)) == []
    assert [str(row.day) for row in broken_heads(session)] == ["2026-11-26", "2026-11-28"]
    session.rollback()


def test_removed_last_entries_are_noticed(session: Session, engine_name: str) -> None:
    entries = happened(session, MIDNIGHT - 2 * SECOND, MIDNIGHT - SECOND)
    closed(session, MIDNIGHT + DAY)
    session.commit()
    set_seal_aside(session, engine_name)
    session.execute(text("DELETE FROM audit_entry WHERE id = :id"), {"id": entries[1].id})
    assert list(broken_entries(session)) == []
    assert [str(row.day) for row in broken_heads(session)] == ["2026-11-26"]
    session.rollback()


def test_heads_are_read_page_by_page(session: Session) -> None:
    happened(session, *(MIDNIGHT + number * DAY for number in range(5)))
    closed(session, MIDNIGHT + 9 * DAY)
    first = heads(session, limit=3)
    rest = heads(session, after=Cursor.decode(first.next, int), limit=3)
    assert [row.day.day for row in (*first, *rest)] == [1, 30, 29, 28, 27]
    assert rest.next is None
