"""Members hear that they were answered, or that somebody spoke below their proposal."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.cli.comment_run import tell_of_comments
from citizen_diplomat.community import comments, letters, reports
from citizen_diplomat.community.matters import Talked
from citizen_diplomat.community.model import Comment
from citizen_diplomat.community.rules import CommentDraft, CommentState, Ground, Mark, ThingKind
from citizen_diplomat.correspondence.model import Block
from citizen_diplomat.foundation.clock import now
from citizen_diplomat.mail.model import InboxEntry, OutboxMessage
from citizen_diplomat.news import actions as news_actions
from citizen_diplomat.news.model import News
from citizen_diplomat.proposals.model import Proposal
from tests.cast import Cast
from tests.helping import accepted, public
from tests.news import published
from tests.web.talk import make_known

Outbox = Callable[[], list[OutboxMessage]]
QUARTER, DAY = timedelta(minutes=15), timedelta(days=1)


@pytest.fixture
def proposal(app: Flask, session: Session, cast: Cast) -> Proposal:
    """An accepted proposal of Nasrin's, where everybody else is known and read at once."""
    number = accepted(session, cast, cast.nasrin)
    make_known(app, cast.nasrin, cast.kamran, cast.stranger)
    return public(session, number)


def said(
    session: Session,
    thing: Talked,
    by: Account,
    at: datetime,
    mark: Mark = Mark.NONE,
    to: Comment | None = None,
) -> Comment:
    draft = CommentDraft("Who fires the tiles?", mark, to.id if to else None)
    write = comments.answer if mark is Mark.ANSWER else comments.write
    comment = write(session, thing, draft, form_key=f"{at} {mark} {draft.reply_to}", by=by, at=at)
    session.commit()
    session.expunge_all()
    return comment


def told(app: Flask, outbox: Outbox, at: datetime) -> list[tuple[str, str]]:
    """Who has been told what, with a run of the worker at that moment."""
    with app.app_context():
        tell_of_comments(at)
    letters = [row for row in outbox() if row.name == "comment_news"]
    return [(row.to_address.partition("@")[0], row.values["news"]) for row in letters]


def test_a_question_its_answers_and_the_citys_reach_those_whom_they_concern(
    app: Flask, session: Session, cast: Cast, proposal: Proposal, outbox: Outbox
) -> None:
    at = now()
    question = said(session, proposal, cast.kamran, at, Mark.QUESTION)
    # As long as he may change it, nobody is told of what may be gone.
    assert told(app, outbox, at + QUARTER - timedelta(seconds=1)) == []
    assert told(app, outbox, at + QUARTER) == [("nasrin", "asked")]
    said(session, proposal, cast.nasrin, at, to=question)
    said(session, proposal, cast.hamid, at, Mark.ANSWER, to=question)
    # Nasrin hears nothing of what she said herself.
    assert told(app, outbox, at + 2 * QUARTER)[1:] == [
        ("kamran", "answered"),
        ("kamran", "office_answered"),
        ("nasrin", "office_wrote"),
    ]
    letter = outbox()[-1]
    assert f"/proposals/{proposal.number}?thread={question.id}#comment-" in letter.values["link"]
    assert question.text not in str(letter.values)
    assert told(app, outbox, at + DAY)[4:] == []


def test_of_a_lively_discussion_members_hear_once_a_day(
    app: Flask, session: Session, cast: Cast, proposal: Proposal, outbox: Outbox
) -> None:
    noon = now().replace(hour=12)
    first = said(session, proposal, cast.kamran, noon)
    said(session, proposal, cast.stranger, noon)
    said(session, proposal, cast.stranger, noon, to=first)
    evening = told(app, outbox, noon + QUARTER)
    assert evening == [("nasrin", "written"), ("kamran", "answered")]
    said(session, proposal, cast.stranger, noon + DAY)
    assert told(app, outbox, noon + DAY + QUARTER) == [*evening, ("nasrin", "written")]


