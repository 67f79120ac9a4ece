"""The migrations make exactly the tables that the models describe, on both engines, up and down."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask
from flask_alembic import Alembic
from sqlalchemy import CheckConstraint, inspect, select, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from citizen_diplomat.cli.init import prepare
from citizen_diplomat.directory.model import Profile, ProfileSkill
from citizen_diplomat.directory.rules import Audience, Ladder
from citizen_diplomat.moderation.conditions import QueueFilters
from citizen_diplomat.moderation.model import Decision
from citizen_diplomat.moderation.queries import open_items
from citizen_diplomat.moderation.rules import Outcome, Urgency, position
from citizen_diplomat.outcomes import happened
from citizen_diplomat.outcomes.happened_model import OutcomeAnswer
from citizen_diplomat.outcomes.trail_model import OutcomeTrail
from citizen_diplomat.outcomes.trail_rules import Happened
from citizen_diplomat.schema import METADATA
from tests.cast import Cast
from tests.conftest import database_of
from tests.desk import MONDAY, WATER, decided, submitted
from tests.helping import accepted
from tests.outcomes import completed
from tests.overview import answers

FRIDAY = MONDAY + timedelta(days=18)
"""Two days after the tenth working day of what came on Wednesday 4 November."""


def test_migrations_equal_the_models(app: Flask) -> None:
    with database_of(app).engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, METADATA) == []


def test_migrations_keep_every_check_of_the_models(app: Flask) -> None:
    """Alembic does not compare them, and SQLite loses them when a table is rebuilt."""
    inspector = inspect(database_of(app).engine)
    for table in METADATA.sorted_tables:
        kept = {row["name"]: row["sqltext"] for row in inspector.get_check_constraints(table.name)}
        checks = [one for one in table.constraints if isinstance(one, CheckConstraint)]
        assert set(kept) == {str(one.name) for one in checks}, table.name
        for one in checks:
            words = set(re.findall("'([^']*)'", str(one.sqltext)))
            assert words == set(re.findall("'([^']*)'", kept[str(one.name)])), one.name


def test_migrations_go_down_and_up_again(app: Flask) -> None:
    alembic: Alembic = app.extensions["alembic"]
    with app.app_context():
        alembic.downgrade("base")
    left = set(inspect(database_of(app).engine).get_table_names())
    assert left <= {"alembic_version"}
    with app.app_context():
        prepare()
    assert set(inspect(database_of(app).engine).get_table_names()) >= set(METADATA.tables)


def test_what_waited_in_the_first_release_still_waits(
    app: Flask, session: Session, cast: Cast
) -> None:
    item = submitted(session, cast.nasrin)
    session.close()
    alembic: Alembic = app.extensions["alembic"]
    with app.app_context():
        alembic.downgrade("0001")
        alembic.upgrade()
    (there,) = open_items(session, QueueFilters(q="خاکستری"), viewer=cast.hamid.id, at=MONDAY)
    assert (there.id, there.subject_id, there.title) == (item.id, item.subject_id, WATER.title)
    assert (there.author_id, there.city_slugs) == (cast.nasrin.id, list(WATER.city_slugs))


def test_what_was_answered_late_before_is_still_known(
    app: Flask, session: Session, cast: Cast
) -> None:
    """By the due moment where it is known, and by the days alone where the item went on since."""
    sent = FRIDAY - timedelta(days=16)
    late = decided(session, submitted(session, cast.nasrin, at=sent), by=cast.hamid, at=FRIDAY)
    decided(session, submitted(session, cast.nasrin), by=cast.hamid)
    answers(session, cast, late, 1, Outcome.ACCEPT, days=11)
    answers(session, cast, late, 1, Outcome.ACCEPT, days=10)
    session.close()
    alembic: Alembic = app.extensions["alembic"]
    with app.app_context():
        alembic.downgrade("0053")
        alembic.upgrade()
    rows = session.execute(select(Decision.days_taken, Decision.is_late)).all()
    assert sorted(map(tuple, rows)) == [(0, False), (10, False), (10, True), (11, True)]


def test_who_had_missed_a_first_answer_before_is_raised(
    app: Flask, session: Session, cast: Cast
) -> None:
    first = submitted(session, cast.nasrin)
    waits = session.merge(submitted(session, cast.nasrin))
    waits.answer_missed_at = FRIDAY
    heard = session.merge(submitted(session, cast.nasrin))
    heard.answer_missed_at = heard.answered_at = FRIDAY
    session.commit()
    numbers = (waits.id, first.id, heard.id)
    session.close()
    alembic: Alembic = app.extensions["alembic"]
    with app.app_context():
        alembic.downgrade("0053")
        alembic.upgrade()
    rows = open_items(session, QueueFilters(), viewer=cast.hamid.id, at=FRIDAY)
    assert tuple(row.id for row in rows) == numbers
    assert [row.urgency for row in rows] == [Urgency.URGENT, Urgency.NORMAL, Urgency.NORMAL]
    assert rows.items[0].due_at is not None
    assert rows.items[0].position == position(Urgency.URGENT, rows.items[0].due_at)


def test_preparing_twice_changes_nothing(app: Flask, cast: Cast) -> None:
    with app.app_context():
        prepare()
    before = _rows(app)
    with app.app_context():
        prepare()
    assert _rows(app) == before


OLD_PROFILE = """
    INSERT INTO profile (account_id, latin_name, about, other_city, other_country, visibility,
                         search_text, sort_key, version)
    SELECT id, 'Nasrin Bahrami', '', '', '', '{visibility}', 'folded words', 'key', 1 FROM account
    WHERE display_name = '{name}'
