"""The verbs of an event: write it, change it, publish it, cancel it."""

from datetime import datetime

from sqlalchemy.orm import Session

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.audit.actions import record
from citizen_diplomat.events.letters import Letters, tell_all
from citizen_diplomat.events.model import Details, Event
from citizen_diplomat.events.rules import MOVING, News, Phase, lacking
from citizen_diplomat.events.seats import fill
from citizen_diplomat.foundation.publishing import ChangedMeanwhile, Incomplete
from citizen_diplomat.foundation.text import search_text


class MovedTooLate(Incomplete):
    """The time of an event that has begun was changed, or one was moved into the past."""


class TooFewSeats(Incomplete):
    """More seats are taken than there would be."""


def write(session: Session, details: Details, *, by: Account, at: datetime) -> Event:
    """Begin an event, which nobody but coordinators sees until it is published."""
    event = Event(created_at=at)
    _put(event, details, at)
    session.add(event)
    # The database gives the event the number that the log names.
    session.flush()
    _record(session, "event.written", event, by=by, at=at)
    return event


def change(
    session: Session,
    event: Event,
    details: Details,
    *,
    version: int,
    by: Account,
    letters: Letters,
    at: datetime,
) -> None:
    """Say it differently; whoever registered hears when time or place changed.

    The event is locked. Raises ChangedMeanwhile if it is no longer at `version`; of a published one
    Incomplete, MovedTooLate and TooFewSeats.
    """
    if event.version != version:
        raise ChangedMeanwhile(event.number)
    before = event.details
    if event.published_at is not None:
        _check(event, details, at)
    _put(event, details, at)
    if event.published_at is not None:
        event.sequence += 1
    _record(session, "event.changed", event, by=by, at=at)
    if event.phase(at) is not Phase.COMING:
        return
    if any(getattr(before, name) != getattr(details, name) for name in MOVING):
        tell_all(session, event, News.MOVED, letters=letters, at=at, cause=str(event.sequence))
    fill(session, event, letters=letters, at=at)


def publish(session: Session, event: Event, *, by: Account, at: datetime) -> None:
    """Let everybody read it, and register from now on; once is enough.

    Raises Incomplete for what it lacks: both languages are needed, and a start that is to come.
    """
    if event.phase(at) is not Phase.DRAFT:
        return
    if missing := lacks_to_publish(event, at=at):
        raise Incomplete(missing)
    event.published_at = event.updated_at = at
    _record(session, "event.published", event, by=by, at=at)


def cancel(
    session: Session,
    event: Event,
    *,
    reason_fa: str,
    reason_en: str,
    by: Account,
    letters: Letters,
    at: datetime,
) -> None:
    """Call an event off and tell whoever registered why; its page stays. Once is enough."""
    if event.cancelled_at is not None or event.phase(at) is Phase.OVER:
        return
    event.cancelled_at = event.updated_at = at
    event.cancel_reason_fa, event.cancel_reason_en = reason_fa, reason_en
    event.sequence += 1
    _record(session, "event.cancelled", event, by=by, at=at)
    if event.published_at is not None:
        tell_all(session, event, News.CANCELLED, letters=letters, at=at, cause="")


def lacks(details: Details) -> tuple[str, ...]:
    """The names of what an event needs before it is published, or has out of order."""
    filled = [name for name in Details.__dataclass_fields__ if getattr(details, name)]
    moments = (details.starts_at, details.ends_at, details.register_until)
    return lacking(filled, details.held, *moments)


def lacks_to_publish(event: Event, *, at: datetime) -> tuple[str, ...]:
    """What an event lacks to be published now: also that its start is to come."""
    missing = lacks(event.details)
    has_begun = event.starts_at is not None and event.starts_at <= at
    return (*missing, "starts_at") if has_begun and "starts_at" not in missing else missing


def subject_of(event: Event) -> str:
    """How the log names an event."""
    return f"event:{event.number}"


def _check(event: Event, details: Details, at: datetime) -> None:
    if missing := lacks(details):
        raise Incomplete(missing)
    if late := tuple(_moved_too_late(event, details, at)):
        raise MovedTooLate(late)
    if details.seats is not None and details.seats < event.taken:
        raise TooFewSeats(("seats",))


def _moved_too_late(event: Event, details: Details, at: datetime) -> list[str]:
    """What has passed stays; what is still to come is not moved into the past."""
    return [
        name
        for name in ("starts_at", "ends_at")
        if getattr(event, name) != getattr(details, name)
        and min(getattr(event, name), getattr(details, name)) <= at
    ]


def _put(event: Event, details: Details, at: datetime) -> None:
    event.sort, event.held = details.sort, details.held
    event.title_fa, event.title_en = details.title_fa, details.title_en
    event.description_fa, event.description_en = details.description_fa, details.description_en
    event.search_text = search_text(
        *(details.title_fa, details.title_en, details.description_fa, details.description_en)
    )
    event.city_slugs, event.topic_slugs = list(details.cities), list(details.topics)
    event.link, event.address = details.link, details.address
    event.place_city, event.time_zone = details.place_city, details.time_zone
    event.starts_at, event.ends_at = details.starts_at, details.ends_at
    event.register_until, event.seats = details.register_until, details.seats
    event.questions = [
        {"text_fa": one.text_fa, "text_en": one.text_en, "is_required": one.is_required}
        for one in details.questions
    ]
    event.updated_at = at


def _record(session: Session, action: str, event: Event, *, by: Account, at: datetime) -> None:
    record(session, action, subject_of(event), by=by.id, at=at)
