"""People who write a proposal together, for stories that begin there."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.proposals import invitations
from citizen_diplomat.proposals.bonds import Coauthor
from citizen_diplomat.proposals.model import Proposal
from citizen_diplomat.proposals.writers import invitation_to
from tests.desk import MONDAY


def link_for(person: Account) -> str:
    """The link that letters of these stories carry."""
    return f"http://localhost/{person.language}/me/proposals/1/coauthors"


def invited(
    session: Session, number: int, address: str, *, by: Account, at: datetime = MONDAY
) -> None:
    """An open invitation to an address."""
    proposal = session.scalars(select(Proposal).where(Proposal.number == number)).one()
    invitations.invite(
        session,
        proposal,
        address,
        language=by.language,
        link=f"http://localhost/{by.language}/me/proposals/{number}/invitation",
        register_link=f"http://localhost/{by.language}/register",
        by=by,
        at=at,
    )
    session.commit()


def joined(
    session: Session,
    number: int,
    person: Account,
    *,
    by: Account,
    named: bool = True,
    at: datetime = MONDAY,
) -> Coauthor:
    """The bond of somebody who was invited and said yes."""
    invited(session, number, person.email, by=by, at=at)
    row = invitation_to(session, person, number, at=at)
    assert row is not None
    invitations.accept(session, row.proposal, row, named=named, by=person, at=at, link_for=link_for)
    session.commit()
    return row
