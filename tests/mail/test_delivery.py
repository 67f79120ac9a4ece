"""How letters leave: whole files in a folder, and a mail server with all its moods."""

import smtplib
import socket
import ssl
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from citizen_diplomat.mail.delivery import (
    Delayed,
    Refused,
    Sender,
    Unreachable,
    sender_of,
)
from tests.servers.smtp import SmtpSink

RAW = b"From: a@example.org\r\nMessage-ID: <1@example.org>\r\n\r\nHello\r\n"
FROM = "Citizen, Diplomat <noreply@diplomat.example>"


@pytest.fixture(autouse=True)
def context() -> Iterator[None]:
    """Flask-Mail tells the current application of each letter."""
    with Flask(__name__).app_context():
        yield


@pytest.fixture
def sink() -> Iterator[SmtpSink]:
    with SmtpSink() as running:
        yield running


def send(sender: Sender, recipient: str = "nasrin@example.org", name: str = "1") -> None:
    sender.send(RAW, sender=FROM, recipient=recipient, name=name)


def to(sink: SmtpSink) -> Sender:
    return sender_of(sink.url, host="diplomat.example")


# --- a folder ---


def test_a_letter_is_one_file_that_only_we_can_read(tmp_path: Path) -> None:
    folder = tmp_path / "made" / "mail"
    with sender_of(f"file:{folder}", host="x") as sender:
        send(sender, name="20261121T043000Z-1")
    (file,) = folder.iterdir()
    assert (file.name, file.read_bytes()) == ("20261121T043000Z-1.eml", RAW)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_the_same_letter_again_is_the_same_file(tmp_path: Path) -> None:
    with sender_of(f"file:{tmp_path}", host="x") as sender:
        send(sender)
        send(sender)
    assert len(list(tmp_path.iterdir())) == 1


def test_a_folder_that_cannot_be_written_is_a_server_that_is_away(tmp_path: Path) -> None:
    (tmp_path / "mail").write_text("a file where the folder should be")
    with sender_of(f"file:{tmp_path / 'mail'}", host="x") as sender, pytest.raises(Unreachable):
        send(sender)


# --- a mail server ---


@pytest.fixture
def connections(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """The connections that were opened to a mail server."""
    opened: list[object] = []
    connect = smtplib.SMTP.connect

    def noted(self: smtplib.SMTP, *args: object, **options: object) -> object:
        opened.append(args)
        return connect(self, *args, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(smtplib.SMTP, "connect", noted)
    return opened


def test_one_connection_carries_many_letters(sink: SmtpSink, connections: list[object]) -> None:
    with to(sink) as sender:
        for _ in range(3):
            send(sender)
    assert len(sink.wait_for(3)) == 3
    assert len(connections) == 1


def test_the_envelope_names_bare_addresses(sink: SmtpSink) -> None:
    with to(sink) as sender:
        send(sender, "nasrin@مثال.example")
    (received,) = sink.wait_for(1)
    assert received.sender == "noreply@diplomat.example"
    assert received.recipients == ["nasrin@xn--mgbh0fb.example"]
    assert received.raw.rstrip() == RAW.rstrip()


@pytest.mark.parametrize("at", ["RCPT", "DATA"])
def test_a_refusal_for_good_is_told_from_one_for_now(sink: SmtpSink, at: str) -> None:
    with to(sink) as sender:
        sink.refuse("550 5.1.1 no such user", at=at)
        with pytest.raises(Refused, match=r"550 5\.1\.1 no such user"):
            send(sender)
        sink.accept()
        sink.refuse("450 4.2.1 later", at=at)
        with pytest.raises(Delayed, match=r"450 4\.2\.1 later"):
            send(sender)
        sink.accept()
        send(sender)
    assert len(sink.wait_for(1)) == 1


def test_one_refused_recipient_does_not_stop_the_next_letter(sink: SmtpSink) -> None:
    sink.refuse("550 no", recipient="gone@example.org")
    with to(sink) as sender:
        with pytest.raises(Refused):
            send(sender, "gone@example.org")
        send(sender)
    assert sink.wait_for(1)[0].recipients == ["nasrin@example.org"]


def test_a_server_that_closes_the_door_is_away(sink: SmtpSink) -> None:
    sink.refuse("421 4.3.2 shutting down")
    with to(sink) as sender, pytest.raises(Unreachable):
        send(sender)


def test_a_server_that_is_not_there_is_away() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    url = f"smtp://127.0.0.1:{port}?tls=none"
    with sender_of(url, host="x") as sender, pytest.raises(Unreachable, match="refused"):
        send(sender)


def test_a_connection_lost_between_letters_is_opened_again(sink: SmtpSink) -> None:
    with to(sink) as sender:
        send(sender)
        sender._connection.host.sock.shutdown(socket.SHUT_RDWR)  # type: ignore[attr-defined]
        send(sender)
    assert len(sink.wait_for(2)) == 2


def test_a_silent_server_is_not_waited_for_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("citizen_diplomat.mail.delivery.CONNECT_SECONDS", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"smtp://127.0.0.1:{silent.getsockname()[1]}?tls=none"
        with sender_of(url, host="x") as sender, pytest.raises(Unreachable, match="timed out"):
            send(sender)


def test_a_letter_lost_on_its_way_is_not_repeated_at_once(
    sink: SmtpSink, monkeypatch: pytest.MonkeyPatch, connections: list[object]
) -> None:
    """The server may have taken it: sending again at once would make two of it."""
    monkeypatch.setattr("citizen_diplomat.mail.delivery.DATA_SECONDS", 0.05)
    sink.delay = 0.3
    with to(sink) as sender, pytest.raises(Delayed):
        send(sender)
    assert len(connections) == 1


def test_an_error_in_the_goodbye_is_not_an_error_of_the_letter(
    sink: SmtpSink, monkeypatch: pytest.MonkeyPatch
) -> None:
    def quit_badly(_self: smtplib.SMTP) -> tuple[int, bytes]:
        raise smtplib.SMTPServerDisconnected("gone")

    monkeypatch.setattr(smtplib.SMTP, "quit", quit_badly)
    with to(sink) as sender:
        send(sender)
    assert len(sink.wait_for(1)) == 1


@pytest.mark.parametrize("query", ["", "?tls=starttls"])
def test_encryption_is_not_given_up_silently(sink: SmtpSink, query: str) -> None:
    url = f"smtp://127.0.0.1:{sink.port}{query}"
    with sender_of(url, host="x") as sender, pytest.raises(Unreachable):
        send(sender)
    assert sink.messages == []


def test_certificates_are_verified(monkeypatch: pytest.MonkeyPatch, sink: SmtpSink) -> None:
    contexts = []

    def starttls(self: smtplib.SMTP, *, context: ssl.SSLContext) -> tuple[int, bytes]:
        contexts.append(context)
        return 220, b"go ahead"

    monkeypatch.setattr(smtplib.SMTP, "starttls", starttls)
    with sender_of(f"smtp://127.0.0.1:{sink.port}?tls=starttls", host="x") as sender:
        send(sender)
    assert contexts[0].verify_mode == ssl.CERT_REQUIRED
    assert contexts[0].check_hostname
