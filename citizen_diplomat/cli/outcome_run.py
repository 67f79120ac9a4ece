"""Telling who sees to an outcome, and the head of the desk, that nothing was heard of it."""

from datetime import datetime

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.foundation.database import transaction
from citizen_diplomat.moderation.outcome_watch import decider_of, watchers_of
from citizen_diplomat.outcomes import silence, trail
from citizen_diplomat.outcomes.trail_settings import silent_after
from citizen_diplomat.web.links import absolute
from citizen_diplomat.web.services import services


def tell_silent(at: datetime) -> int:
    """Post the letters on every silence that nobody was told of; returns how many there were."""
    # Look before taking the write lock, which on SQLite everybody waits for.
    with services().database.reading() as session:
        waiting = silence.is_any_silent(session, silent_after(session), at=at)
    told = 0
    while waiting:
        with services().database.writing() as session, transaction(session):
            after = silent_after(session)
            fresh = silence.unbegun(session, after, at=at)
            for proposal in fresh:
                trail.begin(
                    session,
                    proposal.number,
                    owner_id=decider_of(session, proposal.number),
                    begun_at=proposal.published_at or at,
                )
            rows = silence.silent(session, after, at=at)
            watchers = watchers_of(session, rows)
            for row in rows:
                people = watchers[row.proposal_number]
                silence.tell(session, row, people, after, at=at, link=_page)
            told += len(rows)
            waiting = bool(fresh or rows)
    return told


def _page(person: Account, number: int) -> str:
    return absolute(person.language, "staff.outcome", number=number)
