"""What the desk's pages cost with 1,000, 100,000 and 1,000,000 items that wait, on both engines.

The items wait at the desk as `queue.enqueue` leaves them: with a place in the queue, a topic, a
city, and due dates of which some are past.
"""

from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, insert, select, text
from sqlalchemy.orm import Session

from citizen_diplomat.accounts.queries import account_by_email
from citizen_diplomat.foundation.clock import now
from citizen_diplomat.foundation.database import transaction
from citizen_diplomat.foundation.text import search_text
from citizen_diplomat.moderation.desks import Desk
from citizen_diplomat.moderation.model import QueueItem
from citizen_diplomat.moderation.rules import ItemKind, Urgency, position
from citizen_diplomat.proposals.model import Proposal, ProposalCity, ProposalEvent, Revision
from citizen_diplomat.proposals.rules import State, Step
from citizen_diplomat.web.services import KEY
from tests.bench_similar import database_url
from tests.servers.postgres import leave

FIRST = 5_000_000
AT_ONCE = 10_000
CITIES = ("freiburg", "barcelona", "florence", "yerevan", "xian")
TOPICS = ("tourism", "handicrafts", "heritage", "transport")
PAGES = (
    "/fa/staff/queue",
    "/fa/staff/queue?age=late",
    "/fa/staff/queue?city=freiburg",
    "/fa/staff/dashboard",
)

Site = Callable[..., Flask]
Browser = Callable[[Flask, str], FlaskClient]
Measure = Callable[[FlaskClient, str, str, int], None]


def report(site: Site, browser: Browser, measure: Measure, sizes: Sequence[int]) -> None:
    """Print what the queue, the dashboard and one item under review cost at each of `sizes`."""
    for engine in ("sqlite", "postgresql"):
        with TemporaryDirectory() as folder, database_url(engine, Path(folder)) as url:
            app = site(Path(folder), url)
            database = app.extensions[KEY].database
            done = 0
            for size in sizes:
                with database.writing() as session:
                    fill(session, done, size)
                with database.engine.connect() as connection:
                    connection.execute(text("ANALYZE"))
                    connection.commit()
                done = size
                client = browser(app, "hamid")
                with database.reading() as session:
                    middle = session.scalar(select(func.max(QueueItem.id))) or 0
                for path in (*PAGES, f"/fa/staff/queue/{middle - size // 2}"):
                    measure(client, path, f"{engine} {size:>9,} {path}", 20)
            database.close()
    leave()


def fill(session: Session, first: int, last: int) -> None:
    """Let proposals wait for staff, from the `first` to before the `last`, each step committed."""
    with transaction(session):
        author = account_by_email(session, "kamran@example.org")
        assert author is not None
        author_id = author.id
        desks = _desks(session)
    for start in range(first, last, AT_ONCE):
        with transaction(session):
            _add(session, range(start, min(start + AT_ONCE, last)), author_id, desks)


def _desks(session: Session) -> list[int]:
    """One desk for each topic, if there is none yet."""
    if not session.scalars(select(Desk.id)).all():
        session.add_all(Desk(name_fa=topic, name_en=topic) for topic in TOPICS)
        session.flush()
    return list(session.scalars(select(Desk.id).order_by(Desk.id)))


def _add(session: Session, numbers: range, author_id: int, desks: Sequence[int]) -> None:
    at = now()
    proposals, revisions, events, cities, items = [], [], [], [], []
    for each in numbers:
        number, title = FIRST + each, f"Proposal {each}"
        topic, city = TOPICS[each % len(TOPICS)], CITIES[each % len(CITIES)]
        words = {"title": title, "language": "en", "topic_slug": topic}
        told = {**words, "summary": "", "body": ""}
        # One in ten is overdue; the others are spread over the two weeks to come.
        due = at + timedelta(hours=each % 370 - 37)
        times = {"created_at": at, "updated_at": at, "submitted_at": at, "published_at": None}
        key = {"form_key": str(number), "search_text": search_text(title), "version": 1}
        state = {"state": State.SUBMITTED, "author_id": author_id}
        proposals.append({"number": number, **told, **times, **key, **state})
        kept = {"proposal_number": number, "revision": 1, "submitted_at": at}
        revisions.append({**told, **kept, "city_slugs": [city], "skill_slugs": []})
        step = {"step": Step.SUBMIT, "source": State.DRAFT, "target": State.SUBMITTED}
        events.append(
            {"proposal_number": number, **step, "revision": 1, "at": at, "actor_id": author_id}
        )
        cities.append({"proposal_number": number, "city_slug": city})
        about = {"kind": ItemKind.PROPOSAL, "subject_id": number, "proposal_number": number}
        clock = {
            "opened_at": at,
            "clock_started_at": at - timedelta(days=4),
            "soon_at": due - timedelta(days=2),
            "due_at": due,
        }
        place = {"position": position(Urgency.NORMAL, due), "city_slugs": [city], "revision": 1}
        given = {"desk_id": desks[each % len(desks)]}
        found = {"author_id": author_id, "search_text": search_text(title)}
        items.append({**about, **words, **clock, **place, **given, **found})
    for table, rows in (
        (Proposal, proposals),
        (Revision, revisions),
        (ProposalEvent, events),
        (ProposalCity, cities),
        (QueueItem, items),
    ):
        session.execute(insert(table), rows)
