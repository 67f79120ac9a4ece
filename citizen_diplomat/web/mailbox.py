"""The development mailbox: shows the .eml files of the mail folder, on this machine alone.

It exists only where mails are written to a folder and the site cannot be reached from elsewhere.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from email.utils import parsedate_to_datetime
from pathlib import Path

from flask import Blueprint, Response, abort, make_response, render_template, request

from citizen_diplomat.web.headers import CONTENT_SECURITY_POLICY
from citizen_diplomat.web.services import services
from config import LOOPBACK_HOSTS

blueprint = Blueprint("mailbox", __name__)
MOST_SHOWN = 100
_NAME = re.compile(r"[0-9A-Za-z][0-9A-Za-z._-]{0,120}\.eml")
_LINK = re.compile(r"https?://[^\s<>\u2068\u2069]+")
# The page may frame the letter; the letter may style itself and fetch nothing.
PAGE_POLICY = f"{CONTENT_SECURITY_POLICY}; frame-src 'self'"
LETTER_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'; base-uri 'none'; "
    "form-action 'none'; sandbox allow-popups allow-popups-to-escape-sandbox"
)


@dataclass(frozen=True)
class Mail:
    """One letter of the folder."""

    name: str
    subject: str
    to: str
    at: datetime
    text: str
    html: str

    @property
    def links(self) -> list[str]:
        """The addresses in its text, each once, in order."""
        return list(dict.fromkeys(_LINK.findall(self.text)))


@blueprint.before_request
def _only_here() -> None:
    settings = services().settings
    is_here = request.remote_addr in LOOPBACK_HOSTS and "X-Forwarded-For" not in request.headers
    if settings.mail_folder is None or not settings.is_loopback or not is_here:
        abort(404)


@blueprint.get("/dev/mail")
def mailbox() -> str:
    """Show the newest 100 mails, newest first."""
    paths = sorted(_folder().glob("*.eml"), key=lambda path: path.name, reverse=True)
    mails = [_read(path) for path in paths[:MOST_SHOWN] if _NAME.fullmatch(path.name)]
    return render_template("public/mailbox/mailbox.html", mails=mails)


@blueprint.get("/dev/mail/<name>")
def mail(name: str) -> Response:
    """Show one mail: its links, its text, and its HTML in a frame."""
    shown = render_template("public/mailbox/mail.html", mail=_find(name))
    response = make_response(shown)
    response.headers["Content-Security-Policy"] = PAGE_POLICY
    return response


@blueprint.get("/dev/mail/<name>/html")
def html(name: str) -> Response:
    """Give the HTML part as it was sent, for the frame alone."""
    # Links of the letter open beside the mailbox: the frame may not show other pages.
    shown = _find(name).html.replace("<head>", '<head><base target="_blank">', 1)
    response = make_response(shown)
    response.headers["Content-Security-Policy"] = LETTER_POLICY
    return response


def _folder() -> Path:
    folder = services().settings.mail_folder
    assert folder is not None
    return folder


def _find(name: str) -> Mail:
    path = _folder() / name
    if not _NAME.fullmatch(name) or not path.is_file():
        abort(404)
    return _read(path)


def _read(path: Path) -> Mail:
    message = message_from_bytes(path.read_bytes(), policy=default)
    assert isinstance(message, EmailMessage)
    return Mail(
        name=path.name,
        subject=str(message["Subject"] or ""),
        to=str(message["To"] or ""),
        at=parsedate_to_datetime(str(message["Date"])),
        text=_part(message, "plain"),
        html=_part(message, "html"),
    )


def _part(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    content: str = part.get_content() if part is not None else ""
    return content
