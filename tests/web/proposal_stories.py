"""Proposals brought to a state through the verbs that the pages use, for tests of pages."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

from flask import Flask
from sqlalchemy.orm import Session

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.moderation import actions as desk
from citizen_diplomat.moderation import queries as queue
from citizen_diplomat.moderation.rules import Outcome
from citizen_diplomat.proposals import actions
from citizen_diplomat.proposals.model import Proposal
from citizen_diplomat.proposals.queries import of_author
from citizen_diplomat.proposals.rules import Draft, State
from tests.cast import Cast
from tests.conftest import database_of

BEGAN = datetime(2026, 10, 4, 8, 30, tzinfo=UTC)
MESSAGE = "Please tell us **what one house costs**."
DRAFT = Draft(
    title="Reuse grey water in historic houses",
    summary="Shower water goes to the garden.",
    body="## Why\n\nLess water is bought. [Method](https://example.org/method)",
    topic_slug="environment-water",
    city_slugs=("barcelona", "isfahan"),
    language="en",
    skill_slugs=(),
)
OUTCOMES = {
    State.ACCEPTED: (Outcome.ACCEPT, "trial-first"),
    State.CHANGES_REQUESTED: (Outcome.REQUEST_CHANGES, "cost-and-time"),
    State.DECLINED: (Outcome.DECLINE, "outside-powers"),
    State.DUPLICATE: (Outcome.DUPLICATE, "same-idea"),
}


def tell(
    app: Flask,
    cast: Cast,
    state: State,
    *,
    by: Account | None = None,
    draft: Draft = DRAFT,
    repeats: int | None = None,
    times: int = 1,
) -> list[int]:
    """Write `times` proposals, of Nasrin if of nobody else, and bring them to `state`."""
    with database_of(app).writing() as session:
        author = session.merge(by or cast.nasrin, load=False)
        numbers = [
            _bring(session, cast, author, draft, state, repeats, BEGAN + timedelta(hours=count))
            for count in range(times)
        ]
        session.commit()
    return numbers


def proceed(
    app: Flask, cast: Cast, number: int, state: State, *, repeats: int | None = None
) -> None:
    """Bring a draft of Nasrin's to `state`."""
    with database_of(app).writing() as session:
        proposal = of_author(session, cast.nasrin.id, number, to_change=True)
        assert proposal is not None
        if state is not State.DRAFT:
            nasrin = session.merge(cast.nasrin, load=False)
            _advance(session, cast, nasrin, proposal, state, repeats, BEGAN)
        session.commit()


def review(app: Flask, cast: Cast, number: int, state: State) -> None:
    """Let Hamid decide on a proposal that was sent, an hour after it began."""
    with database_of(app).writing() as session:
        proposal = session.get_one(Proposal, number)
        _review(session, cast, proposal, state, None, BEGAN + timedelta(hours=1))
        session.commit()


def _bring(
    session: Session,
    cast: Cast,
    author: Account,
    draft: Draft,
    state: State,
    repeats: int | None,
    at: datetime,
) -> int:
    proposal = actions.start(session, draft, form_key=uuid4().hex, by=author, at=at)
    if state is not State.DRAFT:
        _advance(session, cast, author, proposal, state, repeats, at)
    return proposal.number


def _advance(
    session: Session,
    cast: Cast,
    author: Account,
    proposal: Proposal,
    state: State,
    repeats: int | None,
    at: datetime,
) -> None:
    desk.submit(session, proposal, by=author, at=at, link="http://localhost/")
    session.flush()
    if state is State.WITHDRAWN:
        desk.withdraw(session, proposal, by=author, at=at)
    elif state is not State.SUBMITTED:
        _review(session, cast, proposal, state, repeats, at + timedelta(minutes=5))


def _review(
    session: Session,
    cast: Cast,
    proposal: Proposal,
    state: State,
    repeats: int | None,
    at: datetime,
) -> None:
    hamid = session.merge(cast.hamid, load=False)
    item = queue.item_of(session, proposal.number)
    assert item is not None
    desk.claim(session, item, by=hamid, at=at)
    session.flush()
    if state is State.IN_REVIEW:
        return
    outcome, reason = OUTCOMES[state]
    desk.decide(
        session,
        item,
        outcome,
        reason=reason,
        message=MESSAGE,
        version=proposal.version,
        duplicate_of=repeats,
        by=hamid,
        at=at,
        link=lambda _: "http://localhost/",
    )
