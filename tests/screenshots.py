"""The pictures of the README, from demo data: `make screenshots` takes them again.

With `--letters FOLDER` it takes those of the letters instead, see `letter_pictures`.
"""

import sys
from base64 import b64decode, b64encode
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from playwright.sync_api import Browser, sync_playwright

from tests import letter_pictures
from tests.journeys.reader import Reader
from tests.journeys.site import PROJECT, Site, prepared_site
from tests.servers.chromium import find_chromium

FOLDER = PROJECT / "docs" / "screenshots"
LARGEST = 300_000  # bytes
DESK, PHONE = (1200, 700), (390, 780)
# Steps of colour that nobody sees, so that gradients weigh less.
_SLIM = """async (png) => {
    const image = await createImageBitmap(await (await fetch(png)).blob());
    const canvas = new OffscreenCanvas(image.width, image.height), pen = canvas.getContext("2d");
    pen.drawImage(image, 0, 0);
    const pixels = pen.getImageData(0, 0, image.width, image.height);
    const stepped = (value) => Math.min(255, Math.round(value / 6) * 6);
    pixels.data.forEach((value, at) => { pixels.data[at] = stepped(value); });
    pen.putImageData(pixels, 0, 0);
    const blob = await canvas.convertToBlob({ type: "image/png" });
    const bytes = new Uint8Array(await blob.arrayBuffer());
    return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
}"""


@dataclass(frozen=True)
class Picture:
    """One page as one person sees it."""

    name: str
    language: str
    path: str
    who: str = ""
    size: tuple[int, int] = DESK
    dark: bool = False
    link: str = ""
    """Part of the address of a link on that page to follow first."""


PICTURES = (
    Picture("home.fa", "fa", ""),
    Picture("write.fa", "fa", "me/proposals/new", who="nasrin", size=PHONE),
    Picture("queue.en", "en", "staff/queue", who="hamid"),
    Picture("proposal.en", "en", "proposals", dark=True, link="/en/proposals/"),
)


def main() -> None:
    """Take every picture, or those whose names are given; or those of the letters."""
    if sys.argv[1:2] == ["--letters"]:
        print(letter_pictures.main(Path(sys.argv[2]), sys.argv[3:]))
        return
    wanted = set(sys.argv[1:])
    FOLDER.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as folder, prepared_site(Path(folder)) as site:
        site.flask("demo")
        site.start()
        with sync_playwright() as playwright:
            launch: dict[str, Any] = find_chromium().launch_arguments()
            with playwright.chromium.launch(**launch) as browser:
                for picture in PICTURES:
                    if not wanted or picture.name in wanted:
                        print(take(picture, site, browser))


def take(picture: Picture, site: Site, browser: Browser) -> str:
    """Write one picture; return a line about it. AssertionError when it grew too large."""
    width, height = picture.size
    somebody = Reader(
        browser,
        site,
        picture.language,
        viewport={"width": width, "height": height},
        color_scheme="dark" if picture.dark else "light",
    )
    if picture.who:
        somebody.sign_in(f"{picture.who}@example.org", site.passphrase)
    somebody.open(picture.path)
    if picture.link:
        link = somebody.main.locator(f"h2 a[href*='{picture.link}'], h3 a, .queue a.t").first
        somebody.going(link.click)
    somebody.page.evaluate("document.fonts.ready")
    path = FOLDER / f"{picture.name}.png"
    path.write_bytes(slim(browser, somebody.page.screenshot()))
    somebody.close()
    size = path.stat().st_size
    assert size <= LARGEST, f"{path.name} has {size} bytes"
    return f"{path.relative_to(PROJECT)}  {size // 1000} kB"


def slim(browser: Browser, png: bytes) -> bytes:
    """Return the same picture in fewer bytes."""
    with browser.new_page() as page:
        small: str = page.evaluate(_SLIM, "data:image/png;base64," + b64encode(png).decode())
    return b64decode(small)


if __name__ == "__main__":
    main()
