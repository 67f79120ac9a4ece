"""When an account has proven itself, as a table of cases."""

from datetime import timedelta

import pytest

from citizen_diplomat.accounts.standing_rules import PROVEN_AFTER, is_proven
from citizen_diplomat.community.rules import appears_at_once

SHORT = PROVEN_AFTER - timedelta(seconds=1)
LINK = "https://a.example "


@pytest.mark.parametrize(
    ("published", "age", "proven"),
    [
        (0, timedelta(), False),
        (0, 100 * PROVEN_AFTER, False),
        (1, SHORT, False),
        (9, SHORT, False),
        (1, PROVEN_AFTER, True),
    ],
)
def test_a_proven_account_is_neither_young_nor_silent(
    published: int, age: timedelta, proven: bool
) -> None:
    assert is_proven(published, age) is proven


@pytest.mark.parametrize(
    ("links", "approved", "at_once"),
    [(0, 1, False), (0, 2, True), (2, 2, True), (3, 2, False), (3, 99, False)],
)
def test_first_comments_and_those_with_many_links_wait(
    links: int, approved: int, at_once: bool
) -> None:
    assert appears_at_once(LINK * links, approved) is at_once
