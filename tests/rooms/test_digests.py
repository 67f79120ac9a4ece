"""Digests: chosen, entered once a period for each member, written when sent, and ended."""

import threading
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from citizen_diplomat.accounts.model import Account, Consent, StaffScope
from citizen_diplomat.cli import digest_run, worker
from citizen_diplomat.cli.digest_letters import DigestComposer
from citizen_diplomat.community import follows
from citizen_diplomat.community.model import Support
from citizen_diplomat.community.rules import FollowKind
from citizen_diplomat.digests import actions
from citizen_diplomat.digests import ledger as room
from citizen_diplomat.digests import queries as asked
from citizen_diplomat.digests.rules import Frequency, Told
from citizen_diplomat.directory.model import ProfileSkill, Skill
from citizen_diplomat.mail import bulk
from citizen_diplomat.mail import outbox as mailbox
from citizen_diplomat.mail.bulk import Slip
from citizen_diplomat.mail.message import Message
from citizen_diplomat.mail.model import InboxEntry, OutboxMessage
from citizen_diplomat.mail.rules import MailState
from citizen_diplomat.moderation.model import QueueItem
from citizen_diplomat.proposals.model import Proposal
from citizen_diplomat.proposals.rules import State
from tests.cast import Cast
from tests.conftest import database_of
from tests.digests import (
    LAST_WEEK,
    LONG_AGO,
    SATURDAY,
    Arrived,
    Postbox,
    accepted,
    answered,
    ledger,
    make,
    send,
    subscribe,
)

Outbox = Callable[[], list[OutboxMessage]]
Counting = Callable[[], AbstractContextManager[list[str]]]
Arriving = Callable[..., list[Arrived]]


@pytest.fixture
def arriving(app: Flask) -> Arriving:
    """A function that sends what is due and returns all digests that left so far."""
    postbox, left = Postbox(app), list[Arrived]()

    def deliver(at: datetime = SATURDAY) -> list[Arrived]:
        send(app, at)
        left.extend(postbox.digests())
        return left

    return deliver


def waiting(session: Session, proposal: Proposal, *, since: datetime) -> None:
    number = proposal.number
    session.add(QueueItem(subject_id=number, proposal_number=number, opened_at=since))
    session.commit()


def consents(session: Session, account: Account) -> list[tuple[bool, str]]:
    rows = session.scalars(
        select(Consent)
        .where(Consent.account_id == account.id, Consent.purpose == "digest")
        .order_by(Consent.id)
    )
    return [(row.given, row.source) for row in rows]


# --- choosing ---


def test_a_choice_is_kept_as_a_consent_once(session: Session, cast: Cast) -> None:
    subscribe(session, cast.nasrin)
    subscribe(session, cast.nasrin, Frequency.DAILY)
    subscribe(session, cast.nasrin, Frequency.NEVER)
    assert consents(session, cast.nasrin) == [(True, "test"), (False, "test")]


def test_a_narrower_choice_keeps_what_stays_and_when_it_began(session: Session, cast: Cast) -> None:
    subscribe(session, cast.nasrin, cities=["porto", "barcelona"])
    subscribe(session, cast.nasrin, at=SATURDAY, cities=["barcelona", "freiburg"])
    found = asked.subscription_of(session, cast.nasrin.id)
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
    app: Flask, session: Session, cast: Cast, outbox: Outbox, arriving: Arriving
) -> None:
    subscribe(session, cast.nasrin)
    accepted(session, cast.kamran)
    assert make(app, SATURDAY - timedelta(seconds=1)) == 1  # the week before, which was empty
    assert outbox() == []
    assert make(app, SATURDAY) == 1
    (row,) = outbox()
    assert (row.name, row.language, row.to_key) == ("digest", "fa", cast.nasrin.email_key)
    assert row.key == f"digest:{cast.nasrin.id}:weekly:2026-11-21"
    assert row.values == {"issue": ledger(session)[1].id}
    (letter,) = arriving()
    assert letter.titles == ["Shade map"]
    assert "بارسلون" in letter.text
    assert "http://localhost/fa/proposals/" in letter.text
    assert [(one.outcome, one.item_count) for one in ledger(session)] == [
        (Told.NOTHING, 0),
        (Told.SENT, 1),
    ]
    (entry,) = session.scalars(select(InboxEntry).where(InboxEntry.account_id == cast.nasrin.id))
    assert (entry.name, entry.path) == ("digest", "/fa/proposals")


def test_only_the_chosen_cities_and_topics_are_told(
    app: Flask, session: Session, cast: Cast, arriving: Arriving
) -> None:
    subscribe(session, cast.nasrin, cities=["barcelona", "porto"], topics=["environment-water"])
    accepted(session, cast.kamran, "Here")
    accepted(session, cast.kamran, "Elsewhere", city="freiburg")
    accepted(session, cast.kamran, "Other topic", topic="tourism")
    make(app)
    assert [letter.titles for letter in arriving()] == [["Here"]]


