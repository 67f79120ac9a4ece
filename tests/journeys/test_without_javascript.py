"""Everything works without JavaScript; JavaScript only improves it."""

from collections.abc import Callable

import pytest

from tests.journeys.reader import Reader
from tests.journeys.site import Letters, Site
from tests.journeys.story import Story


@pytest.mark.timeout(240)
def test_from_registration_to_decision_and_digest_without_javascript(
    site_on: Callable[[str], tuple[Site, Letters]], reader: Callable[..., Reader]
) -> None:
    site, letters = site_on("sqlite")
    Story(site, letters, reader, "fa", java_script_enabled=False).tell()
