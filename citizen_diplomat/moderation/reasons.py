"""The catalogue of reasons: loaded from the file of this release, then kept by the office.

What a decision was made for stays as it was: once used, a reason is locked, and can only be
replaced by another one or retired. What the office has touched, no release changes.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import ColumnElement, exists, func, or_, select
from sqlalchemy.orm import Session

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.audit.actions import record, take_turn
from citizen_diplomat.foundation.reference_file import load, read_rows
from citizen_diplomat.moderation.edits import EditOffer
from citizen_diplomat.moderation.model import Decision, Reason
from citizen_diplomat.moderation.pending import PendingDecision
from citizen_diplomat.moderation.rules import Outcome

FILE = Path(__file__).parent / "data" / "reasons.json"
RECENT = timedelta(days=90)
SLUG_LENGTH = 40


class Locked(Exception):  # noqa: N818 - named for what happened
    """A decision was made for it: what it says cannot be changed any more."""


class ChangedMeanwhile(Exception):  # noqa: N818 - named for what happened
    """A colleague changed the reason since it was last looked at."""


class LastOne(Exception):  # noqa: N818 - named for what happened
    """Nothing else is offered for this outcome: without it nobody could decide so."""


@dataclass(frozen=True)
class Wording:
    """What a reason says in both languages, on which rule it rests, and whether it hides."""

    text_fa: str
    text_en: str
    rule_fa: str = ""
    rule_en: str = ""
    hides: bool = False


@dataclass(frozen=True)
class Entry:
    """One reason with its figures; `recent` counts the last 90 days, `share` is of its outcome.

    `is_used` is also true when a decision with it is kept, or was offered to an author with edits.
    """

    reason: Reason
    used: int
    recent: int
    share: float
    is_used: bool


def load_reference(session: Session) -> None:
    """Add the reasons of this release, and refresh those that nobody has touched or used."""
    kept = set(session.scalars(select(Reason.slug).where(_stays())))
    rows = read_rows(FILE)
    load(session, Reason, rows, keep=kept)
    for row in rows:
        reason = session.get_one(Reason, row["slug"]) if row["slug"] in kept else None
        # Reasons of earlier releases named no rule: to add it takes nothing from what was said.
        if reason is not None and reason.edited_at is None and not reason.rule_en:
            reason.rule_fa, reason.rule_en = row["rule_fa"], row["rule_en"]


def catalogue(session: Session, *, at: datetime) -> dict[Outcome, list[Entry]]:
    """Every reason by outcome in the office's order, retired ones last, in one query."""
    recent = func.count(Decision.id).filter(Decision.at >= at - RECENT)
    rows = session.execute(
        select(Reason, func.count(Decision.id), recent, _is_used())
        .outerjoin(Decision, Decision.reason_slug == Reason.slug)
        .group_by(Reason.slug)
        .order_by(Reason.retired_at.is_not(None), Reason.position, Reason.slug)
    ).all()
    totals = dict.fromkeys(Outcome, 0)
    for reason, used, _, _ in rows:
        totals[Outcome(reason.outcome)] += used
    found: dict[Outcome, list[Entry]] = {outcome: [] for outcome in Outcome}
    for reason, used, lately, is_used in rows:
        outcome = Outcome(reason.outcome)
        share = used / totals[outcome] if totals[outcome] else 0.0
        found[outcome].append(Entry(reason, used, lately, share, is_used))
    return found


def find(session: Session, slug: str, *, to_change: bool = False) -> Reason | None:
    """One reason; with `to_change` no decision can be made for it until the transaction ends."""
    wanted = select(Reason).where(Reason.slug == slug)
    if to_change:
        wanted = wanted.with_for_update().execution_options(populate_existing=True)
    return session.scalar(wanted)


def is_used(session: Session, reason: Reason) -> bool:
    """Whether a decision was made for it, or is kept, or was offered with edits."""
    return bool(session.scalar(select(_is_used()).where(Reason.slug == reason.slug)))


def wording_of(reason: Reason) -> Wording:
    """What a reason says, as a value."""
    return Wording(reason.text_fa, reason.text_en, reason.rule_fa, reason.rule_en, reason.hides)


def add(
    session: Session, outcome: Outcome, wording: Wording, *, by: Account, at: datetime
) -> Reason:
    """Offer a new reason, as the last of its outcome. Raises ValueError as `may_hide` says."""
    last = select(func.max(Reason.position)).where(Reason.outcome == outcome)
    reason = _new(session, outcome, wording, (session.scalar(last) or 0) + 1, at)
    record(session, "reason.added", f"reason:{reason.slug}", by=by.id, at=at, outcome=outcome)
    return reason


