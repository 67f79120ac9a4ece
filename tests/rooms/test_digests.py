"""Digests: chosen, made once a period for each member, and ended."""

import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from citizen_diplomat.accounts.model import Account, Consent, StaffScope
from citizen_diplomat.cli import digest_run, worker
from citizen_diplomat.digests import actions
from citizen_diplomat.digests import queries as room
from citizen_diplomat.digests.model import DigestIssue
from citizen_diplomat.digests.rules import Frequency
from citizen_diplomat.foundation.folding import search_text
from citizen_diplomat.mail import outbox as mailbox
from citizen_diplomat.mail.model import OutboxMessage
from citizen_diplomat.mail.rules import MailState
from citizen_diplomat.moderation.model import Decision, QueueItem, Reason
from citizen_diplomat.proposals.model import Proposal, ProposalCity
from citizen_diplomat.proposals.rules import State
from tests.cast import Cast
from tests.conftest import database_of

MADRID = ZoneInfo("Europe/Madrid")
SATURDAY = datetime(2026, 11, 28, 8, 0, tzinfo=MADRID)
"""The morning in Barcelona on which the week from 21 to 28 November is told of."""
LAST_WEEK = SATURDAY - timedelta(days=3)
LONG_AGO = SATURDAY - timedelta(days=60)
Outbox = Callable[[], list[OutboxMessage]]
Counting = Callable[[], AbstractContextManager[list[str]]]


def subscribe(
    session: Session,
    account: Account,
    frequency: Frequency = Frequency.WEEKLY,
    *,
    at: datetime = LONG_AGO,
    **narrowed: Any,
) -> None:
    actions.choose(session, account, frequency, by=account, at=at, source="test", **narrowed)
    session.commit()


def accepted(
    session: Session,
    author: Account,
    title: str = "Shade map",
    *,
    city: str = "barcelona",
    topic: str = "environment-water",
    at: datetime = LAST_WEEK,
) -> Proposal:
    proposal = Proposal(
        author_id=author.id,
        state=State.ACCEPTED,
        language="en",
        title=title,
        summary="Cycle routes under trees",
        body="Body",
        topic_slug=topic,
        form_key=f"{title}{at}",
        search_text=search_text(title),
        created_at=at,
        updated_at=at,
        submitted_at=at,
        published_at=at,
        decided_at=at,
        cities=[ProposalCity(city_slug=city)],
    )
    session.add(proposal)
    session.commit()
    return proposal


def answered(
    session: Session,
    proposal: Proposal,
    by: Account,
    *,
    outcome: str = "accept",
    at: datetime = LAST_WEEK,
) -> None:
    reason = session.scalars(select(Reason).where(Reason.outcome == outcome)).first()
    assert reason is not None
    session.add(
        Decision(
            proposal_number=proposal.number,
            revision=1,
            outcome=outcome,
            reason_slug=reason.slug,
            message="Because",
            decided_by=by.id,
            at=at,
        )
    )
    session.commit()


def waiting(session: Session, proposal: Proposal, *, since: datetime) -> None:
    session.add(QueueItem(proposal_number=proposal.number, opened_at=since))
    session.commit()


def make(app: Flask, at: datetime = SATURDAY) -> int:
    with app.app_context():
        return digest_run.make_due(at)


def ledger(session: Session) -> list[DigestIssue]:
    session.rollback()
    return list(session.scalars(select(DigestIssue).order_by(DigestIssue.id)))


def consents(session: Session, account: Account) -> list[tuple[bool, str]]:
    rows = session.scalars(
        select(Consent)
        .where(Consent.account_id == account.id, Consent.purpose == "digest")
        .order_by(Consent.id)
    )
    return [(row.given, row.source) for row in rows]


def titles(row: OutboxMessage) -> list[str]:
    return [proposal["title"] for proposal in row.values["accepted"]]


# --- choosing ---


def test_a_choice_is_kept_as_a_consent_once(session: Session, cast: Cast) -> None:
    subscribe(session, cast.nasrin)
    subscribe(session, cast.nasrin, Frequency.DAILY)
    subscribe(session, cast.nasrin, Frequency.NEVER)
    assert consents(session, cast.nasrin) == [(True, "test"), (False, "test")]


def test_a_narrower_choice_keeps_what_stays_and_when_it_began(session: Session, cast: Cast) -> None:
    subscribe(session, cast.nasrin, cities=["porto", "barcelona"])
    subscribe(session, cast.nasrin, at=SATURDAY, cities=["barcelona", "freiburg"])
    found = room.subscription_of(session, cast.nasrin.id)
    assert found is not None
    assert sorted(row.city_slug for row in found.cities) == ["barcelona", "freiburg"]
    assert found.since == LONG_AGO


