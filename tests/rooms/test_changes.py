"""A change after approval: a version of its own, while what was accepted stays as it is."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.accounts.queries import account_by_id
from citizen_diplomat.audit.proofs import entries_about
from citizen_diplomat.foundation.database import transaction
from citizen_diplomat.mail.model import OutboxMessage
from citizen_diplomat.moderation import actions as desk_actions
from citizen_diplomat.moderation import changes as desk
from citizen_diplomat.moderation.claims import claim
from citizen_diplomat.moderation.decisions import decide
from citizen_diplomat.moderation.model import Decision, QueueItem
from citizen_diplomat.moderation.queries import count_open, decisions_of, item_for_review
from citizen_diplomat.moderation.queue import item_about
from citizen_diplomat.moderation.rules import ItemKind, Outcome
from citizen_diplomat.proposals import changes, queries
from citizen_diplomat.proposals.actions import Conflict, Incomplete, StepRefused
from citizen_diplomat.proposals.changes import Unchanged
from citizen_diplomat.proposals.model import Proposal, Revision
from citizen_diplomat.proposals.receipts import text_hash
from citizen_diplomat.proposals.rules import Actor, Draft, State, Step
from citizen_diplomat.proposals.versions import standings
from citizen_diplomat.proposals.written import ProposalChange
from citizen_diplomat.web.personal_data import close
from tests.cast import Cast
from tests.desk import MONDAY, WATER, again, decided, submitted
from tests.rooms.test_claims import at_once
from tests.writers import link_for

Outbox = Callable[[], list[OutboxMessage]]
LATER = MONDAY + timedelta(days=3)
BETTER = replace(
    WATER,
    title="بازچرخانی آب خاکستری در ده خانهٔ تاریخی",
    body="در بارسلون چنین می‌کنند.\n\nهزینهٔ یک خانه ۸۵ میلیون تومان است.",
    topic_slug="transport",
    city_slugs=("freiburg", "porto"),
    skill_slugs=("lang-en",),
)


@pytest.fixture
def number(session: Session, cast: Cast) -> int:
    """Nasrin's accepted proposal."""
    item = decided(session, submitted(session, cast.nasrin), by=cast.hamid)
    assert item.proposal_number is not None
    session.expunge_all()
    return item.proposal_number


def change_of(session: Session, number: int, author: Account) -> ProposalChange:
    found = queries.text_of_writer(session, author.id, number, to_change=True)
    assert isinstance(found, ProposalChange)
    return found


def kept(session: Session, number: int, author: Account, draft: Draft = BETTER) -> ProposalChange:
    change = change_of(session, number, author)
    changes.save(session, change, draft, version=change.version, by=author, at=LATER)
    session.commit()
    return change


def sent(session: Session, number: int, author: Account, draft: Draft = BETTER) -> ProposalChange:
    change = kept(session, number, author, draft)
    changes.submit(session, change, by=author, at=LATER, link="http://localhost/mine")
    session.commit()
    return change


def public(session: Session, number: int) -> Proposal:
    session.expunge_all()
    found = queries.public_one(session, number)
    assert found is not None
    return found


def test_what_was_accepted_is_approved(session: Session, cast: Cast, number: int) -> None:
    proposal = public(session, number)
    text = queries.approved_text(session, proposal)
    assert text is not None
    assert (text.revision, text.draft) == (1, WATER)


def test_a_change_begins_with_what_everybody_reads_and_writes_nothing(
    session: Session, cast: Cast, number: int
) -> None:
    change = change_of(session, number, cast.nasrin)
    assert (change.draft, change.version, change.is_editable) == (WATER, 0, True)
    session.commit()
    assert session.scalars(select(ProposalChange)).all() == []
    assert queries.text_of_writer(session, cast.stranger.id, number) is None


@pytest.mark.parametrize("state", [State.DRAFT, State.SUBMITTED, State.IN_REVIEW, State.DECLINED])
def test_until_it_is_accepted_nobody_reads_it(
    session: Session, cast: Cast, number: int, state: State
) -> None:
    change = kept(session, number, cast.nasrin)
    if state is not State.DRAFT:
        changes.submit(session, change, by=cast.nasrin, at=LATER, link="http://localhost/mine")
    if state in {State.IN_REVIEW, State.DECLINED}:
        changes.become(session, change, Step.CLAIM, Actor.STAFF, by=cast.hamid, at=LATER)
    if state is State.DECLINED:
        changes.become(session, change, Step.DECLINE, Actor.STAFF, by=cast.hamid, at=LATER)
    session.commit()
    proposal = public(session, number)
    text = queries.approved_text(session, proposal)
    assert text is not None
    assert (proposal.draft, text.draft, text.revision) == (WATER, WATER, 1)
    listed = queries.published(session, city="barcelona", topic=WATER.topic_slug).items
    assert [row.title for row in listed] == [WATER.title]
    assert queries.count_published(session, q="۸۵") == 0
    assert queries.count_published(session, city="porto") == 0


