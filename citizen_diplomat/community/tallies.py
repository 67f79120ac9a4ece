"""The counts of a proposal or of news: the database adds, so two changes at once both count."""

from datetime import datetime
from typing import Any

from sqlalchemy import insert, inspect, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from citizen_diplomat.accounts.sanction_rules import Hidden
from citizen_diplomat.accounts.sanctions import let_go
from citizen_diplomat.community.model import Comment, NewsTally, ProposalTally, SupportCity
from citizen_diplomat.community.rules import Matter, MatterKind
from citizen_diplomat.foundation.database import Base


def count_support(
    session: Session, number: int, *, city: str | None, own_city: bool, change: int
) -> None:
    """Add `change` supporters, who live in `city`, to a proposal's counts."""
    changes = {"supporters": change, "own_city": change if own_city else 0}
    _add(session, ProposalTally, {"proposal_number": number}, changes)
    if city is not None:
        place = {"proposal_number": number, "city_slug": city}
        _add(session, SupportCity, place, {"supporters": change})


def count_comment(session: Session, matter: Matter, change: int) -> None:
    """Add `change` comments that everybody sees to the counts of what they are said to."""
    if matter.kind is MatterKind.NEWS:
        _add(session, NewsTally, {"news_number": matter.number}, {"comments": change})
    else:
        _add(session, ProposalTally, {"proposal_number": matter.number}, {"comments": change})


def uncount_comment(session: Session, comment: Comment, *, at: datetime) -> None:
    """Take a comment that is shown no more out of the counts; what a sanction hid was not in."""
    if not let_go(session, Hidden.COMMENT, comment.id, at=at):
        count_comment(session, comment.matter, -1)


def tally_of(session: Session, number: int) -> ProposalTally:
    """The counts of a proposal; those of one that nobody has noticed yet are zeros."""
    tally = session.scalar(
        select(ProposalTally)
        .where(ProposalTally.proposal_number == number)
        .execution_options(populate_existing=True)
    )
    return tally or ProposalTally(proposal_number=number, supporters=0, own_city=0, comments=0)


def comments_on_news(session: Session, number: int) -> int:
    """How many comments on a piece of news everybody sees."""
    wanted = select(NewsTally.comments).where(NewsTally.news_number == number)
    return session.scalar(wanted) or 0


def supporters_by_city(session: Session, number: int) -> dict[str, int]:
    """How many supporters of a proposal live in each city that has any."""
    rows = session.execute(
        select(SupportCity.city_slug, SupportCity.supporters).where(
            SupportCity.proposal_number == number, SupportCity.supporters > 0
        )
    )
    return {row.city_slug: row.supporters for row in rows}


def _add(session: Session, table: type[Base], row: dict[str, Any], changes: dict[str, int]) -> None:
    if _change(session, table, row, changes):
        return
    zeros = {column.name: 0 for column in inspect(table).columns if column.name not in row}
    try:
        with session.begin_nested():
            session.execute(insert(table).values(**zeros, **row))
    except IntegrityError:
        # Somebody else was the first, which is just as well.
        pass
    _change(session, table, row, changes)


def _change(
    session: Session, table: type[Base], row: dict[str, Any], changes: dict[str, int]
) -> bool:
    changed = session.execute(
        update(table)
        .filter_by(**row)
        .values({name: getattr(table, name) + change for name, change in changes.items()})
        .execution_options(synchronize_session=False)
        .returning(inspect(table).primary_key[0])
    ).first()
    return changed is not None
