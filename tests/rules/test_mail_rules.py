"""Which mail goes before which, when a domain rests, and how many it gets in a minute."""

from datetime import UTC, datetime, timedelta

import pytest

from citizen_diplomat.mail.domains import MailDomain
from citizen_diplomat.mail.rules import (
    FAILURES_TO_REST,
    LEASE,
    RESTS,
    URGENT,
    WAITS,
    Lane,
    is_about_domain,
    lane_of,
    rest_of,
)
from config import PROJECT

NOON = datetime(2026, 11, 23, 12, 0, 20, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
ONE = NOON.replace(second=0) + MINUTE


def domain(**values: object) -> MailDomain:
    start = NOON.replace(second=0)
    given = {"minute": start, "taken": 0, "booked_for": start, "booked": 0, "failures": 0}
    return MailDomain(name="town.example", **{**given, **values})


@pytest.mark.parametrize(
    ("answer", "is_about"),
    [
        ("451 4.7.1 greylisted, come back", True),
        ("450 4.4.1 no answer from host", True),
        ("421 4.7.28 unusual rate of mail", True),
        ("451 try again later", True),
        ("450 4.2.1 mailbox busy", False),
        ("452 4.2.2 mailbox full", False),
        ("450-4.2.1 the user receives too much", False),
        ("450 4.1.8 sender address", False),
        ("550 5.7.1 refused", False),
        ("TimeoutError: timed out", False),
        ("TemplateError: 451", False),
    ],
)
def test_a_mailbox_is_told_from_its_domain(answer: str, is_about: bool) -> None:
    assert is_about_domain(answer) is is_about


def test_rests_grow_and_are_bounded() -> None:
    assert [rest_of(failures) for failures in range(FAILURES_TO_REST)] == 3 * [timedelta(0)]
    assert [rest_of(FAILURES_TO_REST + more) for more in range(len(RESTS))] == sorted(RESTS)
    assert rest_of(10_000) == RESTS[-1] <= timedelta(minutes=30)


def test_urgent_letters_have_templates_and_no_way_out() -> None:
    assert {name for name in URGENT if not (PROJECT / "templates/mail" / name).is_dir()} == set()
    assert lane_of("reset", has_way_out=False) is Lane.URGENT
    assert lane_of("decision", has_way_out=False) is Lane.PERSONAL
    assert lane_of("digest", has_way_out=True) is Lane.BULK
    assert min(WAITS) < LEASE


def test_a_minute_has_room_for_letters_when_bulk_mail_has_filled_its_share() -> None:
    row = domain()
    assert [row.admit(Lane.BULK, at=NOON, pace=10) for _ in range(9)] == 8 * [True] + [False]
    assert [row.admit(Lane.PERSONAL, at=NOON, pace=10) for _ in range(3)] == [True, True, False]
    assert row.admit(Lane.URGENT, at=NOON, pace=10)
    # A machine whose clock is behind counts in the same minute.
    assert not row.admit(Lane.PERSONAL, at=NOON - MINUTE, pace=10)
    assert row.admit(Lane.BULK, at=NOON + MINUTE, pace=10)
    assert row.taken == 1


def test_bulk_mails_beyond_the_pace_get_one_minute_after_the_other() -> None:
    row = domain()
    places = [row.place(Lane.BULK, at=NOON, pace=5) for _ in range(10)]
    assert places == 4 * [ONE] + 4 * [ONE + MINUTE] + 2 * [ONE + 2 * MINUTE]
    # What is put off later stands behind them; a letter does not.
    assert row.place(Lane.BULK, at=NOON + MINUTE, pace=5) == ONE + 2 * MINUTE
    assert row.place(Lane.PERSONAL, at=NOON, pace=5) == ONE
    # Old bookings are over.
    late = NOON + timedelta(hours=1)
    assert row.place(Lane.BULK, at=late, pace=5) == ONE + timedelta(hours=1)


def test_while_a_domain_rests_only_urgent_letters_try() -> None:
    row = domain(rest_until=NOON + 5 * MINUTE)
    assert not row.admit(Lane.PERSONAL, at=NOON, pace=10)
    assert row.admit(Lane.URGENT, at=NOON, pace=10)
    assert row.place(Lane.PERSONAL, at=NOON, pace=10) == NOON + 5 * MINUTE
    assert row.place(Lane.BULK, at=NOON, pace=10) >= NOON + 5 * MINUTE
    assert row.admit(Lane.PERSONAL, at=NOON + 5 * MINUTE, pace=10)
