"""What one worker has in its hands: beside the database, so that one transaction serves many mails.

The fate of a mail becomes durable some mails later. A line in a file, written before the next is
sent, bridges that: it outlives the worker that is killed, and whoever works next on this machine
finds it, writes down what had left, and lets go of the rest. Only a machine that goes down takes
the last lines with it; then the leases end, and the mails come again under their Message-IDs.
"""

import fcntl
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self
from uuid import uuid4

from citizen_diplomat.mail.claiming import Claimed

SUFFIX = ".journal"


@dataclass(frozen=True)
class InHand:
    """A mail that was claimed: until when its lease ran, when it had been due, whether it left."""

    number: int
    leased_until: datetime
    was_due: datetime
    has_left: bool


class Journal:
    """The file of one worker; held by a lock that ends with its process, however that ends."""

    def __init__(self, folder: Path) -> None:
        """Begin an empty one in a folder, which is made; raises OSError when that is not to be."""
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        # Under its own name only once it is locked: nobody may take it for one left behind.
        unfinished = folder / f".{uuid4().hex}"
        self._path = folder / f"{uuid4().hex}{SUFFIX}"
        self._file = os.open(unfinished, os.O_CREAT | os.O_WRONLY | os.O_APPEND, 0o600)
        fcntl.flock(self._file, fcntl.LOCK_EX)
        unfinished.rename(self._path)

    def __enter__(self) -> Self:
        """Nothing to prepare."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Throw it away, unless an error leaves something in it for whoever comes next."""
        if error is None:
            self._path.unlink(missing_ok=True)
        os.close(self._file)

    def take(self, batch: Sequence[Claimed]) -> None:
        """Note what was claimed."""
        self._write(
            *(
                f"{one.row.id} {one.row.due_at.isoformat()} {one.was_due.isoformat()}"
                for one in batch
            )
        )

    def left(self, number: int) -> None:
        """Note that the mail server has taken a mail."""
        self._write(str(number))

    def clear(self) -> None:
        """Forget everything: it stands in the database."""
        os.ftruncate(self._file, 0)

    def _write(self, *lines: str) -> None:
        os.write(self._file, "".join(f"{line}\n" for line in lines).encode())


def left_behind(folder: Path) -> Iterator[Path]:
    """The journals in a folder whose workers are gone."""
    for path in sorted(folder.glob(f"*{SUFFIX}")):
        with _held(path) as is_ours:
            if is_ours:
                yield path


def read(path: Path) -> list[InHand]:
    """What a worker had in its hands; a last line that was cut off says nothing."""
    claimed: dict[int, tuple[datetime, datetime]] = {}
    gone = set()
    for line in path.read_text("ascii").split("\n")[:-1]:
        number, *moments = line.split(" ")
        if moments:
            leased_until, was_due = map(datetime.fromisoformat, moments)
            claimed[int(number)] = (leased_until, was_due)
        else:
            gone.add(int(number))
    return [InHand(number, *moments, number in gone) for number, moments in claimed.items()]


@contextmanager
def _held(path: Path) -> Iterator[bool]:
    try:
        file = os.open(path, os.O_RDONLY)
    except FileNotFoundError:
        yield False
        return
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        yield False
    else:
        yield path.exists()
    finally:
        os.close(file)
