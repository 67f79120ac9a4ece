"""Members report a comment, a proposal, a profile; staff look; everybody concerned hears of it."""

from collections.abc import Callable
from functools import partial

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.community import reports
from citizen_diplomat.community.model import Report, Reported
from citizen_diplomat.community.reports import AlreadyReported
from citizen_diplomat.community.rules import Ground, ThingKind
from citizen_diplomat.directory.model import Profile
from citizen_diplomat.directory.rules import Audience
from citizen_diplomat.foundation.clock import now
from citizen_diplomat.mail.model import OutboxMessage
from citizen_diplomat.moderation.assignments import who_can_take
from citizen_diplomat.moderation.claims import OwnProposal
from citizen_diplomat.moderation.desks import Desk
from citizen_diplomat.moderation.model import QueueItem
from citizen_diplomat.moderation.queries import item_for_review, next_item
from citizen_diplomat.moderation.reports import dismiss
from citizen_diplomat.moderation.rules import ItemKind
from citizen_diplomat.proposals.model import Proposal
from citizen_diplomat.proposals.rules import State
from tests.cast import Cast
from tests.conftest import database_of
from tests.rooms.test_claims import at_once
from tests.rooms.test_desks import desk, rule
from tests.web.proposal_stories import tell
from tests.web.talk import make_known, newest, post, say

BrowserOf = Callable[[Account], FlaskClient]
Outbox = Callable[[], list[OutboxMessage]]
WORDS = "You are all fools."
FOLDED = "It is hidden until staff have looked."
REPORT = {"ground": "insult", "text": "Fools is no argument."}
REMOVAL = {"ground": "insult", "message": "“Fools” insults the readers."}


@pytest.fixture
def number(app: Flask, cast: Cast) -> int:
    [told] = tell(app, cast, State.ACCEPTED)
    return told


@pytest.fixture
def comment(app: Flask, cast: Cast, number: int, browser_of: BrowserOf) -> int:
    """Kamran, whom staff know, says something rude."""
    make_known(app, cast.kamran)
    say(browser_of(cast.kamran), number, WORDS)
    return newest(app).id


def item_of(app: Flask) -> QueueItem:
    with database_of(app).reading() as session:
        wanted = select(QueueItem).where(QueueItem.kind == ItemKind.REPORT)
        return session.scalars(wanted.order_by(QueueItem.id.desc()).limit(1)).one()


def report(browser: FlaskClient, kind: str, subject: int, **fields: object) -> int:
    answer = post(browser, f"/en/report/{kind}/{subject}", **{**REPORT, **fields})
    return answer.status_code


def letters(outbox: Outbox, name: str) -> list[str]:
    return [row.to_address for row in outbox() if row.name == name]


def test_a_report_waits_for_staff_who_see_the_reasons_and_not_the_names(
    app: Flask, cast: Cast, comment: int, browser_of: BrowserOf
) -> None:
    stranger = browser_of(cast.stranger)
    assert WORDS in stranger.get(f"/en/report/comment/{comment}").text
    assert report(stranger, "comment", comment) == 303
    hamid, item = browser_of(cast.hamid), item_of(app)
    assert item.author_id == cast.kamran.id
    assert WORDS in hamid.get("/en/staff/queue?kind=report").text
    for language in ("en", "fa"):
        page = hamid.get(f"/{language}/staff/queue/{item.id}").text
        assert WORDS in page
        assert "Fools is no argument." in page
        assert cast.stranger.display_name not in page


def test_one_open_report_of_each_member(
    app: Flask, cast: Cast, comment: int, browser_of: BrowserOf
) -> None:
    stranger = browser_of(cast.stranger)
    for _ in range(3):
        assert report(stranger, "comment", comment) == 303
    with database_of(app).reading() as session:
        assert len(session.scalars(select(Report)).all()) == 1
        (thing,) = session.scalars(select(Reported))
        assert (thing.open_reports, thing.folded_at) == (1, None)


def test_of_two_reports_at_once_both_count_and_the_third_folds(
    app: Flask, cast: Cast, number: int
) -> None:
    with database_of(app).writing() as session:
        thing = reports.thing_of(session, ThingKind.PROPOSAL, number, proposal_number=number).id
        session.commit()

    def accuse(opened: Session, by: Account) -> str:
        row = opened.get_one(Reported, thing)
        try:
            reports.make(opened, row, Ground.OTHER, "", by=by, at=now())
        except AlreadyReported:
            opened.rollback()
            return "known"
        opened.commit()
        return "counted"

    people = (cast.kamran, cast.kamran, cast.stranger, cast.maryam)
    answers = at_once(app, [partial(accuse, by=person) for person in people])
    assert sorted(answers) == ["counted", "counted", "counted", "known"]
    with database_of(app).reading() as session:
        row = session.get_one(Reported, thing)
        assert (row.open_reports, row.folded_at is not None) == (3, True)


