"""/me/mail, the table: what a member hears of on which ways; nothing else touches their choice."""

from collections.abc import Callable
from re import findall

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from citizen_diplomat.accounts.model import Account, Consent
from citizen_diplomat.digests import queries
from citizen_diplomat.mail import preferences
from citizen_diplomat.mail.preference_rules import DEFAULTS, Channel, Kind
from citizen_diplomat.mail.preferences import Choice
from citizen_diplomat.web.personal_data import close
from citizen_diplomat.web.services import KEY
from tests.cast import LONG_AGO, Cast
from tests.conftest import csrf, database_of
from tests.web.test_profile import post

BrowserOf = Callable[[Account], FlaskClient]
PAGE = "/fa/me/mail"
EVERY_KIND = [kind.value for kind in Kind if kind is not Kind.DUTIES]
CALM = {
    f"{kind}:{way}" for kind, ways in DEFAULTS.items() for way in ways if kind is not Kind.DUTIES
}


def save(browser: FlaskClient, ways: set[str], **fields: object) -> TestResponse:
    given = {"frequency": "never", "shown": EVERY_KIND, "ways": sorted(ways), **fields}
    return browser.post(PAGE, data={"csrf_token": csrf(browser.get(PAGE)), **given})


def choice_of(app: Flask, account: Account) -> Choice:
    with database_of(app).reading() as session:
        return preferences.choice_of(session, account.id)


def consents(app: Flask, account: Account) -> list[tuple[str, bool]]:
    rows = select(Consent).where(Consent.account_id == account.id, Consent.purpose != "terms")
    with database_of(app).reading() as session:
        return [(row.purpose, row.given) for row in session.scalars(rows.order_by(Consent.id))]


@pytest.mark.parametrize(
    ("language", "words"),
    [("fa", ["پیشنهادهای من", "خبرنامه"]), ("en", ["My proposals", "Newsletter"])],
)
def test_the_table_shows_what_holds_in_either_language(
    browser_of: BrowserOf, cast: Cast, language: str, words: list[str]
) -> None:
    page = browser_of(cast.nasrin).get(f"/{language}/me/mail").get_data(as_text=True)
    assert set(findall(r'name="ways" value="([^"]*)" checked', page)) == CALM
    assert findall(r'name="shown" value="([^"]*)"', page) == EVERY_KIND
    assert all(word in page for word in words)
    desk = browser_of(cast.hamid).get(f"/{language}/me/mail").get_data(as_text=True)
    assert 'value="duties:at_once" checked' in desk


def test_a_choice_is_kept_shown_and_takes_nothing_from_what_was_not_shown(
    app: Flask, browser_of: BrowserOf, cast: Cast, session: Session
) -> None:
    quiet = {Kind.MESSAGES: frozenset({Channel.INBOX}), Kind.DUTIES: frozenset[Channel]()}
    preferences.change(session, cast.nasrin.id, quiet, at=LONG_AGO)
    session.commit()
    browser = browser_of(cast.nasrin)
    wanted = {"mine:inbox", "city:feed", "newsletter:at_once", "calls:digest"}
    shown = [kind for kind in EVERY_KIND if kind != "messages"]
    assert save(browser, wanted, shown=shown).status_code == 303
    now = choice_of(app, cast.nasrin)
    assert {f"{kind}:{way}" for kind, ways in now.items() for way in ways} == wanted | {
        "messages:inbox"
    }
    page = browser.get(PAGE).get_data(as_text=True)
    assert set(findall(r'name="ways" value="([^"]*)" checked', page)) == wanted | {"messages:inbox"}
    assert consents(app, cast.nasrin) == [("newsletter", True)]
    assert choice_of(app, cast.kamran) == dict(DEFAULTS)


def test_a_page_of_before_which_shows_no_table_changes_nothing_of_it(
    app: Flask, browser_of: BrowserOf, cast: Cast
) -> None:
    browser = browser_of(cast.nasrin)
    save(browser, {"newsletter:at_once"})
    before = choice_of(app, cast.nasrin)
    assert save(browser, set(), shown=[], frequency="weekly").status_code == 303
    assert choice_of(app, cast.nasrin) == before
    assert consents(app, cast.nasrin) == [("newsletter", True), ("digest", True)]


def test_saving_the_profile_touches_neither_choice_nor_consent(
    app: Flask, browser_of: BrowserOf, cast: Cast, session: Session
) -> None:
    browser = browser_of(cast.nasrin)
    save(browser, {"newsletter:at_once", "mine:inbox"}, frequency="monthly", weekday="2", hour="6")
    before = choice_of(app, cast.nasrin), consents(app, cast.nasrin)
    assert post(browser).status_code == 303
    assert (choice_of(app, cast.nasrin), consents(app, cast.nasrin)) == before
    kept = queries.subscription_of(session, cast.nasrin.id)
    assert kept is not None
    assert (kept.frequency, kept.weekday, kept.hour) == ("monthly", 2, 6)


@pytest.mark.parametrize("kind", [Kind.NEWSLETTER, Kind.MESSAGES])
def test_one_click_ends_the_mails_of_a_kind_and_nothing_else(
    app: Flask, browser_of: BrowserOf, cast: Cast, kind: Kind
) -> None:
    everything = {f"{kind}:{way}" for kind in ("newsletter", "messages") for way in Channel}
    offered = everything & ({"newsletter:at_once"} | CALM)
    save(browser_of(cast.kamran), offered | {"city:digest"}, frequency="weekly")
    before = choice_of(app, cast.kamran)
    token = app.extensions[KEY].signer.sign("unsubscribe", [cast.kamran.id, kind.value])
    program = app.test_client(use_cookies=False)
    asked = program.get(f"/unsubscribe/{token}").get_data(as_text=True)
    assert 'lang="en"' in asked
    assert choice_of(app, cast.kamran) == before, "a scanner that follows links ends nothing"
    for _ in range(2):
        answer = program.post(f"/unsubscribe/{token}", data={"List-Unsubscribe": "One-Click"})
        assert answer.status_code == 200
    after = choice_of(app, cast.kamran)
    assert after == {**before, kind: before[kind] - {Channel.AT_ONCE}}
    ended = [("newsletter", False)] if kind is Kind.NEWSLETTER else []
    assert consents(app, cast.kamran) == [("newsletter", True), ("digest", True), *ended]


def test_ones_own_data_name_the_choice_and_leaving_deletes_it(
    app: Flask, browser_of: BrowserOf, cast: Cast, session: Session
) -> None:
    browser = browser_of(cast.kamran)
    save(browser, CALM | {"newsletter:at_once"})
    (row,) = preferences.export(session, cast.kamran.id)
    assert (row["kind"], row["wanted_by"]) == ("newsletter", ["at_once"])
    close(session, cast.kamran, at=LONG_AGO, link_of=lambda _number: lambda _reader: "")
    session.commit()
    assert preferences.export(session, cast.kamran.id) == []
    assert consents(app, cast.kamran)[-1] == ("newsletter", False)
