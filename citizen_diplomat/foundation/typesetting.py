"""Setting a document as PDF with Typst, in a process of its own.

A template reads its values from `data.json` beside it; they never become part of the template, so
whatever somebody wrote stays text. The process is ended when it takes too long, and whatever it
dies of, the site lives on.
"""

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from shutil import copyfile
from tempfile import TemporaryDirectory
from threading import BoundedSemaphore
from typing import Any

LONGEST = 60
"""Seconds for one document; two thousand entries take two or three."""
LONGEST_WAIT = 20
"""Seconds that somebody waits for their turn."""
_turn = BoundedSemaphore(1)


class NotSet(Exception):  # noqa: N818 - named for what happened
    """The document could not be set; says why in one line."""


class Busy(NotSet):
    """Others have their documents set at this moment."""


def typeset(template: Path, data: Mapping[str, Any], fonts: Path) -> bytes:
    """The PDF that `template` makes of `data`, one at a time in this process.

    `fonts` is a folder; no font of the machine is taken. Raises Busy, or NotSet when the template
    is wrong or it takes too long.
    """
    if not _turn.acquire(timeout=LONGEST_WAIT):
        raise Busy("other documents are being made")
    try:
        with TemporaryDirectory(prefix="typeset-") as name:
            folder = Path(name)
            copyfile(template, folder / "main.typ")
            (folder / "data.json").write_text(json.dumps(data, ensure_ascii=False), "utf-8")
            return _run(folder, fonts)
    finally:
        _turn.release()


def _run(folder: Path, fonts: Path) -> bytes:
    # -I: it needs nothing of the application, and our neighbours must not hide what it imports.
    command = [sys.executable, "-I", __file__, str(folder), str(fonts)]
    try:
        # Our own program on a folder of our own; nothing in the command was typed by anybody.
        done = subprocess.run(command, capture_output=True, timeout=LONGEST, check=False)  # noqa: S603 - see above
    except subprocess.TimeoutExpired as error:
        raise NotSet(f"it took more than {LONGEST} seconds") from error
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip().splitlines()
        raise NotSet(said[-1] if said else f"it ended with status {done.returncode}")
    return (folder / "main.pdf").read_bytes()


def _main(folder: str, fonts: str) -> None:
    # Here alone: the site does not load it.
    import typst

    try:
        typst.compile(
            Path(folder) / "main.typ",
            output=Path(folder) / "main.pdf",
            root=Path(folder),
            font_paths=[Path(fonts)],
            ignore_system_fonts=True,
        )
    except typst.TypstError as error:
        sys.exit(f"Typst: {error.message}")


if __name__ == "__main__":
    _main(*sys.argv[1:])
