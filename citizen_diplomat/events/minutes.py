"""What was said and agreed at an event: its minutes, and what somebody promised to do."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.audit.actions import record
from citizen_diplomat.events.actions import subject_of
from citizen_diplomat.events.model import ActionItem, Event, Minutes
from citizen_diplomat.events.rules import Phase
from citizen_diplomat.foundation.publishing import ChangedMeanwhile


class TooEarly(Exception):  # noqa: N818 - named for what happened
    """The event has not begun: there is nothing to tell of it yet."""


@dataclass(frozen=True)
class Promise:
    """What somebody promised to do: in both languages, who, and by when."""

    text_fa: str
    text_en: str
    owner_id: int | None = None
    owner_name: str = ""
    due_on: date | None = None
    proposal_number: int | None = None


def write(
    session: Session,
    event: Event,
    *,
    text_fa: str,
    text_en: str,
    version: int,
    by: Account,
    at: datetime,
) -> Minutes:
    """Write the minutes, or write them anew; everybody reads them from now on.

    The event is locked. `version` is 0 for the first ones. Raises ChangedMeanwhile and TooEarly.
    """
    if event.phase(at) not in {Phase.RUNNING, Phase.OVER}:
        raise TooEarly(event.number)
    row = session.get(Minutes, event.number)
    if (row.version if row else 0) != version:
        raise ChangedMeanwhile(event.number)
    if row is None:
        row = Minutes(event_number=event.number)
        session.add(row)
    row.text_fa, row.text_en, row.written_at = text_fa, text_en, at
    record(session, "event.minutes_written", subject_of(event), by=by.id, at=at)
    return row


def promise(
    session: Session, event: Event, promised: Promise, *, by: Account, at: datetime
) -> ActionItem:
    """Note what somebody promised to do. Raises TooEarly."""
    if event.phase(at) not in {Phase.RUNNING, Phase.OVER}:
        raise TooEarly(event.number)
    row = ActionItem(
        event_number=event.number,
        text_fa=promised.text_fa,
        text_en=promised.text_en,
        owner_id=promised.owner_id,
        owner_name=promised.owner_name,
        due_on=promised.due_on,
        proposal_number=promised.proposal_number,
        written_at=at,
    )
    session.add(row)
    record(session, "event.item_noted", subject_of(event), by=by.id, at=at)
    return row


def remove(session: Session, row: ActionItem, *, by: Account, at: datetime) -> None:
    """Take out what was noted by mistake."""
    record(session, "event.item_removed", f"event:{row.event_number}", by=by.id, at=at)
    session.delete(row)
