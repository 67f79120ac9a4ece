"""How our commands are found and how they fail: late, and with one line.

A command's module is imported when somebody calls it, so that the web server starts fast. Whatever
stops a command ends in one line on standard error and a non-zero exit status, never in a traceback.
"""

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import click
from flask.cli import AppGroup, with_appcontext
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from citizen_diplomat.web.health import schema_is_current
from citizen_diplomat.web.services import services

NOT_PREPARED = "the database is not prepared; `flask --app wsgi init` does it"
# Where each command stands: module and attribute below citizen_diplomat.cli.
PLACES = {
    "init": ("init", "init"),
    "demo": ("demo.command", "demo"),
    "serve": ("serve", "serve"),
    "staff": ("staff", "staff"),
    "work": ("work", "work"),
    "digest": ("explain", "digest"),
    "mail": ("explain", "mail"),
    "search": ("explain", "search"),
    "similar": ("similar", "similar"),
    "working-days": ("working_days", "working_days"),
    "briefing": ("briefing", "briefing"),
    "recount": ("recount", "recount"),
    "doctor": ("doctor", "doctor"),
    "audit": ("audit", "audit"),
    "backup": ("backup", "backup"),
    "restore": ("backup", "restore"),
}


class Commands(AppGroup):
    """Our commands by name."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of all commands, in order."""
        return sorted({*super().list_commands(ctx), *PLACES})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of a name, its module imported now, or None."""
        if cmd_name not in PLACES:
            return super().get_command(ctx, cmd_name)
        module, attribute = PLACES[cmd_name]
        found: click.Command = getattr(import_module(f"citizen_diplomat.cli.{module}"), attribute)
        return found


class Command(click.Command):
    """A command that fails with one line."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; raises ClickException for what an operator can put right."""
        try:
            return super().invoke(ctx)
        except DBAPIError as error:
            raise click.ClickException(f"the database refuses: {first_line(error.orig)}") from error
        except (SQLAlchemyError, OSError) as error:
            raise click.ClickException(first_line(error)) from error


class Group(AppGroup):
    """A command with commands below it, such as `audit verify`, that fail with one line too."""

    command_class = Command


def command(name: str) -> Callable[[Callable[..., None]], click.Command]:
    """A decorator for a command of ours, run within the application's context."""

    def decorate(function: Callable[..., None]) -> click.Command:
        return click.command(name, cls=Command)(with_appcontext(function))

    return decorate


def require_schema() -> None:
    """Stop a command that needs tables; raises ClickException when they are not there."""
    file = services().database.url.database
    missing = services().database.is_sqlite and not _exists(file)
    # Looking into a SQLite file that is not there would make an empty one.
    if missing or not schema_is_current():
        raise click.ClickException(NOT_PREPARED)


def first_line(error: BaseException | None) -> str:
    """What an error says, in one line."""
    return (str(error).strip().splitlines() or [type(error).__name__])[0]


def _exists(file: str | None) -> bool:
    return file is not None and (file == ":memory:" or Path(file).exists())
