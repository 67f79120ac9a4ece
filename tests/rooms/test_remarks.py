"""Remarks on passages: kept among colleagues, sent with a request for changes and nothing else."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from citizen_diplomat.mail.model import OutboxMessage
from citizen_diplomat.moderation.actions import claim
from citizen_diplomat.moderation.claims import NotOpen, OwnProposal
from citizen_diplomat.moderation.export import export_remarks
from citizen_diplomat.moderation.model import QueueItem
from citizen_diplomat.moderation.queries import decisions_of
from citizen_diplomat.moderation.remarks import (
    NotInText,
    Remark,
    TooMany,
    add,
    sent_with,
    take_out,
    waiting,
)
from citizen_diplomat.moderation.rules import MOST_REMARKS, Outcome, Passage
from tests.cast import Cast
from tests.desk import MONDAY, WATER, again, decided, resubmitted, submitted

LATER = MONDAY + timedelta(hours=3)
Outbox = Callable[[], list[OutboxMessage]]


def kept(
    session: Session, item: QueueItem, quote: str, cast: Cast, text: str = "روشن‌تر بنویسید."
) -> Remark:
    row = add(session, item, quote=quote, text=text, by=cast.hamid, at=LATER)
    session.commit()
    return row


def test_a_remark_holds_the_exact_passage(session: Session, cast: Cast) -> None:
    item = submitted(session, cast.nasrin)
    row = kept(session, item, "هزینهٔ یک خانه", cast)
    assert (row.field, row.quote, row.revision) == (Passage.BODY, "هزینهٔ یک خانه", 1)
    assert WATER.body[row.begins : row.ends] == row.quote
    assert kept(session, item, WATER.title[:10], cast).field == Passage.TITLE


def test_what_is_not_in_the_text_is_refused(session: Session, cast: Cast) -> None:
    item = submitted(session, cast.nasrin)
    with pytest.raises(NotInText):
        kept(session, item, "هزینه یک خانه", cast)
    with pytest.raises(NotInText):
        add(session, item, quote=WATER.title, text="x", field=Passage.BODY, by=cast.hamid, at=LATER)


def test_nobody_remarks_on_their_own_nor_on_what_a_colleague_holds(
    session: Session, cast: Cast
) -> None:
    own = submitted(session, cast.hamid)
    with pytest.raises(OwnProposal):
        kept(session, own, "بارسلون", cast)
    item = submitted(session, cast.nasrin)
    claim(session, item, by=cast.maryam, at=LATER)
    with pytest.raises(NotOpen):
        kept(session, item, "بارسلون", cast)


def test_as_many_wait_as_go_along(session: Session, cast: Cast) -> None:
    item = submitted(session, cast.nasrin)
    rows = [kept(session, item, "بارسلون", cast) for _ in range(MOST_REMARKS)]
    with pytest.raises(TooMany):
        kept(session, item, "بارسلون", cast)
    take_out(session, item, rows[0].id, by=cast.hamid, at=LATER)
    kept(session, item, "بارسلون", cast)


def test_they_go_out_with_a_request_for_changes(
    session: Session, cast: Cast, outbox: Outbox
) -> None:
    item = submitted(session, cast.nasrin)
    kept(session, item, "هزینهٔ یک خانه", cast)
    kept(session, item, WATER.title[:10], cast, "کوتاه‌تر؟")
    item = decided(session, again(session, item), Outcome.REQUEST_CHANGES, by=cast.hamid, at=LATER)
    (letter,) = [row for row in outbox() if row.name == "decision"]
    assert letter.values["remarks"] == [
        {"field": "title", "quote": WATER.title[:10], "text": "کوتاه‌تر؟"},
        {"field": "body", "quote": "هزینهٔ یک خانه", "text": "روشن‌تر بنویسید."},
    ]
    (decision,) = decisions_of(session, item.subject_id)
    assert [row.field for row in sent_with(session, decision.id)] == ["title", "body"]
    assert waiting(session, item) == []
    assert [row["part"] for row in export_remarks(session, cast.nasrin.id)] == ["body", "title"]
    resubmitted(session, item.of_proposal, "هزینه ۹۰ میلیون تومان است.", at=LATER)
    assert waiting(session, again(session, item)) == []


@pytest.mark.parametrize("outcome", [Outcome.ACCEPT, Outcome.DECLINE])
def test_they_go_out_with_nothing_else(
    session: Session, cast: Cast, outbox: Outbox, outcome: Outcome
) -> None:
    item = submitted(session, cast.nasrin)
    kept(session, item, "بارسلون", cast)
    decided(session, again(session, item), outcome, by=cast.hamid, at=LATER)
    assert outbox()[-1].values["remarks"] == []
    assert export_remarks(session, cast.nasrin.id) == []
