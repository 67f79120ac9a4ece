"""Where a call stands: its phases by the moment, who may answer, and clocks that change."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from citizen_diplomat.calls.rules import (
    CODE_ALPHABET,
    Answerers,
    Moments,
    Phase,
    Refusal,
    moment_in,
    moved_too_late,
    out_of_order,
    phase_of,
    refusal_of,
    tells_count,
    typed_code,
)

OPENS = datetime(2026, 10, 1, 8, tzinfo=UTC)
CLOSES, READ, ANSWERED = (OPENS + timedelta(days=days) for days in (30, 45, 60))
MOMENTS = Moments(OPENS, CLOSES, READ, ANSWERED)
INSTANT = timedelta(microseconds=1)
BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("at", "phase"),
    [
        (OPENS - INSTANT, Phase.PLANNED),
        (OPENS, Phase.OPEN),
        (CLOSES - INSTANT, Phase.OPEN),
        (CLOSES, Phase.REVIEW),
        (READ - INSTANT, Phase.REVIEW),
        (READ, Phase.ANSWERING),
        (ANSWERED - INSTANT, Phase.ANSWERING),
        (ANSWERED, Phase.ANSWERED),
    ],
)
def test_each_moment_ends_a_phase(at: datetime, phase: Phase) -> None:
    assert phase_of(MOMENTS, published=True, at=at) is phase
    assert phase_of(MOMENTS, published=False, at=at) is Phase.DRAFT
    assert phase_of(MOMENTS, published=True, withdrawn=True, at=at) is Phase.WITHDRAWN


@pytest.mark.parametrize(
    ("phase", "who", "lives_in", "late", "refusal"),
    [
        (Phase.DRAFT, Answerers.EVERYONE, "freiburg", None, Refusal.NOT_PUBLIC),
        (Phase.WITHDRAWN, Answerers.EVERYONE, "freiburg", 5, Refusal.NOT_PUBLIC),
        (Phase.PLANNED, Answerers.EVERYONE, "freiburg", 5, Refusal.NOT_YET),
        (Phase.OPEN, Answerers.EVERYONE, None, None, None),
        (Phase.OPEN, Answerers.CITIES, "freiburg", None, None),
        (Phase.OPEN, Answerers.CITIES, "porto", None, Refusal.OTHER_CITIES),
        (Phase.OPEN, Answerers.CITIES, None, None, Refusal.OTHER_CITIES),
        (Phase.REVIEW, Answerers.EVERYONE, "freiburg", None, Refusal.CLOSED),
        (Phase.REVIEW, Answerers.EVERYONE, "freiburg", 1, None),
        (Phase.REVIEW, Answerers.EVERYONE, "freiburg", 0, Refusal.CLOSED),
        (Phase.REVIEW, Answerers.CITIES, "porto", 1, Refusal.OTHER_CITIES),
        (Phase.ANSWERED, Answerers.EVERYONE, "freiburg", 1, None),
    ],
)
def test_who_may_answer(
    phase: Phase, who: Answerers, lives_in: str | None, late: int | None, refusal: Refusal | None
) -> None:
    """A late code is over at its last instant; it opens no call to other cities."""
    until = CLOSES + timedelta(days=late) if late is not None else None
    asked = refusal_of(
        phase,
        who=who,
        cities=("barcelona", "freiburg"),
        lives_in=lives_in,
        late_until=until,
        at=CLOSES,
    )
    assert asked is refusal


@pytest.mark.parametrize(
    ("local", "moment"),
    [
        # The clocks of Berlin leap from 2 to 3 in March, and go from 3 back to 2 in October.
        ("2027-03-28 01:59", datetime(2027, 3, 28, 0, 59, tzinfo=UTC)),
        ("2027-03-28 02:30", None),
        ("2027-03-28 03:00", datetime(2027, 3, 28, 1, 0, tzinfo=UTC)),
        ("2026-10-25 02:30", datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
        ("2026-10-25 03:00", datetime(2026, 10, 25, 2, 0, tzinfo=UTC)),
    ],
)
def test_a_call_closes_by_the_clock_on_the_wall(local: str, moment: datetime | None) -> None:
    assert moment_in(BERLIN, datetime.fromisoformat(local)) == moment
    if moment is not None:
        closing = Moments(OPENS, moment, moment + timedelta(days=1), moment + timedelta(days=2))
        phases = (
            phase_of(closing, published=True, at=moment - INSTANT),
            phase_of(closing, published=True, at=moment),
        )
        assert phases == (Phase.OPEN, Phase.REVIEW)


def test_moments_come_in_their_order() -> None:
    assert out_of_order(MOMENTS) is None
    assert out_of_order(Moments()) is None
    assert out_of_order(Moments(OPENS, OPENS, READ, ANSWERED)) == "closes_at"
    assert out_of_order(Moments(OPENS, None, None, OPENS - INSTANT)) == "answer_by"


def test_what_has_passed_is_not_moved() -> None:
    at = CLOSES + INSTANT
    later = Moments(OPENS, CLOSES, READ + timedelta(days=1), ANSWERED)
    assert moved_too_late(MOMENTS, later, at=at) == ()
    assert moved_too_late(MOMENTS, Moments(OPENS, READ, READ, ANSWERED), at=at) == ("closes_at",)
    assert moved_too_late(MOMENTS, Moments(OPENS, CLOSES, OPENS, None), at=at) == (
        "review_until",
        "answer_by",
    )


def test_the_count_is_told_after_closing_or_if_so_wanted() -> None:
    assert tells_count(Phase.OPEN, hides_count=False)
    assert not tells_count(Phase.OPEN, hides_count=True)
    assert tells_count(Phase.REVIEW, hides_count=True)
    assert not tells_count(Phase.DRAFT, hides_count=False)


def test_a_code_is_read_however_it_was_typed() -> None:
    assert typed_code(" k7qx-4m2h jd\u200c ") == "K7QX4M2HJD"
    assert not set("01ILO") & set(CODE_ALPHABET)
