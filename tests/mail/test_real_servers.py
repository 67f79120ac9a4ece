"""Whole runs of mail to real servers: encrypted, slow, moody, dying. Every letter arrives once."""

import ssl
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from random import Random

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from flask import Flask
from sqlalchemy import select

from citizen_diplomat.accounts.messages import PassphraseChanged
from citizen_diplomat.cli import mail_run, worker
from citizen_diplomat.digests.messages import Digest
from citizen_diplomat.mail import outbox
from citizen_diplomat.mail.delivery import Unreachable, sender_of
from citizen_diplomat.mail.message import Recipient
from citizen_diplomat.mail.model import OutboxMessage
from citizen_diplomat.mail.rules import MailState
from citizen_diplomat.web.services import KEY, Services
from tests.conftest import database_of
from tests.servers.smtp import Received, SmtpSink

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
RAW = b"From: a@example.org\r\nMessage-ID: <1@example.org>\r\n\r\nHello\r\n"
DIGEST = Digest(
    frequency="weekly", period_start="2026-11-14", period_end="2026-11-21", preferences_link="x"
)


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A certificate for 127.0.0.1 that signs itself, with its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    today = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(today - timedelta(days=1))
        .not_valid_after(today + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False
        )
        .sign(key, hashes.SHA256())
    )
    plain = serialization.NoEncryption()
    secret = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    file = tmp_path / "server.pem"
    file.write_bytes(made.public_bytes(serialization.Encoding.PEM) + secret)
    return file


@pytest.fixture
def encrypted(certificate: Path) -> Iterator[SmtpSink]:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    with SmtpSink(tls=context, login=("site", "open-sesame")) as sink:
        yield sink


def test_a_letter_is_encrypted_and_its_sender_signs_in(
    encrypted: SmtpSink, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with Flask(__name__).app_context(), sender_of(encrypted.url, host="x.example") as sender:
        for number in "12":
            sender.send(RAW, sender="a@b.example", recipient="c@d.example", name=number)
    assert len(encrypted.wait_for(2)) == 2


@pytest.mark.parametrize(
    ("trusted", "change", "said"),
    [
        (False, ("", ""), "certificate verify failed"),
        (True, ("open-sesame", "guessed"), "535"),
        (True, ("tls=starttls", "tls=none"), "530|not supported"),
    ],
)
def test_an_unknown_certificate_a_wrong_password_or_no_encryption_sends_nothing(
    encrypted: SmtpSink,
    certificate: Path,
    monkeypatch: pytest.MonkeyPatch,
    trusted: bool,
    change: tuple[str, str],
    said: str,
) -> None:
    if trusted:
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    url = encrypted.url.replace(*change) if change[0] else encrypted.url
    with (
        Flask(__name__).app_context(),
        sender_of(url, host="x.example") as sender,
        pytest.raises(Unreachable, match=said),
    ):
        sender.send(RAW, sender="a@b.example", recipient="c@d.example", name="1")
    assert encrypted.messages == []


# --- whole runs of the worker, with time travel ---

Run = Callable[[SmtpSink, datetime], None]


@pytest.fixture
def run(app: Flask) -> Iterator[Run]:
    """Send what is due at a moment to a server."""
    parts: Services = app.extensions[KEY]

    def send(sink: SmtpSink, at: datetime) -> None:
        settings = replace(parts.settings, mail_url=sink.url)
        app.extensions[KEY] = replace(parts, settings=settings)
        with app.app_context():
            mail_run.send_due(worker.office, lambda: at)

    yield send
    app.extensions[KEY] = parts


def post(app: Flask, count: int, domains: int = 4) -> None:
    """Let digests wait, and among them letters that nobody may miss."""
    with database_of(app).writing() as session:
        for number in range(count):
            message = DIGEST if number % 4 else PassphraseChanged(reset_link="https://x.example/")
            outbox.post(
                session,
                message,
                Recipient(f"member{number}@town{number % domains}.example", "Nasrin", "en"),
                key=f"mail:{number}",
                at=NOON,
                unsubscribe_token="token" if message.bulk else None,
            )
        session.commit()


def rows(app: Flask) -> list[OutboxMessage]:
    with database_of(app).reading() as session:
        return list(session.scalars(select(OutboxMessage).order_by(OutboxMessage.id)))


def arrived(*sinks: SmtpSink) -> Counter[str]:
    return Counter(one.message["Message-ID"] for sink in sinks for one in sink.messages)


def test_a_server_that_refuses_a_third_for_now_gets_every_letter_once(app: Flask, run: Run) -> None:
    post(app, 40)
    chance, tries = Random(5), Counter[str]()

    def moody(received: Received) -> str | None:
        tries[received.recipients[0]] += 1
        return "451 4.3.0 try again later" if chance.random() < 0.3 else None

    at = NOON
    with SmtpSink(answer=moody) as sink:
        while any(row.state is MailState.WAITING for row in rows(app)):
            assert at < NOON + timedelta(hours=5)
            run(sink, at)
            at += MINUTE
    found = rows(app)
    assert {row.state for row in found} == {MailState.SENT}
    assert arrived(sink) == Counter(f"<{row.message_id}@localhost>" for row in found)
    # Nothing was tried behind the book's back, and what only waited counts as no attempt.
    assert {row.to_address: row.attempts for row in found} == tries
    assert sum(tries.values()) > 45


def test_a_slow_server_gets_every_letter_once_and_the_rest_of_a_batch_is_let_go(
    app: Flask, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mail_run, "HELD_SECONDS", 0.05)
    post(app, 6)
    with SmtpSink(delay=0.08) as sink:
        run(sink, NOON)
    found = rows(app)
    assert [(row.state, row.attempts) for row in found] == 6 * [(MailState.SENT, 1)]
    assert set(arrived(sink).values()) == {1}


def test_a_server_that_dies_midway_and_comes_back_gets_every_letter_once(
    app: Flask, run: Run
) -> None:
    post(app, 12)
    with SmtpSink(dies_at=5) as first:
        run(first, NOON)
    states = Counter((row.state, row.attempts) for row in rows(app))
    # Of the fifth nobody knows whether it was taken: it alone counts as tried.
    assert states == {
        (MailState.SENT, 1): 4,
        (MailState.WAITING, 1): 1,
        (MailState.WAITING, 0): 7,
    }
    with SmtpSink(port=first.port) as second:
        run(second, NOON + MINUTE)
    assert {row.state for row in rows(app)} == {MailState.SENT}
    assert sorted(arrived(first, second).values()) == 12 * [1]
