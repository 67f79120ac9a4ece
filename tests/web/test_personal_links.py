"""Addresses that are one person's alone are known from the map of routes, a new one too."""

import pytest
from flask import Flask

from citizen_diplomat.web.personal_links import holds_personal_link
from tests.house.test_routes import SAMPLES

TOKEN = "WzE3LCJkaWdlc3QiXQ.abc-def.x_y"


def test_the_link_of_every_route_with_a_token_is_refused(app: Flask) -> None:
    urls = app.url_map.bind("localhost")
    routes = [rule for rule in app.url_map.iter_rules() if "token" in rule.arguments]
    assert len(routes) >= 10
    with app.app_context():
        for rule in routes:
            samples = {name: SAMPLES[name] for name in rule.arguments} | {"token": TOKEN}
            path = urls.build(rule.endpoint, samples)
            for written in (
                f"http://localhost{path}",
                f"Look at [this](https://www.diplomat.example{path}).",
                path.upper(),
                path.replace("/", "%2F"),
                path.replace("/", "//").replace("localhost", ""),
                path.replace("/", "\\/"),
                path.replace("/", "&#47;"),
            ):
                assert holds_personal_link(written), written


@pytest.mark.parametrize(
    "harmless",
    [
        "https://example.org/news/2026 and http://localhost/en/proposals/17",
        "http://localhost/fa/register, /en/password/forgot, /en/me/mail",
        "unsubscribe/verify/opinion are words",
    ],
)
def test_other_addresses_are_welcome(app: Flask, harmless: str) -> None:
    with app.app_context():
        assert not holds_personal_link(harmless)
