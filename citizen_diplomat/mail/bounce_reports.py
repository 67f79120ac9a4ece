"""Reports that mail servers send: what came back (RFC 3464), what was called unwanted (RFC 5965).

Anybody can write to the address that they arrive at. So what is read here is small, shallow, never
believed without a signature or a Message-ID that only the letter's readers know (`bounces.take`),
and whatever cannot be read is "not understood", never an error.
"""

import re
from base64 import b64decode
from binascii import Error as Base64Error
from collections.abc import Iterator
from dataclasses import dataclass, replace
from email import message_from_bytes, message_from_string
from email.message import Message
from email.parser import HeaderParser
from enum import StrEnum
from hashlib import sha256

from citizen_diplomat.mail.bounce_rules import code_of

MOST_BYTES = 128 * 1024
"""Only the beginning of a report is read: what came back may be attached at any length."""
MOST_PARTS = 25
"""Each part has such a header; parsing takes the number of lines times the depth of parts."""
DEEPEST = 5
LONGEST_VALUE = 2000
LONGEST_WORDS = 4000

_OUR_ID = re.compile(r"\b([0-9a-f]{32})@")
_HEADER_OF_A_PART = re.compile(rb"^content-type\s*:", re.IGNORECASE | re.MULTILINE)
_DAEMON = re.compile(r"mailer-daemon|postmaster|mail delivery (?:sub)?system", re.IGNORECASE)
_SENT_TO = ("To", "Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To", "Return-Path")
_RETURNED = frozenset({"message/rfc822", "message/global"})
_RETURNED_HEADERS = frozenset({"text/rfc822-headers", "message/global-headers"})
_STATUS = frozenset({"message/delivery-status", "message/global-delivery-status"})
_FEEDBACK = "message/feedback-report"
_NO_COMPLAINTS = frozenset({"not-spam", "virus", "auth-failure", "dmarc"})
"""Feedback types that say nothing about what a reader wants (RFC 5965, 3.5; RFC 6591; RFC 6430)."""


class Sort(StrEnum):
    """What a message in the mailbox for reports is."""

    BOUNCE = "bounce"
    COMPLAINT = "complaint"
    NOTHING = "nothing"
    """A holiday notice, or that a letter has arrived."""
    NOT_UNDERSTOOD = "not_understood"


@dataclass(frozen=True)
class Report:
    """One report, as far as it was understood; nothing in it is proved."""

    sort: Sort
    id: str
    """SHA-256 of its Message-ID, or of the report itself."""
    return_paths: tuple[str, ...] = ()
    """Values in which the return address of a letter of ours may stand."""
    message_ids: tuple[str, ...] = ()
    """The letters that it speaks of, as the outbox names them."""
    code: str = ""
    words: str = ""
    is_delayed: bool = False


def read(raw: bytes) -> Report:
    """Understand one message; never raises, whatever it is."""
    beginning = raw[:MOST_BYTES]
    unread = Report(Sort.NOT_UNDERSTOOD, sha256(beginning).hexdigest())
    if len(_HEADER_OF_A_PART.findall(beginning)) > MOST_PARTS:
        return unread
    try:
        return _understood(message_from_bytes(beginning), unread)
    # The parser meets what strangers send: nested too deeply, encoded wrongly, cut anywhere.
    except Exception:
        return unread


def _understood(message: Message, unread: Report) -> Report:
    parts = list(_parts(message))
    named = _value(message, "Message-ID")
    report = replace(
        unread,
        id=sha256(named.encode("utf-8", "replace")).hexdigest() if named else unread.id,
        return_paths=tuple(_return_paths(message, parts)),
        message_ids=tuple(dict.fromkeys(_message_ids(message, parts))),
    )
    for part in parts:
        kind = part.get_content_type()
        if kind in _STATUS:
            return _of_status(_blocks(part), report)
        if kind == _FEEDBACK:
            return _of_feedback(_blocks(part), report)
    if _value(message, "X-Failed-Recipients") or _DAEMON.search(_value(message, "From")):
        return _of_words(parts, report)
    return replace(report, sort=Sort.NOTHING) if _is_automatic(message) else report


def _parts(message: Message, depth: int = 0) -> Iterator[Message]:
    """The parts of a message, not those of a message within it: they may be anybody's report."""
    payload = message.get_payload()
    if message.get_content_maintype() != "multipart" or not isinstance(payload, list):
        yield message
    elif depth < DEEPEST:
        for part in payload:
            if isinstance(part, Message):
                yield from _parts(part, depth + 1)


