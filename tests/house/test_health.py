"""Signs of health: what a watcher asks, and what it is told when something fails."""

import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.orm import Session

from citizen_diplomat import create_app
from citizen_diplomat.foundation import storage
from citizen_diplomat.foundation.clock import now
from citizen_diplomat.foundation.heartbeat import beat
from citizen_diplomat.mail.message import Recipient
from citizen_diplomat.mail.outbox import post
from citizen_diplomat.proposals.messages import ProposalReceived
from config import read_settings
from tests.cast import CHEAP
from tests.conftest import database_of
from tests.servers.s3 import Bucket


@pytest.fixture
def unprepared(tmp_path: Path) -> Iterator[Flask]:
    """An installation whose database was never made; watchers may ask from 192.0.2.0/24."""
    settings = {
        "DATA_DIR": str(tmp_path / "data"),
        "BASE_URL": "http://localhost",
        "METRICS_ALLOW": "192.0.2.0/24",
    }
    app = create_app(read_settings(settings), hasher=CHEAP)
    yield app
    database_of(app).close()


def test_a_process_lives_without_a_database(unprepared: Flask) -> None:
    assert unprepared.test_client().get("/healthz").status_code == 200


def test_a_schema_that_was_never_made_is_named(unprepared: Flask) -> None:
    answer = unprepared.test_client().get("/readyz")
    assert answer.status_code == 503
    assert answer.get_data(as_text=True) == "schema fails\n"


def test_an_old_schema_is_named(client: FlaskClient, session: Session) -> None:
    newest = session.scalar(text("SELECT version_num FROM alembic_version"))
    session.execute(text("UPDATE alembic_version SET version_num = '0000'"))
    session.commit()
    answer = client.get("/readyz")
    session.execute(text("UPDATE alembic_version SET version_num = :newest"), {"newest": newest})
    session.commit()
    assert answer.status_code == 503
    assert answer.get_data(as_text=True) == "schema fails\n"
    assert client.get("/readyz").status_code == 200


def test_a_database_that_is_away_is_named_and_nothing_else(tmp_path: Path) -> None:
    settings = {
        "DATA_DIR": str(tmp_path),
        "DATABASE_URL": "postgresql://clerk:open-sesame@127.0.0.1:1/site",
        "BASE_URL": "http://localhost",
    }
    answer = create_app(read_settings(settings), hasher=CHEAP).test_client().get("/readyz")
    assert answer.status_code == 503
    assert answer.get_data(as_text=True) == "database fails\n"


def test_a_storage_that_went_away_is_named(app: Flask, unprepared: Flask) -> None:
    unprepared.test_cli_runner().invoke(args=["init"])
    folder = Path(unprepared.extensions["citizen_diplomat"].settings.data_dir)
    database_of(unprepared).close()
    aside = folder.with_name("aside")
    assert unprepared.test_client().get("/readyz").status_code == 200
    # The engine keeps the open database file: what is missing is the folder to write new ones to.
    folder.rename(aside)
    try:
        answer = unprepared.test_client().get("/readyz")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        aside.rename(folder)
    assert answer.status_code == 503
    assert answer.get_data(as_text=True) in {"storage fails\n", "database fails\n"}


def test_a_bucket_that_went_away_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(storage, "PATIENCE", timedelta(seconds=1))
    with Bucket(monkeypatch) as bucket:
        settings = {
            "DATA_DIR": str(tmp_path),
            "BASE_URL": "http://localhost",
            "STORAGE_URL": bucket.url,
        }
        app = create_app(read_settings(settings), hasher=CHEAP)
        app.test_cli_runner().invoke(args=["init"])
        assert app.test_client().get("/readyz").status_code == 200
        assert "ok   files" in app.test_cli_runner().invoke(args=["doctor"]).output
        bucket.stop()
        answer = app.test_client().get("/readyz")
        assert (answer.status_code, answer.text) == (503, "storage fails\n")
        assert "BAD  files" in app.test_cli_runner().invoke(args=["doctor"]).output
        database_of(app).close()


def test_metrics_tell_of_waiting_mail_and_of_the_worker(
    client: FlaskClient, session: Session
) -> None:
    kamran = Recipient("kamran@example.org", "Kamran", "en")
    at = now() - timedelta(hours=1)
    post(session, ProposalReceived(1, "Solar roofs", 1, "http://x/"), kamran, key="k", at=at)
    beat(session, "worker", at=now() - timedelta(seconds=40))
    session.commit()
    answer = client.get("/metrics", environ_base={"REMOTE_ADDR": "127.0.0.1"})
    assert answer.content_type.startswith("text/plain; version=0.0.4")
    figures = _figures(answer.get_data(as_text=True))
    assert figures["citizen_diplomat_outbox_waiting"] == 1
    assert 3600 <= figures["citizen_diplomat_outbox_oldest_waiting_seconds"] < 3700
    assert figures["citizen_diplomat_outbox_given_up"] == 0
    assert figures["citizen_diplomat_queue_open"] == 0
    assert 40 <= figures["citizen_diplomat_worker_heartbeat_age_seconds"] < 100


def test_a_worker_that_never_ran_is_infinitely_late(client: FlaskClient) -> None:
    figures = _figures(client.get("/metrics").get_data(as_text=True))
    assert figures["citizen_diplomat_worker_heartbeat_age_seconds"] == float("inf")


@pytest.mark.parametrize(
    ("address", "status"),
    [("127.0.0.1", 200), ("::1", 200), ("192.0.2.9", 404), ("", 404), ("nonsense", 404)],
)
def test_metrics_are_for_watchers_alone(client: FlaskClient, address: str, status: int) -> None:
    answer = client.get("/metrics", environ_base={"REMOTE_ADDR": address})
    assert answer.status_code == status


def test_watchers_can_be_elsewhere(unprepared: Flask) -> None:
    unprepared.test_cli_runner().invoke(args=["init"])
    client = unprepared.test_client()
    assert client.get("/metrics", environ_base={"REMOTE_ADDR": "192.0.2.9"}).status_code == 200
    assert client.get("/metrics", environ_base={"REMOTE_ADDR": "127.0.0.1"}).status_code == 404


def test_nobody_poses_as_a_watcher_by_a_header(client: FlaskClient) -> None:
    answer = client.get(
        "/metrics",
        environ_base={"REMOTE_ADDR": "192.0.2.9"},
        headers={"X-Forwarded-For": "127.0.0.1"},
    )
    assert answer.status_code == 404


def _figures(content: str) -> dict[str, float]:
    lines = [line.split(" ") for line in content.splitlines() if not line.startswith("#")]
    return {name: float(value) for name, value in lines}
