"""What each kind of sanction refuses, what still works, and that its end restores exactly."""

import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from citizen_diplomat.accounts.model import Account, AccountSession
from citizen_diplomat.accounts.sanction_rules import SanctionKind
from citizen_diplomat.accounts.sanctions import Sanction
from citizen_diplomat.accounts.sessions import find_session, open_session
from citizen_diplomat.cli.worker import send_due
from citizen_diplomat.community.model import Comment
from citizen_diplomat.community.tallies import tally_of
from citizen_diplomat.foundation.clock import now
from citizen_diplomat.mail.message import Recipient
from citizen_diplomat.mail.model import OutboxMessage
from citizen_diplomat.mail.outbox import post as post_mail
from citizen_diplomat.moderation.messages import SkillAnswered
from citizen_diplomat.proposals.bonds import Coauthor
from citizen_diplomat.proposals.rules import State
from tests.cast import LONG_AGO, PASSPHRASE, Cast
from tests.conftest import csrf, database_of
from tests.profiles import NASRIN, describe
from tests.sanctioning import FACTS, WEEK, impose, lift, run_out, token_of
from tests.web.proposal_stories import tell
from tests.web.talk import make_known, newest, post, say

BrowserOf = Callable[[Account], FlaskClient]
Outbox = Callable[[], list[OutboxMessage]]
WARN, LIMIT, SUSPEND, CLOSE = SanctionKind
WORDS = ("First.", "Second.", "Third.", "Fourth.", "Fifth.")


@pytest.fixture
def number(app: Flask, cast: Cast) -> int:
    """A proposal of Nasrin's; staff know Kamran's comments already."""
    [told] = tell(app, cast, State.ACCEPTED)
    make_known(app, cast.kamran, cast.nasrin)
    with database_of(app).writing() as session:
        session.execute(update(Comment).values(created_at=LONG_AGO))
        session.commit()
    return told


def sign_in(client: FlaskClient, person: Account, passphrase: str = PASSPHRASE) -> TestResponse:
    token = csrf(client.get("/en/login"))
    fields = {"csrf_token": token, "email": person.email, "password": passphrase}
    return client.post("/en/login", data=fields)


def token_in(page: TestResponse) -> dict[str, str]:
    return {"csrf_token": csrf(page)}


@pytest.mark.parametrize(
    ("kind", "signs_in", "acts", "hears"),
    [(WARN, True, 3, True), (LIMIT, True, 2, True), (SUSPEND, False, 0, False),
     (CLOSE, False, 0, False)],
)  # fmt: skip
def test_what_each_kind_refuses_and_what_still_works(
    app: Flask, cast: Cast, number: int, browser_of: BrowserOf, client: FlaskClient,
    outbox: Outbox, kind: SanctionKind, signs_in: bool, acts: int, hears: bool,
) -> None:  # fmt: skip
    browser = browser_of(cast.kamran)
    sanction = impose(app, cast.kamran, kind, by=cast.soheila)
    assert (browser.get("/en/me/security").status_code == 200) is signs_in
    if signs_in:
        answers = [say(browser, number, f"Remark {one}").status_code for one in range(3)]
        assert answers == [303] * acts + [429] * (3 - acts)
    answer = sign_in(client, cast.kamran)
    assert answer.status_code == 303
    assert ("/sanction/" in answer.headers["Location"]) is not signs_in
    # A letter about anything else, and that about this.
    impose(app, cast.kamran, WARN, by=cast.soheila)
    with app.app_context():
        _post_anything(app, cast.kamran)
        send_due(now)
    told = {row.name: row.state for row in outbox() if row.to_key == cast.kamran.email_key}
    assert told == {"sanction": "sent", "skill_answered": "sent" if hears else "stopped"}
    # Whatever it is: its page, an appeal, and one's data.
    address = f"/en/sanction/{token_of(app, sanction, cast.kamran)}"
    page = client.get(address)
    assert FACTS in page.text
    stranger = app.test_client()
    fields = token_in(stranger.get(address))
    data = stranger.post(f"{address}/data", data={**fields, "password": PASSPHRASE})
    assert [row["kind"] for row in json.loads(data.text)["sanctions"]] == [kind, "warn"]
    assert stranger.post(address, data={**fields, "text": "It was not me."}).status_code == 303
    assert "It was not me." in stranger.get(address).text


def _post_anything(app: Flask, person: Account) -> None:
    with database_of(app).writing() as session:
        letter = SkillAnswered("Weaving", "added", "Weaving", "", "http://localhost/en/")
        to = Recipient(person.email, person.display_name, person.language, person.id)
        post_mail(session, letter, to, key="anything", at=now())
        session.commit()


@pytest.mark.parametrize("kind", [SUSPEND, CLOSE])
def test_every_sign_in_ends_at_once_and_no_new_one_lives(
    app: Flask, cast: Cast, browser_of: BrowserOf, kind: SanctionKind
) -> None:
    browsers = [browser_of(cast.kamran) for _ in range(2)]
    other = browser_of(cast.stranger)
    impose(app, cast.kamran, kind, by=cast.soheila)
    for browser in browsers:
        assert browser.get("/en/me/security").status_code == 303
    assert other.get("/en/me/security").status_code == 200
    with database_of(app).writing() as session:
        rows = session.scalars(select(AccountSession.account_id)).all()
        assert cast.kamran.id not in rows
    # However somebody opened one: by a reset, an invitation.
    assert browser_of(cast.kamran).get("/en/me/security").status_code == 303


