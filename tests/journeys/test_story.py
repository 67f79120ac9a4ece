"""The main job in a real browser, with a real database, a real worker and a real mail server."""

from collections.abc import Callable

import pytest

from tests.journeys.reader import Reader
from tests.journeys.site import Letters, Site
from tests.journeys.story import ADDRESS, Story


@pytest.mark.timeout(240)
@pytest.mark.parametrize(("language", "engine"), [("fa", "sqlite"), ("en", "postgresql")])
def test_from_registration_to_decision_and_digest(
    language: str,
    engine: str,
    site_on: Callable[[str], tuple[Site, Letters]],
    reader: Callable[..., Reader],
) -> None:
    site, letters = site_on(engine)
    Story(site, letters, reader, language).tell()
    # Verify, received, changes requested, received again, accepted; nothing twice.
    assert letters.count_to(ADDRESS) == 5
    assert "Traceback" not in site.log()
