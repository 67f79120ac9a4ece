"""Comments at the desk: approved, taken back, taken out; by whom, and who hears of it."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from citizen_diplomat.accounts.model import Account, StaffScope
from citizen_diplomat.community.model import Comment
from citizen_diplomat.community.rules import CommentState
from citizen_diplomat.mail.model import OutboxMessage
from citizen_diplomat.moderation.model import QueueItem
from citizen_diplomat.moderation.rules import ItemKind
from citizen_diplomat.proposals.rules import State
from tests.cast import Cast
from tests.conftest import database_of
from tests.web.proposal_stories import tell
from tests.web.talk import newest, post, say

BrowserOf = Callable[[Account], FlaskClient]
Outbox = Callable[[], list[OutboxMessage]]
WORDS = "We did the same in Freiburg."
REMOVAL = {"ground": "insult", "message": "The second sentence insults the author."}


@pytest.fixture
def item(app: Flask, cast: Cast, browser_of: BrowserOf) -> int:
    """Kamran's first comment waits; this is the number of its item."""
    [number] = tell(app, cast, State.ACCEPTED)
    assert say(browser_of(cast.kamran), number, WORDS).status_code == 303
    return item_of(app).id


def item_of(app: Flask) -> QueueItem:
    with database_of(app).reading() as session:
        wanted = select(QueueItem).where(QueueItem.kind == ItemKind.COMMENT)
        return session.scalars(wanted.order_by(QueueItem.id.desc()).limit(1)).one()


def decide(browser: FlaskClient, item: int, verb: str, **fields: object) -> TestResponse:
    return post(browser, f"/en/staff/queue/{item}/{verb}", **{"version": 1, **fields})


def test_approved_from_the_list_with_one_click_and_taken_back(
    app: Flask, cast: Cast, item: int, client: FlaskClient, browser_of: BrowserOf
) -> None:
    hamid, page = browser_of(cast.hamid), f"/en/proposals/{newest(app).proposal_number}"
    queue = hamid.get("/en/staff/queue?kind=comment").text
    assert WORDS in queue
    within = "?within=kind%3Dcomment"
    assert f'action="/en/staff/queue/{item}/approval{within}"' in queue
    done = decide(hamid, item, f"approval{within}", stay="y")
    assert done.headers["Location"] == f"/en/staff/queue?kind=comment&done={item}"
    assert WORDS in client.get(page).text
    assert "Let it wait again" in hamid.get(done.headers["Location"]).text
    assert WORDS not in hamid.get("/en/staff/queue").text
    decide(hamid, item, "approval", take_back="y")
    assert WORDS not in client.get(page).text
    assert WORDS in hamid.get("/en/staff/queue").text


def test_the_page_of_a_comment_shows_it_where_it_stands(
    cast: Cast, item: int, browser_of: BrowserOf
) -> None:
    for language in ("en", "fa"):
        page = browser_of(cast.hamid).get(f"/{language}/staff/queue/{item}").text
        assert WORDS in page
        assert "Reuse grey water" in page
        assert cast.kamran.display_name in page
        assert cast.kamran.email not in page


def test_taken_out_with_a_statement_of_reasons(
    app: Flask, cast: Cast, item: int, client: FlaskClient, browser_of: BrowserOf, outbox: Outbox
) -> None:
    hamid = browser_of(cast.hamid)
    assert WORDS in hamid.get(f"/en/staff/queue/{item}/removal").text
    for wrong in ({"message": ""}, {"ground": ""}, {"ground": "nonsense"}):
        answer = decide(hamid, item, "removal", **{**REMOVAL, **wrong})
        assert answer.status_code == 422
    assert decide(hamid, item, "removal", **REMOVAL).status_code == 303
    comment = newest(app)
    assert comment.state == CommentState.REMOVED
    letter = outbox()[-1]
    assert (letter.name, letter.to_address) == ("text_removed", cast.kamran.email)
    assert letter.values["words"] == WORDS
    assert (letter.values["ground"], letter.values["was_shown"]) == ("insult", False)
    assert letter.values["message"] == REMOVAL["message"]
    statement = browser_of(cast.kamran).get(letter.values["statement_link"])
    assert WORDS in statement.text
    assert "nobody had reported it" in statement.text
    assert browser_of(cast.nasrin).get(letter.values["statement_link"]).status_code == 404
    for reader in (client, browser_of(cast.kamran)):
        assert WORDS not in reader.get(f"/en/proposals/{comment.proposal_number}").text
    assert "It was taken out." in hamid.get(f"/en/staff/queue/{item}").text


