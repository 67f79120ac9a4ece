"""What of the queue somebody sees: their cities, topics and desks, and the filters they set."""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select, union_all

from citizen_diplomat.accounts.model import Account, StaffScope
from citizen_diplomat.foundation.documents import holds
from citizen_diplomat.foundation.search import matches
from citizen_diplomat.foundation.text import latin_digits
from citizen_diplomat.foundation.working_days import DAY
from citizen_diplomat.moderation.appeals import left_to
from citizen_diplomat.moderation.conflicts import Viewer, has_conflict
from citizen_diplomat.moderation.desks import Absence, Desk, DeskMember
from citizen_diplomat.moderation.model import QueueItem
from citizen_diplomat.moderation.office import OfficeClock, office_day
from citizen_diplomat.moderation.rules import HELD_TOO_LONG, Age, Assigned, ItemKind
from citizen_diplomat.moderation.spam_scores import SpamScore, looks_like_spam
from citizen_diplomat.proposals.model import Proposal, ProposalCity
from citizen_diplomat.proposals.references import read_reference
from citizen_diplomat.proposals.rules import WAITING_FOR_STAFF, State

Wanted = TypeVar("Wanted", bound=Select[*tuple[Any, ...]])
"""A query of items of the queue."""


@dataclass(frozen=True)
class QueueFilters:
    """What to show of the queue; None everywhere shows all that waits for staff."""

    kind: ItemKind | None = None
    desk: int | None = None
    city: str | None = None
    topic: str | None = None
    language: str | None = None
    state: State | None = None
    assigned: Assigned | None = None
    age: Age | None = None
    spam: bool = False
    """Only what looks like spam, the likeliest first."""
    q: str = ""


@lru_cache(maxsize=512)
def looked_after(viewer: Viewer) -> ColumnElement[bool]:
    """Items of the cities and topics, or of the desks, given to `viewer`.

    Whoever was given no city or topic has them all, unless desks are closed to each other and they
    belong to one or head it. What has neither city nor topic, such as a suggested skill, is for
    those who have them all. Nobody sees what they have a conflict of interest with. `viewer` may be
    the number in an enclosing query of accounts: then it is asked of each. The condition is kept
    for whoever works at the desk: the counts ask for it seven times a page, and making it took
    longer than the answer.
    """
    is_limited = exists().where(StaffScope.account_id == viewer).correlate(Account)
    is_closed_in = and_(
        exists().where(OfficeClock.are_desks_closed.is_(True)),
        or_(
            exists().where(DeskMember.account_id == viewer).correlate(Account),
            # Whoever heads a desk need not be named among its members.
            exists().where(Desk.head_id == viewer, Desk.retired_at.is_(None)).correlate(Account),
        ),
    )
    return and_(
        or_(
            and_(~is_limited, ~is_closed_in),
            _is_given(viewer),
            QueueItem.desk_id.in_(desks_of(viewer)),
            left_to(viewer),
        ),
        ~has_conflict(viewer),
    )


def desks_of(viewer: Viewer) -> Select[int]:
    """The desks that somebody belongs to or heads."""
    belongs = select(DeskMember.desk_id).where(DeskMember.account_id == viewer)
    theirs = or_(Desk.head_id == viewer, Desk.id.in_(belongs.correlate(Account)))
    return select(Desk.id).where(theirs).correlate(Account)


def _is_given(viewer: Viewer) -> ColumnElement[bool]:
    number = QueueItem.proposal_number
    cities = select(ProposalCity.city_slug).where(ProposalCity.proposal_number == number)
    topic = select(Proposal.topic_slug).where(Proposal.number == number)
    given = exists().where(
        StaffScope.account_id == viewer,
        or_(StaffScope.city_slug.is_(None), StaffScope.city_slug.in_(cities.correlate(QueueItem))),
        or_(
            StaffScope.topic_slug.is_(None),
            StaffScope.topic_slug == topic.correlate(QueueItem).scalar_subquery(),
        ),
    )
    # What is said to news belongs to no proposal: its item names the cities and the topic.
    named = exists().where(
        StaffScope.account_id == viewer,
        or_(StaffScope.city_slug.is_(None), holds(QueueItem.city_slugs, StaffScope.city_slug)),
        or_(StaffScope.topic_slug.is_(None), StaffScope.topic_slug == QueueItem.topic_slug),
    )
    return or_(
        given.correlate(QueueItem, Account),
        and_(number.is_(None), named.correlate(QueueItem, Account)),
    )