"""


def test_who_was_open_to_members_still_is_and_nobody_else(app: Flask, cast: Cast) -> None:
    alembic: Alembic = app.extensions["alembic"]
    database = database_of(app)
    with database.writing() as session:
        session.connection().exec_driver_sql("DELETE FROM profile")
        session.commit()
    with app.app_context():
        alembic.downgrade("0001")
    with database.writing() as session:
        run = session.connection().exec_driver_sql
        for name, visibility in (("نسرین بهرامی", "members"), ("Kamran Dehghan", "staff")):
            run(OLD_PROFILE.format(name=name, visibility=visibility))
        run(
            "INSERT INTO profile_skill (account_id, skill_slug, level, willing) SELECT"
            " account_id, 'pottery', 'expert', false FROM profile WHERE visibility = 'members'"
        )
        session.commit()
    with app.app_context():
        prepare()
    with database.reading() as session:
        opened, private = (
            session.get_one(Profile, person.id) for person in (cast.nasrin, cast.kamran)
        )
        assert opened.ladder() == replace(
            Ladder.all_of(Audience.MEMBERS), organisation=Audience.ONLY_ME
        )
        assert opened.member_search_text == opened.staff_search_text == "folded words"
        assert opened.member_search_sounds == " nsrn bhrm "
        assert private.ladder() == Ladder()
        assert (private.member_search_text, private.member_search_sounds) == ("", "")
        assert session.scalars(select(ProfileSkill.level)).all() == ["professional"]


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


def test_an_answer_of_before_is_no_answer_to_the_completion_of_now(
    app: Flask, session: Session, cast: Cast
) -> None:
    """Of two questions one was answered before the outcome was completed anew, one was not yet."""
    for author in (cast.nasrin, cast.kamran):
        number = accepted(session, cast, author)
        completed(session, number, by=cast.hamid, at=MONDAY)
        if author is cast.nasrin:
            question = happened.of_author(session, number, author.id)
            assert question is not None
            happened.answer(session, question, Happened.NO, "Not yet.", by=author.id, at=MONDAY)
            session.commit()
    session.execute(update(OutcomeTrail).values(completed_at=MONDAY + timedelta(days=9)))
    session.commit()
    session.close()
    alembic: Alembic = app.extensions["alembic"]
    with app.app_context():
        alembic.downgrade("0053")
        alembic.upgrade()
    with database_of(app).reading() as reading:
        rows = reading.execute(select(OutcomeAnswer.answer, OutcomeAnswer.completed_at)).all()
    assert set(map(tuple, rows)) == {("no", MONDAY), (None, MONDAY + timedelta(days=9))}
