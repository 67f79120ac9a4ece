"""A server that speaks S3, on loopback, for tests of files in a bucket."""

from __future__ import annotations

from types import TracebackType
from typing import Any
from uuid import uuid4

import boto3
import pytest
from moto.server import ThreadedMotoServer

KEY, SECRET, REGION = "test-key", "test-secret", "us-east-1"


class Bucket:
    """A bucket on a free port of loopback; `with Bucket(monkeypatch) as bucket:` runs its server.

    The `AWS_...` variables of the process lead there meanwhile.
    """

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        # All servers of a process have the same buckets.
        self.name = f"files-{uuid4()}"
        self._environment = monkeypatch
        self._server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)

    @property
    def url(self) -> str:
        """The STORAGE_URL of this bucket."""
        return f"s3://{self.name}/diplomat"

    def keys(self) -> list[str]:
        """The names of all that is in the bucket."""
        found = self._client().list_objects_v2(Bucket=self.name)
        return [row["Key"] for row in found.get("Contents", [])]

    def stop(self) -> None:
        """Let the server go away."""
        self._server.stop()

    def __enter__(self) -> Bucket:
        self._server.start()
        host, port = self._server.get_host_and_port()
        self._address = f"http://{host}:{port}"
        for name, value in {
            "AWS_ACCESS_KEY_ID": KEY,
            "AWS_SECRET_ACCESS_KEY": SECRET,
            "AWS_REGION": REGION,
            "AWS_ENDPOINT_URL": self._address,
        }.items():
            self._environment.setenv(name, value)
        self._client().create_bucket(Bucket=self.name)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.stop()

    def _client(self) -> Any:
        return boto3.client(
            "s3",
            endpoint_url=self._address,
            aws_access_key_id=KEY,
            aws_secret_access_key=SECRET,
            region_name=REGION,
        )
