"""How long pages take, as ratios against a bare Flask page measured in the same run.

`make bench`: a ratio says the same on a slow machine and on a fast one.
"""

import argparse
import logging
import os
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, insert

from citizen_diplomat import create_app
from citizen_diplomat.accounts.queries import account_by_email
from citizen_diplomat.accounts.sessions import open_session
from citizen_diplomat.foundation.clock import now
from citizen_diplomat.foundation.database import transaction
from citizen_diplomat.foundation.text import search_text
from citizen_diplomat.moderation.model import QueueItem
from citizen_diplomat.moderation.rules import ItemKind, Urgency, position
from citizen_diplomat.proposals.model import Proposal, ProposalCity, Revision
from citizen_diplomat.proposals.rules import State
from citizen_diplomat.web.services import KEY
from config import read_settings
from tests import bench_briefing, bench_digest, bench_mail, bench_queue, bench_similar

LISTS = (
    ("", "/fa/proposals"),
    ("kamran", "/en/me/proposals"),
    ("hamid", "/fa/staff/queue"),
    ("hamid", "/fa/staff/queue?q=proposal"),
)
PAGES = (
    ("", "/fa/"),
    ("", "/fa/about"),
    ("", "/fa/login"),
    ("", "/fa/cities"),
    ("nasrin", "/fa/members"),
    ("nasrin", "/fa/me/profile"),
    *LISTS,
)
COMMANDS = (["init"], ["demo"])
WAITS = timedelta(days=14)


