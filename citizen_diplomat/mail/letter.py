"""A letter as it travels: one MIME message that every mail server takes.

Written with the older `email` classes on purpose: the newer header objects decode and fold encoded
words again when they write them, and then lost the quotes round a comma in a name (CPython issue
121284), which is a way into the list of recipients.
"""

import re
from base64 import b64encode
from dataclasses import dataclass
from datetime import datetime
from email.charset import SHORTEST, Charset
from email.header import Header
from email.policy import SMTP, Compat32
from email.utils import format_datetime, formataddr, unquote
from ipaddress import ip_address
from secrets import token_hex

from citizen_diplomat.foundation.text import email_key

_UTF8 = Charset("utf-8")
_UTF8.header_encoding = SHORTEST
LINE = 76
# Base64 keeps every line short: long Persian lines as 8bit are refused (RFC 5321, 4.5.3.1.6).
_PART_HEAD = """\r
Content-Type: text/{}; charset="utf-8"\r
MIME-Version: 1.0\r
Content-Transfer-Encoding: base64\r
"""
_BREAKS = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]")
_WIRE = Compat32(linesep=SMTP.linesep, max_line_length=78, cte_type="7bit")


class HeaderInjection(ValueError):  # noqa: N818 - named for what was tried
    """A value meant for one header holds a line break or another control character."""


@dataclass(frozen=True)
class Letter:
    """What the reader sees: the subject and the same content twice."""

    subject: str
    text: str
    html: str


@dataclass(frozen=True, kw_only=True)
class Envelope:
    """Everything around a letter. `thread` names the letters that belong together, if any."""

    sender: str
    to_name: str
    to_address: str
    language: str
    message_id: str
    host: str
    at: datetime
    thread: str | None = None
    list_name: str | None = None
    unsubscribe_link: str | None = None


class _Unfolded(Header):
    """A header that stays on its line: some mail services do not unfold an address."""

    def encode(
        self, splitchars: str = "", maxlinelen: int | None = None, linesep: str = "\n"
    ) -> str:
        return str(self)


def compose(letter: Letter, envelope: Envelope) -> bytes:
    """The message with CRLF line ends, 7bit, no line over 998 characters (RFC 5322, 2.1.1).

    Raises HeaderInjection when a value would start a header of its own.
    """
    boundary = f"=={token_hex(16)}=="
    headers = {
        "Content-Type": f'multipart/alternative; boundary="{boundary}"',
        "MIME-Version": "1.0",
        **_headers(letter, envelope),
    }
    head = "".join(_header(name, value) for name, value in headers.items()).encode("ascii")
    # The last part is the one that a reader able to show it prefers (RFC 2046, 5.1.4).
    parts = _part("plain", letter.text), _part("html", letter.html)
    dashes = f"--{boundary}".encode()
    return b"\r\n".join([head, *(dashes + part for part in parts), dashes + b"--", b""])


def _header(name: str, value: Header | str) -> str:
    """One header with its line end; what is short needs no folding, which takes long."""
    if isinstance(value, str) and len(name) + len(value) + 2 <= LINE and _is_plain(value):
        return f"{name}: {value}\r\n"
    return _WIRE.fold(name, value)  # type: ignore[arg-type]  # a Header is welcome, its stubs say not


def _part(kind: str, content: str) -> bytes:
    """One twin of a letter in base64; written here, for the library takes ten times as long."""
    encoded = b64encode(content.encode())
    lines = (encoded[at : at + LINE] for at in range(0, len(encoded), LINE))
    return b"\r\n".join([_PART_HEAD.format(kind).encode(), *lines, b""])


def split_mailbox(mailbox: str) -> tuple[str, str]:
    """Name and address of "Name <address>" or of an address alone.

    A comma in the name needs no quotes: this is one mailbox, not a list of them.
    """
    name, bracket, address = mailbox.rpartition("<")
    return unquote(name.strip()), (address.rstrip("> ") if bracket else mailbox).strip()


def bare_address(address: str) -> str:
    """An address for the mail server: its domain in ASCII, the local part as its owner typed it."""
    local, _, _ = address.strip().rpartition("@")
    return f"{local}@{email_key(address).rpartition('@')[2]}"


def domain_literal(host: str) -> str:
    """A host as mail writes it: a name as it is, an IP address in brackets (RFC 5321, 4.1.3)."""
    try:
        version = ip_address(host.strip("[]")).version
    except ValueError:
        return host
    return f"[IPv6:{host.strip('[]')}]" if version == 6 else f"[{host}]"


def _headers(letter: Letter, envelope: Envelope) -> dict[str, Header | str]:
    name, address = split_mailbox(envelope.sender)
    domain = domain_literal(envelope.host)
    headers: dict[str, Header | str] = {
        "From": _mailbox("From", name, address),
        "To": _mailbox("To", envelope.to_name, envelope.to_address),
        "Subject": _words("Subject", letter.subject),
        "Date": format_datetime(envelope.at),
        "Message-ID": f"<{_one_line(envelope.message_id)}@{domain}>",
        "Content-Language": _one_line(envelope.language),
        # Keeps holiday notices and other machines from answering (RFC 3834, 5).
        "Auto-Submitted": "auto-generated",
    }
    if envelope.thread:
        root = f"<{_one_line(envelope.thread)}@{domain}>"
        headers |= {"In-Reply-To": root, "References": root}
    if envelope.unsubscribe_link:
        headers |= _list_headers(envelope)
    return headers


def _list_headers(envelope: Envelope) -> dict[str, Header | str]:
    """One-click unsubscribe (RFC 8058, RFC 2369) and the name of the list (RFC 2919)."""
    return {
        "List-Unsubscribe": _Unfolded(f"<{_one_line(envelope.unsubscribe_link or '')}>"),
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "List-Id": f"<{_one_line(envelope.list_name or 'list')}.{envelope.host}>",
    }


def _mailbox(header: str, name: str, address: str) -> Header | str:
    address = bare_address(_one_line(address))
    if not address.isascii():
        raise HeaderInjection(f"{address!r} cannot be written in ASCII")
    if _is_plain(_one_line(name)):
        return formataddr((name, address))
    mailbox = Header(header_name=header, maxlinelen=75)
    mailbox.append(name, _UTF8)
    mailbox.append(f"<{address}>", "us-ascii")
    return mailbox


def _words(header: str, text: str) -> Header | str:
    if _is_plain(_one_line(text)):
        return text
    return Header(text, _UTF8, header_name=header, maxlinelen=75)


def _is_plain(text: str) -> bool:
    """Whether a text can stand in a header as it is, and is not taken for an encoded word."""
    return text.isascii() and "=?" not in text


def _one_line(value: str) -> str:
    if _BREAKS.search(value):
        raise HeaderInjection("a line break where one line is expected")
    return value
