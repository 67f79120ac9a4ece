"""Files are added to a proposal, described and taken off; what cannot be kept is said by name."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from html import unescape
from threading import Barrier, Thread

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.foundation import storage as storages
from citizen_diplomat.proposals.rules import LARGEST_FILE, MOST_FILES, State
from tests.cast import Cast
from tests.conftest import csrf, token_of
from tests.pictures import gif, pdf, photo, png_that_claims
from tests.web.attachment_stories import (
    PHOTO,
    PLAN,
    File,
    attach,
    held,
    page_of,
    post_files,
    rows,
    send,
    storage_of,
)
from tests.web.proposal_stories import review, tell

BrowserOf = Callable[[Account], FlaskClient]
Counting = Callable[[], AbstractContextManager[list[str]]]
PHP = b"<?php system($_GET['c']); ?>"
HTML = b"<!doctype html><script>alert(document.cookie)</script>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


@pytest.fixture
def number(app: Flask, cast: Cast) -> int:
    """A draft of Nasrin's."""
    return tell(app, cast, State.DRAFT)[0]


@pytest.fixture
def nasrin(cast: Cast, browser_of: BrowserOf) -> FlaskClient:
    return browser_of(cast.nasrin)


def pixels(shade: int) -> bytes:
    """A photo unlike the others."""
    return photo(Image.new("RGB", (30, 20), (shade, 90, 90)))


def test_a_picture_and_a_document_are_attached_and_described(
    app: Flask, nasrin: FlaskClient, number: int
) -> None:
    answer = send(nasrin, number, PHOTO, PLAN)
    assert (answer.status_code, answer.location) == (303, page_of(number))
    image, plan = rows(app, number)
    assert (image.kind, image.name, image.type) == ("image", "IMG_route-03.jpg", "image/jpeg")
    assert (image.width, image.height, image.position) == (320, 240, 1)
    assert (plan.kind, plan.name, plan.type) == ("pdf", "plan courtyard.pdf", "application/pdf")
    assert storage_of(app).get(f"attachments/{plan.key}/full") == PLAN[1]
    page = nasrin.get(page_of(number)).text
    assert "Say of each file what is on it" in page
    assert f'name="description-{image.id}"' in page
    own = nasrin.get(f"/en/me/proposals/{number}").text
    assert own.count("Nobody has said yet what is on it.") == 2

    texts = {image.id: "مسیر زیر چنارها", plan.id: "Plan of the courtyard"}
    assert send(nasrin, number, texts=texts).status_code == 303
    assert [row.description for row in rows(app, number)] == list(texts.values())
    own = nasrin.get(f"/en/me/proposals/{number}").text
    assert "Nobody has said" not in own
    assert "مسیر زیر چنارها" in own


@pytest.mark.parametrize(
    ("file", "says"),
    [
        (("shell.jpg", PHP), "is neither a picture"),
        (("page.png", HTML), "is neither a picture"),
        (("drawing.jpg", SVG), "is neither a picture"),
        (("film.gif", gif()), "is neither a picture"),
        (("cut.jpg", photo()[:-300]), "cannot be opened"),
        (("cut.pdf", pdf()[:-30]), "cannot be opened"),
        (("empty.pdf", b""), "is empty"),
        (("bomb.png", png_that_claims(60_000, 60_000)), "has more than 50 million dots"),
        (("form.pdf", pdf(b"<< /S /JavaScript /JS (app.alert(1)) >>")), "holds a program"),
        (("secret.pdf", pdf(b"<< /Encrypt 5 0 R >>")), "is protected"),
        (("large.pdf", pdf(size=LARGEST_FILE + 1)), "is larger than 10 MB"),
    ],
    ids=lambda value: value[0] if isinstance(value, tuple) else "",
)
def test_what_cannot_be_kept_is_said_and_the_rest_is_kept(
    app: Flask, nasrin: FlaskClient, number: int, file: File, says: str
) -> None:
    answer = send(nasrin, number, PHOTO, file)
    assert answer.status_code == 422
    html = unescape(answer.text)
    assert f"\u2068{file[0]}\u2069 {says}" in html.partition('class="errs"')[2]
    assert html.count(f"\u2068{file[0]}\u2069 {says}") == 2
    assert [row.name for row in rows(app, number)] == [PHOTO[0]]


def test_exactly_ten_megabytes_fit(app: Flask, nasrin: FlaskClient, number: int) -> None:
    assert send(nasrin, number, ("large.pdf", pdf(size=LARGEST_FILE))).status_code == 303
    [row] = rows(app, number)
    assert row.size == LARGEST_FILE
    assert "10.5 MB" in nasrin.get(page_of(number)).text