def main() -> None:
    """Print a line for each page: its median in milliseconds, ratio to the bare page, queries."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=100, help="requests for each page")
    parser.add_argument("--rows", type=int, default=10_000, help="items added to the queue")
    sizes = [10_000, 100_000]
    parser.add_argument("--similar", type=int, nargs="*", default=sizes, help="sizes to search in")
    desk = [1_000, 100_000, 1_000_000]
    parser.add_argument("--desk", type=int, nargs="*", default=desk, help="items that wait")
    mails = [1_000, 100_000]
    parser.add_argument("--mail", type=int, nargs="*", default=mails, help="mails that wait")
    members = [10_000, 100_000]
    parser.add_argument("--digest", type=int, nargs="*", default=members, help="members who hear")
    visit = [2_000]
    parser.add_argument(
        "--briefing", type=int, nargs="*", default=visit, help="proposals of a city"
    )
    given = parser.parse_args()
    with TemporaryDirectory() as folder:
        app = site(Path(folder))
        # What a server writes to its log is not what a page costs.
        logging.disable(logging.INFO)
        print(f"{'page':<34}{'ms':>8}{'x bare':>8}{'queries':>9}")
        for who, path in PAGES:
            measure(browser(app, who), path, path, given.times)
        add_items(app, given.rows)
        for who, path in LISTS:
            measure(browser(app, who), path, f"{path} +{given.rows}", given.times)
    bench_queue.report(site, browser, measure, given.desk)
    bench_mail.report(site, given.mail)
    bench_digest.report(site, given.digest)
    bench_briefing.report(site, add_items, given.briefing, bare_unit)
    bench_similar.report(site, given.similar, lambda act: (milliseconds(act, 20), bare_unit()))


def measure(client: FlaskClient, path: str, name: str, times: int) -> None:
    """Print what one page costs, beside the bare page measured at the same moment."""
    queries = queries_of(client, path)
    bare_page = bare().test_client()
    unit = milliseconds(lambda: fetch(bare_page, "/"), times)
    taken = milliseconds(lambda: fetch(client, path), times)
    print(f"{name:<34}{taken:>8.2f}{taken / unit:>8.1f}{queries:>9}")


def queries_of(client: FlaskClient, path: str) -> int:
    """Return how many statements one request of a page sends to the database."""
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if not statement.startswith(("PRAGMA", "BEGIN")):
            statements.append(statement)

    # What a process remembers from its first request on, later ones do not ask for.
    fetch(client, path)
    engine = client.application.extensions[KEY].database.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        fetch(client, path)
    finally:
        event.remove(engine, "before_cursor_execute", note)
    return len(statements)


def bare_unit() -> float:
    """Return what the bare page costs just now, in milliseconds."""
    client = bare().test_client()
    return milliseconds(lambda: fetch(client, "/"), 50)


def browser(app: Flask, who: str) -> FlaskClient:
    """Return the browser of one of the demo people, or of a visitor for an empty name."""
    client = app.test_client()
    if who:
        database = app.extensions[KEY].database
        with database.writing() as session, transaction(session):
            account = account_by_email(session, f"{who}@example.org")
            assert account is not None
            token = open_session(session, account, device="bench", remember=False, at=now())
        with client.session_transaction() as cookie:
            cookie["_user_id"], cookie["_fresh"] = token, True
    return client


def add_items(app: Flask, count: int) -> None:
    """Put `count` more proposals into the queue and as many accepted ones before the public."""
    database = app.extensions[KEY].database
    with database.writing() as session, transaction(session):
        author = account_by_email(session, "kamran@example.org")
        assert author is not None
        numbers = range(1_000_000, 1_000_000 + 2 * count)
        texts = {"language": "en", "summary": "", "body": "", "topic_slug": "tourism"}
        at = now()
        proposals, revisions, items = [], [], []
        for number in numbers:
            waits, title = number % 2 == 0, f"Proposal {number}"
            state = State.SUBMITTED if waits else State.ACCEPTED
            row = {"number": number, "author_id": author.id, "state": state, "title": title}
            times = {"created_at": at, "updated_at": at, "submitted_at": at}
            published = None if waits else at
            extra = {"form_key": str(number), "search_text": search_text(title), "version": 1}
            proposals.append({**row, **texts, **times, **extra, "published_at": published})
            kept = {"proposal_number": number, "revision": 1, "title": title, "submitted_at": at}
            revisions.append({**kept, **texts, "city_slugs": ["freiburg"], "skill_slugs": []})
            shown = {"title": title, "revision": 1, "language": "en", "topic_slug": "tourism"}
            found = {"city_slugs": ["freiburg"], "search_text": search_text(title)}
            about = {"subject_id": number, "proposal_number": number, "author_id": author.id}
            due = at + WAITS
            clock = {"clock_started_at": at, "soon_at": due - WAITS / 2, "due_at": due}
            place = {"position": position(Urgency.NORMAL, due), "kind": ItemKind.PROPOSAL}
            waited = {"opened_at": at, "closed_at": None if waits else at}
            items.append({**about, **shown, **found, **waited, **clock, **place})
        cities = [{"proposal_number": number, "city_slug": "freiburg"} for number in numbers]
        for table, rows in (
            (Proposal, proposals),
            (ProposalCity, cities),
            (Revision, revisions),
            (QueueItem, items),
        ):
            session.execute(insert(table), rows)


def site(folder: Path, database_url: str = "") -> Flask:
    """Return the application with its demo content, all its files in `folder`."""
    database = {"DATABASE_URL": database_url} if database_url else {}
    app = create_app(
        read_settings(
            {
                "DATA_DIR": str(folder),
                "BASE_URL": "http://localhost",
                "SECRET_KEY": os.urandom(32).hex(),
                **database,
            }
        )
    )
    for command in COMMANDS:
        result = app.test_cli_runner().invoke(args=command)
        if result.exit_code != 0:
            sys.exit(f"flask {' '.join(command)}: {result.output}")
    return app


def bare() -> Flask:
    """Return the smallest application that Flask can be."""
    app = Flask("bare", static_folder=None)
    app.add_url_rule("/", view_func=lambda: "Hello")
    return app


def fetch(client: FlaskClient, path: str) -> None:
    """Get one page; AssertionError when it does not answer."""
    answer = client.get(path, follow_redirects=True)
    assert answer.status_code == 200, f"{path}: {answer.status}"


def milliseconds(act: Callable[[], None], times: int) -> float:
    """Return the median duration of `act`, after one call that warms up."""
    act()
    durations = []
    for _ in range(times):
        start = perf_counter()
        act()
        durations.append(perf_counter() - start)
    return median(durations) * 1000


if __name__ == "__main__":
    main()