def test_accepted_it_is_what_everybody_reads(session: Session, cast: Cast, number: int) -> None:
    before = public(session, number).published_at
    change = sent(session, number, cast.nasrin)
    changes.become(session, change, Step.CLAIM, Actor.STAFF, by=cast.hamid, at=LATER)
    changes.become(session, change, Step.ACCEPT, Actor.STAFF, by=cast.hamid, at=LATER)
    session.commit()
    proposal = public(session, number)
    text = queries.approved_text(session, proposal)
    assert text is not None
    assert (proposal.state, proposal.draft, text.draft) == (State.ACCEPTED, BETTER, BETTER)
    assert proposal.approved_revision == text.revision == 2
    assert proposal.published_at == before, "it is not new again"
    assert queries.count_published(session, q="۸۵", city="porto", topic="transport") == 1
    assert queries.change_of(session, number) is None
    versions = queries.approved_versions(session, number)
    assert [(row.revision, row.draft) for row, _ in versions] == [(1, WATER), (2, BETTER)]
    assert standings(queries.history(session, number)) == {
        1: State.ACCEPTED,
        2: State.ACCEPTED,
    }


def test_of_two_windows_the_older_is_told(session: Session, cast: Cast, number: int) -> None:
    kept(session, number, cast.nasrin)
    change = change_of(session, number, cast.nasrin)
    with pytest.raises(Conflict):
        changes.save(session, change, WATER, version=0, by=cast.nasrin, at=LATER)


def test_it_is_sent_once_whole_and_different(session: Session, cast: Cast, number: int) -> None:
    change = kept(session, number, cast.nasrin, replace(WATER, title=""))
    with pytest.raises(Incomplete):
        changes.submit(session, change, by=cast.nasrin, at=LATER, link="")
    changes.save(session, change, WATER, version=change.version, by=cast.nasrin, at=LATER)
    with pytest.raises(Unchanged):
        changes.submit(session, change, by=cast.nasrin, at=LATER, link="")
    session.commit()
    change = sent(session, number, cast.nasrin)
    with pytest.raises(StepRefused):
        changes.submit(session, change, by=cast.nasrin, at=LATER, link="")
    with pytest.raises(StepRefused):
        changes.save(session, change, WATER, version=change.version, by=cast.nasrin, at=LATER)
    with pytest.raises(StepRefused):
        changes.discard(session, change, by=cast.nasrin, at=LATER)
    assert [row.revision for row in queries.revisions(session, number)] == [1, 2]


def test_the_log_holds_the_hash_of_every_text_that_was_sent(
    session: Session, cast: Cast, number: int
) -> None:
    sent(session, number, cast.nasrin)
    subjects = [f"{kind}:{number}" for kind in ("proposal", "change")]
    entries = entries_about(session, subjects, ["proposal.submitted", "change.submitted"])
    versions = queries.revisions(session, number)
    assert [entry.detail["sha256"] for entry in entries] == [text_hash(row) for row in versions]
    assert len(versions) == 2


def test_taken_back_its_words_wait_for_their_author(
    session: Session, cast: Cast, number: int
) -> None:
    change = sent(session, number, cast.nasrin)
    changes.withdraw(session, change, by=cast.nasrin, at=LATER)
    session.commit()
    session.expunge_all()
    change = change_of(session, number, cast.nasrin)
    assert (change.state, change.draft) == (State.WITHDRAWN, BETTER)
    changes.submit(session, change, by=cast.nasrin, at=LATER, link="")
    changes.withdraw(session, change, by=cast.nasrin, at=LATER)
    changes.discard(session, change, by=cast.nasrin, at=LATER)
    session.commit()
    session.expunge_all()
    assert change_of(session, number, cast.nasrin).draft == WATER
    assert standings(queries.history(session, number)) == {
        1: State.ACCEPTED,
        2: State.WITHDRAWN,
        3: State.WITHDRAWN,
    }


@pytest.mark.parametrize(
    "statement", ["UPDATE revision SET title = 'x'", "DELETE FROM revision", "DELETE FROM proposal"]
)
def test_the_database_keeps_versions_as_they_were_sent(
    session: Session, cast: Cast, number: int, statement: str
) -> None:
    with pytest.raises(DBAPIError):
        session.connection().exec_driver_sql(statement)
    session.rollback()
    assert session.scalars(select(Revision.title)).all() == [WATER.title]


