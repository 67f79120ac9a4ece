"""What each kind of sanction needs, who may impose it on whom, and how long one can appeal."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from citizen_diplomat.accounts.rules import Role
from citizen_diplomat.accounts.sanction_rules import (
    APPEAL_WITHIN,
    LONGEST,
    Breach,
    Ending,
    Measure,
    SanctionKind,
    is_complete,
    may_appeal,
    may_impose,
)
from citizen_diplomat.community.rules import Ground

AT = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)
WARN = Measure(SanctionKind.WARN, Breach.INSULT, "Facts.", was_reported=False, hides=False)
LIMIT = replace(WARN, kind=SanctionKind.LIMIT, ends_at=AT + DAY, acts_a_day=3)
SUSPEND = replace(WARN, kind=SanctionKind.SUSPEND, ends_at=AT + DAY)
CLOSE = replace(WARN, kind=SanctionKind.CLOSE)
MEMBER, OTHERS = frozenset({Role.MEMBER}), frozenset({Role.MODERATOR})
COORDINATOR, ADMIN = frozenset({Role.COORDINATOR}), frozenset({Role.ADMIN})


def test_the_rules_are_those_that_words_are_taken_out_for() -> None:
    assert [each.value for each in Breach] == [each.value for each in Ground]


@pytest.mark.parametrize("measure", [WARN, LIMIT, SUSPEND, CLOSE, replace(LIMIT, hides=True)])
def test_what_says_all_that_its_kind_needs_can_be_imposed(measure: Measure) -> None:
    assert is_complete(measure, at=AT)


@pytest.mark.parametrize(
    "measure",
    [
        replace(WARN, facts=" \n"),
        replace(WARN, ends_at=AT + DAY),
        replace(CLOSE, ends_at=AT + DAY),
        replace(LIMIT, ends_at=None),
        replace(SUSPEND, ends_at=None),
        replace(SUSPEND, ends_at=AT),
        replace(SUSPEND, ends_at=AT + LONGEST + DAY),
        replace(LIMIT, acts_a_day=None),
        replace(LIMIT, acts_a_day=0),
        replace(LIMIT, acts_a_day=51),
        replace(SUSPEND, acts_a_day=3),
    ],
)
def test_what_lacks_something_cannot(measure: Measure) -> None:
    assert not is_complete(measure, at=AT)


@pytest.mark.parametrize(
    ("by", "by_roles", "on", "on_roles", "may"),
    [
        (1, COORDINATOR, 2, MEMBER, True),
        (1, ADMIN, 2, MEMBER, True),
        (1, COORDINATOR | MEMBER, 1, COORDINATOR | MEMBER, False),
        (1, ADMIN, 1, ADMIN, False),
        (1, OTHERS, 2, MEMBER, False),
        (1, frozenset({Role.AUDITOR}), 2, MEMBER, False),
        (1, MEMBER, 2, MEMBER, False),
        (1, COORDINATOR, 2, OTHERS | MEMBER, False),
        (1, COORDINATOR, 2, ADMIN, False),
        (1, ADMIN, 2, COORDINATOR, True),
        (1, ADMIN, 2, ADMIN, True),
    ],
)
def test_who_may_impose_on_whom(
    by: int, by_roles: frozenset[Role], on: int, on_roles: frozenset[Role], may: bool
) -> None:
    assert may_impose(by, by_roles, on, on_roles) is may


@pytest.mark.parametrize(
    ("later", "ending", "has_appealed", "may"),
    [
        (DAY, None, False, True),
        (APPEAL_WITHIN, None, False, True),
        (APPEAL_WITHIN + DAY, None, False, False),
        (DAY, Ending.RAN_OUT, False, True),
        (DAY, Ending.LIFTED, False, False),
        (DAY, Ending.APPEALED, True, False),
        (DAY, None, True, False),
    ],
)
def test_one_appeal_within_six_months(
    later: timedelta, ending: Ending | None, has_appealed: bool, may: bool
) -> None:
    assert may_appeal(AT, ending, has_appealed=has_appealed, at=AT + later) is may
