"""The settings: read once from the environment, validated at start, never changed.

A setting that is malformed, or a name that is almost one of ours, stops the start with one line
that names it: a misspelt setting that is silently ignored costs more. The README lists them all.
"""

import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from urllib.parse import SplitResult, urlsplit
from zoneinfo import ZoneInfo

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

PROJECT = Path(__file__).resolve().parent
LANGUAGES_SPOKEN = ("fa", "en")
NAMES = (
    "DATA_DIR DATABASE_URL SECRET_KEY BASE_URL MAIL_URL MAIL_FROM STORAGE_URL QUEUE_URL REDIS_URL "
    "LANGUAGES TIMEZONE TRUSTED_PROXIES METRICS_ALLOW HOST PORT MAIL_PACE "
    "BOUNCE_ADDRESS BOUNCE_MAILBOX BOUNCE_SECRET"
).split()
# The POSIX locale variable, which every desktop sets.
NOT_OURS = frozenset({"LANGUAGE"})
LOOPBACK_HOSTS = frozenset({"127.0.0.1", "localhost", "::1"})


class SettingError(Exception):
    """A setting is missing or malformed; the message is one line that names it."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Everything that may differ between two installations."""

    data_dir: Path
    database_url: str
    secret_key: str
    base_url: str
    mail_url: str
    mail_from: str
    mail_pace: int
    storage_url: str
    queue_url: str
    redis_url: str | None
    languages: tuple[str, ...]
    timezone: ZoneInfo
    trusted_proxies: int
    metrics_allow: tuple[IPv4Network | IPv6Network, ...]
    host: str
    port: int
    bounce_address: str | None = None
    bounce_mailbox: str | None = None
    bounce_secret: str | None = None

    @property
    def is_https(self) -> bool:
        """Whether readers reach the site by https; cookies are then for https alone."""
        return self.base_url.startswith("https://")

    @property
    def base_host(self) -> str:
        """Host and port of BASE_URL, as browsers send it."""
        return urlsplit(self.base_url).netloc

    @property
    def is_loopback(self) -> bool:
        """Whether the site can only be reached from this machine."""
        return (urlsplit(self.base_url).hostname or "") in LOOPBACK_HOSTS and (
            self.host in LOOPBACK_HOSTS
        )

    @property
    def mail_folder(self) -> Path | None:
        """The folder that mails are written to, or None when they are sent by SMTP."""
        return Path(self.mail_url.removeprefix("file:")) if is_file(self.mail_url) else None


def is_file(url: str) -> bool:
    """Whether a MAIL_URL names a folder."""
    return url.startswith("file:")


def read_settings(environment: Mapping[str, str]) -> Settings:
    """The settings of an environment; raises SettingError naming the first that is wrong."""
    _refuse_misspelt(environment)
    given = {name: value.strip() for name, value in environment.items() if value.strip()}
    data_dir = _data_dir(given.get("DATA_DIR", PROJECT / "instance"))
    host, port = given.get("HOST", "127.0.0.1"), _whole_number(given, "PORT", 8000, 1, 65535)
    base_url = _base_url(given.get("BASE_URL", f"http://{_url_host(host)}:{port}"))
    database_url = _database_url(given.get("DATABASE_URL", f"sqlite:///{data_dir / 'site.db'}"))
    return Settings(
        data_dir=data_dir,
        database_url=database_url,
        secret_key=_secret_key(given.get("SECRET_KEY"), base_url, data_dir),
        base_url=base_url,
        mail_url=_mail_url(given.get("MAIL_URL", f"file:{data_dir / 'mail'}")),
        mail_from=_mail_from(given.get("MAIL_FROM", "Citizen Diplomat <noreply@localhost>")),
        mail_pace=_whole_number(given, "MAIL_PACE", 1000, 1, 1_000_000),
        storage_url=_storage_url(given.get("STORAGE_URL", str(data_dir / "files"))),
        queue_url=_queue_url(given.get("QUEUE_URL", f"sqlite:///{data_dir / 'queue.db'}")),
        redis_url=_redis_url(given.get("REDIS_URL")),
        languages=_languages(given.get("LANGUAGES", "fa,en")),
        timezone=_timezone(given.get("TIMEZONE", "Asia/Tehran")),
        trusted_proxies=_whole_number(given, "TRUSTED_PROXIES", 0, 0, 10),
        metrics_allow=_networks(given.get("METRICS_ALLOW", "127.0.0.0/8,::1")),
        host=host,
        port=port,
        bounce_address=_bounce_address(given.get("BOUNCE_ADDRESS")),
        bounce_mailbox=_bounce_mailbox(given.get("BOUNCE_MAILBOX")),
        bounce_secret=_bounce_secret(given.get("BOUNCE_SECRET")),
    )