def test_five_files_fit_and_six_do_not(app: Flask, nasrin: FlaskClient, number: int) -> None:
    six = [(f"{shade}.jpg", pixels(shade * 20)) for shade in range(6)]
    answer = send(nasrin, number, *six)
    assert answer.status_code == 422
    assert "5.jpg\u2069 is one too many" in answer.text
    assert [row.name for row in rows(app, number)] == [f"{shade}.jpg" for shade in range(5)]
    assert 'type="file"' not in nasrin.get(page_of(number)).text
    again = send(nasrin, number, ("7.jpg", pixels(222)))
    assert again.status_code == 422
    assert "7.jpg\u2069 is one too many" in again.text
    assert len(rows(app, number)) == MOST_FILES


def test_what_is_too_much_altogether_is_refused_unread(
    app: Flask, nasrin: FlaskClient, number: int
) -> None:
    whole = bytes(LARGEST_FILE + 30_000)
    answer = send(nasrin, number, *[(f"{each}.pdf", whole) for each in range(MOST_FILES)])
    assert answer.status_code == 413
    assert "At most five files of 10 MB each fit." in answer.text
    assert f'href="{page_of(number)}"' in answer.text
    assert rows(app, number) == []


def test_other_pages_take_no_more_than_before(nasrin: FlaskClient, number: int) -> None:
    token = csrf(nasrin.get(page_of(number)))
    for address in (f"/en/me/proposals/{number}/edit", "/en/me/profile"):
        answer = post_files(nasrin, address, {"csrf_token": token}, ("a.jpg", bytes(600_000)))
        assert answer.status_code == 413


def test_files_of_somebody_who_is_not_signed_in_are_not_even_read(
    app: Flask, client: FlaskClient, number: int
) -> None:
    answer = post_files(client, page_of(number), {"csrf_token": "x"}, ("a.jpg", bytes(2_000_000)))
    assert answer.status_code == 303
    assert answer.location == f"/en/login?next={page_of(number)}"
    assert rows(app, number) == []


def test_the_same_file_twice_is_one(app: Flask, nasrin: FlaskClient, number: int) -> None:
    for _ in range(2):
        assert send(nasrin, number, PHOTO).status_code == 303
    assert len(rows(app, number)) == 1


