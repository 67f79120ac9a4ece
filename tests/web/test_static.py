"""Styles, font and icons: loaded once, from our own origin, for ever."""

import os
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from citizen_diplomat.web.assets import AssetError, Assets, build, serve_static


@pytest.fixture
def packages(tmp_path: Path) -> Path:
    """What npm would have installed, in small."""
    folder = tmp_path / "packages"
    for name, content in {
        "bootstrap/dist/css/bootstrap.min.css": "a{}/*# sourceMappingURL=bootstrap.min.css.map */",
        "bootstrap/dist/css/bootstrap.rtl.min.css": "a{}",
        "vazirmatn/fonts/webfonts/Vazirmatn[wght].woff2": "font",
        "vazirmatn/fonts/ttf/Vazirmatn-Regular.ttf": "font",
        "vazirmatn/fonts/ttf/Vazirmatn-Bold.ttf": "font",
        "altcha/dist/workers/pbkdf2.js": "self.onmessage = () => {};",
        "bootstrap-icons/icons/send.svg": '<svg width="16" viewBox="0 0 16 16">\n <path/>\n</svg>',
    }.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    return folder


@pytest.fixture
def own(tmp_path: Path) -> Path:
    folder = tmp_path / "own"
    folder.mkdir()
    (folder / "theme.css").write_text(
        '@font-face{src:url("vendor/webfonts/Vazirmatn%5Bwght%5D.woff2")}'
        "b{background:url(\"data:image/svg+xml,%3Csvg xmlns='x'/%3E\")}" + "i{color:red}" * 99
    )
    return folder


@pytest.fixture
def assets(tmp_path: Path, own: Path, packages: Path) -> Assets:
    build(tmp_path / "build", own, packages)
    return Assets(tmp_path / "build")


@pytest.fixture
def visitor(assets: Assets) -> FlaskClient:
    app = Flask(__name__, static_folder=None)
    serve_static(app, assets.folder)
    return app.test_client()


def test_a_file_is_kept_for_a_year_without_asking_again(
    assets: Assets, visitor: FlaskClient
) -> None:
    answer = visitor.get(assets.url("theme.css"), buffered=True)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "max-age=31536000, public, immutable"
    assert answer.headers["Content-Type"] == 'text/css; charset="utf-8"'
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert "Access-Control-Allow-Origin" not in answer.headers


def test_text_travels_compressed(assets: Assets, visitor: FlaskClient) -> None:
    answer = visitor.get(
        assets.url("theme.css"), headers={"Accept-Encoding": "gzip"}, buffered=True
    )
    assert answer.headers["Content-Encoding"] == "gzip"
    assert answer.headers["Vary"] == "Accept-Encoding"


def test_a_stylesheet_names_the_hashed_font_and_keeps_its_pictures(
    assets: Assets, visitor: FlaskClient
) -> None:
    style = visitor.get(assets.url("theme.css"), buffered=True).text
    assert f'url("{assets.url("vazirmatn.woff2")}")' in style
    assert "data:image/svg+xml,%3Csvg xmlns='x'/%3E" in style


def test_no_stylesheet_asks_for_a_source_map(assets: Assets, visitor: FlaskClient) -> None:
    assert visitor.get(assets.url("bootstrap.min.css"), buffered=True).text == "a{}"


def test_a_changed_file_has_a_new_name_and_the_old_one_goes_after_a_month(
    assets: Assets, own: Path, packages: Path
) -> None:
    before = assets.url("theme.css")
    (own / "theme.css").write_text("b{}")
    build(assets.folder, own, packages)
    assert Assets(assets.folder).url("theme.css") != before
    kept = sorted((assets.folder / "files").glob("theme.*.css"))
    assert len(kept) == 2
    for path in kept:
        os.utime(path, (0, 0))
    build(assets.folder, own, packages)
    assert len(list((assets.folder / "files").glob("theme.*.css"))) == 1


def test_the_same_files_have_the_same_names(assets: Assets, own: Path, packages: Path) -> None:
    before = assets.url("theme.css")
    build(assets.folder, own, packages)
    assert Assets(assets.folder).url("theme.css") == before


def test_an_icon_is_a_symbol_of_the_sprite(assets: Assets) -> None:
    assert assets.icon("send") == '<symbol id="i-send" viewBox="0 0 16 16"><path/></symbol>'


def test_what_does_not_exist_is_named(assets: Assets, own: Path, packages: Path) -> None:
    with pytest.raises(AssetError, match="no icon 'sned'"):
        assets.icon("sned")
    with pytest.raises(AssetError, match=r"no static file 'tehme\.css'"):
        assets.url("tehme.css")
    (own / "theme.css").write_text("b{background:url(lost.png)}")
    with pytest.raises(AssetError, match=r"lost\.png"):
        build(assets.folder, own, packages)


def test_a_build_that_never_was_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(AssetError, match="make static"):
        Assets(tmp_path).url("theme.css")


@pytest.mark.parametrize("path", ["/static/manifest.json", "/static/../manifest.json", "/static/"])
def test_nothing_else_is_served(path: str, visitor: FlaskClient) -> None:
    assert visitor.get(path).status_code == 404
