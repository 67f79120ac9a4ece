"""Who gets an attachment, and how it goes out: whoever sees its proposal, and nothing runs."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from PIL.ExifTags import GPS, IFD

from citizen_diplomat.accounts.model import Account, StaffScope
from citizen_diplomat.moderation.queries import item_of
from citizen_diplomat.proposals.model import Attachment
from citizen_diplomat.proposals.rules import PUBLIC, SEEN_BY_STAFF, State
from tests.cast import Cast
from tests.conftest import csrf, database_of
from tests.pictures import photo
from tests.web.attachment_stories import (
    PHOTO,
    PLAN,
    addresses,
    attach,
    page_of,
    rows,
    send,
    storage_of,
)
from tests.web.proposal_stories import proceed, review, tell

BrowserOf = Callable[[Account], FlaskClient]
EVERYBODY = ("visitor", "nasrin", "stranger", "hamid", "soheila", "arash", "mina")
STATES = [state for state in State if state is not State.APPEALED]


@pytest.fixture
def number(app: Flask, cast: Cast) -> int:
    """A draft of Nasrin's."""
    return tell(app, cast, State.DRAFT)[0]


@pytest.fixture
def files(app: Flask, cast: Cast, browser_of: BrowserOf, number: int) -> list[Attachment]:
    """A picture and a document that belong to it, described."""
    return attach(app, browser_of(cast.nasrin), number, PHOTO, PLAN)


@pytest.fixture
def who(app: Flask, cast: Cast, browser_of: BrowserOf) -> dict[str, FlaskClient]:
    """A browser for everybody, a visitor among them."""
    signed_in = {name: browser_of(getattr(cast, name)) for name in EVERYBODY if name != "visitor"}
    return {"visitor": app.test_client(), **signed_in}


def may_see(name: str, state: State) -> bool:
    """What the proposal's own pages say: its author always, staff what was sent, all the rest."""
    if name == "nasrin" or state in PUBLIC:
        return True
    return name in {"hamid", "soheila"} and state in SEEN_BY_STAFF


@pytest.mark.parametrize("state", STATES)
def test_the_file_of_a_proposal_is_seen_by_who_sees_the_proposal(
    app: Flask,
    cast: Cast,
    number: int,
    files: list[Attachment],
    who: dict[str, FlaskClient],
    state: State,
) -> None:
    repeats = tell(app, cast, State.ACCEPTED)[0] if state is State.DUPLICATE else None
    proceed(app, cast, number, state, repeats=repeats)
    image, plan = files
    for name, browser in who.items():
        expected = 200 if may_see(name, state) else 404
        for address in (*addresses(image), addresses(plan)[0]):
            answer = browser.get(address)
            assert answer.status_code == expected, f"{name}: {address}"
            cached = answer.headers["Cache-Control"]
            shared = expected == 200 and state in PUBLIC
            assert cached.startswith("public") == shared, f"{name}: {cached}"


def test_what_was_not_sent_is_its_authors_alone(
    app: Flask,
    cast: Cast,
    number: int,
    files: list[Attachment],
    who: dict[str, FlaskClient],
) -> None:
    """A file that was added after the answer, and one that was taken off before sending again."""
    proceed(app, cast, number, State.CHANGES_REQUESTED)
    nasrin, (image, plan) = who["nasrin"], files
    send(nasrin, number, ("later.jpg", photo(Image.new("RGB", (20, 20), "red"))))
    later = rows(app, number)[-1]
    for name, browser in who.items():
        expected = 200 if name == "nasrin" else 404
        assert browser.get(addresses(later)[0]).status_code == expected, name

    token = csrf(nasrin.get(page_of(number)))
    nasrin.post(f"{page_of(number)}/{plan.id}/remove", data={"csrf_token": token})
    send(nasrin, number, texts={later.id: "Red", image.id: "Said better"})
    own = f"/en/me/proposals/{number}"
    nasrin.post(f"{own}/submit", data={"csrf_token": csrf(nasrin.get(own))})
    review(app, cast, number, State.ACCEPTED)
    for name, browser in who.items():
        seen = {row.name: browser.get(addresses(row)[0]).status_code for row in (image, later)}
        assert set(seen.values()) == {200}, name
        of_an_old_version = 200 if name in {"nasrin", "hamid", "soheila"} else 404
        assert browser.get(addresses(plan)[0]).status_code == of_an_old_version, name
    page = who["visitor"].get(f"/en/proposals/{number}").text
    assert plan.name not in page
    assert 'alt="Said better"' in page


def test_a_moderator_sees_the_files_of_what_they_look_after(
    app: Flask, cast: Cast, number: int, files: list[Attachment], who: dict[str, FlaskClient]
) -> None:
    proceed(app, cast, number, State.SUBMITTED)
    with database_of(app).writing() as session:
        session.add(StaffScope(account_id=cast.hamid.id, city_slug="freiburg"))
        session.commit()
    assert who["hamid"].get(addresses(files[0])[0]).status_code == 404
    assert who["soheila"].get(addresses(files[0])[0]).status_code == 200