def _refuse_misspelt(environment: Mapping[str, str]) -> None:
    for name in sorted(set(environment) - set(NAMES) - NOT_OURS):
        near = get_close_matches(name, NAMES, n=1, cutoff=0.87)
        if near:
            raise SettingError(f"{name} is not a setting; {near[0]} is")


def _url_host(host: str) -> str:
    if host in {"0.0.0.0", "::"}:  # noqa: S104 - only compared: everyone's address is no address to link to
        return "127.0.0.1"
    return f"[{host}]" if ":" in host else host


def _split(value: str) -> SplitResult | None:
    """The parts of an address, or None when it is none."""
    try:
        parts = urlsplit(value)
        # Only looking at the port tells whether it is a number.
        _ = parts.port
    except ValueError:
        return None
    return parts


def _data_dir(value: str | Path) -> Path:
    folder = Path(value).resolve()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SettingError(f"DATA_DIR {folder} cannot be made: {error.strerror}") from error
    return folder


def _base_url(value: str) -> str:
    parts = _split(value)
    if (
        parts is None
        or parts.scheme not in {"http", "https"}
        or not parts.hostname
        or parts.username is not None
        or (parts.path.strip("/") or parts.query or parts.fragment)
    ):
        raise SettingError(f"BASE_URL must be like https://diplomat.example, not {value!r}")
    return f"{parts.scheme}://{parts.netloc}"


def _database_url(value: str) -> str:
    value = value.replace("postgres://", "postgresql://", 1)
    value = value.replace("postgresql://", "postgresql+psycopg://", 1)
    try:
        backend = make_url(value).drivername
    except (ArgumentError, ValueError):
        backend = ""
    if backend not in {"sqlite", "sqlite+pysqlite", "postgresql+psycopg"}:
        raise SettingError("DATABASE_URL must begin with sqlite: or postgresql:")
    return value


def _secret_key(value: str | None, base_url: str, data_dir: Path) -> str:
    if value is not None:
        if len(value) < 32 or len(set(value)) < 8:
            raise SettingError("SECRET_KEY must be random and at least 32 characters long")
        return value
    if base_url.startswith("https://"):
        raise SettingError("SECRET_KEY is required when BASE_URL is https")
    return _kept_secret(data_dir / "secret_key")


def _kept_secret(path: Path) -> str:
    if not path.exists():
        _keep(path, secrets.token_urlsafe(48))
    try:
        secret = path.read_text().strip()
    except OSError as error:
        raise SettingError(f"SECRET_KEY cannot be read from {path}: {error.strerror}") from error
    if not secret:
        raise SettingError(
            f"SECRET_KEY is empty in {path}; remove that file to have a new one made"
        )
    return secret


def _keep(path: Path, secret: str) -> None:
    """Write a new file whole, for its owner alone; of two at once the first wins."""
    unfinished = path.with_name(f"{path.name}.{os.getpid()}")
    unfinished.touch(mode=0o600)
    unfinished.write_text(secret)
    try:
        os.link(unfinished, path)
    except FileExistsError:
        unfinished.unlink()
    except OSError:
        # A file system without links.
        unfinished.replace(path)
    else:
        unfinished.unlink()


