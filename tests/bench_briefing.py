"""What the briefing pack of a city costs: gathering it, its page, and setting it as PDF."""

import resource
from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from flask import Flask
from sqlalchemy import insert, select

from citizen_diplomat.accounts.queries import account_by_email
from citizen_diplomat.foundation.clock import now
from citizen_diplomat.foundation.database import transaction
from citizen_diplomat.moderation.model import Decision
from citizen_diplomat.moderation.rules import Outcome
from citizen_diplomat.overview.briefing import gather
from citizen_diplomat.overview.briefing_readers import NOBODY, city_for
from citizen_diplomat.proposals.model import Proposal
from citizen_diplomat.proposals.rules import State
from citizen_diplomat.web.briefing import paper_of
from citizen_diplomat.web.briefing_paper import document
from citizen_diplomat.web.languages import speaking
from citizen_diplomat.web.services import KEY

CITY = "freiburg"
ANSWER = "We begin with one street in each city; the parks office names it within two weeks. " * 3


def report(
    site: Callable[[Path], Flask],
    add_items: Callable[[Flask, int], None],
    sizes: Sequence[int],
    bare_unit: Callable[[], float],
) -> None:
    """Print how long the pack of a city with so many proposals takes, half of them accepted."""
    for size in sizes:
        with TemporaryDirectory() as folder:
            app = site(Path(folder))
            add_items(app, size // 2)
            _add_answers(app)
            with app.app_context():
                _measure(app, size, bare_unit())


def _measure(app: Flask, size: int, unit: float) -> None:
    start = perf_counter()
    with app.extensions[KEY].database.reading() as session, speaking("fa"):
        city = city_for(session, CITY, viewer=NOBODY, all_of_them=True)
        assert city is not None
        pack = gather(session, city, viewer=NOBODY, at=now())
        gathered = perf_counter() - start
        paper = paper_of(pack)
    worded = perf_counter() - start
    content = document(paper)
    whole = perf_counter() - start
    memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(
        f"briefing {size:>7,} proposals  gathered {gathered:.2f} s, in words {worded:.2f} s,"
        f" PDF of {len(content):,} bytes {whole:.2f} s, x{whole * 1000 / unit:,.0f} bare"
        f"  peak of setting {memory:.0f} MB",
        flush=True,
    )


def _add_answers(app: Flask) -> None:
    with app.extensions[KEY].database.writing() as session, transaction(session):
        by = account_by_email(session, "hamid@example.org")
        assert by is not None
        about = {"revision": 1, "outcome": Outcome.ACCEPT, "reason_slug": "trial-first"}
        said = {"message": ANSWER, "decided_by": by.id, "at": now()}
        accepted = session.scalars(select(Proposal.number).where(Proposal.state == State.ACCEPTED))
        rows = [{"proposal_number": number, **about, **said} for number in accepted]
        session.execute(insert(Decision), rows)
