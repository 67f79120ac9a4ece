"""Members talk about an accepted proposal: who sees what, in which order, and for how long."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.community import comments, verdicts
from citizen_diplomat.community.model import Comment
from citizen_diplomat.community.rules import EDITABLE_FOR, CommentDraft, Mark
from citizen_diplomat.community.tallies import tally_of
from citizen_diplomat.foundation.clock import now
from citizen_diplomat.moderation.model import QueueItem
from citizen_diplomat.moderation.rules import ItemKind
from citizen_diplomat.proposals.model import Proposal
from citizen_diplomat.proposals.rules import State
from tests.cast import Cast
from tests.conftest import database_of
from tests.web.proposal_stories import tell
from tests.web.talk import make_known, newest, post, say

BrowserOf = Callable[[Account], FlaskClient]
Counting = Callable[[], AbstractContextManager[list[str]]]
WAITS = "Only you see this until the office has read it."


@pytest.fixture
def number(app: Flask, cast: Cast) -> int:
    """An accepted proposal of Nasrin's."""
    [told] = tell(app, cast, State.ACCEPTED)
    return told


def counted(app: Flask, number: int) -> int:
    with database_of(app).reading() as session:
        return tally_of(session, number).comments


def waiting(app: Flask) -> list[QueueItem]:
    with database_of(app).reading() as session:
        return list(
            session.scalars(
                select(QueueItem).where(
                    QueueItem.kind == ItemKind.COMMENT, QueueItem.closed_at.is_(None)
                )
            )
        )


def later(app: Flask, passed: timedelta) -> None:
    """Let all comments be so much older."""
    with database_of(app).writing() as session:
        for comment in session.scalars(select(Comment)):
            comment.created_at -= passed
        session.commit()


def test_the_first_comment_waits_for_staff_and_only_its_author_sees_it(
    app: Flask, cast: Cast, number: int, client: FlaskClient, browser_of: BrowserOf
) -> None:
    browser, page = browser_of(cast.kamran), f"/en/proposals/{number}"
    answer = say(browser, number, "We did the same in Freiburg.", mark="for")
    comment = newest(app)
    assert answer.headers["Location"] == f"{page}?thread={comment.id}#comment-{comment.id}"
    own = browser.get(page).text
    assert "We did the same in Freiburg." in own
    assert WAITS in own
    for reader in (client, browser_of(cast.stranger), browser_of(cast.nasrin)):
        assert "We did the same" not in reader.get(page).text
        assert "We did the same" not in reader.get(f"{page}?thread={comment.id}").text
    (item,) = waiting(app)
    assert (item.subject_id, item.proposal_number, item.author_id) == (
        comment.id, number, cast.kamran.id,
    )  # fmt: skip
    assert item.title == "We did the same in Freiburg."
    assert counted(app, number) == 0


def test_a_known_member_is_read_at_once(
    app: Flask, cast: Cast, number: int, client: FlaskClient, browser_of: BrowserOf
) -> None:
    make_known(app, cast.kamran)
    say(
        browser_of(cast.kamran), number, "**Shade** is [here](https://example.org).", mark="against"
    )
    page = client.get(f"/fa/proposals/{number}").text
    assert '<strong>Shade</strong> is <a href="https://example.org"' in page
    assert "مخالف" in page
    assert cast.kamran.display_name in page
    assert "Freiburg" not in page
    assert (counted(app, number), waiting(app)) == (1, [])


def test_the_same_form_twice_is_one_comment(
    app: Flask, cast: Cast, number: int, browser_of: BrowserOf
) -> None:
    browser = browser_of(cast.kamran)
    for key in ("key", "key", "", "", "other"):
        assert say(browser, number, "Once is enough.", form_key=key).status_code == 303
    with database_of(app).reading() as session:
        assert session.scalar(select(func.count()).select_from(Comment)) == 3
    assert len(waiting(app)) == 3


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "Write something first."),
        (" \n\u200c ", "Write something first."),
        ("x" * 2_001, "at most 2,000 fit"),
        ("a\u202eb", "hidden direction marks"),
        ("See https://casino.example", "Your first comment cannot hold a link."),
        ("See WWW.casino.example", "Your first comment cannot hold a link."),
    ],
)
def test_what_is_refused_is_kept_in_the_form(
    app: Flask, cast: Cast, number: int, browser_of: BrowserOf, text: str, says: str
) -> None:
    answer = say(browser_of(cast.kamran), number, text)
    assert answer.status_code == 422
    assert says in answer.text
    assert waiting(app) == []


