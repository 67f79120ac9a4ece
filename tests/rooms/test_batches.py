"""Decisions kept for a batch: applied one by one, checked as if made now, mailed when released."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

import pytest
from flask import Flask
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from citizen_diplomat.accounts.model import Account, StaffScope
from citizen_diplomat.audit.model import AuditEntry
from citizen_diplomat.cli import worker
from citizen_diplomat.foundation.database import transaction
from citizen_diplomat.mail import holding
from citizen_diplomat.mail.claiming import claim as claim_mail
from citizen_diplomat.mail.model import OutboxMessage
from citizen_diplomat.mail.rules import MailState
from citizen_diplomat.moderation import reasons
from citizen_diplomat.moderation.actions import (
    AlreadyClaimed,
    Conflict,
    claim,
    renew,
    take_over,
    withdraw,
)  # fmt: skip
from citizen_diplomat.moderation.batches import (
    Batch,
    BatchEntry,
    LinkMakers,
    apply,
    begin,
    entries_of,
    is_late,
    release,
)
from citizen_diplomat.moderation.keeping import NotYours, chosen, discard, keep, kept, kept_for
from citizen_diplomat.moderation.model import Decision, QueueItem
from citizen_diplomat.moderation.pending import PendingDecision
from citizen_diplomat.moderation.queries import next_item
from citizen_diplomat.moderation.rules import LEASE, BatchResult, Outcome
from citizen_diplomat.proposals.model import Proposal
from citizen_diplomat.proposals.queries import of_author
from tests.cast import Cast
from tests.conftest import database_of
from tests.desk import BICYCLES, MONDAY, again, submitted
from tests.rooms.test_claims import at_once
from tests.rooms.test_decisions import decided

LATER, NEXT_DAY = MONDAY + timedelta(hours=3), MONDAY + timedelta(days=1)
Outbox = Callable[[], list[OutboxMessage]]


def keeps(
    session: Session, item: QueueItem, *, by: Account, at: datetime = LATER, reason: str = ""
) -> PendingDecision:
    """Somebody keeps a refusal of what they read."""
    item = again(session, item)
    row = keep(
        session, item, Outcome.DECLINE, reason=reason or "not-feasible", message="سپاس از شما.",
        version=item.of_proposal.version, by=by, at=at,
    )  # fmt: skip
    session.commit()
    return row


LINKS = LinkMakers(
    own=lambda number: lambda _: f"http://localhost/fa/me/proposals/{number}",
    public=lambda number: lambda _: f"http://localhost/fa/proposals/{number}",
    statement=lambda _, number: f"http://localhost/fa/me/statements/{number}",
)


def applied(session: Session, *, by: Account, at: datetime = NEXT_DAY) -> list[BatchEntry]:
    """All that `by` can see is applied in one batch."""
    batch = begin(session, by=by, at=at)
    rows = chosen(session, session.scalars(select(PendingDecision.id)).all(), viewer=by.id)
    made = []
    for row in rows:
        with transaction(session):
            made.append(_apply(session, batch, row, by=by, at=at))
    return made


def _apply(
    session: Session, batch: Batch, row: PendingDecision, *, by: Account, at: datetime
) -> BatchEntry:
    return apply(
        session, batch, row, by=by, at=at,
        links=LINKS,
    )  # fmt: skip


def test_keeping_changes_nothing_for_the_author_and_holds_the_item(
    session: Session, cast: Cast, outbox: Outbox
) -> None:
    item = submitted(session, cast.nasrin)
    keeps(session, item, by=cast.hamid)
    item = again(session, item)
    assert (item.of_proposal.state, item.holder_id) == ("in_review", cast.hamid.id)
    assert [letter.name for letter in outbox()] == ["received"]
    late = LATER + 100 * LEASE
    with pytest.raises(AlreadyClaimed):
        claim(session, item, by=cast.maryam, at=late)
    with pytest.raises(Conflict):
        decided(session, item, by=cast.maryam, at=late)
    # Neither a page left open nor a second look makes it shorter.
    renew(session, item, by=cast.hamid, at=LATER)
    claim(session, item, by=cast.hamid, at=LATER)
    item = again(session, item)
    assert item.lease_until is not None
    assert item.lease_until > late
    assert next_item(session, viewer=cast.hamid.id, at=LATER) is None


def test_a_batch_is_applied_at_once_and_mailed_when_released(
    app: Flask, session: Session, cast: Cast, outbox: Outbox
) -> None:
    """Hamid keeps two, Maryam keeps one, Soheila applies all: decided in the keepers' names."""
    first, second = submitted(session, cast.nasrin), submitted(session, cast.kamran, BICYCLES)
    keeps(session, first, by=cast.hamid)
    keeps(session, second, by=cast.maryam)
    entries = applied(session, by=cast.soheila)
    assert {entry.result for entry in entries} == {BatchResult.APPLIED}
    deciders = session.scalars(select(Decision.decided_by).order_by(Decision.id)).all()
    assert deciders == [cast.hamid.id, cast.maryam.id]
    assert session.scalars(select(Proposal.state)).all() == ["declined", "declined"]
    assert session.scalar(select(func.count()).select_from(PendingDecision)) == 0
    session.commit()
    worker.work_once(app, NEXT_DAY)
    held = [row for row in outbox() if row.name == "decision"]
    assert [(row.state, row.held_since) for row in held] == 2 * [(MailState.WAITING, NEXT_DAY)]
    assert all("/me/statements/" in row.values["statement_link"] for row in held)
    assert holding.count_held(session) == (2, NEXT_DAY)
    seen = entries_of(session, entries[0].batch_id, viewer=cast.maryam.id)
    friday = NEXT_DAY + timedelta(days=4)
    assert release(session, seen[:1], by=cast.maryam, at=friday) == 1
    session.commit()
    worker.work_once(app, friday)
    assert [row.state for row in outbox() if row.name == "decision"] == ["sent", "waiting"]
    assert release(session, seen, by=cast.maryam, at=friday) == 1
    assert release(session, seen, by=cast.maryam, at=friday) == 0
    session.commit()
    worker.work_once(app, friday)
    assert [row.state for row in outbox() if row.name == "decision"] == ["sent", "sent"]
    actions = session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all()
    told = [action for action in actions if action.partition(".")[0] in {"decision", "batch"}]
    assert told == [
        "decision.kept", "decision.kept",
        "decision.made", "decision.applied", "decision.made", "decision.applied",
        "batch.released", "batch.released",
    ]  # fmt: skip


