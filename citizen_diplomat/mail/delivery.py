"""How letters leave: into a folder as .eml files, or to a mail server by SMTP.

Flask-Mail carries them to the server. What it leaves open is closed here: it has no timeout, does
not verify certificates, drops refused recipients silently, and takes an error in QUIT for a failure
of what was sent before.
"""

import smtplib
import ssl
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol, Self
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from flask_mail import Connection, Mail
from flask_mail import Message as FlaskMessage

from citizen_diplomat.mail.letter import bare_address, split_mailbox

CONNECT_SECONDS = 20.0
COMMAND_SECONDS = 60.0
DATA_SECONDS = 600.0
"""RFC 5321, 4.5.3.2.6: giving up earlier makes two of one mail when the server is slow."""
PORTS = {"tls": 465, "starttls": 587, "none": 25}


class Undelivered(Exception):  # noqa: N818 - named for what happened to the letter
    """A letter did not leave; the message is what the server said."""


class Refused(Undelivered):
    """The server will never take this letter for this recipient."""


class Delayed(Undelivered):
    """The server did not take this letter now; later it may."""


class Unreachable(Undelivered):
    """No mail server takes letters from us: none is there, or it refuses us or our own address.

    Other letters would fare no better.
    """


class Sender(Protocol):
    """Sends letters one after the other; used as a context manager round a batch."""

    def __enter__(self) -> Self:
        """Be ready to send."""
        ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Let go of the server."""
        ...

    def send(self, raw: bytes, *, sender: str, recipient: str, name: str) -> None:
        """Send one composed letter to one recipient; raises Refused, Delayed or Unreachable.

        `name` is a file name that sorts by time and is the same when the letter is sent again.
        """
        ...


def sender_of(mail_url: str, *, host: str) -> Sender:
    """The sender of a MAIL_URL; `host` is how we introduce ourselves to a server."""
    if mail_url.startswith("file:"):
        return FolderSender(Path(mail_url.removeprefix("file:")))
    return SmtpSender(urlsplit(mail_url), host=host)


def check_server(mail_url: str, *, host: str) -> None:
    """Connect to a mail server as for a letter, then leave; raises Unreachable."""
    with SmtpSender(urlsplit(mail_url), host=host) as sender:
        sender.greet()


class FolderSender:
    """Writes each letter as one .eml file, whole or not at all."""

    def __init__(self, folder: Path) -> None:
        """Take the folder; it is made when the first letter comes."""
        self._folder = folder

    def __enter__(self) -> Self:
        """Nothing to prepare."""
        return self

    def __exit__(self, *_error: object) -> None:
        """Nothing to let go of."""

    def send(self, raw: bytes, *, sender: str, recipient: str, name: str) -> None:
        """Write a letter; raises Unreachable when the folder cannot be written."""
        try:
            # Letters hold one-time links: nobody else on this machine reads them.
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            unfinished = self._folder / f".{name}.part"
            unfinished.touch(mode=0o600)
            unfinished.write_bytes(raw)
            unfinished.replace(self._folder / f"{name}.eml")
        except OSError as error:
            raise Unreachable(f"the mail folder: {error.strerror or error}") from error


class SmtpSender:
    """Sends letters over one connection, opened for the first one and again when it was lost."""

    def __init__(self, url: SplitResult, *, host: str) -> None:
        """Take an smtp:// address with ?tls=starttls (default), tls or none."""
        tls = parse_qs(url.query).get("tls", ["starttls"])[0]
        config: dict[str, Any] = {
            "MAIL_SERVER": url.hostname or "",
            "MAIL_PORT": url.port or PORTS[tls],
            "MAIL_USERNAME": unquote(url.username) if url.username else None,
            "MAIL_PASSWORD": unquote(url.password) if url.password else None,
            "MAIL_USE_TLS": tls == "starttls",
            "MAIL_USE_SSL": tls == "tls",
            "MAIL_SUPPRESS_SEND": False,
        }
        self._connection = _Connection(Mail().init_mail(config), host)

    def __enter__(self) -> Self:
        """Connect only when there is a letter."""
        return self

    def __exit__(self, *_error: object) -> None:
        """Say goodbye; what was taken before is sent, whatever the server answers now."""
        self._connection.leave()

    def send(self, raw: bytes, *, sender: str, recipient: str, name: str) -> None:
        """Send a letter; raises Refused, Delayed or Unreachable."""
        fresh = self._connection.host is None
        try:
            self._try(raw, sender, recipient)
        except Unreachable:
            if fresh:
                raise
            # Servers close connections that were idle or carried enough letters.
            self._try(raw, sender, recipient)

    def greet(self) -> None:
        """Connect, secure the connection and sign in; raises Unreachable."""
        try:
            self._connection.open()
        except (smtplib.SMTPException, OSError) as error:
            raise Unreachable(str(_verdict(error, in_data=False))) from error

    def _try(self, raw: bytes, sender: str, recipient: str) -> None:
        try:
            self._connection.open()
            self._connection.send(_Composed(raw, sender, recipient))
        except (smtplib.SMTPException, OSError) as error:
            in_data = self._connection.in_data
            if not isinstance(error, smtplib.SMTPRecipientsRefused | smtplib.SMTPDataError):
                self._connection.leave()
            raise _verdict(error, in_data=in_data) from error


