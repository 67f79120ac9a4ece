"""Imposing and lifting at the desk, and appeals that somebody else decides."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from citizen_diplomat.accounts.forget import LastAdmin
from citizen_diplomat.accounts.model import Account, AccountRole
from citizen_diplomat.accounts.sanction_rules import SanctionKind
from citizen_diplomat.accounts.sanctions import Sanction, SanctionHide
from citizen_diplomat.audit.model import AuditEntry
from citizen_diplomat.foundation.clock import now
from citizen_diplomat.mail.model import OutboxMessage
from citizen_diplomat.moderation.model import QueueItem
from citizen_diplomat.moderation.rules import ItemKind
from citizen_diplomat.moderation.sanction_appeals import (
    AppealOutcome,
    NotOpenToAppeal,
    SanctionAppeal,
    appeal,
)
from citizen_diplomat.moderation.sanctions import Letters, NotAllowed
from citizen_diplomat.web.personal_data import close
from tests.cast import Cast
from tests.conftest import csrf, database_of
from tests.sanctioning import impose, known, lift, token_of, within
from tests.web.talk import post

BrowserOf = Callable[[Account], FlaskClient]
Outbox = Callable[[], list[OutboxMessage]]
WARN, LIMIT, SUSPEND, CLOSE = SanctionKind
LAST_DAY = (now().date() + timedelta(days=20)).isoformat()
FORM = {
    "kind": "suspend", "ends_on": LAST_DAY, "acts_a_day": "", "breach": "insult",
    "facts": "You called a member a fool.", "found_by": "reported", "hides": "y",
    "form_key": "one form",
}  # fmt: skip


def rows(app: Flask, table: type[Any]) -> list[Any]:
    with database_of(app).reading() as session:
        return list(session.scalars(select(table).order_by(*table.__table__.primary_key.columns)))


def appealed(app: Flask, sanction: Sanction) -> int:
    """The number of an appeal against it."""
    row = within(app, lambda session, _: appeal(session, sanction, "It was not me.", at=now()))
    return int(row.id)


def test_the_letter_is_read_in_the_members_language_before_anything_is_done(
    app: Flask, cast: Cast, browser_of: BrowserOf, outbox: Outbox
) -> None:
    soheila, address = browser_of(cast.soheila), f"/en/staff/members/{cast.nasrin.id}/sanctions"
    preview = post(soheila, f"{address}/new", **FORM)
    assert preview.status_code == 200
    assert "حساب شما تعلیق شده است" in preview.text
    assert FORM["facts"] in preview.text
    assert (rows(app, Sanction), outbox()) == ([], [])
    changed = post(soheila, f"{address}/new", **FORM, step="change")
    assert FORM["facts"] in changed.text
    assert rows(app, Sanction) == []
    # What the preview posts, twice: one sanction and one letter.
    fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', preview.text))
    for _ in range(2):
        done = soheila.post(f"{address}/new", data={**fields, "step": "impose"})
        assert done.status_code == 303
    (row,) = rows(app, Sanction)
    assert (row.kind, row.hides, row.was_reported, row.facts) == (
        "suspend",
        True,
        True,
        FORM["facts"],
    )
    assert [letter.name for letter in outbox()] == ["sanction"]
    page = soheila.get(address).text
    assert "Suspension" in page
    assert "Suspension" in soheila.get(f"/en/staff/members/{cast.nasrin.id}").text
    assert "Suspension" in soheila.get("/en/staff/sanctions").text


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"kind": ""}, "Choose what is imposed."),
        ({"facts": ""}, "the member reads it"),
        ({"breach": ""}, "Choose a rule."),
        ({"found_by": ""}, "Choose how it was found."),
        ({"ends_on": ""}, "Write the last day"),
        ({"ends_on": "soon"}, "Write the last day"),
        ({"ends_on": "1400/1/1"}, "within two years"),
        ({"ends_on": "1499/1/1"}, "within two years"),
        ({"kind": "warn"}, "no end date: leave it empty"),
        ({"kind": "close"}, "no end date: leave it empty"),
        ({"kind": "limit"}, "from 1 to 50"),
        ({"kind": "limit", "acts_a_day": "۵۱"}, "from 1 to 50"),
        ({"acts_a_day": "3"}, "Only a limit has a number"),
    ],
)
def test_what_is_missing_is_said_beside_its_field_and_nothing_typed_is_lost(
    app: Flask, cast: Cast, browser_of: BrowserOf, changes: dict[str, str], said: str
) -> None:
    address = f"/en/staff/members/{cast.kamran.id}/sanctions/new"
    fields = {**FORM, **changes, "step": "impose"}
    answer = post(browser_of(cast.soheila), address, **fields)
    assert answer.status_code == 422
    assert said in answer.text
    assert fields["facts"] in answer.text
    assert rows(app, Sanction) == []


def test_a_day_of_either_calendar_ends_with_that_day_in_isfahan(
    app: Flask, cast: Cast, browser_of: BrowserOf
) -> None:
    soheila, address = browser_of(cast.soheila), f"/en/staff/members/{cast.kamran.id}/sanctions/new"
    for day in ("۱۴۰۵/۱۰/۲۰", "2027-01-10"):
        fields = {**FORM, "kind": "limit", "acts_a_day": "۳", "ends_on": day, "form_key": day}
        assert post(soheila, address, **fields, step="impose").status_code == 303
    ends = {row.ends_at.isoformat() for row in rows(app, Sanction)}
    assert ends == {"2027-01-10T20:30:00+00:00"}
    assert {row.acts_a_day for row in rows(app, Sanction)} == {3}


PAGES = ("/staff/sanctions", "/staff/members/{person}/sanctions",
         "/staff/members/{person}/sanctions/new", "/staff/sanctions/{sanction}/lift",
         "/staff/sanctions/appeals/{appeal}")  # fmt: skip


@pytest.mark.parametrize(
    ("name", "status"),
    [("nasrin", 403), ("stranger", 403), ("hamid", 403), ("arash", 403), ("soheila", 404),
     ("mina", 200)],
)  # fmt: skip
def test_sanctions_are_for_coordinators_and_administrators(
    app: Flask, cast: Cast, browser_of: BrowserOf, name: str, status: int
) -> None:
    """Soheila imposed it: of all pages, the appeal alone is not there for her."""
    sanction = impose(app, cast.kamran, LIMIT, by=cast.soheila)
    numbers = {
        "person": cast.kamran.id, "sanction": sanction.id, "appeal": appealed(app, sanction)
    }  # fmt: skip
    browser = browser_of(getattr(cast, name))
    for page in PAGES:
        answer = browser.get("/en" + page.format(**numbers))
        expected = 200 if status == 404 and "appeals/" not in page else status
        assert answer.status_code == expected, page


def test_nobody_sanctions_themselves_and_staff_only_an_administrator(
    app: Flask, cast: Cast, browser_of: BrowserOf
) -> None:
    for by, on, status in (
        (cast.soheila, cast.soheila, 403), (cast.soheila, cast.hamid, 403),
        (cast.soheila, cast.mina, 403), (cast.mina, cast.mina, 403), (cast.mina, cast.hamid, 303),
    ):  # fmt: skip
        address = f"/en/staff/members/{on.id}/sanctions/new"
        answer = post(browser_of(by), address, **FORM, step="impose")
        assert answer.status_code == status, (by.email, on.email)
    with pytest.raises(NotAllowed):
        impose(app, cast.mina, SUSPEND, by=cast.mina)
    suspended = impose(app, cast.soheila, WARN, by=cast.mina)
    with pytest.raises(NotAllowed):
        lift(app, suspended.id, by=cast.soheila)


def test_the_last_administrator_who_can_come_in_is_not_suspended(app: Flask, cast: Cast) -> None:
    within(
        app, lambda session, _: session.add(AccountRole(account_id=cast.soheila.id, role="admin"))
    )
    impose(app, cast.mina, SUSPEND, by=cast.soheila)
    with pytest.raises(LastAdmin):
        impose(app, cast.soheila, CLOSE, by=cast.mina)


@pytest.mark.parametrize("outcome", list(AppealOutcome))
def test_an_appeal_is_decided_once_by_somebody_else_and_explained(
    app: Flask, cast: Cast, browser_of: BrowserOf, outbox: Outbox, outcome: AppealOutcome
) -> None:
    sanction = impose(app, cast.kamran, SUSPEND, by=cast.soheila)
    visitor = app.test_client()
    address = f"/en/sanction/{token_of(app, sanction, cast.kamran)}"
    fields = {"csrf_token": csrf(visitor.get(address))}
    assert visitor.post(address, data={**fields, "text": ""}).status_code == 422
    assert visitor.post(address, data={**fields, "text": "It was not me."}).status_code == 303
    visitor.post(address, data={**fields, "text": "Once more."})
    (item,) = [row for row in rows(app, QueueItem) if row.kind == ItemKind.SANCTION_APPEAL]
    answer = {"outcome": outcome, "explanation": "I read all of it."}
    # Neither who imposed it nor moderators find it anywhere.
    for person in (cast.soheila, cast.hamid):
        browser = browser_of(person)
        assert browser.get(f"/en/staff/queue/{item.id}").status_code == 404
        assert f"/staff/queue/{item.id}" not in browser.get("/en/staff/queue").text
        page = f"/en/staff/sanctions/appeals/{item.subject_id}"
        assert post(browser, page, **answer).status_code in {403, 404}
    mina = browser_of(cast.mina)
    assert f"/sanctions/appeals/{item.subject_id}" in mina.get("/en/staff/sanctions").text
    page = f"/en/staff/sanctions/appeals/{item.subject_id}"
    assert "It was not me." in mina.get(page).text
    assert post(mina, page, outcome="", explanation="").status_code == 422
    assert [post(mina, page, **answer).status_code for _ in range(2)] == [303, 303]
    (row,) = rows(app, SanctionAppeal)
    assert (row.outcome, row.decided_by) == (outcome, cast.mina.id)
    (stands,) = rows(app, Sanction)
    granted = outcome is AppealOutcome.GRANTED
    assert stands.ending == ("appealed" if granted else None)
    assert [one.name for one in outbox()][1:] == [
        "sanction_ended" if granted else "sanction_upheld"
    ]
    told = visitor.get(address).text
    assert "I read all of it." in told
    assert cast.mina.display_name not in told
    assert "Send the appeal" not in told


def test_a_lifted_sanction_needs_no_appeal_and_a_second_lift_changes_nothing(
    app: Flask, cast: Cast, browser_of: BrowserOf
) -> None:
    sanction = impose(app, cast.kamran, SUSPEND, by=cast.soheila)
    soheila, address = browser_of(cast.soheila), f"/en/staff/sanctions/{sanction.id}/lift"
    assert post(soheila, address, reason="").status_code == 422
    for _ in range(2):
        assert post(soheila, address, reason="A mistake of ours.").status_code == 303
    (row,) = rows(app, Sanction)
    assert (row.ending, row.ending_reason, row.ended_by) == (
        "lifted", "A mistake of ours.", cast.soheila.id,
    )  # fmt: skip
    with pytest.raises(NotOpenToAppeal):
        within(app, lambda session, _: appeal(session, row, "Still.", at=now()))


def test_the_log_has_every_act_and_no_words_of_it(app: Flask, cast: Cast) -> None:
    sanction = impose(app, cast.kamran, WARN, by=cast.soheila)
    appealed(app, sanction)
    lift(app, sanction.id, by=cast.mina)
    acts = [row for row in rows(app, AuditEntry) if row.action.startswith("sanction")]
    assert [(row.action, row.actor_id, row.subject) for row in acts] == [
        ("sanction.imposed", cast.soheila.id, f"account:{cast.kamran.id}"),
        ("sanction_appeal.made", cast.kamran.id, f"account:{cast.kamran.id}"),
        ("sanction.lifted", cast.mina.id, f"account:{cast.kamran.id}"),
    ]
    assert not any("advertisement" in repr(row.detail) for row in acts)


def test_who_leaves_takes_the_words_along_and_a_waiting_appeal(app: Flask, cast: Cast) -> None:
    sanction = impose(app, cast.kamran, LIMIT, by=cast.soheila, hides=True)
    appealed(app, sanction)

    def leave(session: Session, _links: Letters) -> None:
        person = known(session, cast.kamran)
        close(session, person, at=now(), link_of=lambda _number: lambda _person: "")

    within(app, leave)
    (row,) = rows(app, Sanction)
    (said,) = rows(app, SanctionAppeal)
    assert (row.facts, said.text) == ("", "")
    assert all(item.closed_at for item in rows(app, QueueItem))
    assert rows(app, SanctionHide)
    page = app.test_client().get(f"/en/sanction/{token_of(app, sanction, cast.kamran)}")
    assert page.status_code == 410


def test_members_find_their_own_and_no_other(app: Flask, cast: Cast, browser_of: BrowserOf) -> None:
    impose(app, cast.kamran, WARN, by=cast.soheila)
    assert "Warning" in browser_of(cast.kamran).get("/en/me/sanctions").text
    assert "Nothing was ever imposed" in browser_of(cast.nasrin).get("/en/me/sanctions").text


@pytest.mark.parametrize("number", [1, 3, 30])
def test_the_lists_take_as_many_queries_whatever_is_on_them(
    app: Flask, cast: Cast, browser_of: BrowserOf, queries: Callable[[], object], number: int
) -> None:
    for _ in range(number):
        impose(app, cast.kamran, WARN, by=cast.soheila)
    browser = browser_of(cast.mina)
    for page, most in (
        ("/en/staff/sanctions", 3),
        (f"/en/staff/members/{cast.kamran.id}/sanctions", 8),
    ):
        with queries() as statements:  # type: ignore[attr-defined]
            assert browser.get(page).status_code == 200
        assert len(statements) <= most, statements
