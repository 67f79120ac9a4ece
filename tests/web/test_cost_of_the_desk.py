"""The queue, the review page and the dashboard ask the database as often whatever waits."""

from collections.abc import Callable
from contextlib import AbstractContextManager

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.moderation.model import QueueItem
from citizen_diplomat.web.reference import KEY as REFERENCE
from tests.bench_queue import fill
from tests.cast import Cast
from tests.conftest import database_of

BrowserOf = Callable[[Account], FlaskClient]
Queries = Callable[[], AbstractContextManager[list[str]]]
MANY = 3_000
"""More than a page of the queue, more than its counts count, and more than the numbers that one
query may be given on some engines (999); so many are there in about two seconds. What 100,000 and
a million cost, `make bench` says.
"""


def test_every_page_asks_as_often_of_one_item_as_of_thousands(
    app: Flask, cast: Cast, browser_of: BrowserOf, queries: Queries
) -> None:
    hamid = browser_of(cast.hamid)
    # The names of cities and topics are read anew once a minute: not while we count.
    app.extensions.pop(REFERENCE, None)

    def asked(waiting: int) -> dict[str, int]:
        with database_of(app).reading() as session:
            found = session.execute(select(func.count(), func.min(QueueItem.id))).one()
        assert found[0] == waiting
        desk = "/fa/staff"
        costs = {}
        for name, page in (
            ("queue", f"{desk}/queue"),
            ("late", f"{desk}/queue?age=late&q=Proposal"),
            ("review", f"{desk}/queue/{found[1]}"),
            ("dashboard", f"{desk}/dashboard"),
        ):
            hamid.get(page)
            with queries() as statements:
                assert hamid.get(page).status_code == 200
            costs[name] = len(statements)
        return costs

    with database_of(app).writing() as session:
        fill(session, 0, 1)
    one = asked(1)
    with database_of(app).writing() as session:
        fill(session, 1, MANY)
    assert asked(MANY) == one
    assert one["queue"] == 4