def test_nobody_hears_of_what_is_not_to_be_read(
    app: Flask, session: Session, cast: Cast, proposal: Proposal, outbox: Outbox
) -> None:
    at = now()
    taken_back = said(session, proposal, cast.kamran, at)
    comments.withdraw(session, session.get_one(Comment, taken_back.id), by=cast.kamran, at=at)
    waiting = said(session, proposal, cast.mina, at)
    assert waiting.state == CommentState.WAITING
    session.add(Block(blocker_id=cast.nasrin.id, blocked_id=cast.stranger.id, at=at))
    said(session, proposal, cast.stranger, at)
    folded = said(session, proposal, cast.kamran, at + timedelta(seconds=1))
    for reporter in (cast.mina, cast.maryam, cast.soheila):
        thing = reports.thing_of(
            session, ThingKind.COMMENT, folded.id, proposal_number=proposal.number
        )
        reports.make(session, thing, Ground.INSULT, "", by=reporter, at=at)
    session.commit()
    assert told(app, outbox, at + 2 * QUARTER) == []


def test_the_citys_answer_comes_also_to_who_blocked_the_colleague_that_typed_it(
    app: Flask, session: Session, cast: Cast, proposal: Proposal, outbox: Outbox
) -> None:
    at = now()
    session.add(Block(blocker_id=cast.kamran.id, blocked_id=cast.hamid.id, at=at))
    question = said(session, proposal, cast.kamran, at, Mark.QUESTION)
    said(session, proposal, cast.hamid, at, Mark.ANSWER, to=question)
    assert ("kamran", "office_answered") in told(app, outbox, at + QUARTER)


def test_a_site_that_slept_for_weeks_tells_no_old_talk(
    app: Flask, session: Session, cast: Cast, proposal: Proposal, outbox: Outbox
) -> None:
    at = now()
    said(session, proposal, cast.kamran, at)
    assert told(app, outbox, at + 8 * DAY) == []


def test_below_news_who_is_answered_hears_it_and_its_writer_does_not(
    app: Flask, session: Session, cast: Cast, proposal: Proposal, outbox: Outbox
) -> None:
    at = now()
    news = published(session, cast.soheila, since=at - DAY)
    question = said(session, news, cast.kamran, at, Mark.QUESTION)
    said(session, news, cast.nasrin, at, to=question)
    assert told(app, outbox, at + QUARTER) == [("kamran", "answered")]
    letter = outbox()[-1].values
    assert letter["title"] == news.title(cast.kamran.language)
    assert f"/news/{news.number}?thread=" in letter["link"]
    later = said(session, news, cast.nasrin, at + DAY, to=question)
    news_actions.withdraw(session, session.get_one(News, news.number), by=cast.soheila, at=at + DAY)
    session.commit()
    assert told(app, outbox, at + DAY + QUARTER)[1:] == []
    assert session.get_one(Comment, later.id).told_at is None


def test_what_staff_read_stays_the_version_that_they_decide_on(
    app: Flask, session: Session, cast: Cast, proposal: Proposal, outbox: Outbox
) -> None:
    comment = said(session, proposal, cast.kamran, now())
    version = comment.version
    assert told(app, outbox, now() + QUARTER) == [("nasrin", "written")]
    row = session.get_one(Comment, comment.id)
    assert (row.version, row.told_at is not None) == (version, True)


def test_two_workers_tell_one_comment_once(
    session: Session, cast: Cast, proposal: Proposal
) -> None:
    at = now()
    comment = said(session, proposal, cast.kamran, at)

    def run() -> int:
        return letters.tell(session, comment, link=lambda *_: "http://localhost/", at=at)

    assert (run(), run()) == (1, 0)


def test_the_inbox_keeps_what_it_was_and_none_of_the_words(
    app: Flask, session: Session, cast: Cast, proposal: Proposal, outbox: Outbox
) -> None:
    said(session, proposal, cast.kamran, now(), Mark.QUESTION)
    told(app, outbox, now() + QUARTER)
    kept = select(InboxEntry).where(InboxEntry.name == "comment_news")
    [entry] = session.scalars(kept)
    assert entry.values == {"news": "asked", "title": proposal.title}
    assert entry.account_id == cast.nasrin.id
