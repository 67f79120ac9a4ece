"""Stories about the ledger of digests, told in lines of a time and what happens then.

"28 08:00 run" is in November 2026 on Nasrin's clock in Madrid; "2026-03-28 08:00 run" at another
time; what happens is a method of `Story`. The worker's clock is the time of the line.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import Flask
from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.accounts.sanctions import Sanction
from citizen_diplomat.cli import digest_run, worker
from citizen_diplomat.digests import actions
from citizen_diplomat.digests.model import DigestIssue, Subscription
from citizen_diplomat.digests.news import DigestNews, DigestReach
from citizen_diplomat.digests.rules import Frequency
from citizen_diplomat.mail import claiming, outbox
from citizen_diplomat.mail.actions import send
from citizen_diplomat.mail.bounce_model import Bounce, StoppedAddress
from citizen_diplomat.mail.delivery import sender_of
from citizen_diplomat.mail.domains import MailDomain
from citizen_diplomat.mail.model import InboxEntry, OutboxMessage, Suppression
from citizen_diplomat.mail.rules import LEASE
from citizen_diplomat.moderation.model import Decision
from citizen_diplomat.proposals.model import Proposal, ProposalCity
from citizen_diplomat.proposals.rules import State
from citizen_diplomat.web.services import KEY
from tests.cast import Cast
from tests.conftest import database_of
from tests.digests import MADRID, Postbox, accepted, answered, enter_and_die, subscribe

TABLES = (
    *(DigestIssue, DigestNews, DigestReach, Subscription, OutboxMessage, InboxEntry),
    *(Suppression, Bounce, StoppedAddress, MailDomain),
    *(Decision, ProposalCity, Proposal, Sanction),
)


def moment(day: str, clock: str) -> datetime:
    """The time that a line begins with; the clock's second showing of an hour is "02:00+1"."""
    date = day if "-" in day else f"2026-11-{day}"
    shown, again, _ = clock.partition("+")
    local = datetime.fromisoformat(f"{date} {shown}").replace(tzinfo=MADRID)
    return local.replace(fold=1 if again else 0).astimezone(UTC)


@dataclass(frozen=True)
class Case:
    """What Nasrin chose, what happens, and what each digest that came told, oldest first."""

    chosen: str
    lines: str
    told: list[str]


