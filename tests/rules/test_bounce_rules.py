"""What a mail that comes back says about an address, and how long that is remembered."""

from datetime import UTC, datetime, timedelta

import pytest

from citizen_diplomat.mail.bounce_rules import (
    HARD_COUNTS,
    SOFT_COUNTS,
    TRIAL,
    BounceKind,
    Noted,
    StopScope,
    code_of,
    kind_of,
    verdict,
)

HARD, SOFT, COMPLAINT = BounceKind.HARD, BounceKind.SOFT, BounceKind.COMPLAINT
START = datetime(2026, 6, 1, 9, 0, tzinfo=UTC)
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)


@pytest.mark.parametrize(
    ("said", "code", "kind"),
    [
        ("550 5.1.1 no such user", "5.1.1", HARD),
        ("550-5.1.1 The account does not exist", "5.1.1", HARD),
        ("550 5.1.10 RESOLVER.ADR.RecipientNotFound", "5.1.10", HARD),
        ("550 5.1.2 bad domain", "5.1.2", HARD),
        ("525 5.2.1 disabled", "5.2.1", HARD),
        ("550 5.4.4 unable to route", "5.4.4", HARD),
        ("550 5.4.310 DNS domain does not exist", "5.4.310", HARD),
        ("550 No such user here", "550", HARD),
        ("553 sorry, no mailbox here by that name", "553", HARD),
        ("550 5.0.0 user unknown", "5.0.0", HARD),
        ("552 5.2.2 over quota", "5.2.2", SOFT),
        ("552 too much", "552", SOFT),
        ("450 4.2.1 later", "4.2.1", SOFT),
        ("450 later", "450", SOFT),
        ("550 5.1.0 address rejected", "5.1.0", SOFT),
        ("550 something", "550", SOFT),
        ("4.4.7 delivery time expired", "4.4.7", SOFT),
        # Not about the mailbox.
        ("550 5.7.1 rejected by policy", "5.7.1", None),
        ("550-5.7.26 unauthenticated", "5.7.26", None),
        ("451 4.7.1 greylisted", "4.7.1", None),
        ("421 4.3.2 shutting down", "4.3.2", None),
        ("554 rejected as spam", "554", None),
        ("550 blocked, see 203.0.113.7 on a blacklist", "550", None),
        ("550 5.1.8 bad sender", "5.1.8", None),
        ("552 5.3.4 too big", "5.3.4", None),
        ("554 5.6.0 content", "5.6.0", None),
        ("250 2.1.5 fine", "2.1.5", None),
        ("ConnectionRefusedError: [Errno 111]", "", None),
        ("an address of 5.1.1.1", "", None),
        ("no attempt came to an end", "", None),
        ("۵۵۰ ۵.۱.۱", "", None),
    ],
)
def test_a_refusal_says_something_of_the_mailbox_or_nothing(
    said: str, code: str, kind: BounceKind | None
) -> None:
    assert (code_of(said), kind_of(code_of(said), said)) == (code, kind)


def noted(kind: BounceKind, *days: float) -> list[Noted]:
    """One of each day, each of a letter of its own."""
    return [Noted(kind, START + day * DAY, index) for index, day in enumerate(days)]


def stopped(lines: list[Noted], day: float, *, tried: float | None = None) -> bool:
    at = START + day * DAY
    seen = [one for one in lines if one.at <= at]
    tried_at = START + tried * DAY if tried is not None else None
    return verdict(seen, StopScope.ALL, tried_at=tried_at, at=at) is not None


CASES = {
    "nothing came back": ([], 0, False),
    "one for good stops": (noted(HARD, 0), 0, True),
    "for half a year": (noted(HARD, 0), HARD_COUNTS.days - 1, True),
    "and no longer": (noted(HARD, 0), HARD_COUNTS.days, False),
    "three for now do not": (noted(SOFT, 0, 1, 2), 2, False),
    "four do": (noted(SOFT, 0, 1, 2, 3), 3, True),
    "until the first is forgotten": (noted(SOFT, 0, 1, 2, 3), SOFT_COUNTS.days - 1, True),
    "then they are three": (noted(SOFT, 0, 1, 2, 3), SOFT_COUNTS.days, False),
    "a fifth goes on": (noted(SOFT, 0, 1, 2, 3, 20), SOFT_COUNTS.days, True),
    "spread thin they do not": (noted(SOFT, 0, 11, 22, 33), 33, False),
    "four on one bad day do not": (noted(SOFT, 0, 0.1, 0.2, 0.3), 1, False),
    "nor four reports on one letter": (
        [Noted(SOFT, START + day * DAY, 7) for day in range(4)],
        4,
        False,
    ),
    "unknown letters count by day": ([Noted(SOFT, START + day * DAY) for day in range(4)], 4, True),
    "a complaint does not stop all": (noted(COMPLAINT, 0), 1, False),
}


@pytest.mark.parametrize("name", CASES)
def test_when_an_address_is_stopped(name: str) -> None:
    lines, day, expected = CASES[name]
    assert stopped(lines, day) is expected


def test_after_a_try_that_did_not_come_back_the_past_is_over() -> None:
    past = noted(HARD, 0)
    assert stopped(past, 10, tried=9.5)
    assert not stopped(past, 9.5 + TRIAL.days, tried=9.5)
    assert not stopped([*past, *noted(SOFT, 20)], 20, tried=9.5)
    assert stopped([*past, *noted(HARD, 20)], 20, tried=9.5)


def test_a_try_that_comes_back_even_softly_stops_again() -> None:
    assert stopped([*noted(HARD, 0), *noted(SOFT, 10)], 10, tried=9.5)


def test_a_complaint_ends_bulk_mail_until_its_owner_takes_it_back() -> None:
    lines = noted(COMPLAINT, 0)
    far = START + 3650 * DAY
    found = verdict(lines, StopScope.BULK, at=far)
    assert found is not None
    assert found.until is None
    assert verdict(lines, StopScope.BULK, tried_at=START + MINUTE, at=START + MINUTE) is None
    assert verdict(noted(HARD, 0), StopScope.BULK, at=START) is None
