"""How long pages take, as ratios against a bare Flask page measured in the same run.

`make bench`: a ratio says the same on a slow machine and on a fast one.
"""

import argparse
import os
import sys
from collections.abc import Callable
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter

from flask import Flask
from flask.testing import FlaskClient

from citizen_diplomat import create_app
from config import read_settings

PAGES = ("", "cities", "proposals", "login", "about")
COMMANDS = (["init"], ["demo"])


def main() -> None:
    """Print a line for each page: its median in milliseconds and its ratio to the bare page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=100, help="requests for each page")
    times = parser.parse_args().times
    with TemporaryDirectory() as folder:
        client = site(Path(folder)).test_client()
        bare_page = bare().test_client()
        paths = [f"/{language}/{page}" for language in ("fa", "en") for page in PAGES]
        print(f"{'page':<16}{'ms':>8}{'x bare':>8}")
        for path in paths:
            # The bare page again beside each one: the machine may be busier now than before.
            unit = milliseconds(lambda: fetch(bare_page, "/"), times)
            taken = milliseconds(lambda path=path: fetch(client, path), times)  # type: ignore[misc]
            print(f"{path:<16}{taken:>8.2f}{taken / unit:>8.1f}")


def site(folder: Path) -> Flask:
    """Return the application with its demo content, all its files in `folder`."""
    app = create_app(
        read_settings(
            {
                "DATA_DIR": str(folder),
                "BASE_URL": "http://localhost",
                "SECRET_KEY": os.urandom(32).hex(),
            }
        )
    )
    for command in COMMANDS:
        result = app.test_cli_runner().invoke(args=command)
        if result.exit_code != 0:
            sys.exit(f"flask {' '.join(command)}: {result.output}")
    return app


def bare() -> Flask:
    """Return the smallest application that Flask can be."""
    app = Flask("bare", static_folder=None)
    app.add_url_rule("/", view_func=lambda: "Hello")
    return app


def fetch(client: FlaskClient, path: str) -> None:
    """Get one page; AssertionError when it does not answer."""
    answer = client.get(path, follow_redirects=True)
    assert answer.status_code == 200, f"{path}: {answer.status}"


def milliseconds(act: Callable[[], None], times: int) -> float:
    """Return the median duration of `act`, after one call that warms up."""
    act()
    durations = []
    for _ in range(times):
        start = perf_counter()
        act()
        durations.append(perf_counter() - start)
    return median(durations) * 1000


if __name__ == "__main__":
    main()
