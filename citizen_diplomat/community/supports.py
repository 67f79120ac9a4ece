"""Supporting a proposal, once, and taking it back."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import delete, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.community.model import Support
from citizen_diplomat.community.rules import may_support
from citizen_diplomat.community.tallies import count_support
from citizen_diplomat.directory.model import Profile
from citizen_diplomat.proposals.model import Proposal
from citizen_diplomat.proposals.writers import authors_ever


class OwnProposal(Exception):  # noqa: N818 - named for what happened
    """Nobody supports what they propose themselves."""


def support(
    session: Session, proposal: Proposal, *, cities: Collection[str], by: Account, at: datetime
) -> bool:
    """Support a public proposal, which is for `cities`; False if that was done before.

    Of two clicks at once the second one waits for the first and then changes nothing. What
    somebody supports is an opinion, and so in no log. Raises OwnProposal.
    """
    if not may_support(authors_ever(session, proposal.number), by=by.id):
        raise OwnProposal
    home = session.scalar(select(Profile.city_slug).where(Profile.account_id == by.id))
    row = {
        "account_id": by.id,
        "proposal_number": proposal.number,
        "city_slug": home,
        "own_city": home is not None and home in cities,
        "at": at,
    }
    try:
        with session.begin_nested():
            session.execute(insert(Support).values(**row))
    except IntegrityError:
        return False
    count_support(
        session, proposal.number, city=home, own_city=home is not None and home in cities, change=1
    )
    return True


def take_back(session: Session, number: int, *, by: Account) -> bool:
    """Support a proposal no longer; False if it was not supported."""
    gone = session.execute(
        delete(Support)
        .where(Support.account_id == by.id, Support.proposal_number == number)
        .execution_options(synchronize_session=False)
        .returning(Support.city_slug, Support.own_city)
    ).first()
    if gone is None:
        return False
    count_support(session, number, city=gone.city_slug, own_city=gone.own_city, change=-1)
    return True


def take_all_back(session: Session, account_id: int) -> None:
    """Support nothing any more, proposal by proposal in the order of their numbers."""
    rows = session.scalars(
        select(Support.proposal_number)
        .where(Support.account_id == account_id)
        .order_by(Support.proposal_number)
    ).all()
    account = session.get_one(Account, account_id)
    for number in rows:
        take_back(session, number, by=account)


def is_supported(session: Session, number: int, *, by: int) -> bool:
    """Whether account `by` supports a proposal."""
    wanted = select(Support.account_id).where(
        Support.account_id == by, Support.proposal_number == number
    )
    return session.scalar(wanted) is not None
