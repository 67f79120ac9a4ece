"""What authors see of their own proposals, and what nobody else does."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.moderation.model import QueueItem, Reason
from citizen_diplomat.proposals.model import Proposal
from citizen_diplomat.proposals.rules import PUBLIC, Actor, State, Step, steps_open_to
from tests.cast import Cast
from tests.conftest import csrf, database_of
from tests.web.proposal_stories import DRAFT, OUTCOMES, tell

BrowserOf = Callable[[Account], FlaskClient]
Counting = Callable[[], AbstractContextManager[list[str]]]
ROW = "<h3>"
REACHED = [state for state in State if state is not State.APPEALED]


def state_of(app: Flask, number: int) -> str | None:
    """Where a proposal stands, or None when it is gone."""
    with database_of(app).reading() as session:
        return session.scalar(select(Proposal.state).where(Proposal.number == number))


def told(app: Flask, cast: Cast, state: State) -> int:
    """The number of a proposal of Nasrin's in a state."""
    repeats = tell(app, cast, State.ACCEPTED, by=cast.kamran)[0] if state == "duplicate" else None
    [number] = tell(app, cast, state, repeats=repeats)
    return number


@pytest.mark.parametrize("language", ["fa", "en"])
def test_the_buttons_are_those_of_the_table(
    cast: Cast, app: Flask, browser_of: BrowserOf, language: str
) -> None:
    """In every state: what can be done is offered, what cannot be done is not."""
    browser = browser_of(cast.nasrin)
    for state in REACHED:
        number = told(app, cast, state)
        own = f"/{language}/me/proposals/{number}"
        html, steps = browser.get(own).text, steps_open_to(Actor.AUTHOR, state)
        assert (f'action="{own}/submit"' in html) == (Step.SUBMIT in steps), state
        assert (f'href="{own}/withdraw"' in html) == (Step.WITHDRAW in steps), state
        may_write = Step.SUBMIT in steps or state in PUBLIC
        assert (f'href="{own}/edit"' in html) == may_write, state
        assert (f'href="{own}/discard"' in html) == (state is State.DRAFT), state
        is_public = state is State.ACCEPTED
        assert (f'href="/{language}/proposals/{number}"' in html) == is_public, state


@pytest.mark.parametrize("state", list(OUTCOMES))
def test_the_answer_is_shown_with_its_reason(
    cast: Cast, app: Flask, browser_of: BrowserOf, state: State
) -> None:
    """Reason in the reader's language, message as it was written, and never who decided."""
    number = told(app, cast, state)
    browser = browser_of(cast.nasrin)
    html = browser.get(f"/en/me/proposals/{number}").get_data(as_text=True)
    assert "what one house costs" in html.partition('class="official')[2]
    assert html.count("what one house costs") == 1
    assert cast.hamid.display_name not in html
    with database_of(app).reading() as session:
        reason = session.get_one(Reason, OUTCOMES[state][1])
    assert reason.text_en in unescape(html)
    assert reason.text_fa in unescape(browser.get(f"/fa/me/proposals/{number}").text)


def test_a_repeated_idea_leads_to_the_first(cast: Cast, app: Flask, browser_of: BrowserOf) -> None:
    """If that one is public; otherwise nothing of it is told."""
    number = told(app, cast, State.DUPLICATE)
    html = browser_of(cast.nasrin).get(f"/en/me/proposals/{number}").get_data(as_text=True)
    assert f'href="/en/proposals/{number - 1}"' in html
    [secret] = tell(
        app, cast, State.SUBMITTED, by=cast.kamran, draft=replace(DRAFT, title="Secret still")
    )
    [other] = tell(app, cast, State.DUPLICATE, repeats=secret)
    html = browser_of(cast.nasrin).get(f"/en/me/proposals/{other}").get_data(as_text=True)
    assert "Secret still" not in html
    assert f"/proposals/{secret}" not in html


