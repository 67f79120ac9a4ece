"""Nasrin misses a skill in the list; the office adds it, finds it, or says why not."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.directory.model import Profile, ProfileSkill, Skill, SkillSuggestion
from citizen_diplomat.directory.queries import of_account
from citizen_diplomat.mail.model import OutboxMessage
from citizen_diplomat.moderation.model import QueueItem
from citizen_diplomat.web.reference import KEY as REFERENCE
from tests.cast import Cast
from tests.conftest import csrf

BrowserOf = Callable[[Account], FlaskClient]
Outbox = Callable[[], list[OutboxMessage]]
Counting = Callable[[], AbstractContextManager[list[str]]]
NAME = "کاشی هفت‌رنگ"


def suggest(browser: FlaskClient, name: str = NAME, **more: str) -> TestResponse:
    token = csrf(browser.get("/en/me/skills/suggest"))
    fields = {"name": name, "csrf_token": token, **more}
    return browser.post("/en/me/skills/suggest", data=fields)


def answer(browser: FlaskClient, item: int, action: str, **fields: Any) -> TestResponse:
    token = csrf(browser.get(f"/en/staff/queue/{item}"))
    return browser.post(
        f"/en/staff/queue/{item}/skill", data={"action": action, "csrf_token": token, **fields}
    )


def waiting(session: Session) -> QueueItem:
    session.rollback()
    item = session.scalars(select(QueueItem)).one()
    # Let go of the write lock; the browser's next click needs it.
    session.expunge_all()
    session.rollback()
    return item


def skills_of(session: Session, account: Account) -> set[str]:
    session.rollback()
    profile = of_account(session, account.id)
    assert profile is not None
    slugs = {row.skill_slug for row in profile.skills}
    session.rollback()
    return slugs


def test_a_suggestion_waits_in_the_queue_and_is_added(
    session: Session, cast: Cast, browser_of: BrowserOf, outbox: Outbox
) -> None:
    member, desk = browser_of(cast.nasrin), browser_of(cast.hamid)
    assert suggest(member, reason="برای مرمت.").status_code == 303
    item = waiting(session)
    assert (item.kind, item.title, item.author_id) == ("skill", NAME, cast.nasrin.id)
    listed = desk.get("/en/staff/queue?kind=skill").get_data(as_text=True)
    assert NAME in listed
    assert "Suggested skills" in listed
    page = desk.get(f"/fa/staff/queue/{item.id}").get_data(as_text=True)
    assert "برای مرمت." in page
    assert f'name="name_fa" type="text" value="{NAME}"' in page
    group = session.scalars(select(Skill.group_slug).limit(1)).one()
    session.rollback()
    fields = {"name_fa": NAME, "name_en": "Haft-rang tiles", "group": group}
    assert answer(desk, item.id, "add", **fields).status_code == 303
    session.rollback()
    skill = session.get_one(Skill, "haft-rang-tiles")
    assert (skill.name_fa, skill.group_slug) == (NAME, group)
    assert skills_of(session, cast.nasrin) == {"haft-rang-tiles"}
    (letter,) = [one for one in outbox() if one.name == "skill_answered"]
    assert (letter.to_key, letter.language) == (cast.nasrin.email_key, "fa")
    assert (letter.values["state"], letter.values["listed_as"]) == ("added", NAME)
    assert "Haft-rang tiles" in member.get("/en/me/profile").get_data(as_text=True)
    assert NAME not in desk.get("/en/staff/queue").get_data(as_text=True)
    late = answer(browser_of(cast.maryam), item.id, "decline", message="Too late.")
    assert late.status_code == 303
    assert len([one for one in outbox() if one.name == "skill_answered"]) == 1


def test_what_is_there_under_another_name_is_pointed_to(
    session: Session, cast: Cast, browser_of: BrowserOf, outbox: Outbox
) -> None:
    suggest(browser_of(cast.kamran), "Ceramics of every kind")
    item = waiting(session)
    assert answer(browser_of(cast.hamid), item.id, "known", skill="pottery").status_code == 303
    assert skills_of(session, cast.kamran) == {"pottery"}
    (letter,) = outbox()
    assert letter.values["state"] == "known"
    page = browser_of(cast.kamran).get("/en/me/skills/suggest").get_data(as_text=True)
    assert "in the list as" in page


def test_a_declined_one_says_why(
    session: Session, cast: Cast, browser_of: BrowserOf, outbox: Outbox
) -> None:
    suggest(browser_of(cast.kamran), "Being nice")
    item, desk = waiting(session), browser_of(cast.hamid)
    assert answer(desk, item.id, "decline", message="").status_code == 422
    sent = answer(desk, item.id, "decline", message="This is nobody's trade.")
    assert sent.status_code == 303
    (letter,) = outbox()
    assert letter.values["message"] == "This is nobody's trade."
    assert skills_of(session, cast.kamran) == set()


@pytest.mark.parametrize("name", ["سفال و سراميك", "سفالوسرامیک", "POTTERY and ceramics", ""])
def test_what_the_list_holds_however_it_is_spelt_is_not_suggested(
    session: Session, cast: Cast, browser_of: BrowserOf, name: str
) -> None:
    refused = suggest(browser_of(cast.nasrin), name)
    assert refused.status_code == 422
    session.rollback()
    assert session.scalars(select(SkillSuggestion)).all() == []


def test_twice_the_same_waits_once_and_nobody_floods_the_desk(
    session: Session, cast: Cast, browser_of: BrowserOf
) -> None:
    browser = browser_of(cast.nasrin)
    for _ in range(2):
        assert suggest(browser).status_code == 303
    for number in range(4):
        assert suggest(browser, f"Idea number {number}").status_code == 303
    assert suggest(browser, "One too many").status_code == 422
    session.rollback()
    assert len(session.scalars(select(QueueItem)).all()) == 5


def test_nobody_answers_their_own_suggestion(
    session: Session, cast: Cast, browser_of: BrowserOf
) -> None:
    desk = browser_of(cast.hamid)
    suggest(desk)
    item = waiting(session)
    assert answer(desk, item.id, "decline", message="No.").status_code == 404
    assert waiting(session).closed_at is None


def test_a_skill_item_is_no_proposal_and_a_proposal_no_skill(
    session: Session, cast: Cast, browser_of: BrowserOf
) -> None:
    suggest(browser_of(cast.nasrin))
    item, desk = waiting(session), browser_of(cast.hamid)
    token = csrf(desk.get(f"/en/staff/queue/{item.id}"))
    asked = desk.post(f"/en/staff/queue/{item.id}/decision", data={"csrf_token": token})
    assert asked.status_code == 404
    assert answer(desk, item.id, "accept").status_code == 404
    for verb in ("claim", "release"):
        done = desk.post(f"/en/staff/queue/{item.id}/{verb}", data={"csrf_token": token})
        assert done.status_code == 303


def test_two_skills_become_one_and_everybody_keeps_theirs(
    session: Session, cast: Cast, browser_of: BrowserOf
) -> None:
    for person, slugs in ((cast.nasrin, ("pottery", "tile-making")), (cast.kamran, ("pottery",))):
        for slug in slugs:
            row = ProfileSkill(account_id=person.id, skill_slug=slug, willing=slug == "pottery")
            session.add(row)
    session.commit()
    desk = browser_of(cast.soheila)
    token = csrf(desk.get("/en/staff/skills"))
    fields = {"skill": "pottery", "into": "tile-making", "csrf_token": token}
    asked = desk.post("/en/staff/skills", data=fields)
    assert asked.status_code == 200
    assert "2 profiles change" in asked.get_data(as_text=True)
    assert skills_of(session, cast.kamran) == {"pottery"}
    assert desk.post("/en/staff/skills", data={**fields, "is_sure": "y"}).status_code == 303
    for person in (cast.nasrin, cast.kamran):
        assert skills_of(session, person) == {"tile-making"}
    assert all(row.willing for row in session.scalars(select(ProfileSkill)))
    session.rollback()
    form = browser_of(cast.nasrin).get("/en/me/profile").get_data(as_text=True)
    assert 'value="pottery"' not in form
    again = desk.post("/en/staff/skills", data={**fields, "is_sure": "y"})
    assert again.status_code == 422


@pytest.mark.parametrize(("name", "status"), [("soheila", 200), ("mina", 200), ("hamid", 403)])
def test_the_list_is_kept_by_coordinators_and_administrators(
    cast: Cast, browser_of: BrowserOf, name: str, status: int
) -> None:
    assert browser_of(getattr(cast, name)).get("/fa/staff/skills").status_code == status


@pytest.mark.parametrize("rows", [1, 3, 30])
def test_the_list_of_skills_takes_four_queries_however_long(
    app: Flask, session: Session, cast: Cast, browser_of: BrowserOf, queries: Counting, rows: int
) -> None:
    """With how many say that they have each, and what was merged."""
    slugs = session.scalars(select(Skill.slug).order_by(Skill.position)).all()
    into, merged, named = slugs[0], slugs[1 : rows + 1], slugs[rows + 1 : 2 * rows + 1]
    session.execute(update(Skill).where(Skill.slug.in_(merged)).values(merged_into=into))
    profile = session.get_one(Profile, cast.nasrin.id)
    session.add_all(ProfileSkill(account_id=profile.account_id, skill_slug=slug) for slug in named)
    session.commit()
    browser = browser_of(cast.soheila)
    app.extensions.pop(REFERENCE, None)
    browser.get("/en/staff/skills")
    with queries() as statements:
        assert browser.get("/en/staff/skills").status_code == 200
    app.extensions.pop(REFERENCE, None)
    assert len(named) == len(merged) == rows
    assert len(statements) <= 4, statements
