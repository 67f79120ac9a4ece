"""What a visitor sees first, and the pages of plain text."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from citizen_diplomat.cities.model import City
from citizen_diplomat.proposals.rules import State
from citizen_diplomat.web.public.home import Figures, figures


def test_all_cities_but_isfahan_have_their_bay(client: FlaskClient) -> None:
    page = client.get("/en/").get_data(as_text=True)
    arcade = page.partition('class="arcade"')[2].partition("</ul>")[0]
    assert arcade.count('<li class="bay') == 18 + 1
    assert arcade.count('class="bay prep"') == 2
    assert "/en/cities/isfahan" not in arcade


@pytest.mark.parametrize(("lang", "name"), [("fa", "بارسلون"), ("en", "Barcelona")])
def test_each_city_of_the_map_leads_to_its_page_by_keyboard_too(
    client: FlaskClient, lang: str, name: str
) -> None:
    page = client.get(f"/{lang}/").get_data(as_text=True)
    drawing = page.partition('<svg class="map"')[2].partition("</svg>")[0]
    # A picture would hide the links in it from who does not see it.
    assert 'role="group"' in drawing
    assert drawing.count('class="hit"') == drawing.count("<a href=") == 18 + 1
    assert f'<a href="/{lang}/cities/barcelona" aria-label="{name}">' in drawing


def test_a_city_tells_its_members_from_five_on(client: FlaskClient, session: Session) -> None:
    session.get_one(City, "porto").member_count = 231
    session.get_one(City, "dakar").member_count = 4
    session.commit()
    page = client.get("/en/").get_data(as_text=True)
    assert "231 members" in page
    assert "4 members" not in page
    assert "۲۳۱ عضو" in client.get("/fa/").get_data(as_text=True)


def test_each_reader_gets_their_own_figures_whoever_came_first(client: FlaskClient) -> None:
    for _ in range(2):
        assert "کمتر از پنج عضو" in client.get("/fa/").get_data(as_text=True)
        assert "fewer than five members" in client.get("/en/").get_data(as_text=True)


def test_nothing_is_counted_before_anything_was_received(client: FlaskClient) -> None:
    page = client.get("/en/").get_data(as_text=True)
    assert "Where proposals got to" not in page
    assert figures({State.DRAFT: 7}) is None


def test_the_figures_leave_out_drafts_and_count_every_answer() -> None:
    by_state = {
        State.DRAFT: 5,
        State.SUBMITTED: 4,
        State.IN_REVIEW: 3,
        State.ACCEPTED: 2,
        State.DECLINED: 1,
        State.WITHDRAWN: 1,
    }
    assert figures(by_state) == Figures(received=11, answered=3, accepted=2)


@pytest.mark.parametrize(
    "page", ["about", "how-we-decide", "privacy", "terms", "accessibility", "help"]
)
@pytest.mark.parametrize("language", ["fa", "en"])
def test_the_pages_of_plain_text_are_public(client: FlaskClient, language: str, page: str) -> None:
    answer = client.get(f"/{language}/{page}")
    assert answer.status_code == 200
    assert "Set-Cookie" not in answer.headers