def _mail_url(value: str) -> str:
    parts = _split(value)
    if parts and parts.scheme == "file" and parts.path:
        return f"file:{Path(value.removeprefix('file:').removeprefix('//')).resolve()}"
    tls = parts and parts.query in {"", "tls=starttls", "tls=tls", "tls=none"}
    if parts and parts.scheme == "smtp" and parts.hostname and tls:
        return value
    raise SettingError(
        "MAIL_URL must be file:PATH or smtp://USER:PASS@HOST:PORT?tls=starttls|tls|none"
    )


def _mail_from(value: str) -> str:
    address = value.rpartition("<")[2].rstrip(">")
    if "@" not in address or any(ord(character) < 32 for character in value):
        raise SettingError("MAIL_FROM must be like Citizen Diplomat <noreply@diplomat.example>")
    return value


def _bounce_address(value: str | None) -> str | None:
    # What is added for each letter needs the rest of the 64 characters of a local part.
    if value is None or re.fullmatch(
        r"[A-Za-z0-9._-]{1,32}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*", value
    ):
        return value
    raise SettingError("BOUNCE_ADDRESS must be like bounce@diplomat.example, without a plus sign")


def _bounce_mailbox(value: str | None) -> str | None:
    if value is None:
        return None
    scheme, _, path = value.partition(":")
    if scheme == "maildir" and path.strip("/"):
        return f"maildir:{Path(path).resolve()}"
    parts = _split(value)
    if parts and scheme in {"imap", "imaps"} and parts.hostname and parts.username:
        return value
    raise SettingError(
        "BOUNCE_MAILBOX must be maildir:PATH or imaps://USER:PASS@HOST/INBOX (imap: with STARTTLS)"
    )


def _bounce_secret(value: str | None) -> str | None:
    if value is not None and (len(value) < 32 or len(set(value)) < 8):
        raise SettingError("BOUNCE_SECRET must be random and at least 32 characters long")
    return value


def _storage_url(value: str) -> str:
    parts = _split(value)
    if parts and parts.scheme == "s3" and parts.netloc and not (parts.query or parts.fragment):
        return value
    if "://" in value or value.startswith("s3:"):
        raise SettingError("STORAGE_URL must be a folder or s3://bucket/prefix")
    return str(Path(value).resolve())


def _queue_url(value: str) -> str:
    scheme = value.partition(":")[0].partition("+")[0]
    if scheme not in {"sqlite", "postgresql", "redis", "rediss"}:
        raise SettingError("QUEUE_URL must begin with sqlite:, postgresql: or redis:")
    return value


def _redis_url(value: str | None) -> str | None:
    if value is not None and not value.startswith(("redis://", "rediss://")):
        raise SettingError("REDIS_URL must begin with redis:// or rediss://")
    return value


def _languages(value: str) -> tuple[str, ...]:
    languages = tuple(part.strip() for part in value.split(",") if part.strip())
    if (
        not languages
        or len(set(languages)) < len(languages)
        or set(languages) - set(LANGUAGES_SPOKEN)
    ):
        raise SettingError(f"LANGUAGES must be a list out of {','.join(LANGUAGES_SPOKEN)}")
    return languages


def _timezone(value: str) -> ZoneInfo:
    try:
        return ZoneInfo(value)
    except (KeyError, ValueError, OSError):
        raise SettingError(f"TIMEZONE is not an IANA time zone: {value!r}") from None


def _networks(value: str) -> tuple[IPv4Network | IPv6Network, ...]:
    try:
        return tuple(ip_network(part.strip()) for part in value.split(",") if part.strip())
    except ValueError:
        raise SettingError("METRICS_ALLOW must be a list of addresses or networks") from None


def _whole_number(
    given: Mapping[str, str], name: str, default: int, lowest: int, highest: int
) -> int:
    text = given.get(name, str(default))
    if not (text.isascii() and text.isdigit() and len(text) < 9 and lowest <= int(text) <= highest):
        raise SettingError(
            f"{name} must be a whole number from {lowest} to {highest}, not {text!r}"
        )
    return int(text)
