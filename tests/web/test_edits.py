"""Accepting with edits through the pages: edited, previewed, offered, agreed to or refused."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.foundation.clock import now
from citizen_diplomat.moderation.edits import EditOffer, newest_offer
from citizen_diplomat.moderation.model import QueueItem
from citizen_diplomat.moderation.rules import EditAnswer
from citizen_diplomat.proposals.questions import Question
from tests.cast import Cast
from tests.conftest import csrf, token_of
from tests.desk import BICYCLES, WATER, again, claimed, submitted
from tests.writers import joined

BrowserOf = Callable[[Account], FlaskClient]
BODY = "در بارسلون چنین می‌کنند.\r\n\r\nهزینهٔ یک خانه ۸۵ میلیون تومان است."


def edit(
    browser: FlaskClient, item: QueueItem, action: str = "offer", **changed: object
) -> TestResponse:
    page = browser.get(f"/en/staff/queue/{item.id}/edits")
    fields = {
        "csrf_token": token_of(browser),
        "title": WATER.title,
        "summary": WATER.summary,
        "body": BODY,
        "topic": WATER.topic_slug,
        "cities": list(WATER.city_slugs),
        "reason": "trial-first",
        "message": "We corrected the cost <b>.",
        "version": item.of_proposal.version,
        "action": action,
    }
    assert page.status_code in {200, 303}
    return browser.post(f"/en/staff/queue/{item.id}/edits", data=fields | changed)


def answer(browser: FlaskClient, number: int, say: str, version: int) -> TestResponse:
    token = token_of(browser)
    fields = {"csrf_token": token, "answer": say, "version": version}
    return browser.post(f"/en/me/proposals/{number}/offer", data=fields)


def test_the_desk_sees_the_difference_first_and_the_author_the_same(
    session: Session, cast: Cast, browser_of: BrowserOf
) -> None:
    item = submitted(session, cast.nasrin)
    desk, author = browser_of(cast.hamid), browser_of(cast.nasrin)
    assert f"/en/staff/queue/{item.id}/edits" in desk.get(f"/en/staff/queue/{item.id}").text
    preview = edit(desk, item, "preview")
    assert preview.status_code == 200
    for marked in ('<del dir="rtl">۶۰</del>', '<ins dir="rtl">۸۵</ins>', 'value="offer"'):
        assert marked in preview.text
    assert session.scalar(select(EditOffer)) is None
    session.commit()
    assert edit(desk, item).status_code == 303
    item = again(session, item)
    own = author.get(f"/fa/me/proposals/{item.subject_id}").text
    for shown in ('<ins dir="rtl">۸۵</ins>', 'name="answer" value="agree"', "&lt;b&gt;"):
        assert shown in own
    assert "has not answered yet" in desk.get(f"/en/staff/queue/{item.id}").text
    agreed = answer(author, item.subject_id, "agree", item.of_proposal.version)
    assert agreed.status_code == 303
    twice = answer(author, item.subject_id, "agree", item.of_proposal.version)
    assert twice.headers["Location"] == f"/en/me/proposals/{item.subject_id}"
    public = author.get(f"/en/proposals/{item.subject_id}").text
    assert "هزینهٔ یک خانه ۸۵ میلیون تومان است." in public
    assert "it was accepted like that" in desk.get(f"/en/staff/queue/{item.id}").text


def test_only_the_first_author_answers(session: Session, cast: Cast, browser_of: BrowserOf) -> None:
    item = submitted(session, cast.nasrin)
    number = item.subject_id
    joined(session, number, cast.kamran, by=cast.nasrin)
    item = again(session, item)
    edit(browser_of(cast.hamid), item)
    version = again(session, item).of_proposal.version
    along = browser_of(cast.kamran).get(f"/en/me/proposals/{number}").text
    assert '<ins dir="rtl">۸۵</ins>' in along
    assert 'value="agree"' not in along
    for person in (cast.kamran, cast.stranger, cast.hamid):
        for say in ("agree", "refuse"):
            assert answer(browser_of(person), number, say, version).status_code == 404
    assert again(session, item).of_proposal.state == "changes_requested"


def test_who_would_rather_change_it_writes_on(
    session: Session, cast: Cast, browser_of: BrowserOf
) -> None:
    item = submitted(session, cast.nasrin)
    edit(browser_of(cast.hamid), item)
    version, number = again(session, item).of_proposal.version, item.subject_id
    browser = browser_of(cast.nasrin)
    refused = answer(browser, number, "refuse", version)
    assert refused.headers["Location"] == f"/en/me/proposals/{number}/edit"
    assert browser.get(f"/en/me/proposals/{number}/edit").status_code == 200
    assert "You wanted to change it yourself." in browser.get(f"/en/me/proposals/{number}").text
    late = answer(browser, number, "agree", version)
    assert late.status_code == 409
    assert "You have chosen to change the text yourself." in late.text


def test_an_author_who_has_typed_since_is_told_before_it_is_replaced(
    session: Session, cast: Cast, browser_of: BrowserOf
) -> None:
    item = submitted(session, cast.nasrin)
    edit(browser_of(cast.hamid), item)
    item = again(session, item)
    seen, number = item.of_proposal.version, item.subject_id
    item.of_proposal.body = "هنوز می‌نویسم."
    session.commit()
    browser = browser_of(cast.nasrin)
    stale = answer(browser, number, "agree", seen)
    assert stale.status_code == 409
    assert "The text was changed since you opened the page." in stale.text
    assert again(session, item).of_proposal.body == "هنوز می‌نویسم."
    page = browser.get(f"/en/me/proposals/{number}").text
    assert "that is replaced by the office’s version" in page
    assert answer(browser, number, "agree", item.of_proposal.version).status_code == 303


def test_the_desk_takes_it_back_with_a_word(
    session: Session, cast: Cast, browser_of: BrowserOf
) -> None:
    item = submitted(session, cast.nasrin)
    edit(browser_of(cast.hamid), item)
    version, number = again(session, item).of_proposal.version, item.subject_id
    browser, address = browser_of(cast.maryam), f"/en/staff/queue/{item.id}/edits/withdraw"
    token = csrf(browser.get(address))
    assert browser.post(address, data={"csrf_token": token, "message": " "}).status_code == 422
    taken = browser.post(address, data={"csrf_token": token, "message": "The cost was right."})
    assert taken.headers["Location"] == f"/en/staff/queue/{item.id}"
    author = browser_of(cast.nasrin)
    page = author.get(f"/en/me/proposals/{number}").text
    assert "The cost was right." in page
    assert 'value="agree"' not in page
    assert answer(author, number, "agree", version).status_code == 409
    assert browser.get(address).status_code == 303


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"body": ""}, "Describe the proposal."),
        ({"cities": ["nowhere"]}, "Please choose from the list."),
        ({"reason": "more-detail"}, "Choose a reason."),
        ({"message": ""}, "Write a message to the author."),
        ({"title": "x" * 121}, "at most 120 fit"),
        ({"title": "a\u202eb"}, "hidden direction marks"),
        ({"body": WATER.body}, "You have changed nothing."),
        ({"topic": "transport"}, "asks something that only the author can answer"),
    ],
)
def test_what_cannot_be_offered_is_kept_as_it_was_typed(
    session: Session, cast: Cast, browser_of: BrowserOf, changed: dict[str, object], said: str
) -> None:
    session.add(
        Question(
            topic_slug="transport", kind="short", text_fa="چند؟", text_en="How many?",
            help_fa="", help_en="", options=[], is_required=True, position=1, created_at=now(),
        )
    )  # fmt: skip
    item = submitted(session, cast.nasrin)
    typed: dict[str, Any] = changed if "body" in changed else {"summary": "خلاصه‌ای دیگر", **changed}
    answered = edit(browser_of(cast.hamid), item, "offer", **typed)
    assert answered.status_code == 422
    assert said in answered.text
    assert newest_offer(session, item.subject_id) is None


def test_what_was_typed_survives_that_somebody_was_faster(
    session: Session, cast: Cast, browser_of: BrowserOf
) -> None:
    item = submitted(session, cast.nasrin)
    item = claimed(session, item, by=cast.maryam, at=now())
    late = edit(browser_of(cast.hamid), item)
    assert late.status_code == 409
    assert "مریم رستمی" in late.text
    assert "۸۵ میلیون" in late.text
    assert browser_of(cast.hamid).get(f"/en/staff/queue/{item.id}/edits").status_code == 303
    own = submitted(session, cast.hamid, BICYCLES)
    assert browser_of(cast.hamid).get(f"/en/staff/queue/{own.id}/edits").status_code == 404


def test_a_new_text_ends_the_offer(session: Session, cast: Cast, browser_of: BrowserOf) -> None:
    item = submitted(session, cast.nasrin)
    edit(browser_of(cast.hamid), item)
    version, number = again(session, item).of_proposal.version, item.subject_id
    browser = browser_of(cast.nasrin)
    token = token_of(browser)
    again_sent = {"csrf_token": token, "title": "عنوانی تازه", "action": "submit"}
    again_sent["cities"] = "barcelona"
    sent = browser.post(f"/en/me/proposals/{number}/edit", data={**again_sent, "version": version})
    assert sent.status_code == 303
    made = newest_offer(session, number)
    session.commit()
    assert made is not None
    assert made.answer == EditAnswer.ENDED
    assert 'value="agree"' not in browser.get(f"/en/me/proposals/{number}").text
    assert answer(browser, number, "agree", version).status_code == 409