def at_the_desk(session: Session, number: int, author: Account) -> QueueItem:
    """The item of a change that its author has just sent."""
    change = kept(session, number, author)
    item = desk.submit(session, change, by=author, at=LATER, link="http://localhost/mine")
    return again(session, item)


def decide_on(
    session: Session, item: QueueItem, outcome: Outcome, *, by: Account, version: int
) -> Decision:
    grounds = {Outcome.ACCEPT: "trial-first", Outcome.DECLINE: "outside-powers"}
    return decide(
        session, item, outcome, reason=grounds[outcome], message="سپاس.", version=version,
        by=by, at=LATER, link=lambda _: "http://localhost/mine",
    )  # fmt: skip


def test_an_item_of_its_own_waits_with_the_words_that_were_sent(
    session: Session, cast: Cast, number: int
) -> None:
    item = at_the_desk(session, number, cast.nasrin)
    first = item_about(session, ItemKind.PROPOSAL, number)
    assert first is not None
    assert (first.closed_at, first.title) == (MONDAY, WATER.title)
    assert (item.kind, item.subject_id, item.revision) == (ItemKind.CHANGE, number, 2)
    assert (item.title, item.topic_slug) == (BETTER.title, BETTER.topic_slug)
    assert count_open(session, viewer=cast.hamid.id) == 1


def test_decided_it_is_told_and_the_first_answer_stays(
    session: Session, cast: Cast, number: int, outbox: Outbox
) -> None:
    item = at_the_desk(session, number, cast.nasrin)
    claim(session, item, by=cast.hamid, at=LATER)
    item = again(session, item)
    change = queries.change_of(session, number)
    assert change is not None
    assert change.state == State.IN_REVIEW
    decision = decide_on(session, item, Outcome.DECLINE, by=cast.hamid, version=change.version)
    session.commit()
    assert (decision.of_change, decision.revision) == (True, 2)
    assert [row.outcome for row in decisions_of(session, number)] == [Outcome.ACCEPT]
    assert public(session, number).state == State.ACCEPTED
    letter = outbox()[-1]
    assert (letter.name, letter.values["state"]) == ("change_decided", State.DECLINED)
    kept_words = change_of(session, number, cast.nasrin)
    assert (kept_words.state, kept_words.draft) == (State.DECLINED, BETTER)


def test_of_two_decisions_at_once_one_counts(
    app: Flask, session: Session, cast: Cast, number: int, outbox: Outbox
) -> None:
    item = at_the_desk(session, number, cast.nasrin)
    change = queries.change_of(session, number)
    assert change is not None
    version = change.version
    session.close()
    verbs = [
        partial(_decide, item_id=item.id, outcome=outcome, by=by, version=version)
        for outcome, by in ((Outcome.ACCEPT, cast.hamid), (Outcome.DECLINE, cast.maryam))
    ]
    assert sorted(at_once(app, verbs)) == ["conflict", "decided"]
    assert [row.name for row in outbox()].count("change_decided") == 1


def test_of_a_decision_and_a_withdrawal_at_once_one_counts(
    app: Flask, session: Session, cast: Cast, number: int, outbox: Outbox
) -> None:
    item = at_the_desk(session, number, cast.nasrin)
    change = queries.change_of(session, number)
    assert change is not None
    version = change.version
    session.close()
    accept = partial(
        _decide, item_id=item.id, outcome=Outcome.ACCEPT, by=cast.hamid, version=version
    )
    answers = at_once(app, [accept, partial(_withdraw, number=number, by=cast.nasrin)])
    assert sorted(answers) in (["conflict", "withdrawn"], ["decided", "too late"])
    letters = [row.name for row in outbox()].count("change_decided")
    assert letters == answers.count("decided")


def test_who_leaves_takes_the_change_along_and_the_approved_version_stays(
    session: Session, cast: Cast, number: int
) -> None:
    item = at_the_desk(session, number, cast.nasrin)
    with transaction(session):
        seen = account_by_id(session, cast.nasrin.id)
        assert seen is not None
        close(session, seen, at=LATER, link_of=lambda _: link_for)
    session.expunge_all()
    assert queries.change_of(session, number) is None
    assert public(session, number).draft == WATER
    assert again(session, item).closed_at == LATER


def _decide(opened: Session, *, item_id: int, outcome: Outcome, by: Account, version: int) -> str:
    try:
        with transaction(opened):
            item = item_for_review(opened, item_id, viewer=by.id)
            assert item is not None
            decide_on(opened, item, outcome, by=by, version=version)
    except desk_actions.Conflict:
        return "conflict"
    return "decided"


def _withdraw(opened: Session, *, number: int, by: Account) -> str:
    try:
        with transaction(opened):
            change = change_of(opened, number, by)
            desk.withdraw(opened, change, by=by, at=LATER)
    except StepRefused:
        return "too late"
    return "withdrawn"