def test_even_a_known_member_gives_no_list_of_links(
    app: Flask, cast: Cast, number: int, browser_of: BrowserOf
) -> None:
    make_known(app, cast.kamran)
    browser = browser_of(cast.kamran)
    assert say(browser, number, "https://a.example " * 2).status_code == 303
    assert waiting(app) == []
    assert say(browser, number, "https://a.example " * 5).status_code == 303
    assert [item.subject_id for item in waiting(app)] == [newest(app).id]
    refused = say(browser, number, "https://a.example " * 6)
    assert (refused.status_code, "At most five links" in refused.text) == (422, True)


@pytest.mark.parametrize(
    "text", ["<script>alert(1)</script>", "{{7*7}} %s", "# Heading\n\n> quoted"]
)
def test_hostile_words_stay_words(
    app: Flask, cast: Cast, number: int, client: FlaskClient, browser_of: BrowserOf, text: str
) -> None:
    make_known(app, cast.kamran)
    assert say(browser_of(cast.kamran), number, text).status_code == 303
    page = client.get(f"/en/proposals/{number}").text
    assert "<script>alert" not in page
    # Words alone: a time in an attribute holds any figure.
    [said] = re.findall(r'<div class="said[^"]*">(.*?)</div>', page, re.DOTALL)
    assert "49" not in said


def test_only_an_accepted_proposal_is_talked_about(
    app: Flask, cast: Cast, client: FlaskClient, browser_of: BrowserOf
) -> None:
    [hidden] = tell(app, cast, State.SUBMITTED)
    for person in (cast.kamran, cast.nasrin):
        assert say(browser_of(person), hidden, "Hello").status_code == 404
    [number] = tell(app, cast, State.ACCEPTED)
    for mark in ("answer", "nonsense", "\0"):
        assert say(browser_of(cast.kamran), number, "Hello", mark=mark).status_code == 422
    for answered in (10**14, "x"):
        answer = say(browser_of(cast.stranger), number, "Hi", reply_to=answered)  # type: ignore[arg-type]
        assert answer.status_code in {404, 303}
    asked = client.get(f"/en/proposals/{number}/comments/new")
    assert asked.headers["Location"].startswith("/en/login?next=")


def test_answers_stand_three_levels_deep_and_then_name_the_person(
    app: Flask, cast: Cast, number: int, client: FlaskClient, browser_of: BrowserOf
) -> None:
    make_known(app, cast.kamran, cast.stranger, cast.nasrin)
    ids: list[int] = []
    people = (cast.kamran, cast.stranger, cast.nasrin, cast.kamran, cast.stranger)
    for level, person in enumerate(people, 1):
        say(browser_of(person), number, f"Level {level}", reply_to=ids[-1] if ids else None)
        ids.append(newest(app).id)
    with database_of(app).reading() as session:
        rows = session.scalars(select(Comment).where(Comment.id.in_(ids)).order_by(Comment.id))
        places = [(row.depth, row.parent_id, row.reply_to_id, row.root_id) for row in rows]
    assert places == [
        (1, None, None, None),
        (2, ids[0], ids[0], ids[0]),
        (3, ids[1], ids[1], ids[0]),
        (3, ids[1], ids[2], ids[0]),
        (3, ids[1], ids[3], ids[0]),
    ]
    page = client.get(f"/en/proposals/{number}").text
    assert page.count('<ol class="thread">') == 3
    assert f"<span>to <bdi>{cast.nasrin.display_name}</bdi></span>" in page
    assert counted(app, number) == 5


