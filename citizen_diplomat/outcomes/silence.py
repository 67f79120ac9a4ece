"""The silence alarm: who sees to an outcome, and the head of the desk, hear that nothing was heard.

One letter for a silence, and one more to the head after twice as long; a new step ends it.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session, contains_eager, joinedload

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.audit.actions import record
from citizen_diplomat.mail.outbox import post
from citizen_diplomat.outcomes.trail_messages import OutcomeSilent
from citizen_diplomat.outcomes.trail_model import OutcomeTrail
from citizen_diplomat.outcomes.trail_rules import DAY, ESCALATES_AFTER, Alarm, alarm_due
from citizen_diplomat.proposals.model import Proposal
from citizen_diplomat.proposals.rules import PUBLIC

BATCH = 50
LinkFor = Callable[[Account, int], str]
"""How the shell makes a link to an outcome by the number of its proposal, for who gets it."""


@dataclass(frozen=True)
class Watchers:
    """Who hears of a silence: all of them can still open the outcome and see to it."""

    owner: Account | None
    heads: Collection[Account]
    """Those of its desk."""
    deputies: Collection[Account]
    """Who hears in their place when a letter would go to nobody."""


def unbegun(session: Session, silent_after: timedelta, *, at: datetime) -> Sequence[Proposal]:
    """Some proposals that were accepted so long ago and for which nothing was ever written down."""
    return session.scalars(
        select(Proposal)
        .outerjoin(OutcomeTrail, OutcomeTrail.proposal_number == Proposal.number)
        .where(
            Proposal.state.in_(sorted(PUBLIC)),
            Proposal.published_at <= at - silent_after,
            OutcomeTrail.proposal_number.is_(None),
        )
        .order_by(Proposal.number)
        .limit(BATCH)
    ).all()


def is_any_silent(session: Session, silent_after: timedelta, *, at: datetime) -> bool:
    """Whether `unbegun` or `silent` would find something; takes no lock."""
    of_due = select(OutcomeTrail.proposal_number).join(OutcomeTrail.proposal)
    found = of_due.where(_is_due(silent_after, at)).limit(1)
    return session.scalar(found) is not None or bool(unbegun(session, silent_after, at=at))


def silent(session: Session, silent_after: timedelta, *, at: datetime) -> Sequence[OutcomeTrail]:
    """Some outcomes whose silence calls for a letter; steps, owner and proposal are loaded.

    What was taken down is never silent: nobody could see to it. Where the engine locks rows they
    are locked, and those that another worker has are left out.
    """
    return session.scalars(
        select(OutcomeTrail)
        .join(OutcomeTrail.proposal)
        .where(_is_due(silent_after, at))
        .options(
            joinedload(OutcomeTrail.owner),
            contains_eager(OutcomeTrail.proposal),
            joinedload(OutcomeTrail.last_step),
            joinedload(OutcomeTrail.next_step),
        )
        .order_by(OutcomeTrail.quiet_from, OutcomeTrail.proposal_number)
        .limit(BATCH)
        .with_for_update(skip_locked=True, of=OutcomeTrail)
    ).all()


def tell(
    session: Session,
    trail: OutcomeTrail,
    watchers: Watchers,
    silent_after: timedelta,
    *,
    at: datetime,
    link: LinkFor,
) -> None:
    """Write the letters that the silence of an outcome calls for, and note that they were written.

    Does nothing where none is due.
    """
    due = alarm_due(
        quiet_from=trail.quiet_from,
        silent_after=silent_after,
        alarmed_at=trail.alarmed_at,
        escalated_at=trail.escalated_at,
        at=at,
    )
    if due is Alarm.NONE:
        return
    if trail.alarmed_at is None:
        trail.alarmed_at = at
    if due is Alarm.ESCALATION or trail.quiet_from + ESCALATES_AFTER * silent_after <= at:
        # After a long night one letter tells both.
        trail.escalated_at = at
    subject = f"proposal:{trail.proposal_number}"
    record(session, "outcome.silent", subject, by=None, at=at, alarm=due)
    people = {person.id: person for person in watchers.heads}
    if due is Alarm.FIRST and watchers.owner is not None:
        people[watchers.owner.id] = watchers.owner
    for person in people.values() or watchers.deputies:
        _write_to(session, trail, person, watchers.owner, due, at=at, link=link)


def _write_to(
    session: Session,
    trail: OutcomeTrail,
    person: Account,
    owner: Account | None,
    due: Alarm,
    *,
    at: datetime,
    link: LinkFor,
) -> None:
    last, following = trail.last_step, trail.next_step
    planned = following.planned_on if following is not None else None
    letter = OutcomeSilent(
        number=trail.proposal_number,
        title=trail.proposal.title,
        days=(at - trail.quiet_from) // DAY,
        is_owner=owner is not None and person.id == owner.id,
        is_unowned=owner is None,
        is_escalation=due is Alarm.ESCALATION,
        last=last.text(person.language) if last else "",
        next=following.text(person.language) if following else "",
        next_on=planned.isoformat() if planned else "",
        link=link(person, trail.proposal_number),
    )
    since = int(trail.quiet_from.timestamp())
    key = f"outcome_silent:{trail.proposal_number}:{since}:{due}:{person.id}"
    post(session, letter, person.recipient, key=key, at=at)


def _is_due(silent_after: timedelta, at: datetime) -> ColumnElement[bool]:
    first = and_(OutcomeTrail.alarmed_at.is_(None), OutcomeTrail.quiet_from <= at - silent_after)
    again = and_(
        OutcomeTrail.escalated_at.is_(None),
        OutcomeTrail.quiet_from <= at - ESCALATES_AFTER * silent_after,
    )
    is_open = and_(OutcomeTrail.completed_at.is_(None), OutcomeTrail.stopped_at.is_(None))
    is_public = Proposal.state.in_(sorted(PUBLIC))
    return and_(is_public, is_open, or_(first, again))
