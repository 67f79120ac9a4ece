"""What leaves when: lanes, the hourly cap, the pace and rest of domains, and what staff stopped."""

import threading
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from citizen_diplomat.accounts.messages import PassphraseChanged
from citizen_diplomat.digests.messages import Digest
from citizen_diplomat.mail import domains, outbox, stops
from citizen_diplomat.mail.claiming import Claim, claim_batch, is_anything_due, is_due
from citizen_diplomat.mail.domains import MailDomain
from citizen_diplomat.mail.message import Message, Recipient
from citizen_diplomat.mail.model import OutboxMessage
from citizen_diplomat.mail.rules import (
    DOMAIN_GIVEN_UP_AFTER,
    MOST_AN_HOUR,
    Lane,
    MailState,
    Scope,
)
from citizen_diplomat.proposals.messages import ProposalReceived
from tests.cast import Cast
from tests.conftest import database_of

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
URGENT = PassphraseChanged(reset_link="https://diplomat.example/")
PERSONAL = ProposalReceived(1, "Solar roofs", 1, "http://x/")
BULK = Digest(
    frequency="weekly", period_start="2026-11-14", period_end="2026-11-21", preferences_link="x"
)
LATER = "451 4.7.1 <nasrin@town.example> too many from you"


def post(
    session: Session, message: Message, *addresses: str, at: datetime = NOON, key: str = ""
) -> None:
    for number, address in enumerate(addresses):
        outbox.post(
            session,
            message,
            Recipient(address, "Nasrin", "en"),
            key=f"{key or message.name}:{address}:{number}",
            at=at,
            unsubscribe_token="token" if message.bulk else None,
        )
    session.commit()


def people(count: int, domain: str = "town.example") -> list[str]:
    return [f"member{number}@{domain}" for number in range(count)]


def send(session: Session, at: datetime, *, pace: int = 1000) -> Counter[str]:
    """Send all that may leave at a moment; how many to each domain."""
    sent, claim = Counter[str](), Claim(moved=1)
    while claim.mails or claim.moved:
        claim = claim_batch(session, at=at, pace=pace, look=500)
        for one in claim.mails:
            outbox.mark_sent(session, [one.row], at=at)
            domains.answered(session, {one.row.domain})
            sent[one.row.domain] += 1
        session.commit()
    return sent


def states(session: Session) -> Counter[MailState]:
    return Counter(row.state for row in session.scalars(select(OutboxMessage)))


def test_urgent_letters_leave_first_and_bulk_mail_last(session: Session) -> None:
    for message in (BULK, PERSONAL, URGENT):
        post(session, message, *people(2), at=NOON - MINUTE)
    found = [claim_batch(session, at=NOON).mails for _ in range(4)]
    assert [[one.row.lane for one in mails] for mails in found] == [
        2 * [Lane.URGENT], 2 * [Lane.PERSONAL], 2 * [Lane.BULK], [],
    ]  # fmt: skip


def test_nobody_gets_more_than_ten_an_hour_and_nothing_is_lost(session: Session) -> None:
    post(session, PERSONAL, *(MOST_AN_HOUR + 3) * ["nasrin@town.example"])
    post(session, BULK, "nasrin@town.example", "kamran@town.example")
    # One that a worker holds, or held when it died, counts too.
    assert len(claim_batch(session, at=NOON, most=1).mails) == 1
    assert send(session, NOON) == {"town.example": MOST_AN_HOUR - 1 + 1}
    post(session, URGENT, "nasrin@town.example", at=NOON + MINUTE)
    assert send(session, NOON + MINUTE) == {"town.example": 1}
    assert send(session, NOON + HOUR - MINUTE) == {"town.example": 1}, "the lease has ended"
    assert send(session, NOON + HOUR) == {"town.example": 4}
    assert states(session) == {MailState.SENT: MOST_AN_HOUR + 6}


def test_a_domain_gets_its_pace_and_each_mail_is_put_off_once(session: Session) -> None:
    post(session, BULK, *people(20), *people(3, "other.example"))
    post(session, PERSONAL, *people(2))
    assert send(session, NOON, pace=10) == {"town.example": 8, "other.example": 3}
    waiting = select(OutboxMessage.due_at).where(OutboxMessage.done.is_(False))
    put_off = Counter(session.scalars(waiting))
    assert put_off == {NOON + MINUTE: 8, NOON + 2 * MINUTE: 6}
    assert send(session, NOON + MINUTE, pace=10) == {"town.example": 8}
    assert send(session, NOON + 2 * MINUTE, pace=10) == {"town.example": 6}
    assert states(session) == {MailState.SENT: 25}


def test_a_clock_that_was_ahead_holds_nobody_up_once_it_is_right(session: Session) -> None:
    nasrin = people(1)[0]
    post(session, PERSONAL, *[nasrin] * MOST_AN_HOUR, key="ahead")
    assert send(session, NOON + 3 * DAY, pace=20) == {"town.example": MOST_AN_HOUR}
    post(session, PERSONAL, *[nasrin] * MOST_AN_HOUR, key="right")
    assert send(session, NOON, pace=20) == {"town.example": MOST_AN_HOUR}
    # From here on it counts as ever.
    post(session, PERSONAL, nasrin, key="more")
    assert send(session, NOON, pace=20) == {}


