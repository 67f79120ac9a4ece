"""The office edits its pages; the terms change, and everybody is asked once, losing nothing."""

import re
from collections.abc import Callable
from datetime import timedelta

import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from citizen_diplomat.accounts.model import Account, Consent
from citizen_diplomat.community.follows import follows_of
from citizen_diplomat.events.model import Event
from citizen_diplomat.foundation.clock import now
from citizen_diplomat.moderation.office import office_clock
from citizen_diplomat.pages.built_in import built_in
from citizen_diplomat.pages.rules import Slug
from citizen_diplomat.web.personal_data import export
from citizen_diplomat.web.terms import STAYS_OPEN, TAKES_BACK
from tests.cast import Cast
from tests.conftest import token_of
from tests.events import published, registered

BrowserOf = Callable[[Account], FlaskClient]
FORM = "/en/staff/pages/terms"


def send(browser: FlaskClient, address: str, **fields: object) -> TestResponse:
    return browser.post(address, data={"csrf_token": token_of(browser), **fields})


def version(browser: FlaskClient, address: str) -> str:
    found = re.search(r'name="version"[^>]*value="(\d+)"', browser.get(address).text)
    assert found
    return found[1]


def write(browser: FlaskClient, slug: Slug, action: str, **fields: object) -> TestResponse:
    address = f"/en/staff/pages/{slug}"
    typed = {
        **vars(built_in(slug)),
        "note_fa": "روشن‌تر شد.",
        "note_en": "Said more clearly.",
        "version": version(browser, address),
        "action": action,
        **fields,
    }
    return send(browser, address, **typed)


def test_a_page_is_edited_in_both_languages_and_keeps_its_history(
    session: Session, cast: Cast, browser_of: BrowserOf, client: FlaskClient
) -> None:
    mina, soheila = browser_of(cast.mina), browser_of(cast.soheila)
    assert "All editions" not in client.get("/en/about").text
    english, persian = "A page of **ours**.\n\n## Why\n\n- [Privacy]({{privacy}})", "متن تازهٔ ما."
    old = version(mina, "/en/staff/pages/about")
    changed = {"body_en": english, "body_fa": persian}
    assert write(mina, Slug.ABOUT, "save", **changed).status_code == 303
    assert "A page of" not in client.get("/en/about").text
    # A colleague who had opened it before loses nothing, and sees what would be replaced.
    late = write(soheila, Slug.ABOUT, "publish", version=old, body_en="Soheila’s own words")
    assert late.status_code == 409
    assert "Soheila’s own words</textarea>" in late.text
    assert "<del" in late.text
    wrong = write(mina, Slug.ABOUT, "publish", body_en="{{config}}", note_fa="")
    assert wrong.status_code == 422
    assert "This page cannot show {{config}}." in wrong.text
    shown = write(mina, Slug.ABOUT, "preview", **changed)
    assert 'lang="fa" dir="rtl"' in shown.text
    assert "<strong>ours</strong>" in shown.text
    assert write(mina, Slug.ABOUT, "publish", **changed).status_code == 303
    answer = client.get("/en/about")
    assert '<a href="/en/privacy" dir="auto" rel="noopener">Privacy</a>' in answer.text
    assert persian in client.get("/fa/about").text
    history = client.get("/en/about/history")
    assert "Said more clearly." in history.text
    assert "It came with the site." in history.text
    edition = client.get("/en/about/history/2")
    assert "<ins" in edition.text
    assert "Isfahan has sister cities" in client.get("/en/about/history/1").text
    assert client.get("/en/about/history/3").status_code == 404
    for page in (answer, history, edition):
        assert page.headers["Cache-Control"].startswith("public")
        assert page.headers["ETag"]
        assert "Set-Cookie" not in page.headers
    # Back to how it was: the earlier edition is published again.
    begun = mina.get("/en/staff/pages/about?edition=1").text
    assert "Isfahan has sister cities" in begun
    assert write(mina, Slug.ABOUT, "publish").status_code == 303
    assert "Isfahan has sister cities" in client.get("/en/about").text
    assert "Edition 3" in client.get("/en/about/history").text
    assert "published an edition of a page" in mina.get("/en/staff/log").text
    assert "edition 3" in soheila.get("/en/staff/pages").text


def test_figures_in_a_page_are_those_that_the_office_keeps_to(
    session: Session, client: FlaskClient
) -> None:
    assert "a first answer within 5 working days" in client.get("/en/how-we-decide").text
    office_clock(session, to_change=True).answer_days = 3
    session.commit()
    assert "a first answer within 3 working days" in client.get("/en/how-we-decide").text
    assert "تا ۳ روز کاری" in client.get("/fa/how-we-decide").text
    assert "{{" not in client.get("/en/privacy").text