def test_a_comment_of_another_discussion_cannot_be_answered_here(
    app: Flask, cast: Cast, number: int, browser_of: BrowserOf
) -> None:
    [other] = tell(app, cast, State.ACCEPTED)
    make_known(app, cast.kamran)
    say(browser_of(cast.kamran), other, "Elsewhere")
    assert say(browser_of(cast.stranger), number, "Hm", reply_to=newest(app).id).status_code == 404
    waits = say(browser_of(cast.stranger), number, "I wait")
    assert waits.status_code == 303
    seen = say(browser_of(cast.kamran), number, "I cannot see it", reply_to=newest(app).id)
    assert seen.status_code == 404


def test_a_comment_can_be_changed_for_fifteen_minutes(
    app: Flask, cast: Cast, number: int, client: FlaskClient, browser_of: BrowserOf
) -> None:
    make_known(app, cast.kamran)
    browser = browser_of(cast.kamran)
    say(browser, number, "Frist")
    address = f"/en/me/comments/{newest(app).id}/edit"
    assert "Frist" in browser.get(address).text
    assert post(browser, address, text="", mark="none").status_code == 422
    assert post(browser, address, text="First", mark="question").status_code == 303
    page = client.get(f"/en/proposals/{number}").text
    assert "First" in page
    assert "edited" in page
    assert post(browser_of(cast.stranger), address, text="Mine", mark="none").status_code == 404
    later(app, EDITABLE_FOR + timedelta(seconds=1))
    assert browser.get(address).status_code == 303
    assert post(browser, address, text="Too late", mark="none").status_code == 303
    assert newest(app).text == "First"
    assert "/edit" not in browser.get(f"/en/proposals/{number}").text


def test_who_is_not_known_yet_waits_again_after_a_change(
    app: Flask, cast: Cast, number: int, client: FlaskClient, browser_of: BrowserOf
) -> None:
    """Otherwise one harmless comment would be the way to any other words."""
    browser = browser_of(cast.kamran)
    say(browser, number, "Harmless")
    comment = newest(app)
    with database_of(app).writing() as session:
        row = session.get_one(Comment, comment.id)
        verdicts.approve(session, row, version=row.version, by=cast.hamid, at=now())
        session.commit()
    assert "Harmless" in client.get(f"/en/proposals/{number}").text
    assert counted(app, number) == 1
    post(browser, f"/en/me/comments/{comment.id}/edit", text="Buy this", mark="none")
    assert "Buy this" not in client.get(f"/en/proposals/{number}").text
    assert counted(app, number) == 0
    assert [item.title for item in waiting(app)] == ["Buy this"]


def test_what_was_taken_back_leaves_a_place_only_above_answers(
    app: Flask, cast: Cast, number: int, client: FlaskClient, browser_of: BrowserOf
) -> None:
    make_known(app, cast.kamran, cast.stranger)
    mine, other, page = (
        browser_of(cast.kamran),
        browser_of(cast.stranger),
        f"/en/proposals/{number}",
    )
    say(mine, number, "I said this")
    first = newest(app).id
    say(other, number, "And I that", reply_to=first)
    second = newest(app).id
    assert "I said this" in mine.get(f"/en/me/comments/{first}/remove").text
    post(mine, f"/en/me/comments/{first}/remove")
    told = client.get(page).text
    assert "I said this" not in told
    assert "Removed by its author." in told
    assert "And I that" in told
    assert counted(app, number) == 1
    assert post(mine, f"/en/me/comments/{first}/remove").status_code == 404
    post(other, f"/en/me/comments/{second}/remove")
    assert "Removed by its author." not in client.get(page).text
    assert counted(app, number) == 0


def test_a_comment_that_waits_leaves_the_queue_with_its_author(
    app: Flask, cast: Cast, number: int, browser_of: BrowserOf
) -> None:
    browser = browser_of(cast.kamran)
    say(browser, number, "Never mind")
    post(browser, f"/en/me/comments/{newest(app).id}/remove")
    assert waiting(app) == []
    assert (newest(app).text, counted(app, number)) == ("", 0)


def begun(page: str) -> list[str]:
    return re.findall(r'<div class="said mb-1"><p dir="auto">(Idea \d+)</p>', page)


