"""The trail of an outcome: its silence is told once, its end is asked about, its people leave."""

from collections.abc import Callable
from datetime import datetime

import pytest
from flask import Flask
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from citizen_diplomat.accounts.model import AccountRole, StaffScope
from citizen_diplomat.cli.outcome_run import tell_silent
from citizen_diplomat.mail.model import OutboxMessage
from citizen_diplomat.outcomes import happened, hours, trail, trail_forget, trail_queries
from citizen_diplomat.outcomes.export import export_happened, export_hours
from citizen_diplomat.outcomes.happened import LinkOver
from citizen_diplomat.outcomes.happened_model import OutcomeAnswer
from citizen_diplomat.outcomes.hours import Given, NoHelper
from citizen_diplomat.outcomes.queries import offer_for
from citizen_diplomat.outcomes.trail import ChangedMeanwhile
from citizen_diplomat.outcomes.trail_model import OutcomeTrail
from citizen_diplomat.outcomes.trail_queries import of_city, step_of
from citizen_diplomat.outcomes.trail_rules import AnswerLink, Happened, OutcomeState
from citizen_diplomat.outcomes.trail_settings import silent_after
from tests.cast import Cast
from tests.desk import BICYCLES, MONDAY, WATER
from tests.helping import accepted, helper, offered
from tests.outcomes import DAY, asked, begun, completed, proposal, step, taken_down
from tests.rooms.test_desks import desk, rule

Outbox = Callable[[], list[OutboxMessage]]


def alarms(app: Flask, outbox: Outbox, at: datetime) -> list[tuple[str, bool]]:
    """What the worker does at a moment: the letters so far, to whom, and whether once more."""
    with app.app_context():
        tell_silent(at)
    return sorted(
        (one.to_address, one.values["is_escalation"])
        for one in outbox()
        if one.name == "outcome_silent"
    )


@pytest.fixture
def number(session: Session, cast: Cast) -> int:
    """Nasrin's accepted proposal, of the desk for Barcelona that Soheila heads."""
    rule(session, desk(session, "barcelona", cast.hamid, head=cast.soheila), city="barcelona")
    return accepted(session, cast, cast.nasrin)


def test_a_silence_is_told_to_owner_and_head_once(
    app: Flask, session: Session, cast: Cast, outbox: Outbox, number: int
) -> None:
    for day, text in enumerate(("Letter sent", "They called back", "We met"), 1):
        step(session, number, text, by=cast.hamid, at=MONDAY + day * DAY)
    quiet = MONDAY + 3 * DAY
    assert alarms(app, outbox, quiet + 29 * DAY) == []
    both = [(cast.hamid.email, False), (cast.soheila.email, False)]
    assert alarms(app, outbox, quiet + 30 * DAY) == both
    assert alarms(app, outbox, quiet + 31 * DAY) == both
    [letter] = [one for one in outbox() if one.to_address == cast.hamid.email]
    assert (letter.values["days"], letter.values["last"]) == (30, "We met")
    once_more = sorted([*both, (cast.soheila.email, True)])
    assert alarms(app, outbox, quiet + 60 * DAY) == once_more
    assert alarms(app, outbox, quiet + 300 * DAY) == once_more
    # A new step ends it; the next silence is another one.
    step(session, number, "They write again", by=cast.hamid, at=quiet + 301 * DAY)
    assert alarms(app, outbox, quiet + 302 * DAY) == once_more
    assert len(alarms(app, outbox, quiet + 331 * DAY)) == 5


def test_what_was_never_begun_falls_silent_too_and_is_whose_accepted_it(
    app: Flask, session: Session, cast: Cast, outbox: Outbox, number: int
) -> None:
    both = [(cast.hamid.email, False), (cast.soheila.email, False)]
    assert alarms(app, outbox, MONDAY + 29 * DAY) == []
    assert alarms(app, outbox, MONDAY + 30 * DAY) == both
    assert session.get_one(OutcomeTrail, number).owner_id == cast.hamid.id


