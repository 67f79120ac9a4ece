"""A decision: once, with a reason, in the author's language, and only on what was seen."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.accounts.sanction_rules import SanctionKind
from citizen_diplomat.foundation.database import transaction
from citizen_diplomat.mail.model import OutboxMessage
from citizen_diplomat.moderation.actions import (
    Conflict,
    OwnProposal,
    WrongDuplicate,
    WrongReason,
    claim,
    decide,
    withdraw,
)
from citizen_diplomat.moderation.model import Decision, QueueItem
from citizen_diplomat.moderation.queries import decisions_of, item_for_review
from citizen_diplomat.moderation.rules import LEASE, Outcome
from citizen_diplomat.proposals import actions as proposals
from citizen_diplomat.proposals.queries import history, of_author
from citizen_diplomat.proposals.rules import State
from tests.cast import Cast
from tests.conftest import database_of
from tests.desk import BICYCLES, MONDAY, WATER, again, resubmitted, submitted
from tests.rooms.test_claims import at_once
from tests.sanctioning import impose

LATER = MONDAY + timedelta(hours=3)
REASON = {
    Outcome.ACCEPT: "trial-first",
    Outcome.REQUEST_CHANGES: "cost-and-time",
    Outcome.DECLINE: "not-feasible",
    Outcome.DUPLICATE: "same-idea",
}
STATE = {
    Outcome.ACCEPT: State.ACCEPTED,
    Outcome.REQUEST_CHANGES: State.CHANGES_REQUESTED,
    Outcome.DECLINE: State.DECLINED,
    Outcome.DUPLICATE: State.DUPLICATE,
}
Outbox = Callable[[], list[OutboxMessage]]


def decided(
    session: Session,
    item: QueueItem,
    outcome: Outcome = Outcome.ACCEPT,
    *,
    by: Account,
    at: datetime = LATER,
    version: int | None = None,
    reason: str | None = None,
    duplicate_of: int | None = None,
) -> Decision:
    """Decide with what stands to reason for the outcome."""
    return decide(
        session,
        item,
        outcome,
        reason=reason if reason is not None else REASON[outcome],
        message="سپاس از پیشنهاد شما.",
        version=item.of_proposal.version if version is None else version,
        duplicate_of=duplicate_of,
        by=by,
        at=at,
        link=lambda _: "http://localhost/fa/me/proposals/1",
        duplicate_link=lambda _: "http://localhost/fa/proposals/2",
    )


@pytest.mark.parametrize("outcome", Outcome)
def test_each_outcome_has_its_state_its_reason_and_one_letter(
    session: Session, cast: Cast, outbox: Outbox, outcome: Outcome
) -> None:
    other = submitted(session, cast.kamran, BICYCLES).proposal_number
    item = submitted(session, cast.nasrin)
    claim(session, item, by=cast.hamid, at=MONDAY)
    made = decided(session, item, outcome, by=cast.hamid, duplicate_of=other)
    number, decision_id = item.subject_id, made.id
    item = again(session, item)
    proposal = item.of_proposal
    assert (proposal.state, proposal.decided_at) == (STATE[outcome], LATER)
    assert (proposal.published_at is not None) == (outcome is Outcome.ACCEPT)
    assert proposal.duplicate_of == (other if outcome is Outcome.DUPLICATE else None)
    assert (item.closed_at, item.holder_id) == (LATER, None)
    (decision,) = decisions_of(session, number)
    assert (decision.outcome, decision.reason.slug) == (outcome, REASON[outcome])
    letters = [letter for letter in outbox() if letter.name == "decision"]
    assert [letter.key for letter in letters] == [f"decision:{number}:1:{decision_id}"]
    assert letters[0].values["state"] == STATE[outcome]
    assert letters[0].values["duplicate_link"] is None, "the other one is not public"


@pytest.mark.parametrize(
    ("author", "moderator", "language", "beginning"),
    [
        ("nasrin", "soheila", "fa", "پیشنهاد پذیرفته می‌شود"),
        ("kamran", "hamid", "en", "The proposal is accepted"),
    ],
)
def test_the_reason_is_told_in_the_language_of_the_author(
    session: Session,
    cast: Cast,
    outbox: Outbox,
    author: str,
    moderator: str,
    language: str,
    beginning: str,
) -> None:
    desk = getattr(cast, moderator)
    desk.language = "en" if language == "fa" else "fa"
    item = submitted(session, getattr(cast, author))
    decided(session, item, by=desk)
    session.commit()
    (letter,) = [letter for letter in outbox() if letter.name == "decision"]
    assert (letter.language, letter.to_address) == (language, f"{author}@example.org")
    assert letter.values["reason"].startswith(beginning)
    assert letter.values["message"] == "سپاس از پیشنهاد شما."


def test_a_free_item_is_claimed_on_the_way(session: Session, cast: Cast) -> None:
    item = submitted(session, cast.nasrin)
    decided(session, item, by=cast.hamid)
    steps = [(event.step, event.target) for event in history(session, item.subject_id)]
    assert steps == [("submit", "submitted"), ("claim", "in_review"), ("accept", "accepted")]


@pytest.mark.parametrize("outcome", Outcome)
@pytest.mark.parametrize("reason", ["", "no such reason", *REASON.values()])
def test_a_reason_belongs_to_its_outcome(
    session: Session, cast: Cast, outcome: Outcome, reason: str
) -> None:
    if reason == REASON[outcome]:
        return
    item = submitted(session, cast.nasrin)
    with pytest.raises(WrongReason):
        decided(session, item, outcome, reason=reason, by=cast.hamid)
    assert again(session, item).of_proposal.state == State.SUBMITTED


def test_a_duplicate_names_another_submitted_proposal(session: Session, cast: Cast) -> None:
    draft = proposals.start(session, WATER, form_key="draft", by=cast.kamran, at=MONDAY).number
    item = submitted(session, cast.nasrin)
    for number in (None, item.proposal_number, draft, 999_999):
        with pytest.raises(WrongDuplicate):
            decided(session, item, Outcome.DUPLICATE, duplicate_of=number, by=cast.hamid)
        item = again(session, item)
        assert item.of_proposal.state == State.SUBMITTED


def test_a_duplicate_of_something_public_is_linked(
    session: Session, cast: Cast, outbox: Outbox
) -> None:
    first = submitted(session, cast.kamran, BICYCLES)
    decided(session, first, by=cast.hamid)
    item = submitted(session, cast.nasrin)
    number = first.proposal_number
    decided(session, item, Outcome.DUPLICATE, duplicate_of=number, by=cast.hamid)
    session.commit()
    assert outbox()[-1].values["duplicate_link"] == "http://localhost/fa/proposals/2"


def test_an_original_that_a_sanction_hides_is_not_linked(
    app: Flask, session: Session, cast: Cast, outbox: Outbox
) -> None:
    """The letter would lead to a page that nobody gets."""
    first = submitted(session, cast.kamran, BICYCLES)
    decided(session, first, by=cast.hamid)
    session.close()
    impose(app, cast.kamran, SanctionKind.SUSPEND, by=cast.mina, at=MONDAY, hides=True)
    item, number = submitted(session, cast.nasrin), first.proposal_number
    decided(session, item, Outcome.DUPLICATE, duplicate_of=number, by=cast.hamid)
    session.commit()
    [letter] = [row for row in outbox() if row.to_address == cast.nasrin.email][-1:]
    assert (letter.name, letter.values["duplicate_link"]) == ("decision", None)


def test_nobody_decides_on_their_own_proposal(session: Session, cast: Cast) -> None:
    item = submitted(session, cast.hamid)
    with pytest.raises(OwnProposal):
        decided(session, item, by=cast.hamid)
    decided(session, item, by=cast.maryam)


def test_what_somebody_else_holds_is_theirs_to_decide(session: Session, cast: Cast) -> None:
    item = submitted(session, cast.nasrin)
    claim(session, item, by=cast.hamid, at=LATER)
    with pytest.raises(Conflict) as conflict:
        decided(session, item, by=cast.maryam)
    assert (conflict.value.holder, conflict.value.since) == ("حمید توکلی", LATER)
    decided(session, item, by=cast.maryam, at=LATER + LEASE)


def test_a_decision_is_for_the_text_that_was_seen(session: Session, cast: Cast) -> None:
    item = submitted(session, cast.nasrin)
    seen = item.of_proposal.version
    decided(session, item, Outcome.REQUEST_CHANGES, by=cast.hamid)
    resubmitted(session, item.of_proposal, "هزینه ۸۵ میلیون تومان است.", at=LATER)
    item = again(session, item)
    with pytest.raises(Conflict) as conflict:
        decided(session, item, version=seen, by=cast.maryam)
    assert conflict.value.decision is not None
    assert conflict.value.decision.decider.display_name == "حمید توکلی"
    assert decided(session, item, by=cast.maryam).revision == 2
    assert [decision.revision for decision in decisions_of(session, item.subject_id)] == [1, 2]


def test_ones_own_claim_does_not_make_ones_page_stale(session: Session, cast: Cast) -> None:
    item = submitted(session, cast.nasrin)
    seen = item.of_proposal.version
    claim(session, item, by=cast.hamid, at=LATER)
    decided(session, item, version=seen, by=cast.hamid)


def test_a_second_decision_meets_the_first(session: Session, cast: Cast) -> None:
    item = submitted(session, cast.nasrin)
    seen = item.of_proposal.version
    decided(session, item, by=cast.hamid)
    for moderator in (cast.hamid, cast.maryam):
        for version in (seen, seen + 1, item.of_proposal.version):
            with pytest.raises(Conflict) as conflict:
                decided(session, item, Outcome.DECLINE, version=version, by=moderator)
            assert conflict.value.decision is not None
            assert conflict.value.decision.outcome == Outcome.ACCEPT


def test_what_was_withdrawn_cannot_be_decided(session: Session, cast: Cast) -> None:
    item = submitted(session, cast.nasrin)
    seen = item.of_proposal.version
    withdraw(session, item.of_proposal, by=cast.nasrin, at=LATER)
    with pytest.raises(Conflict) as conflict:
        decided(session, item, version=seen, by=cast.hamid)
    assert conflict.value.decision is None


def test_an_answer_comes_back_into_the_queue_with_its_past(session: Session, cast: Cast) -> None:
    item = submitted(session, cast.nasrin)
    decided(session, item, Outcome.REQUEST_CHANGES, by=cast.hamid)
    answered = LATER + timedelta(days=2)
    resubmitted(session, item.of_proposal, "هزینه ۸۵ میلیون تومان است.", at=answered)
    back = again(session, item)
    assert (back.id, back.opened_at, back.closed_at) == (item.id, answered, None)
    assert len(decisions_of(session, item.subject_id)) == 1


def test_of_two_decisions_at_once_one_counts(
    app: Flask, session: Session, cast: Cast, outbox: Outbox
) -> None:
    item = submitted(session, cast.nasrin)
    version = item.of_proposal.version
    session.close()
    verbs = [
        partial(_decide, item_id=item.id, outcome=outcome, by=by, version=version)
        for outcome, by in ((Outcome.ACCEPT, cast.hamid), (Outcome.DECLINE, cast.maryam))
    ]
    answers = at_once(app, verbs)
    assert sorted(answers) == ["conflict", "decided"]
    assert [letter.name for letter in outbox()] == ["received", "decision"]
    with database_of(app).reading() as fresh:
        assert len(fresh.scalars(select(Decision)).all()) == 1


def test_of_a_decision_and_a_withdrawal_at_once_one_counts(
    app: Flask, session: Session, cast: Cast, outbox: Outbox
) -> None:
    item = submitted(session, cast.nasrin)
    version = item.of_proposal.version
    session.close()
    answers = at_once(
        app,
        [
            partial(
                _decide, item_id=item.id, outcome=Outcome.ACCEPT, by=cast.hamid, version=version
            ),
            partial(_withdraw, number=item.subject_id, by=cast.nasrin),
        ],
    )
    assert len(answers) == 2
    letters = [letter.name for letter in outbox()]
    assert sorted(answers) in (["conflict", "withdrawn"], ["decided", "too late"])
    assert letters.count("decision") == answers.count("decided")


def _decide(opened: Session, *, item_id: int, outcome: Outcome, by: Account, version: int) -> str:
    try:
        with transaction(opened):
            item = item_for_review(opened, item_id, viewer=by.id)
            assert item is not None
            decided(opened, item, outcome, by=by, version=version)
    except Conflict:
        return "conflict"
    return "decided"


def _withdraw(opened: Session, *, number: int, by: Account) -> str:
    try:
        with transaction(opened):
            proposal = of_author(opened, by.id, number, to_change=True)
            assert proposal is not None
            withdraw(opened, proposal, by=by, at=LATER)
    except proposals.StepRefused:
        return "too late"
    return "withdrawn"
