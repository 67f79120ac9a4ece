"""Seats: two at the last one, who waits longest, who leaves the platform, who may not come."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.accounts.queries import account_by_id
from citizen_diplomat.accounts.sanction_rules import SanctionKind
from citizen_diplomat.events import actions, forget, seats
from citizen_diplomat.events.actions import MovedTooLate, TooFewSeats
from citizen_diplomat.events.check_in import Answer, check_in
from citizen_diplomat.events.model import Event, Registration
from citizen_diplomat.events.queries import find
from citizen_diplomat.events.rules import Refusal
from citizen_diplomat.foundation.clock import now
from citizen_diplomat.foundation.database import transaction
from citizen_diplomat.mail.model import OutboxMessage
from citizen_diplomat.overview.recount import differences
from tests.cast import Cast
from tests.conftest import database_of
from tests.events import DAY, EVENING, LETTERS, published, registered, reminded, seated
from tests.rooms.test_claims import at_once
from tests.sanctioning import WEEK, impose, lift, run_out

Outbox = Callable[[], list[OutboxMessage]]
Counting = Callable[[], AbstractContextManager[list[str]]]


def news(outbox: Outbox) -> list[tuple[str, str]]:
    """To whom which news was posted, in their order."""
    return [
        (row.to_address.partition("@")[0], row.values["news"])
        for row in outbox()
        if row.name == "event_news"
    ]


def test_of_two_at_the_last_seat_exactly_one_gets_it(
    app: Flask, session: Session, cast: Cast, outbox: Outbox
) -> None:
    event = published(session, cast.soheila, replace(EVENING, seats=1))
    number = event.number
    session.close()

    def take(by: Account, opened: Session) -> str:
        with transaction(opened):
            row = find(opened, number)
            assert row is not None
            person = opened.merge(by, load=False)
            own = seats.register(opened, row, [], by=person, letters=LETTERS, at=now())
            return "seat" if own.seated_at else "waits"

    people = (cast.nasrin, cast.kamran, cast.stranger, cast.hamid)
    answers = at_once(app, [partial(take, by) for by in people])
    assert sorted(answers) == ["seat", "waits", "waits", "waits"]
    with database_of(app).reading() as fresh:
        assert fresh.get_one(Event, number).taken == 1
    assert sorted(kind for _, kind in news(outbox)) == ["registered"] + 3 * ["waiting"]


def test_a_free_seat_goes_to_whoever_waits_longest(
    app: Flask, session: Session, cast: Cast, outbox: Outbox
) -> None:
    event = published(session, cast.soheila, replace(EVENING, seats=1))
    for person in (cast.nasrin, cast.kamran, cast.stranger):
        registered(session, event, person)
    assert registered(session, event, cast.kamran).seated_at is None  # asked twice
    mine = seats.registration_of(session, event.number, cast.stranger.id)
    assert mine is not None
    assert seats.place_in_line(session, mine) == 2
    # Nasrin closes her account: her seat is Kamran's.
    nasrin = account_by_id(session, cast.nasrin.id)
    assert nasrin is not None
    forget.lock(session, nasrin.id)
    forget.forget(session, nasrin, letters=lambda: LETTERS, at=now())
    session.commit()
    # The hall has a seat more: the stranger comes in.
    details = replace(event.details, seats=2)
    change = partial(actions.change, session, event, by=cast.soheila, letters=LETTERS, at=now())
    change(details, version=event.version)
    session.commit()
    assert news(outbox) == [
        ("nasrin", "registered"),
        ("kamran", "waiting"),
        ("sina", "waiting"),
        ("kamran", "seat"),
        ("sina", "seat"),
    ]
    assert session.get_one(Event, event.number).taken == 2
    assert [one for one in differences(session) if one.kept.table is Event] == []
    with pytest.raises(TooFewSeats):
        change(replace(details, seats=1), version=event.version)
    with pytest.raises(MovedTooLate):
        change(details.on(now() - DAY, now() + DAY), version=event.version)


def test_a_reminder_comes_once_for_each_start(
    app: Flask, session: Session, cast: Cast, outbox: Outbox
) -> None:
    event = published(session, cast.soheila, replace(EVENING, seats=1))
    registered(session, event, cast.nasrin)
    registered(session, event, cast.kamran)  # waits: nobody reminds him
    assert event.starts_at is not None
    first = event.starts_at
    eve = first - timedelta(hours=20)
    session.close()
    assert [reminded(app, first - 2 * DAY), reminded(app, eve), reminded(app, eve)] == [0, 1, 0]
    event = session.get_one(Event, event.number)
    for later in (3 * DAY, timedelta(0)):
        moved = event.details.on(first + later, first + later + timedelta(hours=2))
        actions.change(
            session,
            event,
            moved,
            version=event.version,
            by=cast.soheila,
            letters=LETTERS,
            at=now(),
        )
        session.commit()
        # The new start is told of; the old one, when it is back, was told already.
        assert reminded(app, first + later - timedelta(hours=20)) == (1 if later else 0)
    assert [kind for who, kind in news(outbox) if who == "nasrin"].count("reminder") == 2
    assert [kind for who, kind in news(outbox) if who == "kamran"] == ["waiting", "moved", "moved"]


def test_whoever_is_suspended_gets_no_seat(app: Flask, session: Session, cast: Cast) -> None:
    event = published(session, cast.soheila)
    impose(app, cast.nasrin, SanctionKind.SUSPEND, by=cast.mina)
    assert seats.refusal(session, event, cast.nasrin.id, at=now()) is Refusal.SUSPENDED
    with pytest.raises(seats.Refused):
        registered(session, event, cast.nasrin)


def test_whoever_is_suspended_is_passed_over_and_seated_when_that_is_over(
    app: Flask, session: Session, cast: Cast, outbox: Outbox
) -> None:
    event = published(session, cast.soheila, replace(EVENING, seats=1))
    number = event.number
    registered(session, event, cast.nasrin)
    registered(session, event, cast.kamran)
    registered(session, event, cast.stranger)
    session.close()
    sanction = impose(app, cast.kamran, SanctionKind.SUSPEND, by=cast.mina)
    event = session.get_one(Event, number)
    seat_of = partial(seats.registration_of, session, number, to_change=True)

    def leaves(person: Account) -> None:
        row = seat_of(person.id)
        assert row is not None
        seats.give_up(session, row, letters=LETTERS, at=now())
        session.commit()

    # Nasrin cannot come: the next one is suspended, so the stranger does.
    leaves(cast.nasrin)
    assert news(outbox)[-1] == ("sina", "seat")
    # The stranger neither: a seat is free, and the worker has nobody for it.
    leaves(cast.stranger)
    session.close()
    assert seated(app, now()) == 0
    lift(app, sanction.id, by=cast.mina)
    # It is Kamran's now, also before somebody who comes anew.
    assert registered(session, session.get_one(Event, number), cast.nasrin).seated_at is None
    assert [who for who, kind in news(outbox) if kind == "seat"] == ["sina", "kamran"]
    assert session.get_one(Event, number).taken == 1


def test_the_worker_seats_whose_suspension_ran_out(
    app: Flask, session: Session, cast: Cast, outbox: Outbox
) -> None:
    event = published(session, cast.soheila, replace(EVENING, seats=1))
    number = event.number
    first = registered(session, event, cast.nasrin)
    registered(session, event, cast.kamran)
    session.close()
    impose(app, cast.kamran, SanctionKind.SUSPEND, by=cast.mina)
    row = seats.registration_of(session, number, first.account_id, to_change=True)
    assert row is not None
    seats.give_up(session, row, letters=LETTERS, at=now())
    session.commit()
    session.close()
    later = now() + WEEK + timedelta(hours=1)
    run_out(app, later)
    assert [seated(app, later), seated(app, later)] == [1, 0]
    assert news(outbox)[-1] == ("kamran", "seat")


def test_a_code_is_good_once(session: Session, cast: Cast) -> None:
    event = published(session, cast.soheila, replace(EVENING, seats=1))
    code = registered(session, event, cast.nasrin).code
    waits = registered(session, event, cast.kamran).code
    use = partial(check_in, session, event, by=cast.soheila, at=now())
    typed = f"{code[:3]}-{code[3:]} ".lower()
    assert [use(text)[0] for text in (typed, code, waits, "000000")] == [
        Answer.WELCOME,
        Answer.USED,
        Answer.WAITING,
        Answer.UNKNOWN,
    ]


@pytest.mark.parametrize("rows", [1, 3, 30])
def test_the_lists_cost_the_same_for_any_number(
    app: Flask,
    session: Session,
    cast: Cast,
    browser_of: Callable[[Account], FlaskClient],
    queries: Counting,
    rows: int,
) -> None:
    for _ in range(rows):
        event = published(session, cast.soheila, replace(EVENING, seats=None))
    people = [
        Account(
            email=f"m{number}@example.org",
            email_key=f"m{number}@example.org",
            display_name=f"Member {number}",
            language="en",
            time_zone="Asia/Tehran",
            created_at=now(),
            verified_at=now(),
        )
        for number in range(rows)
    ]
    session.add_all(people)
    session.flush()
    session.add_all(
        Registration(
            event_number=event.number,
            account_id=person.id,
            code=f"{number:06}",
            answers=[],
            registered_at=now(),
            seated_at=now(),
        )
        for number, person in enumerate(people)
    )
    session.add(
        Registration(
            event_number=event.number,
            account_id=cast.nasrin.id,
            code="NASR1N",
            answers=[],
            registered_at=now(),
            seated_at=now(),
        )
    )
    session.commit()
    soheila, nasrin = browser_of(cast.soheila), browser_of(cast.nasrin)
    nasrin.get("/en/events")  # names of cities and topics are kept for a minute
    for browser, address in (
        (nasrin, "/en/events?city=barcelona&topic=environment-water"),
        (nasrin, "/en/events.ics"),
        (nasrin, "/en/me/events"),
        (soheila, "/en/staff/events"),
        (soheila, f"/en/staff/events/{event.number}/people"),
    ):
        with queries() as statements:
            assert browser.get(address).status_code == 200
        assert len(statements) <= 4, (address, statements)