def test_three_members_fold_a_comment_away_until_staff_have_looked(
    app: Flask, cast: Cast, number: int, comment: int, client: FlaskClient,
    browser_of: BrowserOf, outbox: Outbox,
) -> None:  # fmt: skip
    page = f"/en/proposals/{number}"
    for person in (cast.stranger, cast.nasrin):
        report(browser_of(person), "comment", comment)
    assert WORDS in client.get(page).text
    report(browser_of(cast.maryam), "comment", comment)
    for reader in (client, browser_of(cast.stranger)):
        assert WORDS not in reader.get(page).text
        assert FOLDED in reader.get(page).text
    edit = f"/en/me/comments/{comment}/edit"
    post(browser_of(cast.kamran), edit, text="Other words", mark="none")
    assert newest(app).text == WORDS
    hamid, item = browser_of(cast.hamid), item_of(app).id
    assert "Let it stand?" in hamid.get(f"/en/staff/queue/{item}/dismissal").text
    assert post(hamid, f"/en/staff/queue/{item}/dismissal").status_code == 303
    assert WORDS in client.get(page).text
    told = [cast.stranger.email, cast.nasrin.email, cast.maryam.email]
    assert letters(outbox, "report_outcome") == told
    assert {row.values["outcome"] for row in outbox() if row.name == "report_outcome"} == {
        "dismissed"
    }
    assert post(hamid, f"/en/staff/queue/{item}/dismissal").status_code == 409
    assert report(browser_of(cast.stranger), "comment", comment) == 303
    assert item_of(app).closed_at is None


def test_an_upheld_report_takes_the_comment_out_and_tells_all(
    app: Flask, cast: Cast, number: int, comment: int, client: FlaskClient,
    browser_of: BrowserOf, outbox: Outbox,
) -> None:  # fmt: skip
    report(browser_of(cast.stranger), "comment", comment)
    hamid, item = browser_of(cast.hamid), item_of(app).id
    address = f"/en/staff/queue/{item}/upholding"
    assert WORDS in hamid.get(address).text
    version = newest(app).version
    assert post(hamid, address, version=version, ground="insult", message="").status_code == 422
    assert post(hamid, address, version=version + 1, **REMOVAL).status_code == 409
    assert post(hamid, address, version=version, **REMOVAL).status_code == 303
    assert WORDS not in client.get(f"/en/proposals/{number}").text
    assert letters(outbox, "text_removed") == [cast.kamran.email]
    removed = next(row for row in outbox() if row.name == "text_removed")
    assert (removed.values["was_reported"], removed.values["words"]) == (True, WORDS)
    assert letters(outbox, "report_outcome") == [cast.stranger.email]
    assert cast.stranger.display_name not in str(removed.values)
    statement = browser_of(cast.kamran).get(removed.values["statement_link"]).text
    assert "Members had reported it; who they are is not told." in statement
    assert cast.stranger.display_name not in statement


def test_an_upheld_report_takes_a_proposal_out_of_the_public(
    app: Flask, cast: Cast, number: int, client: FlaskClient, browser_of: BrowserOf, outbox: Outbox
) -> None:
    title = "Reuse grey water in historic houses"
    for person in (cast.kamran, cast.stranger, cast.maryam):
        assert report(browser_of(person), "proposal", number) == 303
    folded = client.get(f"/en/proposals/{number}").text
    assert FOLDED in folded
    assert "Less water is bought" not in folded
    with database_of(app).reading() as session:
        version = session.get_one(Proposal, number).version
    hamid, item = browser_of(cast.hamid), item_of(app).id
    address = f"/en/staff/queue/{item}/upholding"
    assert title in hamid.get(address).text
    assert post(hamid, address, version=version, **REMOVAL).status_code == 303
    assert client.get(f"/en/proposals/{number}").status_code == 404
    assert title not in client.get("/en/proposals").text
    own = browser_of(cast.nasrin).get(f"/en/me/proposals/{number}").text
    assert "The office took it out of the public pages after reports" in own
    assert "Official answer of the Municipality" not in own
    assert letters(outbox, "text_removed") == [cast.nasrin.email]
    assert f'href="/en/me/proposals/{number}/appeal"' not in own, "one writes to the office"
    assert "A proposal was taken out of the public pages" in own
    assert len(letters(outbox, "report_outcome")) == 3


def test_an_upheld_report_takes_the_words_out_of_a_profile(
    app: Flask, cast: Cast, session: Session, browser_of: BrowserOf, outbox: Outbox
) -> None:
    stranger = browser_of(cast.stranger)
    assert report(stranger, "profile", cast.kamran.id) == 404
    profile = session.get_one(Profile, cast.kamran.id)
    profile.about = "Buy my watches"
    profile.name_seen_by = profile.about_seen_by = Audience.MEMBERS
    session.commit()
    page = f"/en/members/{cast.kamran.id}"
    assert "/en/report/profile/" in stranger.get(page).text
    for person in (cast.stranger, cast.nasrin, cast.maryam):
        assert report(browser_of(person), "profile", cast.kamran.id) == 303
    assert "Buy my watches" not in stranger.get(page).text
    assert FOLDED in stranger.get(page).text
    hamid, item = browser_of(cast.hamid), item_of(app)
    assert (item.title, item.search_text.strip()) == ("", "")
    assert "Buy my watches" in hamid.get(f"/en/staff/queue/{item.id}").text
    session.refresh(profile)
    version = profile.version
    session.rollback()
    address = f"/en/staff/queue/{item.id}/upholding"
    assert post(hamid, address, version=version, **REMOVAL).status_code == 303
    assert "Buy my watches" not in stranger.get(page).text
    assert FOLDED not in stranger.get(page).text
    assert letters(outbox, "text_removed") == [cast.kamran.email]
    statement = browser_of(cast.kamran).get("/en/me/statements").text
    assert "The words about you were taken out" in statement