def test_never_suppresses_and_choosing_again_allows(session: Session, cast: Cast) -> None:
    def is_suppressed() -> bool:
        return mailbox.is_suppressed(session, cast.nasrin.email_key, "digest")

    subscribe(session, cast.nasrin, Frequency.NEVER)
    assert is_suppressed()
    subscribe(session, cast.nasrin, Frequency.WEEKLY)
    assert not is_suppressed()


def test_unsubscribing_twice_is_once(session: Session, cast: Cast) -> None:
    subscribe(session, cast.nasrin)
    for _ in range(2):
        assert actions.unsubscribe(session, cast.nasrin.id, at=SATURDAY, source="link")
        session.commit()
    assert consents(session, cast.nasrin) == [(True, "test"), (False, "link")]
    assert not actions.unsubscribe(session, 999_999, at=SATURDAY, source="link")


# --- content ---


def test_the_week_is_told_on_saturday_morning_and_not_before(
    app: Flask, session: Session, cast: Cast, outbox: Outbox
) -> None:
    subscribe(session, cast.nasrin)
    accepted(session, cast.kamran)
    assert make(app, SATURDAY - timedelta(seconds=1)) == 1  # the week before, which was empty
    assert outbox() == []
    assert make(app, SATURDAY) == 1
    (row,) = outbox()
    assert (row.name, row.language, titles(row)) == ("digest", "fa", ["Shade map"])
    assert row.key == f"digest:{cast.nasrin.id}:weekly:2026-11-21"
    told = row.values["accepted"][0]
    assert told["city_names"] == ["بارسلون"]
    assert told["link"].startswith("http://localhost/fa/proposals/")


def test_only_the_chosen_cities_and_topics_are_told(
    app: Flask, session: Session, cast: Cast, outbox: Outbox
) -> None:
    subscribe(session, cast.nasrin, cities=["barcelona", "porto"], topics=["environment-water"])
    accepted(session, cast.kamran, "Here")
    accepted(session, cast.kamran, "Elsewhere", city="freiburg")
    accepted(session, cast.kamran, "Other topic", topic="tourism")
    make(app)
    assert [titles(row) for row in outbox()] == [["Here"]]


def test_the_borders_of_a_week_are_told_once(
    app: Flask, session: Session, cast: Cast, outbox: Outbox
) -> None:
    subscribe(session, cast.nasrin)
    accepted(session, cast.kamran, "First moment", at=SATURDAY - timedelta(days=7))
    accepted(session, cast.kamran, "Last moment", at=SATURDAY - timedelta(microseconds=1))
    accepted(session, cast.kamran, "Next week", at=SATURDAY)
    make(app)
    make(app, SATURDAY + timedelta(days=7))
    assert [titles(row) for row in outbox()] == [["First moment", "Last moment"], ["Next week"]]


def test_nothing_of_before_the_choice_is_told(
    app: Flask, session: Session, cast: Cast, outbox: Outbox
) -> None:
    subscribe(session, cast.nasrin, at=LAST_WEEK + timedelta(hours=1))
    accepted(session, cast.kamran, "Before")
    accepted(session, cast.kamran, "After", at=LAST_WEEK + timedelta(hours=2))
    make(app)
    assert [titles(row) for row in outbox()] == [["After"]]


def test_who_chose_after_the_week_waits_for_the_next(
    app: Flask, session: Session, cast: Cast
) -> None:
    subscribe(session, cast.nasrin, at=SATURDAY + timedelta(minutes=1))
    accepted(session, cast.kamran)
    assert make(app, SATURDAY + timedelta(minutes=2)) == 0
    assert ledger(session) == []


def test_nothing_is_sent_when_there_is_nothing(
    app: Flask, session: Session, cast: Cast, outbox: Outbox
) -> None:
    subscribe(session, cast.nasrin)
    make(app)
    assert outbox() == []
    assert [row.item_count for row in ledger(session)] == [0]


def test_answers_to_ones_own_are_told_whatever_the_cities(
    app: Flask, session: Session, cast: Cast, outbox: Outbox
) -> None:
    subscribe(session, cast.nasrin, cities=["porto"])
    mine = accepted(session, cast.nasrin, "Mine")
    answered(session, mine, cast.hamid)
    make(app)
    (row,) = outbox()
    assert titles(row) == []
    assert [(one["title"], one["state"]) for one in row.values["answers"]] == [("Mine", "accepted")]
    assert "/fa/me/proposals/" in row.values["answers"][0]["link"]


def test_staff_who_review_hear_of_the_queue_and_others_do_not(
    app: Flask, session: Session, cast: Cast, outbox: Outbox
) -> None:
    monday = SATURDAY + timedelta(days=2)
    for person in (cast.hamid, cast.arash, cast.stranger):
        subscribe(session, person, Frequency.DAILY)
    proposal = accepted(session, cast.kamran, at=LONG_AGO)
    proposal.state = State.SUBMITTED
    waiting(session, proposal, since=monday - timedelta(days=4))
    make(app, monday)
    (row,) = outbox()
    assert row.to_address == cast.hamid.email
    assert (row.values["queue"]["open"], row.values["queue"]["oldest_days"]) == (1, 4)


