"""Nasrin writes with Kamran: who may do what, through the pages, and what others never learn."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.mail.model import OutboxMessage
from citizen_diplomat.moderation.rules import Outcome
from citizen_diplomat.proposals import coauthors
from citizen_diplomat.proposals.bonds import Coauthor
from citizen_diplomat.proposals.model import Proposal
from citizen_diplomat.proposals.rules import MOST_COAUTHORS, Bond, State
from citizen_diplomat.proposals.writers import bond_with
from tests.cast import PASSPHRASE, Cast
from tests.conftest import csrf, database_of, token_of
from tests.desk import BICYCLES, WATER, decided, submitted
from tests.web.account_pages import WORDS, link_of, post, register
from tests.web.proposal_stories import tell
from tests.writers import invited, joined, link_for

BrowserOf = Callable[[Account], FlaskClient]
Outbox = Callable[[], list[OutboxMessage]]
Counting = Callable[[], AbstractContextManager[list[str]]]
ALLOWED, HIDDEN = {200, 303, 422}, {404}
SIGN_IN = {303}


@dataclass(frozen=True)
class Act:
    """Something that somebody tries with Nasrin's proposal."""

    method: str
    path: str
    fields: dict[str, str]
    who: frozenset[str]


WRITERS = frozenset({"first", "along"})
FIRST, ALONG, INVITED = frozenset({"first"}), frozenset({"along"}), frozenset({"invited"})
ACTS = {
    "see the file": Act("GET", "", {}, WRITERS),
    "see a version": Act("GET", "/versions/1", {}, WRITERS),
    "see who writes it": Act("GET", "/coauthors", {}, WRITERS),
    "open the form": Act("GET", "/edit", {}, WRITERS),
    "change the words": Act("POST", "/edit", {"action": "preview", "title": "Other"}, WRITERS),
    "ask to withdraw": Act("GET", "/withdraw", {}, FIRST),
    "withdraw": Act("POST", "/withdraw", {}, FIRST),
    "discard": Act("POST", "/discard", {}, FIRST),
    "send": Act("POST", "/submit", {}, FIRST),
    "invite": Act("POST", "/coauthors", {"email": "x@example.org"}, FIRST),
    "remove": Act("POST", "/coauthors/{id}/remove", {}, FIRST),
    "take back": Act("POST", "/coauthors/{id}/take-back", {}, FIRST),
    "admit": Act("POST", "/coauthors/{id}/admit", {}, FIRST),
    "offer the place": Act("POST", "/coauthors/{id}/offer", {}, FIRST),
    "take the place": Act("POST", "/first-author", {"answer": "accept"}, ALONG),
    "choose to be named": Act("POST", "/name", {"named": "y"}, ALONG),
    "ask to leave": Act("GET", "/leave", {}, ALONG),
    "leave": Act("POST", "/leave", {}, ALONG),
    "see the invitation": Act("GET", "/invitation", {}, INVITED | WRITERS),
    "accept": Act("POST", "/invitation", {"answer": "accept"}, INVITED | WRITERS),
    "decline": Act("POST", "/invitation", {"answer": "decline"}, INVITED | WRITERS),
}
ROLES = ("first", "along", "invited", "declined", "left", "stranger", "moderator")


def answered(browser: FlaskClient, number: int, answer: str, **fields: str) -> TestResponse:
    """Answer an invitation on its page."""
    return post(browser, f"/en/me/proposals/{number}/invitation", answer=answer, **fields)


def deed(browser: FlaskClient, number: int, row: int, name: str) -> TestResponse:
    """Press one of the first author's buttons."""
    token = csrf(browser.get(f"/en/me/proposals/{number}/coauthors"))
    path = f"/en/me/proposals/{number}/coauthors/{row}/{name}"
    return browser.post(path, data={"csrf_token": token}, follow_redirects=True)


def bond(app: Flask, person: Account, number: int) -> Coauthor | None:
    """What ties somebody to a proposal now."""
    with database_of(app).reading() as session:
        return bond_with(session, person.id, number)


def people(session: Session, cast: Cast) -> tuple[int, dict[str, Account], int]:
    """Nasrin's proposal that waits for changes; who everybody is to it; and Kamran's bond."""
    item = decided(session, submitted(session, cast.nasrin), Outcome.REQUEST_CHANGES, by=cast.hamid)
    number = item.subject_id
    left = joined(session, number, cast.arash, by=cast.nasrin)
    coauthors.leave(
        session, left.proposal, left, by=cast.arash, at=left.begun_at, link_for=link_for
    )
    session.commit()
    row = joined(session, number, cast.kamran, by=cast.nasrin)
    invited(session, number, cast.mina.email, by=cast.nasrin)
    session.add(
        Coauthor(
            proposal_number=number,
            account_id=cast.maryam.id,
            bond=Bond.DECLINED,
            begun_at=left.begun_at,
        )
    )
    session.commit()
    roles = {
        "first": cast.nasrin,
        "along": cast.kamran,
        "invited": cast.mina,
        "declined": cast.maryam,
        "left": cast.arash,
        "stranger": cast.stranger,
        "moderator": cast.hamid,
    }
    return number, roles, row.id


