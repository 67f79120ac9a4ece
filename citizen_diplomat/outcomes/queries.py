"""Who offers help and who helps: for the helper, the author, the office and everyone."""

from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import Session, contains_eager, joinedload, selectinload

from citizen_diplomat.accounts.model import StaffScope
from citizen_diplomat.foundation.paging import Cursor, Page, beyond, page
from citizen_diplomat.outcomes.model import HelpAsk, HelpOffer, HelpRequest
from citizen_diplomat.outcomes.rules import OPEN, Answer, OfferState
from citizen_diplomat.proposals.model import Proposal, ProposalCity
from citizen_diplomat.proposals.rules import PUBLIC

PAGE_LENGTH = 20
MOST_HELPERS = 100
WAITING_FOR_OFFICE = (OfferState.OFFERED, OfferState.AUTHOR_AGREED)
WAITING_FOR_AUTHOR = (OfferState.OFFERED, OfferState.OFFICE_AGREED)


def may_write(session: Session, one: int, other: int) -> bool:
    """Whether two accounts found each other, both of them willing.

    `one` wrote a proposal and the other is an accepted helper of it, or the other way round where
    the author goes by no pen name: then it is for the author to begin. Or one looked for help as
    staff and the other said yes.
    """
    together = or_(
        and_(Proposal.author_id == one, HelpOffer.account_id == other),
        and_(Proposal.author_id == other, HelpOffer.account_id == one, ~_is_shielded()),
    )
    accepted = HelpOffer.state == OfferState.ACCEPTED
    found = select(HelpOffer.id).join(HelpOffer.proposal).where(accepted, together)
    if session.scalar(found.limit(1)) is not None:
        return True
    asked = or_(
        and_(HelpRequest.made_by == one, HelpAsk.account_id == other),
        and_(HelpRequest.made_by == other, HelpAsk.account_id == one),
    )
    said_yes = select(HelpAsk.id).join(HelpAsk.request).where(HelpAsk.answer == Answer.YES, asked)
    return session.scalar(said_yes.limit(1)) is not None


def _is_shielded() -> ColumnElement[bool]:
    return Proposal.pen_name != ""


def open_offer(session: Session, number: int, account_id: int) -> HelpOffer | None:
    """The open offer of a member for a proposal, or None."""
    return session.scalar(
        select(HelpOffer).where(
            HelpOffer.proposal_number == number,
            HelpOffer.account_id == account_id,
            HelpOffer.state.in_(sorted(OPEN)),
        )
    )


def helpers_of(session: Session, number: int) -> list[HelpOffer]:
    """The accepted helpers of a proposal, the first ones first, with their accounts.

    Only those who `may_be_named` are shown to others than author and office.
    """
    return list(
        session.scalars(
            select(HelpOffer)
            .where(HelpOffer.proposal_number == number, _is(OfferState.ACCEPTED))
            .options(joinedload(HelpOffer.helper))
            .order_by(HelpOffer.id)
            .limit(MOST_HELPERS)
        )
    )


def count_for_author(session: Session, number: int) -> int:
    """How many offers wait for the author of a proposal."""
    return _count(session, HelpOffer.proposal_number == number, _is(*WAITING_FOR_AUTHOR))


def offers_by(
    session: Session,
    account_id: int,
    *,
    after: Cursor[datetime] | None = None,
    limit: int = PAGE_LENGTH,
) -> Page[HelpOffer]:
    """What a member offered, newest first, with the proposals and their authors."""
    wanted = (
        select(HelpOffer)
        .where(HelpOffer.account_id == account_id)
        .options(joinedload(HelpOffer.proposal).joinedload(Proposal.author))
    )
    return _newest_first(session, wanted, after, limit)


def offers_for(
    session: Session,
    number: int,
    *,
    after: Cursor[datetime] | None = None,
    limit: int = PAGE_LENGTH,
) -> Page[HelpOffer]:
    """What was offered for a proposal, newest first, with the helpers; for its author."""
    wanted = (
        select(HelpOffer)
        .where(HelpOffer.proposal_number == number)
        .options(joinedload(HelpOffer.helper))
    )
    return _newest_first(session, wanted, after, limit)


def offers_waiting_for(session: Session, author_id: int, *, limit: int) -> list[HelpOffer]:
    """The offers that an author has to answer, the oldest first, with proposals."""
    return list(
        session.scalars(
            select(HelpOffer)
            .join(HelpOffer.proposal)
            .where(Proposal.author_id == author_id, _is(*WAITING_FOR_AUTHOR))
            .options(contains_eager(HelpOffer.proposal))
            .order_by(HelpOffer.offered_at, HelpOffer.id)
            .limit(limit)
        )
    )