def _blocks(part: Message) -> list[Message]:
    """The groups of fields in a report's part, which some servers send in base64."""
    payload = part.get_payload()
    given = payload if isinstance(payload, list) else [payload]
    blocks = [one for one in given if isinstance(one, Message)]
    if _value(part, "Content-Transfer-Encoding").lower() != "base64":
        return blocks
    encoded = "".join(str(one.get_payload()) if isinstance(one, Message) else one for one in given)
    try:
        text = b64decode("".join(encoded.split())).decode("utf-8", "replace")
    except Base64Error:
        return blocks
    return [HeaderParser().parsestr(group) for group in re.split(r"(?:\r?\n){2,}", text)]


def _of_status(blocks: list[Message], report: Report) -> Report:
    """Of the recipients the one that fared worst: a letter of ours has one, forwarders add more."""
    ranks = {"failed": 0, "": 1, "delayed": 2}
    told = [one for one in blocks if one.get("Action") or one.get("Status")]
    if not told:
        return report
    worst = min(told, key=lambda one: ranks.get(_value(one, "Action").lower(), 3))
    action, words = _value(worst, "Action").lower(), _value(worst, "Diagnostic-Code")
    code = code_of(_value(worst, "Status"))
    if not code or code.endswith(".0.0"):
        code = code_of(words) or code
    if action not in ranks or code.startswith("2"):
        return replace(report, sort=Sort.NOTHING)
    is_delayed = action == "delayed"
    return replace(report, sort=Sort.BOUNCE, code=code, words=words, is_delayed=is_delayed)


def _of_feedback(blocks: list[Message], report: Report) -> Report:
    kinds = [_value(one, "Feedback-Type").lower() for one in blocks]
    kind = next((one for one in kinds if one), "")
    if not kind:
        return report
    # What is not registered is taken for "other" (RFC 5965, 7.3): somebody is not content.
    sort = Sort.NOTHING if kind in _NO_COMPLAINTS else Sort.COMPLAINT
    return replace(report, sort=sort)


def _of_words(parts: list[Message], report: Report) -> Report:
    """Of a server that knows no reports: what it wrote in words, if there is a code among them."""
    text = next((one for one in parts if one.get_content_type() == "text/plain"), None)
    words = _text(text)[:LONGEST_WORDS] if text is not None else ""
    code = code_of(words)
    if not code:
        return report
    said = words[max(0, words.find(code) - 80) :][:LONGEST_VALUE]
    mentioned = (*report.message_ids, *_OUR_ID.findall(_text(text) if text is not None else ""))
    return replace(report, sort=Sort.BOUNCE, code=code, words=said, message_ids=mentioned)


def _is_automatic(message: Message) -> bool:
    """Whether a machine answered by itself (RFC 3834, 5; and what older ones write)."""
    return (
        _value(message, "Auto-Submitted").lower().startswith("auto-")
        or _value(message, "Precedence").lower() in {"auto_reply", "bulk", "junk", "list"}
        or any(message.get(name) for name in ("X-Autoreply", "X-Autorespond", "X-Autoresponder"))
    )


def _return_paths(message: Message, parts: list[Message]) -> Iterator[str]:
    for name in _SENT_TO:
        yield from _values(message, name)
    for part in parts:
        if part.get_content_type() == _FEEDBACK:
            for block in _blocks(part):
                yield from _values(block, "Original-Mail-From")
        returned = _returned(part)
        if returned is not None:
            yield from _values(returned, "Return-Path")


def _message_ids(message: Message, parts: list[Message]) -> Iterator[str]:
    for part in parts:
        returned = _returned(part)
        if returned is not None:
            yield from _OUR_ID.findall(_value(returned, "Message-ID"))
    for name in ("In-Reply-To", "References"):
        yield from _OUR_ID.findall(_value(message, name))


def _returned(part: Message) -> Message | None:
    """The head of the letter that came back, if this part holds it."""
    kind, payload = part.get_content_type(), part.get_payload()
    if kind in _RETURNED and isinstance(payload, list) and payload:
        return payload[0] if isinstance(payload[0], Message) else None
    if kind in _RETURNED_HEADERS:
        within = payload[0] if isinstance(payload, list) and payload else None
        return within if isinstance(within, Message) else message_from_string(_text(part))
    return None


def _text(part: Message) -> str:
    content = part.get_payload(decode=True)
    return content.decode("utf-8", "replace") if isinstance(content, bytes) else ""


def _value(message: Message, name: str) -> str:
    """A header as one line, whatever stands in it."""
    return " ".join(str(message.get(name, ""))[:LONGEST_VALUE].split())


def _values(message: Message, name: str) -> list[str]:
    return [str(one)[:LONGEST_VALUE] for one in message.get_all(name, [])[:MOST_PARTS]]
