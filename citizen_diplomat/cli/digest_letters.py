"""Digests as they leave: what each says is found out for many readers at once, just before."""

from collections import OrderedDict, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from citizen_diplomat.digests import editions, ledger, notices, queries
from citizen_diplomat.digests.editions import Edition, Stretch
from citizen_diplomat.digests.messages import Digest
from citizen_diplomat.digests.model import DigestIssue, Subscription
from citizen_diplomat.digests.readers import readers
from citizen_diplomat.digests.rules import Frequency, Period, Told
from citizen_diplomat.mail import inbox
from citizen_diplomat.mail.actions import Fate, NothingToSay
from citizen_diplomat.mail.model import OutboxMessage
from citizen_diplomat.web.digest_links import PageLinks
from citizen_diplomat.web.services import services

TOGETHER = 50
"""How many readers are looked up at once."""
LONGEST_WAIT = timedelta(seconds=10)
"""What was looked up longer ago is looked up again: somebody may have hidden something since."""
EDITION_LASTS = timedelta(minutes=1)
"""What was gathered longer ago is gathered again: a title or a summary may have been changed, and
a run over many members takes hours."""
EDITIONS = 8
"""How many are kept, each with its proposals: it bounds the worker's memory."""


@dataclass(frozen=True)
class Ready:
    """What one digest says, or why it does not leave; and whose it is."""

    key: str
    to_key: str
    says: Digest | Told


class DigestComposer:
    """Writes the digests of one run of the worker; needs an application context."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        """Take the clock; nothing is looked up yet."""
        self._clock = clock
        self._links = PageLinks()
        self._ready: dict[int, Ready] = {}
        self._ready_at: datetime | None = None
        self._written: dict[int, Digest | Told] = {}
        self._editions: OrderedDict[tuple[datetime, datetime], tuple[Edition, datetime]] = (
            OrderedDict()
        )

    def compose(self, row: OutboxMessage) -> Mapping[str, Any]:
        """What the digest of a row of the outbox says now; raises NothingToSay.

        A row of an older release holds all it says.
        """
        if "issue" not in row.values:
            return row.values
        number, at = row.values["issue"], self._clock()
        is_fresh = self._ready_at is not None and at - LONGEST_WAIT < self._ready_at <= at
        if not is_fresh or number not in self._ready:
            self._prepare(number, at)
        found = self._ready.pop(number, None)
        # A number may be given again when somebody left; an address may have changed since.
        is_theirs = found is not None and (found.key, found.to_key) == (row.key, row.to_key)
        says = found.says if found is not None and is_theirs else Told.STOPPED
        if found is not None and found.key == row.key:
            self._written[number] = says
        if isinstance(says, Told):
            raise NothingToSay
        return says.values()

    def settle(self, session: Session, fates: Sequence[Fate], *, at: datetime) -> None:
        """Write the ledger, and into the readers' inboxes what was told."""
        sent, others = dict[int, Digest](), defaultdict[Told, list[int]](list)
        for fate in fates:
            number = fate.row.values.get("issue", 0)
            says = self._written.pop(number, None)
            if isinstance(says, Told):
                others[says].append(number)
            elif says is not None and fate.has_left:
                sent[number] = says
        for outcome, numbers in others.items():
            ledger.settle(session, dict.fromkeys(numbers, 0), outcome)
        counts = {number: says.item_count for number, says in sent.items()}
        for number, reader in ledger.settle(session, counts, Told.SENT).items():
            inbox.keep(session, sent[number], reader, at=at)

    def _prepare(self, number: int, at: datetime) -> None:
        """Look up what this digest and those that were entered after it say."""
        with services().database.reading() as session:
            issues = ledger.waiting_from(session, number, limit=TOGETHER)
            hearing = queries.subscriptions(session, [one.account_id for one in issues])
            wanted = [one for one in issues if _is_wanted(one, hearing.get(one.account_id))]
            says = self._compose_all(session, wanted, hearing, at)
        self._ready = {
            one.id: Ready(one.key, account.email_key, says.get(one.id, Told.STOPPED))
            for one, account in issues.items()
        }
        self._ready_at = at

    def _compose_all(
        self,
        session: Session,
        issues: list[DigestIssue],
        hearing: Mapping[int, Subscription],
        at: datetime,
    ) -> dict[int, Digest | Told]:
        if not issues:
            return {}
        start = min(one.covered_from for one in issues)
        end = max(one.covered_until for one in issues)
        who = readers(session, [hearing[one.account_id] for one in issues], start, end)
        stretches = {one.id: (one.covered_from, one.covered_until) for one in issues}
        found = {each: self._edition(session, *each, at) for each in stretches.values()}
        now_readable = _as_of_now(session, found, at)
        return {
            one.id: editions.digest_for(
                session,
                now_readable[stretches[one.id]],
                who[one.account_id],
                _stretch(one),
                links=self._links,
                at=at,
            )
            or Told.NOTHING
            for one in issues
        }

    def _edition(self, session: Session, start: datetime, end: datetime, at: datetime) -> Edition:
        edition, made_at = self._editions.get((start, end), (None, at))
        if edition is None or not at - EDITION_LASTS < made_at <= at:
            edition = editions.gather(session, start, end, at=at)
            self._editions[start, end] = edition, at
        self._editions.move_to_end((start, end))
        while len(self._editions) > EDITIONS:
            self._editions.popitem(last=False)
        return edition


def _as_of_now(
    session: Session, found: Mapping[tuple[datetime, datetime], Edition], at: datetime
) -> dict[tuple[datetime, datetime], Edition]:
    """The editions without what was hidden, withdrawn or over since they were made."""
    numbers = {item.number for edition in found.values() for item in edition.items}
    noticed = {one for edition in found.values() for one in edition.notices}
    readable = queries.still_read(session, numbers)
    holding = notices.still_hold(session, noticed, at=at)
    return {stretch: edition.only(readable, holding) for stretch, edition in found.items()}


def _is_wanted(issue: DigestIssue, subscription: Subscription | None) -> bool:
    """Whether its reader still hears, without having ended it and begun again since."""
    return (
        subscription is not None
        and subscription.frequency != Frequency.NEVER
        and subscription.since < issue.covered_until
    )


def _stretch(issue: DigestIssue) -> Stretch:
    period = Period(issue.period_start, issue.period_end)
    return Stretch(Frequency(issue.frequency), period, issue.covered_from, issue.covered_until)
