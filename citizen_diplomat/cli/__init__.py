"""The command line: the other shell beside the web."""

from flask import Flask


def install(app: Flask) -> None:
    """Register the commands."""
