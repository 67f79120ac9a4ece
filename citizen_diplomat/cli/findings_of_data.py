"""Examinations of the database and of what it tells about worker, mail and digests."""

from datetime import datetime, timedelta

from sqlalchemy import func, select, text

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.audit.model import AuditEntry
from citizen_diplomat.cities.model import City, Topic
from citizen_diplomat.cli.findings import Finding
from citizen_diplomat.digests.model import DigestIssue, Subscription
from citizen_diplomat.digests.rules import Frequency
from citizen_diplomat.directory.model import Skill
from citizen_diplomat.foundation.clock import now
from citizen_diplomat.foundation.database import Base
from citizen_diplomat.foundation.heartbeat import DEAD_AFTER, last_beat
from citizen_diplomat.mail.queries import count_failed, longest_delay
from citizen_diplomat.moderation.model import Reason
from citizen_diplomat.web.health import WORKER, schema_is_current
from citizen_diplomat.web.services import services

MAIL_LATE = timedelta(minutes=10)
FAILURES_SHOWN = timedelta(days=7)
DIGEST_LATE = timedelta(days=2)
"""Beyond its week: a member's morning comes up to a day after the municipality's."""
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


def mail_queue() -> Finding:
    """Whether mails wait too long, or were given up."""
    at = now()
    with services().database.reading() as session:
        delay = longest_delay(session, at=at)
        failed = count_failed(session, since=at - FAILURES_SHOWN)
    minutes = int(delay.total_seconds() // 60)
    return Finding(
        delay <= MAIL_LATE and not failed,
        f"the oldest waits {minutes} minutes; {failed} given up in a week",
    )


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
