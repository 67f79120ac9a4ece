"""Reports as mail servers write them, about a letter of ours; every name in them is invented."""

from base64 import encodebytes
from textwrap import dedent

LETTER = "0f" * 16
"""How the outbox names the letter that came back."""
PATH = "bounce+15-abcdefghijklmnop@diplomat.example"
"""Its return address; the signature is one of the right shape."""


def _mail(head: str, *parts: str, sort: str = "report; report-type=delivery-status") -> bytes:
    body = "".join(f"--XX\n{dedent(part).strip()}\n\n" for part in parts)
    lines = f"{dedent(head).strip()}\nMIME-Version: 1.0\nContent-Type: multipart/{sort};\n"
    return f'{lines} boundary="XX"\n\n{body}--XX--\n'.encode()


def returned(headers: str = "text/rfc822-headers", *, subject: str = "A letter") -> str:
    """The part that holds the head of the letter, or all of it."""
    return (
        f"Content-Type: {headers}\n\nReturn-Path: <{PATH}>\nFrom: noreply@diplomat.example\n"
        f"Subject: {subject}\nMessage-ID: <{LETTER}@diplomat.example>\n\nSalaam\n"
    )


def status(*fields: str) -> str:
    """The part for machines, with one recipient."""
    return (
        "Content-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example.net\n\n"
        + "\n".join(fields)
        + "\n"
    )


WORDS = "Content-Type: text/plain; charset=utf-8\n\nYour letter could not be delivered.\n"