def test_answering_a_question(cast: Cast, app: Flask, browser_of: BrowserOf) -> None:
    """Edited, not yet sent, sent: the second version joins the first in the queue's one item."""
    number = told(app, cast, State.CHANGES_REQUESTED)
    browser = browser_of(cast.nasrin)
    own = f"/en/me/proposals/{number}"
    page = browser.get(f"{own}/edit")
    assert "what one house costs" in page.text
    version = page.get_data(as_text=True).partition('name="version"')[2].partition('value="')[2]
    data = {
        "title": DRAFT.title,
        "summary": DRAFT.summary,
        "body": "One house costs 1,200 euros.",
        "topic": "environment-water",
        "cities": ["barcelona"],
        "language": "en",
        "version": version.partition('"')[0],
        "csrf_token": csrf(page),
    }
    assert browser.post(f"{own}/edit", data={**data, "action": "save"}).status_code == 303
    html = browser.get(own).get_data(as_text=True)
    assert "The office sees the changes only when you send it again." in html
    assert state_of(app, number) == State.CHANGES_REQUESTED
    assert browser.post(f"{own}/submit", data=data | {"version": ""}).status_code == 303
    [page_token] = [csrf(browser.get(own))]
    version = browser.get(own).get_data(as_text=True).partition('name="version" value="')[2]
    sent = browser.post(
        f"{own}/submit", data={"csrf_token": page_token, "version": version.partition('"')[0]}
    )
    assert sent.status_code == 303
    assert state_of(app, number) == State.SUBMITTED
    html = browser.get(own).get_data(as_text=True)
    assert "You sent version 2" in html
    # What the office asked for stays on the page, once.
    assert html.count("what one house costs") == 1
    assert f'href="{own}/versions/1"' in html
    assert "Less water" in browser.get(f"{own}/versions/1").get_data(as_text=True)
    assert "1,200" in browser.get(f"{own}/versions/2").get_data(as_text=True)
    assert browser.get(f"{own}/versions/3").status_code == 404
    with database_of(app).reading() as session:
        [item] = session.scalars(select(QueueItem).where(QueueItem.proposal_number == number))
        assert item.closed_at is None


def test_withdrawing_asks_first(cast: Cast, app: Flask, browser_of: BrowserOf) -> None:
    """GET changes nothing; POST takes it out of the queue; twice is once."""
    [number] = tell(app, cast, State.IN_REVIEW)
    browser = browser_of(cast.nasrin)
    address = f"/fa/me/proposals/{number}/withdraw"
    page = browser.get(address)
    assert page.status_code == 200
    assert state_of(app, number) == State.IN_REVIEW
    for _ in range(2):
        assert browser.post(address, data={"csrf_token": csrf(page)}).status_code == 303
    assert state_of(app, number) == State.WITHDRAWN
    with database_of(app).reading() as session:
        [item] = session.scalars(select(QueueItem))
        assert item.closed_at is not None
        assert item.holder_id is None


def test_discarding_asks_first(cast: Cast, app: Flask, browser_of: BrowserOf) -> None:
    """Only drafts are deleted, and only by POST."""
    [number] = tell(app, cast, State.DRAFT)
    [sent] = tell(app, cast, State.SUBMITTED)
    browser = browser_of(cast.nasrin)
    page = browser.get(f"/fa/me/proposals/{number}/discard")
    assert state_of(app, number) == State.DRAFT
    data = {"csrf_token": csrf(page)}
    assert browser.post(f"/fa/me/proposals/{sent}/discard", data=data).status_code == 303
    assert state_of(app, sent) == State.SUBMITTED
    gone = browser.post(f"/fa/me/proposals/{number}/discard", data=data)
    assert gone.location == f"/fa/me/proposals?discarded={number}"
    assert browser.get(f"/fa/me/proposals/{number}").status_code == 404


@pytest.mark.parametrize("who", ["stranger", "hamid", "mina"])
def test_nobody_else_sees_or_changes_it(
    cast: Cast, app: Flask, browser_of: BrowserOf, who: str
) -> None:
    """In no state: to other members and staff alike an author's pages do not exist."""
    browser = browser_of(getattr(cast, who))
    token = csrf(browser.get("/en/me/proposals/new"))
    posted = {"csrf_token": token, "title": "Mine now", "action": "save", "version": "1"}
    for state in REACHED:
        own = f"/en/me/proposals/{told(app, cast, state)}"
        for tail in ("", "/edit", "/versions/1", "/withdraw", "/discard"):
            assert browser.get(f"{own}{tail}").status_code == 404, (state, tail)
        for tail in ("/edit", "/withdraw", "/discard", "/submit"):
            assert browser.post(f"{own}{tail}", data=posted).status_code == 404, (state, tail)
        assert state_of(app, int(own.rpartition("/")[2])) == state
    assert DRAFT.title not in browser.get("/en/me/proposals").text