def conditions(filters: QueueFilters, viewer: int, at: datetime) -> list[ColumnElement[bool]]:
    """What an item must fulfil to be let through, and seen by `viewer` at all."""
    found: list[ColumnElement[bool]] = [_in_state(filters.state), looked_after(viewer)]
    if filters.kind:
        found.append(QueueItem.kind == filters.kind)
    if filters.desk:
        found.append(QueueItem.desk_id == filters.desk)
    if filters.city:
        here = select(ProposalCity.proposal_number).where(ProposalCity.city_slug == filters.city)
        found.append(
            or_(
                QueueItem.proposal_number.in_(here),
                and_(
                    QueueItem.proposal_number.is_(None), holds(QueueItem.city_slugs, filters.city)
                ),
            )
        )
    if filters.topic:
        found.append(QueueItem.topic_slug == filters.topic)
    if filters.language:
        found.append(QueueItem.language == filters.language)
    if filters.assigned:
        found.append(_is_assigned(filters.assigned, viewer, at))
    if filters.age:
        found.append(is_aged(filters.age, at))
    if filters.spam:
        found.append(looks_like_spam())
    if filters.q:
        found.append(_found_by(filters.q))
    return found


def place_of(filters: QueueFilters) -> ColumnElement[int]:
    """What the list is sorted by, smallest first: what is due, or what looks most like spam."""
    return -SpamScore.share if filters.spam else QueueItem.position.expression


def with_scores(wanted: Wanted, filters: QueueFilters) -> Wanted:
    """The same query, joined with what `place_of` and the conditions ask for."""
    if not filters.spam:
        return wanted
    return wanted.join(SpamScore, SpamScore.item_id == QueueItem.id)


def _found_by(q: str) -> ColumnElement[bool]:
    """Items below the proposal whose reference was typed, else those with the words."""
    named = read_reference(latin_digits(q))
    if named is not None:
        return QueueItem.proposal_number == named
    return matches(QueueItem.search_text, q)


def _in_state(state: State | None) -> ColumnElement[bool]:
    if state is None:
        return QueueItem.closed_at.is_(None)
    waits = QueueItem.closed_at.is_(None)
    # The item of an appealed proposal is closed: its appeal waits as an item of its own.
    kind = ItemKind.APPEAL if state is State.APPEALED else ItemKind.PROPOSAL
    is_proposal = QueueItem.kind == kind
    return and_(
        is_proposal, Proposal.state == state, waits if state in WAITING_FOR_STAFF else ~waits
    )


def _is_assigned(assigned: Assigned, viewer: int, at: datetime) -> ColumnElement[bool]:
    if assigned is Assigned.ME:
        return is_work_of(viewer, at)
    if assigned is Assigned.DESK:
        return QueueItem.desk_id.in_(desks_of(viewer))
    if assigned is Assigned.HELD:
        return and_(QueueItem.lease_until > at, QueueItem.claimed_at <= at - HELD_TOO_LONG)
    return is_unassigned(at)


def is_unassigned(at: datetime) -> ColumnElement[bool]:
    """Items that nobody holds and nobody was given."""
    return and_(is_free(at), QueueItem.assignee_id.is_(None))


def is_work_of(viewer: int, at: datetime) -> ColumnElement[bool]:
    """What somebody holds, was given, or does for a colleague who is away.

    What a desk is late with is also its head's: with a first answer until there is one.
    """
    away = and_(
        Absence.account_id == QueueItem.assignee_id,
        Absence.stand_in_id == viewer,
        Absence.first_day <= office_day(at),
        Absence.last_day >= office_day(at),
    )
    headed = and_(Desk.id == QueueItem.desk_id, Desk.head_id == viewer)
    item, free = select(QueueItem.id), is_free(at)
    # Each on its own and joined from what is few, so that an index answers each: by one "or",
    # everything that waits would be read.
    theirs = (
        item.where(is_held_by(viewer, at)),
        item.where(QueueItem.assignee_id == viewer, free),
        item.join(Absence, away).where(free),
        item.join(Desk, headed).where(_is_missed(), free),
    )
    return QueueItem.id.in_(union_all(*(each.correlate(None) for each in theirs)))


def _is_missed() -> ColumnElement[bool]:
    unanswered = and_(QueueItem.answer_missed_at.is_not(None), QueueItem.answered_at.is_(None))
    return or_(QueueItem.missed_at.is_not(None), unanswered)


def is_held_by(viewer: int, at: datetime) -> ColumnElement[bool]:
    """Items that somebody has claimed."""
    return and_(QueueItem.holder_id == viewer, QueueItem.lease_until > at)


def is_free(at: datetime) -> ColumnElement[bool]:
    """Items that nobody has claimed, or whose lease has run out."""
    return or_(QueueItem.holder_id.is_(None), QueueItem.lease_until <= at)


def is_aged(age: Age, at: datetime) -> ColumnElement[bool]:
    """Items that are new, due soon, due today or overdue."""
    late, soon = QueueItem.due_at <= at, QueueItem.soon_at <= at
    if age is Age.LATE:
        return late
    if age is Age.TODAY:
        # What is due at the midnight to come: of any one moment there is no other within a day.
        return and_(QueueItem.due_at <= at + DAY, ~late)
    return and_(soon, ~late) if age is Age.SOON else ~soon
