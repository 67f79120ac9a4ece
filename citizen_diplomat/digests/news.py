"""What can be told, each at one moment that never changes; and up to when all has been told.

A digest tells what lies in its stretch of moments, so nothing may come into a stretch that was told
already. But a page that takes long writes down a time that is past when it is done, and a clock may
be set back. So each thing is noted by the worker, at its own time or, if somebody's digest reached
beyond that already, where that one ended: then the next digest tells it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import (
    ColumnElement,
    Index,
    Select,
    SQLColumnExpression,
    String,
    UniqueConstraint,
    and_,
    case,
    exists,
    literal,
    select,
    update,
)
from sqlalchemy.orm import InstrumentedAttribute, Mapped, Session, mapped_column

from citizen_diplomat.calls.model import Call
from citizen_diplomat.cities.relations import RelationEvent
from citizen_diplomat.digests.rules import News
from citizen_diplomat.events.model import Event
from citizen_diplomat.foundation.database import Base, Key, UtcDateTime, inserting, one_of
from citizen_diplomat.moderation.model import Decision
from citizen_diplomat.news.model import News as OfficeNews
from citizen_diplomat.news.queries import everybody_reads as everybody_reads_news
from citizen_diplomat.proposals.model import Proposal
from citizen_diplomat.proposals.publicity import everybody_reads

LONGEST_DELAY = timedelta(days=7)
"""How much older than the last digest something may be when it is noted."""
_BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)
_ONE = 1


class DigestNews(Base):
    """One thing to tell, by the number of its proposal, decision or call."""

    __tablename__ = "digest_news"
    __table_args__ = (
        one_of("kind", News),
        UniqueConstraint("kind", "subject_id"),
        Index("ix_digest_news_moment", "kind", "moment", "subject_id"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    kind: Mapped[str] = mapped_column(String(10))
    subject_id: Mapped[int] = mapped_column(Key)
    moment: Mapped[datetime]
    told_at: Mapped[datetime | None]
    """When those who want to hear at once had been told: see `publications`."""


class DigestReach(Base):
    """The single row that all who note, or enter digests, take one after the other."""

    __tablename__ = "digest_reach"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    until: Mapped[datetime]
    """The end of the stretch that reaches farthest, of all digests of all members."""


def is_anything_new(session: Session, *, at: datetime) -> bool:
    """Whether there is something to note; for a session that only reads."""
    until = session.scalar(select(DigestReach.until))
    if until is None:
        return True
    since = min(until, at) - LONGEST_DELAY
    found = (_new(kind, since, at).exists() for kind in News)
    return any(session.execute(select(*found)).one())


def note(session: Session, *, at: datetime) -> None:
    """Give each new thing its moment."""
    row = {"id": _ONE, "until": _BEGINNING}
    session.execute(inserting(session, DigestReach).values(**row).on_conflict_do_nothing())
    until = session.scalars(select(DigestReach.until).with_for_update()).one()
    for kind in News:
        came_at = SOURCES[kind].came_at
        rows = _new(kind, min(until, at) - LONGEST_DELAY, at).add_columns(
            case(
                (came_at < until, literal(until, UtcDateTime())),
                (came_at > max(at, until), literal(max(at, until), UtcDateTime())),
                else_=came_at,
            )
        )
        new = inserting(session, DigestNews).from_select(["kind", "subject_id", "moment"], rows)
        session.execute(new.on_conflict_do_nothing())


def reach(session: Session, end: datetime) -> None:
    """Let no more come before `end`; others who note, or enter digests, wait until we are done."""
    later = case((DigestReach.until < end, literal(end, UtcDateTime())), else_=DigestReach.until)
    session.execute(
        update(DigestReach).values(until=later).execution_options(synchronize_session=False)
    )


def mark_told(session: Session, kind: News, subject_id: int, *, at: datetime) -> None:
    """Everybody who asked to hear of a thing at once has been told."""
    session.execute(
        update(DigestNews)
        .where(DigestNews.kind == kind, DigestNews.subject_id == subject_id)
        .values(told_at=at)
        .execution_options(synchronize_session=False)
    )


def is_anything_between(session: Session, start: datetime, end: datetime) -> bool:
    """Whether anything at all was noted in [start, end)."""
    kinds = DigestNews.kind.in_(list(News))
    found = select(DigestNews.id).where(kinds, DigestNews.moment >= start, DigestNews.moment < end)
    return session.scalar(found.limit(1)) is not None


@dataclass(frozen=True)
class Source:
    """Where one kind of news comes from: its number, since when it is news, whether it is now."""

    subject: InstrumentedAttribute[int]
    came_at: SQLColumnExpression[datetime]
    is_news: Callable[[datetime], ColumnElement[bool]]


SOURCES: Mapping[News, Source] = {
    News.PROPOSAL: Source(
        Proposal.number,
        Proposal.published_at,  # type: ignore[arg-type]
        lambda _at: everybody_reads(),
    ),
    News.ANSWER: Source(Decision.id, Decision.at, lambda _at: literal(True)),
    News.CALL: Source(
        Call.number,
        # It may be published long before it opens, or when it is open already.
        case((Call.opens_at > Call.published_at, Call.opens_at), else_=Call.published_at),
        lambda at: and_(
            Call.published_at.is_not(None),
            Call.withdrawn_at.is_(None),
            Call.opens_at <= at,
            Call.closes_at > at,
        ),
    ),
    News.EVENT: Source(
        Event.number,
        Event.published_at,  # type: ignore[arg-type]
        lambda at: and_(
            Event.published_at.is_not(None), Event.cancelled_at.is_(None), Event.starts_at > at
        ),
    ),
    News.RELATION: Source(
        RelationEvent.id,
        RelationEvent.announced_at,  # type: ignore[arg-type]
        lambda _at: and_(
            RelationEvent.announced_at.is_not(None), RelationEvent.removed_at.is_(None)
        ),
    ),
    News.NEWS: Source(
        OfficeNews.number,
        OfficeNews.published_at,  # type: ignore[arg-type]
        everybody_reads_news,
    ),
}


def _new(kind: News, since: datetime, at: datetime) -> Select[str, int]:
    source = SOURCES[kind]
    is_noted = exists().where(DigestNews.kind == kind, DigestNews.subject_id == source.subject)
    return select(literal(kind.value), source.subject).where(
        source.is_news(at), source.came_at >= since, ~is_noted
    )
