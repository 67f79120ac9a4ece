"""Who stands behind a pen name: one member of staff asks and says why, another one answers.

Until then nobody at the office can see it; from then on these two can, for a while, and the author
is told by roles, time and reason.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import Session, joinedload

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.accounts.rules import Duty, Role, may
from citizen_diplomat.audit.actions import record
from citizen_diplomat.cities.rules import ISFAHAN
from citizen_diplomat.mail.outbox import post
from citizen_diplomat.moderation.blindness import hides_writers
from citizen_diplomat.moderation.claims import OwnProposal
from citizen_diplomat.moderation.conflicts import has_conflict
from citizen_diplomat.moderation.decisions import LinkFor
from citizen_diplomat.moderation.messages import PenNameLifted
from citizen_diplomat.moderation.model import QueueItem, Unshielding
from citizen_diplomat.moderation.rules import UNSHIELDING_SHOWN, UNSHIELDING_WAITS, ItemKind
from citizen_diplomat.proposals.model import Proposal
from citizen_diplomat.proposals.writers import authors_ever

DESK_ROLES = (Role.ADMIN, Role.COORDINATOR, Role.MODERATOR)


class NothingShielded(Exception):  # noqa: N818 - named for what happened
    """The proposal has no pen name: its author can be seen."""


class NotWaiting(Exception):  # noqa: N818 - named for what happened
    """The request was answered, or has run out, or is one's own."""


def ask(
    session: Session, proposal: Proposal, *, reason: str, by: Account, at: datetime
) -> Unshielding:
    """Ask to see who stands behind a pen name; one's open request of before stays as it is.

    Raises ValueError without a reason, NothingShielded or OwnProposal.
    """
    if not reason.strip():
        raise ValueError("a request to see the name needs a reason")
    if not proposal.pen_name:
        raise NothingShielded
    if by.id in authors_ever(session, proposal.number):
        raise OwnProposal
    waiting = open_request(session, proposal.number, by.id, at=at)
    if waiting is not None:
        return waiting
    row = Unshielding(proposal_number=proposal.number, asked_by=by.id, reason=reason, asked_at=at)
    session.add(row)
    record(session, "unshielding.asked", f"proposal:{proposal.number}", by=by.id, at=at)
    return row


def answer(
    session: Session,
    row: Unshielding,
    *,
    is_approved: bool,
    by: Account,
    at: datetime,
    link: LinkFor,
) -> None:
    """Approve a request or refuse it; its proposal and asker, with roles, must have been loaded.

    Raises NotWaiting for the asker's own and for what is over, OwnProposal for who wrote it.
    """
    is_over = row.answered_at is not None or row.asked_at <= at - UNSHIELDING_WAITS
    if is_over or by.id == row.asked_by or not may(by.roles, Duty.UNSHIELD):
        raise NotWaiting
    if by.id in authors_ever(session, row.proposal_number):
        raise OwnProposal
    row.answered_by, row.answered_at, row.is_approved = by.id, at, is_approved
    subject = f"proposal:{row.proposal_number}"
    record(
        session, f"unshielding.{'approved' if is_approved else 'refused'}", subject, by=by.id, at=at
    )
    if is_approved:
        row.revealed_id = row.proposal.author_id
        _tell_author(session, row, by, at, link)


def waiting(session: Session, *, viewer: int, at: datetime) -> Sequence[Unshielding]:
    """The open requests of others, the oldest first, with proposal and asker.

    Not those about what `viewer` has a conflict of interest with, nor, while the desk reads
    without names, about what is not decided.
    """
    return session.scalars(
        select(Unshielding)
        .where(
            Unshielding.answered_at.is_(None),
            Unshielding.asked_at > at - UNSHIELDING_WAITS,
            Unshielding.asked_by != viewer,
            *_open_to(viewer),
        )
        .options(joinedload(Unshielding.proposal), joinedload(Unshielding.asker))
        .order_by(Unshielding.asked_at, Unshielding.id)
    ).all()


def request_of_number(
    session: Session, number: int, *, viewer: int, to_change: bool = False
) -> Unshielding | None:
    """One request, its proposal loaded, its asker with roles; open to `viewer` as in `waiting`."""
    wanted = (
        select(Unshielding)
        .where(Unshielding.id == number, *_open_to(viewer))
        .options(
            joinedload(Unshielding.proposal),
            joinedload(Unshielding.asker).selectinload(Account.role_rows),
        )
    )
    return session.scalar(wanted.with_for_update(of=Unshielding) if to_change else wanted)


def open_request(session: Session, number: int, asker: int, *, at: datetime) -> Unshielding | None:
    """The open request of one member of staff about one proposal."""
    return session.scalar(
        select(Unshielding)
        .where(
            Unshielding.proposal_number == number,
            Unshielding.asked_by == asker,
            Unshielding.answered_at.is_(None),
            Unshielding.asked_at > at - UNSHIELDING_WAITS,
        )
        .order_by(Unshielding.id)
        .limit(1)
    )


def revealed_to(
    session: Session, viewer: int, *, at: datetime, number: int | None = None
) -> Sequence[Unshielding]:
    """What `viewer` may see today, having asked or approved, newest first; with names loaded."""
    wanted = (
        select(Unshielding)
        .where(
            Unshielding.is_approved.is_(True),
            Unshielding.answered_at > at - UNSHIELDING_SHOWN,
            (Unshielding.asked_by == viewer) | (Unshielding.answered_by == viewer),
            *_open_to(viewer),
        )
        .options(joinedload(Unshielding.proposal), joinedload(Unshielding.revealed))
        .order_by(Unshielding.id.desc())
    )
    if number is not None:
        wanted = wanted.where(Unshielding.proposal_number == number)
    return session.scalars(wanted).all()


def _open_to(viewer: int) -> tuple[ColumnElement[bool], ...]:
    number = Unshielding.proposal_number
    in_conflict = exists().where(
        QueueItem.kind == ItemKind.PROPOSAL, QueueItem.subject_id == number, has_conflict(viewer)
    )
    return ~in_conflict, ~hides_writers(number)


def _tell_author(
    session: Session, row: Unshielding, by: Account, at: datetime, link: LinkFor
) -> None:
    author = session.get_one(Account, row.proposal.author_id)
    if author.closed_at is not None:
        return
    letter = PenNameLifted(
        number=row.proposal_number,
        title=row.proposal.title,
        pen_name=row.proposal.pen_name,
        asked_by=_desk_role(row.asker),
        approved_by=_desk_role(by),
        reason=row.reason,
        day=at.astimezone(ISFAHAN).date().isoformat(),
        link=link(author),
    )
    post(session, letter, author.recipient, key=f"pen_name_lifted:{row.id}", at=at)


def _desk_role(account: Account) -> str:
    return next((role.value for role in DESK_ROLES if role in account.roles), "staff")
