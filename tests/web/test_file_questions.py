"""The office asks inside the file, the authors answer there, and the review goes on."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.foundation.clock import now
from citizen_diplomat.mail.model import OutboxMessage
from citizen_diplomat.moderation.declarations import declare
from citizen_diplomat.moderation.model import QueueItem
from citizen_diplomat.proposals.model import Proposal
from citizen_diplomat.proposals.rules import State
from citizen_diplomat.web.personal_data import export
from tests.cast import Cast
from tests.conftest import database_of
from tests.desk import MONDAY, again, claimed, decided, submitted
from tests.web.account_pages import post
from tests.writers import joined

BrowserOf = Callable[[Account], FlaskClient]
Outbox = Callable[[], list[OutboxMessage]]
QUESTION = "How many <b>houses</b> do so?"
ANSWER = "چهار خانه.\n\n<i>در دو محله</i>"
WORDS = {
    "en": ("The office asks", "The answer of the author"),
    "fa": ("اداره می‌پرسد", "پاسخ نویسنده"),
}


@pytest.fixture
def item(session: Session, cast: Cast) -> QueueItem:
    """Nasrin's proposal, which Kamran writes along, under review."""
    waiting = submitted(session, cast.nasrin)
    joined(session, waiting.subject_id, cast.kamran, by=cast.nasrin)
    return claimed(session, again(session, waiting), by=cast.hamid, at=now())


def ask(browser: FlaskClient, item: QueueItem, text: str = QUESTION) -> int:
    """Ask from the review page; the status of the answer."""
    return post(browser, f"/en/staff/queue/{item.id}/question", question=text).status_code


def file_of(item: QueueItem, code: str = "en") -> str:
    """The authors' page of the proposal."""
    return f"/{code}/me/proposals/{item.proposal_number}"


def answer_address(page: str) -> str:
    """Where the first open question is answered."""
    return page.partition("/questions/")[0].rpartition('"')[2] + (
        "/questions/" + page.partition("/questions/")[2].partition('"')[0]
    )


@pytest.mark.parametrize("code", ["fa", "en"])
def test_a_question_is_asked_by_the_office_and_answered_in_the_file(
    app: Flask, cast: Cast, item: QueueItem, browser_of: BrowserOf, outbox: Outbox, code: str
) -> None:
    hamid, author = browser_of(cast.hamid), browser_of(cast.nasrin)
    assert [ask(hamid, item, text) for text in ("", "x" * 2_001)] == [422, 422]
    assert [ask(hamid, item), ask(hamid, item)] == [303, 303], "twice the same is once"
    asked = [row for row in outbox() if row.name == "office_asks"]
    assert {row.to_address for row in asked} == {cast.nasrin.email, cast.kamran.email}
    assert {row.values["question"] for row in asked} == {QUESTION}
    assert len(asked) == 2
    page = author.get(file_of(item, code)).text
    assert WORDS[code][0] in page
    assert "How many &lt;b&gt;houses&lt;/b&gt; do so?" in page
    told = [page, str([row.values for row in asked]), author.get("/en/me/inbox").text]
    with database_of(app).reading() as reading:
        told.append(str(export(reading, cast.nasrin, at=now())))
    for text in told:
        assert cast.hamid.display_name not in text, "the office asked"
    address = answer_address(page)
    assert post(author, address, answer=" ").status_code == 422
    assert post(author, address, answer=ANSWER).status_code == 303
    desk = hamid.get(f"/{code}/staff/queue/{item.id}").text
    assert WORDS[code][1] in desk
    assert "&lt;i&gt;در دو محله&lt;/i&gt;" in desk
    assert cast.hamid.display_name in desk, "colleagues know who asked"
    [news] = [row for row in outbox() if row.name == "question_answered"]
    assert (news.to_address, ANSWER in str(news.values)) == (cast.hamid.email, False)
    assert news.values["link"].endswith(f"/staff/queue/{item.id}")
    assert item.title in hamid.get("/en/me/inbox").text
    with database_of(app).reading() as reading:
        [kept] = export(reading, cast.nasrin, at=now())["questions_of_the_office"]
        assert reading.get_one(Proposal, item.proposal_number).state == State.IN_REVIEW
        asked_about = reading.get_one(QueueItem, item.id)
        assert asked_about.answered_at is not None, "a question is a first answer"
        assert asked_about.closed_at is None, "the clock of the decision goes on"
    assert (kept["question"], kept["answer"]) == (QUESTION, ANSWER)


def test_of_two_answers_one_counts_and_the_other_keeps_its_words(
    cast: Cast, item: QueueItem, browser_of: BrowserOf
) -> None:
    ask(browser_of(cast.hamid), item)
    nasrin, kamran = browser_of(cast.nasrin), browser_of(cast.kamran)
    address = answer_address(nasrin.get(file_of(item)).text)
    assert post(kamran, address, answer="Four houses.").status_code == 303
    late = post(nasrin, address, answer="Five houses.")
    assert late.status_code == 409
    assert "Five houses." in late.text
    assert "Four houses." in late.text
    for stranger in (cast.stranger, cast.hamid):
        assert browser_of(stranger).get(address).status_code == 404
        assert post(browser_of(stranger), address, answer="x").status_code == 404


def test_after_the_decision_nothing_is_asked_or_answered(
    session: Session, cast: Cast, item: QueueItem, browser_of: BrowserOf
) -> None:
    hamid, nasrin = browser_of(cast.hamid), browser_of(cast.nasrin)
    ask(hamid, item)
    address = answer_address(nasrin.get(file_of(item)).text)
    decided(session, again(session, item), by=cast.hamid, at=now())
    assert ask(hamid, item, "One more?") == 409
    late = post(nasrin, address, answer="Typed for an hour")
    assert (late.status_code, "Typed for an hour" in late.text) == (409, True)
    assert "<textarea" not in nasrin.get(file_of(item)).text.partition('id="questions"')[2]


def test_who_asked_and_may_not_see_it_any_more_is_not_told(
    session: Session, cast: Cast, item: QueueItem, browser_of: BrowserOf, outbox: Outbox
) -> None:
    ask(browser_of(cast.hamid), item)
    declare(session, again(session, item), reason="", by=cast.hamid, at=MONDAY)
    session.commit()
    nasrin = browser_of(cast.nasrin)
    address = answer_address(nasrin.get(file_of(item)).text)
    assert post(nasrin, address, answer=ANSWER).status_code == 303
    assert "question_answered" not in {row.name for row in outbox()}
