"""Examinations of the database and of what it tells about worker, mail and digests."""

from datetime import datetime, timedelta

from sqlalchemy import func, select, text

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.audit.days import closed_up_to, is_a_day_over
from citizen_diplomat.audit.model import AuditEntry
from citizen_diplomat.cities.model import City, Topic
from citizen_diplomat.cli.findings import Finding
from citizen_diplomat.digests.model import DigestIssue, Subscription
from citizen_diplomat.digests.rules import Frequency
from citizen_diplomat.directory.model import Skill
from citizen_diplomat.foundation.clock import now
from citizen_diplomat.foundation.database import Base
from citizen_diplomat.foundation.heartbeat import DEAD_AFTER, last_beat
from citizen_diplomat.mail.holding import count_held
from citizen_diplomat.moderation.batches import is_late
from citizen_diplomat.moderation.model import Reason
from citizen_diplomat.web.health import WORKER, schema_is_current
from citizen_diplomat.web.services import services

DIGEST_LATE = timedelta(days=2)
"""Beyond its week: a member's morning comes up to a day after the municipality's."""
HEAD_LATE = timedelta(hours=1)
CLOCK_AHEAD = timedelta(minutes=2)
REFERENCE: tuple[type[Base], ...] = (City, Topic, Skill, Reason)


def database() -> Finding:
    """Whether it answers, and keeps what was acknowledged."""
    connection_of = services().database.engine.connect
    with connection_of() as connection:
        if not services().database.is_sqlite:
            version = connection.scalar(text("SHOW server_version"))
            return Finding(True, f"PostgreSQL {version}")
        version = connection.scalar(text("SELECT sqlite_version()"))
        journal = connection.scalar(text("PRAGMA journal_mode"))
        damage = connection.scalar(text("PRAGMA quick_check(1)"))
    if damage != "ok":
        return Finding(False, f"SQLite {version}: {damage}")
    return Finding(journal == "wal", f"SQLite {version}, journal: {journal}")


def migrations() -> Finding:
    """Whether the schema is this release's."""
    if schema_is_current():
        return Finding(True, "all applied")
    return Finding(False, "the schema is not this release's; `flask --app wsgi init` upgrades it")


def reference_data() -> Finding:
    """Cities, topics, skills and reasons."""
    with services().database.reading() as session:
        counts = {
            table.__tablename__: session.scalar(select(func.count()).select_from(table)) or 0
            for table in REFERENCE
        }
    sentence = ", ".join(f"{count} {name}" for name, count in counts.items())
    return Finding(all(counts.values()), sentence)


def clock() -> Finding:
    """A clock that went back makes links expire late and the log lie."""
    with services().database.reading() as session:
        newest = session.scalar(select(func.max(AuditEntry.at)))
    here = now()
    if newest is not None and newest > here + CLOCK_AHEAD:
        return Finding(
            False, f"the log has an entry of {_moment(newest)}, but it is {_moment(here)}"
        )
    return Finding(True, _moment(here))


def worker() -> Finding:
    """Whether somebody sends the mail."""
    with services().database.reading() as session:
        beat = last_beat(session, WORKER)
    if beat is None:
        return Finding(False, "has never run; `flask --app wsgi serve` or `work` runs it")
    age = now() - beat
    return Finding(age <= DEAD_AFTER, f"last seen {_moment(beat)}")


def public_record() -> Finding:
    """Whether the head of the log is published for every day that is over."""
    zone = services().settings.timezone
    with services().database.reading() as session:
        late = is_a_day_over(session, zone=zone, at=now() - HEAD_LATE)
        newest = closed_up_to(session)
    if late:
        return Finding(False, "a day that is over has no head yet; the worker makes it")
    return Finding(True, f"published up to entry {newest}" if newest else "no day is over yet")


def held_mail() -> Finding:
    """Whether decisions were applied whose authors have no mail yet, for longer than two days."""
    at = now()
    with services().database.reading() as session:
        count, since = count_held(session)
        late = is_late(session, since, at=at)
    if since is None:
        return Finding(True, "no batch holds any")
    return Finding(not late, f"{count} held by a batch since {_moment(since)}")


def last_digest() -> Finding:
    """Whether those who asked for a weekly digest got one for the last week."""
    at = now()
    with services().database.reading() as session:
        since = session.scalar(
            select(func.min(Subscription.since)).where(Subscription.frequency == Frequency.WEEKLY)
        )
        newest = session.scalar(
            select(func.max(DigestIssue.made_at)).where(DigestIssue.frequency == Frequency.WEEKLY)
        )
    if since is None:
        return Finding(True, "nobody has asked for one")
    late = max(since, newest or since) < at - timedelta(days=7) - DIGEST_LATE
    return Finding(not late, f"last made {_moment(newest)}" if newest else "none was made so far")


def demo_people() -> Finding:
    """Invented people, whose passphrase is printed, have no place on a site for everyone."""
    with services().database.reading() as session:
        count = session.scalar(select(func.count()).select_from(Account).where(Account.is_demo))
    good = not (count and services().settings.is_https)
    return Finding(good, f"{count} can sign in")


def _moment(at: datetime) -> str:
    return at.astimezone(services().settings.timezone).isoformat(" ", "seconds")
