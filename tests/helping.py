"""How somebody comes to help, for stories that begin there."""

from sqlalchemy.orm import Session

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.moderation.rules import Outcome
from citizen_diplomat.outcomes import offers, queries
from citizen_diplomat.outcomes.model import HelpOffer
from citizen_diplomat.outcomes.offers import Links, Offer
from citizen_diplomat.outcomes.rules import Party
from citizen_diplomat.proposals.model import Proposal
from citizen_diplomat.proposals.queries import public_one
from citizen_diplomat.proposals.rules import Draft
from tests.cast import Cast
from tests.desk import MONDAY, WATER, decided, submitted

LINKS = Links(
    of_author=lambda _person, number: f"http://localhost/en/me/proposals/{number}/help",
    of_helper=lambda _person: "http://localhost/en/me/help",
)
EIGHT_HOURS = Offer(("pottery",), 8, "I have a workshop.", may_be_named=True)


def accepted(session: Session, cast: Cast, author: Account, draft: Draft = WATER) -> int:
    """The number of a proposal that the office has accepted."""
    item = decided(session, submitted(session, author, draft), Outcome.ACCEPT, by=cast.hamid)
    assert item.proposal_number is not None
    session.rollback()
    return item.proposal_number


def public(session: Session, number: int) -> Proposal:
    """An accepted proposal as the room wants it."""
    found = public_one(session, number)
    assert found is not None
    return found


def offered(session: Session, number: int, by: Account, offer: Offer = EIGHT_HOURS) -> int:
    """The number of an offer that `by` has just made, committed."""
    row = offers.offer(session, public(session, number), offer, by=by, at=MONDAY, links=LINKS)
    session.commit()
    session.expunge_all()
    session.rollback()
    return row.id


def agreed(session: Session, number: int, offer: int, party: Party, *, by: Account) -> HelpOffer:
    """An offer with which one party has agreed, committed."""
    row = queries.offer_for(session, number, offer, to_change=True)
    assert row is not None
    offers.agree(session, row, party, by=by, at=MONDAY, links=LINKS)
    session.commit()
    session.expunge_all()
    session.rollback()
    return row


def helper(session: Session, number: int, by: Account, cast: Cast, author: Account) -> int:
    """The number of an offer with which both have agreed."""
    offer = offered(session, number, by)
    agreed(session, number, offer, Party.AUTHOR, by=author)
    agreed(session, number, offer, Party.OFFICE, by=cast.soheila)
    return offer