@pytest.mark.parametrize("role", ROLES)
def test_who_may_do_what(
    app: Flask, session: Session, cast: Cast, browser_of: BrowserOf, role: str
) -> None:
    """The whole row of one role: what is not theirs does not exist for them."""
    number, roles, row = people(session, cast)
    browser = browser_of(roles[role])
    token = token_of(browser)
    # Those that change who may do what come last.
    for name, act in sorted(ACTS.items(), key=lambda one: one[0] in {"leave", "withdraw"}):
        path = f"/en/me/proposals/{number}{act.path.format(id=row)}"
        if role in act.who and name in {"take the place", "accept", "remove", "decline"}:
            continue
        answer = browser.open(path, method=act.method, data={"csrf_token": token, **act.fields})
        expected = ALLOWED if role in act.who else HIDDEN
        assert answer.status_code in expected, f"{role}: {name}: {answer.status_code}"


def test_a_visitor_signs_in_first(session: Session, cast: Cast, client: FlaskClient) -> None:
    number, _, _ = people(session, cast)
    for act in ACTS.values():
        if act.method == "GET":
            answer = client.get(f"/en/me/proposals/{number}{act.path}")
            assert answer.status_code in SIGN_IN
            assert "/login?next=" in answer.headers["Location"]


def test_kamran_accepts_reads_changes_and_leaves(
    app: Flask, cast: Cast, browser_of: BrowserOf, session: Session, outbox: Outbox
) -> None:
    [number] = tell(app, cast, State.DRAFT)
    nasrin, kamran = browser_of(cast.nasrin), browser_of(cast.kamran)
    own = f"/en/me/proposals/{number}"
    sent = post(nasrin, f"{own}/coauthors", email=cast.kamran.email)
    assert sent.status_code == 303
    [letter] = [mail for mail in outbox() if mail.name == "coauthor_invitation"]
    assert letter.to_address == cast.kamran.email
    assert link_of(letter) == f"{own}/invitation"
    assert kamran.get(own).status_code == 404
    assert link_of(letter) in kamran.get("/en/me/proposals").text
    assert answered(kamran, number, "accept", named="y").headers["Location"].endswith(own)
    page = kamran.get(own).text
    assert "Reuse grey water" in page
    for word in ("/submit", "/withdraw", "/discard"):
        assert f'"{own}{word}"' not in page
    assert "Reuse grey water" in kamran.get("/en/me/proposals").text
    form = kamran.get(f"{own}/edit").text
    assert 'value="submit"' not in form
    fields = {"title": "Kamran’s title", "language": "en", "version": "1", "action": "submit"}
    assert post(kamran, f"{own}/edit", **fields).status_code == 303
    session.rollback()
    proposal = session.get_one(Proposal, number)
    assert (proposal.title, proposal.state) == ("Kamran’s title", State.DRAFT), "only saved"
    session.rollback()
    assert post(kamran, f"{own}/leave").status_code == 303
    assert kamran.get(own).status_code == 404
    news = [mail.values["event"] for mail in outbox() if mail.name == "coauthor_news"]
    assert news == ["accepted", "left"]


def test_known_and_unknown_addresses_are_answered_alike(
    app: Flask, cast: Cast, browser_of: BrowserOf, outbox: Outbox, session: Session
) -> None:
    [number] = tell(app, cast, State.DRAFT)
    nasrin = browser_of(cast.nasrin)
    page = f"/en/me/proposals/{number}/coauthors"
    answers = []
    for address in (cast.kamran.email, "nobody.yet@example.org"):
        assert post(nasrin, page, email=address).status_code == 303
        answers.append(nasrin.get(page).text.replace(address, "ADDRESS"))
    assert "We have sent an invitation to this address." in answers[0]
    assert "We have sent an invitation to this address." in answers[1]
    letters = [mail for mail in outbox() if mail.name == "coauthor_invitation"]
    assert {(mail.language, mail.to_name) for mail in letters} == {("en", "")}
    assert [row.account_id for row in session.scalars(select(Coauthor))] == [None, None]


