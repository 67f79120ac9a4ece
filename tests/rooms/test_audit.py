"""The log of a whole story: complete, sealed, and closed to everybody."""

from datetime import timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from citizen_diplomat.audit.actions import broken_entries, record
from citizen_diplomat.audit.chain import FIRST_SEAL, digest, who_hash
from citizen_diplomat.audit.model import AuditEntry
from citizen_diplomat.audit.queries import entries
from citizen_diplomat.foundation.paging import Cursor
from citizen_diplomat.moderation.actions import add_note, take_over, withdraw
from citizen_diplomat.moderation.rules import Outcome
from tests.cast import Cast
from tests.desk import BICYCLES, MONDAY, claimed, decided, resubmitted, submitted
from tests.sealed_log import old_entry, set_seal_aside


def whole_story(session: Session, cast: Cast) -> None:
    later = MONDAY + timedelta(minutes=5)
    item = claimed(session, submitted(session, cast.nasrin), by=cast.hamid, at=MONDAY)
    add_note(session, item, text="یادداشت", by=cast.hamid, at=later)
    take_over(session, item, note="I go on.", by=cast.maryam, at=later)
    item = decided(session, item, Outcome.REQUEST_CHANGES, by=cast.maryam, at=later)
    resubmitted(session, item.of_proposal, "هزینه ۸۵ میلیون تومان است.", at=later)
    other = submitted(session, cast.kamran, BICYCLES)
    withdraw(session, other.of_proposal, by=cast.kamran, at=later)
    session.commit()


def test_every_step_of_the_story_is_in_the_log(session: Session, cast: Cast) -> None:
    whole_story(session, cast)
    assert set(session.scalars(select(AuditEntry.action))) >= {
        "decision.made",
        "item.claimed",
        "item.taken_over",
        "note.added",
        "proposal.changes_requested",
        "proposal.in_review",
        "proposal.submitted",
        "proposal.withdrawn",
    }
    assert list(broken_entries(session)) == []
    (decision,) = entries(session, action="decision.made").items
    assert decision.actor_id == cast.maryam.id
    assert decision.detail["reason"] == "more-detail"
    words = str([entry.detail for entry in entries(session)])
    for personal in ("نسرین", "یادداشت", "@", "I go on"):
        assert personal not in words


@pytest.mark.parametrize(
    "statement", ["UPDATE audit_entry SET action = 'x'", "DELETE FROM audit_entry"]
)
def test_the_database_refuses_to_change_the_log(
    session: Session, cast: Cast, statement: str
) -> None:
    submitted(session, cast.nasrin)
    with pytest.raises(DBAPIError, match="append-only"):
        session.execute(text(statement))


def test_a_changed_entry_is_named(session: Session, cast: Cast, engine_name: str) -> None:
    whole_story(session, cast)
    third = sorted(entry.id for entry in entries(session))[2]
    session.commit()
    set_seal_aside(session, engine_name)
    session.execute(text(f"UPDATE audit_entry SET actor_id = 999 WHERE id = {third}"))
    session.expire_all()
    assert [entry.id for entry in broken_entries(session)] == [third]
    session.execute(text(f"DELETE FROM audit_entry WHERE id = {third}"))
    session.expire_all()
    assert [entry.id for entry in broken_entries(session)] == [third + 1]
    session.rollback()


def test_entries_of_before_still_verify_and_the_chain_goes_on(session: Session) -> None:
    old = old_entry(session, 2, old_entry(session, 1, FIRST_SEAL))
    new = record(session, "test.new", "proposal:3", by=None, at=MONDAY)
    assert new.previous_seal == old
    session.expire_all()
    assert list(broken_entries(session)) == []


def test_the_same_act_never_has_the_same_hash(session: Session) -> None:
    """Else who guesses what somebody did could find out whether it was so."""
    twice = [record(session, "test.made", "proposal:1", by=7, at=MONDAY) for _ in range(2)]
    assert len({digest(entry) for entry in twice}) == 2
    assert len({who_hash(entry) for entry in twice}) == 2


def test_the_log_is_read_page_by_page(session: Session, cast: Cast) -> None:
    for number in range(7):
        record(session, f"test.{number % 2}", f"proposal:{number}", by=None, at=MONDAY)
    first = entries(session, limit=4)
    rest = entries(session, after=Cursor.decode(first.next, int), limit=4)
    assert [entry.subject for entry in (*first, *rest)] == [
        f"proposal:{number}" for number in reversed(range(7))
    ]
    assert rest.next is None
    assert len(entries(session, action="test.1")) == 3