def test_a_decision_applies_to_the_words_that_were_read(
    app: Flask, cast: Cast, item: int, browser_of: BrowserOf
) -> None:
    number = newest(app).id
    post(browser_of(cast.kamran), f"/en/me/comments/{number}/edit", text="Buy this", mark="none")
    hamid = browser_of(cast.hamid)
    for verb in ("approval", "removal"):
        answer = decide(hamid, item, verb, **REMOVAL)
        assert answer.status_code == 409
        assert "Someone was here before you" in answer.text
    assert newest(app).state == CommentState.WAITING
    assert item_of(app).revision == newest(app).version
    now = newest(app).version
    assert decide(hamid, item, "approval", version=now).status_code == 303
    assert decide(hamid, item, "approval", version=now).status_code == 409


def test_what_a_colleague_holds_is_theirs(cast: Cast, item: int, browser_of: BrowserOf) -> None:
    post(browser_of(cast.maryam), f"/en/staff/queue/{item}/claim")
    hamid = browser_of(cast.hamid)
    assert decide(hamid, item, "approval").status_code == 409
    assert decide(browser_of(cast.maryam), item, "approval").status_code == 303


def test_a_moderator_of_another_city_and_a_member_find_nothing(
    app: Flask, session: Session, cast: Cast, item: int, browser_of: BrowserOf
) -> None:
    session.add(StaffScope(account_id=cast.maryam.id, city_slug="porto"))
    session.commit()
    number = newest(app).proposal_number or 0
    for person, status in ((cast.maryam, 404), (cast.kamran, 403), (cast.arash, 403)):
        browser = browser_of(person)
        for verb in ("approval", "removal", "dismissal", "upholding"):
            assert decide(browser, item, verb, **REMOVAL).status_code == status
            assert browser.get(f"/en/staff/queue/{item}/{verb}").status_code == status
        address = f"/en/staff/proposals/{number}/answer"
        assert post(browser, address, text="We do it").status_code == status
    assert newest(app).state == CommentState.WAITING
    assert "Answer for the city" not in browser_of(cast.maryam).get(f"/en/proposals/{number}").text


def test_nobody_approves_their_own(app: Flask, cast: Cast, browser_of: BrowserOf) -> None:
    [number] = tell(app, cast, State.ACCEPTED)
    hamid = browser_of(cast.hamid)
    say(hamid, number, "A thought of my own")
    item = item_of(app).id
    assert decide(hamid, item, "approval").status_code == 404
    assert decide(hamid, item, "removal", **REMOVAL).status_code == 404
    assert hamid.get(f"/en/staff/queue/{item}").status_code == 404
    assert decide(browser_of(cast.maryam), item, "approval").status_code == 303
    assert decide(hamid, item, "approval", take_back="y").status_code == 404


def test_after_two_approved_comments_a_member_is_known(
    app: Flask, cast: Cast, item: int, browser_of: BrowserOf
) -> None:
    kamran, hamid = browser_of(cast.kamran), browser_of(cast.hamid)
    number = newest(app).proposal_number or 0
    decide(hamid, item, "approval")
    say(kamran, number, "Second")
    decide(hamid, item_of(app).id, "approval")
    say(kamran, number, "Third")
    assert newest(app).state == CommentState.SHOWN
    assert newest(app).text == "Third"


def test_the_city_answers_in_the_discussion(
    app: Flask, cast: Cast, item: int, client: FlaskClient, browser_of: BrowserOf
) -> None:
    hamid, comment = browser_of(cast.hamid), newest(app)
    decide(hamid, item, "approval")
    page = f"/en/proposals/{comment.proposal_number}"
    assert "Answer for the city" in hamid.get(page).text
    assert "Answer for the city" not in browser_of(cast.kamran).get(page).text
    address = f"/en/staff/proposals/{comment.proposal_number}/answer"
    assert WORDS in hamid.get(f"{address}?reply_to={comment.id}").text
    assert post(hamid, address, text="", reply_to=comment.id).status_code == 422
    for _ in range(2):
        fields = {"text": "We begin in May.", "reply_to": comment.id, "form_key": "key"}
        assert post(hamid, address, **fields).status_code == 303
    said = client.get(f"{page}?sort=answered").text
    assert said.count("We begin in May.") == 1
    assert "International Relations Office" in said
    with database_of(app).reading() as session:
        assert session.get_one(Comment, comment.id).answer_place == 0