def discuss(app: Flask, cast: Cast, number: int, rows: int) -> list[int]:
    with database_of(app).writing() as session:
        proposal = session.get_one(Proposal, number)
        people = [session.merge(one, load=False) for one in (cast.kamran, cast.stranger)]
        ids = []
        for row in range(rows):
            by, at = people[row % 2], now() - timedelta(hours=rows - row)
            draft = CommentDraft(f"Idea {row}")
            idea = comments.write(session, proposal, draft, form_key=f"{row}", by=by, at=at)
            answer = CommentDraft("Yes", reply_to=idea.id)
            comments.write(session, proposal, answer, form_key=f"a{row}", by=by, at=at)
            ids.append(idea.id)
        session.commit()
    return ids


@pytest.mark.parametrize(
    ("rows", "who"), [(1, ""), (3, ""), (30, ""), (1, "nasrin"), (30, "nasrin")]
)
def test_a_discussion_asks_few_questions(
    app: Flask,
    cast: Cast,
    number: int,
    client: FlaskClient,
    browser_of: BrowserOf,
    queries: Counting,
    rows: int,
    who: str,
) -> None:
    make_known(app, cast.kamran, cast.stranger)
    discuss(app, cast, number, rows)
    browser = browser_of(cast.nasrin) if who else client
    browser.get(f"/en/proposals/{number}")
    with queries() as asked:
        page = browser.get(f"/en/proposals/{number}").text
    assert page.count("Idea ") == min(rows, 20)
    assert page.count(">Yes<") == min(rows, 20)
    assert len(asked) == (19 if who else 16), asked


def test_the_order_is_the_readers_choice_and_goes_on_over_pages(
    app: Flask, cast: Cast, number: int, client: FlaskClient
) -> None:
    make_known(app, cast.kamran, cast.stranger)
    ids = discuss(app, cast, number, 25)
    with database_of(app).writing() as session:
        proposal = session.get_one(Proposal, number)
        hamid = session.merge(cast.hamid, load=False)
        draft = CommentDraft("We agree", Mark.NONE, ids[7])
        comments.answer(session, proposal, draft, form_key="x", by=hamid, at=now())
        session.commit()
    ideas = [f"Idea {row}" for row in range(25)]
    expected = {
        "": ideas,
        "oldest": ideas,
        "newest": ideas[::-1],
        "answered": [ideas[7], *ideas[:7], *ideas[8:]],
        "nonsense": ideas,
    }
    for order, wanted in expected.items():
        first = client.get(f"/en/proposals/{number}?sort={order}").text
        address = first.partition('class="page-link" href="')[2].partition('"')[0]
        second = client.get(address.replace("&amp;", "&")).text
        assert begun(first) + begun(second) == wanted, order
    for odd in ("after=WzEsMV0", "after=x&sort=answered", "thread=999", "thread=x", "sort=%00"):
        assert client.get(f"/en/proposals/{number}?{odd}").status_code == 200


def test_the_city_answers_under_the_name_of_its_office(
    app: Flask, cast: Cast, number: int, client: FlaskClient
) -> None:
    with database_of(app).writing() as session:
        proposal = session.get_one(Proposal, number)
        hamid = session.merge(cast.hamid, load=False)
        comments.answer(
            session, proposal, CommentDraft("We begin in May."), form_key="x", by=hamid, at=now()
        )
        session.commit()
    page = client.get(f"/en/proposals/{number}").text
    said = page.partition('id="discussion"')[2]
    assert "We begin in May." in said
    assert "International Relations Office" in said
    assert "Municipality" in said
    assert cast.hamid.display_name not in page


def test_nobody_writes_without_end(cast: Cast, number: int, browser_of: BrowserOf) -> None:
    browser = browser_of(cast.kamran)
    answers = [say(browser, number, f"Word {each}").status_code for each in range(12)]
    assert answers == [303] * 10 + [429] * 2
    assert say(browser_of(cast.stranger), number, "I may").status_code == 303


def test_what_was_typed_after_the_sign_in_ended_is_there_again(
    cast: Cast, number: int, client: FlaskClient
) -> None:
    address = f"/en/proposals/{number}/comments/new"
    gone = client.post(address, data={"text": "Half an hour of work", "mark": "for"})
    assert gone.status_code == 400
    assert f"next=/en/proposals/{number}/comments/new" in gone.text