def change(
    session: Session,
    reason: Reason,
    wording: Wording,
    *,
    version: int,
    by: Account,
    at: datetime,
) -> None:
    """Change a reason that was never used; it must have been found to be changed.

    `version` is what the page was made from. Raises Locked or ChangedMeanwhile, and ValueError as
    `may_hide` says.
    """
    if is_used(session, reason):
        raise Locked
    if reason.version != version:
        raise ChangedMeanwhile
    _write(reason, wording, at)
    reason.version += 1
    record(session, "reason.changed", f"reason:{reason.slug}", by=by.id, at=at)


def replace(
    session: Session, reason: Reason, wording: Wording, *, by: Account, at: datetime
) -> Reason:
    """Offer another reason in the place of one, which is retired; raises ValueError as `add`.

    The old one must have been found to be changed.
    """
    outcome = Outcome(reason.outcome)
    following = _new(session, outcome, wording, reason.position, at)
    reason.edited_at = at
    reason.retired_at = reason.retired_at or at
    subject = f"reason:{reason.slug}"
    record(session, "reason.replaced", subject, by=by.id, at=at, following=following.slug)
    return following


def retire(session: Session, reason: Reason, *, by: Account, at: datetime) -> None:
    """Offer it no more; what was decided for it keeps it. Raises LastOne."""
    if reason.retired_at is not None:
        return
    others = [row for row in _offered(session, reason.outcome) if row.slug != reason.slug]
    if not others:
        raise LastOne
    reason.retired_at = reason.edited_at = at
    record(session, "reason.retired", f"reason:{reason.slug}", by=by.id, at=at)


def bring_back(session: Session, reason: Reason, *, by: Account, at: datetime) -> None:
    """Offer a retired reason again."""
    if reason.retired_at is not None:
        reason.retired_at, reason.edited_at = None, at
        record(session, "reason.brought_back", f"reason:{reason.slug}", by=by.id, at=at)


def move_up(session: Session, reason: Reason, *, by: Account, at: datetime) -> None:
    """Offer it before the one that now stands before it; the first one stays first."""
    rows = list(_offered(session, reason.outcome))
    place = next((place for place, row in enumerate(rows) if row.slug == reason.slug), 0)
    if place == 0:
        return
    rows[place - 1], rows[place] = rows[place], rows[place - 1]
    for position, row in enumerate(rows):
        # The order is the office's from now on: a new release does not put it back.
        row.position, row.edited_at = position, at
    record(session, "reason.moved", f"reason:{reason.slug}", by=by.id, at=at)


def may_hide(outcome: Outcome) -> bool:
    """Whether a reason for this outcome may also hide: what is refused can, and nothing else."""
    return outcome is Outcome.DECLINE


def _new(
    session: Session, outcome: Outcome, wording: Wording, position: int, at: datetime
) -> Reason:
    reason = Reason(slug=_slug(session, wording.text_en), outcome=outcome, position=position)
    _write(reason, wording, at)
    session.add(reason)
    return reason


def _write(reason: Reason, wording: Wording, at: datetime) -> None:
    if wording.hides and not may_hide(Outcome(reason.outcome)):
        raise ValueError("only a reason to decline can also hide")
    reason.text_fa, reason.text_en = wording.text_fa, wording.text_en
    reason.rule_fa, reason.rule_en = wording.rule_fa, wording.rule_en
    reason.hides, reason.edited_at = wording.hides, at


def _offered(session: Session, outcome: str) -> Sequence[Reason]:
    """What is offered for an outcome, locked in the order that everybody locks it."""
    locked = select(Reason).where(Reason.outcome == outcome).order_by(Reason.slug)
    rows = session.scalars(locked.with_for_update().execution_options(populate_existing=True)).all()
    offered = [row for row in rows if row.retired_at is None]
    return sorted(offered, key=lambda row: (row.position, row.slug))


def _slug(session: Session, text_en: str) -> str:
    """A new name in addresses and in the log, made of the first words."""
    words = re.sub(r"[^a-z0-9]+", "-", text_en.lower()).strip("-")
    base = words[: SLUG_LENGTH - 4].strip("-") or "reason"
    # Of two who write the same words at once, the second one sees the first one's.
    take_turn(session)
    taken = set(session.scalars(select(Reason.slug).where(Reason.slug.startswith(base))))
    candidates = (base, *(f"{base}-{number}" for number in range(2, len(taken) + 3)))
    return next(slug for slug in candidates if slug not in taken)


def _is_used() -> ColumnElement[bool]:
    return or_(
        exists().where(Decision.reason_slug == Reason.slug).correlate(Reason),
        exists().where(PendingDecision.reason_slug == Reason.slug).correlate(Reason),
        exists().where(EditOffer.reason_slug == Reason.slug).correlate(Reason),
    )


def _stays() -> ColumnElement[bool]:
    return or_(Reason.edited_at.is_not(None), _is_used())
