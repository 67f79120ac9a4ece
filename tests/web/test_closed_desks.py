"""Desks closed to each other: whoever works for Barcelona learns nothing of an item of Freiburg.

The routes are taken from the map of the application: a new one that takes an item is asked too, and
one that takes something else must be named here with the reason why it shows no item.
"""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.moderation.model import QueueItem
from citizen_diplomat.moderation.office import OfficeClock
from tests.cast import Cast
from tests.conftest import token_of
from tests.desk import BICYCLES, submitted
from tests.house.test_routes import rows
from tests.rooms.test_desks import desk, rule

BrowserOf = Callable[[Account], FlaskClient]
MISSING = 987_654
SAMPLES = {"lang": "en", "number": 1, "verb": "claim"}
NOT_AN_ITEM = {
    "a desk": {"desk", "desk_members", "desk_rules"},
    "a colleague, and their days": {"absence_of", "end_absence"},
    "words of the office": {
        *("criterion", "reason", "copy_reason", "new_reason", "question", "new_question"),
    },
    "a call of the office, its codes and questions": {
        *("call", "edit_call", "publish_call", "withdraw_call"),
        *("late_codes", "revoke_code", "new_call_question"),
    },
    "a city, its events, contacts and versions": {
        *("city", "new_city_event", "city_event", "new_city_contact", "city_contact"),
        *("city_versions", "restore_city"),
        *("briefing", "briefing_file"),
    },
    "an event of the office, who comes, and what was agreed": {
        *("event", "edit_event", "publish_event", "cancel_event", "event_people"),
        *("event_check_in", "event_minutes", "new_event_item", "remove_event_item"),
    },
    "news of the office": {"news", "edit_news", "publish_news", "withdraw_news", "answer_news"},
    "a member of the directory": {
        *("person", "person_photo", "contact", "open_contact_data", "try_member_again"),
        *("member_mail", "explain_member_mail"),
        *("sanctions_of_member", "new_sanction", "impose_sanction", "lift_sanction"),
    },
    "a certificate of service": {"certificate", "revoke_certificate"},
    "what is public": {
        *("translation", "withdraw_translation", "take_translation_back", "term"),
        *("answer", "help_offer", "answer_help_offer", "help_request", "act_on_help_request"),
    },
    "what is accepted, for who looks after it: see test_outcomes": {
        *("outcome", "outcome_owner", "complete_outcome", "stop_outcome", "take_up_outcome"),
        *("new_step", "edit_step", "finish_step", "note_hours", "strike_hours"),
        "take_promise_over",
        *("ask_partner", "revoke_question"),
    },
    "all mail, or mail to many": {"stop_mail", "resume_mail"},
    "letters to many, which belong to no desk": {
        *("newsletter", "save_newsletter", "newsletter_readers", "change_readers"),
        *("newsletter_preview", "newsletter_letter", "test_newsletter"),
        *("outbox_item", "act_on_outbox_item"),
    },
    "a page of text, about nobody": {"edit_page"},
    "filters under a name": {"saved_view", "remove_view", "removal_after_signing_in"},
    "a batch, each row of it only for who looks after the item": {"batch", "release_batch"},
    "for coordinators, by what is asked of them across desks": {
        *("answer_unshielding", "lift_conflict", "find_reviewer"),
        *("sanction_appeal", "answer_sanction_appeal"),
    },
}
"""What the arguments of the other routes name, which is nothing that waits for one desk."""
SEARCHES = (
    "q=Cycle", "q={reference}", "city=freiburg", "topic=transport", "desk={desk}", "kind=proposal",
    "language=en", "state=submitted", "assigned=free", "assigned=me", "assigned=desk", "age=fresh",
    "spam=likely", "done={item}",
)  # fmt: skip


@pytest.fixture
def freiburgs(session: Session, cast: Cast) -> QueueItem:
    """An item of the desk for Freiburg; Hamid and Soheila work for Barcelona, desks are closed.

    Hamid belongs to their desk. Soheila heads it, and is not named among its members.
    """
    session.add(OfficeClock.with_defaults(are_desks_closed=True))
    rule(session, desk(session, "barcelona", cast.hamid, head=cast.soheila), city="barcelona")
    rule(session, desk(session, "freiburg", cast.maryam), city="freiburg")
    item = submitted(session, cast.kamran, BICYCLES)
    session.close()
    return item


