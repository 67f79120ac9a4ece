"""Views of the queue that staff keep under a name."""

from collections.abc import Callable

from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.moderation.desks import Desk
from citizen_diplomat.moderation.views import MOST_VIEWS, SavedView
from tests.cast import Cast
from tests.desk import BICYCLES, MONDAY, WATER, submitted
from tests.web.talk import post

BrowserOf = Callable[[Account], FlaskClient]
VIEWS = "/en/staff/queue/views"
BARCELONA = "?within=city%3Dbarcelona"


def keep(browser: FlaskClient, name: str, query: str = BARCELONA) -> TestResponse:
    return post(browser, f"{VIEWS}{query}", name=name)


def kept(session: Session) -> list[SavedView]:
    session.expire_all()
    rows = list(session.scalars(select(SavedView).order_by(SavedView.id)))
    session.commit()
    return rows


def test_kept_under_a_name_and_opened_renamed_and_deleted(
    session: Session, cast: Cast, browser_of: BrowserOf
) -> None:
    submitted(session, cast.nasrin, WATER)
    submitted(session, cast.kamran, BICYCLES)
    hamid = browser_of(cast.hamid)
    assert f'action="{VIEWS}{BARCELONA}"' in hamid.get("/en/staff/queue?city=barcelona").text
    answer = keep(hamid, "بارسلون")
    assert answer.headers["Location"] == "/en/staff/queue?city=barcelona"
    (view,) = kept(session)
    assert view.filters == "city=barcelona"
    page = hamid.get("/en/staff/queue").text
    assert 'href="/en/staff/queue?city=barcelona"><bdi>بارسلون</bdi>' in page
    assert post(hamid, f"{VIEWS}/{view.id}", name="").status_code == 422
    assert post(hamid, f"{VIEWS}/{view.id}", name="Barcelona").status_code == 303
    assert "<bdi>Barcelona</bdi></a>" in hamid.get("/en/staff/queue").text
    assert post(hamid, f"{VIEWS}/{view.id}/removal").status_code == 303
    assert kept(session) == []


def test_what_cannot_be_kept_is_said(session: Session, cast: Cast, browser_of: BrowserOf) -> None:
    hamid = browser_of(cast.hamid)
    for name, query, words in (
        ("Mine", "", "Set a filter first"),
        ("Mine", "?within=city%3Dnowhere", "Set a filter first"),
        ("", BARCELONA, "Give the view a name."),
    ):
        answer = keep(hamid, name, query)
        assert answer.status_code == 422
        assert words in answer.text
    session.add_all(
        SavedView(
            account_id=cast.hamid.id, name=f"View {number}", filters="city=porto", created_at=MONDAY
        )
        for number in range(MOST_VIEWS)
    )
    session.commit()
    full = keep(hamid, "One more")
    assert full.status_code == 422
    assert "You keep 20 views already." in full.text
    first = kept(session)[0].id
    assert post(hamid, f"{VIEWS}/{first}", name="View 1").status_code == 422
    post(hamid, f"{VIEWS}/{first}/removal")
    assert "a view of this name already" in keep(hamid, "View 1").text


def test_heads_share_a_view_and_nobody_touches_anothers(
    session: Session, cast: Cast, browser_of: BrowserOf
) -> None:
    hamid, maryam = browser_of(cast.hamid), browser_of(cast.maryam)
    keep(hamid, "Barcelona now")
    view = kept(session)[0].id
    post(hamid, f"{VIEWS}/{view}", name="Barcelona now", is_shared="y")
    assert "Barcelona now" not in maryam.get("/en/staff/queue").text, "he heads no desk"
    session.add(Desk(name_fa="بارسلون", name_en="Barcelona", head_id=cast.hamid.id))
    session.commit()
    post(hamid, f"{VIEWS}/{view}", name="Barcelona now", is_shared="y")
    page = maryam.get("/en/staff/queue").text
    assert "Barcelona now" in page
    assert f"{VIEWS}/{view}" not in page
    for address in (f"{VIEWS}/{view}", f"{VIEWS}/{view}/removal"):
        assert post(maryam, address, name="Taken over").status_code == 404
    assert maryam.get(f"{VIEWS}/{view}").status_code == 404
    assert [row.name for row in kept(session)] == ["Barcelona now"]
