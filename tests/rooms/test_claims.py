"""Hamid and Maryam share a desk: what one holds, the other leaves alone."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial
from threading import Barrier, Thread

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.audit.queries import entries
from citizen_diplomat.foundation.database import transaction
from citizen_diplomat.moderation.actions import withdraw
from citizen_diplomat.moderation.claims import (
    AlreadyClaimed,
    NotHeld,
    NotOpen,
    OwnProposal,
    claim,
    release,
    renew,
    take_over,
)
from citizen_diplomat.moderation.queries import item_for_review, notes_of
from citizen_diplomat.moderation.rules import LEASE
from citizen_diplomat.proposals.actions import StepRefused
from citizen_diplomat.proposals.queries import history
from citizen_diplomat.proposals.rules import State
from tests.cast import Cast
from tests.conftest import database_of
from tests.desk import MONDAY, again, submitted

LATER = MONDAY + timedelta(minutes=10)
AFTER_THE_LEASE = MONDAY + LEASE


def test_the_first_claim_begins_the_review(session: Session, cast: Cast) -> None:
    item = submitted(session, cast.nasrin)
    claim(session, item, by=cast.hamid, at=LATER)
    item = again(session, item)
    assert (item.holder_id, item.lease_until) == (cast.hamid.id, LATER + LEASE)
    assert item.of_proposal.state == State.IN_REVIEW
    newest = history(session, item.subject_id)[-1]
    assert (newest.step, newest.actor_id) == ("claim", cast.hamid.id)


def test_what_one_holds_the_other_cannot_claim(session: Session, cast: Cast) -> None:
    item = submitted(session, cast.nasrin)
    claim(session, item, by=cast.hamid, at=MONDAY)
    with pytest.raises(AlreadyClaimed) as refused:
        claim(session, item, by=cast.maryam, at=LATER)
    assert (refused.value.holder, refused.value.since) == ("حمید توکلی", MONDAY)
    assert again(session, item).holder_id == cast.hamid.id


def test_a_claim_that_ran_out_lets_another_one_in(session: Session, cast: Cast) -> None:
    item = submitted(session, cast.nasrin)
    claim(session, item, by=cast.hamid, at=MONDAY)
    claim(session, item, by=cast.maryam, at=AFTER_THE_LEASE)
    assert again(session, item).holder_id == cast.maryam.id
    steps = [event.step for event in history(session, item.subject_id)]
    assert steps == ["submit", "claim"], "a second claim begins no second review"


def test_claiming_again_holds_longer_and_remembers_since_when(session: Session, cast: Cast) -> None:
    item = submitted(session, cast.nasrin)
    claim(session, item, by=cast.hamid, at=MONDAY)
    claim(session, item, by=cast.hamid, at=LATER)
    item = again(session, item)
    assert (item.claimed_at, item.lease_until) == (MONDAY, LATER + LEASE)
    assert [entry.action for entry in entries(session, action="item.claimed")] == ["item.claimed"]


def test_the_open_page_renews_the_claim(session: Session, cast: Cast) -> None:
    item = submitted(session, cast.nasrin)
    claim(session, item, by=cast.hamid, at=MONDAY)
    assert renew(session, item, by=cast.hamid, at=LATER) == LATER + LEASE
    with pytest.raises(AlreadyClaimed):
        claim(session, item, by=cast.maryam, at=AFTER_THE_LEASE)
    with pytest.raises(NotHeld):
        renew(session, item, by=cast.maryam, at=LATER)
    with pytest.raises(NotHeld):
        renew(session, item, by=cast.hamid, at=LATER + LEASE)


def test_what_is_given_back_is_free_and_still_in_review(session: Session, cast: Cast) -> None:
    item = submitted(session, cast.nasrin)
    claim(session, item, by=cast.hamid, at=MONDAY)
    release(session, item, by=cast.maryam, at=LATER)
    assert again(session, item).holder_id == cast.hamid.id, "only the holder gives back"
    item = again(session, item)
    release(session, item, by=cast.hamid, at=LATER)
    item = again(session, item)
    assert (item.holder_id, item.lease_until, item.claimed_at) == (None, None, None)
    assert item.of_proposal.state == State.IN_REVIEW


def test_taking_over_leaves_a_note_for_the_colleague(session: Session, cast: Cast) -> None:
    item = submitted(session, cast.nasrin)
    claim(session, item, by=cast.hamid, at=MONDAY)
    for empty in ("", "  \n"):
        with pytest.raises(ValueError, match="note"):
            take_over(session, item, note=empty, by=cast.maryam, at=LATER)
    take_over(session, item, note="حمید مرخصی است.", by=cast.maryam, at=LATER)
    item = again(session, item)
    assert item.holder_id == cast.maryam.id
    notes = notes_of(session, item.id)
    assert [(note.text, note.author.display_name) for note in notes] == [
        ("حمید مرخصی است.", "مریم رستمی")
    ]
    (entry,) = entries(session, action="item.taken_over").items
    assert (entry.actor_id, entry.detail) == (cast.maryam.id, {"previous": cast.hamid.id})
    with pytest.raises(NotHeld):
        renew(session, item, by=cast.hamid, at=LATER)


def test_nobody_reviews_their_own_proposal(session: Session, cast: Cast) -> None:
    item = submitted(session, cast.hamid)
    with pytest.raises(OwnProposal):
        claim(session, item, by=cast.hamid, at=LATER)
    with pytest.raises(OwnProposal):
        take_over(session, item, note="mine", by=cast.hamid, at=LATER)


def test_what_was_withdrawn_is_out_of_the_queue(session: Session, cast: Cast) -> None:
    item = submitted(session, cast.nasrin)
    claim(session, item, by=cast.hamid, at=MONDAY)
    withdraw(session, item.of_proposal, by=cast.nasrin, at=LATER)
    item = again(session, item)
    assert (item.closed_at, item.holder_id) == (LATER, None)
    assert item.of_proposal.state == State.WITHDRAWN
    with pytest.raises(NotOpen):
        claim(session, item, by=cast.maryam, at=LATER)
    with pytest.raises(NotOpen):
        take_over(session, item, note="let me", by=cast.maryam, at=LATER)
    with pytest.raises(StepRefused):
        withdraw(session, item.of_proposal, by=cast.nasrin, at=LATER)


def test_of_two_claims_at_once_one_wins(app: Flask, session: Session, cast: Cast) -> None:
    item = submitted(session, cast.nasrin)
    session.close()
    outcomes = at_once(
        app,
        [
            partial(_claim, item_id=item.id, by=by, at=LATER)
            for by in (cast.hamid, cast.maryam, cast.soheila)
        ],
    )
    assert sorted(outcomes) == ["claimed", "refused", "refused"]
    with database_of(app).reading() as fresh:
        steps = [event.step for event in history(fresh, item.subject_id)]
    assert steps == ["submit", "claim"]


def at_once(app: Flask, verbs: Sequence[Callable[[Session], str]]) -> list[str]:
    """What each verb answered, all of them begun together in sessions of their own."""
    start, answers = Barrier(len(verbs)), []

    def run(verb: Callable[[Session], str]) -> None:
        with database_of(app).writing() as opened:
            start.wait()
            answers.append(verb(opened))

    threads = [Thread(target=run, args=(verb,)) for verb in verbs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    return answers


def _claim(opened: Session, item_id: int, by: Account, at: datetime) -> str:
    try:
        with transaction(opened):
            item = item_for_review(opened, item_id, viewer=by.id)
            assert item is not None
            claim(opened, item, by=by, at=at)
    except AlreadyClaimed:
        return "refused"
    return "claimed"