def test_nobody_reports_or_judges_their_own(
    app: Flask, cast: Cast, number: int, comment: int, browser_of: BrowserOf
) -> None:
    assert report(browser_of(cast.kamran), "comment", comment) == 403
    assert report(browser_of(cast.nasrin), "proposal", number) == 403
    hamid = browser_of(cast.hamid)
    assert report(hamid, "comment", comment) == 303
    item = item_of(app).id
    assert hamid.get(f"/en/staff/queue/{item}").status_code == 404
    version = newest(app).version
    for verb in ("dismissal", "upholding"):
        answer = post(hamid, f"/en/staff/queue/{item}/{verb}", version=version, **REMOVAL)
        assert answer.status_code == 404
    assert post(browser_of(cast.maryam), f"/en/staff/queue/{item}/dismissal").status_code == 303
    assert hamid.get(f"/en/staff/queue/{item}").status_code == 200, "it is answered"


def test_what_somebody_reported_comes_to_a_colleague(
    app: Flask, session: Session, cast: Cast, comment: int, browser_of: BrowserOf
) -> None:
    """Not to them by a desk that shares out, by hand or as the next; nor do they keep it."""
    hamid, maryam = browser_of(cast.hamid), browser_of(cast.maryam)
    table = desk(session, "comments", cast.hamid, cast.maryam)
    rule(session, table, city="barcelona")
    session.get_one(Desk, table.id).shares_out = True
    session.commit()
    assert report(hamid, "comment", comment) == 303
    given = item_of(app)
    assert given.assignee_id == cast.maryam.id
    able = {person.id for person in who_can_take(session, given, viewer=cast.soheila.id)}
    following = next_item(session, viewer=cast.hamid.id, at=now())
    session.commit()
    assert (able, following) == ({cast.maryam.id, cast.soheila.id}, None)
    assert WORDS not in hamid.get("/en/staff/queue?kind=report").text
    assert WORDS in maryam.get("/en/staff/queue?kind=report").text
    assert post(maryam, f"/en/staff/queue/{given.id}/claim").status_code == 303
    assert report(maryam, "comment", comment) == 303
    left = item_of(app)
    assert (left.assignee_id, left.holder_id) == (None, None)
    assert maryam.get(f"/en/staff/queue/{given.id}").status_code == 404


def test_nobody_answers_what_they_reported_while_they_read_it(
    app: Flask, cast: Cast, comment: int, browser_of: BrowserOf
) -> None:
    assert report(browser_of(cast.stranger), "comment", comment) == 303
    number = item_of(app).id
    with database_of(app).writing() as session:
        hamid = session.get_one(Account, cast.hamid.id)
        item = item_for_review(session, number, viewer=hamid.id)
        assert item is not None
        thing = session.get_one(Reported, item.subject_id)
        reports.make(session, thing, Ground.OTHER, "", by=hamid, at=now())
        with pytest.raises(OwnProposal):
            dismiss(session, item, thing, by=hamid, at=now(), links={})


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"ground": ""}, 422),
        ({"ground": "nonsense"}, 422),
        ({"text": "x" * 1_001}, 422),
        ({"text": "a\u202eb"}, 422),
        ({"text": ""}, 303),
        ({"text": "<script>alert(1)</script>"}, 303),
    ],
)
def test_a_report_names_its_reason(
    app: Flask, cast: Cast, comment: int, browser_of: BrowserOf, fields: dict[str, str], status: int
) -> None:
    assert report(browser_of(cast.stranger), "comment", comment, **fields) == status
    if status == 303:
        page = browser_of(cast.hamid).get(f"/en/staff/queue/{item_of(app).id}").text
        assert "<script>alert" not in page


def test_what_the_reader_cannot_see_cannot_be_reported(
    app: Flask, cast: Cast, number: int, browser_of: BrowserOf
) -> None:
    say(browser_of(cast.kamran), number, "I still wait")
    waiting = newest(app).id
    [hidden] = tell(app, cast, State.SUBMITTED)
    stranger = browser_of(cast.stranger)
    for kind, subject in (
        ("comment", waiting), ("comment", 10**14), ("proposal", hidden),
        ("proposal", 10**14), ("profile", cast.hamid.id), ("call", 1),
    ):  # fmt: skip
        assert report(stranger, kind, subject) == 404