def offer_by(
    session: Session, account_id: int, number: int, *, to_change: bool = False
) -> HelpOffer | None:
    """An offer of this member, or None; proposal and helper are loaded."""
    return session.scalar(
        _one(HelpOffer.id == number, HelpOffer.account_id == account_id, to_change=to_change)
    )


def offer_for(
    session: Session, proposal_number: int, number: int, *, to_change: bool = False
) -> HelpOffer | None:
    """An offer for this proposal, or None; proposal and helper are loaded."""
    for_this = HelpOffer.proposal_number == proposal_number
    return session.scalar(_one(HelpOffer.id == number, for_this, to_change=to_change))


def offers_for_office(
    session: Session,
    *,
    viewer: int,
    after: Cursor[datetime] | None = None,
    limit: int = PAGE_LENGTH,
) -> Page[HelpOffer]:
    """What waits for the office's yes or no, the oldest first, of what `viewer` looks after.

    Proposal and helper are loaded.
    """
    wanted = (
        select(HelpOffer)
        .join(HelpOffer.proposal)
        .where(_is(*WAITING_FOR_OFFICE), looked_after(viewer))
        .options(joinedload(HelpOffer.proposal), joinedload(HelpOffer.helper))
        .order_by(HelpOffer.offered_at, HelpOffer.id)
        .limit(limit + 1)
    )
    if after is not None:
        wanted = wanted.where(beyond(HelpOffer.offered_at, HelpOffer.id, after))
    rows = session.scalars(wanted).all()
    return page(rows, limit, lambda row: (row.offered_at, row.id), after=after)


def offer_for_office(
    session: Session, number: int, *, viewer: int, to_change: bool = False
) -> HelpOffer | None:
    """An offer, if `viewer` looks after its proposal; proposal and helper are loaded."""
    wanted = _one(HelpOffer.id == number, to_change=to_change).join(HelpOffer.proposal)
    return session.scalar(wanted.where(looked_after(viewer)))


def count_for_office(session: Session, *, viewer: int) -> int:
    """How many offers wait for the office, of what `viewer` looks after."""
    wanted = (
        select(func.count())
        .select_from(HelpOffer)
        .join(HelpOffer.proposal)
        .where(_is(*WAITING_FOR_OFFICE), looked_after(viewer))
    )
    return session.scalar(wanted) or 0


def may_ask_for(session: Session, number: int, *, viewer: int) -> bool:
    """Whether help can be looked for: an accepted proposal that `viewer` looks after."""
    wanted = select(Proposal.number).where(
        Proposal.number == number, Proposal.state.in_(sorted(PUBLIC)), looked_after(viewer)
    )
    return session.scalar(wanted) is not None


def looked_after(viewer: int) -> ColumnElement[bool]:
    """Proposals of the cities and topics given to `viewer`; whoever was given none has them all."""
    given = StaffScope.account_id == viewer
    cities = select(ProposalCity.city_slug).where(ProposalCity.proposal_number == Proposal.number)
    fits = exists().where(
        given,
        or_(StaffScope.city_slug.is_(None), StaffScope.city_slug.in_(cities.correlate(Proposal))),
        or_(StaffScope.topic_slug.is_(None), StaffScope.topic_slug == Proposal.topic_slug),
    )
    return or_(~exists().where(given), fits)


def _is(*states: OfferState) -> ColumnElement[bool]:
    return HelpOffer.state.in_([str(state) for state in states])


def _count(session: Session, *conditions: ColumnElement[bool]) -> int:
    wanted = select(func.count()).select_from(HelpOffer).where(*conditions)
    return session.scalar(wanted) or 0


def _one(*conditions: ColumnElement[bool], to_change: bool) -> Select[HelpOffer]:
    """One offer with both its ends; `to_change` keeps it from others until the transaction ends."""
    wanted = (
        select(HelpOffer)
        .where(*conditions)
        .options(
            joinedload(HelpOffer.helper),
            selectinload(HelpOffer.proposal).joinedload(Proposal.author),
        )
    )
    return wanted.with_for_update(of=HelpOffer) if to_change else wanted


def _newest_first(
    session: Session, wanted: Select[HelpOffer], after: Cursor[datetime] | None, limit: int
) -> Page[HelpOffer]:
    wanted = wanted.order_by(HelpOffer.offered_at.desc(), HelpOffer.id.desc()).limit(limit + 1)
    if after is not None:
        wanted = wanted.where(beyond(HelpOffer.offered_at, HelpOffer.id, after, descending=True))
    rows = session.scalars(wanted).all()
    return page(rows, limit, lambda row: (row.offered_at, row.id), after=after)
