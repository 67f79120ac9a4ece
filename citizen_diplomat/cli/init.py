"""`flask init`: the schema and the reference data, safe to repeat."""

from flask import current_app
from flask_alembic import Alembic

from citizen_diplomat.cities import actions as cities
from citizen_diplomat.directory import taxonomy as directory
from citizen_diplomat.foundation.database import transaction
from citizen_diplomat.moderation import reasons as moderation
from citizen_diplomat.web.services import services


def prepare() -> None:
    """Create or upgrade the schema, then load or refresh the reference data."""
    upgrade_schema()
    load_reference_data()


def upgrade_schema() -> None:
    """Apply the migrations that this database does not have yet."""
    alembic: Alembic = current_app.extensions["alembic"]
    # Its connection is closed with the context that it was opened in.
    with current_app.app_context():
        alembic.upgrade()


def load_reference_data() -> None:
    """Load cities, topics, skills and reasons from the files of their rooms."""
    with services().database.writing() as session, transaction(session):
        cities.load_reference(session)
        directory.load_reference(session)
        moderation.load_reference(session)