@dataclass
class Story:
    """One member's digests on one database, which is emptied of the story before."""

    app: Flask
    session: Session
    cast: Cast

    def tell(self, chosen: str, lines: str) -> list[str]:
        """Play the lines for Nasrin, who chose `chosen`; the titles of each digest that came."""
        self.begin()
        steps = [line.split() for line in lines.split("|")]
        self.at = moment(steps[0][0], steps[0][1])
        subscribe(self.session, self._nasrin, at=self.at - timedelta(days=45), **_chosen(chosen))
        for day, clock, verb, *rest in steps:
            self.at = moment(day, clock)
            getattr(self, f"_{verb}")(*rest)
            self.session.rollback()
        return [" ".join(letter.titles) for letter in self.postbox.digests()]

    @property
    def _nasrin(self) -> Account:
        return self.session.get_one(Account, self.cast.nasrin.id)

    def begin(self) -> None:
        """Forget the story before."""
        for table in TABLES:
            self.session.execute(delete(table).execution_options(synchronize_session=False))
        theirs = {"time_zone": "Europe/Madrid", "verified_at": self.cast.nasrin.verified_at}
        self._account(**theirs, closed_at=None)
        self.session.expire_all()
        self.postbox = Postbox(self.app)

    def _account(self, **values: object) -> None:
        which = Account.id == self.cast.nasrin.id
        self.session.execute(update(Account).where(which).values(**values))
        self.session.commit()

    # --- the worker ---

    def _run(self) -> None:
        self._enter()
        self._send()

    def _enter(self) -> None:
        with self.app.app_context():
            digest_run.make_due(self.at)

    def _send(self) -> None:
        with self.app.app_context():
            worker.send_due(lambda: self.at)

    def _crash(self) -> None:
        """The worker dies after all was written, before it is durable."""
        assert enter_and_die(self.app, self.at) == 1

    def _lost(self) -> None:
        """The worker dies between the server's answer and its own writing down."""
        self._enter()
        with self.app.app_context(), database_of(self.app).writing() as session:
            row = claiming.claim(session, at=self.at, lease=LEASE)
            assert row is not None
            session.commit()
            office = worker.office(lambda: self.at)
            url = self.app.extensions[KEY].settings.mail_url
            send(office, sender_of(url, host="localhost"), row)

    def _refused(self) -> None:
        """The server refuses the letter for good."""
        with database_of(self.app).writing() as session:
            row = claiming.claim(session, at=self.at, lease=LEASE)
            assert row is not None
            outbox.give_up(session, row, "554 5.7.1 refused by policy", at=self.at)
            session.commit()

    # --- what there is to tell ---

    def _item(self, title: str) -> None:
        accepted(self.session, self.cast.kamran, title, at=self.at)

    def _late(self, title: str, day: str, clock: str) -> None:
        """What was published at a time becomes visible to others only now."""
        accepted(self.session, self.cast.kamran, title, at=moment(day, clock))

    def _answer(self, title: str) -> None:
        mine = accepted(self.session, self._nasrin, title, at=self.at)
        answered(self.session, mine, self.cast.hamid, at=self.at)
        told = {"account_id": self.cast.nasrin.id, "path": "", "values": {}, "created_at": self.at}
        self.session.add(InboxEntry(name="decision", **told))
        self.session.commit()

    def _reads(self) -> None:
        """She opens all that lies in her inbox on the site."""
        self.session.execute(update(InboxEntry).values(read_at=self.at))
        self.session.commit()

    def _hide(self, title: str) -> None:
        self._state(title, State.DECLINED)

    def _show(self, title: str) -> None:
        self._state(title, State.ACCEPTED)

    def _state(self, title: str, state: State) -> None:
        which = Proposal.title == title
        self.session.execute(update(Proposal).where(which).values(state=state))
        self.session.commit()

    # --- what she does, and what is done to her ---

    def _choose(self, *words: str) -> None:
        subscribe(self.session, self._nasrin, at=self.at, **_chosen(" ".join(words)))

    def _unsubscribe(self) -> None:
        actions.unsubscribe(self.session, self.cast.nasrin.id, at=self.at, source="link")
        self.session.commit()

    def _moves(self, zone: str) -> None:
        ZoneInfo(zone)
        self._account(time_zone=zone)

    def _unproven(self) -> None:
        self._account(verified_at=None)

    def _proven(self) -> None:
        self._account(verified_at=self.at)

    def _leaves(self) -> None:
        self._account(closed_at=self.at)

    def _suspend(self) -> None:
        who = {"account_id": self.cast.nasrin.id, "imposed_by": self.cast.soheila.id}
        why = {"kind": "suspend", "breach": "advertising", "facts": "", "was_reported": False}
        when = {"begun_at": self.at, "ends_at": self.at + timedelta(days=30)}
        self.session.add(Sanction(**who, **why, **when, hides=False, form_key=str(self.at)))
        self.session.commit()

    def _reinstate(self) -> None:
        ended = {"ended_at": self.at, "ending": "lifted"}
        self.session.execute(update(Sanction).values(**ended))
        self.session.commit()


def _chosen(words: str) -> dict[str, Any]:
    """A frequency, then "day=0" and "hour=19" where they are chosen."""
    frequency, *rest = words.split()
    numbers = dict(word.split("=") for word in rest)
    names = {"day": "weekday", "hour": "hour"}
    chosen = {names[name]: int(number) for name, number in numbers.items()}
    return {"frequency": Frequency(frequency), **chosen}
