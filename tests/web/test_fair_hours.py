"""The page of fair hours: all stands in the address, and it says what is bad about an hour."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, datetime, timedelta
from html import unescape
from urllib.parse import unquote
from zoneinfo import ZoneInfo

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.foundation.clock import now
from citizen_diplomat.moderation.office import OfficeDay
from tests.cast import Cast

BrowserOf = Callable[[Account], FlaskClient]
Queries = Callable[[], AbstractContextManager[list[str]]]
YEAR = now().year + 1
OCTOBER = f"from={YEAR}-10-01&days=1&minutes=60"


def test_the_slots_say_day_times_and_how_each_city_has_it(
    session: Session, client: FlaskClient, queries: Queries
) -> None:
    session.add(
        OfficeDay(day=date(YEAR, 10, 1), is_working=True, name_fa="", name_en="", added_at=now())
    )
    session.commit()
    address = f"/en/fair-hours?city=barcelona&city=xian&{OCTOBER}"
    client.get(address)
    with queries() as asked:
        page = client.get(address).text
    assert len(asked) <= 2
    assert page.count("<tr>") == 1 + 12
    # 1 October is China's National Day: nobody there works, and the page says why.
    assert "there is none on which people work in all of these cities" in page
    assert "National Day" in page
    assert 'value="barcelona" checked' in page
    assert f"http://localhost/en/fair-hours?city=xian&city=barcelona&{OCTOBER}<" in unescape(page)


def test_persian_readers_type_and_read_their_own_days(client: FlaskClient) -> None:
    page = client.get("/fa/fair-hours?city=barcelona&from=۱۴۰۶-۰۷-۰۵&days=3&minutes=30").text
    assert "۵ مهر ۱۴۰۶" in page
    assert "ساعت کار" in page


@pytest.mark.parametrize(
    "query", ["city=xian&from=soon", "city=xian&from=1999-01-01", "city=xian&from=9999-12-31"]
)
def test_a_day_that_cannot_be_is_refused_beside_its_field(client: FlaskClient, query: str) -> None:
    answer = client.get(f"/en/fair-hours?{query}")
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.text
    assert 'value="xian" checked' in answer.text


def test_the_desk_has_it_among_its_settings(cast: Cast, browser_of: BrowserOf) -> None:
    browser = browser_of(cast.hamid)
    assert 'href="/en/staff/fair-hours"' in browser.get("/en/staff/settings").text
    page = browser.get("/en/staff/fair-hours?city=porto").text
    assert 'action="/en/staff/fair-hours"' in page
    assert "The fairest hours first" in page


def test_a_coordinator_plans_an_event_at_a_found_hour(cast: Cast, browser_of: BrowserOf) -> None:
    soheila, address = browser_of(cast.soheila), f"/en/staff/fair-hours?city=freiburg&{OCTOBER}"
    page = soheila.get(address).text
    assert "Plan an event" not in browser_of(cast.hamid).get(address).text
    found = re.search(r'href="([^"]+/events/new\?start=([^"]+?)&[^"]+)"', unescape(page))
    assert found is not None
    starts_at = datetime.fromisoformat(unquote(found[2])).astimezone(ZoneInfo("Asia/Tehran"))
    form = soheila.get(found[1]).text
    for moment in (starts_at, starts_at + timedelta(hours=1)):
        assert f'value="{moment:%Y-%m-%d %H:%M}"' in form
    assert re.search(r'checked[^>]*value="freiburg"|value="freiburg"[^>]*checked', form)
    for wrong in ("start=soon&city=atlantis&minutes=-3", "start=1999-01-01T08:00Z"):
        ignored = soheila.get(f"/en/staff/events/new?{wrong}")
        assert ignored.status_code == 200
        assert re.search(r'name="starts_at"[^>]*value="[^"]', ignored.text) is None
