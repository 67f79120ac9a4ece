"""Static files: built once into content-hashed names, then served for ever from our own origin.

`python -m citizen_diplomat.web.assets` builds; `Assets` gives pages the addresses and icons;
`serve_static` answers for `/static/` before the application is asked.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import re
from collections.abc import Callable, Mapping
from functools import cached_property
from pathlib import Path
from time import time
from types import MappingProxyType
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote
from wsgiref.headers import Headers

from markupsafe import Markup
from whitenoise import WhiteNoise

if TYPE_CHECKING:
    from flask import Flask

PROJECT = Path(__file__).resolve().parents[2]
BUILD_FOLDER = PROJECT / ".build" / "static"
OWN_FILES = Path(__file__).resolve().parent / "static"
PACKAGES = PROJECT / "node_modules"
FROM_PACKAGES = {
    "bootstrap.min.css": "bootstrap/dist/css/bootstrap.min.css",
    "bootstrap.rtl.min.css": "bootstrap/dist/css/bootstrap.rtl.min.css",
    "altcha-worker.js": "altcha/dist/workers/pbkdf2.js",
    "vazirmatn.woff2": "vazirmatn/fonts/webfonts/Vazirmatn[wght].woff2",
}
ICONS = "bootstrap-icons/icons"
FONTS = "vazirmatn/fonts/ttf"
# For documents, which take no WOFF2; no page asks for them, so they are not served.
DOCUMENT_FONTS = ("Vazirmatn-Regular.ttf", "Vazirmatn-Bold.ttf")

COMPRESSED = {".css", ".js", ".svg", ".json", ".txt"}
KEPT_SECONDS = 30 * 24 * 3600
HASHED = r"\.[0-9a-f]{12}\.[a-z0-9]+$"
ADDRESS = re.compile(r"""url\(\s*(["']?)(?!data:|#)([^)"']+)\1\s*\)""")
SOURCE_MAP = re.compile(r"\s*/[*/]# sourceMappingURL=[^\n]*")
SVG = re.compile(r'<svg[^>]*\sviewBox="([^"]+)"[^>]*>(.*)</svg>', re.DOTALL)

NO_HEADERS: Mapping[str, str] = MappingProxyType({})
# Static files are answered outside the application, so its usual headers do not reach them.
SAFE_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Content-Security-Policy": (
        "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}


class AssetError(LookupError):
    """A static file or an icon that does not exist is asked for, or was never built."""


class Assets:
    """The addresses and icons of one build."""

    def __init__(self, folder: Path = BUILD_FOLDER) -> None:
        """Take the build in `folder`, as `build` made it; read when first asked."""
        self.folder = folder

    @property
    def fonts(self) -> Path:
        """The folder of the fonts that documents are set in; raises AssetError without them."""
        folder = self.folder / "fonts"
        missing = [name for name in DOCUMENT_FONTS if not (folder / name).is_file()]
        if missing:
            raise AssetError(
                f"{folder} holds no {missing[0]}: `make static` builds the static files"
            )
        return folder

    def url(self, name: str) -> str:
        """Return the path of the file `name`, such as `/static/theme.1f0c....css`.

        Raises AssetError when the build holds no such file.
        """
        try:
            return f"/static/{self._names[name]}"
        except KeyError:
            raise AssetError(
                f"no static file {name!r}; there are: {', '.join(sorted(self._names))}"
            ) from None

    def icon(self, name: str) -> Markup:
        """Return the `<symbol id="i-NAME">` of one Bootstrap icon, for the sprite of a page.

        Raises AssetError when Bootstrap has no such icon.
        """
        try:
            view_box, drawing = self._icons[name]
        except KeyError:
            raise AssetError(f"no icon {name!r} in bootstrap-icons") from None
        # Both come from the package, never from people.
        return Markup(f'<symbol id="i-{name}" viewBox="{view_box}">{drawing}</symbol>')  # noqa: S704

    @cached_property
    def _names(self) -> dict[str, str]:
        names: dict[str, str] = self._read("manifest.json")
        return names

    @cached_property
    def _icons(self) -> dict[str, tuple[str, str]]:
        icons: dict[str, tuple[str, str]] = self._read("icons.json")
        return icons

    def _read(self, name: str) -> Any:
        try:
            return json.loads((self.folder / name).read_text("utf-8"))
        except FileNotFoundError:
            raise AssetError(
                f"{self.folder} holds no {name}: `make static` builds the static files"
            ) from None


def serve_static(
    app: Flask, folder: Path = BUILD_FOLDER, *, more_headers: Mapping[str, str] = NO_HEADERS
) -> None:
    """Answer `/static/` from the build in `folder`: compressed, cached for a year, unchanging.

    Every name carries the hash of its content, so a cache never needs to ask again (RFC 8246).
    `more_headers` go with every file.
    """

    def add_headers(headers: Headers, path: str, url: str) -> None:  # noqa: ARG001  # its signature
        for name, value in {**SAFE_HEADERS, **more_headers}.items():
            headers[name] = value

    static = _YearLongWhiteNoise(
        app.wsgi_app,
        immutable_file_test=HASHED,
        allow_all_origins=False,
        add_headers_function=add_headers,
    )
    static.add_files(str(folder / "files"), prefix="static/")
    # The way that Flask documents for middleware.
    app.wsgi_app = static  # type: ignore[method-assign]


class _YearLongWhiteNoise(WhiteNoise):
    FOREVER = 365 * 24 * 60 * 60  # seconds


def build(target: Path = BUILD_FOLDER, own: Path = OWN_FILES, packages: Path = PACKAGES) -> None:
    """Make `target`: `files/` with hashed names and .gz twins, `fonts/`, two lists of names.

    Raises AssetError when a package is not installed or a stylesheet names a file we do not have.
    """
    files = target / "files"
    files.mkdir(parents=True, exist_ok=True)
    sources = _sources(own, packages)
    names: dict[str, str] = {}
    # Stylesheets last: they name the others.
    for name in sorted(sources, key=lambda name: (name.endswith(".css"), name)):
        content = _content(sources[name], lambda address: _named(address, sources, names))
        names[name] = _write(files, name, content)
    _copy_fonts(target / "fonts", packages / FONTS)
    _write_json(target / "icons.json", _read_icons(packages / ICONS))
    _write_json(target / "manifest.json", names)
    _remove_forgotten(files, set(names.values()))


def _sources(own: Path, packages: Path) -> dict[str, Path]:
    sources = {name: packages / path for name, path in FROM_PACKAGES.items()}
    for name, path in sources.items():
        if not path.is_file():
            raise AssetError(f"{name} is not installed: `make static` installs and builds")
    sources |= {path.relative_to(own).as_posix(): path for path in own.rglob("*") if path.is_file()}
    return sources


def _content(source: Path, named: Callable[[str], str]) -> bytes:
    if source.suffix not in {".css", ".js"}:
        return source.read_bytes()
    text = SOURCE_MAP.sub("", source.read_text("utf-8"))
    if source.suffix == ".css":
        text = ADDRESS.sub(lambda found: f'url("{named(found[2])}")', text)
    return text.encode()


def _named(address: str, sources: dict[str, Path], names: dict[str, str]) -> str:
    """Return the address of the file that a stylesheet means, whatever path it writes."""
    file_name = unquote(address).rsplit("/", 1)[-1]
    for name, source in sources.items():
        if file_name in {source.name, name} and name in names:
            # From the root, so that a stylesheet in a folder of its own finds it too.
            return f"/static/{names[name]}"
    raise AssetError(f"a stylesheet names {address!r}, and no static file is called {file_name!r}")


def _write(files: Path, name: str, content: bytes) -> str:
    stem, suffix = name.rsplit(".", 1)
    hashed = f"{stem}.{hashlib.sha256(content).hexdigest()[:12]}.{suffix}"
    path = files / hashed
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    if path.suffix in COMPRESSED:
        twin = path.with_name(path.name + ".gz")
        twin.write_bytes(gzip.compress(content, compresslevel=9, mtime=0))
    return hashed


def _copy_fonts(target: Path, source: Path) -> None:
    target.mkdir(exist_ok=True)
    for name in DOCUMENT_FONTS:
        if not (source / name).is_file():
            raise AssetError(f"{name} is not installed: `make static` installs and builds")
        (target / name).write_bytes((source / name).read_bytes())


def _read_icons(folder: Path) -> dict[str, tuple[str, str]]:
    """Return view box and drawing of every icon: pages may compute which one they show."""
    if not folder.is_dir():
        raise AssetError("bootstrap-icons is not installed: `make static` installs and builds")
    icons = {}
    for path in sorted(folder.glob("*.svg")):
        found = SVG.search(path.read_text("utf-8"))
        if found:
            icons[path.stem] = (found[1], re.sub(r">\s+<", "><", found[2].strip()))
    return icons


def _write_json(path: Path, content: object) -> None:
    unfinished = path.with_suffix(".new")
    unfinished.write_text(json.dumps(content, indent=0), "utf-8")
    unfinished.replace(path)


def _remove_forgotten(files: Path, wanted: set[str]) -> None:
    """Remove what no page names any more: a running server still serves the build before."""
    for path in files.rglob("*"):
        name = path.relative_to(files).as_posix().removesuffix(".gz")
        is_old = path.stat().st_mtime < time() - KEPT_SECONDS
        if path.is_file() and name not in wanted and is_old:
            path.unlink()


if __name__ == "__main__":
    build()
