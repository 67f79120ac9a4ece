"""Following proposals, cities, topics and calls, and who follows what."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import String, and_, cast, delete, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.calls.model import Call
from citizen_diplomat.community.model import Follow
from citizen_diplomat.community.rules import FollowKind
from citizen_diplomat.foundation.paging import Cursor, Page, beyond, page
from citizen_diplomat.proposals.model import Proposal
from citizen_diplomat.proposals.publicity import everybody_reads

PAGE_LENGTH = 50


@dataclass(frozen=True)
class Followed:
    """One thing that somebody follows.

    `title` of a proposal that is public, else None; `titles` of a call, Persian and English.
    """

    kind: FollowKind
    subject: str
    title: str | None
    language: str | None
    titles: tuple[str, str] = ("", "")


def follow(session: Session, kind: FollowKind, subject: str, *, by: Account, at: datetime) -> bool:
    """Follow a thing that exists; False if that was done before."""
    row = {"account_id": by.id, "kind": kind.value, "subject": subject, "at": at}
    try:
        with session.begin_nested():
            session.execute(insert(Follow).values(**row))
    except IntegrityError:
        return False
    return True


def unfollow(session: Session, kind: FollowKind, subject: str, *, by: Account) -> None:
    """Follow a thing no longer; what is not followed stays so."""
    session.execute(
        delete(Follow)
        .where(Follow.account_id == by.id, Follow.kind == kind, Follow.subject == subject)
        .execution_options(synchronize_session=False)
    )


def unfollow_all(session: Session, account_id: int) -> None:
    """Follow nothing any more."""
    session.execute(
        delete(Follow)
        .where(Follow.account_id == account_id)
        .execution_options(synchronize_session=False)
    )


def is_followed(session: Session, kind: FollowKind, subject: str, *, by: int) -> bool:
    """Whether account `by` follows a thing."""
    wanted = select(Follow.id).where(
        Follow.account_id == by, Follow.kind == kind, Follow.subject == subject
    )
    return session.scalar(wanted) is not None


def follows_of(
    session: Session,
    account_id: int,
    *,
    after: Cursor[datetime] | None = None,
    limit: int = PAGE_LENGTH,
) -> Page[Follow]:
    """What somebody follows, the newest first."""
    wanted = (
        select(Follow)
        .where(Follow.account_id == account_id)
        .order_by(Follow.at.desc(), Follow.id.desc())
        .limit(limit + 1)
    )
    if after is not None:
        wanted = wanted.where(beyond(Follow.at, Follow.id, after, descending=True))
    rows = session.scalars(wanted).all()
    return page(rows, limit, lambda row: (row.at, row.id), after=after)


def newest_of(session: Session, account_id: int, *, limit: int) -> list[Followed]:
    """What somebody began to follow last, with the titles of proposals and calls, in one query."""
    is_call = and_(Follow.kind == FollowKind.CALL, cast(Call.number, String) == Follow.subject)
    is_it = and_(
        Follow.kind == FollowKind.PROPOSAL,
        cast(Proposal.number, String) == Follow.subject,
        everybody_reads(),
    )
    rows = session.execute(
        select(
            Follow.kind,
            Follow.subject,
            Proposal.title,
            Proposal.language,
            Call.title_fa,
            Call.title_en,
        )
        .select_from(Follow)
        .outerjoin(Proposal, is_it)
        .outerjoin(Call, is_call)
        .where(Follow.account_id == account_id)
        .order_by(Follow.at.desc(), Follow.id.desc())
        .limit(limit)
    )
    return [
        Followed(
            FollowKind(row.kind),
            row.subject,
            row.title,
            row.language,
            (row.title_fa or "", row.title_en or ""),
        )
        for row in rows
    ]


def followers_of(
    session: Session,
    kind: FollowKind,
    subjects: Collection[str],
    *,
    after: int = 0,
    limit: int = 1_000,
) -> Sequence[int]:
    """The accounts that follow any of these, each once, in the order of their numbers.

    `after` is the last number of the answer before: ask until nobody is left.
    """
    wanted = (
        select(Follow.account_id)
        .join(Account, Account.id == Follow.account_id)
        .where(
            Follow.kind == kind,
            Follow.subject.in_(sorted(subjects)),
            Follow.account_id > after,
            Account.verified_at.is_not(None),
            Account.closed_at.is_(None),
        )
        .distinct()
        .order_by(Follow.account_id)
        .limit(limit)
    )
    return session.scalars(wanted).all()
