"""Who writes a proposal: its first author, and those who accepted to write along.

Every page that a co-author may see asks `of_writer`; what the first author alone may do asks
`queries.of_author`.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Select,
    Subquery,
    and_,
    false,
    func,
    or_,
    select,
)
from sqlalchemy.orm import Session, contains_eager, joinedload, selectinload

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.proposals.bonds import Coauthor
from citizen_diplomat.proposals.model import Proposal
from citizen_diplomat.proposals.rules import INVITATION_KEPT, Bond


def of_writer(
    session: Session, account_id: int, number: int, *, to_change: bool = False
) -> Proposal | None:
    """A proposal that `account_id` writes, alone or along, its cities and skills loaded, else None.

    A discarded draft is not there. With `to_change` the row is locked until the transaction ends,
    where the engine locks rows.
    """
    wanted = (
        select(Proposal)
        .where(Proposal.number == number, is_writer(account_id))
        .options(selectinload(Proposal.cities), selectinload(Proposal.skills))
    )
    return session.scalar(wanted.with_for_update() if to_change else wanted)


def titled_of_writer(session: Session, account_id: int, number: int) -> Proposal | None:
    """The same for pages of its versions alone: neither cities nor skills are loaded."""
    return session.scalar(select(Proposal).where(Proposal.number == number, is_writer(account_id)))


def is_writer(account_id: int) -> ColumnElement[bool]:
    """Proposals that somebody writes today; what was discarded is nobody's."""
    along = select(Coauthor.proposal_number).where(
        Coauthor.account_id == account_id, Coauthor.bond == Bond.ACCEPTED
    )
    return and_(
        or_(Proposal.author_id == account_id, Proposal.number.in_(along)),
        Proposal.discarded_at.is_(None),
    )


def written_by(accounts: Collection[int]) -> Subquery:
    """Pairs of `account_id` and `number`: what each of these writes today, alone or along."""
    first = select(Proposal.author_id.label("account_id"), Proposal.number.label("number")).where(
        Proposal.author_id.in_(accounts)
    )
    along = select(Coauthor.account_id, Coauthor.proposal_number).where(
        Coauthor.account_id.in_(accounts), Coauthor.bond == Bond.ACCEPTED
    )
    return first.union_all(along).subquery()


def accounts_writing(number: int | None) -> CompoundSelect[int]:
    """The accounts that write a proposal today, alone or along; nobody for no proposal."""
    return _first_and(number, Coauthor.bond == Bond.ACCEPTED)


def authors_ever(session: Session, number: int) -> frozenset[int]:
    """All accounts that write or have written a proposal."""
    return frozenset(session.scalars(_first_and(number, Coauthor.accepted_at.is_not(None))))


def _first_and(number: int | None, along: ColumnElement[bool]) -> CompoundSelect[int]:
    """The accounts of a proposal's first author and of those bound to it in some way."""
    first = select(Proposal.author_id).where(Proposal.number == number)
    bound = select(Coauthor.account_id).where(Coauthor.proposal_number == number, along)
    return first.union_all(bound)


class PenName(NamedTuple):
    """A name that somebody goes on to go by who was the first author before."""

    name: str
    since: datetime | None
    """Since when; None for always."""


def pen_names_kept(session: Session, numbers: Collection[int]) -> dict[int, dict[int, PenName]]:
    """The pen names of former first authors, by proposal and account; what has none is left out."""
    rows = session.execute(
        select(
            Coauthor.proposal_number, Coauthor.account_id, Coauthor.pen_name, Coauthor.pen_name_from
        ).where(Coauthor.proposal_number.in_(sorted(numbers)), Coauthor.pen_name != "")
    )
    found: dict[int, dict[int, PenName]] = {}
    for number, account, name, since in rows:
        if account is not None:
            found.setdefault(number, {})[account] = PenName(name, since)
    return found


def shielded(
    session: Session, numbers: Collection[int], *, also: ColumnElement[bool] | None = None
) -> frozenset[tuple[int, int]]:
    """Pairs of proposal and account that a pen name keeps apart, or kept, among these proposals.

    `also` is a condition on proposals whose writers are kept apart from them too.
    """
    is_kept_apart = or_(Proposal.pen_name != "", false() if also is None else also)
    among = Proposal.number.in_(numbers)
    first = select(Proposal.number, Proposal.author_id).where(among, is_kept_apart)
    along = (
        select(Proposal.number, Coauthor.account_id)
        .join(Coauthor, Coauthor.proposal_number == Proposal.number)
        .where(
            among,
            or_(is_kept_apart, Coauthor.pen_name != ""),
            Coauthor.account_id.is_not(None),
        )
    )
    return frozenset(
        (number, account) for number, account in session.execute(first.union_all(along))
    )


