"""Offering help with an accepted proposal, and what its author and the office say to it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.audit.actions import record
from citizen_diplomat.directory.taxonomy import skill_names
from citizen_diplomat.mail.message import Message
from citizen_diplomat.mail.outbox import post
from citizen_diplomat.outcomes.messages import HelpAnswered, HelperChanged, HelpOffered
from citizen_diplomat.outcomes.model import HelpOffer
from citizen_diplomat.outcomes.queries import open_offer
from citizen_diplomat.outcomes.rules import (
    MOST_OFFERS_FOR_ONE,
    MOST_OPEN_OFFERS,
    NEXT,
    OPEN,
    DeclineReason,
    OfferState,
    Party,
    Step,
    may_answer_for_office,
    may_offer,
)
from citizen_diplomat.proposals.model import Proposal
from citizen_diplomat.proposals.rules import PUBLIC, State
from citizen_diplomat.proposals.writers import accounts_writing, authors_ever


class NotPossible(Exception):  # noqa: N818 - named for what happened
    """Nobody can offer help here: not accepted, its author left, or they write it."""


class TooMany(Exception):  # noqa: N818 - named for what happened
    """This member has as many offers open, or made as many for this proposal, as may be."""


class TooLate(Exception):  # noqa: N818 - named for what happened
    """The offer no longer stands where this step begins; nothing was changed."""


class OwnMatter(Exception):  # noqa: N818 - named for what happened
    """Whoever wrote the proposal, or offers to help, does not answer for the office."""


@dataclass(frozen=True)
class Offer:
    """What a member offers: skills by slug, hours a month, and words of their own."""

    skill_slugs: tuple[str, ...]
    hours_a_month: int
    words: str = ""
    may_be_named: bool = False


@dataclass(frozen=True)
class Links:
    """Makers of the pages that the letters name, in the language of who reads them."""

    of_author: Callable[[Account, int], str]
    """The author's page with all who offer to help with a proposal."""
    of_helper: Callable[[Account], str]
    """The page with all offers of a member."""


def can_be_helped(session: Session, proposal: Proposal, *, by: Account) -> bool:
    """Whether somebody can offer help with a proposal; its author must have been loaded."""
    if State(proposal.state) not in PUBLIC or not proposal.author.is_open:
        return False
    return may_offer(session.scalars(accounts_writing(proposal.number)).all(), by=by.id)


def offer(
    session: Session, proposal: Proposal, offered: Offer, *, by: Account, at: datetime, links: Links
) -> HelpOffer:
    """Offer help with an accepted proposal, and tell its author; offering twice is one offer.

    The proposal's author must have been loaded. Raises NotPossible and TooMany.
    """
    if not can_be_helped(session, proposal, by=by):
        raise NotPossible
    same = open_offer(session, proposal.number, by.id)
    if same is not None:
        return same
    if _has_enough(session, proposal.number, by.id):
        raise TooMany
    row = _new(proposal, offered, by, at)
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:
        # The other click of a double click came first.
        same = open_offer(session, proposal.number, by.id)
        if same is None:
            raise
        return same
    record(
        session,
        "help.offered",
        _subject(row),
        by=by.id,
        at=at,
        offer=row.id,
        hours=row.hours_a_month,
    )
    _tell_author_of_offer(session, row, links, at)
    return row


def agree(
    session: Session, row: HelpOffer, party: Party, *, by: Account, at: datetime, links: Links
) -> None:
    """Say yes for the author or for the office; with the second yes the helper is accepted.

    Proposal and helper must have been loaded. Raises TooLate and OwnMatter.
    """
    _refuse_own_matter(session, row, party, by)
    _step(row, Step.AGREE, party)
    if party is Party.AUTHOR:
        row.author_agreed_at = at
    else:
        row.office_agreed_at, row.office_agreed_by = at, by.id
    record(session, "help.agreed", _subject(row), by=by.id, at=at, offer=row.id, party=party)
    if row.state != OfferState.ACCEPTED:
        return
    record(session, "help.accepted", _subject(row), by=by.id, at=at, offer=row.id)
    _tell_helper(session, row, links.of_helper(row.helper), at)
    if party is Party.OFFICE:
        _tell_author_of_change(session, row, links, at, has_joined=True)


def decline(
    session: Session,
    row: HelpOffer,
    party: Party,
    reason: DeclineReason,
    answer: str = "",
    *,
    by: Account,
    at: datetime,
    links: Links,
) -> None:
    """Say no for the author or for the office, with the reason that the helper is told.

    Proposal and helper must have been loaded. Raises TooLate and OwnMatter.
    """
    _refuse_own_matter(session, row, party, by)
    row.answer = answer
    _decline(session, row, party, reason, by=by, at=at)
    _tell_helper(session, row, links.of_helper(row.helper), at)