def test_who_is_suspended_is_told_for_the_right_passphrase_alone(
    app: Flask, cast: Cast, client: FlaskClient
) -> None:
    impose(app, cast.kamran, SUSPEND, by=cast.soheila)
    wrong, unknown = Account(email="nobody@example.org"), "another seven blue tiles"
    refused = [sign_in(client, cast.kamran, unknown), sign_in(client, wrong, unknown)]
    texts = [page.text.replace(cast.kamran.email, wrong.email) for page in refused]
    for text in texts:
        assert "do not fit together" in text
        assert "uspen" not in text
    told = client.get(sign_in(client, cast.kamran).headers["Location"])
    for words in ("Suspension", FACTS, "no program".capitalize(), "You can appeal once"):
        assert words in told.text


def test_the_end_of_a_suspension_is_a_moment_whether_the_worker_came_or_not(
    app: Flask, cast: Cast
) -> None:
    at = now()
    impose(app, cast.kamran, SUSPEND, by=cast.soheila, at=at)
    with database_of(app).writing() as session:
        person = session.merge(cast.kamran, load=False)
        token = open_session(session, person, device="", remember=True, at=at)
        moment = timedelta(microseconds=1)
        assert find_session(session, token, at=at + WEEK - moment) is None
        assert find_session(session, token, at=at + WEEK) is not None
        session.rollback()
    assert run_out(app, at + WEEK - moment) == 0
    assert run_out(app, at + WEEK) == 1
    assert run_out(app, at + WEEK) == 0
    with database_of(app).reading() as session:
        (row,) = session.scalars(select(Sanction))
        assert (row.ending, row.ended_at, row.ended_by) == ("ran_out", at + WEEK, None)


def seen(app: Flask, cast: Cast, number: int, browser: FlaskClient) -> dict[str, object]:
    """What a reader sees of Kamran and his proposal, and the count beside Nasrin's."""
    [his, hers] = [browser.get(f"/en/proposals/{one}") for one in (number + 1, number)]
    with database_of(app).reading() as session:
        count = tally_of(session, number).comments
    said = {words for words in WORDS if words in hers.text}
    listed = f'href="/en/proposals/{number + 1}"' in browser.get("/en/proposals").text
    profile = browser.get(f"/en/members/{cast.kamran.id}").status_code
    return {
        "comments": said, "count": count, "proposal": his.status_code, "listed": listed,
        "profile": profile,
    }  # fmt: skip


@pytest.fixture
def story(app: Flask, cast: Cast, number: int, browser_of: BrowserOf) -> dict[str, int]:
    """Kamran has a proposal, a profile, three comments, and one that staff took out before."""
    with database_of(app).writing() as session:
        describe(session, session.merge(cast.kamran, load=False), NASRIN, display_name="Kamran")
    tell(app, cast, State.ACCEPTED, by=cast.kamran)
    browser = browser_of(cast.kamran)
    comments = {}
    for words in WORDS[:4]:
        say(browser, number, words)
        comments[words] = newest(app).id
    with database_of(app).writing() as session:
        session.get_one(Comment, comments["Fourth."]).state = "removed"
        tally_of(session, number).comments -= 1
        session.commit()
    return comments


ALL = {"First.", "Second.", "Third."}


@pytest.mark.parametrize("ends", ["lifted", "ran out"])
def test_lifting_or_running_out_restores_exactly_what_it_hid(
    app: Flask, cast: Cast, number: int, browser_of: BrowserOf, story: dict[str, int], ends: str
) -> None:
    reader, kamran = browser_of(cast.stranger), browser_of(cast.kamran)
    before = seen(app, cast, number, reader)
    assert before == {
        "comments": ALL, "count": 3, "proposal": 200, "listed": True, "profile": 200,
    }  # fmt: skip
    at = now()
    sanction = impose(app, cast.kamran, LIMIT, by=cast.soheila, hides=True, acts_a_day=9, at=at)
    nothing = {"comments": set(), "count": 0, "proposal": 404, "listed": False, "profile": 404}
    assert seen(app, cast, number, reader) == nothing
    # Meanwhile its author takes one back, and says something new.
    post(kamran, f"/en/me/comments/{story['Second.']}/remove")
    say(kamran, number, "Fifth.")
    assert seen(app, cast, number, reader) == {**nothing, "comments": {"Fifth."}, "count": 1}
    if ends == "lifted":
        lift(app, sanction.id, by=cast.mina)
    else:
        run_out(app, at + WEEK)
    after = seen(app, cast, number, reader)
    assert after == {**before, "comments": {"First.", "Third.", "Fifth."}, "count": 3}


def test_what_two_sanctions_hide_is_seen_when_both_are_over(
    app: Flask, cast: Cast, number: int, browser_of: BrowserOf, story: dict[str, int]
) -> None:
    reader = browser_of(cast.stranger)
    one, other = (
        impose(app, cast.kamran, kind, by=cast.soheila, hides=True) for kind in (WARN, LIMIT)
    )
    lift(app, one.id, by=cast.soheila)
    assert seen(app, cast, number, reader)["count"] == 0
    lift(app, other.id, by=cast.soheila)
    assert seen(app, cast, number, reader)["count"] == 3


def test_a_proposal_that_somebody_writes_along_is_not_hidden_with_its_author(
    app: Flask, cast: Cast, number: int, browser_of: BrowserOf
) -> None:
    with database_of(app).writing() as session:
        session.add(
            Coauthor(
                proposal_number=number, account_id=cast.stranger.id, bond="accepted",
                begun_at=now(), accepted_at=now(), is_named=True,
            )
        )  # fmt: skip
        session.commit()
    impose(app, cast.nasrin, CLOSE, by=cast.soheila, hides=True)
    assert app.test_client().get(f"/en/proposals/{number}").status_code == 200