def test_two_windows_at_the_limit_do_not_go_beyond_it(
    app: Flask, cast: Cast, browser_of: BrowserOf, number: int
) -> None:
    first = browser_of(cast.nasrin)
    send(first, number, *[(f"{shade}.jpg", pixels(shade * 20)) for shade in range(4)])
    ready, statuses = Barrier(2), []

    def add(shade: int) -> None:
        browser = browser_of(cast.nasrin)
        ready.wait()
        statuses.append(send(browser, number, (f"{shade}.jpg", pixels(shade))).status_code)

    threads = [Thread(target=add, args=(shade,)) for shade in (200, 240)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(statuses) == [303, 422]
    assert len(rows(app, number)) == MOST_FILES


def test_what_was_typed_stays_when_a_file_is_refused(
    app: Flask, nasrin: FlaskClient, number: int
) -> None:
    send(nasrin, number, PHOTO)
    [row] = rows(app, number)
    answer = send(nasrin, number, ("shell.jpg", PHP), texts={row.id: "Under the plane trees"})
    assert answer.status_code == 422
    assert 'value="Under the plane trees"' in answer.text
    too_long = send(nasrin, number, PLAN, texts={row.id: "a" * 301})
    assert too_long.status_code == 422
    assert "a" * 301 in too_long.text
    assert [each.description for each in rows(app, number)] == ["Under the plane trees", ""]


def test_nothing_is_sent_while_a_file_has_no_words(
    app: Flask, nasrin: FlaskClient, number: int
) -> None:
    send(nasrin, number, PHOTO)
    own = f"/en/me/proposals/{number}"
    answer = nasrin.post(f"{own}/submit", data={"csrf_token": csrf(nasrin.get(own))})
    assert answer.location == own
    assert "say of each attachment what is on it" in nasrin.get(own).text
    preview = nasrin.get(f"{own}/preview").text
    assert f'<a href="{page_of(number)}">Say of each attachment what is on it.</a>' in preview
    assert held(app, number) == []
    [row] = rows(app, number)
    send(nasrin, number, texts={row.id: "Under the plane trees"})
    nasrin.post(f"{own}/submit", data={"csrf_token": csrf(nasrin.get(own))})
    assert held(app, number) == [[row.id]]


def test_what_was_sent_stays_with_its_version(
    app: Flask, cast: Cast, nasrin: FlaskClient, number: int
) -> None:
    """Taking off and describing anew change what is sent next, and nothing that was sent."""
    own = f"/en/me/proposals/{number}"
    image, plan = attach(app, nasrin, number, PHOTO, PLAN)
    nasrin.post(f"{own}/submit", data={"csrf_token": csrf(nasrin.get(own))})
    assert nasrin.get(page_of(number)).location == own
    review(app, cast, number, State.CHANGES_REQUESTED)

    token = csrf(nasrin.get(page_of(number)))
    removing = f"{page_of(number)}/{plan.id}/remove"
    assert nasrin.post(removing, data={"csrf_token": token}).status_code == 303
    assert nasrin.post(removing, data={"csrf_token": token}).status_code == 303
    send(nasrin, number, texts={image.id: "Said better"})
    [twin] = rows(app, number)
    assert (twin.key, twin.description, twin.position) == (image.key, "Said better", 1)
    assert "You have changed the text since you sent it" in nasrin.get(own).text
    assert {row.id for row in rows(app, number, removed=True)} == {image.id, plan.id}
    first = nasrin.get(f"{own}/versions/1").text
    assert f"This is {image.name}" in first
    assert f"This is {plan.name}" in first
    assert "Said better" not in first

    nasrin.post(f"{own}/submit", data={"csrf_token": csrf(nasrin.get(own))})
    assert held(app, number) == [[image.id, plan.id], [twin.id]]
    assert "Said better" in nasrin.get(f"{own}/versions/2").text


def test_taking_off_a_file_that_was_never_sent_forgets_it(
    app: Flask, nasrin: FlaskClient, number: int
) -> None:
    [row] = attach(app, nasrin, number, PHOTO)
    token = csrf(nasrin.get(page_of(number)))
    nasrin.post(f"{page_of(number)}/{row.id}/remove", data={"csrf_token": token})
    assert rows(app, number) == rows(app, number, removed=True) == []
    assert "no longer goes along" in nasrin.get(page_of(number)).text


@pytest.mark.parametrize("state", [State.SUBMITTED, State.IN_REVIEW, State.ACCEPTED])
def test_nothing_is_attached_where_nothing_may_be_written(
    app: Flask, cast: Cast, nasrin: FlaskClient, state: State
) -> None:
    [number] = tell(app, cast, state)
    own = f"/en/me/proposals/{number}"
    assert nasrin.get(page_of(number)).location == own
    token = token_of(nasrin)
    answer = post_files(nasrin, page_of(number), {"csrf_token": token}, PHOTO)
    assert answer.location == own
    assert rows(app, number) == []


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("../../etc/passwd.jpg", "passwd.jpg"),
        ("gpj.\u202eexe.jpg", "gpj.exe.jpg"),
        ("shell.php", "shell.jpg"),
        ("نقشهٔ سایه‌ها.jpg", "نقشهٔ سایه‌ها.jpg"),
        ("...", "file.jpg"),
        ("a" * 300 + ".jpg", "a" * 80 + ".jpg"),
    ],
)
def test_names_are_only_names(
    app: Flask, nasrin: FlaskClient, number: int, typed: str, kept: str
) -> None:
    assert send(nasrin, number, (typed, PHOTO[1])).status_code == 303
    assert [row.name for row in rows(app, number)] == [kept]
    assert nasrin.get(page_of(number)).status_code == 200


def test_a_storage_that_is_away_is_a_page_that_says_so(
    app: Flask, nasrin: FlaskClient, number: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object) -> None:
        raise storages.StorageAway("the bucket is gone")

    monkeypatch.setattr(storages.Storage, "put", away)
    answer = send(nasrin, number, PHOTO)
    assert answer.status_code == 503
    assert "Retry-After" in answer.headers
    assert "bucket" not in answer.text
    assert rows(app, number) == []


@pytest.mark.parametrize("count", [1, 3, 5])
def test_the_number_of_questions_does_not_grow_with_the_files(
    app: Flask, nasrin: FlaskClient, number: int, queries: Counting, count: int
) -> None:
    attach(app, nasrin, number, *[(f"{n}.jpg", pixels(n * 30)) for n in range(count)])
    with queries() as asked:
        nasrin.get(page_of(number))
    assert len(asked) == 5