def withdraw(session: Session, row: HelpOffer, *, by: Account, at: datetime, links: Links) -> None:
    """Take one's own offer back, also after it was accepted; its author then hears of it.

    Proposal and helper must have been loaded. Raises TooLate.
    """
    had_joined = row.state == OfferState.ACCEPTED
    _step(row, Step.WITHDRAW, Party.HELPER)
    row.closed_at = at
    record(session, "help.withdrawn", _subject(row), by=by.id, at=at, offer=row.id)
    if had_joined:
        _tell_author_of_change(session, row, links, at, has_joined=False)


def end_with_author(session: Session, row: HelpOffer, *, by: Account, at: datetime) -> None:
    """Answer a waiting offer of an author who closes their account: there is nobody to help.

    Proposal and helper must have been loaded.
    """
    _decline(session, row, Party.AUTHOR, DeclineReason.AUTHOR_LEFT, by=by, at=at)
    _tell_helper(session, row, "", at)


def _decline(
    session: Session,
    row: HelpOffer,
    party: Party,
    reason: DeclineReason,
    *,
    by: Account,
    at: datetime,
) -> None:
    _step(row, Step.DECLINE, party)
    row.closed_at, row.declined_by, row.decline_reason = at, party, reason
    record(
        session,
        "help.declined",
        _subject(row),
        by=by.id,
        at=at,
        offer=row.id,
        party=party,
        reason=reason,
    )


def _new(proposal: Proposal, offered: Offer, by: Account, at: datetime) -> HelpOffer:
    return HelpOffer(
        proposal_number=proposal.number,
        proposal=proposal,
        account_id=by.id,
        helper=by,
        skill_slugs=sorted(set(offered.skill_slugs)),
        hours_a_month=offered.hours_a_month,
        words=offered.words,
        may_be_named=offered.may_be_named,
        state=OfferState.OFFERED,
        offered_at=at,
    )


def _step(row: HelpOffer, step: Step, party: Party) -> None:
    """Move an offer on: the only place where its state changes."""
    target = NEXT.get((step, party, OfferState(row.state)))
    if target is None:
        raise TooLate(f"offer {row.id} is {row.state}")
    row.state = target


def is_own_matter(session: Session, row: HelpOffer, *, by: Account) -> bool:
    """Whether somebody wrote the proposal of an offer, alone or along, or made the offer."""
    authors = authors_ever(session, row.proposal_number)
    return not may_answer_for_office(authors, row.account_id, by=by.id)


def _refuse_own_matter(session: Session, row: HelpOffer, party: Party, by: Account) -> None:
    if party is Party.OFFICE and is_own_matter(session, row, by=by):
        raise OwnMatter


def _has_enough(session: Session, number: int, account_id: int) -> bool:
    is_open = HelpOffer.state.in_(sorted(OPEN))
    for_this = HelpOffer.proposal_number == number
    row = session.execute(
        select(func.count().filter(is_open), func.count().filter(for_this)).where(
            HelpOffer.account_id == account_id
        )
    ).one()
    return row[0] >= MOST_OPEN_OFFERS or row[1] >= MOST_OFFERS_FOR_ONE


def _tell_author_of_offer(session: Session, row: HelpOffer, links: Links, at: datetime) -> None:
    author = session.get_one(Account, row.proposal.author_id)
    letter = HelpOffered(
        number=row.proposal_number,
        title=row.proposal.title,
        helper=row.helper.display_name,
        hours_a_month=row.hours_a_month,
        words=row.words,
        link=links.of_author(author, row.proposal_number),
        skills=skill_names(session, row.skill_slugs, author.language),
    )
    _post(session, letter, author, f"help_offered:{row.id}", at)


def _tell_author_of_change(
    session: Session, row: HelpOffer, links: Links, at: datetime, *, has_joined: bool
) -> None:
    author = session.get_one(Account, row.proposal.author_id)
    letter = HelperChanged(
        number=row.proposal_number,
        title=row.proposal.title,
        helper=row.helper.display_name,
        has_joined=has_joined,
        link=links.of_author(author, row.proposal_number),
    )
    what = "joined" if has_joined else "left"
    _post(session, letter, author, f"helper_{what}:{row.id}", at)


def _tell_helper(session: Session, row: HelpOffer, link: str, at: datetime) -> None:
    letter = HelpAnswered(
        number=row.proposal_number,
        title=row.proposal.title,
        state=row.state,
        by=row.declined_by or "",
        reason=row.decline_reason or "",
        answer=row.answer,
        link=link,
    )
    _post(session, letter, row.helper, f"help_answered:{row.id}", at)


def _post(session: Session, letter: Message, to: Account, key: str, at: datetime) -> None:
    # Who closed their account in the meantime has no address any more.
    if to.is_open:
        post(session, letter, to.recipient, key=key, at=at)


def _subject(row: HelpOffer) -> str:
    return f"proposal:{row.proposal_number}"
