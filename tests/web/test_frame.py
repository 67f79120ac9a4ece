"""What frames every page: navigation, display, errors, and the parts that pages are made of."""

from collections.abc import Callable

import pytest
from flask import Flask, render_template_string
from flask.testing import FlaskClient

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.pages.built_in import DATA
from citizen_diplomat.pages.rules import NAMED, Slug, unknown_names
from citizen_diplomat.proposals.rules import State
from tests.cast import Cast


def test_a_visitor_finds_the_way_in_and_is_given_no_form_that_needs_a_cookie(
    client: FlaskClient,
) -> None:
    page = client.get("/en/").get_data(as_text=True)
    assert "Sign in" in page
    assert "My proposals" not in page
    assert "csrf_token" not in page


def test_a_member_finds_their_own_pages_and_signs_out_by_a_form(
    cast: Cast, browser_of: Callable[[Account], FlaskClient]
) -> None:
    page = browser_of(cast.nasrin).get("/en/").get_data(as_text=True)
    assert "My proposals" in page
    assert "The municipality’s desk" not in page
    assert '<form method="post" action="/en/logout"' in page


def test_staff_find_the_way_to_their_desk(
    cast: Cast, browser_of: Callable[[Account], FlaskClient]
) -> None:
    assert "The municipality’s desk" in browser_of(cast.hamid).get("/en/").get_data(as_text=True)


def test_every_page_leads_to_itself_in_the_other_language(client: FlaskClient) -> None:
    page = client.get("/fa/").get_data(as_text=True)
    assert '<html lang="fa" dir="rtl"' in page
    assert '<link rel="alternate" hreflang="en" href="' in page
    assert 'lang="en" hreflang="en"' in page


def test_the_chosen_display_is_kept_and_marked(client: FlaskClient) -> None:
    answer = client.get("/theme?theme=dark&next=/en/")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/en/")
    page = client.get("/en/").get_data(as_text=True)
    assert 'data-bs-theme="dark"' in page
    assert 'value="dark" aria-pressed="true"' in page


def test_the_home_page_draws_every_city_on_its_map(client: FlaskClient) -> None:
    page = client.get("/en/").get_data(as_text=True)
    for name in ("Isfahan", "Barcelona", "Hyderabad", "Kazan"):
        assert f">{name}</text>" in page


@pytest.mark.parametrize(("language", "words"), [("fa", "این در"), ("en", "This door")])
def test_an_unknown_page_has_a_way_on_and_the_number_of_the_request(
    client: FlaskClient, language: str, words: str
) -> None:
    answer = client.get(f"/{language}/nowhere")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 404
    assert words in page
    assert f'class="btn btn-primary btn-lg" href="/{language}/"' in page


@pytest.mark.parametrize("language", ["fa", "en"])
def test_every_state_has_an_icon_and_a_word(app: Flask, language: str) -> None:
    part = '{% from "parts/state.html" import state with context %}{{ state(value) }}'
    with app.test_request_context(f"/{language}/"):
        app.preprocess_request()
        for value in State:
            pill = render_template_string(part, value=value)
            assert "#i-" in pill
            assert f">{value}</span>" not in pill


def test_long_texts_are_written_in_both_languages() -> None:
    for slug in Slug:
        persian, english = (
            (DATA / f"{slug}.{language}.md").read_text("utf-8") for language in ("fa", "en")
        )
        for mark in ("\n## ", "\n- ", "\n\n", "**"):
            assert persian.count(mark) == english.count(mark), (slug, mark)
        assert sorted(NAMED.findall(persian)) == sorted(NAMED.findall(english)), slug
        for text in (persian, english):
            assert unknown_names(slug, text) == [], slug
