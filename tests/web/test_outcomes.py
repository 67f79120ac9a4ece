"""What became of an accepted proposal, through its pages: steps, end, answers, figures."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date
from urllib.parse import urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from citizen_diplomat.accounts.model import Account, StaffScope
from citizen_diplomat.events import minutes
from citizen_diplomat.events.minutes import Promise
from citizen_diplomat.events.model import ActionItem
from citizen_diplomat.foundation.clock import now
from citizen_diplomat.mail.model import OutboxMessage
from citizen_diplomat.outcomes.happened_model import OutcomeAnswer
from citizen_diplomat.outcomes.trail_model import OutcomeStep, OutcomeTrail, StepDraft
from citizen_diplomat.outcomes.trail_rules import StepKind
from tests import events
from tests.cast import Cast
from tests.conftest import csrf, token_of
from tests.desk import MONDAY, WATER
from tests.helping import accepted, helper
from tests.outcomes import DAY, asked, completed, step, taken_down

BrowserOf = Callable[[Account], FlaskClient]
Counting = Callable[[], AbstractContextManager[list[str]]]
Outbox = Callable[[], list[OutboxMessage]]
PARTNER = "Ajuntament de Barcelona"
STEP = {
    "kind": "letter", "text_fa": "نامه به شهرداری", "text_en": "Letter to the city",
    "done_on": "1405-08-12", "partner": PARTNER, "contact": "Marta Puig, puig@example.org",
    "documents": "https://example.org/letter.pdf\nletter 1405/17",
}  # fmt: skip
# Nasrin wrote it, Kamran helps with it. Hamid and Soheila may do everything about it.
PEOPLE = ("visitor", "stranger", "nasrin", "kamran", "hamid", "soheila", "arash", "mina")
RIGHTS = {
    "/en/outcomes": (200,) * 8,
    "/en/staff/outcomes": (303, 403, 403, 403, 200, 200, 403, 403),
    "/en/staff/outcomes/{number}": (303, 403, 403, 403, 200, 200, 403, 403),
    "/en/staff/outcomes/{number}/steps/{step}": (303, 403, 403, 403, 200, 200, 403, 403),
    "/en/staff/outcomes/silence": (303, 403, 403, 403, 403, 200, 403, 200),
    "/en/me/proposals/{number}/outcome": (303, 404, 200, 404, 404, 404, 404, 404),
    "/en/me/help/{offer}/hours": (303, 404, 404, 200, 404, 404, 404, 404),
}


def post(browser: FlaskClient, place: str, /, **fields: str) -> TestResponse:
    return browser.post(place, data={"csrf_token": token_of(browser), **fields})


def version(session: Session, number: int) -> str:
    session.rollback()
    seen = session.get_one(OutcomeTrail, number, populate_existing=True).version
    session.rollback()
    return str(seen)


@pytest.fixture
def number(session: Session, cast: Cast) -> int:
    return accepted(session, cast, cast.nasrin)


def test_from_the_first_step_to_two_answers_that_differ(
    session: Session, cast: Cast, browser_of: BrowserOf, client: FlaskClient, outbox: Outbox,
    number: int,
) -> None:  # fmt: skip
    desk, page, place = (
        browser_of(cast.hamid), f"/en/proposals/{number}", f"/en/staff/outcomes/{number}",
    )  # fmt: skip
    assert "The first step will stand here" in client.get(page).text
    saved = post(desk, f"{place}/steps/new", **STEP, owner=str(cast.hamid.id), form_key="one")
    assert (saved.status_code, saved.location) == (303, place)
    assert post(desk, f"{place}/steps/new", **STEP, form_key="one").status_code == 303
    planned = {"kind": "meeting", "text_fa": "", "text_en": "Meeting in spring"}
    post(desk, f"{place}/steps/new", **planned, planned_on="2027-04-05", form_key="two")
    public = client.get(page).text
    for words in ("Letter to the city", PARTNER, "3 November 2026", "Meeting in spring", "Next:"):
        assert words in public
    assert "نامه به شهرداری" in client.get(f"/fa/proposals/{number}").text
    for private in ("Puig", "letter.pdf", "1405/17", cast.hamid.display_name):
        assert private not in public
        assert private in desk.get(place).text
    assert public.count("Letter to the city") == 1

    two = session.scalars(select(OutcomeStep.id).order_by(OutcomeStep.id.desc())).first()
    session.rollback()
    assert post(desk, f"{place}/steps/{two}/done").status_code == 303
    done = post(desk, f"{place}/complete", version=version(session, number))
    assert (done.status_code, done.location) == (303, f"{place}/partners/new")
    form = desk.get(done.location).text
    assert PARTNER in form
    assert 'value="puig@example.org"' in form
    completed_ones = desk.get("/en/staff/outcomes?state=completed").text
    assert "no partner was asked yet" in completed_ones
    assert "Not asked yet:" in desk.get(place).text
    [letter] = [one for one in outbox() if one.name == "outcome_asks_author"]
    mine = urlsplit(letter.values["link"]).path.replace("/fa/", "/en/")
    author = browser_of(cast.nasrin)
    assert "Did it happen?" in author.get(mine).text
    assert post(author, mine, answer="yes", words="").status_code == 303
    assert post(author, mine, answer="no", words="Changed my mind").status_code == 200

    asking = {"organisation": PARTNER, "name": "Marta Puig", "address": "", "language": "en"}
    shown = post(desk, f"{place}/partners/new", **asking, form_key="ask")
    found = re.search(r'id="link"[^>]*value="([^"]+)"', shown.text)
    assert found is not None
    link = urlsplit(found[1]).path
    question = client.get(link)
    assert "no-store" in question.headers["Cache-Control"]
    token = csrf(question)
    empty = client.post(link, data={"csrf_token": token, "answer": "no", "words": ""})
    assert empty.status_code == 422
    assert "Write in a few words" in empty.text
    said = {"csrf_token": token, "answer": "no", "words": "We never heard of it again."}
    assert client.post(link, data=said).status_code == 303
    assert "Thank you for your answer" in client.get(link).text
    public = client.get(page).text
    for words in ("Completed", "The author of the proposal", "Yes, it happened", PARTNER,
                  "No, it did not happen", said["words"], "They do not see it alike"):  # fmt: skip
        assert words in public
    assert "Puig" not in public
    assert "not asked yet" not in desk.get(place).text.lower()
    assert "no partner was asked yet" not in desk.get("/en/staff/outcomes?state=completed").text


def test_what_is_completed_again_is_asked_about_again(
    session: Session, cast: Cast, browser_of: BrowserOf, client: FlaskClient, outbox: Outbox,
    number: int,
) -> None:  # fmt: skip
    """Nasrin says that it did not happen; then it is done, and she says so."""
    desk, author = browser_of(cast.hamid), browser_of(cast.nasrin)
    page, place = f"/en/proposals/{number}", f"/en/staff/outcomes/{number}"
    mine = f"/en/me/proposals/{number}/outcome"
    step(session, number, "Letter", by=cast.hamid, at=now())
    assert post(desk, f"{place}/complete", version=version(session, number)).status_code == 303
    assert "No partner was asked yet." in desk.get(place).text
    assert post(author, mine, answer="no", words="No pump came.").status_code == 303
    assert "No pump came." in client.get(page).text
    assert post(desk, f"{place}/take-up", version=version(session, number)).status_code == 303
    waits = author.get(mine).text
    assert "No pump came." in waits
    assert "You will be asked again when it is done." in waits
    assert post(desk, f"{place}/complete", version=version(session, number)).status_code == 303
    assert "No pump came." not in client.get(page).text
    assert "No pump came." in desk.get(place).text
    assert "Before it was taken up again" in desk.get(place).text
    assert post(author, mine, answer="yes", words="").status_code == 303
    public = client.get(page).text
    assert "Yes, it happened" in public
    assert "No, it did not happen" not in public
    assert len([one for one in outbox() if one.name == "outcome_asks_author"]) == 2


ENDINGS = {"expired": "This link no longer works", "revoked": "The office took this request back",
           "settled": "This answer is not needed now",
           "taken_down": "The proposal is not public any more"}  # fmt: skip


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_link_that_ends_while_somebody_writes_loses_nothing(
    session: Session, cast: Cast, browser_of: BrowserOf, client: FlaskClient, number: int,
    ending: str,
) -> None:  # fmt: skip
    desk, place = browser_of(cast.hamid), f"/en/staff/outcomes/{number}"
    completed(session, number, by=cast.hamid, at=now())
    row, secret = asked(session, number, PARTNER, by=cast.hamid, at=now())
    session.commit()
    link, question = f"/en/happened/{secret}", row.id
    token = csrf(client.get(link))
    session.rollback()
    if ending == "expired":
        session.execute(update(OutcomeAnswer).values(expires_at=now() - DAY))
        session.commit()
    elif ending == "revoked":
        assert post(desk, f"{place}/partners/{question}/revoke").status_code == 303
    elif ending == "taken_down":
        taken_down(session, number, reporter=cast.kamran, by=cast.hamid)
        assert (
            ENDINGS[ending]
            in browser_of(cast.nasrin).get(f"/en/me/proposals/{number}/outcome").text
        )
    else:
        back = post(desk, f"{place}/take-up", version=version(session, number))
        assert back.status_code == 303
    late = client.post(link, data={"csrf_token": token, "answer": "no", "words": "Not at all."})
    assert late.status_code == client.get(link).status_code == 410
    assert ENDINGS[ending] in late.text
    assert "Not at all." in late.text
    assert "Not at all." not in client.get(f"/en/proposals/{number}").text


def test_who_sees_what(
    app: Flask, session: Session, cast: Cast, browser_of: BrowserOf, number: int
) -> None:
    offer = helper(session, number, cast.kamran, cast, cast.nasrin)
    first = step(session, number, "Letter", by=cast.hamid, at=MONDAY)
    completed(session, number, by=cast.hamid, at=now())
    for place, answers in RIGHTS.items():
        address = place.format(number=number, offer=offer, step=first)
        for who, expected in zip(PEOPLE, answers, strict=True):
            browser = app.test_client() if who == "visitor" else browser_of(getattr(cast, who))
            assert browser.get(address).status_code == expected, (who, address)
    # Of other cities: as if it were not there.
    session.add(StaffScope(account_id=cast.maryam.id, city_slug="freiburg"))
    session.commit()
    other = browser_of(cast.maryam)
    assert WATER.title not in other.get("/en/staff/outcomes?state=completed").text
    for part in ("", "/owner", "/complete", "/stop", "/take-up", "/steps/new", "/hours",
                 f"/steps/{first}", f"/steps/{first}/done", "/partners/new"):  # fmt: skip
        assert other.get(f"/en/staff/outcomes/{number}{part}").status_code == 404, part
        if part:
            assert post(other, f"/en/staff/outcomes/{number}{part}").status_code == 404, part


def test_what_a_colleague_changed_meanwhile_is_a_conflict_that_keeps_what_was_typed(
    session: Session, cast: Cast, browser_of: BrowserOf, number: int
) -> None:
    desk, place = browser_of(cast.hamid), f"/en/staff/outcomes/{number}"
    first = step(session, number, "Letter", by=cast.hamid, at=MONDAY)
    edit = f"{place}/steps/{first}"
    assert post(desk, edit, **{**STEP, "text_en": "Theirs"}, version="1").status_code == 303
    late = post(desk, edit, **{**STEP, "text_en": "Mine"}, version="1")
    assert late.status_code == 409
    assert "Theirs" in late.text
    assert "Mine" in late.text
    for deed, fields in (
        ("complete", {}),
        ("take-up", {}),
        ("owner", {"owner": str(cast.maryam.id)}),
        ("stop", {"reason_en": "No money this year"}),
    ):
        answer = post(desk, f"{place}/{deed}", **fields, version="99")
        assert answer.status_code == 409, deed
    assert "No money this year" in answer.text
    wrong = post(desk, f"{place}/steps/new", kind="letter", planned_on="soon", done_on="2099-01-01")
    assert wrong.status_code == 422
    for complaint in ("Say in one language", "A day as 1405-09-05", "still to come"):
        assert complaint in wrong.text
    good = {"reason_en": "No money this year", "version": version(session, number)}
    assert post(desk, f"{place}/stop", **good).status_code == 303
    assert "No money this year" in desk.get(f"/fa/proposals/{number}").text


def test_hours_are_noted_by_helper_and_staff_and_only_their_total_is_public(
    session: Session, cast: Cast, browser_of: BrowserOf, client: FlaskClient, number: int
) -> None:
    offer = helper(session, number, cast.kamran, cast, cast.nasrin)
    mine, place = f"/en/me/help/{offer}/hours", f"/en/staff/outcomes/{number}"
    own, desk = browser_of(cast.kamran), browser_of(cast.hamid)
    given = {"hours": "۶", "day": "1405-08-20", "step": "", "words": "Drew the map"}
    assert post(own, mine, **given, form_key="one").status_code == 303
    assert post(own, mine, **given, form_key="one").status_code == 303
    noted = post(desk, f"{place}/hours", **{**given, "hours": "3"}, offer=str(offer), form_key="a")
    assert noted.status_code == 303
    assert "Helpers have given 9 hours." in client.get(f"/en/proposals/{number}").text
    assert "Drew the map" not in client.get(f"/en/proposals/{number}").text
    assert "Drew the map" in desk.get(place).text
    wrong = post(own, mine, **{**given, "hours": "101", "day": "2099-01-01"}, form_key="two")
    assert wrong.status_code == 422
    assert "from 1 to 100" in wrong.text
    first = min(map(int, re.findall(r"hours/(\d+)/strike", own.get(mine).text)))
    assert post(own, f"{mine}/{first}/strike").status_code == 303
    assert "Helpers have given 3 hours." in client.get(f"/en/proposals/{number}").text


def test_the_office_decides_when_an_outcome_is_silent(
    session: Session, cast: Cast, browser_of: BrowserOf, client: FlaskClient, number: int
) -> None:
    step(session, number, "Letter", by=cast.hamid, at=now() - 20 * DAY)
    assert "Under way" in client.get(f"/en/proposals/{number}").text
    desk, place = browser_of(cast.soheila), "/en/staff/outcomes/silence"
    assert post(desk, place, days="6", version="0").status_code == 422
    assert post(desk, place, days="۱۴", version="0").status_code == 303
    stale = post(desk, place, days="30", version="0")
    assert stale.status_code == 409
    assert "14 days meanwhile" in stale.text
    assert "The office has been reminded" in client.get(f"/en/proposals/{number}").text


@pytest.mark.parametrize("many", [1, 3, 30])
def test_the_lists_ask_the_same_of_the_database_however_long(
    session: Session, cast: Cast, browser_of: BrowserOf, client: FlaskClient, queries: Counting,
    many: int,
) -> None:  # fmt: skip
    numbers = [accepted(session, cast, cast.nasrin) for _ in range(many)]
    for number in numbers[::2]:
        step(session, number, "Letter", by=cast.hamid, at=MONDAY)
    client.get("/en/outcomes")
    with queries() as asked_for:
        page = client.get("/en/outcomes?city=barcelona&topic=environment-water").text
    assert page.count(WATER.title) == min(many, 20)
    assert len(asked_for) == 4, asked_for
    desk = browser_of(cast.hamid)
    desk.get("/en/staff/outcomes")
    with queries() as asked_for:
        page = desk.get("/en/staff/outcomes").text
    assert page.count(WATER.title) == min(many, 25)
    # The frame around it counts the queue and knows the reader; the list itself asks for this.
    ours = ("outcome_setting", "outcome_trail", "SELECT proposal_city.proposal_number")
    assert len([one for one in asked_for if any(name in one for name in ours)]) == 3, asked_for
    if many > 20:
        after = re.search(r'href="([^"]+after=[^"]+)"', client.get("/en/outcomes").text)
        assert after is not None
        assert client.get(after[1].replace("&amp;", "&")).text.count(WATER.title) == many - 20


def test_what_was_promised_at_an_event_becomes_a_step_once(
    session: Session, cast: Cast, browser_of: BrowserOf, number: int
) -> None:
    event = events.published(session, cast.soheila)
    event.starts_at, event.ends_at = now() - 2 * DAY, now() - DAY
    until = date(2027, 1, 10)
    promise = Promise("نامه", "A letter to the port", cast.soheila.id, "", until, number)
    item = minutes.promise(session, event, promise, by=cast.soheila, at=now()).id
    session.commit()
    place, hamid = f"/en/staff/outcomes/{number}", browser_of(cast.hamid)
    button = f"{place}/promises/{item}"
    assert button in hamid.get(place).text
    assert post(browser_of(cast.stranger), button).status_code == 403
    assert post(hamid, f"{place}/promises/{item + 1}").status_code == 404
    for desk in (hamid, browser_of(cast.soheila)):
        assert post(desk, button).status_code == 303
    [step_made] = session.scalars(select(OutcomeStep)).all()
    assert step_made.draft == StepDraft(
        StepKind.OTHER, "نامه", "A letter to the port", cast.soheila.id, planned_on=until
    )
    session.rollback()
    assert button not in hamid.get(place).text
    assert place in browser_of(cast.soheila).get(f"/en/staff/events/{event.number}").text
    # What was noted by mistake is taken out; the step that was made of it stays.
    minutes.remove(session, session.get_one(ActionItem, item), by=cast.soheila, at=now())
    session.commit()
    assert session.scalars(select(OutcomeStep.action_item_id)).all() == [None]
