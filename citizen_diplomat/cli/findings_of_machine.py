"""Examinations of what surrounds the data: settings, files, disk and mail server."""

import os
import shutil
import stat
from pathlib import Path

from babel.messages.pofile import read_po

from citizen_diplomat.cli import findings_of_mail
from citizen_diplomat.cli.findings import Finding
from citizen_diplomat.foundation.storage import Missing, StorageAway
from citizen_diplomat.web.services import services
from config import PROJECT

LEAST_FREE = 500 * 1024 * 1024
"""Bytes; less is soon eaten by logs and write-ahead files."""


def settings() -> Finding:
    """They were read at start; left is whether strangers could listen."""
    ours = services().settings
    if not (ours.is_https or ours.is_loopback):
        return Finding(
            False, f"{ours.base_url} is reached from other machines, and not by https (BASE_URL)"
        )
    return Finding(True, f"{ours.base_url}, {', '.join(ours.languages)}, {ours.timezone.key}")


def secret_key() -> Finding:
    """The kept key must be readable by its owner alone."""
    path = services().settings.data_dir / "secret_key"
    if not path.exists():
        return Finding(True, "given by SECRET_KEY")
    others = stat.S_IMODE(path.stat().st_mode) & 0o077
    return Finding(not others, f"{path} can be read by {'others' if others else 'its owner alone'}")


def disk() -> Finding:
    """A full disk loses what people write."""
    folder = services().settings.data_dir
    free = shutil.disk_usage(folder).free
    return Finding(free >= LEAST_FREE, f"{free / 2**30:.1f} GiB free in {folder}")


def static_files() -> Finding:
    """Pages without their stylesheet are no pages, and documents need their fonts."""
    services().assets.url("theme.css")
    _ = services().assets.fonts
    return Finding(True, f"built in {services().assets.folder}")


def translations() -> Finding:
    """Every text in every language, and compiled since it was changed."""
    for language in services().settings.languages:
        source = PROJECT / "translations" / language / "LC_MESSAGES" / "messages.po"
        compiled = source.with_suffix(".mo")
        if not compiled.exists() or compiled.stat().st_mtime < source.stat().st_mtime:
            return Finding(False, f"{language} is not compiled; `make run` does it")
        missing = _untranslated(source)
        if missing:
            return Finding(False, f"{language} lacks {missing} texts")
    return Finding(True, f"complete in {', '.join(services().settings.languages)}")


def mail() -> Finding:
    """Whether a mail could leave now."""
    ours = services().settings
    if ours.mail_folder is not None:
        return Finding(_is_writable(ours.mail_folder), f"written to {ours.mail_folder}")
    return findings_of_mail.server()


def files() -> Finding:
    """Whether a file can be kept, read and removed again."""
    storage = services().storage
    try:
        storage.probe()
    except (StorageAway, Missing) as error:
        return Finding(False, f"{storage.url}: {error}")
    return Finding(True, f"kept in {storage.url}")


def _untranslated(source: Path) -> int:
    with source.open("rb") as file:
        catalogue = read_po(file)
    return sum(not _is_complete(message.string) for message in catalogue if message.id)


def _is_complete(translation: object) -> bool:
    return all(translation) if isinstance(translation, list | tuple) else bool(translation)


def _is_writable(folder: Path) -> bool:
    # It is made with the first mail.
    nearest = next(path for path in (folder, *folder.parents) if path.exists())
    return nearest.is_dir() and os.access(nearest, os.W_OK)
