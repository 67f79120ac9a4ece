"""What members fold away by reporting it is in no list, and given to nobody, until staff looked."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.digests.queries import still_read
from citizen_diplomat.directory.model import Profile
from citizen_diplomat.directory.photos import keep_photo
from citizen_diplomat.directory.rules import Audience
from citizen_diplomat.foundation.clock import now
from citizen_diplomat.proposals.attachments import path_of
from citizen_diplomat.proposals.rules import State
from tests.cast import Cast
from tests.pictures import photo
from tests.web.attachment_stories import PHOTO, attach
from tests.web.proposal_stories import DRAFT, proceed, tell
from tests.web.talk import post
from tests.web.test_reports import FOLDED, item_of, report

BrowserOf = Callable[[Account], FlaskClient]
TITLE = DRAFT.title
LISTS = (
    "/en/", "/en/proposals", "/en/search?q=grey+water", "/en/cities/barcelona", "/en/outcomes",
    "/en/cities/barcelona/feed.atom",
)  # fmt: skip


@pytest.fixture
def number(app: Flask, cast: Cast) -> int:
    [told] = tell(app, cast, State.ACCEPTED)
    return told


def fold(browser_of: BrowserOf, cast: Cast, kind: str, subject: int) -> None:
    """Three members report a thing."""
    reporters = (cast.stranger, cast.maryam, cast.soheila)
    assert [report(browser_of(one), kind, subject) for one in reporters] == [303] * 3


def digested(session: Session, number: int) -> bool:
    """Whether a digest that leaves now tells of a proposal."""
    found = still_read(session, [number])
    session.rollback()
    return number in found


@pytest.mark.parametrize("address", LISTS)
def test_a_folded_proposal_is_in_no_list_until_staff_let_it_stand(
    app: Flask, cast: Cast, number: int, client: FlaskClient, browser_of: BrowserOf, address: str
) -> None:
    assert f"/proposals/{number}" in client.get(address).text
    fold(browser_of, cast, "proposal", number)
    assert f"/proposals/{number}" not in client.get(address).text
    own = client.get(f"/en/proposals/{number}")
    assert (own.status_code, FOLDED in own.text) == (200, True)
    hamid, item = browser_of(cast.hamid), item_of(app).id
    assert TITLE in hamid.get(f"/en/staff/queue/{item}").text
    assert post(hamid, f"/en/staff/queue/{item}/dismissal").status_code == 303
    assert f"/proposals/{number}" in client.get(address).text
    assert FOLDED not in client.get(f"/en/proposals/{number}").text


def test_nor_is_it_in_digests_or_among_similar_ones(
    app: Flask, session: Session, cast: Cast, number: int, browser_of: BrowserOf
) -> None:
    asked = {"title": TITLE, "part": "list"}
    similar = "/en/me/proposals/similar"
    assert digested(session, number)
    assert TITLE in browser_of(cast.stranger).get(similar, query_string=asked).text
    fold(browser_of, cast, "proposal", number)
    assert not digested(session, number)
    assert TITLE not in browser_of(cast.stranger).get(similar, query_string=asked).text
    assert TITLE in browser_of(cast.nasrin).get(similar, query_string=asked).text, "it is hers"
    post(browser_of(cast.hamid), f"/en/staff/queue/{item_of(app).id}/dismissal")
    assert digested(session, number)


def test_nor_are_its_files_given_but_to_its_writers_and_the_office(
    app: Flask, cast: Cast, client: FlaskClient, browser_of: BrowserOf
) -> None:
    [number] = tell(app, cast, State.DRAFT)
    [row] = attach(app, browser_of(cast.nasrin), number, PHOTO)
    proceed(app, cast, number, State.ACCEPTED)
    picture = path_of(row)
    assert client.get(picture).status_code == 200
    fold(browser_of, cast, "proposal", number)
    assert client.get(picture).status_code == 404
    assert browser_of(cast.stranger).get(picture).status_code == 404
    for reader in (cast.nasrin, cast.hamid):
        assert browser_of(reader).get(picture).status_code == 200
    post(browser_of(cast.hamid), f"/en/staff/queue/{item_of(app).id}/dismissal")
    assert client.get(picture).status_code == 200


def test_a_folded_profile_hides_its_photo_too(
    app: Flask, session: Session, cast: Cast, client: FlaskClient, browser_of: BrowserOf
) -> None:
    profile = session.get_one(Profile, cast.kamran.id)
    profile.name_seen_by = profile.photo_seen_by = Audience.EVERYONE
    keep_photo(session, photo(), by=cast.kamran, at=now())
    session.commit()
    pages = [(client, f"/en/people/{cast.kamran.id}")]
    pages += [(browser_of(cast.stranger), f"/en/members/{cast.kamran.id}")]
    for reader, page in pages:
        assert "/photo.jpg" in reader.get(page).text
        assert reader.get(f"{page}/photo.jpg").status_code == 200
    fold(browser_of, cast, "profile", cast.kamran.id)
    for reader, page in pages:
        assert "/photo.jpg" not in reader.get(page).text
        assert reader.get(f"{page}/photo.jpg").status_code == 404
    post(browser_of(cast.hamid), f"/en/staff/queue/{item_of(app).id}/dismissal")
    for reader, page in pages:
        assert "/photo.jpg" in reader.get(page).text
