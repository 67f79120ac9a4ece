"""Pictures of the HTML letters as a mail program shows them, to be looked at and not kept.

`make screenshots ARGS="--letters FOLDER [NAME ...]"`: every letter, or those whose names begin so,
in both languages and directions, light and dark, on a phone and on a desk, with and without style.
"""

from __future__ import annotations

import re
from itertools import product
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, sync_playwright

from tests.mail import letters
from tests.mail.letters import Case
from tests.servers.chromium import find_chromium

WIDTHS = {"phone": 390, "desk": 700}
SCHEMES = ("light", "dark")
HEIGHT = 780
_STYLE = re.compile(r"<style>.*?</style>| (style|class|bgcolor)=\"[^\"]*\"", re.DOTALL)


def main(folder: Path, names: list[str]) -> str:
    """Write the pictures into a folder; returns a line about them."""
    folder.mkdir(parents=True, exist_ok=True)
    wanted = [
        case
        for case in letters.cases()
        if not names or any(case.name.startswith(name) for name in names)
    ]
    launch: dict[str, Any] = find_chromium().launch_arguments()
    with sync_playwright() as playwright, playwright.chromium.launch(**launch) as browser:
        for (device, width), scheme in product(WIDTHS.items(), SCHEMES):
            _take_all(browser, wanted, folder, device, width, scheme)
        _take_all(browser, wanted, folder, "bare", WIDTHS["phone"], "light", bare=True)
    return f"{folder}: {len(list(folder.glob('*.png')))} pictures of {len(wanted)} letters"


def _take_all(
    browser: Browser,
    cases: list[Case],
    folder: Path,
    device: str,
    width: int,
    scheme: Any,
    *,
    bare: bool = False,
) -> None:
    size: Any = {"width": width, "height": HEIGHT}
    # A mail program runs no scripts, and fetches nothing that nobody allowed.
    with browser.new_context(
        viewport=size, color_scheme=scheme, java_script_enabled=False, offline=True
    ) as context:
        page = context.new_page()
        for case in cases:
            html = case.letter.html
            page.set_content(_STYLE.sub("", html) if bare else html)
            name = f"{case.name}.{case.language}.{device}.{scheme}.png"
            page.screenshot(path=folder / name, full_page=True)
