"""/me/mail: a member chooses when and what, by their own explicit choice."""

from collections.abc import Callable
from re import findall

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from citizen_diplomat.accounts.model import Account, Consent
from citizen_diplomat.digests import queries
from citizen_diplomat.digests.model import Subscription
from tests.cast import Cast
from tests.conftest import csrf

BrowserOf = Callable[[Account], FlaskClient]
PAGE = "/fa/me/mail"


def choose(browser: FlaskClient, **fields: object):  # type: ignore[no-untyped-def]
    token = csrf(browser.get(PAGE))
    return browser.post(PAGE, data={"csrf_token": token, **fields})


def subscription(session: Session, account: Account) -> Subscription | None:
    session.rollback()
    return queries.subscription_of(session, account.id)


@pytest.mark.parametrize("language", ["fa", "en"])
def test_the_page_says_what_comes_and_suggests_ones_own_city(
    browser_of: BrowserOf, cast: Cast, language: str
) -> None:
    page = browser_of(cast.nasrin).get(f"/{language}/me/mail").get_data(as_text=True)
    assert 'value="never" checked' in page
    assert 'value="barcelona" checked' in page
    assert page.count('name="cities"') > 1
    assert len(findall(r'name="cities"[^>]* checked', page)) == 1
    assert '<option selected value="5">' in page
    assert '<option selected value="8">' in page
    assert cast.nasrin.email in page


def test_a_choice_is_kept_and_shown(browser_of: BrowserOf, cast: Cast, session: Session) -> None:
    browser = browser_of(cast.nasrin)
    answer = choose(
        browser,
        frequency="weekly",
        weekday="3",
        hour="19",
        cities=["porto", "freiburg"],
        topics=["environment-water"],
    )
    assert (answer.status_code, answer.headers["Location"]) == (303, PAGE)
    kept = subscription(session, cast.nasrin)
    assert kept is not None
    assert (kept.frequency, kept.weekday, kept.hour) == ("weekly", 3, 19)
    assert sorted(row.city_slug for row in kept.cities) == ["freiburg", "porto"]
    assert [row.topic_slug for row in kept.topics] == ["environment-water"]
    page = browser.get(PAGE).get_data(as_text=True)
    for value in ("weekly", "porto", "freiburg", "environment-water"):
        assert f'value="{value}" checked' in page
    (consent,) = session.scalars(select(Consent).where(Consent.purpose == "digest"))
    assert (consent.given, consent.source) == (True, "mail_preferences")


def test_only_a_frequency_is_enough(browser_of: BrowserOf, cast: Cast, session: Session) -> None:
    assert choose(browser_of(cast.nasrin), frequency="daily").status_code == 303
    kept = subscription(session, cast.nasrin)
    assert kept is not None
    assert (kept.frequency, kept.cities, kept.topics) == ("daily", [], [])
    assert (kept.weekday, kept.hour) == (5, 8)


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"frequency": "hourly"},
        {"frequency": "weekly", "cities": ["atlantis"]},
        {"frequency": "weekly", "topics": ["barcelona"]},
        {"frequency": "weekly", "weekday": "7"},
        {"frequency": "weekly", "hour": "24"},
        {"frequency": "weekly", "shown": "mine", "ways": "messages:feed"},
        {"frequency": "weekly", "shown": "duties", "ways": "duties:inbox"},
    ],
)
def test_a_wrong_choice_is_refused(
    browser_of: BrowserOf, cast: Cast, session: Session, fields: dict[str, object]
) -> None:
    assert choose(browser_of(cast.nasrin), **fields).status_code == 422
    assert subscription(session, cast.nasrin) is None


def test_a_wrong_choice_keeps_the_right_ones(browser_of: BrowserOf, cast: Cast) -> None:
    page = choose(browser_of(cast.nasrin), frequency="hourly", cities=["porto"])
    assert 'value="porto" checked' in page.get_data(as_text=True)


def test_nobody_chooses_for_somebody_else(
    browser_of: BrowserOf, cast: Cast, session: Session
) -> None:
    answer = choose(
        browser_of(cast.stranger),
        frequency="weekly",
        account_id=cast.nasrin.id,
        account=cast.nasrin.id,
        since="2020-01-01",
    )
    assert answer.status_code == 303
    assert subscription(session, cast.nasrin) is None
    assert subscription(session, cast.stranger) is not None


def test_a_visitor_signs_in_first(client: FlaskClient) -> None:
    assert client.get(PAGE).status_code == 303
