"""Soheila opens a call for Barcelona and Freiburg; members answer it; its result is published."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.calls.model import Call, LateCode
from citizen_diplomat.calls.rules import Phase
from citizen_diplomat.community.follows import is_followed
from citizen_diplomat.community.rules import FollowKind
from citizen_diplomat.foundation.clock import now
from citizen_diplomat.moderation.model import QueueItem
from citizen_diplomat.moderation.queries import item_for_review
from citizen_diplomat.moderation.rules import Outcome
from citizen_diplomat.proposals import actions
from citizen_diplomat.proposals.answering import CallRefused
from citizen_diplomat.proposals.model import Proposal, Revision
from citizen_diplomat.proposals.questions import Question
from citizen_diplomat.proposals.receipts import canonical_text
from citizen_diplomat.proposals.rules import State
from citizen_diplomat.web.personal_data import export
from tests.calls import DAY, WATER, move, published
from tests.cast import LONG_AGO, Cast
from tests.conftest import csrf, database_of, token_of
from tests.desk import NO_ACCOUNT, claimed, decided
from tests.desk import WATER as PROPOSED
from tests.web.test_writing import hidden, stored
from tests.web.test_writing_steps import DETAILS, IDEA, post

BrowserOf = Callable[[Account], FlaskClient]
Counting = Callable[[], AbstractContextManager[list[str]]]


def typed(**fields: object) -> dict[str, object]:
    """What Soheila types into the form of a call: open since yesterday, in Isfahan's time."""
    texts = ("title", "question", "background")
    days = {"opens_at": -1, "closes_at": 10, "review_until": 20, "answer_by": 30}
    return {
        **{
            f"{name}_{code}": getattr(WATER, f"{name}_{code}")
            for name in texts
            for code in "fa en".split()
        },
        **{name: f"{now() + number * DAY:%Y-%m-%d} 18:00" for name, number in days.items()},
        "cities": list(WATER.cities),
        "topics": list(WATER.topics),
        "who": "cities",
        "hides_count": "y",
        **fields,
    }


def send(browser: FlaskClient, address: str, **fields: object) -> TestResponse:
    """Post with a token of this browser."""
    return browser.post(address, data={"csrf_token": token_of(browser), **fields})


def opened(browser: FlaskClient, **fields: object) -> str:
    """The address of a call at the desk that was written and published there."""
    place = send(browser, "/en/staff/calls/new", **typed(**fields)).location
    assert send(browser, f"{place}/publish").status_code == 303
    return str(place)


def begun(browser: FlaskClient, number: int, **idea: object) -> str:
    """The address of a draft that answers a call, its details written."""
    page = browser.get(f"/en/me/proposals/new?call={number}")
    assert f'<option selected value="{number}">' in page.text
    kept = {name: hidden(page, name) for name in ("form_key", "version", "part")}
    data = {**kept, **IDEA, "call": str(number), **idea, "csrf_token": csrf(page), "action": "next"}
    own = browser.post("/en/me/proposals/new", data=data).location.removesuffix("/similar")
    return str(own)


def accept(session: Session, cast: Cast, proposal: Proposal, outcome: Outcome) -> None:
    item_id = session.scalars(
        select(QueueItem.id).where(QueueItem.subject_id == proposal.number)
    ).one()
    item = item_for_review(session, item_id, viewer=NO_ACCOUNT)
    assert item is not None
    decided(
        session, claimed(session, item, by=cast.hamid, at=now()), outcome, by=cast.hamid, at=now()
    )


