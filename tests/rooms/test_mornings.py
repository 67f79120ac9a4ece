"""Letters of a working morning to the desk: what waits for somebody, once, or nothing."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from citizen_diplomat.accounts.model import Account, AccountRole
from citizen_diplomat.cli import worker
from citizen_diplomat.cli.digest_run import make_due
from citizen_diplomat.cli.morning_run import make_mornings
from citizen_diplomat.digests import actions
from citizen_diplomat.digests.editions import room_beside
from citizen_diplomat.digests.mornings import begins_week
from citizen_diplomat.digests.rules import Frequency
from citizen_diplomat.mail import preferences
from citizen_diplomat.mail.model import OutboxMessage
from citizen_diplomat.mail.preference_rules import Channel, Kind
from citizen_diplomat.moderation.conflicts import ConflictCause, ConflictOfInterest, exclude
from citizen_diplomat.moderation.desks import Desk, DeskMember
from citizen_diplomat.moderation.model import QueueItem
from citizen_diplomat.moderation.office import office
from tests.cast import Cast
from tests.desk import BICYCLES, submitted
from tests.digests import Postbox, accepted, make, send, subscribe

EIGHT = datetime(2026, 11, 30, 4, 30, tzinfo=UTC)
"""Monday morning at eight in Isfahan; Saturday and Sunday were working days too."""
HOUR, DAY, MINUTE = timedelta(hours=1), timedelta(days=1), timedelta(minutes=1)
NIGHTS = {
    "a minute before eight": EIGHT - MINUTE,
    "noon": EIGHT + 4 * HOUR,
    "Thursday": EIGHT + 3 * DAY,
    "Friday": EIGHT + 4 * DAY,
}


def letters(session: Session) -> list[OutboxMessage]:
    return list(
        session.scalars(
            select(OutboxMessage)
            .where(OutboxMessage.name.in_(["desk_morning", "digest"]))
            .order_by(OutboxMessage.id)
        )
    )


def given(session: Session, cast: Cast, to: Account, at: datetime = EIGHT - DAY) -> int:
    item = submitted(session, cast.kamran, BICYCLES, at=at)
    session.get_one(QueueItem, item.id).assignee_id = to.id
    session.commit()
    return item.id


def desk_of(session: Session, member: Account, *, head: Account | None = None) -> Desk:
    desk = Desk(name_fa="حمل‌ونقل", name_en="Transport", head_id=head.id if head else None)
    session.add(desk)
    session.flush()
    session.add(DeskMember(desk_id=desk.id, account_id=member.id))
    session.commit()
    return desk


def wake(app: Flask, at: datetime = EIGHT) -> int:
    with app.app_context():
        return make_mornings(at)


def test_what_is_mine_is_told_once_with_a_link_to_it(
    app: Flask, session: Session, cast: Cast
) -> None:
    item = given(session, cast, cast.hamid)
    assert [wake(app, EIGHT + n * MINUTE) for n in range(3)] == [1, 0, 0]
    [letter] = letters(session)
    assert letter.to_address == "hamid@example.org"
    work = letter.values["work"]
    assert (work["mine_count"], work["late_count"], work["week"]) == (1, 0, [])
    assert work["mine"][0]["link"] == f"http://localhost/fa/staff/queue/{item}"
    assert letter.values["link"].endswith("/fa/staff/queue?assigned=me")
    session.commit()
    # The next working morning is another one.
    assert wake(app, EIGHT + DAY) == 1


def test_nothing_comes_when_there_is_nothing(app: Flask, session: Session, cast: Cast) -> None:
    submitted(session, cast.kamran, BICYCLES, at=EIGHT - DAY)
    assert wake(app) == 0
    assert letters(session) == []


def test_whoever_switched_it_off_gets_none(app: Flask, session: Session, cast: Cast) -> None:
    given(session, cast, cast.hamid)
    choice = {Kind.DUTIES: frozenset({Channel.INBOX})}
    preferences.change(session, cast.hamid.id, choice, at=EIGHT - HOUR)
    session.commit()
    assert (wake(app), letters(session)) == (0, [])


@pytest.mark.parametrize("when", NIGHTS)
def test_it_comes_on_working_mornings_alone(
    app: Flask, session: Session, cast: Cast, when: str
) -> None:
    given(session, cast, cast.hamid)
    assert wake(app, NIGHTS[when]) == 0


def test_what_my_desk_is_late_with_is_told(app: Flask, session: Session, cast: Cast) -> None:
    desk = desk_of(session, cast.hamid)
    item = submitted(session, cast.kamran, BICYCLES, at=EIGHT - 40 * DAY)
    session.get_one(QueueItem, item.id).desk_id = desk.id
    session.commit()
    assert wake(app) == 1
    [letter] = letters(session)
    work = letter.values["work"]
    assert (letter.to_address, work["mine"], work["late_count"]) == ("hamid@example.org", [], 1)
    assert work["late"][0]["is_late"]


def test_a_digest_names_the_first_three_and_counts_the_others(
    app: Flask, session: Session, cast: Cast
) -> None:
    """It has the room of proposals; a letter on the work alone names more."""
    for _ in range(5):
        given(session, cast, cast.hamid)
    for n in range(12):
        accepted(session, cast.kamran, f"Shade {n}", at=EIGHT - HOUR)
    subscribe(session, cast.hamid, Frequency.DAILY, at=EIGHT - 9 * DAY)
    box = Postbox(app)
    make(app, EIGHT)
    send(app, EIGHT)
    (arrived,) = box.digests()
    assert arrived.text.count("/staff/queue/") == 3
    shown = [title for title in arrived.titles if title.startswith("Shade")]
    assert len(shown) == room_beside([], {"mine": [{}] * 3, "late": [], "week": []})
    assert f"{12 - len(shown)}" in arrived.text.translate(str.maketrans("۰۱۲۳۴۵۶۷۸۹", "0123456789"))


def test_nobody_hears_of_what_they_may_not_see(app: Flask, session: Session, cast: Cast) -> None:
    item = given(session, cast, cast.hamid)
    session.add(
        ConflictOfInterest(item_id=item, account_id=cast.hamid.id, cause="declared", at=EIGHT - DAY)
    )
    session.commit()
    given(session, cast, cast.maryam)
    gone = session.get_one(Account, cast.maryam.id)
    gone.closed_at = EIGHT - HOUR
    session.commit()
    given(session, cast, cast.soheila)
    row = session.scalar(select(AccountRole).where(AccountRole.account_id == cast.soheila.id))
    assert row
    row.role = "auditor"
    session.commit()
    assert wake(app) == 0


def test_the_head_of_a_desk_hears_of_the_week_on_its_first_morning(
    app: Flask, session: Session, cast: Cast
) -> None:
    desk = desk_of(session, cast.hamid, head=cast.maryam)
    for days in (4, 5, 60):
        item = submitted(session, cast.kamran, BICYCLES, at=EIGHT - days * DAY)
        session.get_one(QueueItem, item.id).desk_id = desk.id
    session.get_one(QueueItem, item.id).closed_at = EIGHT - 4 * DAY
    session.commit()
    saturday = EIGHT - 2 * DAY
    assert wake(app, saturday) == 1
    [letter] = letters(session)
    assert letter.to_address == "maryam@example.org"
    assert letter.values["work"]["week"] == [
        {"desk": "حمل‌ونقل", "came": 2, "closed": 1, "open": 2, "late": 0}
    ]
    session.commit()
    assert wake(app, saturday + DAY) == 0


def test_the_week_of_a_desk_does_not_count_what_its_head_must_not_see(
    app: Flask, session: Session, cast: Cast
) -> None:
    desk = desk_of(session, cast.hamid, head=cast.maryam)
    for days in (4, 5):
        item = submitted(session, cast.kamran, BICYCLES, at=EIGHT - days * DAY)
        session.get_one(QueueItem, item.id).desk_id = desk.id
    exclude(session, item, cast.maryam.id, ConflictCause.DECLARED, at=EIGHT - 5 * DAY)
    session.commit()
    assert wake(app, EIGHT - 2 * DAY) == 1
    [letter] = letters(session)
    [week] = letter.values["work"]["week"]
    assert (week["came"], week["open"]) == (1, 1)


def test_a_week_that_begins_with_a_holiday_is_told_on_its_first_working_day(
    session: Session,
) -> None:
    calendar = office(session).calendar
    days = [(EIGHT - 2 * DAY + n * DAY).date() for n in range(4)]
    assert [begins_week(calendar, day) for day in days] == [True, False, False, False]
    closed = type(calendar)(calendar.week, calendar.zone, {days[0]: False})
    assert begins_week(closed, days[1])


def test_a_digest_of_this_morning_carries_it_so_that_one_mail_comes(
    app: Flask, session: Session, cast: Cast, outbox: Callable[[], list[OutboxMessage]]
) -> None:
    item = given(session, cast, cast.hamid)
    hamid = session.get_one(Account, cast.hamid.id)
    actions.choose(session, hamid, Frequency.DAILY, by=hamid, at=EIGHT - 9 * DAY, source="test")
    session.commit()
    with app.app_context():
        assert make_due(EIGHT) == 1
    assert wake(app) == 0
    [letter] = letters(session)
    assert letter.name == "digest"
    session.rollback()
    postbox = Postbox(app)
    send(app, EIGHT)
    [digest] = postbox.digests()
    assert f"/staff/queue/{item}\n" in digest.text


def test_the_worker_does_it(app: Flask, session: Session, cast: Cast) -> None:
    given(session, cast, cast.hamid)
    worker.work_once(app, EIGHT)
    [letter] = letters(session)
    assert letter.sent_at is not None
