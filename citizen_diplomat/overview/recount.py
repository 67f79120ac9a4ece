"""Counting again what is kept with each change: compared with its rows, and put right."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, exists, func, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.accounts.sanction_rules import Hidden
from citizen_diplomat.accounts.sanctions import SanctionHide
from citizen_diplomat.cities.model import City
from citizen_diplomat.community.model import Comment, NewsTally, ProposalTally, Support, SupportCity
from citizen_diplomat.community.rules import CommentState
from citizen_diplomat.directory.model import Profile
from citizen_diplomat.events.model import Event, Registration
from citizen_diplomat.foundation.database import Base

Key = tuple[Any, ...]


@dataclass(frozen=True)
class Kept:
    """A count that is kept with each change: its column, its key, and the rows that it counts."""

    table: type[Base]
    column: InstrumentedAttribute[int]
    key: tuple[InstrumentedAttribute[Any], ...]
    counted: Select[*tuple[Any, ...]]
    """The same key and a number, for all that are not 0."""

    @property
    def name(self) -> str:
        """Table and column."""
        return f"{self.table.__tablename__}.{self.column.key}"


@dataclass(frozen=True)
class Difference:
    """A count that is not what its rows say."""

    kept: Kept
    key: Key
    says: int
    is_truly: int

    def __str__(self) -> str:
        of = "/".join(map(str, self.key))
        return f"{self.kept.name} of {of}: {self.says}, but {self.is_truly} are there"


def kept_counts() -> tuple[Kept, ...]:
    """All counts that are kept with the change that moves them."""
    number = (ProposalTally.proposal_number,)
    supports = select(Support.proposal_number, func.count()).group_by(Support.proposal_number)
    own_city = supports.where(Support.own_city)
    place = (SupportCity.proposal_number, SupportCity.city_slug)
    return (
        Kept(ProposalTally, ProposalTally.supporters, number, supports),
        Kept(ProposalTally, ProposalTally.own_city, number, own_city),
        Kept(
            ProposalTally, ProposalTally.comments, number, _shown_comments(Comment.proposal_number)
        ),
        Kept(
            NewsTally,
            NewsTally.comments,
            (NewsTally.news_number,),
            _shown_comments(Comment.news_number),
        ),
        Kept(SupportCity, SupportCity.supporters, place, _supporters_by_city()),
        Kept(City, City.member_count, (City.slug,), _members()),
        Kept(Event, Event.taken, (Event.number,), _seats()),
    )


def _seats() -> Select[*tuple[Any, ...]]:
    return (
        select(Registration.event_number, func.count())
        .where(Registration.seated_at.is_not(None))
        .group_by(Registration.event_number)
    )


def _shown_comments(number: InstrumentedAttribute[int | None]) -> Select[*tuple[Any, ...]]:
    hidden = exists().where(
        SanctionHide.kind == Hidden.COMMENT,
        SanctionHide.subject == Comment.id,
        SanctionHide.restored_at.is_(None),
    )
    return (
        select(number, func.count())
        .where(Comment.state == CommentState.SHOWN, number.is_not(None), ~hidden)
        .group_by(number)
    )


def _supporters_by_city() -> Select[*tuple[Any, ...]]:
    return (
        select(Support.proposal_number, Support.city_slug, func.count())
        .where(Support.city_slug.is_not(None))
        .group_by(Support.proposal_number, Support.city_slug)
    )


def _members() -> Select[*tuple[Any, ...]]:
    return (
        select(Profile.city_slug, func.count())
        .join(Account, Account.id == Profile.account_id)
        .where(
            Profile.city_slug.is_not(None),
            Account.verified_at.is_not(None),
            Account.closed_at.is_(None),
        )
        .group_by(Profile.city_slug)
    )


def differences(session: Session) -> Iterator[Difference]:
    """Every kept count that is wrong, in the order of the tables and their keys."""
    for kept in kept_counts():
        says = _by_key(session.execute(select(*kept.key, kept.column)).all())
        is_truly = _by_key(session.execute(kept.counted).all())
        for key in sorted({*says, *is_truly}):
            if says.get(key, 0) != is_truly.get(key, 0):
                yield Difference(kept, key, says.get(key, 0), is_truly.get(key, 0))


def put_right(session: Session, found: Difference) -> None:
    """Let a count be what its rows say; nothing may be written meanwhile."""
    column, key = found.kept.column, dict(zip(found.kept.key, found.key, strict=True))
    changed = session.execute(
        update(found.kept.table)
        .where(*(one == value for one, value in key.items()))
        .values({column.key: found.is_truly})
        .execution_options(synchronize_session=False)
        .returning(found.kept.key[0])
    ).first()
    if changed is None:
        row = {one.key: value for one, value in key.items()}
        session.add(found.kept.table(**row, **{column.key: found.is_truly}))
        # Another count of the same row may be put right next.
        session.flush()


def _by_key(rows: Any) -> dict[Key, int]:
    return {tuple(row[:-1]): row[-1] for row in rows}