def test_the_invitation_waits_until_the_address_is_confirmed(
    app: Flask, cast: Cast, browser_of: BrowserOf, outbox: Outbox, client: FlaskClient
) -> None:
    [number] = tell(app, cast, State.DRAFT)
    post(browser_of(cast.nasrin), f"/en/me/proposals/{number}/coauthors", email="new@example.org")
    register(client, "new@example.org")
    post(client, "/en/login", email="new@example.org", password=WORDS)
    page = f"/en/me/proposals/{number}/invitation"
    assert client.get(page).status_code == 303, "not confirmed: not signed in"
    letter = next(mail for mail in outbox() if mail.name == "verify")
    post(client, link_of(letter))
    assert client.get(page).status_code == 200
    assert page in client.get("/en/me/proposals").text
    answered(client, number, "accept")
    assert client.get(f"/en/me/proposals/{number}").status_code == 200


def test_nobody_accepts_for_another_and_nothing_is_open_for_ever(
    app: Flask, cast: Cast, browser_of: BrowserOf, session: Session
) -> None:
    [number] = tell(app, cast, State.DRAFT)
    page = f"/en/me/proposals/{number}"
    post(browser_of(cast.nasrin), f"{page}/coauthors", email=cast.kamran.email)
    stranger = browser_of(cast.stranger)
    token = token_of(stranger)
    fields = {"csrf_token": token, "answer": "accept"}
    assert stranger.post(f"{page}/invitation", data=fields).status_code == 404
    [row] = session.scalars(select(Coauthor.id)).all()
    session.rollback()
    deed(browser_of(cast.nasrin), number, row, "take-back")
    assert browser_of(cast.kamran).get(f"{page}/invitation").status_code == 404
    session.rollback()
    assert session.scalars(select(Coauthor)).all() == []


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("nasrin@example.org", "This is your own address."),
        ("KAMRAN@example.org", "This address has an open invitation already."),
        ("no address", "Write the whole address"),
    ],
)
def test_what_cannot_be_invited_is_said_beside_the_field(
    app: Flask, cast: Cast, browser_of: BrowserOf, address: str, words: str
) -> None:
    [number] = tell(app, cast, State.DRAFT)
    nasrin, page = browser_of(cast.nasrin), f"/en/me/proposals/{number}/coauthors"
    post(nasrin, page, email=cast.kamran.email)
    answer = post(nasrin, page, email=address)
    assert answer.status_code == 422
    assert words in answer.text
    assert address in answer.text


def test_there_are_five_places(app: Flask, cast: Cast, session: Session) -> None:
    [number] = tell(app, cast, State.DRAFT)
    for place in range(MOST_COAUTHORS):
        invited(session, number, f"friend{place}@example.org", by=cast.nasrin)
    with pytest.raises(coauthors.Full):
        invited(session, number, "one.more@example.org", by=cast.nasrin)


def test_handing_over_moves_the_right_to_send(
    app: Flask, cast: Cast, browser_of: BrowserOf, session: Session, outbox: Outbox
) -> None:
    [number] = tell(app, cast, State.DRAFT)
    row = joined(session, number, cast.kamran, by=cast.nasrin)
    nasrin, kamran, own = browser_of(cast.nasrin), browser_of(cast.kamran), "/en/me/proposals/"
    token = token_of(kamran)
    early = {"csrf_token": token, "answer": "accept"}
    kamran.post(f"{own}{number}/first-author", data=early)
    assert bond(app, cast.kamran, number) is not None, "nothing was offered yet"
    deed(nasrin, number, row.id, "offer")
    assert "Do you want to become the first author?" in kamran.get(f"{own}{number}/coauthors").text
    kamran.post(f"{own}{number}/first-author", data=early)
    assert bond(app, cast.kamran, number) is None
    former = bond(app, cast.nasrin, number)
    assert former is not None
    assert former.bond == Bond.ACCEPTED
    assert f'action="{own}{number}/submit"' in kamran.get(f"{own}{number}").text
    assert f'action="{own}{number}/submit"' not in nasrin.get(f"{own}{number}").text
    kamran.post(f"{own}{number}/submit", data={"csrf_token": token})
    with database_of(app).reading() as fresh:
        assert fresh.get_one(Proposal, number).state == State.SUBMITTED
    last = [mail for mail in outbox() if mail.name in {"coauthor_news", "received"}][-2:]
    assert [(mail.name, mail.to_address) for mail in last] == [
        ("coauthor_news", cast.nasrin.email),
        ("received", cast.kamran.email),
    ]


def test_a_member_asks_and_the_first_author_says_yes(
    app: Flask, cast: Cast, browser_of: BrowserOf, outbox: Outbox
) -> None:
    [number] = tell(app, cast, State.ACCEPTED)
    stranger, nasrin = browser_of(cast.stranger), browser_of(cast.nasrin)
    join = f"/en/proposals/{number}/join"
    assert join in stranger.get(f"/en/proposals/{number}").text
    assert post(stranger, join, named="y").status_code == 303
    assert "You have asked." in stranger.get(join).text
    row = bond(app, cast.stranger, number)
    assert row is not None
    assert stranger.get(f"/en/me/proposals/{number}").status_code == 404
    assert cast.stranger.display_name in nasrin.get(f"/en/me/proposals/{number}/coauthors").text
    deed(nasrin, number, row.id, "admit")
    assert stranger.get(f"/en/me/proposals/{number}").status_code == 200
    assert cast.stranger.display_name in app.test_client().get(f"/en/proposals/{number}").text
    news = [mail.values["event"] for mail in outbox() if mail.name == "coauthor_news"]
    assert news == ["asked", "admitted"]


