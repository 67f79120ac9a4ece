"""The one place that asks what time it is.

Shells call `now()` and pass the answer down; rooms take time as an argument, so that a test or
`flask work --at` can choose it.
"""

from datetime import UTC, datetime


def now() -> datetime:
    """The present moment, aware, in UTC, to the microsecond."""
    return datetime.now(UTC)


def written(moment: datetime | None) -> str | None:
    """A moment as text that people and programs read alike (ISO 8601, to the second)."""
    return moment.isoformat(timespec="seconds") if moment is not None else None
