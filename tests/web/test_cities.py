"""The register of cities and the page of each, as visitors read them."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from citizen_diplomat.cities.model import City

Queries = Callable[[], AbstractContextManager[list[str]]]


def names(page: str) -> list[str]:
    """The slugs of the cities of a page, in its order."""
    return re.findall(r'class="t" href="/[a-z]{2}/cities/([a-z-]+)"', page)


def text_of(client: FlaskClient, address: str) -> str:
    """A page that is there."""
    page = client.get(address)
    assert page.status_code == 200
    return page.get_data(as_text=True)


def test_every_city_is_in_the_register_in_the_alphabet_of_the_reader(client: FlaskClient) -> None:
    english = names(text_of(client, "/en/cities"))
    persian = names(text_of(client, "/fa/cities"))
    assert len(english) == 19
    assert sorted(english) == sorted(persian)
    assert english[:3] == ["baalbek", "barcelona", "dakar"]
    assert english[-2:] == ["xian", "yerevan"]
    assert persian[:2] == ["istanbul", "isfahan"]
    # و stands before ه and ی: Havana is هاوانا, Iași is یاش.
    assert persian[-2:] == ["havana", "iasi"]


@pytest.mark.parametrize(
    ("query", "city"),
    [
        ("بارسلون", "barcelona"),
        ("ياش", "iasi"),
        ("Iasi", "iasi"),
        ("كوالا لامپور", "kuala-lumpur"),
        ("کوالالامپور", "kuala-lumpur"),
        ("xi an", "xian"),
        ("SAINT petersburg", "saint-petersburg"),
        ("آلمان", "freiburg"),
    ],
)
def test_a_city_is_found_however_it_is_spelt(client: FlaskClient, query: str, city: str) -> None:
    page = client.get("/fa/cities", query_string={"q": query})
    assert city in names(page.get_data(as_text=True))


def test_an_unknown_name_leaves_a_way_on(client: FlaskClient) -> None:
    page = text_of(client, "/en/cities?q=Atlantis")
    assert names(page) == []
    assert "Show all cities" in page


def test_a_city_says_its_names_in_all_its_languages(client: FlaskClient) -> None:
    page = text_of(client, "/en/cities/lahore")
    assert '<bdi lang="fa" dir="rtl">لاهور</bdi>' in page
    assert '<bdi lang="ur" dir="rtl">' in page
    assert '<bdi lang="zh-Hans" dir="ltr">西安</bdi>' in text_of(client, "/en/cities/xian")


def test_an_agreement_is_dated_in_both_calendars(client: FlaskClient) -> None:
    assert "14 January 2000 (24 Dey 1378)" in text_of(client, "/en/cities/barcelona")
    assert "۲۴ دی ۱۳۷۸ (۱۴ ژانویه ۲۰۰۰)" in text_of(client, "/fa/cities/barcelona")


def test_no_day_is_told_where_only_the_month_is_known(client: FlaskClient) -> None:
    page = text_of(client, "/en/cities/samarkand")
    assert "July 2021 (Tir to Mordad 1400)" in page
    assert "1 July 2021" not in page
    assert "تیر تا مرداد ۱۴۰۰ (ژوئیه ۲۰۲۱)" in text_of(client, "/fa/cities/samarkand")


@pytest.mark.parametrize(
    ("slug", "words"),
    [
        ("barcelona", "Sister city"),
        ("freiburg", "Civic contacts between people stay welcome"),
        ("iasi", "The agreement stands"),
        ("istanbul", "The agreement with this city is being prepared"),
        ("isfahan", "Home of this platform"),
    ],
)
def test_the_state_of_a_relation_is_told_in_words(
    client: FlaskClient, slug: str, words: str
) -> None:
    assert words in text_of(client, f"/en/cities/{slug}")


def test_clocks_are_compared_with_those_of_isfahan(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    midsummer = datetime(2026, 7, 1, 12, 0, tzinfo=UTC)
    monkeypatch.setattr("citizen_diplomat.web.signin.now", lambda: midsummer)
    barcelona = text_of(client, "/en/cities/barcelona")
    assert "14:00" in barcelona
    assert "1 hour and 30 minutes behind Isfahan" in barcelona
    assert "4 hours and 30 minutes ahead of Isfahan" in text_of(client, "/en/cities/xian")
    assert "۴ ساعت و ۳۰ دقیقه" in text_of(client, "/fa/cities/xian")
    assert "30 minutes behind Isfahan" in text_of(client, "/en/cities/kuwait-city")


@pytest.mark.parametrize(("members", "shown"), [(0, False), (4, False), (5, True), (231, True)])
def test_small_numbers_of_members_are_not_told(
    client: FlaskClient, session: Session, members: int, shown: bool
) -> None:
    session.get_one(City, "porto").member_count = members
    session.commit()
    page = text_of(client, "/en/cities/porto")
    assert (f">{members} members" in page) is shown
    assert ("fewer than five members" in page) is not shown
    register = text_of(client, "/en/cities?q=porto")
    assert (f">{members}</td>" in register) is shown


def test_an_unknown_city_is_a_page_that_does_not_exist(client: FlaskClient) -> None:
    assert client.get("/fa/cities/atlantis").status_code == 404
    assert client.get("/fa/cities/%00").status_code == 404


def test_the_pages_of_cities_set_no_cookie(client: FlaskClient) -> None:
    for address in ("/fa/cities", "/fa/cities/barcelona"):
        assert "Set-Cookie" not in client.get(address).headers


def test_the_register_takes_few_queries(client: FlaskClient, queries: Queries) -> None:
    client.get("/en/cities")
    with queries() as statements:
        client.get("/en/cities")
    assert len(statements) == 1
    with queries() as statements:
        client.get("/en/cities?q=porto")
    assert len(statements) == 2
