"""How long the link of an outside opinion is open, to the second, and who reads whose it is."""

from datetime import datetime, timedelta

import pytest

from citizen_diplomat.moderation.opinion_rules import (
    MOST_DAYS,
    Advisor,
    Link,
    Progress,
    Recommendation,
    lasting,
    link_of,
    needs_text,
    progress_of,
    shows_asked,
    shows_signature,
)
from tests.desk import MONDAY

ENDS = MONDAY + timedelta(days=14)
SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("at", "revoked_at", "opened_at", "closed_at", "link"),
    [
        (MONDAY, None, MONDAY, None, Link.OPEN),
        (ENDS - SECOND, None, MONDAY, None, Link.OPEN),
        (ENDS, None, MONDAY, None, Link.EXPIRED),
        (ENDS + SECOND, None, MONDAY, None, Link.EXPIRED),
        (MONDAY, MONDAY, MONDAY, None, Link.REVOKED),
        (ENDS, MONDAY, MONDAY, MONDAY, Link.REVOKED),
        (MONDAY + SECOND, None, MONDAY, MONDAY + SECOND, Link.SETTLED),
        # It was sent back, and waits again with another text.
        (MONDAY + 2 * SECOND, None, MONDAY + SECOND, None, Link.SETTLED),
    ],
)
def test_when_a_link_is_open(
    at: datetime,
    revoked_at: datetime | None,
    opened_at: datetime,
    closed_at: datetime | None,
    link: Link,
) -> None:
    times = {"asked_at": MONDAY, "expires_at": ENDS, "opened_at": opened_at, "at": at}
    assert link_of(revoked_at=revoked_at, closed_at=closed_at, **times) is link


@pytest.mark.parametrize(
    ("link", "is_opened", "is_answered", "progress"),
    [
        (Link.OPEN, False, False, Progress.SENT),
        (Link.OPEN, True, False, Progress.OPENED),
        *((link, True, True, Progress.ANSWERED) for link in Link),
        (Link.EXPIRED, True, False, Progress.EXPIRED),
        (Link.REVOKED, False, False, Progress.REVOKED),
        (Link.SETTLED, False, False, Progress.SETTLED),
    ],
)
def test_how_far_a_request_has_come(
    link: Link, is_opened: bool, is_answered: bool, progress: Progress
) -> None:
    assert progress_of(link, is_opened=is_opened, is_answered=is_answered) is progress


@pytest.mark.parametrize(
    ("kind", "is_answered", "may_be_named", "viewer", "name", "signature"),
    [
        (Advisor.EXPERT, True, False, 1, True, True),
        (Advisor.EXPERT, True, False, 2, False, False),
        (Advisor.EXPERT, True, True, 2, True, True),
        (Advisor.EXPERT, False, False, 2, True, False),
        (Advisor.EMBASSY, True, False, 2, True, False),
    ],
)
def test_who_reads_whose_opinion_it_is(
    kind: Advisor, is_answered: bool, may_be_named: bool, viewer: int, name: bool, signature: bool
) -> None:
    shown = shows_signature(asked_by=1, may_be_named=may_be_named, viewer=viewer)
    assert shown is signature
    assert shows_asked(kind, is_answered=is_answered, shows_signature=shown) is name


def test_conditions_need_words_and_days_are_bounded() -> None:
    asked = {one for one in Recommendation if needs_text(one)}
    assert asked == {Recommendation.WITH_CONDITIONS}
    assert lasting(MOST_DAYS) == timedelta(days=60)
    for days in (0, -1, MOST_DAYS + 1):
        with pytest.raises(ValueError, match="a link lasts 1 to 60 days"):
            lasting(days)
