"""The entrance: where visitors without a language go, and whether the site is well."""

from flask.testing import FlaskClient


def test_a_visitor_is_greeted_in_the_language_of_the_browser(client: FlaskClient) -> None:
    english = client.get("/", headers={"Accept-Language": "en-GB,en;q=0.9"})
    assert english.headers["Location"] == "/en/"
    unknown = client.get("/", headers={"Accept-Language": "is"})
    assert unknown.headers["Location"] == "/fa/"


def test_the_site_is_ready_when_database_schema_and_storage_answer(client: FlaskClient) -> None:
    assert client.get("/healthz").status_code == 200
    assert client.get("/readyz").get_data(as_text=True) == "ready\n"


def test_the_home_page_is_public_and_sets_no_cookie(client: FlaskClient) -> None:
    page = client.get("/fa/")
    assert page.status_code == 200
    assert "Set-Cookie" not in page.headers
    assert page.headers["Cache-Control"].startswith("public")