def test_only_the_exact_address_leads_to_a_file(
    app: Flask, cast: Cast, number: int, files: list[Attachment], client: FlaskClient
) -> None:
    proceed(app, cast, number, State.ACCEPTED)
    image, plan = files
    for address in (
        f"/files/{image.key}/other.jpg",
        f"/files/{image.key}/small/other.jpg",
        f"/files/{image.key}/{image.name}.html",
        f"/files/{image.key[:-1]}/{image.name}",
        f"/files/{plan.key}/small/{plan.name}",
        f"/files/{image.id}/{image.name}",
        f"/files/..%2f..%2fsite.db/{image.name}",
        f"/files/{image.key}",
    ):
        assert client.get(address).status_code == 404, address
    assert client.post(addresses(image)[0]).status_code == 405


def test_a_picture_is_shown_and_a_document_downloaded_and_neither_runs(
    app: Flask, cast: Cast, number: int, files: list[Attachment], client: FlaskClient
) -> None:
    proceed(app, cast, number, State.ACCEPTED)
    image, plan = files
    full, small = (client.get(address) for address in addresses(image))
    document = client.get(addresses(plan)[0])
    assert (full.mimetype, small.mimetype) == ("image/jpeg", "image/webp")
    assert document.mimetype == "application/pdf"
    assert document.data == PLAN[1]
    assert document.headers["Content-Disposition"] == 'attachment; filename="plan courtyard.pdf"'
    assert full.headers["Content-Disposition"] == "inline; filename=IMG_route-03.jpg"
    for answer in (full, small, document):
        policy = answer.headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'none'; sandbox;")
        assert "allow" not in policy
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
        assert answer.content_length == len(answer.data)
        assert "Set-Cookie" not in answer.headers
        again = client.get(answer.request.path, headers={"If-None-Match": answer.headers["ETag"]})
        assert (again.status_code, again.data) == (304, b"")
        assert client.head(answer.request.path).content_length == len(answer.data)


def test_a_persian_name_goes_out_as_it_is_written(
    app: Flask, cast: Cast, number: int, browser_of: BrowserOf
) -> None:
    [row] = attach(app, browser_of(cast.nasrin), number, ("نقشهٔ سایه‌ها.jpg", PHOTO[1]))
    answer = browser_of(cast.nasrin).get(addresses(row)[0])
    assert answer.status_code == 200
    disposition = answer.headers["Content-Disposition"]
    assert disposition.isascii()
    assert disposition.startswith("inline; filename*=UTF-8''%D9%86")


def test_where_a_photo_was_taken_does_not_go_out(
    app: Flask, cast: Cast, number: int, browser_of: BrowserOf
) -> None:
    exif = Image.Exif()
    exif.get_ifd(IFD.GPSInfo)[GPS.GPSLatitude] = (32.0, 39.0, 26.0)
    hidden = photo(exif=exif) + b"<script>alert(document.cookie)</script>"
    nasrin = browser_of(cast.nasrin)
    [row] = attach(app, nasrin, number, ("garden.jpg", hidden))
    for address in addresses(row):
        content = nasrin.get(address).data
        assert b"Exif" not in content
        assert b"<script" not in content


def test_a_file_that_is_gone_is_a_page_that_is_not_there(
    app: Flask, cast: Cast, number: int, files: list[Attachment], client: FlaskClient
) -> None:
    proceed(app, cast, number, State.ACCEPTED)
    storage_of(app).delete(f"attachments/{files[0].key}/full")
    assert client.get(addresses(files[0])[0]).status_code == 404
    assert client.get(f"/en/proposals/{number}").status_code == 200


@pytest.mark.parametrize("language", ["fa", "en"])
def test_pages_show_pictures_with_their_words_and_documents_by_name(
    app: Flask,
    cast: Cast,
    number: int,
    files: list[Attachment],
    who: dict[str, FlaskClient],
    language: str,
) -> None:
    proceed(app, cast, number, State.ACCEPTED)
    with database_of(app).reading() as session:
        item = item_of(session, number)
    assert item is not None
    pages = {
        "visitor": f"/{language}/proposals/{number}",
        "hamid": f"/{language}/staff/queue/{item.id}",
        "nasrin": f"/{language}/me/proposals/{number}/versions/1",
    }
    image, plan = files
    for name, address in pages.items():
        html = who[name].get(address).text
        assert f'src="{addresses(image)[1]}" alt="{image.description}"' in html, name
        assert f'href="{addresses(image)[0]}"' in html
        assert 'width="320" height="240" loading="lazy"' in html
        assert f'href="/files/{plan.key}/plan%20courtyard.pdf" download' in html
        assert plan.description in html
    assert addresses(image)[1] in who["nasrin"].get(f"/{language}/me/proposals/{number}").text
