"""The receipt of a proposal, the file behind its hash, and the reference in the search boxes."""

from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256

import pytest
from flask import Flask
from flask.testing import FlaskClient

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.foundation.numbers import persian_digits
from citizen_diplomat.mail.model import OutboxMessage
from citizen_diplomat.proposals.receipts import reference_of
from citizen_diplomat.proposals.rules import State
from tests.cast import Cast
from tests.web.proposal_stories import BEGAN, DRAFT, tell

BrowserOf = Callable[[Account], FlaskClient]
Outbox = Callable[[], list[OutboxMessage]]


@pytest.mark.parametrize("language", ["fa", "en"])
def test_page_letter_and_file_say_the_same(
    cast: Cast, app: Flask, browser_of: BrowserOf, outbox: Outbox, language: str
) -> None:
    [number] = tell(app, cast, State.SUBMITTED)
    browser, own = browser_of(cast.nasrin), f"/{language}/me/proposals/{number}"
    reference = reference_of(number, BEGAN)
    shown = persian_digits(reference) if language == "fa" else reference
    page = browser.get(f"{own}/receipt").text
    file = browser.get(f"{own}/versions/1/text")
    hashed = sha256(file.data).hexdigest()
    [letter] = outbox()
    assert (letter.values["sha256"], letter.values["reference"]) == (hashed, reference)
    assert hashed in page
    assert shown in page
    assert f'href="{own}/receipt"' in browser.get(own).text
    for day in ("۴ اکتبر ۲۰۲۶", "۱۲ مهر ۱۴۰۵") if language == "fa" else ("4 October", "12 Mehr"):
        assert day in page
    assert file.headers["Content-Disposition"] == f'attachment; filename="{reference}-1.txt"'
    assert file.content_type == "text/plain; charset=utf-8"
    assert DRAFT.title in file.text


def test_a_draft_has_none(cast: Cast, app: Flask, browser_of: BrowserOf) -> None:
    [number] = tell(app, cast, State.DRAFT)
    browser, own = browser_of(cast.nasrin), f"/en/me/proposals/{number}"
    assert browser.get(f"{own}/receipt").status_code == 404
    assert browser.get(f"{own}/versions/1/text").status_code == 404
    assert "/receipt" not in browser.get(own).text


@pytest.mark.parametrize("write", [str, persian_digits, lambda text: text.replace("-", " ")])
def test_the_search_finds_it_by_its_reference(
    cast: Cast, app: Flask, browser_of: BrowserOf, write: Callable[[str], str]
) -> None:
    """In the public list what is public, in the queue what waits; with a wrong digit nothing."""
    [waiting] = tell(app, cast, State.SUBMITTED, draft=replace(DRAFT, title="It waits"))
    [public] = tell(app, cast, State.ACCEPTED, draft=replace(DRAFT, title="It is public"))
    desk, visitor = browser_of(cast.hamid), app.test_client()
    for number, in_queue, in_list in ((waiting, True, False), (public, False, True)):
        typed = write(reference_of(number, BEGAN))
        queue = desk.get("/en/staff/queue", query_string={"q": typed}).text
        listed = visitor.get("/en/proposals", query_string={"q": typed}).text
        assert ("It waits" in queue) == in_queue
        assert ("It is public" in listed) == in_list
    wrong = reference_of(public, BEGAN)[:-1] + "x"
    assert "It is public" not in visitor.get("/en/proposals", query_string={"q": wrong}).text
