"""`flask init`: the schema and the reference data, safe to repeat."""

import logging
from pathlib import Path

import click
from flask import current_app
from flask_alembic import Alembic

from citizen_diplomat.cities import actions as cities
from citizen_diplomat.cli.commands import command
from citizen_diplomat.directory import taxonomy as directory
from citizen_diplomat.foundation.database import transaction
from citizen_diplomat.moderation import reasons as moderation
from citizen_diplomat.moderation import review_criteria
from citizen_diplomat.moderation.office import keep_zone
from citizen_diplomat.proposals import similar
from citizen_diplomat.translation import glossary
from citizen_diplomat.web.services import services


@command("init")
def init() -> None:
    """Create or upgrade the schema, load or refresh the reference data. Safe to repeat."""
    prepare()
    click.echo("The database is prepared.")


def prepare() -> None:
    """Create or upgrade the schema, then load or refresh the reference data and what it finds."""
    upgrade_schema()
    load_reference_data()
    list_for_similar()


def upgrade_schema() -> None:
    """Apply the migrations that this database does not have yet."""
    alembic: Alembic = current_app.extensions["alembic"]
    _keep_private()
    # It tells of every step; an operator asks whether all went well.
    logging.getLogger("alembic").setLevel(logging.WARNING)
    # Its connection is closed with the context that it was opened in.
    with current_app.app_context():
        alembic.upgrade()


def _keep_private() -> None:
    """A SQLite file is made for its owner alone; its companions take over its mode."""
    database = services().database
    if database.is_sqlite and database.url.database:
        Path(database.url.database).touch(mode=0o600)


def load_reference_data() -> None:
    """Load cities, topics, skills, reasons and terms from the files of their rooms."""
    with services().database.writing() as session, transaction(session):
        cities.load_reference(session)
        directory.load_reference(session)
        moderation.load_reference(session)
        review_criteria.load_reference(session)
        glossary.load_reference(session)
        keep_zone(session, services().settings.timezone.key)


def list_for_similar() -> None:
    """Let proposals of earlier releases, and of older backups, be found as similar ones."""
    done = 1
    while done:
        with services().database.writing() as session, transaction(session):
            done = similar.list_missing(session)