def test_a_mail_that_is_not_of_the_batch_leaves(session: Session, cast: Cast) -> None:
    keeps(session, submitted(session, cast.nasrin), by=cast.hamid)
    applied(session, by=cast.hamid)
    decided(session, submitted(session, cast.kamran, BICYCLES), by=cast.hamid, at=NEXT_DAY)
    session.commit()
    names = []
    while (row := claim_mail(session, at=NEXT_DAY)) is not None:
        names.append((row.name, row.to_address))
    assert ("decision", "kamran@example.org") in names
    assert ("decision", "nasrin@example.org") not in names


def taken_over(session: Session, item: QueueItem, cast: Cast) -> None:
    take_over(session, item, note="She is on leave.", by=cast.maryam, at=NEXT_DAY)


def decided_by_another(session: Session, item: QueueItem, cast: Cast) -> None:
    taken_over(session, item, cast)
    decided(session, item, Outcome.REQUEST_CHANGES, by=cast.maryam, at=NEXT_DAY)


def withdrawn(session: Session, item: QueueItem, cast: Cast) -> None:
    session.expunge_all()
    own = of_author(session, cast.nasrin.id, item.subject_id, to_change=True)
    assert own is not None
    withdraw(session, own, by=cast.nasrin, at=NEXT_DAY)


def written_on(session: Session, item: QueueItem, cast: Cast) -> None:
    changed = update(Proposal).where(Proposal.number == item.subject_id)
    session.execute(changed.values(version=Proposal.version + 2))


def reason_retired(session: Session, item: QueueItem, cast: Cast) -> None:
    reason = reasons.find(session, "not-feasible", to_change=True)
    assert reason is not None
    reasons.retire(session, reason, by=cast.mina, at=LATER)


def keeper_left(session: Session, item: QueueItem, cast: Cast) -> None:
    session.add(StaffScope(account_id=cast.hamid.id, city_slug="freiburg"))


