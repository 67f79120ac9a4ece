"""The newsletter: what is released leaves in batches when each reader's morning has come."""

import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from citizen_diplomat.foundation.database import transaction
from citizen_diplomat.mail.actions import Fate, NothingToSay
from citizen_diplomat.mail.model import OutboxMessage
from citizen_diplomat.newsletter import composing, sending
from citizen_diplomat.newsletter.model import NewsletterIssue
from citizen_diplomat.newsletter.rules import IssueState
from citizen_diplomat.web.links import unsubscribe_token
from citizen_diplomat.web.newsletters import PageLinks
from citizen_diplomat.web.services import services

logger = logging.getLogger("citizen_diplomat.worker")


def send_newsletters(at: datetime, *, stop: threading.Event | None = None) -> int:
    """Post what is due of the released issues; returns how many readers were handled.

    Each batch has a transaction of its own: after a crash, or beside another worker, the next one
    goes on with whoever nobody handled.
    """
    # Look before taking the write lock, which on SQLite everybody waits for.
    with services().database.reading() as session:
        issues = sending.under_way(session)
        due = [(issue, sending.zones_due(session, issue, at=at)) for issue in issues]
    handled = 0
    for issue, zones in due:
        try:
            handled += _send(issue, zones, at, stop)
        except Exception:
            logger.exception("issue %s of the newsletter failed; it goes on", issue.id)
    return handled


def _send(
    issue: NewsletterIssue, zones: list[str], at: datetime, stop: threading.Event | None
) -> int:
    handled = 0
    if zones and issue.state == IssueState.SCHEDULED:
        with services().database.writing() as session, transaction(session):
            sending.begin(session, issue.id, at=at)
    while zones and (stop is None or not stop.is_set()):
        with services().database.writing() as session, transaction(session):
            batch = sending.post_batch(
                session, issue.id, zones, links=PageLinks(), token_for=unsubscribe_token, at=at
            )
        handled += batch
        if not batch:
            break
    with services().database.reading() as session:
        is_over = sending.is_over(session, issue.id)
    if is_over:
        with services().database.writing() as session, transaction(session):
            sending.finish(session, issue.id, at=at)
    return handled


class NewsletterComposer:
    """Says what an issue says to the reader of a mail, when it leaves."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        """Take the clock."""
        self._clock = clock

    def compose(self, row: OutboxMessage) -> Mapping[str, Any]:
        """The values of the letter; raises NothingToSay when it does not leave any more."""
        with services().database.reading() as session:
            values = composing.values_for(session, row, links=PageLinks(), at=self._clock())
        if values is None:
            raise NothingToSay
        return values

    def settle(self, session: Session, fates: Sequence[Fate], *, at: datetime) -> None:
        """The list of the issue reads what became of a mail from the outbox: nothing to note."""