def test_staff_hear_only_of_what_they_look_after(
    app: Flask, session: Session, cast: Cast, outbox: Outbox
) -> None:
    """The proposal is for Freiburg: Hamid looks after Barcelona, Maryam after Freiburg."""
    for person, city in ((cast.hamid, "barcelona"), (cast.maryam, "freiburg")):
        subscribe(session, person, Frequency.DAILY)
        session.add(StaffScope(account_id=person.id, city_slug=city))
    proposal = accepted(session, cast.kamran, city="freiburg", at=LONG_AGO)
    proposal.state = State.SUBMITTED
    waiting(session, proposal, since=SATURDAY - timedelta(days=1))
    make(app, SATURDAY + timedelta(days=2))
    assert [row.to_address for row in outbox()] == [cast.maryam.email]


def test_more_than_fits_is_counted(
    app: Flask, session: Session, cast: Cast, outbox: Outbox
) -> None:
    subscribe(session, cast.nasrin)
    for number in range(13):
        accepted(session, cast.kamran, f"Proposal {number}")
    make(app)
    (row,) = outbox()
    assert (len(row.values["accepted"]), row.values["more"]) == (10, 3)
    assert [issue.item_count for issue in ledger(session)] == [13]


# --- once ---


def test_a_digest_is_made_once_however_often_and_late(
    app: Flask, session: Session, cast: Cast, outbox: Outbox
) -> None:
    subscribe(session, cast.nasrin)
    accepted(session, cast.kamran)
    made = [make(app, SATURDAY + timedelta(days=days)) for days in (0, 0, 2, 6)]
    assert made == [1, 0, 0, 0]
    assert len(outbox()) == 1


def test_two_workers_at_once_make_one_digest(
    app: Flask, session: Session, cast: Cast, outbox: Outbox
) -> None:
    everybody = (cast.nasrin, cast.kamran, cast.stranger)
    for person in everybody:
        subscribe(session, person)
    accepted(session, cast.hamid)
    together = threading.Barrier(3)
    made: list[int] = []

    def work() -> None:
        together.wait(20)
        made.append(make(app, SATURDAY + timedelta(hours=6)))

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sum(made) == len(everybody)
    assert sorted(row.to_address for row in outbox()) == sorted(
        person.email for person in everybody
    )