class _Composed(FlaskMessage):
    """A letter that is already one MIME message, for exactly one recipient."""

    def __init__(self, raw: bytes, sender: str, recipient: str) -> None:
        super().__init__(
            sender=bare_address(split_mailbox(sender)[1]), recipients=[bare_address(recipient)]
        )
        self._raw = raw

    def as_bytes(self) -> bytes:
        return self._raw


class _Connection(Connection):
    """Flask-Mail's connection with timeouts, verified certificates and a calm goodbye."""

    def __init__(self, mail: Any, host: str) -> None:
        super().__init__(mail)
        self._own_name = host

    @property
    def in_data(self) -> bool:
        return getattr(self.host, "in_data", False)

    def open(self) -> None:
        if self.host is None:
            self.host = self.configure_host()

    def leave(self) -> None:
        host, self.host = self.host, None
        if host is not None:
            with suppress(smtplib.SMTPException, OSError):
                host.quit()
            host.close()

    def configure_host(self) -> smtplib.SMTP:
        verified = ssl.create_default_context() if self.mail.use_ssl or self.mail.use_tls else None
        place = (self.mail.server, self.mail.port, self._own_name)
        if self.mail.use_ssl:
            host: smtplib.SMTP = _SmtpOverTls(*place, timeout=CONNECT_SECONDS, context=verified)
        else:
            host = _Smtp(*place, timeout=CONNECT_SECONDS)
        try:
            if host.sock is not None:
                host.sock.settimeout(COMMAND_SECONDS)
            if self.mail.use_tls:
                host.starttls(context=verified)
            if self.mail.username and self.mail.password:
                host.login(self.mail.username, self.mail.password)
        except BaseException:
            host.close()
            raise
        return host


class _WaitsForData(smtplib.SMTP):
    """Waits long for the answer to a letter's content, and knows when it was on its way."""

    in_data = False

    def data(self, msg: Any) -> tuple[int, bytes]:
        self.in_data = True
        if self.sock is not None:
            self.sock.settimeout(DATA_SECONDS)
        try:
            answer = super().data(msg)
        except smtplib.SMTPDataError:
            self.in_data = False
            raise
        self.in_data = False
        if self.sock is not None:
            self.sock.settimeout(COMMAND_SECONDS)
        return answer


class _Smtp(_WaitsForData):
    pass


class _SmtpOverTls(_WaitsForData, smtplib.SMTP_SSL):
    pass


def _verdict(error: Exception, *, in_data: bool) -> Undelivered:
    """What an error means for the letter (RFC 5321, 4.2.1: 4yz is for now, 5yz for good)."""
    code, answer = _answer(error)
    said = f"{code} {answer}".strip() if code else f"{type(error).__name__}: {answer}"
    if code == 421:
        return Unreachable(said)
    if isinstance(error, smtplib.SMTPRecipientsRefused | smtplib.SMTPDataError):
        return Refused(said) if code >= 500 else Delayed(said)
    # Lost while the content was on its way: perhaps taken. Asking again at once would repeat it.
    return Delayed(said) if in_data else Unreachable(said)


def _answer(error: Exception) -> tuple[int, str]:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, text = next(iter(error.recipients.values()))
        return code, _readable(text)
    if isinstance(error, smtplib.SMTPResponseException):
        return error.smtp_code, _readable(error.smtp_error)
    return 0, str(error)


def _readable(text: bytes | str) -> str:
    words = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    return " ".join(words.split())
