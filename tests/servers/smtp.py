"""A mail server for the tests: it keeps what it gets, or refuses it as told."""

from __future__ import annotations

import asyncio
import socket
import ssl
import threading
from collections.abc import Callable
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from types import TracebackType

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session


@dataclass(frozen=True)
class Received:
    """One message as the server got it."""

    sender: str
    recipients: list[str]
    raw: bytes

    @property
    def message(self) -> EmailMessage:
        """The message, parsed."""
        return message_from_bytes(self.raw, policy=policy.default)


class SmtpSink:
    """A mail server on a free port of loopback that keeps what it gets.

    `with SmtpSink() as sink:` runs it in a thread; `refuse` makes it answer with an error,
    `delay` (seconds) makes it slow to accept. With `tls` it takes nothing before STARTTLS, with
    `login` nothing from whoever does not sign in. `answer` is asked for each message what to say
    other than "250 OK"; `dies_at` is the number of the message in whose middle it goes away.
    """

    def __init__(
        self,
        *,
        delay: float = 0,
        port: int = 0,
        tls: ssl.SSLContext | None = None,
        login: tuple[str, str] | None = None,
        answer: Callable[[Received], str | None] = lambda _: None,
        dies_at: int | None = None,
    ) -> None:
        self.messages: list[Received] = []
        self.delay = delay
        self._tls, self._login = tls, login
        self._answer, self._dies_at = answer, dies_at
        self._refusals: list[tuple[str, str, str | None]] = []
        self._arrived = threading.Condition()
        self._socket = socket.create_server(("127.0.0.1", port))
        self.port: int = self._socket.getsockname()[1]
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._serve, name="smtp-sink", daemon=True)

    @property
    def url(self) -> str:
        """The MAIL_URL of this server."""
        who = "{}:{}@".format(*self._login) if self._login else ""
        return f"smtp://{who}127.0.0.1:{self.port}?tls={'starttls' if self._tls else 'none'}"

    def refuse(self, answer: str, *, recipient: str | None = None, at: str = "RCPT") -> None:
        """Answer "450 4.2.1 later" or the like at MAIL, RCPT or DATA, to one recipient or all."""
        self._refusals.append((at, answer, recipient))

    def accept(self) -> None:
        """Take every message again."""
        self._refusals.clear()

    def wait_for(self, count: int, *, seconds: float = 20) -> list[Received]:
        """Return the messages as soon as there are `count`; AssertionError after `seconds`."""
        with self._arrived:
            there = self._arrived.wait_for(lambda: len(self.messages) >= count, seconds)
            assert there, f"{len(self.messages)} of {count} messages within {seconds} s"
            return list(self.messages)

    def __enter__(self) -> SmtpSink:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()

    def _serve(self) -> None:
        asyncio.set_event_loop(self._loop)
        server = self._loop.run_until_complete(
            self._loop.create_server(
                self._session,
                sock=self._socket,
            )
        )
        self._listening = server
        self._loop.run_forever()
        server.close()
        for task in asyncio.all_tasks(self._loop):
            task.cancel()
        self._loop.run_until_complete(self._loop.shutdown_asyncgens())
        self._loop.close()

    def _session(self) -> SMTP:
        return SMTP(
            self,
            hostname="localhost",
            enable_SMTPUTF8=True,
            loop=self._loop,
            tls_context=self._tls,
            require_starttls=self._tls is not None,
            authenticator=self._sign_in if self._login else None,
            auth_required=self._login is not None,
            auth_require_tls=self._tls is not None,
        )

    def _sign_in(
        self, _server: SMTP, _session: Session, _envelope: Envelope, _how: str, data: LoginPassword
    ) -> AuthResult:
        given = (data.login.decode(), data.password.decode())
        return AuthResult(success=given == self._login, handled=False)

    def _refusal(self, at: str, recipients: list[str]) -> str | None:
        for place, answer, recipient in self._refusals:
            if place == at and (recipient is None or recipient in recipients):
                return answer
        return None

    # The names are aiosmtpd's.

    async def handle_MAIL(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Take a sender unless told to refuse."""
        refusal = self._refusal("MAIL", [])
        if refusal:
            return refusal
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Take a recipient unless told to refuse."""
        refusal = self._refusal("RCPT", [address])
        if refusal:
            return refusal
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        """Keep a message unless told to refuse; the delay comes before it counts as taken."""
        await asyncio.sleep(self.delay)
        refusal = self._refusal("DATA", envelope.rcpt_tos)
        if refusal:
            return refusal
        assert isinstance(envelope.content, bytes)
        received = Received(envelope.mail_from or "", list(envelope.rcpt_tos), envelope.content)
        if len(self.messages) + 1 == self._dies_at:
            self._listening.close()
            assert isinstance(server.transport, asyncio.WriteTransport)
            server.transport.abort()
            return "421 gone"
        if said := self._answer(received):
            return said
        with self._arrived:
            self.messages.append(received)
            self._arrived.notify_all()
        return "250 OK"