def test_a_next_day_holds_the_alarm_back_until_it_has_passed(
    app: Flask, session: Session, cast: Cast, outbox: Outbox, number: int
) -> None:
    day = (MONDAY + 100 * DAY).date()
    planned = step(session, number, "Festival", by=cast.hamid, at=MONDAY, planned_on=day)
    assert alarms(app, outbox, MONDAY + 129 * DAY) == []
    assert len(alarms(app, outbox, MONDAY + 132 * DAY)) == 2
    row = step_of(session, number, planned)
    assert row is not None
    trail.finish_step(
        session, begun(session, number, cast.hamid), row, on=day, by=cast.hamid.id,
        at=MONDAY + 133 * DAY,
    )  # fmt: skip
    session.commit()
    assert len(alarms(app, outbox, MONDAY + 134 * DAY)) == 2


def test_where_owner_and_head_are_gone_the_coordinators_hear(
    app: Flask, session: Session, cast: Cast, outbox: Outbox
) -> None:
    """Maryam saw to it, and heads no desk any more since she does other work in the town hall."""
    rule(session, desk(session, "barcelona", cast.hamid, head=cast.maryam), city="barcelona")
    number = accepted(session, cast, cast.nasrin)
    step(session, number, "Letter sent", by=cast.maryam, at=MONDAY)
    session.execute(delete(AccountRole).where(AccountRole.account_id == cast.maryam.id))
    session.commit()
    first = [(cast.soheila.email, False)]
    assert alarms(app, outbox, MONDAY + 30 * DAY) == first
    [letter] = [one for one in outbox() if one.name == "outcome_silent"]
    assert (letter.values["is_owner"], letter.values["is_unowned"]) == (False, True)
    assert alarms(app, outbox, MONDAY + 60 * DAY) == sorted([*first, (cast.soheila.email, True)])


def test_without_a_head_the_owner_hears_first_and_a_coordinator_of_the_long_silence(
    app: Flask, session: Session, cast: Cast, outbox: Outbox
) -> None:
    number = accepted(session, cast, cast.nasrin)
    step(session, number, "Letter sent", by=cast.hamid, at=MONDAY)
    first = [(cast.hamid.email, False)]
    assert alarms(app, outbox, MONDAY + 30 * DAY) == first
    assert alarms(app, outbox, MONDAY + 60 * DAY) == sorted([*first, (cast.soheila.email, True)])


def test_who_has_no_coordinator_has_colleagues(
    app: Flask, session: Session, cast: Cast, outbox: Outbox
) -> None:
    """Soheila looks after Freiburg alone now, and Hamid has left."""
    number = accepted(session, cast, cast.nasrin)
    step(session, number, "Letter sent", by=cast.hamid, at=MONDAY)
    session.execute(delete(AccountRole).where(AccountRole.account_id == cast.hamid.id))
    session.add(StaffScope(account_id=cast.soheila.id, city_slug="freiburg"))
    session.commit()
    assert alarms(app, outbox, MONDAY + 30 * DAY) == [(cast.maryam.email, False)]


def test_what_has_ended_is_never_silent(
    app: Flask, session: Session, cast: Cast, outbox: Outbox, number: int
) -> None:
    other = accepted(session, cast, cast.kamran, BICYCLES)
    completed(session, number, by=cast.hamid, at=MONDAY + DAY)
    row = begun(session, other, cast.hamid)
    trail.stop(session, row, "", "No money", version=row.version, by=cast.hamid.id, at=MONDAY + DAY)
    session.commit()
    assert alarms(app, outbox, MONDAY + 400 * DAY) == []
    assert [one.to_address for one in outbox() if one.name == "outcome_asks_author"] == [
        cast.nasrin.email
    ]