def test_who_has_not_agreed_is_asked_once_and_may_read_and_leave(
    app: Flask, session: Session, cast: Cast, browser_of: BrowserOf
) -> None:
    assert set(app.view_functions) >= STAYS_OPEN | set(TAKES_BACK)
    mina, nasrin = browser_of(cast.mina), browser_of(cast.nasrin)
    body = built_in(Slug.TERMS).body_en.replace("under one account", "under one account only")
    moment = f"{now().astimezone() + timedelta(days=1):%Y-%m-%d} 12:00"
    for planned in (
        write(mina, Slug.TERMS, "publish", effective_at="2020-01-01 10:00"),
        write(mina, Slug.TERMS, "publish", body_en="{{answer_days}}"),
    ):
        assert planned.status_code == 422
    assert (
        write(
            mina, Slug.TERMS, "publish", body_en=body, effective_at=moment, change="meaning"
        ).status_code
        == 303
    )
    today = nasrin.get("/en/me").text
    assert "The terms of membership change on" in today
    assert "Said more clearly." in today
    assert nasrin.get("/en/me/proposals").status_code == 200

    with time_machine.travel(now() + timedelta(days=2)):
        nasrin, kamran, hamid = map(browser_of, (cast.nasrin, cast.kamran, cast.hamid))
        asked = nasrin.get("/en/me/proposals?shelf=drafts")
        assert asked.location == "/en/me/terms?next=/en/me/proposals?shelf%3Ddrafts"
        page = nasrin.get(asked.location).text
        assert "under one account" in page
        # What was being written is not lost; a script is told in words.
        typed = {"title": "Trams in winter", "action": "save", "form_key": "x"}
        script = nasrin.post(
            "/en/me/proposals/autosave",
            data={"csrf_token": token_of(nasrin), **typed},
            headers={"X-Requested-With": "drafts"},
        )
        assert script.status_code == 422
        assert "terms of membership have changed" in script.get_json()["message"]
        refused = send(nasrin, "/en/me/proposals/new", **typed)
        assert refused.location == "/en/me/terms?next=/en/me/proposals/new"
        stale = send(nasrin, "/en/me/terms", answer="agree", edition="1")
        assert stale.status_code == 409
        onward = send(
            nasrin, "/en/me/terms", answer="agree", edition="2", next="/en/me/proposals/new"
        )
        assert onward.location == "/en/me/proposals/new"
        assert "Trams in winter" in nasrin.get(onward.location).text
        assert nasrin.get("/en/me/proposals").status_code == 200
        # Kamran does not agree: he reads, takes along, closes; he does not post.
        later = send(kamran, "/en/me/terms", answer="later", edition="2", next="/en/me/proposals")
        assert later.location == "/en/me/proposals"
        assert kamran.get("/en/me/proposals").status_code == 200
        assert "You have not agreed to the terms" in kamran.get("/en/me").text
        assert send(kamran, "/en/me/proposals/new", **typed).location.startswith("/en/me/terms")
        # A form without a page of its own leads back to where its button stood.
        asked = send(kamran, "/en/me/proposals/1/without-call")
        assert asked.location == "/en/me/terms?next=/en/me/proposals/1"
        assert send(kamran, "/en/me/data/download", current_password="wrong").status_code == 422
        assert send(kamran, "/en/me/data/close", current_password="wrong").status_code == 422
        assert send(kamran, "/en/me/profile", display_name="").status_code == 422
        # Staff are asked as everybody.
        assert hamid.get("/en/staff/queue").location == "/en/me/terms?next=/en/staff/queue"

    rows = session.execute(
        select(Consent.account_id, Consent.given, Consent.text_version).order_by(Consent.id)
    ).all()
    assert list(map(tuple, rows)) == [
        (cast.nasrin.id, True, "terms-2"),
        (cast.kamran.id, False, "terms-2"),
    ]
    known = export(session, session.get_one(Account, cast.nasrin.id), at=now())
    assert [one["version_of_the_text"] for one in known["consents"]] == ["terms-2"]


def test_who_has_not_agreed_gives_up_what_they_took_and_takes_nothing_new(
    session: Session, cast: Cast, browser_of: BrowserOf
) -> None:
    event = published(session, cast.soheila)
    place = f"/en/events/{event.number}"
    registered(session, event, cast.kamran)
    city = {"kind": "city", "subject": "porto", "next": "/en/cities/porto"}
    browser = browser_of(cast.kamran)
    assert send(browser, "/en/me/follows", **city).location == city["next"]
    tomorrow = f"{now().astimezone() + timedelta(days=1):%Y-%m-%d} 12:00"
    mina, body = browser_of(cast.mina), built_in(Slug.TERMS).body_en + "\nOne line more."
    changed = {"body_en": body, "effective_at": tomorrow, "change": "meaning"}
    assert write(mina, Slug.TERMS, "publish", **changed).status_code == 303

    with time_machine.travel(now() + timedelta(days=2)):
        browser = browser_of(cast.kamran)
        send(browser, "/en/me/terms", answer="later", edition="2")
        assert browser.get(f"{place}/leave").status_code == 200
        assert send(browser, f"{place}/leave").location == place
        assert send(browser, "/en/me/follows", **city, take_back="y").location == city["next"]
        assert send(browser, "/en/me/translations").location == "/en/me/translations"
        refused = (
            (f"{place}/register", {"answer_1": "2"}),
            ("/en/me/follows", city),
            ("/en/me/translations", {"is_active": "y"}),
        )
        for address, fields in refused:
            assert send(browser, address, **fields).location.startswith("/en/me/terms?next=")
    session.expire_all()
    assert session.get_one(Event, event.number).taken == 0
    assert not follows_of(session, cast.kamran.id).items
