"""Where a piece of news stands follows from its moment, and from whether it was withdrawn."""

from datetime import UTC, datetime, timedelta

import pytest

from citizen_diplomat.news.rules import Stage, may_publish, stage_of

MOMENT = datetime(2026, 12, 1, 8, tzinfo=UTC)
INSTANT = timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("published_at", "is_withdrawn", "at", "stage"),
    [
        (None, False, MOMENT, Stage.DRAFT),
        (MOMENT, False, MOMENT - INSTANT, Stage.SCHEDULED),
        (MOMENT, False, MOMENT, Stage.PUBLIC),
        (MOMENT, True, MOMENT + INSTANT, Stage.WITHDRAWN),
    ],
)
def test_news_is_public_from_its_moment_on(
    published_at: datetime | None, is_withdrawn: bool, at: datetime, stage: Stage
) -> None:
    assert stage_of(published_at, is_withdrawn=is_withdrawn, at=at) is stage
    assert may_publish(stage) is (stage in {Stage.DRAFT, Stage.SCHEDULED})
