"""What people think of a proposal goes over to another one that says the same."""

from collections import Counter
from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Insert, delete, exists, func, insert, literal, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, aliased

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.audit.actions import take_turn
from citizen_diplomat.community.follows import follow
from citizen_diplomat.community.model import Follow, Support
from citizen_diplomat.community.rules import FollowKind
from citizen_diplomat.community.tallies import count_support
from citizen_diplomat.proposals.writers import authors_ever

TRIES = 5
"""How often it is tried when one after the other does the same themselves at that moment."""
Place = tuple[str | None, bool]
"""The city of a supporter, and whether it is one of the proposal's own."""


def carry_over(session: Session, source: int, target: int, *, cities: Collection[str]) -> None:
    """Let all who support or follow proposal `source` support and follow `target` instead.

    `target` is for `cities`. Each does it once, whoever did it before: doing it again changes
    nothing. Who writes `target` does not come to support it. All counts are kept with it.
    """
    # The log before the counts: whoever writes a comment comes in this order too.
    take_turn(session)
    authors = authors_ever(session, target)
    rows = _insert(session, _supports(source, target, cities, authors))
    _count(session, target, [(row.city_slug, row.own_city) for row in rows], 1)
    gone = delete(Support).where(Support.proposal_number == source)
    rows = list(
        session.execute(
            gone.execution_options(synchronize_session=False).returning(
                Support.city_slug, Support.own_city
            )
        )
    )
    _count(session, source, [(row.city_slug, row.own_city) for row in rows], -1)
    _insert(session, _follows(source, target))
    session.execute(
        delete(Follow)
        .where(Follow.kind == FollowKind.PROPOSAL, Follow.subject == str(source))
        .execution_options(synchronize_session=False)
    )


def let_follow(session: Session, number: int, people: Collection[Account], *, at: datetime) -> None:
    """Let people follow a proposal; who did it before goes on."""
    for person in sorted(people, key=lambda one: one.id):
        follow(session, FollowKind.PROPOSAL, str(number), by=person, at=at)


def _insert(session: Session, statement: Insert) -> list[Any]:
    """Add the rows that are missing, all at once; gives what the statement returns of each."""
    for _ in range(TRIES - 1):
        try:
            with session.begin_nested():
                return list(session.execute(statement))
        except IntegrityError:
            # One of them has just done it themselves: by now their row can be seen.
            continue
    return list(session.execute(statement))


def _supports(
    source: int, target: int, cities: Collection[str], authors: Collection[int]
) -> Insert:
    there = aliased(Support)
    # Sorted, so that two of these at once wait for each other in one order.
    rows = (
        select(
            Support.account_id,
            literal(target),
            Support.city_slug,
            func.coalesce(Support.city_slug.in_(sorted(cities)), False),
            Support.at,
        )
        .where(
            Support.proposal_number == source,
            Support.account_id.not_in(sorted(authors)),
            ~exists().where(
                there.account_id == Support.account_id, there.proposal_number == target
            ),
        )
        .order_by(Support.account_id)
    )
    columns = ["account_id", "proposal_number", "city_slug", "own_city", "at"]
    return insert(Support).from_select(columns, rows).returning(Support.city_slug, Support.own_city)


def _follows(source: int, target: int) -> Insert:
    there = aliased(Follow)
    rows = (
        select(Follow.account_id, Follow.kind, literal(str(target)), Follow.at)
        .where(
            Follow.kind == FollowKind.PROPOSAL,
            Follow.subject == str(source),
            ~exists().where(
                there.account_id == Follow.account_id,
                there.kind == Follow.kind,
                there.subject == str(target),
            ),
        )
        .order_by(Follow.account_id)
    )
    columns = ["account_id", "kind", "subject", "at"]
    return insert(Follow).from_select(columns, rows).returning(Follow.account_id)


def _count(session: Session, number: int, places: Collection[Place], sign: int) -> None:
    for (city, own_city), many in sorted(Counter(places).items(), key=lambda row: str(row[0])):
        count_support(session, number, city=city, own_city=own_city, change=sign * many)
