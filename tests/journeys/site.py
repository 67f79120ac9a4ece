"""The site as people meet it: `flask serve` in a process of its own, its database, its letters."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from pathlib import Path
from types import TracebackType
from urllib.request import urlopen

from citizen_diplomat.cli.demo.people import passphrase
from citizen_diplomat.foundation.database import Database
from config import read_settings
from tests.servers.smtp import SmtpSink

PROJECT = Path(__file__).resolve().parents[2]
SECONDS = 60


class Letters:
    """What came in for whom, read in the order of arrival."""

    def __init__(self, sink: SmtpSink) -> None:
        self._sink = sink
        self._read: dict[str, int] = {}

    def next_to(self, address: str, *, seconds: float = 30) -> Letter:
        """Return the next letter to an address; AssertionError when none comes."""
        while True:
            there = list(self._sink.messages)
            mine = [one.message for one in there if address in one.recipients]
            read = self._read.get(address, 0)
            if len(mine) > read:
                self._read[address] = read + 1
                return Letter(mine[read])
            self._sink.wait_for(len(there) + 1, seconds=seconds)

    def count_to(self, address: str) -> int:
        """Return how many letters came for an address so far."""
        return sum(address in one.recipients for one in list(self._sink.messages))


class Letter:
    """One letter as its reader has it."""

    def __init__(self, message: EmailMessage) -> None:
        self.message = message
        self.subject = str(message["Subject"])
        body = message.get_body(("plain",))
        assert body is not None
        self.text: str = body.get_content()

    def link(self, part: str) -> str:
        """Return the first address in the text that holds `part`."""
        links: list[str] = re.findall(r"https?://[^\s\u2068\u2069<>]+", self.text)
        found = [link for link in links if part in link]
        assert found, f"no link with {part!r} in {links}"
        return found[0]


class Site:
    """One running installation."""

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        port = _free_port()
        self.url = f"http://127.0.0.1:{port}"
        self.folder = folder
        self.environment = {
            "DATA_DIR": str(folder),
            "BASE_URL": self.url,
            "HOST": "127.0.0.1",
            "PORT": str(port),
            **environment,
        }
        self.database = Database(read_settings(self.environment).database_url)
        self._process: subprocess.Popen[str] | None = None

    @property
    def passphrase(self) -> str:
        """The passphrase of the demo people."""
        return str(passphrase(read_settings(self.environment).secret_key))

    def flask(self, *arguments: str) -> str:
        """Run a command of this installation; return what it printed."""
        done = subprocess.run(
            [*_FLASK, *arguments],
            cwd=PROJECT,
            env=self._environment(),
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )
        assert done.returncode == 0, f"flask {' '.join(arguments)}: {done.stderr}"
        return done.stdout

    def get(self, path: str) -> str:
        """Return what the site answers to a GET; raises HTTPError."""
        with urlopen(self.url + path, timeout=SECONDS) as answer:
            text: str = answer.read().decode()
            return text

    def start(self, *options: str) -> str:
        """Serve, and return what it printed once it listens."""
        with (self.folder / "server.log").open("a") as log:
            self._process = subprocess.Popen(
                [*_FLASK, "serve", *options],
                cwd=PROJECT,
                env=self._environment(),
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        return self._welcome()

    def stop(self) -> None:
        """Stop serving, as Ctrl-C would."""
        if self._process is not None:
            self._process.terminate()
            self._process.communicate(timeout=SECONDS)
            self._process = None
        self.database.close()

    def __enter__(self) -> Site:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def log(self) -> str:
        """Return what the server wrote about itself."""
        return (self.folder / "server.log").read_text("utf-8")

    def _environment(self) -> dict[str, str]:
        return {**os.environ, **self.environment, "PYTHONUNBUFFERED": "1"}

    def _welcome(self) -> str:
        assert self._process is not None
        assert self._process.stdout is not None
        said = ""
        for line in self._process.stdout:
            said += line
            # The last thing it says before it serves; until then visitors wait in line.
            if line.startswith("  Mail"):
                assert self.get("/readyz") == "ready\n"
                return said
        raise AssertionError(f"the site did not start: {said}\n{self.log()}")


_FLASK = (sys.executable, "-m", "flask", "--app", "wsgi")


@contextmanager
def prepared_site(folder: Path, **environment: str) -> Iterator[Site]:
    """An installation with its schema and reference data, not yet serving."""
    with Site(folder, environment) as site:
        site.flask("init")
        yield site


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        port: int = found.getsockname()[1]
        return port
