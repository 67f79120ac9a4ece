"""The mailbox that reports arrive in: a Maildir on this machine, or one behind IMAP.

What was read is put away, apart from what nobody understood: a person may look at that. Whoever
reads it twice, after a crash, counts nothing twice: `bounces.count` knows.
"""

import imaplib
import ssl
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from time import time
from types import TracebackType
from typing import Any, Protocol, Self
from urllib.parse import SplitResult, unquote, urlsplit

from citizen_diplomat.mail.bounce_reports import MOST_BYTES

SECONDS = 20.0
"""How long an IMAP server may think about one command."""
IMAP_PORT, IMAPS_PORT = 143, 993
KEPT_DAYS = 30
"""A report repeats addresses and letters: what was put away is deleted after that time."""
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


class BoxAway(Exception):  # noqa: N818 - named for what the mailbox is
    """The mailbox cannot be read now; the message is one line without its passphrase."""


class Box(Protocol):
    """A mailbox; used as a context manager. Everything but leaving raises BoxAway."""

    def __enter__(self) -> Self:
        """Open it."""
        ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Let go of it."""
        ...

    def unread(self) -> Iterator[tuple[str, bytes]]:
        """What was not put away yet: its name in the box, and its beginning."""
        ...

    def put_away(self, name: str, *, aside: bool) -> None:
        """Never give it out again; `aside`: where a person may look at it."""
        ...


def box_of(url: str) -> Box:
    """The mailbox of a BOUNCE_MAILBOX."""
    if url.startswith("maildir:"):
        return MaildirBox(Path(url.removeprefix("maildir:")))
    return ImapBox(urlsplit(url))


class MaildirBox:
    """A folder with `new` and `cur`; read is moved to `.Done`, not understood to `.Aside`."""

    def __init__(self, folder: Path) -> None:
        """Take the folder; the mail server makes it."""
        self._folder = folder

    def __enter__(self) -> Self:
        """See that it is one; raises BoxAway."""
        if not (self._folder / "new").is_dir():
            raise BoxAway(f"{self._folder} is no Maildir")
        return self

    def __exit__(self, *_error: object) -> None:
        """Delete what was put away long ago."""
        for place in (self._folder / ".Done" / "cur", self._folder / ".Aside" / "cur"):
            for file in place.glob("*"):
                if file.stat().st_mtime < time() - KEPT_DAYS * 86_400:
                    file.unlink(missing_ok=True)

    def unread(self) -> Iterator[tuple[str, bytes]]:
        """All files of `new` and `cur`, oldest first by their names."""
        try:
            places = chain(*((self._folder / name).glob("[!.]*") for name in ("new", "cur")))
            for file in sorted(places, key=lambda each: each.name):
                with file.open("rb") as content:
                    yield f"{file.parent.name}/{file.name}", content.read(MOST_BYTES)
        except OSError as error:
            raise BoxAway(f"{self._folder}: {error.strerror}") from error

    def put_away(self, name: str, *, aside: bool) -> None:
        """Move a file, marked as seen; one that is gone was put away by somebody else."""
        place = self._folder / (".Aside" if aside else ".Done")
        try:
            for part in ("cur", "new", "tmp"):
                (place / part).mkdir(mode=0o700, parents=True, exist_ok=True)
            unique = name.partition("/")[2].partition(":")[0]
            (self._folder / name).replace(place / "cur" / f"{unique}:2,S")
        except FileNotFoundError:
            return
        except OSError as error:
            raise BoxAway(f"{self._folder}: {error.strerror}") from error


class ImapBox:
    """A folder of an IMAP server; read is marked as seen, not understood as seen and flagged."""

    def __init__(self, url: SplitResult) -> None:
        """Take imaps://, or imap:// which is encrypted by STARTTLS unless it is this machine."""
        self._url = url
        self._server: imaplib.IMAP4 | None = None

    def __enter__(self) -> Self:
        """Connect and sign in; raises BoxAway."""
        try:
            self._server = self._connected()
            self._server.login(unquote(self._url.username or ""), unquote(self._url.password or ""))
            folder = unquote(self._url.path.strip("/")) or "INBOX"
            answer, _ = self._server.select(f'"{folder}"')
            if answer != "OK":
                raise BoxAway(f"{self._url.hostname} has no folder {folder}")
        except (imaplib.IMAP4.error, OSError) as error:
            self.__exit__()
            raise BoxAway(f"{self._url.hostname}: {error}") from error
        return self

    def __exit__(self, *_error: object) -> None:
        """Sign out, whatever the server says to it."""
        server, self._server = self._server, None
        if server is not None:
            try:
                server.logout()
            except (imaplib.IMAP4.error, OSError):
                server.shutdown()

    def unread(self) -> Iterator[tuple[str, bytes]]:
        """All unseen messages, in the server's order; reading does not mark them."""
        found = self._ask("SEARCH", "UNSEEN")[0]
        numbers = found.decode("ascii", "replace").split() if isinstance(found, bytes) else []
        for number in numbers:
            answer = self._ask("FETCH", number, f"(BODY.PEEK[]<0.{MOST_BYTES}>)")
            content = next((part[1] for part in answer if isinstance(part, tuple)), b"")
            yield number, content

    def put_away(self, name: str, *, aside: bool) -> None:
        """Mark a message."""
        self._ask("STORE", name, "+FLAGS", r"(\Seen \Flagged)" if aside else r"(\Seen)")

    def _ask(self, verb: str, *words: str) -> list[Any]:
        assert self._server is not None, "a box is used as a context manager"
        try:
            answer, data = self._server.uid(verb, *words)
        except (imaplib.IMAP4.error, OSError) as error:
            raise BoxAway(f"{self._url.hostname}: {error}") from error
        if answer != "OK":
            raise BoxAway(f"{self._url.hostname} refuses {verb}")
        return data

    def _connected(self) -> imaplib.IMAP4:
        host, verified = self._url.hostname or "", ssl.create_default_context()
        if self._url.scheme == "imaps":
            port = self._url.port or IMAPS_PORT
            return imaplib.IMAP4_SSL(host, port, ssl_context=verified, timeout=SECONDS)
        server = imaplib.IMAP4(host, self._url.port or IMAP_PORT, timeout=SECONDS)
        if host not in LOOPBACK:
            server.starttls(verified)
        return server