def test_who_was_refused_cannot_ask_again(
    app: Flask, cast: Cast, browser_of: BrowserOf, outbox: Outbox
) -> None:
    [number] = tell(app, cast, State.ACCEPTED)
    [draft] = tell(app, cast, State.DRAFT)
    stranger, join = browser_of(cast.stranger), f"/en/proposals/{number}/join"
    post(stranger, join)
    row = bond(app, cast.stranger, number)
    assert row is not None
    token = token_of(stranger)
    deed(browser_of(cast.nasrin), number, row.id, "refuse")
    before = len(outbox())
    assert "You cannot ask for this" in stranger.post(join, data={"csrf_token": token}).text
    assert len(outbox()) == before
    assert stranger.get(f"/en/proposals/{draft}/join").status_code == 404


def test_who_is_not_named_is_only_counted(
    app: Flask, cast: Cast, browser_of: BrowserOf, session: Session
) -> None:
    item = submitted(session, cast.nasrin)
    number = item.subject_id
    joined(session, number, cast.kamran, by=cast.nasrin, named=False)
    joined(session, number, cast.stranger, by=cast.nasrin)
    review = browser_of(cast.hamid).get(f"/en/staff/queue/{item.id}").text
    decided(session, item, by=cast.hamid)
    public = app.test_client().get(f"/en/proposals/{number}").text
    for page in (review, public):
        assert cast.stranger.display_name in page
        assert cast.kamran.display_name not in page
        assert "and one co-author" in page
    page = f"/en/me/proposals/{number}/coauthors"
    kamran = browser_of(cast.kamran)
    fields = {"csrf_token": csrf(kamran.get(page)), "named": "y"}
    kamran.post(f"/en/me/proposals/{number}/name", data=fields)
    assert cast.kamran.display_name in app.test_client().get(f"/en/proposals/{number}").text


def test_no_page_shows_an_address_to_anybody_but_who_typed_it(
    app: Flask, cast: Cast, browser_of: BrowserOf, session: Session
) -> None:
    number, _, _ = people(session, cast)
    page = f"/en/me/proposals/{number}/coauthors"
    assert cast.mina.email in browser_of(cast.nasrin).get(page).text
    for person in (cast.kamran, cast.mina, cast.hamid):
        browser = browser_of(person)
        for path in (page, f"/en/me/proposals/{number}", "/en/me/proposals", "/en/staff/queue"):
            text = browser.get(path).text
            emails = {cast.nasrin.email, cast.kamran.email, cast.mina.email} - {person.email}
            assert [address for address in emails if address in text] == [], path


@pytest.mark.parametrize("rows", [1, 3, 30])
def test_the_lists_ask_as_often_for_many_as_for_one(
    app: Flask,
    cast: Cast,
    session: Session,
    browser_of: BrowserOf,
    queries: Counting,
    rows: int,
) -> None:
    """What one writes along stands in the same list, and costs nothing more."""
    for _ in range(rows):
        number = submitted(session, cast.nasrin, BICYCLES).subject_id
        joined(session, number, cast.kamran, by=cast.nasrin)
        invited(session, submitted(session, cast.nasrin).subject_id, cast.kamran.email,
                by=cast.nasrin)  # fmt: skip
    kamran = browser_of(cast.kamran)
    kamran.get("/en/me/proposals/new")
    with queries() as asked:
        page = kamran.get("/en/me/proposals").text
    assert page.count("you are a co-author") == min(rows, 20)
    assert page.count("You are invited to be a co-author") == rows
    assert len(asked) == 4, asked


def test_the_file_to_take_along_holds_what_one_writes_with_others(
    cast: Cast, browser_of: BrowserOf, session: Session
) -> None:
    number = submitted(session, cast.nasrin).subject_id
    joined(session, number, cast.kamran, by=cast.nasrin)
    kamran = browser_of(cast.kamran)
    fields = {"csrf_token": csrf(kamran.get("/en/me/data")), "current_password": PASSPHRASE}
    data = kamran.post("/en/me/data/download", data=fields).get_json()
    [along] = data["co_authorships"]
    assert (along["proposal"], along["stands"], along["title"]) == (
        number,
        "accepted",
        WATER.title,
    )
    assert cast.nasrin.display_name not in str(data)
