"""The migrations make exactly the tables that the models describe, on both engines, up and down."""

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask
from flask_alembic import Alembic
from sqlalchemy import inspect
from sqlalchemy.exc import DBAPIError

from citizen_diplomat.cli.init import prepare
from citizen_diplomat.schema import METADATA
from tests.cast import Cast
from tests.conftest import database_of


def test_migrations_equal_the_models(app: Flask) -> None:
    with database_of(app).engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, METADATA) == []


def test_migrations_go_down_and_up_again(app: Flask) -> None:
    alembic: Alembic = app.extensions["alembic"]
    with app.app_context():
        alembic.downgrade("base")
    left = set(inspect(database_of(app).engine).get_table_names())
    assert left <= {"alembic_version"}
    with app.app_context():
        prepare()
    assert set(inspect(database_of(app).engine).get_table_names()) >= set(METADATA.tables)


def test_preparing_twice_changes_nothing(app: Flask, cast: Cast) -> None:
    before = _rows(app)
    with app.app_context():
        prepare()
    assert _rows(app) == before


@pytest.mark.parametrize(
    "statement", ["UPDATE audit_entry SET action = 'x'", "DELETE FROM audit_entry"]
)
def test_the_database_refuses_to_change_the_log(app: Flask, statement: str) -> None:
    with database_of(app).writing() as session:
        session.connection().exec_driver_sql(
            "INSERT INTO audit_entry (id, at, action, subject, detail, previous_seal, seal)"
            " VALUES (1, '2026-01-01', 'a', 'b', '{}', 'c', 'd')"
        )
        session.commit()
        with pytest.raises(DBAPIError, match="append-only"):
            session.connection().exec_driver_sql(statement)


def _rows(app: Flask) -> dict[str, list[str]]:
    with database_of(app).engine.connect() as connection:
        return {
            name: sorted(map(repr, connection.execute(table.select())))
            for name, table in METADATA.tables.items()
        }