def test_a_call_is_opened_answered_closed_and_told(
    app: Flask, session: Session, cast: Cast, browser_of: BrowserOf, client: FlaskClient
) -> None:
    soheila, nasrin, kamran = map(browser_of, (cast.soheila, cast.nasrin, cast.kamran))
    draft = send(soheila, "/en/staff/calls/new", title_en="Water").location
    page = soheila.get(draft).text
    assert "Before it can be published" in page
    assert "Title in Persian" in page
    assert send(soheila, f"{draft}/publish").status_code == 303
    number = int(opened(soheila).rpartition("/")[2])
    asked = {"text_fa": "چه مدت؟", "text_en": "For how long?", "kind": "short", "is_required": "y"}
    send(soheila, f"/en/staff/calls/{number}/questions/new", **asked)
    question = session.scalars(select(Question)).one()
    session.commit()
    for lang in ("fa", "en"):
        assert client.get(f"/{lang}/calls/{number}").status_code == 200
        assert f"/{lang}/calls/{number}" in client.get(f"/{lang}/calls").text
        assert soheila.get(f"/{lang}/staff/calls/{number}").status_code == 200
    assert f"/en/calls/{number}" in client.get("/en/").text
    public = client.get(f"/en/calls/{number}").text
    assert "Answer this call" in public
    assert "How many have answered is told after it closes." in public
    assert client.get(f"/en/calls/{number - 1}").status_code == 404

    own = begun(nasrin, number)
    field = f"question_{question.id}"
    assert f'name="{field}"' in nasrin.get(f"{own}/details").text
    assert post(nasrin, f"{own}/details", "submit", **DETAILS).status_code == 422
    answer = post(nasrin, f"{own}/details", "submit", **DETAILS, **{field: "Two years"})
    assert answer.status_code == 303
    [proposal] = stored(app)
    assert (proposal.state, proposal.call_number) == (State.SUBMITTED, number)
    sent = session.scalars(select(Revision)).one()
    assert f"call: {number}\n" in canonical_text(sent)
    assert [one.text_en for one in sent.answers_asked_for] == ["Two years"]
    item = session.scalars(select(QueueItem)).one()
    session.commit()
    assert "Answers the call" in browser_of(cast.hamid).get(f"/en/staff/queue/{item.id}").text
    assert "Answers the call" in nasrin.get(own).text
    accept(session, cast, proposal, Outcome.ACCEPT)
    assert "answers the call" in client.get(f"/en/proposals/{proposal.number}").text

    late = begun(kamran, number, title="Cisterns under the school yards")
    post(kamran, f"{late}/details", "save", **DETAILS, **{field: "A year"})
    call = session.get_one(Call, number)
    session.commit()
    move(session, call, opened=30, closes_in=-2)
    refused = post(kamran, f"{late}/details", "submit", **DETAILS, **{field: "A year"})
    assert refused.status_code == 303
    assert [one.state for one in stored(app)].count(State.DRAFT) == 1
    assert "Go on without the call" in kamran.get(f"{late}/preview").text
    assert "1 answer" in client.get(f"/en/calls/{number}").text

    codes = f"/en/staff/calls/{number}/codes"
    assert send(soheila, codes, days="0").status_code == 422
    send(soheila, codes, days="5")
    told = re.search(r"The code is ([0-9A-Z]{12})\.", soheila.get(codes).text)
    assert told
    assert told[1] not in soheila.get(codes).text
    entry = f"/en/me/calls/{number}/code"
    assert send(kamran, entry, code="WRONGWRONGWR").status_code == 422
    assert send(kamran, entry, code=told[1].lower()).status_code == 303
    assert send(nasrin, entry, code=told[1]).status_code == 422
    preview = kamran.get(f"{late}/preview")
    form = {"version": hidden(preview, "version")}
    assert send(kamran, f"{late}/submit", **form).location == late
    accept(session, cast, stored(app)[-1], Outcome.DECLINE)

    assert "What came of it" not in client.get(f"/en/calls/{number}").text
    move(session, call, opened=90, closes_in=-40)
    for lang, words in (("en", "The others"), ("fa", "سپاس از شما.")):
        page = client.get(f"/{lang}/calls/{number}").text
        assert words in page
        assert str(IDEA["title"]) in page
        assert "Cisterns" not in page
    page = re.sub("<[^>]+>", "", client.get(f"/en/calls/{number}").text)
    # An author would be found by counting.
    assert "Small numbers are not shown" in page
    for what in ("Declined:", "Duplicate:", "Not answered yet:", "1 proposal"):
        assert what not in page
    with database_of(app).reading() as reading:
        own_data = export(reading, reading.get_one(Account, cast.kamran.id), at=now())
    assert [row["call"] for row in own_data["late_codes_of_calls"]] == [number]
    assert [row["call"] for row in own_data["proposals"]] == [number]


def test_a_draft_goes_on_without_its_call(
    app: Flask, session: Session, cast: Cast, browser_of: BrowserOf
) -> None:
    call, browser = published(session, cast.soheila), browser_of(cast.nasrin)
    own = begun(browser, call.number)
    move(session, call, opened=40, closes_in=-1)
    assert send(browser, f"{own}/without-call").location == f"{own}/preview"
    post(browser, f"{own}/details", "submit", **DETAILS)
    [proposal] = stored(app)
    assert (proposal.state, proposal.call_number) == (State.SUBMITTED, None)


def test_the_room_refuses_whatever_a_page_let_through(session: Session, cast: Cast) -> None:
    """What was sent in time is sent again after closing; its call stays what it was."""
    call = published(session, cast.soheila)
    draft = replace(PROPOSED, call_number=call.number)
    early = actions.start(session, draft, form_key="a", by=cast.nasrin, at=now())
    actions.submit(session, early, by=cast.nasrin, at=now(), link="http://localhost/")
    late = actions.start(session, draft, form_key="b", by=cast.nasrin, at=now())
    stranger = actions.start(session, draft, form_key="c", by=cast.stranger, at=now())
    closed = now() + 21 * DAY
    for proposal, by, at in ((late, cast.nasrin, closed), (stranger, cast.stranger, now())):
        with pytest.raises(CallRefused):
            actions.submit(session, proposal, by=by, at=at, link="http://localhost/")
        assert proposal.state == State.DRAFT
    early.state = State.CHANGES_REQUESTED
    actions.save(
        session,
        early,
        replace(PROPOSED, title="آب"),
        version=early.version,
        by=cast.nasrin,
        at=closed,
    )
    assert early.call_number == call.number
    actions.submit(session, early, by=cast.nasrin, at=closed, link="http://localhost/")
    assert early.state == State.SUBMITTED