def writers(session: Session, number: int) -> Sequence[Account]:
    """The open accounts of all who write a proposal today, the first author first."""
    along = select(Coauthor.account_id).where(
        Coauthor.proposal_number == number, Coauthor.bond == Bond.ACCEPTED
    )
    is_first = select(Proposal.author_id).where(Proposal.number == number).scalar_subquery()
    return session.scalars(
        select(Account)
        .where(or_(Account.id == is_first, Account.id.in_(along)), Account.closed_at.is_(None))
        .order_by(Account.id != is_first, Account.id)
    ).all()


def lock(session: Session, number: int) -> None:
    """Keep the bonds of a proposal from others until the transaction ends."""
    session.execute(select(Proposal.number).where(Proposal.number == number).with_for_update())


def bonds(session: Session, number: int, *, at: datetime) -> Sequence[Coauthor]:
    """Co-authors, open invitations and open requests of a proposal, oldest first, with accounts."""
    return session.scalars(
        select(Coauthor)
        .where(
            Coauthor.proposal_number == number,
            Coauthor.bond.in_([Bond.ACCEPTED, Bond.ASKED, Bond.INVITED]),
            or_(Coauthor.bond != Bond.INVITED, Coauthor.begun_at > at - INVITATION_KEPT),
        )
        .options(joinedload(Coauthor.account))
        .order_by(Coauthor.begun_at, Coauthor.id)
    ).all()


def coauthors(session: Session, number: int) -> Sequence[Coauthor]:
    """Those who write a proposal along, the earliest first, with their accounts."""
    return session.scalars(
        select(Coauthor)
        .where(Coauthor.proposal_number == number, Coauthor.bond == Bond.ACCEPTED)
        .options(joinedload(Coauthor.account))
        .order_by(Coauthor.accepted_at, Coauthor.id)
    ).all()


def bond_with(session: Session, account_id: int, number: int) -> Coauthor | None:
    """What ties an account to a proposal whose first author it is not, the account loaded."""
    return session.scalar(
        select(Coauthor)
        .where(Coauthor.proposal_number == number, Coauthor.account_id == account_id)
        .options(joinedload(Coauthor.account))
    )


def bond_of_number(session: Session, number: int, bond_id: int, *, at: datetime) -> Coauthor | None:
    """One of the open bonds of a proposal, its account loaded."""
    return next((row for row in bonds(session, number, at=at) if row.id == bond_id), None)


def invitation_to(
    session: Session, reader: Account, number: int, *, at: datetime, to_change: bool = False
) -> Coauthor | None:
    """The open invitation of somebody's confirmed address to a proposal; its proposal is loaded.

    With `to_change` both are locked until the transaction ends, where the engine locks rows.
    """
    wanted = _invitations(reader, at).where(Coauthor.proposal_number == number)
    if to_change:
        wanted = wanted.with_for_update(of=(Proposal, Coauthor))
    return session.scalars(wanted).one_or_none()


def invitations_to(session: Session, reader: Account, *, at: datetime) -> Sequence[Coauthor]:
    """The open invitations of somebody's confirmed address, the oldest first, with proposals."""
    wanted = _invitations(reader, at).order_by(Coauthor.begun_at, Coauthor.id)
    return session.scalars(wanted).all()


def waiting_for(
    session: Session, reader: Account, *, at: datetime, limit: int
) -> Sequence[Coauthor]:
    """What somebody has to answer, the oldest first: invitations, and who asks them to be let in.

    Proposals are loaded.
    """
    open_to_reader = or_(
        and_(Coauthor.address_key == reader.email_key, *_is_open(reader, at)),
        and_(Coauthor.bond == Bond.ASKED, Proposal.author_id == reader.id),
    )
    return session.scalars(
        select(Coauthor)
        .join(Coauthor.proposal)
        .where(open_to_reader, Proposal.discarded_at.is_(None))
        .options(contains_eager(Coauthor.proposal))
        .order_by(Coauthor.begun_at, Coauthor.id)
        .limit(limit)
    ).all()


def places_taken(session: Session, number: int, *, at: datetime) -> int:
    """How many co-authors there are, those counted who are still asked to be."""
    taken = or_(
        Coauthor.bond == Bond.ACCEPTED,
        (Coauthor.bond == Bond.INVITED) & (Coauthor.begun_at > at - INVITATION_KEPT),
    )
    wanted = select(func.count()).where(Coauthor.proposal_number == number, taken)
    return session.scalar(wanted) or 0


def _invitations(reader: Account, at: datetime) -> Select[Coauthor]:
    return (
        select(Coauthor)
        .join(Coauthor.proposal)
        .where(
            Coauthor.address_key == reader.email_key,
            *_is_open(reader, at),
            Proposal.discarded_at.is_(None),
        )
        .options(contains_eager(Coauthor.proposal).joinedload(Proposal.author))
    )


def _is_open(reader: Account, at: datetime) -> tuple[ColumnElement[bool], ...]:
    return Coauthor.begun_at > at - INVITATION_KEPT, Proposal.author_id != reader.id