def test_each_proposal_stands_once_under_the_first_heading_that_fits(
    app: Flask, session: Session, cast: Cast, arriving: Arriving
) -> None:
    """Nasrin lives in Barcelona, follows heritage, and helps with a skill; she supports one."""
    subscribe(session, cast.nasrin)
    nasrin = session.get_one(Account, cast.nasrin.id)
    follows.follow(session, FollowKind.TOPIC, "heritage", by=nasrin, at=LONG_AGO)
    skill = session.scalars(select(Skill.slug).order_by(Skill.slug)).first() or ""
    session.add(ProfileSkill(account_id=nasrin.id, skill_slug=skill, willing=True))
    session.commit()
    accepted(session, cast.kamran, "New", city="porto")
    accepted(session, cast.kamran, "Skills", city="porto", skills=(skill,))
    accepted(session, cast.kamran, "Followed", city="porto", topic="heritage", skills=(skill,))
    accepted(session, cast.kamran, "City", topic="heritage", skills=(skill,))
    known = accepted(session, cast.kamran, "Known")
    session.add(
        Support(account_id=nasrin.id, proposal_number=known.number, own_city=True, at=LAST_WEEK)
    )
    answered(session, accepted(session, nasrin, "Mine"), cast.hamid)
    make(app)
    (letter,) = arriving()
    assert letter.titles == ["Mine", "City", "Followed", "Skills", "New"]


def test_what_one_follows_is_told_whatever_one_chose(
    app: Flask, session: Session, cast: Cast, arriving: Arriving
) -> None:
    subscribe(session, cast.nasrin, cities=["porto"])
    follows.follow(session, FollowKind.CITY, "freiburg", by=cast.nasrin, at=LONG_AGO)
    accepted(session, cast.kamran, "Here", city="freiburg")
    make(app)
    assert [letter.titles for letter in arriving()] == [["Here"]]


def test_nothing_is_sent_when_there_is_nothing(
    app: Flask, session: Session, cast: Cast, outbox: Outbox
) -> None:
    subscribe(session, cast.nasrin)
    make(app)
    assert outbox() == []
    assert [row.outcome for row in ledger(session)] == [Told.NOTHING]


def test_who_has_nothing_to_read_among_others_who_have_gets_no_mail(
    app: Flask, session: Session, cast: Cast, outbox: Outbox, arriving: Arriving
) -> None:
    subscribe(session, cast.nasrin, cities=["porto"])
    accepted(session, cast.kamran)
    make(app)
    assert arriving() == []
    assert [row.state for row in outbox()] == [MailState.STOPPED]
    assert [row.outcome for row in ledger(session)] == [Told.NOTHING]


def test_answers_to_ones_own_are_told_whatever_the_cities(
    app: Flask, session: Session, cast: Cast, arriving: Arriving
) -> None:
    subscribe(session, cast.nasrin, cities=["porto"])
    mine = accepted(session, cast.nasrin, "Mine")
    answered(session, mine, cast.hamid)
    make(app)
    (letter,) = arriving()
    assert letter.titles == ["Mine"]
    assert "/fa/me/proposals/" in letter.text


def test_staff_who_review_hear_of_the_queue_and_others_do_not(
    app: Flask, session: Session, cast: Cast, arriving: Arriving
) -> None:
    monday = SATURDAY + timedelta(days=2)
    for person in (cast.hamid, cast.arash, cast.stranger):
        subscribe(session, person, Frequency.DAILY)
    proposal = accepted(session, cast.kamran, at=LONG_AGO)
    proposal.state = State.SUBMITTED
    waiting(session, proposal, since=monday - timedelta(days=4))
    make(app, monday)
    (letter,) = arriving(monday)
    assert letter.to_address == cast.hamid.email
    assert "۱ کار باز" in letter.subject
    assert "۴ روز" in letter.text


def test_staff_hear_only_of_what_they_look_after(
    app: Flask, session: Session, cast: Cast, arriving: Arriving
) -> None:
    """The proposal is for Freiburg: Hamid looks after Barcelona, Maryam after Freiburg."""
    monday = SATURDAY + timedelta(days=2)
    for person, city in ((cast.hamid, "barcelona"), (cast.maryam, "freiburg")):
        subscribe(session, person, Frequency.DAILY)
        session.add(StaffScope(account_id=person.id, city_slug=city))
    proposal = accepted(session, cast.kamran, city="freiburg", at=LONG_AGO)
    proposal.state = State.SUBMITTED
    waiting(session, proposal, since=SATURDAY - timedelta(days=1))
    make(app, monday)
    assert [letter.to_address for letter in arriving(monday)] == [cast.maryam.email]


