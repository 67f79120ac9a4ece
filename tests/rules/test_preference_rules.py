"""What holds for whoever has not chosen: written down once more, so that nobody changes it idly."""

import pytest

from citizen_diplomat.mail.preference_rules import DEFAULTS, Channel, Kind

CALM = {
    "mine": "inbox at_once digest feed",
    "city": "digest feed",
    "followed": "digest feed",
    "calls": "digest feed",
    "events": "digest feed",
    "newsletter": "",
    "messages": "inbox at_once",
    "duties": "inbox at_once digest",
}


@pytest.mark.parametrize("kind", Kind)
def test_the_defaults_are_calm(kind: Kind) -> None:
    assert DEFAULTS[kind] == {Channel(word) for word in CALM[kind].split()}
