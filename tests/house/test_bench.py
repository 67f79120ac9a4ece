"""What `make bench` puts into a site is what the site itself would have written."""

from collections.abc import Callable

from flask import Flask
from flask.testing import FlaskClient

from citizen_diplomat.accounts.model import Account
from tests.bench import LISTS, add_items
from tests.cast import Cast


def test_lists_are_full_and_well_after_the_bench_has_filled_them(
    app: Flask, cast: Cast, browser_of: Callable[[Account], FlaskClient]
) -> None:
    add_items(app, 3)
    for who, path in LISTS:
        browser = browser_of(getattr(cast, who)) if who else app.test_client()
        answer = browser.get(path)
        assert answer.status_code == 200, path
        assert answer.text.count(" 100000") >= 3, path
