"""The command line: the other shell beside the web. `flask --app wsgi` lists the commands."""

from flask import Flask

from citizen_diplomat.cli.commands import Commands


def install(app: Flask) -> None:
    """Register the commands; the module of each is imported when it is called."""
    app.cli = Commands(name=app.name)
