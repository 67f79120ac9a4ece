"""Deleting what somebody wrote and never sent."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.proposals import changes, visitors
from citizen_diplomat.proposals.actions import write_words
from citizen_diplomat.proposals.attachments import forget_unsent
from citizen_diplomat.proposals.drafts import erase
from citizen_diplomat.proposals.model import Proposal
from citizen_diplomat.proposals.queries import change_of, newest_revision
from citizen_diplomat.proposals.rules import PUBLIC, State


def forget(session: Session, account: Account, at: datetime) -> None:
    """Delete drafts, and unsent changes to what was sent; what was sent stays as it was sent.

    Discarded drafts are not kept for their day. The author is a number whose account loses its
    name. What still waited must have been withdrawn, and the proposals locked, before.
    """
    rows = session.scalars(
        select(Proposal)
        .where(Proposal.author_id == account.id)
        .options(selectinload(Proposal.cities), selectinload(Proposal.skills))
        .order_by(Proposal.number)
    ).all()
    for proposal in rows:
        if proposal.state == State.DRAFT:
            erase(session, proposal, by=account, at=at)
        elif State(proposal.state) in PUBLIC:
            _discard_change(session, proposal, account, at)
        else:
            forget_unsent(session, proposal)
            _back_to_what_was_sent(session, proposal)
    visitors.forget(session, account)


def _discard_change(session: Session, proposal: Proposal, account: Account, at: datetime) -> None:
    change = change_of(session, proposal.number, to_change=True)
    if change is not None:
        changes.discard(session, change, by=account, at=at)


def _back_to_what_was_sent(session: Session, proposal: Proposal) -> None:
    sent = newest_revision(session, proposal.number)
    if sent is not None and sent.draft != proposal.draft:
        write_words(proposal, sent.draft)
