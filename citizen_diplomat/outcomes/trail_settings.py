"""After how many days an outcome is silent; the office edits it."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.audit.actions import record, take_turn
from citizen_diplomat.outcomes.trail import ChangedMeanwhile
from citizen_diplomat.outcomes.trail_model import ONLY_ROW, OutcomeSetting
from citizen_diplomat.outcomes.trail_rules import USUAL_SILENT_DAYS


def silent_after(session: Session) -> timedelta:
    """How long an outcome is quiet before it is silent."""
    return as_time(session.scalar(select(OutcomeSetting.silent_days)))


def as_time(silent_days: int | None) -> timedelta:
    """What the office decided as a length of time; None where it never decided."""
    return timedelta(days=USUAL_SILENT_DAYS if silent_days is None else silent_days)


def setting(session: Session) -> OutcomeSetting | None:
    """The row, if anybody ever edited it."""
    return session.get(OutcomeSetting, ONLY_ROW, populate_existing=True)


def change(session: Session, days: int, *, version: int, by: Account, at: datetime) -> None:
    """Let outcomes be silent after so many days; those that are told of already are not again.

    `version` is that of the row which the page was made from, 0 where there was none. Raises
    ChangedMeanwhile.
    """
    # Where there is no row yet to be locked, two would write the first one at the same time.
    take_turn(session)
    row = setting(session)
    if (row.version if row else 0) != version:
        raise ChangedMeanwhile
    if row is None:
        row = OutcomeSetting(id=ONLY_ROW)
        session.add(row)
    row.silent_days, row.version = days, version + 1
    record(session, "office.silence_set", "office:1", by=by.id, at=at, days=days)
