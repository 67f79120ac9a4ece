"""Inviting an address to write a proposal along, and the answer of whoever reads its mail.

An address that is a member's and one that is nobody's are invited in the same way: who invites
learns nothing about it before it answers. The row of the proposal has been locked before.
"""

from datetime import datetime
from hashlib import sha256

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.foundation.text import email_key
from citizen_diplomat.mail.message import Recipient
from citizen_diplomat.mail.outbox import post
from citizen_diplomat.proposals.bonds import Coauthor
from citizen_diplomat.proposals.coauthors import (
    Full,
    LinkFor,
    NotPossible,
    must_be,
    note,
    tell_first_author,
)
from citizen_diplomat.proposals.messages import CoauthorInvitation, News
from citizen_diplomat.proposals.model import Proposal
from citizen_diplomat.proposals.rules import (
    CLOSED_TO_COAUTHORS,
    INVITATION_KEPT,
    MOST_COAUTHORS,
    Bond,
    State,
)
from citizen_diplomat.proposals.writers import bond_with, places_taken


class AlreadyInvited(Exception):  # noqa: N818 - named for what happened
    """This address has an open invitation to this proposal."""


class OwnAddress(Exception):  # noqa: N818 - named for what happened
    """Nobody invites themselves."""


def invite(
    session: Session,
    proposal: Proposal,
    address: str,
    *,
    language: str,
    link: str,
    register_link: str,
    by: Account,
    at: datetime,
) -> Coauthor:
    """Invite an address to write along; the same is done for known and unknown ones.

    `link` leads to the answer, `register_link` to becoming a member first. Raises NotPossible,
    OwnAddress, AlreadyInvited or Full.
    """
    key = email_key(address)
    _check(session, proposal, key, by=by, at=at)
    row = Coauthor(
        proposal_number=proposal.number,
        address=address,
        address_key=key,
        bond=Bond.INVITED,
        begun_at=at,
    )
    session.add(row)
    note(session, "coauthor.invited", proposal, by=by, at=at)
    # However often it is taken back and sent again: one letter a day.
    mark = sha256(key.encode()).hexdigest()[:16]
    name = proposal.pen_name or by.display_name
    letter = CoauthorInvitation(proposal.number, proposal.title, name, link, register_link)
    post(
        session,
        letter,
        Recipient(address, "", language),
        key=f"coauthor_invitation:{proposal.number}:{mark}:{at:%Y%m%d}",
        at=at,
    )
    return row


def _check(session: Session, proposal: Proposal, key: str, *, by: Account, at: datetime) -> None:
    """Raise what `invite` raises."""
    if State(proposal.state) in CLOSED_TO_COAUTHORS:
        raise NotPossible(f"proposal {proposal.number} is {proposal.state}")
    if key == by.email_key:
        raise OwnAddress
    forget_expired(session, at=at)
    open_one = select(Coauthor.id).where(
        Coauthor.proposal_number == proposal.number, Coauthor.address_key == key
    )
    if session.scalar(open_one) is not None:
        raise AlreadyInvited
    if places_taken(session, proposal.number, at=at) >= MOST_COAUTHORS:
        raise Full


def take_back(
    session: Session, proposal: Proposal, row: Coauthor, *, by: Account, at: datetime
) -> None:
    """Take an open invitation back, its address with it."""
    must_be(row, Bond.INVITED)
    session.delete(row)
    note(session, "coauthor.taken_back", proposal, by=by, at=at)


def accept(
    session: Session,
    proposal: Proposal,
    row: Coauthor,
    *,
    named: bool,
    by: Account,
    at: datetime,
    link_for: LinkFor,
) -> None:
    """Say yes to an invitation; `named`: others may read the name beside the proposal.

    Raises NotPossible when it is not theirs or has run out.
    """
    _must_be_invited(row, by, at)
    _answer(session, proposal, row, Bond.ACCEPTED, by=by, at=at)
    row.accepted_at, row.is_named = at, named
    note(session, "coauthor.accepted", proposal, by=by, at=at)
    tell_first_author(session, proposal, News.ACCEPTED, by.display_name, at, link_for)


def decline(
    session: Session,
    proposal: Proposal,
    row: Coauthor,
    *,
    by: Account,
    at: datetime,
    link_for: LinkFor,
) -> None:
    """Say no to an invitation. Raises NotPossible when it is not theirs or has run out."""
    _must_be_invited(row, by, at)
    address = row.address or ""
    before = bond_with(session, by.id, proposal.number)
    if before is not None and before.bond == Bond.ACCEPTED:
        # Who writes along already does not leave by this.
        session.delete(row)
        return
    _answer(session, proposal, row, Bond.DECLINED, by=by, at=at)
    note(session, "coauthor.declined", proposal, by=by, at=at)
    tell_first_author(session, proposal, News.DECLINED, address, at, link_for)


def move(session: Session, old_key: str, new_key: str) -> None:
    """Keep the open invitations of an address open to its owner, who has another one now.

    Who invited goes on seeing the address that they typed, and no other.
    """
    if old_key == new_key:
        return
    there = select(Coauthor.proposal_number).where(Coauthor.address_key == new_key)
    session.execute(
        update(Coauthor)
        .where(Coauthor.address_key == old_key, Coauthor.proposal_number.not_in(there))
        .values(address_key=new_key)
        .execution_options(synchronize_session=False)
    )


def forget_expired(session: Session, *, at: datetime) -> None:
    """Forget invitations that nobody answered in time, with their addresses."""
    session.execute(
        delete(Coauthor)
        .where(Coauthor.bond == Bond.INVITED, Coauthor.begun_at <= at - INVITATION_KEPT)
        .execution_options(synchronize_session=False)
    )


def _must_be_invited(row: Coauthor, by: Account, at: datetime) -> None:
    must_be(row, Bond.INVITED)
    is_theirs = row.address_key == by.email_key and by.is_open
    if not is_theirs or row.begun_at <= at - INVITATION_KEPT:
        raise NotPossible(f"invitation {row.id} is not open to account {by.id}")


def _answer(
    session: Session, proposal: Proposal, row: Coauthor, bond: Bond, *, by: Account, at: datetime
) -> None:
    """An invitation becomes somebody's; what tied them to the proposal before goes."""
    before = bond_with(session, by.id, proposal.number)
    if before is not None:
        row.accepted_at = before.accepted_at
        row.pen_name, row.pen_name_from = before.pen_name, before.pen_name_from
        session.delete(before)
        # Of one account and one proposal there is one row: the old one goes first.
        session.flush()
    row.account_id, row.bond, row.answered_at = by.id, bond, at
    row.address = row.address_key = None
