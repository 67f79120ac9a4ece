"""What comes back stops an address: from the mail server, a Maildir, an IMAP folder; once each."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from citizen_diplomat.accounts.actions import verify
from citizen_diplomat.accounts.messages import AddressCheck, ResetPassphrase
from citizen_diplomat.accounts.rules import link_claim
from citizen_diplomat.cli import bounces as reading
from citizen_diplomat.cli import worker
from citizen_diplomat.digests.messages import Digest
from citizen_diplomat.mail import bounces as room
from citizen_diplomat.mail import outbox
from citizen_diplomat.mail.bounce_boxes import BoxAway
from citizen_diplomat.mail.bounce_model import Bounce, StoppedAddress
from citizen_diplomat.mail.bounce_rules import (
    HARD_COUNTS,
    LEDGER_KEPT,
    TRIAL,
    BounceKind,
    BounceSource,
    StopScope,
)
from citizen_diplomat.mail.bounces import Fate
from citizen_diplomat.mail.message import Message, Recipient
from citizen_diplomat.mail.model import OutboxMessage
from citizen_diplomat.proposals.messages import ProposalReceived
from citizen_diplomat.web.services import KEY, Services, return_paths
from tests.cast import Cast
from tests.mail import reports
from tests.servers.imap import ImapServer
from tests.servers.smtp import SmtpSink

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
NASRIN = Recipient("Nasrin@Example.org", "نسرین بهرامی", "fa")
RECEIVED = ProposalReceived(1, "کاشی", 1, "http://localhost/fa/me/proposals/1")
DIGEST = Digest(
    frequency="weekly", period_start="2026-11-14", period_end="2026-11-21", preferences_link="x"
)
RESET = ResetPassphrase("http://localhost/fa/password/reset/x")
CHECK = AddressCheck("http://localhost/fa/me/mail/reach", 2)
Settle = Callable[..., None]


@pytest.fixture
def settle(app: Flask) -> Iterator[Settle]:
    """A function that changes settings of the running application."""
    parts: Services = app.extensions[KEY]

    def change(**values: Any) -> None:
        settings = replace(app.extensions[KEY].settings, **values)
        app.extensions[KEY] = replace(parts, settings=settings)

    yield change
    app.extensions[KEY] = parts


def posted(
    session: Session, key: str, message: Message = RECEIVED, *, to: Recipient = NASRIN
) -> OutboxMessage:
    token = "token" if message.bulk else None
    assert outbox.post(session, message, to, key=key, at=NOON, unsubscribe_token=token)
    row = session.scalars(select(OutboxMessage).where(OutboxMessage.key == key)).one()
    session.commit()
    return row


def come_back(session: Session, kind: BounceKind, *, at: datetime = NOON, key: str = "b") -> None:
    """A letter to Nasrin came back."""
    row = posted(session, f"{key}:{at.isoformat()}")
    row.done, row.sent_at = True, NOON
    source = BounceSource.REPORT
    assert room.count(session, row, kind, code="5.1.1", source=source, report="r", at=at)
    session.commit()


def leaves(session: Session, row: OutboxMessage, at: datetime = NOON) -> bool:
    """Whether a claimed letter may leave; what it does to the row is undone."""
    kept = outbox.keep_back(session, [row], at=at)
    session.rollback()
    return not kept


def fates(app: Flask, at: datetime = NOON) -> Counter[Fate]:
    with app.app_context():
        return reading.read_mailbox(at)


def count_of(session: Session, table: type[Bounce | StoppedAddress] = Bounce) -> int:
    session.rollback()
    return len(session.scalars(select(table)).all())


# --- what is kept back ---


@pytest.mark.parametrize(
    ("kind", "free"),
    [
        (BounceKind.HARD, {"check", "reset"}),
        (BounceKind.COMPLAINT, {"check", "reset", "own"}),
        (BounceKind.SOFT, {"check", "reset", "own", "digest"}),
    ],
)
def test_what_came_back_decides_what_still_leaves(
    session: Session, kind: BounceKind, free: set[str]
) -> None:
    letters = {
        "own": posted(session, "own"),
        "digest": posted(session, "digest", DIGEST),
        "reset": posted(session, "reset", RESET),
        "check": posted(session, "check", CHECK),
    }
    come_back(session, kind)
    assert {name for name, row in letters.items() if leaves(session, row)} == free
    sina = replace(NASRIN, address="sina@example.org")
    assert leaves(session, posted(session, "sina", to=sina)), "another address is not concerned"


def test_a_hard_one_is_forgotten_and_soft_ones_add_up(session: Session) -> None:
    row = posted(session, "next")
    for day in range(4):
        assert leaves(session, row, NOON + day * DAY)
        come_back(session, BounceKind.SOFT, at=NOON + day * DAY)
    assert not leaves(session, row, NOON + 4 * DAY)
    assert leaves(session, row, NOON + 31 * DAY)
    come_back(session, BounceKind.HARD, at=NOON + 40 * DAY)
    assert not leaves(session, row, NOON + 41 * DAY)
    assert leaves(session, row, NOON + 40 * DAY + HARD_COUNTS)
    room.forget_old(session, at=NOON + 3 * LEDGER_KEPT)
    session.commit()
    assert (count_of(session), count_of(session, StoppedAddress)) == (0, 0)


def test_a_letter_asked_for_from_outside_tries_the_address_once_a_day(session: Session) -> None:
    come_back(session, BounceKind.HARD)
    row = posted(session, "reset", RESET)
    assert not outbox.keep_back(session, [row], at=NOON + MINUTE)
    session.commit()
    assert not leaves(session, row, NOON + 2 * MINUTE)
    assert leaves(session, row, NOON + DAY + MINUTE)


def test_an_address_is_tried_again_once_a_day_and_free_unless_it_comes_back(
    session: Session,
) -> None:
    own = posted(session, "own")
    come_back(session, BounceKind.HARD)
    later = NOON + DAY
    assert room.try_again(session, NASRIN.address, StopScope.ALL, at=later)
    assert not room.try_again(session, NASRIN.address, StopScope.ALL, at=later + 23 * 60 * MINUTE)
    session.commit()
    assert not leaves(session, own, later + MINUTE)
    assert leaves(session, own, later + TRIAL)
    come_back(session, BounceKind.SOFT, at=later + DAY, key="try")
    assert not leaves(session, own, later + TRIAL)


def test_who_confirms_an_address_starts_clean(session: Session, cast: Cast) -> None:
    come_back(session, BounceKind.HARD)
    kamran = session.merge(cast.kamran)
    kamran.verified_at, kamran.email, kamran.email_key = None, "n@example.org", "n@example.org"
    room.count(
        session, posted(session, "k", to=kamran.recipient), BounceKind.HARD,
        code="", source=BounceSource.SMTP, report="", at=NOON,
    )  # fmt: skip
    session.flush()
    claim = link_claim(kamran.id, kamran.email_key, kamran.credential_version)
    assert verify(session, claim, at=NOON) is not None
    session.commit()
    (left,) = session.scalars(select(Bounce))
    assert left.to_key == "nasrin@example.org"


# --- what the mail server says at once ---


@pytest.mark.parametrize(
    ("answer", "kinds"),
    [("550 5.1.1 no such user", ["hard"]), ("550 5.7.1 we do not like you", [])],
)
def test_a_refusal_of_the_mailbox_is_told_from_one_of_policy(
    app: Flask, session: Session, settle: Settle, answer: str, kinds: list[str]
) -> None:
    first, second = posted(session, "first"), posted(session, "second")
    with SmtpSink() as sink:
        sink.refuse(answer)
        settle(mail_url=sink.url, bounce_address="bounce@diplomat.example")
        with app.app_context():
            worker.send_due(lambda: NOON)
            sink.accept()
            worker.send_due(lambda: NOON + MINUTE)
    session.rollback()
    assert [one.kind for one in session.scalars(select(Bounce))] == kinds
    for row in (first, second):
        session.refresh(row)
    assert first.failed_at is not None
    assert (second.stopped_at is not None) == bool(kinds)


def test_each_letter_has_a_return_address_of_its_own(
    app: Flask, session: Session, settle: Settle
) -> None:
    row = posted(session, "first")
    with SmtpSink() as sink:
        settle(mail_url=sink.url, bounce_address="bounce@diplomat.example")
        with app.app_context():
            worker.send_due(lambda: NOON)
            assert return_paths().letter_of([sink.wait_for(1)[0].sender]) == row.id
        assert "bounce" not in str(sink.messages[0].message["From"])


# --- the mailbox for reports ---


def about(app: Flask, row: OutboxMessage, raw: bytes) -> bytes:
    """A sample as if it were about this letter."""
    with app.app_context():
        path = return_paths().of(row.id).replace("+", "bounce+", 1)
    path = path.rpartition("@")[0] + "@diplomat.example"
    for name in (reports.PATH, reports.PATH.upper()):
        raw = raw.replace(name.encode(), path.encode())
    return raw.replace(reports.LETTER.encode(), row.message_id.encode())


@pytest.fixture
def maildir(tmp_path: Path, settle: Settle) -> Path:
    for name in ("new", "cur", "tmp"):
        (tmp_path / "box" / name).mkdir(parents=True)
    settle(bounce_mailbox=f"maildir:{tmp_path / 'box'}")
    return tmp_path / "box"


def test_a_maildir_is_read_once_and_what_is_strange_is_kept_aside(
    app: Flask, session: Session, maildir: Path
) -> None:
    row = posted(session, "first")
    forged = reports.POSTFIX.replace(reports.LETTER.encode(), b"ab" * 16)
    for name, raw in {
        "1.mx": about(app, row, reports.POSTFIX),
        "2.mx": about(app, row, reports.HOLIDAY),
        "3.mx": forged,
        "4.mx": reports.RUBBISH["bytes"],
        "5.mx": about(app, row, reports.POLICY),
    }.items():
        (maildir / "new" / name).write_bytes(raw)
    (maildir / "cur" / "6.mx:2,").write_bytes(about(app, row, reports.COMPLAINT))
    assert fates(app) == {
        Fate.COUNTED: 2,
        Fate.NOTHING: 1,
        Fate.NOT_OURS: 1,
        Fate.NOT_UNDERSTOOD: 1,
        Fate.POLICY: 1,
    }
    assert fates(app) == {}
    aside = sorted(path.name for path in (maildir / ".Aside" / "cur").iterdir())
    assert aside == ["3.mx:2,S", "4.mx:2,S"]
    assert len(list((maildir / ".Done" / "cur").iterdir())) == 4
    session.rollback()
    every = select(Bounce).order_by(Bounce.id)
    ledger = [(one.kind, one.to_key, one.outbox_id) for one in session.scalars(every)]
    key = "nasrin@example.org"
    assert ledger == [("hard", key, row.id), ("complaint", key, row.id)]
    session.rollback()
    # Read again after a crash between the commit and the moving away.
    (maildir / ".Done" / "cur" / "1.mx:2,S").rename(maildir / "new" / "1.mx")
    assert fates(app) == {Fate.KNOWN: 1}
    assert count_of(session) == 2


def test_a_report_counts_against_the_address_that_the_letter_went_to(
    app: Flask, session: Session, maildir: Path
) -> None:
    row = posted(session, "first")
    row.to_key = "new@example.org"
    old = posted(session, "old")
    old.created_at = NOON - 61 * DAY
    gone = posted(session, "gone")
    gone.to_address, gone.to_key = "", "nobody"
    session.commit()
    for number, one in enumerate((row, old, gone)):
        (maildir / "new" / f"{number}").write_bytes(about(app, one, reports.EXCHANGE))
    assert fates(app) == {Fate.COUNTED: 1, Fate.NOT_OURS: 1, Fate.KNOWN: 1}
    session.rollback()
    assert [one.to_key for one in session.scalars(select(Bounce))] == ["nasrin@example.org"]


def test_an_imap_folder_is_read_once_and_marked(
    app: Flask, session: Session, settle: Settle
) -> None:
    row = posted(session, "first")
    with ImapServer(about(app, row, reports.EXIM), reports.RUBBISH["a letter"]) as server:
        settle(bounce_mailbox=server.url())
        assert fates(app) == {Fate.COUNTED: 1, Fate.NOT_UNDERSTOOD: 1}
        assert fates(app) == {}
        assert server.flags == {1: r"(\Seen)", 2: r"(\Seen \Flagged)"}
        settle(bounce_mailbox=server.url("wrong"))
        with pytest.raises(BoxAway, match=r"^127.0.0.1: b'nobody'$"):
            fates(app)
    assert count_of(session) == 1


def test_the_command_tells_what_it_read_or_why_not(
    app: Flask, session: Session, maildir: Path, settle: Settle, tmp_path: Path
) -> None:
    run = app.test_cli_runner()
    (maildir / "new" / "1").write_bytes(reports.RUBBISH["a letter"])
    assert "not_understood: 1" in run.invoke(args=["mail", "bounces"]).output
    come_back(session, BounceKind.HARD)
    told = run.invoke(args=["mail", "explain", NASRIN.address]).output
    assert "came back: hard 5.1.1, 2026-11-23" in told
    settle(bounce_mailbox=f"maildir:{tmp_path / 'nowhere'}")
    assert "no Maildir" in run.invoke(args=["mail", "bounces"]).output
    with app.app_context():
        reading.look(NOON)
    settle(bounce_mailbox=None)
    assert "BOUNCE_MAILBOX is not set" in run.invoke(args=["mail", "bounces"]).output
