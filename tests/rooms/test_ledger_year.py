"""A year of digests at random: whatever happens when, everything is told once and completely."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as some
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.cli import digest_run
from citizen_diplomat.cli.digest_letters import DigestComposer
from citizen_diplomat.digests import editions
from citizen_diplomat.digests.model import DigestIssue
from citizen_diplomat.digests.rules import Frequency, Told
from citizen_diplomat.mail import claiming, outbox
from citizen_diplomat.mail.actions import Fate, NothingToSay
from citizen_diplomat.mail.bounce_model import Bounce, StoppedAddress
from citizen_diplomat.mail.model import OutboxMessage
from citizen_diplomat.mail.rules import KeptBack
from tests.cast import Cast
from tests.conftest import database_of
from tests.digest_stories import Story
from tests.digests import accepted, enter_and_die, subscribe

NEW_YEAR = datetime(2026, 1, 1, tzinfo=UTC)
ZONES = ("Asia/Tehran", "Europe/Madrid", "America/Havana", "Pacific/Apia", "Pacific/Honolulu")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)

who = some.integers(0, 2)
acts = some.one_of(
    some.tuples(some.just("item")),
    some.tuples(some.just("run"), some.sampled_from([0, 0, 0, 0, -30, -1, 1, 70])),
    some.tuples(some.sampled_from(["enter", "crash", "lose", "refuse"])),
    some.tuples(some.just("away"), some.integers(1, 5)),
    some.tuples(
        some.just("choose"),
        who,
        some.sampled_from(Frequency),
        some.integers(0, 6),
        some.sampled_from([0, 2, 8, 20]),
    ),
    some.tuples(some.just("move"), who, some.sampled_from(ZONES)),
)
years = some.lists(some.tuples(some.integers(1, 12 * 24), acts), min_size=20, max_size=40)

YEARS = settings(
    derandomize=True,
    # A year takes a second: what is found is told as it is.
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@dataclass
class Year:
    """Three members, what there was to tell them, and what each mail told."""

    app: Flask
    session: Session
    people: list[Account]
    at: datetime = NEW_YEAR
    items: dict[int, datetime] = field(default_factory=dict)
    hears_since: dict[int, datetime] = field(default_factory=dict)
    mails: dict[str, tuple[int, set[int]]] = field(default_factory=dict)

    def item(self) -> None:
        proposal = accepted(self.session, self.people[-1], f"Item {self.at}", at=self.at)
        self.items[proposal.number] = self.at

    def run(self, wrong_by: int) -> None:
        """The worker's clock may be wrong by some hours."""
        at = self.at + wrong_by * HOUR
        self._enter(at)
        self._deliver(at)

    def enter(self) -> None:
        self._enter(self.at)

    def crash(self) -> None:
        """Nothing of what a worker did before it died is durable."""
        enter_and_die(self.app, self.at)

    def lose(self) -> None:
        """It dies after the server took a letter."""
        self._deliver(self.at, dies=True)

    def refuse(self) -> None:
        """The server refuses a letter for good; its reader has the address tried again."""
        with database_of(self.app).writing() as session:
            row = claiming.claim(session, at=self.at)
            if row is not None:
                outbox.give_up(session, row, "554 5.7.1 refused by policy", at=self.at)
                session.execute(delete(StoppedAddress))
                session.execute(delete(Bounce))
                session.commit()

    def away(self, days: int) -> None:
        """For some days there is no mail server, and every letter is put back."""
        for _ in range(days):
            self.at += DAY
            self._enter(self.at)
            with database_of(self.app).writing() as session:
                while (row := claiming.claim(session, at=self.at)) is not None:
                    outbox.put_back(session, row, "Connection refused", at=self.at)
                    session.commit()

    def choose(self, person: int, frequency: Frequency, weekday: int, hour: int) -> None:
        account = self.session.get_one(Account, self.people[person].id)
        subscribe(self.session, account, frequency, at=self.at, weekday=weekday, hour=hour)
        if frequency is Frequency.NEVER:
            self.hears_since.pop(account.id, None)
        else:
            self.hears_since.setdefault(account.id, self.at)

    def move(self, person: int, zone: str) -> None:
        which = Account.id == self.people[person].id
        self.session.execute(update(Account).where(which).values(time_zone=zone))
        self.session.commit()

    def given_up(self) -> set[str]:
        """The letters that the office believes nobody has.

        One that the server took from a worker that died, and was away ever since, is among them:
        rather than never, what it told is told once more.
        """
        gone = select(OutboxMessage.message_id).where(OutboxMessage.failed_at.is_not(None))
        return set(self.session.scalars(gone))

    def _enter(self, at: datetime) -> None:
        with self.app.app_context():
            digest_run.make_due(at)

    def _deliver(self, at: datetime, *, dies: bool = False) -> None:
        """What the worker does with each mail, less the writing out and the sending."""
        with self.app.app_context(), database_of(self.app).writing() as session:
            composer = DigestComposer(lambda: at)
            while (row := claiming.claim(session, at=at)) is not None:
                session.commit()
                if outbox.keep_back(session, [row], at=at):
                    session.commit()
                    continue
                self._hand_over(session, composer, row, at, dies=dies)
                session.commit()
                if dies:
                    return

    def _hand_over(
        self,
        session: Session,
        composer: DigestComposer,
        row: OutboxMessage,
        at: datetime,
        dies: Any,
    ) -> None:
        try:
            values = composer.compose(row)
        except NothingToSay:
            outbox.stop_claimed(session, row, KeptBack.NOTHING_TO_SAY, at=at)
            composer.settle(session, [Fate(row, has_left=False)], at=at)
            return
        named = [one for name in ("city", "followed", "accepted") for one in values[name]]
        numbers = {int(one["link"].rpartition("/")[2]) for one in named}
        account = int(row.key.split(":")[1])
        known = self.mails.setdefault(row.message_id, (account, set()))
        known[1].update(numbers)
        if not dies:
            outbox.mark_sent(session, [row], at=at)
            composer.settle(session, [Fate(row, has_left=True)], at=at)


