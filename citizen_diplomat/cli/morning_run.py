"""The letters of a working morning to the desk: made for everybody who has work, once."""

import logging
import threading
from datetime import datetime

from citizen_diplomat.digests import mornings
from citizen_diplomat.foundation.database import transaction
from citizen_diplomat.moderation.office import office
from citizen_diplomat.web.links import absolute
from citizen_diplomat.web.services import services

logger = logging.getLogger("citizen_diplomat.worker")


def make_mornings(at: datetime, *, stop: threading.Event | None = None) -> int:
    """Post what is due at the moment `at`, after the digests of this morning; returns how many.

    Somebody whose letter fails is logged and tried again with the next run of this morning.
    """
    with services().database.reading() as session:
        calendar = office(session).calendar
        if not mornings.is_morning(calendar, at):
            return 0
        people = [
            account
            for account in mornings.waiting(session, calendar.day_of(at))
            # Look before taking the write lock, which on SQLite everybody waits for.
            if mornings.work_of(session, account, calendar, link=item_link, at=at)
        ]
    made = 0
    for account in people:
        if stop is not None and stop.is_set():
            break
        try:
            with services().database.writing() as session, transaction(session):
                made += mornings.send(
                    session,
                    account,
                    calendar,
                    link=item_link,
                    queue_link=absolute(account.language, "staff.queue", assigned="me"),
                    at=at,
                )
        except Exception:
            logger.exception("the morning letter of account %s failed", account.id)
    return made


def item_link(language: str, item: int) -> str:
    """The page of an item at the desk."""
    return absolute(language, "staff.item", item=item)