def test_more_than_fits_is_counted(
    app: Flask, session: Session, cast: Cast, arriving: Arriving
) -> None:
    subscribe(session, cast.nasrin)
    for number in range(13):
        accepted(session, cast.kamran, f"Proposal {number}")
    make(app)
    (letter,) = arriving()
    assert len(letter.titles) == 10
    assert "۳ پیشنهاد دیگر" in letter.text
    assert [issue.item_count for issue in ledger(session)] == [13]


# --- once: the stories of the ledger are told in test_ledger_cases ---


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


def test_one_member_whose_digest_fails_stops_nobody_else(
    app: Flask, session: Session, cast: Cast, outbox: Outbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    for person in (cast.nasrin, cast.arash):
        subscribe(session, person, Frequency.DAILY)
    accepted(session, cast.kamran)

    def fail(db: Session, message: type[Message], slips: Sequence[Slip], *, at: datetime) -> None:
        if any(slip.to.account_id == cast.nasrin.id for slip in slips):
            raise RuntimeError("something nobody foresaw")
        bulk.post_slips(db, message, slips, at=at)

    monkeypatch.setattr(room, "post_slips", fail)
    assert make(app, LAST_WEEK + timedelta(days=1)) == 1
    assert [row.to_address for row in outbox()] == [cast.arash.email]
    monkeypatch.undo()
    assert make(app, LAST_WEEK + timedelta(days=1, minutes=1)) == 1
    assert [row.to_address for row in outbox()] == [cast.arash.email, cast.nasrin.email]


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
    assert [fate for _, fate in room.told(session, cast.nasrin.id, limit=9)] == [Told.STOPPED]


def test_a_row_of_the_outbox_is_small_and_holds_nothing_to_read(
    app: Flask, session: Session, cast: Cast
) -> None:
    subscribe(session, cast.nasrin)
    accepted(session, cast.kamran)
    make(app)
    (row,) = session.execute(OutboxMessage.__table__.select()).mappings()
    assert sum(len(str(value).encode()) for value in row.values()) < 1_000


# --- readers ---


def test_a_digest_is_never_sent_to_another_than_it_was_made_for(
    app: Flask, session: Session, cast: Cast, outbox: Outbox, arriving: Arriving
) -> None:
    """The address changed meanwhile: this one is stopped, and the next tells what it held."""
    subscribe(session, cast.nasrin)
    accepted(session, cast.kamran)
    make(app)
    moved = {"email": "n@example.org", "email_key": "n@example.org"}
    session.execute(update(Account).where(Account.id == cast.nasrin.id).values(**moved))
    session.commit()
    assert arriving() == []
    later = SATURDAY + timedelta(days=7)
    make(app, later)
    assert [(one.to_address, one.titles) for one in arriving(later)] == [
        ("n@example.org", ["Shade map"])
    ]


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
        return [one["title"] for one in digest.proposals] if digest else []

    assert shown() == ["This week"]
    assert (outbox(), ledger(session)) == ([], [])
    session.rollback()
    make(app, later)
    assert shown() == ["Since then"]


def test_there_is_no_preview_for_who_chose_none(app: Flask, cast: Cast) -> None:
    with app.app_context(), pytest.raises(LookupError, match="kamran"):
        digest_run.preview(cast.kamran.email, SATURDAY)


def test_the_news_of_a_morning_is_gathered_once_however_many_read_it(
    app: Flask, session: Session, cast: Cast, queries: Counting
) -> None:
    """Nor are their readers asked for one by one."""
    at = SATURDAY.replace(tzinfo=ZoneInfo("Asia/Tehran"))
    accepted(session, cast.kamran, at=at - timedelta(days=1))
    for person in (cast.hamid, cast.maryam, cast.soheila, cast.arash, cast.mina):
        subscribe(session, person)
    assert make(app, at) == 5
    with queries() as statements:
        send(app, at)
    gathered = [sql for sql in statements if "FROM proposal JOIN digest_news" in sql]
    followed = [sql for sql in statements if "FROM follow" in sql]
    assert (len(gathered), len(followed)) == (1, 1)


def test_a_title_that_changed_during_a_long_run_is_told_as_it_is_now(
    app: Flask, session: Session, cast: Cast, outbox: Outbox
) -> None:
    at = SATURDAY.replace(tzinfo=ZoneInfo("Asia/Tehran"))
    proposal = accepted(session, cast.kamran, at=at - timedelta(days=1))
    for person in (cast.hamid, cast.maryam):
        subscribe(session, person)
    assert make(app, at) == 2
    first, second = outbox()
    clock = [at]
    with app.app_context():
        composer = DigestComposer(lambda: clock[0])
        told = [composer.compose(first)]
        session.merge(proposal).title = "Shade plan"
        session.commit()
        clock.append(clock.pop() + timedelta(minutes=2))
        told.append(composer.compose(second))
    titles = [[one["title"] for one in each["accepted"]] for each in told]
    assert titles == [["Shade map"], ["Shade plan"]]


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