@pytest.fixture(autouse=True)
def _room_for_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let each digest name all it tells, for the names are what is counted here."""
    monkeypatch.setattr(editions, "MOST_ACCEPTED", 10_000)


@pytest.fixture(autouse=True)
def _nothing_fails_in_silence(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who makes digests logs what went wrong for one member and goes on with the others."""

    def fail(message: str, *details: object) -> None:
        raise AssertionError(message % details)

    monkeypatch.setattr(digest_run.logger, "exception", fail)


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
@pytest.mark.timeout(300)
@settings(YEARS, max_examples=25)
@given(steps=years)
def test_in_any_year_everything_is_told_once_and_completely(
    app: Flask, session: Session, cast: Cast, steps: list[tuple[int, tuple[Any, ...]]]
) -> None:
    tell(app, session, cast, steps)


@pytest.mark.parametrize("engine_name", ["postgresql"], indirect=True)
@pytest.mark.timeout(300)
@settings(YEARS, max_examples=5)
@given(steps=years)
def test_on_postgresql_too(
    app: Flask, session: Session, cast: Cast, steps: list[tuple[int, tuple[Any, ...]]]
) -> None:
    tell(app, session, cast, steps)


def tell(
    app: Flask, session: Session, cast: Cast, steps: list[tuple[int, tuple[Any, ...]]]
) -> None:
    """Live through a year; AssertionError if anything was told twice or never."""
    year = begin(app, session, cast)
    for hours, (act, *rest) in steps:
        year.at += hours * HOUR
        getattr(year, act)(*rest)
        session.rollback()
    for days in (40, 80):
        year.at += days * DAY
        year.run(0)
    told: dict[int, Counter[int]] = defaultdict(Counter)
    given_up = year.given_up()
    for letter, (account, numbers) in year.mails.items():
        if letter not in given_up:
            told[account].update(numbers)
    for person in year.people[:3]:
        since = year.hears_since.get(person.id)
        owed = {number for number, at in year.items.items() if since and at >= since}
        assert max(told[person.id].values(), default=1) == 1, "twice"
        assert owed <= set(told[person.id]), "never"
        is_a_chain(session, person.id)


def begin(app: Flask, session: Session, cast: Cast) -> Year:
    """A year at whose beginning all three hear weekly."""
    Story(app, session, cast).begin()
    year = Year(app, session, [cast.nasrin, cast.stranger, cast.arash, cast.kamran])
    for person in range(3):
        year.choose(person, Frequency.WEEKLY, 5, 8)
    return year


def is_a_chain(session: Session, account_id: int) -> None:
    """Stretches never overlap: each begins where the one before it ended, or later."""
    rows = session.execute(
        select(DigestIssue.covered_from, DigestIssue.covered_until)
        .where(DigestIssue.account_id == account_id, DigestIssue.outcome != Told.STOPPED)
        .order_by(DigestIssue.covered_from)
    ).all()
    session.rollback()
    assert all(start < end for start, end in rows)
    assert all(before[1] <= after[0] for before, after in pairwise(rows))
