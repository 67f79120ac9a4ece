"""Writing a proposal along, from the request to be let in until one leaves.

Whoever changes a bond has locked the row of the proposal before, so that changes wait for each
other in one order. `link_for` makes the link of a letter, in the language of who gets it.
"""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy.orm import Session

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.audit.actions import record
from citizen_diplomat.mail.outbox import post
from citizen_diplomat.proposals.bonds import Coauthor
from citizen_diplomat.proposals.messages import CoauthorNews, News
from citizen_diplomat.proposals.model import Proposal
from citizen_diplomat.proposals.rules import (
    MAY_ASK,
    MOST_COAUTHORS,
    PUBLIC,
    Bond,
    State,
)
from citizen_diplomat.proposals.writers import bond_with, places_taken

LinkFor = Callable[[Account], str]


class Full(Exception):  # noqa: N818 - named for what happened
    """A proposal has as many co-authors as it can have, those counted who are still asked."""


class NotPossible(Exception):  # noqa: N818 - named for what happened
    """The bond is no longer what it would have to be; nothing was changed."""


def ask(
    session: Session,
    proposal: Proposal,
    *,
    named: bool,
    by: Account,
    at: datetime,
    link_for: LinkFor,
) -> None:
    """Ask the first author of a public proposal to be let in.

    Asking again changes nothing. Raises NotPossible for its writers, for whoever was sent away,
    and where it is not public.
    """
    row = bond_with(session, by.id, proposal.number)
    bond = Bond(row.bond) if row else None
    if bond is Bond.ASKED:
        return
    if bond not in MAY_ASK or by.id == proposal.author_id or State(proposal.state) not in PUBLIC:
        raise NotPossible
    if row is None:
        row = Coauthor(proposal_number=proposal.number, account_id=by.id)
        session.add(row)
    row.bond, row.begun_at, row.answered_at, row.is_named = Bond.ASKED, at, None, named
    note(session, "coauthor.asked", proposal, by=by, at=at)
    tell_first_author(session, proposal, News.ASKED, by.display_name, at, link_for)


def admit(
    session: Session,
    proposal: Proposal,
    row: Coauthor,
    *,
    by: Account,
    at: datetime,
    link_for: LinkFor,
) -> None:
    """Let somebody in who asked. Raises NotPossible, or Full."""
    must_be(row, Bond.ASKED)
    if places_taken(session, proposal.number, at=at) >= MOST_COAUTHORS:
        raise Full
    row.bond, row.answered_at, row.accepted_at = Bond.ACCEPTED, at, at
    note(session, "coauthor.accepted", proposal, by=by, at=at)
    tell(session, proposal, account_of(row), News.ADMITTED, at, link_for)


def refuse(
    session: Session,
    proposal: Proposal,
    row: Coauthor,
    *,
    by: Account,
    at: datetime,
    link_for: LinkFor,
) -> None:
    """Say no to somebody who asked. Raises NotPossible."""
    must_be(row, Bond.ASKED)
    row.bond, row.answered_at = Bond.REFUSED, at
    note(session, "coauthor.refused", proposal, by=by, at=at)
    tell(session, proposal, account_of(row), News.REFUSED, at, link_for)


def remove(
    session: Session,
    proposal: Proposal,
    row: Coauthor,
    *,
    by: Account,
    at: datetime,
    link_for: LinkFor,
) -> None:
    """End somebody's writing along; what they wrote stays. Raises NotPossible."""
    _end(row, Bond.REMOVED)
    note(session, "coauthor.removed", proposal, by=by, at=at)
    tell(session, proposal, account_of(row), News.REMOVED, at, link_for)


def leave(
    session: Session,
    proposal: Proposal,
    row: Coauthor,
    *,
    by: Account,
    at: datetime,
    link_for: LinkFor,
) -> None:
    """Stop writing along, at any time; what was written stays. Raises NotPossible."""
    _end(row, Bond.LEFT)
    note(session, "coauthor.left", proposal, by=by, at=at)
    # Who took the place of the first author over has not learned from us who had it.
    name = row.pen_name or by.display_name
    tell_first_author(session, proposal, News.LEFT, name, at, link_for)


def show_name(
    session: Session, proposal: Proposal, row: Coauthor, *, named: bool, by: Account, at: datetime
) -> None:
    """Choose whether others read one's name beside the proposal. Raises NotPossible."""
    must_be(row, Bond.ACCEPTED)
    row.is_named = named
    note(session, "coauthor.named" if named else "coauthor.unnamed", proposal, by=by, at=at)


def note(session: Session, action: str, proposal: Proposal, *, by: Account, at: datetime) -> None:
    """Log what happened between the writers of a proposal; never whom it concerns."""
    record(session, action, f"proposal:{proposal.number}", by=by.id, at=at)


def tell_first_author(
    session: Session, proposal: Proposal, news: News, person: str, at: datetime, link_for: LinkFor
) -> None:
    """Write to the first author what `person` did."""
    tell(
        session, proposal, session.get_one(Account, proposal.author_id), news, at, link_for, person
    )


def tell(
    session: Session,
    proposal: Proposal,
    account: Account,
    news: News,
    at: datetime,
    link_for: LinkFor,
    person: str = "",
) -> None:
    """Write to one of those concerned what happened between the writers of a proposal."""
    post(
        session,
        CoauthorNews(news.value, proposal.number, proposal.title, person, link_for(account)),
        account.recipient,
        key=f"coauthor_news:{proposal.number}:{account.id}:{news}:{at.isoformat()}",
        at=at,
    )


def must_be(row: Coauthor, bond: Bond) -> None:
    """Raise NotPossible when a bond is not what a verb begins from."""
    if row.bond != bond:
        raise NotPossible(f"bond {row.id} is {row.bond}")


def account_of(row: Coauthor) -> Account:
    """Whose bond it is; raises NotPossible while nobody has answered."""
    if row.account is None:
        raise NotPossible(f"bond {row.id} is nobody's yet")
    return row.account


def _end(row: Coauthor, bond: Bond) -> None:
    must_be(row, Bond.ACCEPTED)
    row.bond, row.offered_at = bond, None


def sign(session: Session, proposal: Proposal, pen_name: str, *, by: Account, at: datetime) -> None:
    """Choose the name that a proposal goes by; empty for the first author's own."""
    if proposal.pen_name == pen_name:
        return
    proposal.pen_name = pen_name
    note(session, "proposal.signed", proposal, by=by, at=at)