def staff_rules(app: Flask) -> list[Rule]:
    return [each for each in app.url_map.iter_rules() if each.endpoint.startswith("staff.")]


def taking_an_item(app: Flask) -> list[Rule]:
    return [each for each in staff_rules(app) if "/staff/queue/<" in each.rule]


def address(app: Flask, each: Rule, item: int) -> str:
    values = {name: item if name == "item" else SAMPLES[name] for name in each.arguments}
    return app.url_map.bind("localhost").build(each.endpoint, values)


@pytest.mark.parametrize("who", ["hamid", "soheila"])
def test_every_route_answers_as_if_there_were_no_such_item(
    app: Flask, cast: Cast, browser_of: BrowserOf, freiburgs: QueueItem, who: str
) -> None:
    browser = browser_of(getattr(cast, who))
    token = token_of(browser)
    before, asked = rows(app), 0
    for each in taking_an_item(app):
        for method in sorted({"GET", "POST"} & (each.methods or set())):
            answers = []
            for number in (freiburgs.id, MISSING):
                page = address(app, each, number)
                sent = {"csrf_token": token, "note": "n", "text": "t", "person": "", "seen": "0.0"}
                answer = browser.open(page, method=method, data=sent if method == "POST" else None)
                assert BICYCLES.title not in answer.text, page
                location = answer.headers.get("Location", "").replace(str(number), "N")
                answers.append((answer.status_code, location))
            assert answers[0] == answers[1], f"{method} {each}"
            # After signing in again a GET may lead on to the item's page, which is then asked for.
            item_page = "/en/staff/queue/N"
            leads_on = {(303, item_page)} if method == "GET" else set()
            assert answers[0] in {(404, ""), *leads_on}, f"{method} {each}"
            asked += 1
    assert asked >= 35
    assert rows(app) == before


def test_its_own_desk_finds_the_item_at_the_same_addresses(
    app: Flask, cast: Cast, browser_of: BrowserOf, freiburgs: QueueItem
) -> None:
    """Else the test above would be content with addresses that lead nowhere."""
    browser = browser_of(cast.maryam)
    for page in ("", "/notes", "/conflict", "/assignment", "/referral", "/remarks"):
        assert BICYCLES.title in browser.get(f"/en/staff/queue/{freiburgs.id}{page}").text
    assert BICYCLES.title in browser.get("/en/staff/queue?q=Cycle").text


@pytest.mark.parametrize("who", ["hamid", "soheila"])
def test_no_list_count_or_search_knows_of_it(
    app: Flask, cast: Cast, browser_of: BrowserOf, freiburgs: QueueItem, who: str
) -> None:
    browser = browser_of(getattr(cast, who))
    lists = [each for each in staff_rules(app) if "GET" in (each.methods or set())]
    pages = [address(app, each, 0) for each in lists if each.arguments <= {"lang"}]
    assert len(pages) >= 20
    named = {"reference": freiburgs.proposal_number, "desk": freiburgs.desk_id}
    searches = [each.format(item=freiburgs.id, **named) for each in SEARCHES]
    link = f"/staff/queue/{freiburgs.id}"
    for page in (*pages, *(f"/en/staff/queue?{query}" for query in searches)):
        answer = browser.get(page)
        assert BICYCLES.title not in answer.text, page
        assert link not in answer.text, page
        assert link not in answer.headers.get("Location", ""), page
    empty = browser.get("/en/staff/queue").text
    assert "<dd>1</dd>" not in empty, "no figure counts it"


def test_every_route_with_an_argument_is_asked_or_explained(app: Flask) -> None:
    asked = {each.endpoint for each in taking_an_item(app)}
    explained = {f"staff.{name}" for names in NOT_AN_ITEM.values() for name in names}
    others = {each.endpoint for each in staff_rules(app) if each.arguments > {"lang"}} - asked
    assert others == explained