def test_numbers_that_are_none(cast: Cast, browser_of: BrowserOf) -> None:
    """Unknown, huge and odd numbers are pages that do not exist."""
    browser = browser_of(cast.nasrin)
    for number in ("4711", "9" * 15, "9" * 30, "0", "-1", "x", "۱"):
        assert browser.get(f"/en/me/proposals/{number}").status_code == 404


def test_the_list_has_a_shelf_for_everything(cast: Cast, app: Flask, browser_of: BrowserOf) -> None:
    """Filters and counts, the note of what waits, and an empty shelf with a way on."""
    browser = browser_of(cast.nasrin)
    assert "You have not written a proposal yet" in browser.get("/en/me/proposals").text
    for state in (State.CHANGES_REQUESTED, State.ACCEPTED, State.DRAFT):
        tell(app, cast, state, draft=replace(DRAFT, title=f"About {state}"))
    everything = browser.get("/en/me/proposals").text
    assert "One proposal is waiting for you" in everything
    assert everything.count("About ") >= 3
    drafts = browser.get("/en/me/proposals?shelf=drafts").text
    assert "About draft" in drafts
    assert "About accepted" not in drafts
    assert "There is nothing here" in browser.get("/en/me/proposals?shelf=archive").text
    assert "About accepted" in browser.get("/en/me/proposals?shelf=%00&after=x").text


@pytest.mark.parametrize("rows", [1, 3, 30])
def test_the_list_asks_few_questions(
    cast: Cast, app: Flask, browser_of: BrowserOf, queries: Counting, rows: int
) -> None:
    """Who reads, the counts, rows with cities, invitations: the same for any number of rows."""
    tell(app, cast, State.SUBMITTED, times=rows)
    browser = browser_of(cast.nasrin)
    browser.get("/en/me/proposals/new")
    with queries() as asked:
        html = browser.get("/en/me/proposals").text
    assert html.count(ROW) == min(rows, 20)
    assert len(asked) == 4, asked


def test_the_list_goes_on(cast: Cast, app: Flask, browser_of: BrowserOf) -> None:
    """The second page continues where the first one ended."""
    tell(app, cast, State.SUBMITTED, times=21)
    browser = browser_of(cast.nasrin)
    first = browser.get("/en/me/proposals").text
    address = first.partition('rel="next"')[0].rpartition('href="')[2].partition('"')[0]
    assert browser.get(address.replace("&amp;", "&")).text.count(ROW) == 1


@pytest.mark.parametrize(
    "attack",
    ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "{{ 7*7 }}", "%(num)s %s"],
)
def test_what_people_type_is_never_markup(
    cast: Cast, app: Flask, browser_of: BrowserOf, attack: str
) -> None:
    """In title, summary and text, on every page of the author's and the public's."""
    body = f"{attack}\n\n[x](javascript:alert(1)) ![x](https://evil.example/x.png)"
    draft = replace(DRAFT, title=attack, summary=attack, body=body)
    [number] = tell(app, cast, State.ACCEPTED, draft=draft)
    [open_one] = tell(app, cast, State.CHANGES_REQUESTED, draft=draft)
    browser = browser_of(cast.nasrin)
    for address in (
        "/en/me/proposals",
        f"/en/me/proposals/{number}",
        f"/en/me/proposals/{number}/versions/1",
        f"/en/me/proposals/{open_one}/edit",
        f"/en/me/proposals/{open_one}/withdraw",
        "/fa/proposals",
        f"/fa/proposals/{number}",
    ):
        html = browser.get(address).text
        assert "<script>alert" not in html
        assert "<img" not in html
        assert 'href="javascript' not in html
        assert "evil.example" not in html or "/edit" in address
        assert ">49<" not in html