def test_only_members_of_its_cities_are_offered_it(
    session: Session, cast: Cast, browser_of: BrowserOf
) -> None:
    call = published(session, cast.soheila)
    option = f'value="{call.number}"'
    assert option in browser_of(cast.kamran).get("/en/me/proposals/new").text
    stranger = browser_of(cast.stranger)
    assert option not in stranger.get("/en/me/proposals/new").text
    page = stranger.get(f"/en/calls/{call.number}").text
    assert "for members who live in its cities" in page
    assert "Answer this call" not in page
    # A stranger may write with it, and is told before sending.
    own = begun(stranger, call.number)
    post(stranger, f"{own}/details", "submit", **DETAILS)
    assert "Go on without the call" in stranger.get(own).text


def test_a_stale_form_and_a_moment_that_has_passed(
    session: Session, cast: Cast, browser_of: BrowserOf
) -> None:
    browser = browser_of(cast.soheila)
    place = opened(browser)
    edit = f"{place}/edit"
    page = browser.get(edit)
    fields = typed(version=hidden(page, "version"), title_en="Water, again")
    passed = send(browser, edit, **{**fields, "opens_at": "2026-01-01 10:00"})
    assert passed.status_code == 422
    assert 'id="opens_at-error"' in passed.text
    assert send(browser, edit, **{**fields, "title_fa": ""}).status_code == 422
    assert send(browser, edit, **{**fields, "closes_at": "next week"}).status_code == 422
    assert send(browser, edit, **fields).status_code == 303
    late = send(browser, edit, **{**fields, "title_en": "Typed too late"})
    assert late.status_code == 409
    assert "Typed too late" in late.text
    assert "Water, again" in late.text
    assert send(browser, f"{place}/withdraw").status_code == 303
    call = session.scalars(select(Call)).one()
    assert call.phase(now()) is Phase.WITHDRAWN
    session.commit()
    client = browser.application.test_client()
    assert "has withdrawn this call" in client.get(f"/en/calls/{call.number}").text
    assert f"/en/calls/{call.number}" not in client.get("/en/calls").text


def test_a_call_is_followed_and_left(session: Session, cast: Cast, browser_of: BrowserOf) -> None:
    call, browser = published(session, cast.soheila), browser_of(cast.stranger)
    send(browser, "/en/me/follows", kind="call", subject=str(call.number))
    for address in ("/en/me/follows", "/en/me"):
        assert WATER.title_en in browser.get(address).text
    assert "Follow no longer" in browser.get(f"/en/calls/{call.number}").text
    send(browser, "/en/me/follows", kind="call", subject=str(call.number), take_back="y")
    assert not is_followed(session, FollowKind.CALL, str(call.number), by=cast.stranger.id)
    session.commit()
    assert send(browser, "/en/me/follows", kind="call", subject="999").status_code == 404


@pytest.mark.parametrize("rows", [1, 3, 30])
def test_the_lists_cost_the_same_for_any_number(
    session: Session, cast: Cast, browser_of: BrowserOf, queries: Counting, rows: int
) -> None:
    for _ in range(rows):
        call = published(session, cast.soheila)
    session.add_all(
        LateCode(
            call_number=call.number,
            code_digest=f"{place:064}",
            days=3,
            made_by=cast.soheila.id,
            made_at=LONG_AGO,
        )
        for place in range(rows)
    )
    session.commit()
    desk = browser_of(cast.soheila)
    client = desk.application.test_client()
    for browser, address in (
        (client, "/en/calls"),
        (desk, "/en/staff/calls"),
        (desk, f"/en/staff/calls/{call.number}/codes"),
    ):
        browser.get(address)
        with queries() as asked:
            page = browser.get(address).text
        assert len(asked) <= 5, asked
        if "codes" not in address:
            assert page.count(f"{WATER.title_en}<") == min(rows, 20)
            assert len(asked) <= 4, asked


@pytest.mark.parametrize(
    ("person", "status"), [("mina", 200), ("hamid", 403), ("arash", 403), ("nasrin", 403)]
)
def test_others_write_no_calls(cast: Cast, browser_of: BrowserOf, person: str, status: int) -> None:
    assert browser_of(getattr(cast, person)).get("/en/staff/calls").status_code == status
