"""Outside opinions through their pages: no account, no script, nothing about who wrote the text."""

import re
from collections.abc import Callable
from datetime import timedelta
from threading import Barrier, Thread
from urllib.parse import urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from citizen_diplomat.accounts.model import Account, StaffScope
from citizen_diplomat.foundation.clock import now
from citizen_diplomat.mail.model import OutboxMessage
from citizen_diplomat.moderation.actions import add_note
from citizen_diplomat.moderation.model import QueueItem
from citizen_diplomat.moderation.opinion_rules import Recommendation
from citizen_diplomat.moderation.outside_opinion import OutsideOpinion
from citizen_diplomat.proposals.model import Proposal
from citizen_diplomat.web.request_log import shown_path
from tests.cast import Cast
from tests.conftest import csrf, database_of, token_of
from tests.desk import MONDAY, WATER, again, decided, submitted
from tests.opinions import QUESTION
from tests.writers import joined

BrowserOf = Callable[[Account], FlaskClient]
Outbox = Callable[[], list[OutboxMessage]]
ASKING = {
    "kind": "expert", "name": "Prof. Puig", "address": "", "question": QUESTION,
    "language": "en", "days": "14", "form_key": "one",
}  # fmt: skip
OPINION = {
    "recommendation": "in_favour", "relevance": "Both cities are dry.",
    "text": "We have done this in ten houses.", "name": "Marta Puig", "function": "Hydrologist",
}  # fmt: skip


@pytest.fixture
def item(session: Session, cast: Cast) -> QueueItem:
    """Nasrin's proposal, under a pen name and written along with Kamran."""
    waiting = submitted(session, cast.nasrin)
    joined(session, waiting.subject_id, cast.kamran, by=cast.nasrin)
    session.execute(update(Proposal).values(pen_name="باران"))
    return again(session, waiting)


def place_of(item: QueueItem) -> str:
    return f"/en/staff/queue/{item.id}/opinions/new"


def ask(browser: FlaskClient, item: QueueItem, **fields: str) -> TestResponse:
    page = browser.get(place_of(item))
    more = {"csrf_token": csrf(page), "revision": "1"}
    return browser.post(place_of(item), data={**ASKING, **more, **fields})


def link_in(page: TestResponse) -> str:
    found = re.search(r'id="link"[^>]*value="([^"]+)"', page.text)
    assert found is not None
    return urlsplit(found[1]).path


def opened(browser: FlaskClient, link: str) -> TestResponse:
    token = csrf(browser.get(link))
    return browser.post(f"{link}/text", data={"csrf_token": token})


def send(browser: FlaskClient, link: str, **fields: str) -> TestResponse:
    token = csrf(opened(browser, link))
    return browser.post(f"{link}/answer", data={"csrf_token": token, **OPINION, **fields})


def rows(app: Flask) -> list[OutsideOpinion]:
    with database_of(app).reading() as fresh:
        return list(fresh.scalars(select(OutsideOpinion).order_by(OutsideOpinion.id)))


def test_from_the_question_to_the_opinion(
    app: Flask, cast: Cast, browser_of: BrowserOf, client: FlaskClient, item: QueueItem
) -> None:
    desk = browser_of(cast.hamid)
    assert "Nobody outside was asked." in desk.get(f"/en/staff/queue/{item.id}").text
    shown = ask(desk, item)
    assert (shown.status_code, shown.headers["Cache-Control"]) == (200, "no-store")
    link = link_in(shown)
    assert link.rpartition("/")[2] not in desk.get(f"/en/staff/queue/{item.id}").text
    assert "not opened yet" in desk.get(f"/en/staff/queue/{item.id}").text
    # The same form once more asks nobody else, and shows no second link.
    assert ask(desk, item).status_code == 303
    assert len(rows(app)) == 1

    before = client.get(link)
    assert QUESTION in before.text
    assert WATER.title not in before.text
    text = opened(client, link)
    assert WATER.title in text.text
    assert "opened" in desk.get(f"/en/staff/queue/{item.id}").text
    done = send(client, link)
    assert (done.status_code, done.location) == (303, link)
    thanks = client.get(link).text
    for words in ("Thank you for your opinion", OPINION["text"], "Marta Puig"):
        assert words in thanks
    page = desk.get(f"/en/staff/queue/{item.id}").text
    for words in ("opinion given", OPINION["text"], "Marta Puig", "Opened first", "Answered"):
        assert words in page


