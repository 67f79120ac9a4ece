"""The outbox: written with the cause, claimed by one, retried, given up visibly, or stopped."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from citizen_diplomat.accounts.messages import VerifyAddress
from citizen_diplomat.cli import worker
from citizen_diplomat.digests.messages import Digest
from citizen_diplomat.foundation.heartbeat import last_beat
from citizen_diplomat.mail import bounces, claiming, queries
from citizen_diplomat.mail import outbox as room
from citizen_diplomat.mail.message import Message, Recipient
from citizen_diplomat.mail.model import OutboxMessage
from citizen_diplomat.mail.rules import (
    GIVEN_UP_AFTER,
    LEASE,
    MOST_ATTEMPTS,
    WAITS,
    MailState,
)
from citizen_diplomat.web.services import KEY, Services
from tests.conftest import database_of
from tests.servers.smtp import SmtpSink

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
NASRIN = Recipient("nasrin@example.org", "نسرین بهرامی", "fa")
VERIFY = VerifyAddress(link="https://diplomat.example/fa/verify/secret")
DIGEST = Digest(
    frequency="weekly", period_start="2026-11-14", period_end="2026-11-21", preferences_link="x"
)


@pytest.fixture
def sink() -> SmtpSink:
    return SmtpSink()


@pytest.fixture
def server(app: Flask, sink: SmtpSink) -> Iterator[SmtpSink]:
    """A mail server that the application sends to."""
    parts: Services = app.extensions[KEY]
    app.extensions[KEY] = replace(parts, settings=replace(parts.settings, mail_url=sink.url))
    with sink:
        yield sink
    app.extensions[KEY] = parts


@pytest.fixture
def no_server(app: Flask) -> Iterator[Callable[[str], None]]:
    """An address where no mail server answers; calling it with a sink puts one there."""
    parts: Services = app.extensions[KEY]

    def there(url: str) -> None:
        app.extensions[KEY] = replace(parts, settings=replace(parts.settings, mail_url=url))

    there("smtp://127.0.0.1:9?tls=none")
    yield there
    app.extensions[KEY] = parts


def post(session: Session, *keys: str, message: Message = VERIFY, to: Recipient = NASRIN) -> None:
    for key in keys:
        token = "token" if message.bulk else None
        assert room.post(session, message, to, key=key, at=NOON, unsubscribe_token=token)
    session.commit()


def rows(app: Flask) -> list[OutboxMessage]:
    with database_of(app).reading() as session:
        return list(session.scalars(select(OutboxMessage).order_by(OutboxMessage.id)))


def only_row(app: Flask) -> OutboxMessage:
    (row,) = rows(app)
    return row


# --- posting and claiming ---


def test_the_same_cause_makes_one_mail(session: Session, app: Flask) -> None:
    post(session, "verify:1:1")
    assert not room.post(session, VERIFY, NASRIN, key="verify:1:1", at=NOON)
    session.commit()
    assert only_row(app).message_id


def test_a_mail_whose_cause_is_undone_was_never_posted(session: Session, app: Flask) -> None:
    room.post(session, VERIFY, NASRIN, key="verify:1:1", at=NOON)
    session.rollback()
    assert rows(app) == []


def test_a_bulk_mail_needs_a_way_out(session: Session) -> None:
    with pytest.raises(ValueError, match="unsubscribe"):
        room.post(session, DIGEST, NASRIN, key="digest:1", at=NOON)


def test_a_claimed_mail_is_nobody_elses_until_its_lease_ends(session: Session) -> None:
    post(session, "first", "second")
    first = claiming.claim(session, at=NOON)
    second = claiming.claim(session, at=NOON)
    assert (first and first.key, second and second.key) == ("first", "second")
    assert claiming.claim(session, at=NOON) is None
    assert claiming.claim(session, at=NOON + LEASE - MINUTE) is None
    again = claiming.claim(session, at=NOON + LEASE)
    assert again is not None
    assert (again.key, again.attempts) == ("first", 2)


def test_a_worker_that_lost_its_lease_changes_nothing(session: Session, app: Flask) -> None:
    post(session, "first")
    mine = claiming.claim(session, at=NOON)
    assert mine is not None
    session.expunge(mine)
    theirs = claiming.claim(session, at=NOON + LEASE)
    assert theirs is not None
    room.mark_sent(session, [theirs], at=NOON + LEASE)
    room.postpone(session, mine, "450 later", at=NOON + LEASE)
    session.commit()
    assert only_row(app).state is MailState.SENT


# --- sending ---


def test_a_sent_mail_forgets_what_it_said(session: Session, app: Flask, server: SmtpSink) -> None:
    post(session, "verify:1:1")
    worker.work_once(app, NOON)
    (received,) = server.wait_for(1)
    assert "secret" in received.message.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    row = only_row(app)
    assert (row.state, row.sent_at, row.values) == (MailState.SENT, NOON, {})
    assert received.message["Message-ID"] == f"<{row.message_id}@localhost>"


def test_what_is_not_due_waits(session: Session, app: Flask, server: SmtpSink) -> None:
    post(session, "verify:1:1")
    worker.work_once(app, NOON - MINUTE)
    assert only_row(app).state is MailState.WAITING
    assert server.messages == []


def test_a_name_typed_by_a_stranger_does_not_travel(
    session: Session, app: Flask, server: SmtpSink
) -> None:
    post(session, "verify:1:1", to=replace(NASRIN, name="You won, see evil.example"))
    worker.work_once(app, NOON)
    assert server.wait_for(1)[0].message["To"] == "nasrin@example.org"


def test_a_refusal_for_now_is_tried_again_later_and_later(
    session: Session, app: Flask, server: SmtpSink
) -> None:
    post(session, "verify:1:1")
    server.refuse("450 4.2.1 mailbox busy")
    at = NOON
    for wait in WAITS:
        worker.work_once(app, at)
        row = only_row(app)
        assert (row.state, row.due_at) == (MailState.WAITING, at + wait)
        at += wait
    worker.work_once(app, at)
    row = only_row(app)
    assert (row.state, row.attempts) == (MailState.FAILED, MOST_ATTEMPTS)
    assert "mailbox busy" in row.last_error
    assert timedelta(days=2) < at - NOON < timedelta(days=4)


def test_a_refusal_for_now_may_end_well(session: Session, app: Flask, server: SmtpSink) -> None:
    post(session, "verify:1:1")
    server.refuse("450 4.2.1 mailbox busy")
    worker.work_once(app, NOON)
    server.accept()
    worker.work_once(app, NOON + MINUTE)
    assert len(server.wait_for(1)) == 1
    assert only_row(app).last_error == ""


def test_an_unknown_mailbox_is_given_up_at_once_and_stops_nobody_else(
    session: Session, app: Flask, server: SmtpSink
) -> None:
    post(session, "verify:1:1", to=replace(NASRIN, address="gone@example.org"))
    post(session, "verify:2:1")
    server.refuse("550 5.1.1 no such user", recipient="gone@example.org")
    worker.work_once(app, NOON)
    gone, there = rows(app)
    assert (gone.state, gone.values) == (MailState.FAILED, {})
    assert "no such user" in gone.last_error
    assert there.state is MailState.SENT
    assert queries.count_failed(session, since=NOON) == 1


def test_a_name_with_a_line_break_is_given_up_not_sent(
    session: Session, app: Flask, server: SmtpSink
) -> None:
    decision = replace(NASRIN, name="Nasrin\r\nBcc: everybody@example.org")
    post(session, "digest:1", message=DIGEST, to=decision)
    worker.work_once(app, NOON)
    assert only_row(app).state is MailState.FAILED
    assert server.messages == []


def test_a_mail_server_that_is_away_delays_mail_and_nothing_else(
    session: Session, app: Flask, no_server: Callable[[str], None]
) -> None:
    post(session, "verify:1:1", "verify:2:1", "verify:3:1")
    worker.work_once(app, NOON)
    first, *others = rows(app)
    # One try is enough to know; it counts against no mail.
    assert (first.attempts, first.due_at) == (0, NOON + MINUTE)
    assert all((row.attempts, row.due_at, row.last_error) == (0, NOON, "") for row in others)
    with database_of(app).reading() as looking:
        assert queries.longest_delay(looking, at=NOON + MINUTE) == MINUTE
    with SmtpSink() as back:
        no_server(back.url)
        worker.work_once(app, NOON + MINUTE)
        assert len(back.wait_for(3)) == 3


def test_after_three_days_without_a_server_a_mail_is_given_up(
    session: Session, app: Flask, no_server: Callable[[str], None]
) -> None:
    post(session, "verify:1:1")
    worker.work_once(app, NOON + GIVEN_UP_AFTER)
    row = only_row(app)
    assert (row.state, bool(row.last_error)) == (MailState.FAILED, True)


@pytest.mark.parametrize(
    "answer",
    ["550 Sender address does not exist", "554 No SMTP service here", "450 4.2.1 not now"],
)
def test_a_server_that_refuses_us_is_not_held_against_an_address(
    session: Session, app: Flask, server: SmtpSink, answer: str
) -> None:
    post(session, "verify:1:1")
    server.refuse(answer, at="MAIL")
    worker.work_once(app, NOON)
    assert only_row(app).state is MailState.WAITING
    worker.work_once(app, NOON + GIVEN_UP_AFTER)
    given_up = only_row(app)
    assert (given_up.state, given_up.last_error) == (MailState.FAILED, f"our mail server: {answer}")
    with database_of(app).reading() as looking:
        assert bounces.ledger_of(looking, NASRIN.address) == []
        assert bounces.stops_of(looking, NASRIN.address, at=NOON + GIVEN_UP_AFTER) == []


def test_what_our_server_said_before_is_not_held_against_an_address_later(
    session: Session, app: Flask, server: SmtpSink
) -> None:
    """Its worker dies over and over after that: what gives the mail up then knows no more."""
    post(session, "verify:1:1")
    server.refuse("550 Sender address does not exist", at="MAIL")
    worker.work_once(app, NOON)
    at = NOON + MINUTE
    for _ in range(MOST_ATTEMPTS):
        assert claiming.claim(session, at=at) is not None
        session.commit()
        at += LEASE
    worker.work_once(app, at)
    assert only_row(app).state is MailState.FAILED
    with database_of(app).reading() as looking:
        assert bounces.ledger_of(looking, NASRIN.address) == []


def test_a_mail_that_always_kills_its_worker_is_given_up(session: Session, app: Flask) -> None:
    post(session, "verify:1:1")
    at = NOON
    for _ in range(MOST_ATTEMPTS):
        assert claiming.claim(session, at=at) is not None
        session.commit()
        at += LEASE
    worker.work_once(app, at)
    assert only_row(app).state is MailState.FAILED


def test_a_template_that_fails_delays_its_mail_alone(
    session: Session, app: Flask, server: SmtpSink
) -> None:
    post(session, "broken:1", "verify:1:1")
    rows_there = session.scalars(select(OutboxMessage).order_by(OutboxMessage.id)).all()
    rows_there[0].name = "unknown"
    session.commit()
    worker.work_once(app, NOON)
    broken, whole = rows(app)
    assert (broken.state, whole.state) == (MailState.WAITING, MailState.SENT)
    assert "TemplateNotFound" in broken.last_error


# --- stopping ---


def test_who_unsubscribes_gets_not_even_what_already_waits(
    session: Session, app: Flask, server: SmtpSink
) -> None:
    post(session, "digest:1", message=DIGEST)
    post(session, "verify:1:1")
    room.suppress(session, "Nasrin@Example.org", "digest", at=NOON)
    session.commit()
    worker.work_once(app, NOON)
    digest, verify = rows(app)
    assert (digest.state, digest.values, digest.stopped_at) == (MailState.STOPPED, {}, NOON)
    assert verify.state is MailState.SENT
    assert len(server.wait_for(1)) == 1


def test_suppressing_twice_is_once_and_can_be_taken_back(session: Session) -> None:
    for _ in range(2):
        room.suppress(session, "nasrin@example.org", "digest", at=NOON)
    assert [row.name for row in queries.suppressions_of(session, "NASRIN@example.org")] == [
        "digest"
    ]
    room.allow(session, "nasrin@example.org", "digest")
    assert queries.suppressions_of(session, "nasrin@example.org") == []


def test_the_mails_to_an_address_are_listed_newest_first(session: Session) -> None:
    post(session, "first", "second")
    post(session, "other", to=replace(NASRIN, address="kamran@example.org"))
    assert [row.key for row in queries.mails_to(session, "NASRIN@example.org")] == [
        "second",
        "first",
    ]


# --- the worker itself ---


def test_workers_at_once_never_take_the_same_mail(session: Session, app: Flask) -> None:
    post(session, *(f"verify:{number}" for number in range(30)))
    together = threading.Barrier(4)
    taken: list[int] = []

    def work() -> None:
        together.wait(20)
        while True:
            with database_of(app).writing() as own:
                row = claiming.claim(own, at=NOON)
                own.commit()
            if row is None:
                return
            taken.append(row.id)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(taken) == [row.id for row in rows(app)]


def test_the_worker_sends_shows_that_it_lives_and_stops_when_asked(
    session: Session, app: Flask, server: SmtpSink
) -> None:
    post(session, "verify:1:1")
    stop = threading.Event()
    running = threading.Thread(target=worker.run, args=(app, stop))
    running.start()
    try:
        server.wait_for(1)
    finally:
        stop.set()
        running.join(20)
    assert not running.is_alive()
    assert only_row(app).state is MailState.SENT
    with database_of(app).reading() as looking:
        assert last_beat(looking, worker.NAME) is not None


def test_one_run_does_what_the_worker_that_stays_does(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []
    for shelf in ("WRITING", "KEEPING", "SWEEPING"):
        names = [name for name, _ in getattr(worker, shelf)]
        noting = [(name, lambda *_, name=name, **__: done.append(name)) for name in names]
        monkeypatch.setattr(worker, shelf, tuple(noting))
    worker.work_once(app, NOON)
    once = list(done)
    stop = threading.Event()
    monkeypatch.setattr(
        worker, "SWEEPING", (*worker.SWEEPING, ("end", lambda *_, **__: stop.set()))
    )
    worker.run(app, stop)
    assert done == once * 2
    assert {"digests", "comments", "silence"} <= set(once)


def test_a_chore_that_fails_stops_neither_the_others_nor_the_mail(
    session: Session, app: Flask, server: SmtpSink, monkeypatch: pytest.MonkeyPatch
) -> None:
    cleaned = threading.Event()

    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("something nobody foresaw")

    monkeypatch.setattr(worker, "WRITING", (("digests", fail),))
    monkeypatch.setattr(worker, "KEEPING", (("clean-up", lambda *_, **__: cleaned.set()),))
    post(session, "verify:1:1")
    stop = threading.Event()
    running = threading.Thread(target=worker.run, args=(app, stop))
    running.start()
    try:
        assert cleaned.wait(20)
        server.wait_for(1)
    finally:
        stop.set()
        running.join(20)
