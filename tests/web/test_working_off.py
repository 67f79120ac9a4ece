"""After a decision the next item of the view that a moderator works through opens by itself."""

from collections.abc import Callable

from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.moderation.model import QueueItem
from tests.cast import Cast
from tests.conftest import csrf
from tests.desk import BICYCLES, WATER, submitted

BrowserOf = Callable[[Account], FlaskClient]
WITHIN = "within=city%3Dbarcelona"


def answer(browser: FlaskClient, item: QueueItem, query: str, **changed: object) -> TestResponse:
    token = csrf(browser.get(f"/en/staff/queue/{item.id}?{query}"))
    fields = {
        "outcome": "accept", "reason": "trial-first", "message": "Thank you.",
        "version": item.of_proposal.version, "csrf_token": token,
    }  # fmt: skip
    address = f"/en/staff/queue/{item.id}/decision?{query}"
    return browser.post(address, data=fields | changed)


def test_the_view_goes_along_until_nothing_of_it_is_left(
    session: Session, cast: Cast, browser_of: BrowserOf
) -> None:
    first, second = (submitted(session, cast.nasrin, WATER) for _ in range(2))
    other = submitted(session, cast.kamran, BICYCLES)
    hamid = browser_of(cast.hamid)
    queue = hamid.get("/en/staff/queue?city=barcelona").text
    assert f'href="/en/staff/queue/{first.id}?{WITHIN}"' in queue
    page = hamid.get(f"/en/staff/queue/{first.id}?{WITHIN}").text
    assert f'action="/en/staff/queue/{first.id}/decision?{WITHIN}"' in page
    assert f'href="/fa/staff/queue/{first.id}?{WITHIN}"' in page, "in the other language once"
    done = answer(hamid, first, WITHIN)
    assert done.headers["Location"] == f"/en/staff/queue/{second.id}?{WITHIN}"
    done = answer(hamid, second, WITHIN)
    assert done.headers["Location"] == "/en/staff/queue?city=barcelona"
    assert str(other.id) in hamid.get("/en/staff/queue/next").headers["Location"]


def test_next_and_previous_stay_in_the_view_and_come_round(
    session: Session, cast: Cast, browser_of: BrowserOf
) -> None:
    first, _, last = (submitted(session, cast.nasrin, draft) for draft in (WATER, BICYCLES, WATER))
    hamid = browser_of(cast.hamid)

    def leads(query: str) -> str:
        address = f"/en/staff/queue/next?{WITHIN}&{query}"
        return hamid.get(address).headers["Location"].partition("?")[0]

    assert leads(f"after={first.id}") == f"/en/staff/queue/{last.id}"
    assert leads(f"after={last.id}") == f"/en/staff/queue/{first.id}"
    assert leads(f"after={last.id}&back=y") == f"/en/staff/queue/{first.id}"
    assert leads(f"after={first.id}&back=y") == f"/en/staff/queue/{first.id}"
    # What is no view of ours is the whole queue.
    assert hamid.get("/en/staff/queue/next?within=%FF%00&after=x").status_code == 303


def test_a_ready_answer_speaks_the_authors_language_and_is_shown_before_it_is_sent(
    session: Session, cast: Cast, browser_of: BrowserOf
) -> None:
    item = submitted(session, cast.nasrin)
    hamid = browser_of(cast.hamid)
    page = hamid.get(f"/en/staff/queue/{item.id}").text
    assert "از پیشنهادتان سپاسگزاریم" in page
    assert 'data-key="a" data-unless="decide"' in page
    letter = answer(hamid, item, "", action="preview")
    assert "This is what the author will read" in letter.text
    assert 'data-key="s"' in letter.text