@pytest.mark.parametrize(
    ("happens", "result"),
    [
        (taken_over, BatchResult.HELD),
        (decided_by_another, BatchResult.DECIDED),
        (withdrawn, BatchResult.CLOSED),
        (written_on, BatchResult.CHANGED),
        (reason_retired, BatchResult.REASON_GONE),
        (keeper_left, BatchResult.NOT_ALLOWED),
    ],
)
def test_what_happened_meanwhile_is_said_and_nothing_is_half_done(
    session: Session,
    cast: Cast,
    outbox: Outbox,
    happens: Callable[[Session, QueueItem, Cast], None],
    result: BatchResult,
) -> None:
    """Of two that are kept one has changed: it stays kept, and the other is applied."""
    stale, good = submitted(session, cast.nasrin), submitted(session, cast.kamran, BICYCLES)
    keeps(session, stale, by=cast.hamid)
    keeps(session, good, by=cast.maryam, reason="outside-powers")
    happens(session, again(session, stale), cast)
    session.commit()
    session.expunge_all()
    before = session.scalar(select(Proposal.state).where(Proposal.number == stale.subject_id))
    entries = applied(session, by=cast.soheila)
    assert [entry.result for entry in entries] == [result, BatchResult.APPLIED]
    states = {row.number: row.state for row in session.scalars(select(Proposal))}
    assert states[stale.subject_id] == before
    assert states[good.subject_id] == "declined"
    assert kept_for(session, again(session, stale)) is not None
    assert sum(row.held_since is not None for row in outbox()) == 1


def test_an_author_on_the_staff_neither_sees_nor_applies_what_is_kept(
    session: Session, cast: Cast
) -> None:
    item = submitted(session, cast.maryam)
    row = keeps(session, item, by=cast.hamid)
    assert len(kept(session, viewer=cast.maryam.id)) == 0
    assert not chosen(session, [row.id], viewer=cast.maryam.id)
    batch = begin(session, by=cast.maryam, at=NEXT_DAY)
    entry = _apply(session, batch, row, by=cast.maryam, at=NEXT_DAY)
    assert entry.result == BatchResult.NOT_ALLOWED


def test_discarding_gives_the_item_its_half_hour_again(session: Session, cast: Cast) -> None:
    item = submitted(session, cast.nasrin)
    row = keeps(session, item, by=cast.hamid)
    (seen,) = chosen(session, [row.id], viewer=cast.maryam.id)
    item = seen.item
    with pytest.raises(NotYours):
        discard(session, item, by=cast.maryam, at=NEXT_DAY)
    discard(session, item, by=cast.hamid, at=NEXT_DAY)
    item = again(session, item)
    assert (item.holder_id, item.lease_until) == (cast.hamid.id, NEXT_DAY + LEASE)
    assert kept_for(session, item) is None


def test_deciding_by_hand_is_what_was_kept(session: Session, cast: Cast) -> None:
    item = submitted(session, cast.nasrin)
    keeps(session, item, by=cast.hamid)
    item = again(session, item)
    decided(session, item, by=cast.hamid, at=NEXT_DAY)
    assert kept_for(session, item) is None


def test_the_same_decision_applied_twice_at_once_is_made_once(
    app: Flask, session: Session, cast: Cast
) -> None:
    item = submitted(session, cast.nasrin)
    row = keeps(session, item, by=cast.hamid)
    session.close()
    answers = at_once(
        app, [partial(_apply_alone, number=row.id, by=by) for by in (cast.hamid, cast.soheila)]
    )
    assert sorted(answers) == ["applied", "gone"]
    with database_of(app).reading() as fresh:
        assert fresh.scalar(select(func.count()).select_from(Decision)) == 1
        posted = select(func.count()).where(OutboxMessage.name == "decision")
        assert fresh.scalar(posted) == 1


def _apply_alone(opened: Session, number: int, by: Account) -> str:
    # Seen before either of them begins: a page that was loaded earlier.
    with transaction(opened):
        batch = begin(opened, by=by, at=NEXT_DAY)
        row = PendingDecision(id=number, item_id=opened.scalar(select(QueueItem.id)))
    with transaction(opened):
        return str(_apply(opened, batch, row, by=by, at=NEXT_DAY).result)


@pytest.mark.parametrize(
    ("since", "at", "late"),
    [
        # 23 November 2026 is a Monday; the office rests on Thursday and Friday.
        ("2026-11-23T09:00+03:30", "2026-11-23T20:00+03:30", False),
        ("2026-11-23T09:00+03:30", "2026-11-27T20:00+03:30", False),
        ("2026-11-23T09:00+03:30", "2026-11-28T00:30+03:30", True),
        # 22:00 UTC on Monday is Tuesday in Isfahan: Wednesday, Saturday, Sunday follow.
        ("2026-11-23T22:00+00:00", "2026-11-28T20:00+00:00", False),
        ("2026-11-23T22:00+00:00", "2026-11-28T22:00+00:00", True),
    ],
)
def test_two_working_days_of_the_office_are_long_enough(
    session: Session, since: str, at: str, late: bool
) -> None:
    read = datetime.fromisoformat
    assert is_late(session, read(since), at=read(at)) == late
