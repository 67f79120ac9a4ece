"""A member says who they are; everything else about an account is out of their reach."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.audit.model import AuditEntry
from citizen_diplomat.cities.model import City
from citizen_diplomat.directory.model import Profile
from citizen_diplomat.directory.queries import of_account
from citizen_diplomat.directory.rules import Audience, Ladder, Part
from citizen_diplomat.foundation.text import search_text
from tests.cast import Cast
from tests.conftest import csrf

Browsers = Callable[[Account], FlaskClient]

FILLED = {
    "display_name": "نسرین بهرامی",
    "latin_name": "Nasrin Bahrami",
    "about": "سفالگرم و در بارسلون کارگاه دارم.",
    "city": "barcelona",
    "other_city": "",
    "other_country": "",
    "languages": ["fa", "ca", "es"],
    "skills": ["pottery", "tile-making"],
    "level-pottery": "professional",
    "speaks-fa": "native",
    "willing": ["pottery"],
    "availability": "day",
    "name_seen_by": "members",
    "latin_name_seen_by": "everyone",
    "about_seen_by": "only_me",
    "version": "1",
}


def post(browser: FlaskClient, language: str = "fa", /, **changes: Any) -> TestResponse:
    """Fill in the profile form as Nasrin would, with some changes, and send it."""
    page = browser.get(f"/{language}/me/profile")
    return browser.post(
        f"/{language}/me/profile", data={**FILLED, **changes, "csrf_token": csrf(page)}
    )


def stored(session: Session, account: Account) -> Profile:
    """The profile as it now is."""
    session.rollback()
    profile = of_account(session, account.id)
    assert profile is not None
    # Let go of the write lock; the browser's next save needs it.
    session.expunge_all()
    session.rollback()
    return profile


def test_nasrin_fills_in_her_profile(cast: Cast, browser_of: Browsers, session: Session) -> None:
    answer = post(browser_of(cast.nasrin))
    assert answer.status_code == 303
    profile = stored(session, cast.nasrin)
    assert profile.account.display_name == "نسرین بهرامی"
    assert [(row.code, row.level) for row in profile.languages] == [
        ("ca", "conversational"),
        ("es", "conversational"),
        ("fa", "native"),
    ]
    assert [(row.skill_slug, row.level, row.willing) for row in profile.skills] == [
        ("pottery", "professional", True),
        ("tile-making", "good", False),
    ]
    assert profile.ladder() == Ladder(
        name=Audience.MEMBERS, latin_name=Audience.EVERYONE, about=Audience.ONLY_ME
    )
    assert profile.availability == "day"
    assert not profile.may_be_asked
    assert profile.version == 2


def test_she_is_told_that_it_is_saved_and_sees_what_she_wrote(
    cast: Cast, browser_of: Browsers
) -> None:
    browser = browser_of(cast.nasrin)
    post(browser)
    page = browser.get("/fa/me/profile").get_data(as_text=True)
    assert "نمایهٔ شما ذخیره شد." in page
    assert 'value="professional" selected' in page
    assert 'name="version" type="hidden" value="2"' in page


@pytest.mark.parametrize(
    "query",
    ["نسرين", "سفال گر", "pottery", "BARCELONA", "بارسلون", "كاشی", "Bahrami"],
)
def test_the_search_column_knows_every_spelling(
    cast: Cast, browser_of: Browsers, session: Session, query: str
) -> None:
    post(browser_of(cast.nasrin), about_seen_by="staff")
    column = stored(session, cast.nasrin).staff_search_text
    assert search_text(query).split("\n")[1] in column.split("\n")[1]


def test_what_is_wrong_is_said_and_everything_typed_is_still_there(
    cast: Cast, browser_of: Browsers, session: Session
) -> None:
    page = post(
        browser_of(cast.nasrin),
        "en",
        display_name="",
        latin_name="نسرین",
        city="other",
        about="My workshop stands by the sea.",
    )
    assert page.status_code == 422
    text = page.get_data(as_text=True)
    assert "<title>Error:" in text
    assert "Write the name you want to be known by." in text
    assert "Use Latin letters here" in text
    assert "Write the name of your city." in text
    assert "Choose the country of your city." in text
    assert "My workshop stands by the sea." in text
    assert 'value="professional" selected' in text
    assert stored(session, cast.nasrin).version == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"city": ""},
        {"city": "atlantis"},
        {"languages": ["klingon"]},
        {"skills": ["mind-reading"]},
        {"skills": ["pottery"], "level-pottery": "godlike"},
        {"languages": ["fa"], "speaks-fa": "godlike"},
        {"name_seen_by": "nobody"},
        {"about_seen_by": ""},
        {"availability": "always"},
        {"display_name": "\u202eniam"},
        {"display_name": "!!!"},
        {"display_name": "x" * 81},
        {"about": "x" * 2001},
    ],
)
def test_values_that_are_no_choice_are_refused(
    cast: Cast, browser_of: Browsers, session: Session, changes: dict[str, Any]
) -> None:
    assert post(browser_of(cast.nasrin), **changes).status_code == 422
    assert stored(session, cast.nasrin).version == 1


def test_another_city_is_kept_by_its_name_and_country(
    cast: Cast, browser_of: Browsers, session: Session
) -> None:
    answer = post(browser_of(cast.nasrin), city="other", other_city="Girona", other_country="ES")
    assert answer.status_code == 303
    profile = stored(session, cast.nasrin)
    assert (profile.city_slug, profile.other_city, profile.other_country) == (None, "Girona", "ES")
    assert profile.account.time_zone == "Europe/Madrid"


def test_moving_takes_the_morning_and_the_counts_along(
    cast: Cast, browser_of: Browsers, session: Session
) -> None:
    session.get_one(City, "barcelona").member_count = 11
    session.commit()
    post(browser_of(cast.nasrin), city="havana")
    profile = stored(session, cast.nasrin)
    assert profile.account.time_zone == "America/Havana"
    assert session.get_one(City, "barcelona").member_count == 10
    assert session.get_one(City, "havana").member_count == 1


def test_a_save_from_an_older_page_is_a_conflict_that_loses_nothing(
    cast: Cast, browser_of: Browsers, session: Session
) -> None:
    browser = browser_of(cast.nasrin)
    post(browser, about="The newer text.")
    page = post(browser, about="The older text.", version="1")
    assert page.status_code == 409
    text = page.get_data(as_text=True)
    assert "The older text." in text
    assert 'name="version" type="hidden" value="2"' in text
    assert stored(session, cast.nasrin).about == "The newer text."
    assert post(browser, about="The older text.", version="2").status_code == 303
    assert stored(session, cast.nasrin).about == "The older text."


def test_a_double_click_saves_once(cast: Cast, browser_of: Browsers, session: Session) -> None:
    browser = browser_of(cast.nasrin)
    assert post(browser).status_code == 303
    assert post(browser).status_code == 303
    assert stored(session, cast.nasrin).version == 2


def test_a_change_of_skills_alone_is_a_new_version(
    cast: Cast, browser_of: Browsers, session: Session
) -> None:
    browser = browser_of(cast.nasrin)
    post(browser)
    post(browser, version="2", **{"level-pottery": "some"})
    assert stored(session, cast.nasrin).version == 3


def test_fields_that_are_not_hers_to_set_change_nothing(
    cast: Cast, browser_of: Browsers, session: Session
) -> None:
    post(
        browser_of(cast.nasrin),
        role="admin",
        roles=["admin"],
        account_id=str(cast.stranger.id),
        id=str(cast.stranger.id),
        email="taken@example.org",
        verified_at="",
        is_demo="1",
        member_count="99",
        time_zone="Mars/Olympus",
    )
    profile = stored(session, cast.nasrin)
    assert profile.account.email == "nasrin@example.org"
    assert profile.account.time_zone == "Europe/Madrid"
    assert profile.account.verified_at is not None
    assert not profile.account.is_demo
    assert stored(session, cast.stranger).version == 1
    assert stored(session, cast.stranger).account.display_name == "Sina Mobini"
    assert session.get_one(City, "barcelona").member_count == 0


def test_the_log_names_the_fields_and_none_of_their_content(
    cast: Cast, browser_of: Browsers, session: Session
) -> None:
    post(browser_of(cast.nasrin))
    entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "profile.saved")).one()
    assert entry.actor_id == cast.nasrin.id
    assert entry.detail == {
        "fields": ["latin_name", "about", "languages", "skills", "ladder", "availability"]
    }


def test_staff_can_be_members_too(cast: Cast, browser_of: Browsers, session: Session) -> None:
    browser = browser_of(cast.hamid)
    answer = post(browser, display_name="حمید توکلی", city="isfahan", version="0")
    assert answer.status_code == 303
    assert stored(session, cast.hamid).city_slug == "isfahan"
    assert session.get_one(City, "isfahan").member_count == 1


def test_a_visitor_signs_in_first(client: FlaskClient) -> None:
    assert client.get("/fa/me/profile").status_code == 303


def test_the_form_asks_for_its_token(cast: Cast, browser_of: Browsers, session: Session) -> None:
    answer = browser_of(cast.nasrin).post("/fa/me/profile", data=FILLED)
    assert answer.status_code == 400
    assert stored(session, cast.nasrin).version == 1


def test_a_form_that_does_not_say_who_sees_a_part_leaves_it_as_it_was(
    cast: Cast, browser_of: Browsers, session: Session
) -> None:
    browser = browser_of(cast.nasrin)
    post(browser)
    said = {name: value for name, value in FILLED.items() if "seen_by" not in name}
    token = csrf(browser.get("/en/me/profile"))
    fields = {**said, "about": "Another text.", "version": "2", "csrf_token": token}
    assert browser.post("/en/me/profile", data=fields).status_code == 303
    profile = stored(session, cast.nasrin)
    assert profile.about == "Another text."
    assert profile.about_seen_by == "only_me"
    assert profile.city_seen_by == "staff"


def test_to_be_asked_is_a_consent_that_is_given_and_taken_back(
    cast: Cast, browser_of: Browsers, session: Session
) -> None:
    browser = browser_of(cast.nasrin)
    assert "checked" not in tick_of(browser)
    post(browser, may_be_asked="y")
    assert stored(session, cast.nasrin).may_be_asked
    assert "checked" in tick_of(browser)
    post(browser, version="2")
    assert not stored(session, cast.nasrin).may_be_asked


def tick_of(browser: FlaskClient) -> str:
    """The box of the consent to be asked."""
    page = browser.get("/en/me/profile").get_data(as_text=True)
    return (
        page.partition('name="may_be_asked"')[0].rpartition("<")[2]
        + page.partition('name="may_be_asked"')[2].partition(">")[0]
    )


def test_each_part_says_who_sees_it_and_how_many_are_complete(
    cast: Cast, browser_of: Browsers
) -> None:
    browser = browser_of(cast.nasrin)
    page = browser.get("/en/me/profile").get_data(as_text=True)
    # All but the organisation, which is for its owner alone.
    assert page.count('<option selected value="staff">Staff only</option>') == len(Part) - 1
    assert page.count('<option selected value="only_me">Only me</option>') == 1
    assert "1 of 6 parts is complete" in page
    post(browser)
    assert "6 of 6 parts are complete" in browser.get("/en/me/profile").get_data(as_text=True)