def test_a_scanner_that_follows_the_link_opens_nothing(
    app: Flask, cast: Cast, browser_of: BrowserOf, client: FlaskClient, item: QueueItem
) -> None:
    link = link_in(ask(browser_of(cast.hamid), item))
    for address in (link, link, f"{link}/text", f"{link}/answer"):
        client.get(address, follow_redirects=True)
        client.head(address)
    assert [row.first_opened_at for row in rows(app)] == [None]


@pytest.mark.parametrize("language", ["en", "fa"])
def test_nothing_tells_who_wrote_it(
    session: Session, cast: Cast, browser_of: BrowserOf, item: QueueItem, app: Flask, language: str
) -> None:
    add_note(session, item, text="A private word", by=cast.maryam, at=MONDAY)
    session.commit()
    link = link_in(ask(browser_of(cast.hamid), item)).replace("/en/", f"/{language}/")
    stranger = app.test_client()
    pages = [stranger.get(link), opened(stranger, link), send(stranger, link), stranger.get(link)]
    for page in pages:
        for who in (cast.nasrin, cast.kamran, cast.hamid, cast.maryam):
            for personal in (who.display_name, who.email, f"/people/{who.id}"):
                assert personal not in page.text
        for secret in ("باران", "A private word", "co-author", "/files/", "/me/proposals"):
            assert secret not in page.text
        assert page.headers["Cache-Control"] == "no-store"
        assert page.headers["Referrer-Policy"] == "same-origin"


def test_it_is_marked_on_the_screen_and_on_paper_and_kept_out_of_engines(
    cast: Cast, browser_of: BrowserOf, client: FlaskClient, item: QueueItem
) -> None:
    link = link_in(ask(browser_of(cast.hamid), item))
    before = client.get(link)
    page = opened(client, link)
    drawn = page.text.partition('<svg class="watermark"')[2].partition("</svg>")[0]
    assert 'aria-hidden="true"' in drawn
    for words in ("Prof. Puig", "for this opinion only", str(now().year)):
        assert words in drawn
    assert page.text.count("For this opinion only.") == 2
    for answer in (client.get(link), page):
        assert "noindex" in answer.headers["X-Robots-Tag"]
        assert '<meta name="robots" content="noindex">' in answer.text
    cookies = [one for each in (before, page) for one in each.headers.getlist("Set-Cookie")]
    names = {one.partition("=")[0] for one in cookies}
    assert names == {"session"}, "what the token of a form needs, and nothing else"


def test_a_link_of_one_item_says_nothing_of_another(
    session: Session, cast: Cast, browser_of: BrowserOf, client: FlaskClient, item: QueueItem
) -> None:
    link = link_in(ask(browser_of(cast.hamid), item))
    session.execute(update(OutsideOpinion).values(token_digest="0" * 64))
    session.commit()
    for wrong in (link, "/en/opinion/nonsense"):
        page = client.get(wrong)
        assert page.status_code == 410
        assert "This link no longer works" in page.text
        assert "noindex" in page.headers["X-Robots-Tag"]


ENDINGS = {
    "expired": "This link no longer works",
    "revoked": "The office took this request back",
    "settled": "This opinion is not needed any more",
}


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_link_that_ends_while_somebody_writes_loses_nothing(
    session: Session, cast: Cast, browser_of: BrowserOf, client: FlaskClient, item: QueueItem,
    ending: str,
) -> None:  # fmt: skip
    desk = browser_of(cast.hamid)
    link = link_in(ask(desk, item))
    token = csrf(opened(client, link))
    [row] = session.scalars(select(OutsideOpinion)).all()
    if ending == "expired":
        row.expires_at = now() - timedelta(seconds=1)
    number = row.id
    session.commit()
    if ending == "revoked":
        address = f"/en/staff/queue/{item.id}/opinions/{number}/revoke"
        desk.post(address, data={"csrf_token": csrf(desk.get(f"/en/staff/queue/{item.id}"))})
    elif ending == "settled":
        decided(session, again(session, item), by=cast.hamid, at=now())
    late = client.post(f"{link}/answer", data={"csrf_token": token, **OPINION})
    assert late.status_code == 410
    assert ENDINGS[ending] in late.text
    assert OPINION["text"] in late.text
    assert OPINION["relevance"] in late.text
    for gone in (client.get(link), client.post(f"{link}/text", data={"csrf_token": token})):
        assert gone.status_code == 410
        assert ENDINGS[ending] in gone.text
        assert WATER.title not in gone.text


