"""A Chromium for the browser tests: the machine's own, or the one that npm brings."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Chromium:
    """A Chromium on this machine, and how to start it."""

    executable: str
    arguments: list[str]
    environment: dict[str, str] = field(default_factory=dict)

    def launch_arguments(self) -> dict[str, object]:
        """Return the keywords for Playwright's `chromium.launch`."""
        return {
            "executable_path": self.executable,
            "args": self.arguments,
            "env": {**os.environ, **self.environment},
        }


INSTALLED = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
QUIET = [
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # Small /dev/shm of containers.
    "--disable-dev-shm-usage",
]


def find_chromium() -> Chromium:
    """Return the machine's Chromium, or else the one that npm brought, unpacked once.

    Raises RuntimeError when there is neither.
    """
    # Chromium's sandbox refuses to run as root.
    arguments = [*QUIET, "--no-sandbox"] if os.geteuid() == 0 else QUIET
    for name in INSTALLED:
        executable = shutil.which(name)
        if executable:
            return Chromium(executable, arguments)
    folder = _unpacked_chromium()
    environment = {}
    if not Path("/etc/fonts/fonts.conf").exists():
        environment["FONTCONFIG_PATH"] = str(folder / "fonts")
    if _lacks_libraries(folder / "chromium"):
        environment["LD_LIBRARY_PATH"] = str(folder / "al2023" / "lib")
    # Its sandbox needs a helper that the package does not carry.
    return Chromium(str(folder / "chromium"), [*QUIET, "--no-sandbox"], environment)


def _unpacked_chromium() -> Path:
    package = PROJECT / "node_modules" / "@sparticuz" / "chromium"
    if not package.is_dir():
        raise RuntimeError("no Chromium: install one, or let `make test` fetch npm's")
    folder = PROJECT / ".build" / "chromium"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "ready").exists():
            _unpack(package, folder)
            (folder / "ready").touch()
    return folder


def _unpack(package: Path, folder: Path) -> None:
    node = shutil.which("node") or str(PROJECT / ".venv" / "bin" / "node")
    script = (
        'import chromium, { inflate } from "@sparticuz/chromium";'
        "await chromium.executablePath(process.argv[1]);"
        'await inflate(process.argv[1] + "/al2023.tar.br");'
    )
    subprocess.run(
        [node, "--input-type=module", "-e", script, str(package / "bin")],
        # The package unpacks into the temporary folder, whatever it is.
        env={**os.environ, "TMPDIR": str(folder)},
        cwd=PROJECT,
        check=True,
    )
    fonts = folder / "fonts"
    (fonts / "fonts.conf").write_text(
        '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>'
        f"<dir>{fonts}</dir><cachedir>{folder / 'fonts-cache'}</cachedir></fontconfig>"
    )


def _lacks_libraries(executable: Path) -> bool:
    needed = subprocess.run(["ldd", str(executable)], capture_output=True, text=True, check=False)
    return "not found" in needed.stdout