@pytest.mark.parametrize("is_begun", [True, False])
def test_what_was_taken_down_is_never_silent(
    app: Flask, session: Session, cast: Cast, outbox: Outbox, number: int, is_begun: bool
) -> None:
    if is_begun:
        step(session, number, "Letter sent", by=cast.hamid, at=MONDAY)
    taken_down(session, number, reporter=cast.kamran, by=cast.hamid)
    for days in (31, 60):
        assert alarms(app, outbox, MONDAY + days * DAY) == []


def test_a_silence_that_was_told_ends_when_the_proposal_is_taken_down(
    app: Flask, session: Session, cast: Cast, outbox: Outbox, number: int
) -> None:
    step(session, number, "Letter sent", by=cast.hamid, at=MONDAY)
    both = alarms(app, outbox, MONDAY + 31 * DAY)
    assert len(both) == 2
    taken_down(session, number, reporter=cast.kamran, by=cast.hamid)
    assert alarms(app, outbox, MONDAY + 60 * DAY) == both


def test_nobody_answers_about_what_was_taken_down(
    session: Session, cast: Cast, number: int
) -> None:
    completed(session, number, by=cast.hamid, at=MONDAY)
    _row, token = asked(session, number, "Ajuntament de Barcelona", by=cast.hamid, at=MONDAY)
    session.commit()
    # Both had opened their pages before.
    partner = happened.of_token(session, token)
    author = happened.of_author(session, number, cast.nasrin.id)
    assert partner is not None
    assert author is not None
    session.commit()
    session.expunge_all()
    taken_down(session, number, reporter=cast.kamran, by=cast.hamid)
    for row in (partner, author):
        session.add(row)
        with pytest.raises(LinkOver) as over:
            happened.answer(session, row, Happened.YES, "", by=None, at=MONDAY)
        assert over.value.link is AnswerLink.TAKEN_DOWN
        session.rollback()


def test_two_at_once_lose_nothing(session: Session, cast: Cast, number: int) -> None:
    planned = step(session, number, "Letter", by=cast.hamid, at=MONDAY)
    row = step_of(session, number, planned)
    assert row is not None
    of = begun(session, number, cast.hamid)
    who, seen = cast.hamid.id, row.version
    trail.change_step(session, of, row, row.draft, version=seen, by=who, at=MONDAY)
    with pytest.raises(ChangedMeanwhile):
        trail.change_step(session, of, row, row.draft, version=seen + 9, by=who, at=MONDAY)
    with pytest.raises(ChangedMeanwhile):
        trail.hand_over(session, of, cast.maryam, version=of.version - 1, by=who, at=MONDAY)


def test_who_leaves_leaves_their_answer_and_their_hours(
    session: Session, cast: Cast, number: int
) -> None:
    offer = helper(session, number, cast.kamran, cast, cast.nasrin)
    row = offer_for(session, number, offer)
    assert row is not None
    given = Given(6, MONDAY.date(), "Drew the map")
    for _click in range(2):
        hours.note(session, row, given, form_key="once", by=cast.kamran.id, at=MONDAY)
    assert hours.total(session, number) == 6
    completed(session, number, by=cast.hamid, at=MONDAY + DAY)
    question = happened.of_author(session, number, cast.nasrin.id)
    assert question is not None
    happened.answer(
        session, question, Happened.PARTLY, "No pump", by=cast.nasrin.id, at=MONDAY + DAY
    )
    session.commit()
    assert export_hours(session, cast.kamran.id)[0]["words"] == "Drew the map"
    assert export_happened(session, cast.nasrin.id)[0]["answer"] == "partly"
    for person in (cast.kamran, cast.nasrin):
        trail_forget.forget(session, person)
    session.commit()
    session.expunge_all()
    [note] = hours.notes_of(session, number)
    assert (note.hours, note.helper_id, note.noted_by, note.words) == (6, None, None, "")
    [said] = session.scalars(select(OutcomeAnswer)).all()
    assert (said.answer, said.words, said.account_id) == ("partly", "No pump", None)
    assert export_happened(session, cast.nasrin.id) == []


