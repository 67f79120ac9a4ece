"""Files and the rows that name them: what is forgotten goes, and what was sent stays."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.accounts.queries import account_by_id
from citizen_diplomat.foundation.database import transaction
from citizen_diplomat.foundation.storage import Storage
from citizen_diplomat.moderation import actions as desk
from citizen_diplomat.proposals import actions, attachments, drafts
from citizen_diplomat.proposals.attachments import NotEditable, attach, attached, every
from citizen_diplomat.proposals.export import export
from citizen_diplomat.proposals.files import read
from citizen_diplomat.proposals.model import Attachment, Proposal
from citizen_diplomat.proposals.queries import of_author
from citizen_diplomat.proposals.rules import DISCARDED_KEPT
from citizen_diplomat.web.personal_data import close
from tests.cast import Cast
from tests.desk import MONDAY, WATER
from tests.pictures import pdf
from tests.writers import link_for

OVER_A_DAY = timedelta(days=1, minutes=1)


@pytest.fixture
def storage(tmp_path: Path) -> Storage:
    return Storage(str(tmp_path / "files"))


def begin(session: Session, by: Account, key: str = "key") -> Proposal:
    started = actions.start(session, WATER, form_key=key, by=by, at=MONDAY)
    session.commit()
    proposal = of_author(session, by.id, started.number, to_change=True)
    assert proposal is not None
    return proposal


def add(
    session: Session, storage: Storage, proposal: Proposal, name: str, by: Account
) -> Attachment:
    file = read(pdf(f"<< /Title ({name}) >>".encode()), name)
    key = attachments.keep(storage, file)
    row = attach(session, proposal, file, key=key, by=by, at=MONDAY)
    row.description = f"This is {name}"
    return row


def lying(storage: Storage) -> set[str]:
    return {key.split("/")[1] for batch in storage.keys("attachments") for key, _ in batch}


def sweep(session: Session, storage: Storage, *, after: timedelta = OVER_A_DAY) -> int:
    session.commit()
    removed = attachments.clean_up(session, storage, at=datetime.now(UTC) + after)
    session.commit()
    return removed


def test_a_file_that_no_row_names_goes_after_a_day(
    session: Session, cast: Cast, storage: Storage
) -> None:
    proposal = begin(session, cast.nasrin)
    kept = add(session, storage, proposal, "kept.pdf", cast.nasrin)
    stray = attachments.keep(storage, read(pdf(), "stray.pdf"))
    assert sweep(session, storage, after=timedelta(0)) == 0
    assert lying(storage) == {kept.key, stray}
    assert sweep(session, storage) == 1
    assert lying(storage) == {kept.key}


def test_the_files_of_a_discarded_draft_go(session: Session, cast: Cast, storage: Storage) -> None:
    proposal = begin(session, cast.nasrin)
    add(session, storage, proposal, "plan.pdf", cast.nasrin)
    session.commit()
    drafts.discard(session, proposal, by=cast.nasrin, at=MONDAY)
    session.flush()
    assert sweep(session, storage) == 0, "it can be brought back for a day"
    drafts.forget_discarded(session, at=MONDAY + DISCARDED_KEPT)
    assert sweep(session, storage) == 1
    assert lying(storage) == set()
    assert session.scalars(select(Attachment)).all() == []


def test_what_was_sent_stays_when_it_is_taken_off(
    session: Session, cast: Cast, storage: Storage
) -> None:
    proposal = begin(session, cast.nasrin)
    row = add(session, storage, proposal, "plan.pdf", cast.nasrin)
    desk.submit(session, proposal, by=cast.nasrin, at=MONDAY, link="http://localhost/")
    session.commit()
    with pytest.raises(NotEditable):
        attachments.take_off(session, proposal, row, by=cast.nasrin, at=MONDAY)
    proposal.state = "changes_requested"
    attachments.take_off(session, proposal, row, by=cast.nasrin, at=MONDAY)
    session.commit()
    assert attached(session, proposal.number) == []
    assert every(session, proposal.number) == [row]
    assert sweep(session, storage) == 0


def test_a_proposal_with_a_file_that_nobody_described_cannot_be_sent(
    session: Session, cast: Cast, storage: Storage
) -> None:
    proposal = begin(session, cast.nasrin)
    add(session, storage, proposal, "plan.pdf", cast.nasrin).description = ""
    with pytest.raises(actions.Incomplete) as lacking:
        actions.submit(session, proposal, by=cast.nasrin, at=MONDAY, link="http://localhost/")
    assert lacking.value.fields == ("attachments",)


def test_who_leaves_takes_along_what_was_never_sent(
    session: Session, cast: Cast, storage: Storage
) -> None:
    sent = begin(session, cast.nasrin, "sent")
    kept = add(session, storage, sent, "kept.pdf", cast.nasrin)
    desk.submit(session, sent, by=cast.nasrin, at=MONDAY, link="http://localhost/")
    session.commit()
    sent.state = "changes_requested"
    attachments.describe(session, sent, {kept.id: "unsent words"}, by=cast.nasrin, at=MONDAY)
    later = add(session, storage, sent, "later.pdf", cast.nasrin)
    draft = add(session, storage, begin(session, cast.nasrin, "draft"), "draft.pdf", cast.nasrin)
    session.commit()
    keys = {row.key for row in (kept, later, draft)}
    assert lying(storage) == keys
    session.expunge_all()
    with transaction(session):
        seen = account_by_id(session, cast.nasrin.id)
        assert seen is not None
        close(session, seen, at=MONDAY, link_of=lambda _: link_for)
    [left] = session.scalars(select(Attachment)).all()
    assert (left.id, left.description, left.removed_at) == (kept.id, "This is kept.pdf", None)
    assert sweep(session, storage) == 2
    assert lying(storage) == {kept.key}


def test_the_author_takes_along_what_is_known_about_the_files(
    session: Session, cast: Cast, storage: Storage
) -> None:
    proposal = begin(session, cast.nasrin)
    row = add(session, storage, proposal, "plan courtyard.pdf", cast.nasrin)
    desk.submit(session, proposal, by=cast.nasrin, at=MONDAY, link="http://localhost/")
    session.commit()
    [mine] = export(session, cast.nasrin.id)
    [file] = mine["attachments"]
    assert file["address"] == f"/files/{row.key}/plan%20courtyard.pdf"
    assert file["description"] == "This is plan courtyard.pdf"
    assert file["bytes"] == row.size
    assert mine["versions"][0]["attachments"] == [file["address"]]
    assert export(session, cast.kamran.id) == []
