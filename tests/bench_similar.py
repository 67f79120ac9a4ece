"""How well, and how fast, similar proposals are found: figures for `make bench` and for a test.

The labelled set, tests/data/similar_pairs.json, was written by hand: titles as members write them,
each beside one of the same idea, or one that only shares words with it. One half of the questions
was used to set the rules; the other half was kept aside, and has figures of its own.

Precision at 3: of all that is shown among the first three, over all questions, the share that is
about the same idea. Recall at 3: of the pairs that are alike, the share whose other one is there.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from types import SimpleNamespace
from typing import Any, cast

import pytest
from flask import Flask
from sqlalchemy import insert, text
from sqlalchemy.orm import Session

from citizen_diplomat.accounts.queries import account_by_email
from citizen_diplomat.foundation.clock import now
from citizen_diplomat.foundation.database import transaction
from citizen_diplomat.proposals.model import Proposal, Revision
from citizen_diplomat.proposals.rules import State
from citizen_diplomat.proposals.similar import list_missing, similar
from citizen_diplomat.proposals.vocabulary import FILE as VOCABULARY
from citizen_diplomat.web.services import KEY
from tests.servers.postgres import leave, postgres_url

FILE = Path(__file__).parent / "data" / "similar_pairs.json"
FIRST = 2_000_000
SHOWN = 3


@dataclass(frozen=True)
class Figures:
    """What was measured over some of the pairs."""

    pairs: int
    precision: float
    recall: float
    wrong: tuple[tuple[str, str], ...]
    """What was shown and should not have been, as (asked, shown)."""
    missed: tuple[tuple[str, str], ...]


@cache
def labelled() -> dict[str, list[dict[str, Any]]]:
    """Return the pairs, and the other texts among which they are looked for."""
    content: dict[str, list[dict[str, Any]]] = json.loads(FILE.read_text("utf-8"))
    return content


def fill(session: Session, author_id: int) -> dict[int, str]:
    """Put every text of the labelled set before the public; return the titles by number."""
    texts = {row["title"]: row for row in [*labelled()["pairs"], *labelled()["others"]]}
    rows = list(enumerate(texts.values(), FIRST))
    add(session, rows, author_id)
    return {number: row["title"] for number, row in rows}


def add(session: Session, rows: Iterable[tuple[int, dict[str, Any]]], author_id: int) -> None:
    """Put texts before the public in one go, and list them for similar ones."""
    at, proposals, revisions = now(), [], []
    for number, row in rows:
        words = {name: row[name] for name in ("language", "title", "summary")}
        values = {**words, "body": "", "topic_slug": "tourism"}
        times = {"created_at": at, "updated_at": at, "submitted_at": at, "published_at": at}
        key = {"number": number, "author_id": author_id, "form_key": str(number), "version": 1}
        proposals.append({**values, **times, **key, "state": State.ACCEPTED, "search_text": ""})
        kept = {"proposal_number": number, "revision": 1, "submitted_at": at}
        revisions.append({**values, **kept, "city_slugs": ["freiburg"], "skill_slugs": []})
    session.execute(insert(Proposal), proposals)
    session.execute(insert(Revision), revisions)
    while list_missing(session, limit=5_000):
        pass


def figures(session: Session, titles: dict[int, str], half: str | None = None) -> Figures:
    """Ask for every pair, or those of one half, and compare what is shown with the labels."""
    pairs = [row for row in labelled()["pairs"] if half in {None, row["half"]}]
    alike = _alike()
    right = shown = 0
    wrong, missed = [], []
    # The same question stands in more than one pair.
    for asked in dict.fromkeys(row["asked"] for row in pairs):
        found = [titles[one.number] for one in similar(session, asked, viewer=None, limit=SHOWN)]
        shown += len(found)
        right += sum(title in alike[asked] for title in found)
        wrong += [(asked, title) for title in found if title not in alike[asked]]
        due = [row["title"] for row in pairs if row["asked"] == asked and row["similar"]]
        missed += [(asked, title) for title in due if title not in found]
    due_in_all = sum(row["similar"] for row in pairs)
    return Figures(
        pairs=len(pairs),
        precision=right / shown if shown else 0.0,
        recall=1 - len(missed) / due_in_all,
        wrong=tuple(wrong),
        missed=tuple(missed),
    )


def _alike() -> dict[str, set[str]]:
    """For each question, all titles of the same idea: those of its pairs and those named beside."""
    found: dict[str, set[str]] = {}
    for row in labelled()["pairs"]:
        titles = found.setdefault(row["asked"], set())
        titles |= {row["title"]} if row["similar"] else set()
        titles |= set(row.get("also", ()))
    return found


# --- what `make bench` prints ---

Site = Callable[..., Flask]
Clock = Callable[[Callable[[], None]], tuple[float, float]]


def report(site: Site, sizes: Sequence[int], clock: Clock) -> None:
    """Print precision and recall, then what a question costs among `sizes` proposals, per engine.

    `clock` gives the milliseconds of an act, and of a bare Flask page at the same moment.
    """
    for engine in ("sqlite", "postgresql"):
        with TemporaryDirectory() as folder, database_url(engine, Path(folder)) as url:
            app = site(Path(folder), url)
            database = app.extensions[KEY].database
            with database.writing() as session, transaction(session):
                author = account_by_email(session, "kamran@example.org")
                assert author is not None
                titles = fill(session, author.id)
                titles |= {row.number: row.title for row in session.query(Proposal)}
                for half in ("tuned", "held-out", None):
                    print_figures(engine, half, figures(session, titles, half))
            done = len(titles)
            for size in sizes:
                with database.writing() as session, transaction(session):
                    add(session, invented(done, size), author.id)
                with database.engine.connect() as connection:
                    connection.execute(text("ANALYZE"))
                    connection.commit()
                done = size
                print_cost(f"similar, {engine} +{size}", database.reading, clock)
            database.close()
    leave()


def print_figures(engine: str, half: str | None, measured: Figures) -> None:
    """Print one line."""
    name = f"similar, {engine}, {half or 'all'}"
    print(
        f"{name:<34}{measured.pairs:>5} pairs  precision at 3 {measured.precision:.2f}"
        f"  recall at 3 {measured.recall:.2f}"
    )


def print_cost(name: str, reading: Callable[[], Session], clock: Clock) -> None:
    """Print what one question costs, title and summary, the mean over twenty of them."""
    rows = labelled()["pairs"][:20]

    def ask() -> None:
        with reading() as session:
            for row in rows:
                similar(session, row["asked"], row["summary"], viewer=1)

    taken, unit = clock(ask)
    print(f"{name:<34}{taken / len(rows):>8.2f}{taken / len(rows) / unit:>8.1f}")


def invented(first: int, last: int) -> Iterator[tuple[int, dict[str, Any]]]:
    """Make texts of words as common and as rare as words are (Zipf), real ones first."""
    chance = Random(1402)
    words = [word for row in json.loads(VOCABULARY.read_text("utf-8")) for word in row["en"]]
    parts = ["ka", "lo", "mir", "ten", "sha", "du", "pel", "vi", "gor", "za", "be", "nur"]
    words += ["".join(chance.choices(parts, k=4)) for _ in range(20_000)]
    weights = [1 / (10 + rank) for rank in range(len(words))]
    for number in range(first, last):
        said = chance.choices(words, weights, k=18)
        row = {"language": "en", "title": " ".join(said[:6])[:120]}
        yield FIRST + 1_000 + number, {**row, "summary": " ".join(said[6:])[:300]}


@contextmanager
def database_url(engine: str, folder: Path) -> Iterator[str]:
    """Give the address of an empty database; an empty one for SQLite's default."""
    if engine == "sqlite":
        yield ""
        return
    folders = cast(pytest.TempPathFactory, SimpleNamespace(getbasetemp=lambda: folder))
    with postgres_url(folders) as url:
        yield url
