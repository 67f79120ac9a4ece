"""The server as it runs: slow visitors, a power cut, a proxy that nobody declared."""

import http.client
import os
import signal
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlencode

import pytest

from citizen_diplomat.foundation.clock import now
from citizen_diplomat.foundation.database import Database
from citizen_diplomat.foundation.tokens import Signer
from citizen_diplomat.web.form_guard import PURPOSE
from config import PROJECT

SECONDS = 60
SLOW_VISITORS = 100
REGISTRATION = {
    "display_name": "Parisa Shams",
    "email": "parisa@example.org",
    "password": "pomegranate bridge kite indigo",
    "city": "freiburg",
    "accept_terms": "y",
}


class Server:
    """`flask serve` in a process of its own, on SQLite."""

    def __init__(self, folder: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port: int = free.getsockname()[1]
        self.folder = folder
        self.start()

    def start(self) -> None:
        """Serve, and wait until pages are answered."""
        environment = {**os.environ, "DATA_DIR": str(self.folder), "PORT": str(self.port)}
        command = [sys.executable, "-m", "flask", "--app", "wsgi"]
        subprocess.run([*command, "init"], cwd=PROJECT, env=environment, check=True)
        self.process = subprocess.Popen(
            [*command, "serve"],
            cwd=PROJECT,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert self.process.stdout is not None
        assert any("/dev/mail" in line for line in self.process.stdout), "it does not serve"

    def kill(self) -> None:
        """End it as a power cut does."""
        self.process.send_signal(signal.SIGKILL)
        self.process.communicate(timeout=SECONDS)

    def ask(self, method: str, path: str, **options: object) -> http.client.HTTPResponse:
        """Send one request; the body has been read into `text` of the answer."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=SECONDS)
        connection.request(method, path, **options)  # type: ignore[arg-type]
        answer = connection.getresponse()
        answer.text = answer.read().decode()  # type: ignore[attr-defined]
        connection.close()
        return answer


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    running = Server(tmp_path_factory.mktemp("site"))
    yield running
    running.kill()


def test_slow_visitors_keep_nobody_waiting(server: Server) -> None:
    head = f"POST /en/login HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\nContent-Length: 900\r\n"
    with ExitStack() as slow:
        for number in range(SLOW_VISITORS):
            visitor = slow.enter_context(socket.create_connection(("127.0.0.1", server.port)))
            # Half of them do not even come to the end of their headers.
            visitor.sendall((head + ("\r\nemail=" if number % 2 else "")).encode())
        # Within SECONDS, or it raises: the slow ones are sent away only after two minutes.
        assert server.ask("GET", "/en/").status == 200


def test_a_proxy_that_nobody_declared_is_seen(server: Server) -> None:
    forwarded = {"X-Forwarded-For": "198.51.100.7"}
    for page in ("/metrics", "/dev/mail"):
        assert server.ask("GET", page).status == 200
        assert server.ask("GET", page, headers=forwarded).status == 404


@pytest.mark.parametrize(
    "request_",
    ["GET /fa HTTP/1.1\r\nHost: evil.example", "GET http://evil.example/fa HTTP/1.1\r\nHost: {own}",
     "GET /fa HTTP/1.1\r\nHost: {own}\r\nHost: evil.example", "GET /fa HTTP/1.1\r\nX: y",
     "GET /fa HTTP/1.1\r\nHost: {own}@evil.example",
     "POST /en/login HTTP/1.1\r\nHost: {own}\r\nContent-Length: 1\r\nContent-Length: 0",
     "GET /fa HTTP/1.1\r\nHost: {own}\r\nX: {long}"],
)  # fmt: skip
def test_a_request_that_lies_about_itself_leads_nowhere(server: Server, request_: str) -> None:
    own = f"127.0.0.1:{server.port}"
    sent = request_.format(own=own, long="a" * 100_000) + "\r\nConnection: close\r\n\r\n"
    with socket.create_connection(("127.0.0.1", server.port), SECONDS) as visitor:
        visitor.sendall(sent.encode())
        head, _, _ = visitor.makefile("rb").read().decode().partition("\r\n\r\n")
    assert head.split(" ")[1] in {"308", "400", "431"}
    assert "evil.example" not in head


def test_what_was_answered_survives_a_power_cut(server: Server) -> None:
    page = server.ask("GET", "/en/register")
    text: str = page.text  # type: ignore[attr-defined]
    cookie = str(page.headers["Set-Cookie"]).partition(";")[0]
    token = text.partition('name="csrf_token"')[2].partition('value="')[2].partition('"')[0]
    form = {
        "body": urlencode({"csrf_token": token, **REGISTRATION, **_slowly(server)}),
        "headers": {"Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded"},
    }
    assert server.ask("POST", "/en/register", **form).status == 303
    server.kill()
    with sqlite3.connect(server.folder / "site.db") as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert database.execute("SELECT email FROM account").fetchall() == [("parisa@example.org",)]
    server.start()
    # The session of before is still good: its token fits the form again.
    assert server.ask("POST", "/en/register", **form).status == 303


def _slowly(server: Server) -> dict[str, str]:
    """The signed time of a form that was opened a minute ago, so that nobody has to wait."""
    signer = Signer((server.folder / "secret_key").read_text().strip())
    made = (now() - timedelta(minutes=1)).timestamp()
    return {"form_time": signer.sign(PURPOSE, ["RegistrationForm", made])}


def test_sqlite_keeps_what_it_acknowledged_and_waits_for_its_turn(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'site.db'}")
    with database.engine.connect() as connection:
        values = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    database.close()
    assert values.pop("busy_timeout") in range(5_000, 60_000)
    assert values == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}
