"""Where files lie: a folder of this machine, or a bucket of any server that speaks S3.

A key names one file and is never made of what people typed. What is kept under a key does not
change: a new file gets a new key. The rows of the database say which files there are; `sweep`
removes those that no row names, so that nothing has to be undone when a transaction fails.
"""

import os
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path

import obstore
from obstore.exceptions import BaseError
from obstore.store import LocalStore, S3Store

CHUNK = 256 * 1024
BATCH = 500
PATIENCE = timedelta(seconds=15)
"""How long a request waits for the server of a bucket, repeated tries included."""
PROBE = "health/probe"
FAILURES = (BaseError, OSError)


class Missing(Exception):  # noqa: N818 - named for what happened
    """There is no file under this key."""


class StorageAway(Exception):  # noqa: N818 - named for what happened
    """The folder or the bucket does not answer, or refuses; the message is one line."""


@dataclass(frozen=True)
class StoredFile:
    """A file on its way out: its size in bytes, and its content piece by piece."""

    size: int
    chunks: Iterator[bytes]


class Storage:
    """The files of one installation, by `STORAGE_URL`: a folder, or `s3://bucket/prefix`.

    A bucket's server, region and credentials come from the usual `AWS_...` variables.
    """

    def __init__(self, url: str) -> None:
        """Take where the files lie; nothing is opened before the first use."""
        self.url = url

    @property
    def folder(self) -> Path | None:
        """The folder that files are written to, or None when they go to a bucket."""
        return None if self.url.startswith("s3://") else Path(self.url)

    def put(self, key: str, content: bytes) -> None:
        """Keep `content` under `key`; raises StorageAway."""
        try:
            obstore.put(self._store, key, content)
        except FAILURES as error:
            raise _away(error) from error

    def get(self, key: str) -> bytes:
        """The whole content under `key`; raises Missing, StorageAway."""
        return b"".join(self.open(key).chunks)

    def open(self, key: str) -> StoredFile:
        """The content under `key`, to be sent on piece by piece; raises Missing, StorageAway."""
        try:
            found = obstore.get(self._store, key)
            return StoredFile(found.meta["size"], map(bytes, found.stream(min_chunk_size=CHUNK)))
        except FileNotFoundError as error:
            raise Missing(key) from error
        except FAILURES as error:
            raise _away(error) from error

    def exists(self, key: str) -> bool:
        """Whether there is a file under `key`; raises StorageAway."""
        try:
            obstore.head(self._store, key)
        except FileNotFoundError:
            return False
        except FAILURES as error:
            raise _away(error) from error
        return True

    def delete(self, key: str) -> None:
        """Remove the file under `key`, if there is one; raises StorageAway."""
        try:
            obstore.delete(self._store, key)
        except FileNotFoundError:
            return
        except FAILURES as error:
            raise _away(error) from error

    def keys(self, prefix: str) -> Iterator[list[tuple[str, datetime]]]:
        """The keys below `prefix` with their times of writing, in batches; raises StorageAway."""
        try:
            for batch in obstore.list(self._store, prefix, chunk_size=BATCH):
                yield [(found["path"], found["last_modified"]) for found in batch]
        except FAILURES as error:
            raise _away(error) from error

    def check(self) -> None:
        """Raise StorageAway unless files can be read and, of a folder, written."""
        folder = self.folder
        if folder is None:
            # Of the few things that may be asked, the one that costs least: an empty list.
            next(self.keys(PROBE), None)
            return
        # Made when it is first asked; after that it may only be missing because something is wrong.
        _ = self._store
        if not (folder.is_dir() and os.access(folder, os.W_OK)):
            raise StorageAway(f"{folder} cannot be written")

    def probe(self) -> None:
        """Write a file, read it and remove it again; raises Missing, StorageAway."""
        self.put(PROBE, b"probe")
        self.get(PROBE)
        self.delete(PROBE)

    @cached_property
    def _store(self) -> LocalStore | S3Store:
        folder = self.folder
        try:
            if folder is None:
                return _bucket(self.url)
            # For its owner alone: drafts lie there too.
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            return LocalStore(folder)
        except FAILURES as error:
            raise _away(error) from error


def sweep(
    storage: Storage,
    prefix: str,
    *,
    known: Callable[[list[str]], Collection[str]],
    before: datetime,
) -> int:
    """Remove the files below `prefix` that were written before `before` and that no row names.

    `known` is asked which of some keys are still named. Returns how many were removed; raises
    StorageAway. What was written later may belong to a transaction that has not ended yet.
    """
    removed = 0
    for batch in storage.keys(prefix):
        old = [key for key, written_at in batch if written_at < before]
        for key in sorted(set(old) - set(known(old))) if old else ():
            storage.delete(key)
            removed += 1
    return removed


def _bucket(url: str) -> S3Store:
    bucket, _, prefix = url.removeprefix("s3://").strip("/").partition("/")
    return S3Store(
        bucket,
        prefix=prefix or None,
        # Plain http is only ever spoken to a server that AWS_ENDPOINT_URL names so.
        client_options={"allow_http": True, "connect_timeout": "5s", "timeout": "60s"},
        retry_config={"max_retries": 3, "retry_timeout": PATIENCE},
    )


def _away(error: Exception) -> StorageAway:
    lines = str(error).splitlines()
    return StorageAway(lines[0] if lines else type(error).__name__)