def test_only_who_helps_notes_hours(session: Session, cast: Cast, number: int) -> None:
    row = offer_for(session, number, offered(session, number, cast.kamran))
    assert row is not None
    with pytest.raises(NoHelper):
        hours.note(
            session, row, Given(1, MONDAY.date()), form_key="k", by=cast.kamran.id, at=MONDAY
        )


def test_the_database_and_the_table_agree_and_a_city_has_its_groups(
    session: Session, cast: Cast, queries: Callable[[], object], number: int
) -> None:
    at = MONDAY + 50 * DAY
    numbers = {OutcomeState.SILENT: number}
    for state in (OutcomeState.PLANNED, OutcomeState.UNDER_WAY, OutcomeState.COMPLETED):
        numbers[state] = accepted(session, cast, cast.nasrin, WATER)
    proposal(session, numbers[OutcomeState.PLANNED]).published_at = at
    session.commit()
    step(session, number, "A letter", by=cast.hamid, at=MONDAY)
    step(session, numbers[OutcomeState.UNDER_WAY], "A call", by=cast.hamid, at=at)
    completed(session, numbers[OutcomeState.COMPLETED], by=cast.hamid, at=at)
    quiet = silent_after(session)
    for state, expected in numbers.items():
        rows = trail_queries.outcomes(session, quiet, at=at, state=state)
        assert [(row.proposal.number, row.state) for row in rows] == [(expected, state)]
    figures = trail_queries.figures(session, quiet, at=at, topic="environment-water")
    one_each = dict.fromkeys(numbers, 1)
    assert figures.all == figures.by_city["barcelona"] == one_each
    assert figures.by_topic == {"environment-water": one_each}
    session.expunge_all()
    with queries() as statements:  # type: ignore[attr-defined]
        found = of_city(session, "barcelona", at=at)
    assert len(statements) == 3
    assert {row.proposal.number for row in found.open} == {
        numbers[OutcomeState.PLANNED], numbers[OutcomeState.UNDER_WAY],
    }  # fmt: skip
    [silent], [done] = found.silent, found.done
    assert silent.last is not None
    assert silent.last.text("en") == "A letter"
    assert done.proposal.number == numbers[OutcomeState.COMPLETED]


def test_each_completion_is_asked_about_and_has_its_own_answers(
    session: Session, cast: Cast, outbox: Outbox, number: int
) -> None:
    for day, said in ((1, Happened.NO), (9, Happened.YES)):
        at = MONDAY + day * DAY
        completed(session, number, by=cast.hamid, at=at)
        question = happened.of_author(session, number, cast.nasrin.id)
        assert question is not None
        assert question.link(at=at) is AnswerLink.OPEN
        happened.answer(session, question, said, "Words", by=cast.nasrin.id, at=at)
        row = begun(session, number, cast.hamid)
        if said is Happened.NO:
            trail.take_up(session, row, version=row.version, by=cast.hamid.id, at=at + DAY)
        session.commit()
        session.expunge_all()
    rows = happened.questions_of(session, number)
    assert [(one.answer, one.is_of_now) for one in rows] == [("no", False), ("yes", True)]
    assert len([one for one in outbox() if one.name == "outcome_asks_author"]) == 2


def test_a_partner_is_asked_by_a_letter_that_keeps_no_address(
    session: Session, cast: Cast, outbox: Outbox, number: int
) -> None:
    completed(session, number, by=cast.hamid, at=MONDAY)
    row, token = asked(session, number, "Ajuntament de Barcelona", by=cast.hamid, at=MONDAY)
    session.commit()
    found = happened.of_token(session, token)
    assert found is not None
    assert found.id == row.id
    assert happened.of_token(session, token + "x") is None
    assert "puig@example.org" not in repr(vars(found))
    assert [one.to_address for one in outbox() if one.name == "outcome_asks_partner"] == [
        "puig@example.org"
    ]