POSTFIX = _mail(
    f"""
    Return-Path: <>
    Delivered-To: {PATH}
    From: MAILER-DAEMON@mx.example.net (Mail Delivery System)
    To: {PATH}
    Subject: Undelivered Mail Returned to Sender
    Auto-Submitted: auto-replied
    Message-Id: <20261126.postfix@mx.example.net>
    """,
    WORDS,
    status(
        "Final-Recipient: rfc822; nasrin@example.org",
        "Original-Recipient: rfc822;nasrin@example.org",
        "Action: failed",
        "Status: 5.1.1",
        "Diagnostic-Code: smtp; 550 5.1.1 <nasrin@example.org>: Recipient address rejected:"
        " User unknown",
    ),
    returned("text/rfc822-headers", subject="=?utf-8?b?2LPZhNin2YU=?="),
)
EXIM = _mail(
    f"""
    From: Mail Delivery System <Mailer-Daemon@mx.example.net>
    To: {PATH.upper()}
    X-Failed-Recipients: nasrin@example.org
    Auto-Submitted: auto-replied
    Subject: Mail delivery failed: returning message to sender
    Message-Id: <E1exim@mx.example.net>
    """,
    WORDS,
    status(
        "Action: failed",
        "Final-Recipient: rfc822;nasrin@example.org",
        "Status: 5.0.0",
        "Remote-MTA: dns; mail.example.org",
        "Diagnostic-Code: smtp; 550 No such user here",
    ),
    returned("message/rfc822"),
)
EXCHANGE = _mail(
    f"""
    From: <postmaster@example.org>
    To: <{PATH}>
    Subject: =?utf-8?b?2LrbjNix2YLYp9io2YQg2KrYrdmI24zZhA==?=: Undeliverable
    In-Reply-To: <{LETTER}@diplomat.example>
    Message-ID: <exchange-1@example.org>
    """,
    "Content-Type: multipart/alternative; boundary=YY\n\n--YY\nContent-Type: text/plain\n\nNo.\n"
    "--YY\nContent-Type: text/html\n\n<p>No.</p>\n--YY--\n",
    "Content-Type: message/delivery-status\nContent-Transfer-Encoding: base64\n\n"
    + encodebytes(
        b"Reporting-MTA: dns;AM0.example.org\r\n\r\nFinal-Recipient: rfc822;nasrin@example.org\r\n"
        b"Action: failed\r\nStatus: 5.1.10\r\nDiagnostic-Code: smtp;550 5.1.10"
        b" RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup\r\n"
    ).decode(),
    returned("message/rfc822", subject="=?utf-8?b?2K7YqNix2YbYp9mF2Yc=?="),
)
GMAIL_FULL = _mail(
    f"""
    From: Mail Delivery Subsystem <mailer-daemon@googlemail.com>
    To: {PATH}
    Auto-Submitted: auto-replied
    References: <{LETTER}@diplomat.example>
    Subject: Delivery Status Notification (Failure)
    Message-ID: <gmail-1@mx.example.com>
    """,
    "Content-Type: multipart/related; boundary=ZZ\n\n--ZZ\nContent-Type: multipart/alternative;"
    " boundary=AA\n\n--AA\nContent-Type: text/plain\n\nFull.\n--AA--\n--ZZ--\n",
    status(
        "Final-Recipient: rfc822; nasrin@example.org",
        "Action: failed",
        "Status: 5.2.2",
        "Diagnostic-Code: smtp; 552-5.2.2 The email account that you tried to reach is over quota.",
    ),
    returned("message/rfc822"),
)
DELAYED = _mail(
    f"From: MAILER-DAEMON@mx.example.net\nTo: {PATH}\nMessage-ID: <late@mx.example.net>",
    WORDS,
    status("Final-Recipient: rfc822; n@example.org", "Action: delayed", "Status: 4.4.1"),
    returned(),
)
POLICY = _mail(
    f"From: MAILER-DAEMON@mx.example.net\nTo: {PATH}\nMessage-ID: <policy@mx.example.net>",
    WORDS,
    status("Action: failed", "Status: 5.7.26", "Diagnostic-Code: smtp; 550-5.7.26 unauthenticated"),
    returned(),
)
ARRIVED = _mail(
    f"From: MAILER-DAEMON@mx.example.net\nTo: {PATH}\nMessage-ID: <there@mx.example.net>",
    WORDS,
    status("Action: delivered", "Status: 2.1.5"),
)
WITHOUT_A_PATH = _mail(
    "From: MAILER-DAEMON@mx.example.net\nTo: noreply@diplomat.example\nMessage-ID: <old@mx>",
    WORDS,
    status("Action: failed", "Status: 5.1.1"),
    f"Content-Type: message/rfc822\n\nMessage-ID: <{LETTER}@diplomat.example>\n\nx\n",
)
QMAIL = (
    f"From: MAILER-DAEMON@example.net\nTo: {PATH}\nSubject: failure notice\n\n"
    "Hi. This is the qmail-send program at example.net.\n\n<nasrin@example.org>:\n"
    "Remote host said: 550 5.1.1 No such user\n\n--- Below this line is a copy.\n\n"
    f"Message-ID: <{LETTER}@diplomat.example>\n"
).encode()
COMPLAINT = _mail(
    """
    From: <abusedesk@example.com>
    To: <reports@diplomat.example>
    Subject: FW: A letter
    Message-ID: <arf-1@example.com>
    """,
    WORDS,
    "Content-Type: message/feedback-report\n\nFeedback-Type: abuse\nUser-Agent: Loop/1.0\n"
    f"Version: 1\nOriginal-Mail-From: <{PATH}>\nOriginal-Rcpt-To: <nasrin@example.org>\n",
    returned("message/rfc822"),
    sort="report; report-type=feedback-report",
)
NOT_SPAM = COMPLAINT.replace(b"Feedback-Type: abuse", b"Feedback-Type: not-spam")
HOLIDAY = (
    f"From: Nasrin <nasrin@example.org>\nTo: {PATH}\nAuto-Submitted: auto-replied\n"
    "Subject: =?utf-8?b?2YXYsdiu2LXbjA==?=\nMessage-ID: <away@example.org>\n\n550 5.1.1 days off\n"
).encode()
WITHIN_A_LETTER = _mail(
    f"From: somebody@example.org\nTo: {PATH}\nMessage-ID: <forwarded@example.org>",
    "Content-Type: message/rfc822\n\n" + POSTFIX.decode().replace("XX", "WW"),
    sort="mixed",
)
"""Somebody passes a report on: it is not one itself."""

DEEP = b"".join(
    b'Content-Type: multipart/mixed; boundary="%d"\n\n--%d\n' % (depth, depth)
    for depth in range(3000)
)
RUBBISH = {
    "nothing": b"",
    "a letter": f"From: n@example.org\nTo: {PATH}\n\nWhat is this?\n".encode(),
    "bytes": bytes(range(256)) * 40,
    "nested": DEEP,
    "letters in letters": b"Content-Type: message/rfc822\n\n" * 3000,
    "digests": b"Content-Type: multipart/digest; boundary=a\n\n--a\n\n" * 24,
    "long lines": b"To: " + b"a" * 500_000,
    "no code": POSTFIX.replace(b"Status: ", b"State: ").replace(b"Action: ", b"What: "),
    "cut": POSTFIX[:400],
    "bad base64": EXCHANGE.replace(b"UmVwb3J0", b"\xff\xff!!"),
    "a part that says it is a report": b"Content-Type: message/delivery-status\n\n\x00\x00",
    "many headers": b"To: a@b\n" * 20_000 + b"\nx",
    "feedback of nothing": COMPLAINT.replace(b"Feedback-Type: abuse", b"X: y"),
}
