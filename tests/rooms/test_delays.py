"""A missed promise: the author hears of it once, and the item goes to the front."""

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.audit.queries import entries
from citizen_diplomat.foundation.database import transaction
from citizen_diplomat.mail.model import OutboxMessage
from citizen_diplomat.moderation.conditions import QueueFilters
from citizen_diplomat.moderation.delays import missed, note_missed
from citizen_diplomat.moderation.file_questions import ask
from citizen_diplomat.moderation.model import QueueItem
from citizen_diplomat.moderation.office import office
from citizen_diplomat.moderation.queries import open_items
from citizen_diplomat.moderation.rules import Assigned, Outcome, Urgency
from tests.cast import Cast
from tests.desk import BICYCLES, MONDAY, again, decided, resubmitted, submitted
from tests.rooms.test_desks import desk, rule

Outbox = Callable[[], list[OutboxMessage]]


def watched(session: Session, at: datetime) -> int:
    """What the worker does at a moment; how many items it wrote down."""
    session.expunge_all()
    with transaction(session):
        late = missed(session, at=at)
        for item in late:
            note_missed(
                session,
                item,
                office(session),
                at=at,
                link=lambda _, number: f"http://localhost/{number}",
            )
    return len(late)


def delays(outbox: Outbox) -> list[tuple[str, str, int]]:
    """Who was told of which missed target, and on which working day."""
    return [
        (row.to_address, row.values["target"], row.values["day"])
        for row in outbox()
        if row.name == "answer_delayed"
    ]


def due(session: Session, item: QueueItem) -> tuple[datetime, datetime]:
    """When a first answer and a decision are due."""
    found = again(session, item)
    assert found.answer_due_at is not None
    assert found.due_at is not None
    return found.answer_due_at, found.due_at


def test_each_missed_promise_is_told_once_however_often_the_worker_looks(
    session: Session, cast: Cast, outbox: Outbox
) -> None:
    answer, decision = due(session, submitted(session, cast.nasrin))
    nasrin = "nasrin@example.org"
    assert watched(session, answer - timedelta(seconds=1)) == 0
    assert watched(session, answer) == 1
    assert watched(session, answer + timedelta(hours=1)) == 0
    assert watched(session, decision) == 1
    assert watched(session, decision + timedelta(days=9)) == 0
    # The day after the fifth working day has begun, and the day after the tenth.
    assert delays(outbox) == [(nasrin, "answer", 6), (nasrin, "decision", 11)]


def test_after_a_long_night_one_letter_tells_both(
    session: Session, cast: Cast, outbox: Outbox
) -> None:
    _, decision = due(session, submitted(session, cast.nasrin))
    assert watched(session, decision + timedelta(days=30)) == 1
    assert watched(session, decision + timedelta(days=30)) == 0
    assert [target for _, target, _ in delays(outbox)] == ["decision"]


def test_who_was_answered_in_time_hears_of_no_delay(
    session: Session, cast: Cast, outbox: Outbox
) -> None:
    """The clock stands still for the author; what comes back has its answer already."""
    item = submitted(session, cast.nasrin)
    answer, decision = due(session, item)
    asked = decided(session, again(session, item), Outcome.REQUEST_CHANGES, by=cast.hamid)
    assert watched(session, decision + timedelta(days=90)) == 0
    back = decision + timedelta(days=90)
    resubmitted(session, again(session, asked).of_proposal, "Better.", at=back)
    assert watched(session, back + timedelta(days=5)) == 0
    assert watched(session, back + timedelta(days=20)) == 1
    assert [target for _, target, _ in delays(outbox)] == ["decision"]
    assert answer < decision


def mine(session: Session, viewer: Account, at: datetime) -> list[int]:
    """What somebody finds as their own work."""
    filters = QueueFilters(assigned=Assigned.ME)
    rows = open_items(session, filters, viewer=viewer.id, at=at)
    session.commit()
    return [row.id for row in rows]


def test_a_first_answer_that_is_missed_raises_its_item_until_it_is_given(
    session: Session, cast: Cast, outbox: Outbox
) -> None:
    """Maryam heads the desk: it stands first, and with her, until the author hears from staff."""
    rule(session, desk(session, "water", cast.hamid, head=cast.maryam), city="barcelona")
    before = submitted(session, cast.kamran, BICYCLES, at=MONDAY - timedelta(days=1))
    late = submitted(session, cast.nasrin)
    answer, _ = due(session, late)
    first = session.merge(again(session, before))
    first.answer_missed_at = first.answered_at = MONDAY
    session.commit()
    assert mine(session, cast.maryam, answer) == []
    assert watched(session, answer) == 1
    assert again(session, late).urgency == Urgency.URGENT
    rows = open_items(session, QueueFilters(), viewer=cast.maryam.id, at=answer)
    assert [row.id for row in rows] == [late.id, before.id]
    assert mine(session, cast.maryam, answer) == [late.id]
    (letter,) = [row for row in outbox() if row.name == "answer_delayed"]
    assert (letter.values["target"], letter.values["has_head"]) == ("answer", True)
    ask(
        session, again(session, late), text="Which house?", by=cast.hamid, at=answer,
        link=lambda _: "http://localhost/file",
    )  # fmt: skip
    assert mine(session, cast.maryam, answer) == []
    rows = open_items(session, QueueFilters(), viewer=cast.maryam.id, at=answer)
    assert [row.id for row in rows] == [before.id, late.id]


def test_a_desk_without_a_head_tells_none(session: Session, cast: Cast, outbox: Outbox) -> None:
    rule(session, desk(session, "water", cast.hamid), city="barcelona")
    _, decision = due(session, submitted(session, cast.nasrin))
    assert watched(session, decision) == 1
    (letter,) = [row for row in outbox() if row.name == "answer_delayed"]
    assert (letter.values["desk"], letter.values["has_head"]) == ("میز water", False)


def test_what_is_late_goes_to_the_front_and_to_the_head_of_the_desk(
    session: Session, cast: Cast, outbox: Outbox
) -> None:
    """Maryam heads the desk; the letter names it in the author's language."""
    rule(session, desk(session, "water", cast.hamid, head=cast.maryam), city="barcelona")
    long_due = submitted(session, cast.kamran, BICYCLES, at=MONDAY - timedelta(days=300))
    late = submitted(session, cast.nasrin)
    _, decision = due(session, late)
    known = session.merge(long_due)
    known.missed_at = known.answer_missed_at = MONDAY
    session.commit()
    assert watched(session, decision) == 1
    rows = open_items(session, QueueFilters(), viewer=cast.maryam.id, at=decision)
    assert [row.id for row in rows] == [late.id, long_due.id], "urgent before what is merely old"
    hers = open_items(
        session, QueueFilters(assigned=Assigned.ME), viewer=cast.maryam.id, at=decision
    )
    assert [row.id for row in hers] == [late.id]
    (letter,) = [row for row in outbox() if row.name == "answer_delayed"]
    assert (letter.values["desk"], letter.values["has_head"]) == ("میز water", True)
    (entry,) = entries(session, action="item.delayed").items
    assert (entry.actor_id, entry.detail) == (None, {"target": "decision"})
