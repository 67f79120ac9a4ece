"""Telling members at once of what was accepted, and what the office asks, if they want that."""

import threading
from collections.abc import Callable, Sequence
from datetime import datetime

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.digests import announcements, news, publications
from citizen_diplomat.digests.publications import LETTERS
from citizen_diplomat.digests.rules import News
from citizen_diplomat.foundation.database import transaction
from citizen_diplomat.web.digest_links import PageLinks
from citizen_diplomat.web.services import services


def tell_published(at: datetime, *, stop: threading.Event | None = None) -> int:
    """Post the letters on what was noted since the last run; returns how many.

    A run that is cut short goes on with the next: nobody is told twice.
    """
    return _tell_accepted(at, stop) + _tell_notices(at, stop)


def _tell_accepted(at: datetime, stop: threading.Event | None) -> int:
    # Look before taking the write lock, which on SQLite everybody waits for.
    with services().database.reading() as session:
        proposals = publications.untold(session, at=at)
    told = 0
    for proposal in proposals:
        for kind in LETTERS:
            what = (proposal, kind)
            told += _tell_all(publications.hearing, publications.tell, what, at, stop)
        if not _mark_told(News.PROPOSAL, proposal.number, at, stop):
            break
    return told


def _tell_notices(at: datetime, stop: threading.Event | None) -> int:
    with services().database.reading() as session:
        notices = announcements.untold(session, at=at)
    told = 0
    for notice in notices:
        told += _tell_all(announcements.hearing, announcements.tell, (notice,), at, stop)
        if not _mark_told(notice.news, notice.number, at, stop):
            break
    return told


def _tell_all(
    hearing: Callable[..., Sequence[Account]],
    tell: Callable[..., int],
    what: tuple[object, ...],
    at: datetime,
    stop: threading.Event | None,
) -> int:
    """Post the letters about one thing, so many members a transaction; returns how many."""
    told, after = 0, 0
    while stop is None or not stop.is_set():
        with services().database.reading() as session:
            people = hearing(session, *what, after=after, at=at)
        if not people:
            break
        with services().database.writing() as session, transaction(session):
            links, signer = PageLinks(), services().signer
            told += tell(session, *what, people, links=links, signer=signer, at=at)
        after = people[-1].id
    return told


def _mark_told(kind: News, number: int, at: datetime, stop: threading.Event | None) -> bool:
    """Note that a thing was told to everybody; False, and no note, when the run was cut short."""
    if stop is not None and stop.is_set():
        return False
    with services().database.writing() as session, transaction(session):
        news.mark_told(session, kind, number, at=at)
    return True
