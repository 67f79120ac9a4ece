"""Hours that helpers gave: noted by themselves or by the office, and added up."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.audit.actions import record
from citizen_diplomat.outcomes.model import HelpOffer
from citizen_diplomat.outcomes.rules import OfferState
from citizen_diplomat.outcomes.trail_model import HelperHours

MOST_SHOWN = 100


class NoHelper(Exception):  # noqa: N818 - named for what happened
    """The offer was not agreed with by both, or was taken back."""


@dataclass(frozen=True)
class Given:
    """Hours of one day, for the whole or for one step, and in a few words what was done."""

    hours: int
    on_day: date
    words: str = ""
    step_id: int | None = None


def note(
    session: Session, offer: HelpOffer, given: Given, *, form_key: str, by: int, at: datetime
) -> HelperHours:
    """Note hours of an accepted helper; the same form posted again gives the first note.

    Raises NoHelper.
    """
    mine = (HelperHours.noted_by == by, HelperHours.form_key == form_key)
    same = session.scalar(select(HelperHours).where(*mine))
    if same is not None:
        return same
    if offer.state != OfferState.ACCEPTED:
        raise NoHelper(offer.id)
    row = HelperHours(
        proposal_number=offer.proposal_number,
        step_id=given.step_id,
        helper_id=offer.account_id,
        hours=given.hours,
        on_day=given.on_day,
        words=given.words,
        form_key=form_key,
        noted_by=by,
        noted_at=at,
    )
    session.add(row)
    subject = f"proposal:{offer.proposal_number}"
    record(session, "outcome.hours_noted", subject, by=by, at=at, hours=given.hours)
    return row


def strike(session: Session, row: HelperHours, *, by: int, at: datetime) -> None:
    """Take a note back that was wrong."""
    subject = f"proposal:{row.proposal_number}"
    record(session, "outcome.hours_struck", subject, by=by, at=at, hours=row.hours)
    session.delete(row)


def total(session: Session, number: int) -> int:
    """All hours that were given for a proposal, also by those who have left."""
    wanted = select(func.sum(HelperHours.hours)).where(HelperHours.proposal_number == number)
    return session.scalar(wanted) or 0


def notes_of(session: Session, number: int) -> Sequence[HelperHours]:
    """The notes for a proposal, the newest first, with the helpers; for staff."""
    return session.scalars(
        select(HelperHours)
        .where(HelperHours.proposal_number == number)
        .options(joinedload(HelperHours.helper))
        .order_by(HelperHours.on_day.desc(), HelperHours.id.desc())
        .limit(MOST_SHOWN)
    ).all()


def notes_by(session: Session, number: int, helper_id: int) -> Sequence[HelperHours]:
    """The notes of one helper of a proposal, the newest first."""
    return session.scalars(
        select(HelperHours)
        .where(HelperHours.proposal_number == number, HelperHours.helper_id == helper_id)
        .order_by(HelperHours.on_day.desc(), HelperHours.id.desc())
        .limit(MOST_SHOWN)
    ).all()


def one_of(
    session: Session, number: int, note_id: int, *, helper: Account | None = None
) -> HelperHours | None:
    """One note for a proposal, or None; only of this `helper` if there is one."""
    wanted = select(HelperHours).where(
        HelperHours.id == note_id, HelperHours.proposal_number == number
    )
    if helper is not None:
        wanted = wanted.where(HelperHours.helper_id == helper.id)
    return session.scalar(wanted)
