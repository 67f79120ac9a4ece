"""Whether the parts that pages need do answer."""

import os
from pathlib import Path

from flask import current_app
from flask_alembic import Alembic
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from citizen_diplomat.foundation.storage import StorageAway
from citizen_diplomat.web.services import services

WORKER = "worker"
"""The name of the worker's heartbeat."""


def first_failing_part() -> str | None:
    """The name of the first part that fails: database, schema or storage; None when all answer."""
    try:
        with services().database.reading() as session:
            session.execute(text("SELECT 1"))
    except SQLAlchemyError:
        return "database"
    if not schema_is_current():
        return "schema"
    return None if storage_answers() else "storage"


def schema_is_current() -> bool:
    """Whether every migration has been applied."""
    alembic: Alembic = current_app.extensions["alembic"]
    newest = alembic.script_directory.get_current_head()
    try:
        with services().database.reading() as session:
            applied: str | None = session.scalar(text("SELECT version_num FROM alembic_version"))
            return applied == newest
    except SQLAlchemyError:
        return False


def storage_answers() -> bool:
    """Whether the application can write to its folder, and reach the files of members."""
    folder: Path = services().settings.data_dir
    if not (folder.is_dir() and os.access(folder, os.W_OK)):
        return False
    try:
        services().storage.check()
    except StorageAway:
        return False
    return True
