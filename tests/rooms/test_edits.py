"""The desk edits, the author agrees: once, to exactly that text, and only while it stands."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.audit.model import AuditEntry
from citizen_diplomat.foundation.database import transaction
from citizen_diplomat.mail.model import OutboxMessage
from citizen_diplomat.moderation.actions import claim, withdraw
from citizen_diplomat.moderation.agreement import Unedited, agree, offer, withdraw_offer
from citizen_diplomat.moderation.decisions import Conflict, WrongReason
from citizen_diplomat.moderation.edits import EditOffer, OfferOver, newest_offer, refuse_offer
from citizen_diplomat.moderation.export import export_edits
from citizen_diplomat.moderation.model import Decision, QueueItem
from citizen_diplomat.moderation.queries import decisions_of
from citizen_diplomat.moderation.rules import EditAnswer, Outcome
from citizen_diplomat.proposals.model import Attachment, Proposal
from citizen_diplomat.proposals.queries import approved_text, history, of_author, published
from citizen_diplomat.proposals.rules import Draft, State
from tests.cast import Cast
from tests.conftest import database_of
from tests.desk import MONDAY, WATER, again, decided, resubmitted, submitted
from tests.rooms.test_claims import at_once
from tests.writers import joined

LATER = MONDAY + timedelta(hours=3)
NEXT_DAY = MONDAY + timedelta(days=1)
EDITED = replace(
    WATER,
    title="بازچرخانی آب خاکستری در خانه‌های تاریخی اصفهان",
    body="در بارسلون چنین می‌کنند.\n\nهزینهٔ یک خانه ۸۵ میلیون تومان است (see example.org).",
    city_slugs=("barcelona", "freiburg"),
)
Outbox = Callable[[], list[OutboxMessage]]


def link(_: Account) -> str:
    return "http://localhost/en/me/proposals/1"


def offered(
    session: Session,
    item: QueueItem,
    draft: Draft = EDITED,
    *,
    by: Account,
    reason: str = "trial-first",
    version: int | None = None,
) -> EditOffer:
    made = offer(
        session,
        item,
        draft,
        message="دو جمله را کوتاه کردیم.",
        by=by,
        at=LATER,
        link=link,
        reason=reason,
        version=item.of_proposal.version if version is None else version,
    )
    session.commit()
    return made


def agreed(session: Session, number: int, *, by: Account, version: int | None = None) -> Decision:
    with transaction(session):
        proposal = mine(session, number, by)
        seen = proposal.version if version is None else version
        return agree(session, proposal, version=seen, by=by, at=NEXT_DAY, link=link)


def mine(session: Session, number: int, by: Account) -> Proposal:
    proposal = of_author(session, by.id, number, to_change=True)
    assert proposal is not None
    return proposal


def test_an_offer_puts_the_proposal_into_its_authors_hands(
    session: Session, cast: Cast, outbox: Outbox
) -> None:
    item = submitted(session, cast.nasrin)
    joined(session, item.subject_id, cast.kamran, by=cast.nasrin)
    item = again(session, item)
    made = offered(session, item, by=cast.hamid)
    item = again(session, item)
    assert (item.of_proposal.state, item.closed_at) == (State.CHANGES_REQUESTED, LATER)
    assert (made.based_on, made.answer, made.draft) == (1, None, EDITED)
    # It is the first answer that was promised, and what she says comes back to who offered it.
    assert (item.answered_at, item.is_paused, item.assignee_id) == (LATER, True, cast.hamid.id)
    assert decisions_of(session, item.subject_id) == [], "nothing is decided before she agrees"
    letters = {row.to_address: row for row in outbox() if row.name == "edits_offered"}
    assert letters["nasrin@example.org"].values["may_agree"] is True
    assert letters["kamran@example.org"].values["may_agree"] is False
    assert letters["kamran@example.org"].values["reason"].startswith("The proposal is accepted")


def test_what_is_agreed_to_is_published_word_for_word(
    session: Session, cast: Cast, outbox: Outbox
) -> None:
    item = submitted(session, cast.nasrin)
    offered(session, item, by=cast.hamid)
    number = item.subject_id
    session.expunge_all()
    decision = agreed(session, number, by=cast.nasrin)
    assert (decision.outcome, decision.revision) == (Outcome.ACCEPT, 2)
    assert (decision.decided_by, decision.message) == (cast.hamid.id, "دو جمله را کوتاه کردیم.")
    item = again(session, item)
    assert (item.of_proposal.state, item.revision) == (State.ACCEPTED, 2)
    assert (item.closed_at, item.holder_id, item.title) == (NEXT_DAY, None, EDITED.title)
    text = approved_text(session, item.of_proposal)
    assert text is not None
    assert text.draft == EDITED
    (found,) = published(session, q="۸۵ میلیون")
    assert found.number == number
    steps = [(one.step, one.actor_id) for one in history(session, number)][-3:]
    assert steps == [
        ("submit", cast.nasrin.id),
        ("claim", cast.hamid.id),
        ("accept", cast.hamid.id),
    ]
    assert [row.name for row in outbox()][-1] == "decision"
    logged = session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all()
    assert {"edits.offered", "edits.agreed", "decision.made"} <= set(logged)


def test_files_that_came_after_the_review_are_not_published(session: Session, cast: Cast) -> None:
    item = submitted(session, cast.nasrin)
    offered(session, item, by=cast.hamid)
    session.add(
        Attachment(
            proposal_number=item.subject_id, position=1, kind="pdf", name="new.pdf",
            type="application/pdf", size=1, key="k", sha256="0" * 64, created_at=NEXT_DAY,
        )
    )  # fmt: skip
    session.commit()
    session.expunge_all()
    agreed(session, item.subject_id, by=cast.nasrin)
    assert session.scalars(select(Attachment)).all() == []


def test_refused_it_is_over_and_the_author_goes_on(session: Session, cast: Cast) -> None:
    item = submitted(session, cast.nasrin)
    offered(session, item, by=cast.hamid)
    refuse_offer(session, item.subject_id, by=cast.nasrin, at=NEXT_DAY)
    assert again(session, item).of_proposal.state == State.CHANGES_REQUESTED
    with pytest.raises(OfferOver):
        agreed(session, item.subject_id, by=cast.nasrin)
    session.expunge_all()
    item = again(session, item)
    resubmitted(session, item.of_proposal, "هزینه ۹۰ میلیون تومان است.", at=NEXT_DAY)
    item = again(session, item)
    assert (item.revision, item.closed_at) == (2, None)
    assert decided(session, item, by=cast.maryam, at=NEXT_DAY).of_proposal.state == State.ACCEPTED


@pytest.mark.parametrize("ending", ["another text", "taken back", "withdrawn by staff", "edited"])
def test_what_is_stale_cannot_be_agreed_to(
    session: Session, cast: Cast, outbox: Outbox, ending: str
) -> None:
    item = submitted(session, cast.nasrin)
    offered(session, item, by=cast.hamid)
    item = again(session, item)
    proposal, seen, answer = item.of_proposal, item.of_proposal.version, EditAnswer.ENDED
    match ending:
        case "another text":
            resubmitted(session, proposal, "هزینه ۹۰ میلیون تومان است.", at=NEXT_DAY)
        case "taken back":
            withdraw(session, mine(session, proposal.number, cast.nasrin), by=cast.nasrin, at=LATER)
        case "withdrawn by staff":
            withdraw_offer(
                session, item, message="باز هم نگاه می‌کنیم.", by=cast.maryam, at=LATER, link=link
            )
            answer = EditAnswer.WITHDRAWN
            assert [row.name for row in outbox()].count("edits_withdrawn") == 0, "not committed yet"
        case "edited":
            mine(session, proposal.number, cast.nasrin).body = "هنوز می‌نویسم."
    session.commit()
    session.expunge_all()
    version = seen if ending == "edited" else None
    with pytest.raises(OfferOver):
        agreed(session, proposal.number, by=cast.nasrin, version=version)
    session.expunge_all()
    made = newest_offer(session, proposal.number)
    assert made is not None
    assert made.answer == (None if ending == "edited" else answer)
    assert again(session, item).of_proposal.state != State.ACCEPTED
    if ending == "withdrawn by staff":
        assert [row.name for row in outbox()][-1] == "edits_withdrawn"


def test_an_offer_is_made_on_what_was_seen_and_for_a_reason(session: Session, cast: Cast) -> None:
    item = submitted(session, cast.nasrin)
    with pytest.raises(WrongReason):
        offered(session, item, by=cast.hamid, reason="more-detail")
    with pytest.raises(Unedited):
        offered(session, item, WATER, by=cast.hamid)
    with pytest.raises(Conflict):
        offered(session, item, by=cast.hamid, version=item.of_proposal.version + 7)
    claim(session, item, by=cast.maryam, at=LATER)
    with pytest.raises(Conflict):
        offered(session, item, by=cast.hamid)
    assert session.scalars(select(EditOffer)).all() == []


def test_of_two_clicks_at_once_one_publishes(
    app: Flask, session: Session, cast: Cast, outbox: Outbox
) -> None:
    item = submitted(session, cast.nasrin)
    offered(session, item, by=cast.hamid)
    version, number = again(session, item).of_proposal.version, item.subject_id
    session.close()
    clicks = [partial(_click, number=number, by=cast.nasrin, version=version)] * 2
    assert sorted(at_once(app, clicks)) == ["agreed", "over"]
    with database_of(app).reading() as fresh:
        assert len(fresh.scalars(select(Decision)).all()) == 1
    assert [row.name for row in outbox()].count("decision") == 1


def test_of_agreeing_and_taking_back_at_once_one_counts(
    app: Flask, session: Session, cast: Cast
) -> None:
    item = submitted(session, cast.nasrin)
    offered(session, item, by=cast.hamid)
    version, number = again(session, item).of_proposal.version, item.subject_id
    session.close()
    answers = at_once(
        app,
        [
            partial(_click, number=number, by=cast.nasrin, version=version),
            partial(_take_back, number=number, by=cast.maryam),
        ],
    )
    assert sorted(answers) in (["agreed", "too late"], ["over", "taken back"])


def test_their_own_data_holds_what_was_offered(session: Session, cast: Cast) -> None:
    item = submitted(session, cast.nasrin)
    offered(session, item, by=cast.hamid)
    (row,) = export_edits(session, cast.nasrin.id)
    assert (row["proposal"], row["answer"]) == (item.subject_id, None)
    assert row["text"]["title"] == EDITED.title
    assert export_edits(session, cast.stranger.id) == []


def _click(opened: Session, *, number: int, by: Account, version: int) -> str:
    try:
        agreed(opened, number, by=by, version=version)
    except OfferOver:
        return "over"
    return "agreed"


def _take_back(opened: Session, *, number: int, by: Account) -> str:
    try:
        with transaction(opened):
            item = again_in(opened, number)
            withdraw_offer(opened, item, message="نه.", by=by, at=NEXT_DAY, link=link)
    except OfferOver:
        return "too late"
    return "taken back"


def again_in(opened: Session, number: int) -> QueueItem:
    item = opened.scalars(select(QueueItem).where(QueueItem.subject_id == number)).one()
    opened.refresh(item, ["proposal"])
    return item