def test_a_crash_between_two_members_loses_and_repeats_nothing(
    app: Flask, session: Session, cast: Cast, outbox: Outbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    for person in (cast.nasrin, cast.arash):
        subscribe(session, person, Frequency.DAILY)
    person_by_person = actions.issue
    accepted(session, cast.kamran)
    at = LAST_WEEK + timedelta(days=1)

    def crash(db: Session, subscription: Any, *rest: Any, **more: Any) -> bool:
        person_by_person(db, subscription, *rest, **more)
        if subscription.account_id == cast.nasrin.id:
            raise KeyboardInterrupt
        return True

    monkeypatch.setattr(actions, "issue", crash)
    with pytest.raises(KeyboardInterrupt):
        make(app, at)
    monkeypatch.undo()
    make(app, at)
    assert sorted(row.to_address for row in outbox()) == sorted(
        [cast.nasrin.email, cast.arash.email]
    )
    assert len(ledger(session)) == 2


def test_one_member_whose_digest_fails_stops_nobody_else(
    app: Flask, session: Session, cast: Cast, outbox: Outbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    for person in (cast.nasrin, cast.arash):
        subscribe(session, person, Frequency.DAILY)
    accepted(session, cast.kamran)
    person_by_person = actions.issue

    def fail(db: Session, subscription: Any, *rest: Any, **more: Any) -> bool:
        if subscription.account_id == cast.nasrin.id:
            raise RuntimeError("something nobody foresaw")
        return person_by_person(db, subscription, *rest, **more)

    monkeypatch.setattr(actions, "issue", fail)
    assert make(app, LAST_WEEK + timedelta(days=1)) == 1
    assert [row.to_address for row in outbox()] == [cast.arash.email]
    monkeypatch.undo()
    assert make(app, LAST_WEEK + timedelta(days=1, minutes=1)) == 1
    assert [row.to_address for row in outbox()] == [cast.arash.email, cast.nasrin.email]


def test_each_member_hears_in_their_own_morning(
    app: Flask, session: Session, cast: Cast, outbox: Outbox
) -> None:
    """Eight o'clock in Isfahan is half past five in Barcelona."""
    isfahan = SATURDAY.replace(tzinfo=ZoneInfo("Asia/Tehran"))
    subscribe(session, cast.nasrin)
    subscribe(session, cast.hamid)
    accepted(session, cast.kamran)
    make(app, isfahan)
    assert [row.to_address for row in outbox()] == [cast.hamid.email]
    make(app, SATURDAY)
    assert [row.to_address for row in outbox()] == [cast.hamid.email, cast.nasrin.email]


def test_a_changed_frequency_repeats_nothing(
    app: Flask, session: Session, cast: Cast, outbox: Outbox
) -> None:
    subscribe(session, cast.nasrin, Frequency.DAILY)
    accepted(session, cast.kamran, "Told daily")
    make(app, LAST_WEEK + timedelta(days=1))
    subscribe(session, cast.nasrin, Frequency.WEEKLY, at=LAST_WEEK + timedelta(days=1, hours=1))
    accepted(session, cast.kamran, "Told weekly", at=SATURDAY - timedelta(hours=9))
    make(app)
    assert [titles(row) for row in outbox()] == [["Told daily"], ["Told weekly"]]


def test_who_changed_their_mind_meanwhile_gets_nothing(
    app: Flask, session: Session, cast: Cast, outbox: Outbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    subscribe(session, cast.nasrin)
    accepted(session, cast.kamran)
    person_by_person = actions.issue

    def after_a_change(db: Session, subscription: Any, *rest: Any, **more: Any) -> bool:
        actions.unsubscribe(db, subscription.account_id, at=SATURDAY, source="link")
        db.flush()
        return person_by_person(db, subscription, *rest, **more)

    monkeypatch.setattr(actions, "issue", after_a_change)
    assert make(app) == 0
    assert outbox() == []


def test_a_digest_that_waits_is_stopped_by_unsubscribing(
    app: Flask, session: Session, cast: Cast, outbox: Outbox
) -> None:
    subscribe(session, cast.nasrin)
    accepted(session, cast.kamran)
    make(app)
    actions.unsubscribe(session, cast.nasrin.id, at=SATURDAY, source="link")
    session.commit()
    worker.work_once(app, SATURDAY + timedelta(hours=1))
    assert [row.state for row in outbox()] == [MailState.STOPPED]


def test_closed_and_unconfirmed_accounts_get_nothing(
    app: Flask, session: Session, cast: Cast, outbox: Outbox
) -> None:
    for person in (cast.nasrin, cast.kamran):
        subscribe(session, person)
    accepted(session, cast.stranger)
    session.get_one(Account, cast.nasrin.id).closed_at = LAST_WEEK
    session.get_one(Account, cast.kamran.id).verified_at = None
    session.commit()
    make(app, SATURDAY + timedelta(hours=3))
    assert outbox() == []


# --- preview and cost ---


def test_a_preview_shows_the_next_digest_and_sends_nothing(
    app: Flask, session: Session, cast: Cast, outbox: Outbox
) -> None:
    subscribe(session, cast.nasrin)
    accepted(session, cast.kamran, "This week")
    accepted(session, cast.kamran, "Since then", at=SATURDAY + timedelta(hours=1))
    later = SATURDAY + timedelta(hours=2)

    def shown() -> list[str]:
        with app.app_context():
            digest = digest_run.preview("NASRIN@example.org", later)
        return [one["title"] for one in digest.accepted] if digest else []

    assert shown() == ["This week"]
    assert (outbox(), ledger(session)) == ([], [])
    session.rollback()
    make(app, later)
    assert shown() == ["Since then"]


def test_there_is_no_preview_for_who_chose_none(app: Flask, cast: Cast) -> None:
    with app.app_context(), pytest.raises(LookupError, match="kamran"):
        digest_run.preview(cast.kamran.email, SATURDAY)


def test_the_news_of_a_morning_is_gathered_once(
    app: Flask, session: Session, cast: Cast, queries: Counting
) -> None:
    at = SATURDAY.replace(tzinfo=ZoneInfo("Asia/Tehran"))
    accepted(session, cast.kamran, at=at - timedelta(days=1))
    for person in (cast.hamid, cast.maryam, cast.soheila, cast.arash, cast.mina):
        subscribe(session, person)
    with queries() as statements:
        assert make(app, at) == 5
    assert len([sql for sql in statements if "FROM proposal" in sql and "published_at" in sql]) == 1


def test_a_quiet_run_asks_little(
    app: Flask, session: Session, cast: Cast, queries: Counting
) -> None:
    subscribe(session, cast.nasrin)
    make(app)
    with queries() as statements:
        assert make(app) == 0
    assert len(statements) <= 4


def test_the_newest_digest_is_known(app: Flask, session: Session, cast: Cast) -> None:
    subscribe(session, cast.nasrin)
    make(app, SATURDAY)
    with database_of(app).reading() as looking:
        assert room.last_made_at(looking) == SATURDAY.astimezone(UTC)
