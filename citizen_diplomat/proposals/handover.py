"""Who is the first author: offered to a co-author and accepted, or passed on by who leaves.

The right to submit stands and falls with it. The row of the proposal has been locked before.
"""

from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.proposals.bonds import Coauthor
from citizen_diplomat.proposals.coauthors import (
    LinkFor,
    NotPossible,
    account_of,
    must_be,
    note,
    refuse,
    tell,
    tell_first_author,
)
from citizen_diplomat.proposals.messages import News
from citizen_diplomat.proposals.model import Proposal
from citizen_diplomat.proposals.rules import Bond
from citizen_diplomat.proposals.writers import bonds, coauthors

LinkOf = Callable[[int], LinkFor]
"""The maker of links to the pages of a proposal, by its number."""

SOMEBODY = {"fa": "یکی از اعضا", "en": "A member"}


def offer(
    session: Session,
    proposal: Proposal,
    row: Coauthor,
    *,
    by: Account,
    at: datetime,
    link_for: LinkFor,
) -> None:
    """Offer a co-author the place of the first author; an offer to another ends.

    Raises NotPossible for anybody else.
    """
    must_be(row, Bond.ACCEPTED)
    if row.offered_at is not None:
        return
    for other in coauthors(session, proposal.number):
        other.offered_at = None
    row.offered_at = at
    note(session, "coauthor.offered", proposal, by=by, at=at)
    tell(session, proposal, account_of(row), News.OFFERED, at, link_for)


def end_offer(
    session: Session, proposal: Proposal, row: Coauthor, *, by: Account, at: datetime
) -> None:
    """Take an offer back. Raises NotPossible when there is none."""
    _must_be_offered(row)
    row.offered_at = None
    note(session, "coauthor.offer_ended", proposal, by=by, at=at)


def decline_offer(
    session: Session,
    proposal: Proposal,
    row: Coauthor,
    *,
    by: Account,
    at: datetime,
    link_for: LinkFor,
) -> None:
    """Stay a co-author. Raises NotPossible when nothing was offered."""
    end_offer(session, proposal, row, by=by, at=at)
    tell_first_author(session, proposal, News.OFFER_DECLINED, by.display_name, at, link_for)


def accept_offer(
    session: Session,
    proposal: Proposal,
    row: Coauthor,
    *,
    by: Account,
    at: datetime,
    link_for: LinkFor,
) -> None:
    """Become the first author; who was it before writes along from now on.

    A pen name stays on the proposal, and on what its former first author said below it: nobody's
    own name comes to light, whatever is chosen later. Raises NotPossible when nothing was offered.
    """
    _must_be_offered(row)
    former = session.get_one(Account, proposal.author_id)
    was_signed, was_since = proposal.pen_name, proposal.handed_over_at
    _put_first(proposal, row, by, at)
    row.account_id, row.pen_name, row.pen_name_from = former.id, was_signed, was_since
    row.offered_at, row.begun_at, row.answered_at = None, at, at
    row.accepted_at, row.is_named = proposal.created_at, not was_signed
    note(session, "coauthor.handed_over", proposal, by=by, at=at)
    tell(session, proposal, former, News.HANDED_OVER, at, link_for, by.display_name)


def pass_on(session: Session, leaving: Account, *, at: datetime, link_of: LinkOf) -> None:
    """Let go of all that somebody writes with others, before their account is closed.

    Where they were the first author, the co-author of longest standing takes the place, so that
    nothing is withdrawn or deleted under the hands of those who stay. The proposals must have been
    locked before.
    """
    own = select(Proposal).where(Proposal.author_id == leaving.id, Proposal.discarded_at.is_(None))
    for proposal in session.scalars(own.order_by(Proposal.number)).all():
        _pass_on(session, proposal, leaving, at, link_of)
    along = (
        select(Proposal)
        .join(Coauthor, Coauthor.proposal_number == Proposal.number)
        .where(Coauthor.account_id == leaving.id, Coauthor.bond == Bond.ACCEPTED)
        .order_by(Proposal.number)
    )
    for proposal in session.scalars(along).all():
        note(session, "coauthor.left", proposal, by=leaving, at=at)
        tell_first_author(session, proposal, News.LEFT, "", at, link_of(proposal.number))
    theirs = or_(Coauthor.account_id == leaving.id, Coauthor.address_key == leaving.email_key)
    session.execute(delete(Coauthor).where(theirs).execution_options(synchronize_session="fetch"))


def _pass_on(
    session: Session, proposal: Proposal, leaving: Account, at: datetime, link_of: LinkOf
) -> None:
    heir = _heir(coauthors(session, proposal.number))
    if heir is None:
        for row in bonds(session, proposal.number, at=at):
            if row.bond == Bond.ASKED:
                refuse(session, proposal, row, by=leaving, at=at, link_for=link_of(proposal.number))
            else:
                session.delete(row)
        return
    account = account_of(heir)
    _put_first(proposal, heir, account, at)
    if not (heir.is_named or proposal.pen_name):
        # Whoever did not want to be named is not named by taking over either.
        proposal.pen_name = SOMEBODY[proposal.language]
    session.delete(heir)
    note(session, "coauthor.handed_over", proposal, by=leaving, at=at)
    tell(session, proposal, account, News.INHERITED, at, link_of(proposal.number))


def _put_first(proposal: Proposal, row: Coauthor, account: Account, at: datetime) -> None:
    """Make the owner of a bond the first author.

    Whoever takes the place back from before is it since then, and their pen name with them.
    """
    proposal.author_id, proposal.handed_over_at = account.id, at
    if row.pen_name:
        proposal.handed_over_at = row.pen_name_from or proposal.created_at
        proposal.pen_name = proposal.pen_name or row.pen_name


def _heir(rows: Sequence[Coauthor]) -> Coauthor | None:
    """Of those whose name others may read, the earliest; else the earliest of all."""
    return min(rows, key=lambda row: not row.is_named, default=None)


def _must_be_offered(row: Coauthor) -> None:
    must_be(row, Bond.ACCEPTED)
    if row.offered_at is None:
        raise NotPossible(f"nothing was offered to bond {row.id}")