@pytest.mark.parametrize(
    ("fields", "complaint"),
    [
        ({"recommendation": ""}, "Please choose one from the list."),
        ({"recommendation": "burn_it"}, "Please choose one from the list."),
        ({"name": " "}, "Write your name."),
        ({"function": ""}, "Write in which function you answer."),
        ({"recommendation": "with_conditions", "text": ""}, "Write the conditions."),
        ({"text": "x" * 5_001}, "at most 5,000 fit."),
    ],
)
def test_what_cannot_be_sent_keeps_what_was_typed(
    app: Flask, cast: Cast, browser_of: BrowserOf, client: FlaskClient, item: QueueItem,
    fields: dict[str, str], complaint: str,
) -> None:  # fmt: skip
    link = link_in(ask(browser_of(cast.hamid), item))
    page = send(client, link, **fields)
    assert page.status_code == 422
    assert complaint in page.text
    assert OPINION["relevance"] in page.text
    assert [row.answered_at for row in rows(app)] == [None]


def test_two_who_send_at_once_give_one_opinion(
    app: Flask, cast: Cast, browser_of: BrowserOf, item: QueueItem
) -> None:
    link = link_in(ask(browser_of(cast.hamid), item))
    start, answers = Barrier(2), []
    browsers = [app.test_client(), app.test_client()]
    tokens = [csrf(opened(browser, link)) for browser in browsers]

    def post(browser: FlaskClient, token: str, words: str) -> None:
        start.wait()
        data = {"csrf_token": token, **OPINION, "text": words}
        answers.append(browser.post(f"{link}/answer", data=data))

    pairs = zip(browsers, tokens, ("said once", "said twice"), strict=True)
    threads = [Thread(target=post, args=each) for each in pairs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert sorted(reply.status_code for reply in answers) == [303, 409]
    late = next(reply for reply in answers if reply.status_code == 409)
    assert "said once" in late.text
    assert "said twice" in late.text
    assert [row.recommendation for row in rows(app)] == [Recommendation.IN_FAVOUR]


def test_with_an_address_the_letter_carries_the_link_and_no_page_does(
    cast: Cast, browser_of: BrowserOf, client: FlaskClient, outbox: Outbox, item: QueueItem
) -> None:
    done = ask(browser_of(cast.hamid), item, address="puig@example.org", language="fa", days="۳")
    assert (done.status_code, done.location) == (303, f"/en/staff/queue/{item.id}")
    [letter] = [one for one in outbox() if one.name == "opinion_asked"]
    assert (letter.to_address, letter.to_name, letter.language) == (
        "puig@example.org", "Prof. Puig", "fa",
    )  # fmt: skip
    link = urlsplit(letter.values["link"]).path
    assert link.startswith("/fa/opinion/")
    assert WATER.title not in repr(letter.values)
    assert WATER.title in opened(client, link).text


@pytest.mark.parametrize(
    ("fields", "complaint"),
    [
        ({"kind": ""}, "Please choose one from the list."),
        ({"kind": "newspaper"}, "Please choose one from the list."),
        ({"name": ""}, "Write whom you ask."),
        ({"question": ""}, "Write what you would like to know."),
        ({"question": "x" * 1_001}, "at most 1,000 fit."),
        ({"address": "puig"}, "Write the whole address"),
        ({"days": "61"}, "Write a number from 1 to 60."),
        ({"days": "soon"}, "Write a number from 1 to 60."),
        ({"language": "ca"}, "Please choose one from the list."),
    ],
)
def test_what_cannot_be_asked(
    app: Flask, cast: Cast, browser_of: BrowserOf, item: QueueItem, fields: dict[str, str],
    complaint: str,
) -> None:  # fmt: skip
    page = ask(browser_of(cast.hamid), item, **fields)
    assert page.status_code == 422
    assert complaint in page.text
    assert rows(app) == []


def test_asking_about_another_version_than_was_read_is_a_conflict(
    app: Flask, cast: Cast, browser_of: BrowserOf, item: QueueItem
) -> None:
    page = ask(browser_of(cast.hamid), item, revision="7")
    assert page.status_code == 409
    assert "The author has sent another version." in page.text
    assert QUESTION in page.text
    assert rows(app) == []


def test_who_does_not_look_after_it_finds_nothing(
    app: Flask, session: Session, cast: Cast, browser_of: BrowserOf, item: QueueItem
) -> None:
    ask(browser_of(cast.hamid), item)
    session.add(StaffScope(account_id=cast.maryam.id, city_slug="freiburg"))
    session.commit()
    other = browser_of(cast.maryam)
    token, number = token_of(other), rows(app)[0].id
    revoke = f"/en/staff/queue/{item.id}/opinions/{number}/revoke"
    assert other.get(place_of(item)).status_code == 404
    assert other.get(f"/en/staff/queue/{item.id}").status_code == 404
    for address in (place_of(item), revoke):
        data = {**ASKING, "csrf_token": token, "revision": "1"}
        assert other.post(address, data=data).status_code == 404
    # A number of another item is no way round.
    mine = f"/en/staff/queue/{item.id}/opinions/999/revoke"
    hamid = browser_of(cast.hamid)
    token = token_of(hamid)
    assert hamid.post(mine, data={"csrf_token": token}).status_code == 404
    assert [row.revoked_at for row in rows(app)] == [None]


def test_who_wrote_it_never_sees_who_was_asked(
    session: Session, cast: Cast, browser_of: BrowserOf
) -> None:
    own = submitted(session, cast.maryam)
    ask(browser_of(cast.hamid), own)
    author = browser_of(cast.maryam)
    page = author.get(f"/en/me/proposals/{own.subject_id}")
    assert page.status_code == 200
    assert "Puig" not in page.text
    assert "Outside opinions" not in page.text
    for address in (f"/en/staff/queue/{own.id}", place_of(own)):
        assert author.get(address).status_code == 404


def test_colleagues_read_the_name_only_if_it_may_be_named(
    cast: Cast, browser_of: BrowserOf, client: FlaskClient, item: QueueItem
) -> None:
    hamid, maryam = browser_of(cast.hamid), browser_of(cast.maryam)
    address = f"/en/staff/queue/{item.id}"
    send(client, link_in(ask(hamid, item)))
    assert "Puig" in hamid.get(address).text
    assert "Puig" not in maryam.get(address).text
    assert OPINION["text"] in maryam.get(address).text
    send(client, link_in(ask(hamid, item, form_key="two")), may_be_named="y")
    assert "Marta Puig" in maryam.get(address).text


def test_strangers_are_slowed_down(client: FlaskClient) -> None:
    token = csrf(client.get("/en/login"))
    answers = [
        client.post("/en/opinion/nonsense/text", data={"csrf_token": token}).status_code
        for _ in range(31)
    ]
    assert answers == [410] * 30 + [429]


def test_the_log_of_requests_holds_no_secret(app: Flask) -> None:
    for part in ("", "/text", "/answer"):
        with app.test_request_context(f"/en/opinion/secret-of-the-link{part}"):
            assert shown_path() == "/en/opinion/..."


@pytest.mark.parametrize("number", [1, 3, 20])
def test_the_page_asks_no_more_for_many_opinions(
    session: Session, cast: Cast, browser_of: BrowserOf, item: QueueItem,
    queries: Callable[[], object], number: int,
) -> None:  # fmt: skip
    browser = browser_of(cast.hamid)
    for key in range(number):
        ask(browser, item, form_key=str(key))
    with queries() as statements:  # type: ignore[attr-defined]
        page = browser.get(f"/en/staff/queue/{item.id}").text
    assert page.count("Revoke the link") == number
    assert len([one for one in statements if "FROM outside_opinion" in one]) == 1, statements