def test_workers_at_once_keep_pace_and_cap_together(session: Session, app: Flask) -> None:
    post(session, BULK, *people(30))
    post(session, PERSONAL, *30 * ["nasrin@busy.example"])
    together, taken = threading.Barrier(4), list[int]()

    def work() -> None:
        together.wait(20)
        moved = 1
        while moved:
            with database_of(app).writing() as own:
                claim = claim_batch(own, at=NOON, most=3, pace=15)
                own.commit()
            taken.extend(one.row.id for one in claim.mails)
            moved = len(claim.mails) + claim.moved

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(taken) == len(set(taken)) == 12 + MOST_AN_HOUR


def test_a_domain_that_puts_us_off_rests_longer_each_time_and_others_go_on(
    session: Session,
) -> None:
    post(session, BULK, *people(30), at=NOON - MINUTE)
    post(session, PERSONAL, "kamran@other.example")
    for rest in (0, 0, 1, 2, 5):
        domains.failed(session, "town.example", LATER, at=NOON)
        row = session.get_one(MailDomain, "town.example")
        assert (row.rest_until or NOON) - NOON == rest * MINUTE
        row.rest_until = None
    row.rest_until = until = NOON + 5 * MINUTE
    domains.failed(session, "town.example", LATER, at=NOON)
    assert (row.rest_until, row.failures) == (until, 5), "what was on its way says nothing new"
    assert row.last_answer == "451 4.7.1 … too many from you"
    session.commit()
    assert send(session, NOON) == {"other.example": 1}
    assert not is_anything_due(session, at=until - MINUTE)
    assert send(session, until) == {"town.example": 30}
    after = session.get_one(MailDomain, "town.example", populate_existing=True)
    assert after.rest_until is None
    assert domains.resting(session, at=NOON, limit=5) == []


def test_a_full_mailbox_is_no_reason_to_rest(session: Session) -> None:
    for _ in range(5):
        domains.failed(session, "town.example", "452 4.2.2 full", at=NOON)
    assert session.scalars(select(MailDomain)).all() == []


def test_after_days_without_an_answer_old_mails_of_a_domain_are_given_up(
    session: Session,
) -> None:
    later = NOON + DOMAIN_GIVEN_UP_AFTER
    post(session, BULK, *people(2))
    post(session, BULK, *people(1), at=later, key="new")
    for _ in range(3):
        domains.failed(session, "town.example", LATER, at=NOON)
    session.commit()
    assert send(session, later)["town.example"] == 1
    assert states(session) == {MailState.FAILED: 2, MailState.SENT: 1}


@pytest.mark.parametrize(
    ("scope", "left"), [(Scope.BULK, [Lane.URGENT, Lane.PERSONAL]), (Scope.ALL, [])]
)
def test_what_staff_stop_waits_and_goes_on(
    session: Session, cast: Cast, scope: Scope, left: list[Lane]
) -> None:
    for message in (URGENT, PERSONAL, BULK):
        post(session, message, *people(1))
    assert stops.stop(session, scope, "a wrong link", by=cast.mina.id, at=NOON)
    assert not stops.stop(session, scope, "again", by=cast.mina.id, at=NOON)
    session.commit()
    assert send(session, NOON).total() == len(left)
    sent = select(OutboxMessage.lane).where(OutboxMessage.sent_at.is_not(None))
    assert sorted(session.scalars(sent)) == sorted(left)
    assert not is_anything_due(session, at=NOON)
    assert stops.resume(session, scope)
    assert not stops.resume(session, scope)
    session.commit()
    assert send(session, NOON).total() == 3 - len(left)


def test_idle_domains_are_forgotten(session: Session) -> None:
    post(session, BULK, *people(1), *people(1, "other.example"))
    send(session, NOON)
    for _ in range(3):
        domains.failed(session, "other.example", LATER, at=NOON + 20 * HOUR)
    domains.forget_idle(session, at=NOON + 25 * HOUR)
    session.commit()
    assert session.scalars(select(MailDomain.name)).all() == ["other.example"]
    domains.forget_idle(session, at=NOON + 50 * HOUR)
    assert session.scalars(select(MailDomain.name)).all() == []


def test_a_claim_reads_the_index_of_what_waits(session: Session, engine_name: str) -> None:
    """A partial index is taken only when the query says what it says, word for word."""
    if engine_name == "sqlite":
        query = select(OutboxMessage.id).where(is_due(Lane.BULK, NOON)).order_by(
            OutboxMessage.due_at, OutboxMessage.id
        )  # fmt: skip
        words = query.compile(session.get_bind(), compile_kwargs={"literal_binds": True})
        plan = " ".join(row[3] for row in session.execute(text(f"EXPLAIN QUERY PLAN {words}")))
        assert "ix_outbox_message_due" in plan
        assert "TEMP B-TREE" not in plan
