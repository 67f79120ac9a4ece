"""Signs of life of long-running processes: a dead worker is seen before its mails are missed."""

from datetime import datetime, timedelta

from sqlalchemy import String
from sqlalchemy.orm import Mapped, Session, mapped_column

from citizen_diplomat.foundation.database import Base

EXPECTED_EVERY = timedelta(seconds=30)
DEAD_AFTER = 4 * EXPECTED_EVERY


class Heartbeat(Base):
    """The last sign of life of one named process."""

    __tablename__ = "heartbeat"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    beat_at: Mapped[datetime]


def beat(session: Session, name: str, *, at: datetime) -> None:
    """Record that process `name` lives at `at`."""
    heart = session.get(Heartbeat, name)
    if heart is None:
        session.add(Heartbeat(name=name, beat_at=at))
    else:
        heart.beat_at = at


def last_beat(session: Session, name: str) -> datetime | None:
    """When process `name` was last seen alive, or None if never."""
    heart = session.get(Heartbeat, name)
    return heart.beat_at if heart else None
