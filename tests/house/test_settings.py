"""Settings: a wrong one stops the start with one line that names it."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from config import PROJECT, SettingError, read_settings

SECRET = "a secret of at least thirty-two letters"
WRONG = {
    "DATABASE_URL": ["mysql://localhost/site", "not an address", "postgresql://db:port/site"],
    "SECRET_KEY": ["short", "a" * 64],
    "BASE_URL": [
        "diplomat.example",
        "ftp://diplomat.example",
        "https://diplomat.example/below",
        "http://x:port",
        "http://[",
        "http://user@x",
    ],
    "MAIL_URL": ["/var/mail", "smtp://", "smtp://localhost?tls=perhaps", "smtp://mail:port"],
    "MAIL_FROM": ["nobody", "Site <noreply@example.org>\nBcc: all@example.org"],
    "STORAGE_URL": ["http://files.example", "s3://", "s3:/bucket", "s3://bucket/a?b=c"],
    "QUEUE_URL": ["amqp://localhost"],
    "REDIS_URL": ["http://localhost"],
    "LANGUAGES": ["fa,de", "fa,fa", ","],
    "TIMEZONE": ["Asia/Isfahan", "../etc/passwd"],
    "TRUSTED_PROXIES": ["one", "-1", "11", "۱"],
    "METRICS_ALLOW": ["everybody", "10.0.0.1/8"],
    "BOUNCE_ADDRESS": [
        "nobody",
        "b+c@x.example",
        "b" * 33 + "@x.example",
        "b@x.example>\nBcc: a@b",
    ],
    "BOUNCE_MAILBOX": ["/var/mail", "maildir:", "pop3://u:p@mx.example", "imaps://mx.example"],
    "BOUNCE_SECRET": ["short", "a" * 64],
    "DATA_DIR": ["/dev/null/below"],
    "PORT": ["http", "0", "65536", "9" * 5000],
}
CASES = [(name, value) for name, values in WRONG.items() for value in values]


@pytest.mark.parametrize(("name", "value"), CASES, ids=[f"{n}={v[:30]!r}" for n, v in CASES])
def test_a_wrong_setting_names_itself_in_one_line(name: str, value: str, tmp_path: Path) -> None:
    with pytest.raises(SettingError) as error:
        read_settings({"DATA_DIR": str(tmp_path), "SECRET_KEY": SECRET, name: value})
    assert name in str(error.value)
    assert "\n" not in str(error.value)


def test_every_default_is_good(tmp_path: Path) -> None:
    settings = read_settings({"DATA_DIR": str(tmp_path)})
    assert settings.base_url == "http://127.0.0.1:8000"
    assert settings.is_loopback
    assert settings.mail_folder == tmp_path / "mail"
    assert settings.database_url == f"sqlite:///{tmp_path / 'site.db'}"


def test_an_empty_setting_is_one_that_was_not_given(tmp_path: Path) -> None:
    assert read_settings({"DATA_DIR": str(tmp_path), "PORT": " "}).port == 8000


def test_another_port_is_part_of_the_address(tmp_path: Path) -> None:
    settings = read_settings({"DATA_DIR": str(tmp_path), "PORT": "9000"})
    assert settings.base_url == "http://127.0.0.1:9000"


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.7"])
def test_a_site_that_others_reach_is_not_loopback(host: str, tmp_path: Path) -> None:
    assert not read_settings({"DATA_DIR": str(tmp_path), "HOST": host}).is_loopback


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("DATABSE_URL", "DATABASE_URL"),
        ("SECRETKEY", "SECRET_KEY"),
        ("MAIL_FORM", "MAIL_FROM"),
        ("MAIL_ULR", "MAIL_URL"),
    ],
)
def test_a_misspelt_setting_is_named(typed: str, meant: str, tmp_path: Path) -> None:
    with pytest.raises(SettingError, match=f"{typed} is not a setting; {meant} is"):
        read_settings({"DATA_DIR": str(tmp_path), typed: "whatever"})


def test_other_names_of_a_machine_are_left_alone(tmp_path: Path) -> None:
    read_settings({"DATA_DIR": str(tmp_path), "LANGUAGE": "fa:en", "HOSTNAME": "desk", "PATH": "/"})


def test_https_needs_a_secret_that_was_given(tmp_path: Path) -> None:
    environment = {"DATA_DIR": str(tmp_path), "BASE_URL": "https://diplomat.example"}
    with pytest.raises(SettingError, match="SECRET_KEY is required"):
        read_settings(environment)
    assert read_settings({**environment, "SECRET_KEY": SECRET}).is_https


def test_the_secret_is_made_once_and_kept_for_its_owner_alone(tmp_path: Path) -> None:
    first = read_settings({"DATA_DIR": str(tmp_path)})
    second = read_settings({"DATA_DIR": str(tmp_path)})
    assert first.secret_key == second.secret_key
    assert stat.S_IMODE((tmp_path / "secret_key").stat().st_mode) == 0o600


def test_two_processes_that_start_at_once_keep_one_secret(tmp_path: Path) -> None:
    code = "import config, os; print(config.read_settings(os.environ).secret_key)"
    environment = {**os.environ, "DATA_DIR": str(tmp_path)}
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", code], cwd=PROJECT, env=environment, stdout=subprocess.PIPE
        )
        for _ in range(4)
    ]
    secrets = {process.communicate()[0] for process in processes}
    assert len(secrets) == 1
    assert len(secrets.pop()) > 40


def test_a_broken_setting_stops_every_command_with_one_line(tmp_path: Path) -> None:
    environment = {**os.environ, "DATA_DIR": str(tmp_path), "PORT": "http"}
    ended = subprocess.run(
        [sys.executable, "-m", "flask", "--app", "wsgi", "doctor"],
        cwd=PROJECT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode != 0
    assert ended.stderr.strip() == (
        "citizen-diplomat: PORT must be a whole number from 1 to 65535, not 'http'"
    )
