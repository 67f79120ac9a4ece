"""Every address under one rule of access; a GET never writes; a POST needs its token."""

from collections.abc import Callable
from urllib.parse import unquote

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.accounts.rules import may
from citizen_diplomat.schema import METADATA
from citizen_diplomat.web.guards import DUTY_OF
from tests.cast import Cast
from tests.conftest import database_of, token_of
from tests.desk import submitted

SAMPLES = {
    "lang": "en", "number": 1, "item": 1, "id": 1, "slug": "barcelona", "token": "nonsense",
    "revision": 1, "name": "nothing.eml", "part": "text", "verb": "claim", "reader": "member",
    "kind": "proposal", "scope": "bulk", "feed": "news",
    "code": "ZZZZ-ZZZZ-ZZZZ", "deed": "remove", "outcome": "accept", "month": "1405-08",
    "page": "terms", "paragraph": 1,
}  # fmt: skip
# No sign-in, by their nature: RFC 8058 forbids a token on the one-click unsubscription; what came
# back is told by a mail service that signs each request.
WITHOUT_TOKEN = {"unsubscribe.confirm", "hooks.bounces"}


def address(app: Flask, rule: Rule) -> str:
    values = {name: SAMPLES[name] for name in rule.arguments}
    return app.url_map.bind("localhost").build(rule.endpoint, values)


def rules(app: Flask, method: str) -> list[Rule]:
    return [rule for rule in app.url_map.iter_rules() if method in (rule.methods or set())]


def rows(app: Flask) -> dict[str, list[str]]:
    with database_of(app).engine.connect() as connection:
        return {
            name: sorted(map(repr, connection.execute(table.select())))
            for name, table in METADATA.tables.items()
        }


def test_every_page_of_staff_names_its_duty(app: Flask) -> None:
    pages = {rule.endpoint for rule in app.url_map.iter_rules() if "/staff/" in rule.rule}
    assert pages
    assert pages == set(DUTY_OF)


def test_pages_of_members_and_staff_stand_behind_their_guard(app: Flask) -> None:
    for rule in app.url_map.iter_rules():
        blueprint = rule.endpoint.partition(".")[0]
        if "/staff/" in rule.rule:
            assert blueprint == "staff", rule
        if "/me/" in rule.rule:
            assert blueprint == "member", rule


def test_a_visitor_is_sent_to_sign_in_from_every_guarded_page(
    app: Flask, client: FlaskClient
) -> None:
    for rule in rules(app, "GET"):
        if rule.endpoint.startswith(("member.", "staff.")):
            answer = client.get(address(app, rule))
            assert answer.status_code == 303, rule
            assert answer.headers["Location"].startswith("/en/login?next="), rule


def test_whoever_signs_in_again_after_any_form_comes_to_a_page(
    app: Flask, cast: Cast, client: FlaskClient, browser_of: Callable[[Account], FlaskClient]
) -> None:
    """A button may be all that a form has, and its address none that a browser can ask for."""
    token, asked = token_of(client), 0
    people = (cast.soheila, cast.mina, cast.arash)
    browsers = {person.id: browser_of(person) for person in (cast.nasrin, *people)}
    for rule in rules(app, "POST"):
        blueprint = rule.endpoint.partition(".")[0]
        if blueprint not in {"member", "staff"}:
            continue
        sent = client.post(address(app, rule), data={"csrf_token": token})
        assert sent.status_code == 303, rule
        login, _, onward = sent.location.partition("?next=")
        assert login == "/en/login", rule
        duty = DUTY_OF.get(rule.endpoint)
        who = next((one for one in people if duty and may(one.roles, duty)), cast.nasrin)
        answer = browsers[who.id].get(unquote(onward))
        # Of samples there may be no such thing; what needs none is there.
        expected = {200, 303, 404} if rule.arguments - {"lang"} else {200, 303}
        assert answer.status_code in expected, f"{rule} leads to {onward}: {answer.status_code}"
        asked += 1
    assert asked > 150


def test_a_member_is_refused_every_page_of_staff(
    app: Flask, cast: Cast, browser_of: Callable[[Account], FlaskClient]
) -> None:
    browser = browser_of(cast.nasrin)
    for rule in rules(app, "GET"):
        if rule.endpoint.startswith("staff."):
            assert browser.get(address(app, rule)).status_code == 403, rule


@pytest.mark.parametrize("who", ["visitor", "nasrin", "hamid", "arash"])
def test_a_get_never_writes(
    app: Flask, cast: Cast, browser_of: Callable[[Account], FlaskClient], who: str
) -> None:
    browser = app.test_client() if who == "visitor" else browser_of(getattr(cast, who))
    before = rows(app)
    for rule in rules(app, "GET"):
        answer = browser.get(address(app, rule))
        assert answer.status_code < 500, f"{rule}: {answer.status_code}"
    assert rows(app) == before


@pytest.mark.parametrize("who", ["nasrin", "hamid"])
def test_every_post_is_refused_without_its_token(
    app: Flask, cast: Cast, browser_of: Callable[[Account], FlaskClient], who: str
) -> None:
    browser = browser_of(getattr(cast, who))
    before = rows(app)
    for rule in rules(app, "POST"):
        if rule.endpoint in WITHOUT_TOKEN:
            continue
        answer = browser.post(address(app, rule), data={"title": "Anything"})
        assert answer.status_code == 400, f"{rule}: {answer.status_code}"
    assert rows(app) == before


@pytest.mark.parametrize("who", ["nasrin", "hamid", "soheila", "arash", "mina"])
def test_every_post_of_staff_is_refused_to_who_lacks_its_duty(
    app: Flask, cast: Cast, browser_of: Callable[[Account], FlaskClient], who: str
) -> None:
    person = getattr(cast, who)
    browser = browser_of(person)
    token = token_of(browser)
    before = rows(app)
    for rule in rules(app, "POST"):
        if rule.endpoint.startswith("staff."):
            answer = browser.post(address(app, rule), data={"csrf_token": token})
            # Who may come in is told that there is no item 1, or that the form is empty (as for
            # a member of that number); who may not is told nothing.
            for_whom_may = {404, 422} if rule.arguments - {"lang"} else {422}
            expected = for_whom_may if may(person.roles, DUTY_OF[rule.endpoint]) else {403}
            assert answer.status_code in expected, rule
    assert rows(app) == before


def test_nobody_reaches_what_belongs_to_another_by_its_number(
    app: Flask, session: Session, cast: Cast, browser_of: Callable[[Account], FlaskClient]
) -> None:
    SAMPLES["number"] = submitted(session, cast.nasrin).proposal_number
    try:
        for person in (cast.stranger, cast.hamid, cast.mina):
            browser = browser_of(person)
            token = token_of(browser)
            before, asked = rows(app), 0
            for method in ("GET", "POST"):
                for rule in rules(app, method):
                    if "/me/" in rule.rule and "number" in rule.arguments:
                        fields = {"csrf_token": token, "action": "submit", "title": "Mine now"}
                        answer = browser.open(address(app, rule), method=method, data=fields)
                        assert answer.status_code == 404, f"{method} {rule}"
                        asked += 1
            assert asked >= 8
            assert rows(app) == before
    finally:
        SAMPLES["number"] = 1
