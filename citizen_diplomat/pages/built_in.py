"""The texts that come with the site: Markdown files, one for each page and language."""

from functools import cache
from pathlib import Path

from citizen_diplomat.pages.model import PageText
from citizen_diplomat.pages.rules import Slug

DATA = Path(__file__).parent / "data"


@cache
def built_in(slug: Slug) -> PageText:
    """What a page says where nobody has published anything else; the title is the first line."""
    (title_fa, body_fa), (title_en, body_en) = _read(slug, "fa"), _read(slug, "en")
    return PageText(title_fa, title_en, body_fa, body_en)


def _read(slug: Slug, code: str) -> tuple[str, str]:
    title, _, body = (DATA / f"{slug}.{code}.md").read_text("utf-8").partition("\n")
    return title.removeprefix("# ").strip(), body.strip()
