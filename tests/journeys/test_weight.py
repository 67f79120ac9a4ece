"""What a reader pays for a page: bytes received, and how soon the site is there."""

from collections.abc import Callable
from pathlib import Path
from time import monotonic

import pytest

from tests.journeys.reader import Reader
from tests.journeys.site import Site, prepared_site
from tests.journeys.weight import WITH_ASSETS_CACHED, received

READY_WITHIN = 3.0  # times what `flask init` takes, in the same minute on the same machine


@pytest.mark.parametrize("path", ["", "cities", "proposals", "members", "staff/queue"])
def test_pages_full_of_content_are_light(
    path: str, demo: Site, reader: Callable[..., Reader]
) -> None:
    somebody = reader(demo, "fa")
    somebody.sign_in("hamid@example.org", demo.passphrase)
    assert received(somebody.page, f"{demo.url}/fa/{path}") < WITH_ASSETS_CACHED


def test_a_site_full_of_content_is_ready_as_soon_as_it_has_looked_at_itself(tmp_path: Path) -> None:
    with prepared_site(tmp_path) as site:
        site.flask("demo")
        begun = monotonic()
        site.flask("init")
        initialised = monotonic()
        said = site.start("--prepare")
        ready = monotonic()
        assert "nasrin@example.org" in said
        assert ready - initialised < READY_WITHIN * (initialised - begun)
