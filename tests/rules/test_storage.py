"""Files are kept alike in a folder and in a bucket."""

import os
import stat
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from citizen_diplomat.foundation import storage as storages
from citizen_diplomat.foundation.storage import Missing, Storage, StorageAway, sweep
from tests.servers.s3 import Bucket

LATER = datetime.now(UTC) + timedelta(days=2)


@pytest.fixture(params=["folder", "bucket"])
def storage(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Storage]:
    if request.param == "folder":
        yield Storage(str(tmp_path / "files"))
        return
    with Bucket(monkeypatch) as bucket:
        yield Storage(bucket.url)


def test_what_was_put_is_got_until_it_is_deleted(storage: Storage) -> None:
    large = os.urandom(3 * storages.CHUNK + 7)
    storage.put("attachments/one", large)
    storage.put("attachments/two", b"")
    assert storage.get("attachments/one") == large
    assert storage.get("attachments/two") == b""
    out = storage.open("attachments/one")
    pieces = list(out.chunks)
    assert out.size == len(large)
    assert b"".join(pieces) == large
    assert len(pieces) > 1
    assert all(type(piece) is bytes for piece in pieces)
    assert storage.exists("attachments/one")
    storage.delete("attachments/one")
    storage.delete("attachments/one")
    assert not storage.exists("attachments/one")
    for use in (storage.get, storage.open):
        with pytest.raises(Missing):
            use("attachments/one")


def test_keys_are_listed_below_their_prefix(
    storage: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(storages, "BATCH", 2)
    for number in range(5):
        storage.put(f"attachments/{number}", b"x")
    storage.put("photos/1", b"x")
    batches = list(storage.keys("attachments"))
    assert sorted(key for batch in batches for key, _ in batch) == [
        f"attachments/{number}" for number in range(5)
    ]
    assert len(batches) == 3
    assert all(abs(at - datetime.now(UTC)) < timedelta(minutes=1) for b in batches for _, at in b)
    assert list(storage.keys("nothing")) == []


def test_what_no_row_names_is_swept_once_it_is_old(storage: Storage) -> None:
    for number in range(4):
        storage.put(f"attachments/{number}", b"x")
    storage.put("photos/0", b"x")
    asked: list[str] = []

    def known(keys: list[str]) -> set[str]:
        asked.extend(keys)
        return {"attachments/1", "attachments/3"}

    yesterday = datetime.now(UTC) - timedelta(days=1)
    assert sweep(storage, "attachments", known=known, before=yesterday) == 0
    assert asked == []
    assert sweep(storage, "attachments", known=known, before=LATER) == 2
    assert sorted(asked) == [f"attachments/{number}" for number in range(4)]
    left = [number for number in range(4) if storage.exists(f"attachments/{number}")]
    assert left == [1, 3]
    assert storage.exists("photos/0")


def test_a_storage_that_answers_is_well(storage: Storage) -> None:
    storage.check()
    storage.probe()
    assert list(storage.keys("health")) == []


def test_a_folder_is_for_its_owner_alone(tmp_path: Path) -> None:
    storage = Storage(str(tmp_path / "deep" / "files"))
    storage.put("attachments/one", b"x")
    assert storage.folder is not None
    assert stat.S_IMODE(storage.folder.stat().st_mode) == 0o700


def test_a_folder_that_went_away_says_so_in_one_line(tmp_path: Path) -> None:
    storage = Storage(str(tmp_path / "files"))
    storage.check()
    (tmp_path / "files").rmdir()
    with pytest.raises(StorageAway, match="files cannot be written"):
        storage.check()
    (tmp_path / "blocked").write_text("not a folder")
    with pytest.raises(StorageAway):
        Storage(str(tmp_path / "blocked" / "files")).put("attachments/one", b"x")


def test_a_bucket_has_its_own_place_below_a_prefix(monkeypatch: pytest.MonkeyPatch) -> None:
    with Bucket(monkeypatch) as bucket:
        Storage(bucket.url).put("attachments/one", b"x")
        Storage(f"s3://{bucket.name}").put("attachments/two", b"x")
        assert sorted(bucket.keys()) == ["attachments/two", "diplomat/attachments/one"]


def test_a_bucket_that_went_away_says_so_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(storages, "PATIENCE", timedelta(seconds=1))
    with Bucket(monkeypatch) as bucket:
        storage = Storage(bucket.url)
        storage.put("attachments/one", b"x")
        nowhere = Storage("s3://no-such-bucket")
        for use in (nowhere.check, nowhere.probe):
            with pytest.raises((StorageAway, Missing)):
                use()
        bucket.stop()
        for ask in (storage.check, lambda: storage.put("attachments/two", b"x"),
                    lambda: storage.get("attachments/one"), lambda: storage.exists("a/b"),
                    lambda: storage.delete("attachments/one")):  # fmt: skip
            with pytest.raises(StorageAway) as away:
                ask()
            assert "\n" not in str(away.value)
