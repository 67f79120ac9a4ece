"""The verbs of a call: write it, change it, publish it, withdraw it."""

from datetime import datetime

from sqlalchemy.orm import Session

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.audit.actions import record
from citizen_diplomat.calls.model import Call, Wording
from citizen_diplomat.calls.rules import MOMENTS, NEEDED, Phase, moved_too_late, out_of_order
from citizen_diplomat.foundation.publishing import ChangedMeanwhile, Incomplete
from citizen_diplomat.foundation.text import search_text


class MovedTooLate(Incomplete):
    """A moment of a published call that has passed was moved, or one was moved into the past."""


def write(session: Session, wording: Wording, *, by: Account, at: datetime) -> Call:
    """Begin a call, which nobody but coordinators sees until it is published."""
    call = Call(created_at=at)
    _put(call, wording, at)
    session.add(call)
    # The database gives the call the number that the log names.
    session.flush()
    _record(session, "call.written", call, by=by, at=at)
    return call


def change(
    session: Session, call: Call, wording: Wording, *, version: int, by: Account, at: datetime
) -> None:
    """Say it differently.

    Raises ChangedMeanwhile if it is no longer at `version`; of a published one Incomplete when
    something would be missing, and MovedTooLate for moments that have passed.
    """
    if call.version != version:
        raise ChangedMeanwhile(call.number)
    if call.published_at is not None:
        if moved := moved_too_late(call.moments, wording.moments, at=at):
            raise MovedTooLate(moved)
        if missing := lacks(wording):
            raise Incomplete(missing)
    _put(call, wording, at)
    _record(session, "call.changed", call, by=by, at=at)


def publish(session: Session, call: Call, *, by: Account, at: datetime) -> None:
    """Let everybody read it, and answer from its first moment on; once is enough.

    Raises Incomplete for what it lacks: both languages are needed, and an end that is to come.
    """
    if call.phase(at) is not Phase.DRAFT:
        return
    if missing := lacks_to_publish(call, at=at):
        raise Incomplete(missing)
    call.published_at = call.updated_at = at
    _record(session, "call.published", call, by=by, at=at)


def withdraw(session: Session, call: Call, *, by: Account, at: datetime) -> None:
    """Take a call back: it is not answered any more, and what was answered stays."""
    if call.withdrawn_at is None:
        call.withdrawn_at = call.updated_at = at
        _record(session, "call.withdrawn", call, by=by, at=at)


def lacks(wording: Wording) -> tuple[str, ...]:
    """The names of what a call needs before it is published, or has out of order."""
    missing = tuple(
        name
        for name in NEEDED
        if not getattr(wording.moments if name in MOMENTS else wording, name)
    )
    wrong = out_of_order(wording.moments)
    return (*missing, wrong) if wrong else missing


def lacks_to_publish(call: Call, *, at: datetime) -> tuple[str, ...]:
    """What a call lacks to be published now: also that its end has not passed."""
    missing = lacks(call.wording)
    is_over = call.closes_at is not None and call.closes_at <= at
    return (*missing, "closes_at") if is_over and "closes_at" not in missing else missing


def subject_of(call: Call) -> str:
    """How the log names a call."""
    return f"call:{call.number}"


def _put(call: Call, wording: Wording, at: datetime) -> None:
    call.title_fa, call.title_en = wording.title_fa, wording.title_en
    call.question_fa, call.question_en = wording.question_fa, wording.question_en
    call.background_fa, call.background_en = wording.background_fa, wording.background_en
    call.search_text = search_text(*_texts(wording))
    call.city_slugs, call.topic_slugs = list(wording.cities), list(wording.topics)
    call.who, call.hides_count = wording.who, wording.hides_count
    moments = wording.moments
    call.opens_at, call.closes_at = moments.opens_at, moments.closes_at
    call.review_until, call.answer_by = moments.review_until, moments.answer_by
    call.updated_at = at


def _texts(wording: Wording) -> tuple[str, ...]:
    return (
        *(wording.title_fa, wording.title_en),
        *(wording.question_fa, wording.question_en),
        *(wording.background_fa, wording.background_en),
    )


def _record(session: Session, action: str, call: Call, *, by: Account, at: datetime) -> None:
    record(session, action, subject_of(call), by=by.id, at=at)
