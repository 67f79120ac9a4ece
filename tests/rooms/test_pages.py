"""Editions in the database: SQL finds what the rules say; two writers lose nothing."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from citizen_diplomat.foundation.clock import now
from citizen_diplomat.pages import actions, queries
from citizen_diplomat.pages.built_in import built_in
from citizen_diplomat.pages.model import PageText, Writing
from citizen_diplomat.pages.rules import Slug, asked_for, in_force, to_come
from tests.cast import Cast

DAY = timedelta(days=1)


def test_what_the_database_finds_is_what_the_rules_say(session: Session, cast: Cast) -> None:
    start = now()
    # Published on a day, to hold from a day, asking or not: planned ones are overtaken and not.
    days = [
        *((0, 0, False), (1, 9, True), (2, 6, True), (3, 8, False)),
        *((4, 12, True), (7, 7, False), (13, 15, True), (14, 15, False)),
    ]
    for version, (published, holds, asks) in enumerate(days):
        writing = Writing(
            PageText("عنوان", "Title", "متن", f"Text {published}"),
            effective_at=start + holds * DAY,
            asks_again=asks,
        )
        at = start + published * DAY
        actions.publish(session, Slug.TERMS, writing, version=version, by=cast.mina, at=at)
        session.flush()
    dates = queries.dates(session, Slug.TERMS)
    assert [one.number for one in dates] == list(range(1, 10))
    for number in range(17):
        at = start + number * DAY
        held = queries.shown(session, Slug.TERMS, at=at)
        following = queries.coming(session, Slug.TERMS, at=at)
        assert held is not None
        assert held.number == in_force(dates, at)[-1].number
        assert (following.number if following else None) == next(
            (one.number for one in to_come(dates, at)), None
        )
        asked = session.scalar(select(queries.asked_terms(at=at)))
        assert asked == asked_for(dates, at), number
    first = queries.edition(session, Slug.TERMS, 1)
    assert first is not None
    assert first.text == built_in(Slug.TERMS)


def test_a_page_that_was_saved_meanwhile_is_not_written_over(session: Session, cast: Cast) -> None:
    writing, version = queries.to_write_on(session, Slug.ABOUT, at=now())
    assert (writing.text, version) == (built_in(Slug.ABOUT), 0)
    actions.save(session, Slug.ABOUT, writing, version=0, by=cast.soheila, at=now())
    session.flush()
    for verb in (actions.save, actions.publish):
        with pytest.raises(actions.ChangedMeanwhile):
            verb(session, Slug.ABOUT, writing, version=0, by=cast.mina, at=now())
    assert queries.newest_number(session, Slug.ABOUT) is None
