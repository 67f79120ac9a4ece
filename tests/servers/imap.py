"""As much of an IMAP server as reading one folder takes (RFC 3501), for the tests."""

from __future__ import annotations

import re
import socketserver
import threading
from types import TracebackType


class ImapServer:
    """A folder INBOX of `messages` on a free port of loopback; `flags` has what is marked."""

    def __init__(self, *messages: bytes) -> None:
        self.messages = list(messages)
        self.flags: dict[int, str] = {}
        server = self

        class Handler(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                self.wfile.write(b"* OK ready\r\n")
                for line in self.rfile:
                    tag, _, words = line.decode("ascii").strip().partition(" ")
                    untagged, status = server.answer(words)
                    self.wfile.write(untagged + f"{tag} {status}\r\n".encode())
                    if words.upper() == "LOGOUT":
                        return

        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))

    def url(self, password: str = "pass") -> str:
        """The BOUNCE_MAILBOX of this server."""
        return f"imap://reports:{password}@127.0.0.1:{self._server.server_address[1]}/INBOX"

    def answer(self, words: str) -> tuple[bytes, str]:
        """What comes before the tagged line, and the rest of that line."""
        verb = words.upper().removeprefix("UID ").partition(" ")[0]
        if verb == "CAPABILITY":
            return b"* CAPABILITY IMAP4rev1\r\n", "OK done"
        if verb == "LOGIN":
            return b"", "OK welcome" if '"pass"' in words else "NO nobody"
        if verb == "SELECT":
            return f"* {len(self.messages)} EXISTS\r\n".encode(), "OK [READ-WRITE] done"
        if verb == "SEARCH":
            unseen = [str(uid) for uid in range(1, len(self.messages) + 1) if uid not in self.flags]
            return f"* SEARCH {' '.join(unseen)}\r\n".encode(), "OK done"
        if verb == "FETCH":
            uid, most = (int(one) for one in re.findall(r"FETCH (\d+) .*<0\.(\d+)>", words)[0])
            raw = self.messages[uid - 1][:most]
            head = f"* {uid} FETCH (UID {uid} BODY[]<0> {{{len(raw)}}}\r\n".encode()
            return head + raw + b")\r\n", "OK done"
        if verb == "STORE":
            found = re.findall(r"STORE (\d+) \+FLAGS (\(.*\))", words)[0]
            self.flags[int(found[0])] = found[1]
        return b"", "OK done"

    def __enter__(self) -> ImapServer:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
