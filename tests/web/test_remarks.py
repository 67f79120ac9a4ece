"""Remarks on passages through the pages, from the desk to the author and back."""

from collections.abc import Callable
from urllib.parse import quote as quoted

from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.foundation.clock import now
from citizen_diplomat.moderation.model import QueueItem
from citizen_diplomat.moderation.remarks import Remark
from tests.cast import Cast
from tests.conftest import token_of
from tests.desk import WATER, again, claimed, resubmitted, submitted

BrowserOf = Callable[[Account], FlaskClient]
COST = "هزینهٔ یک خانه"


def remark(browser: FlaskClient, item: QueueItem, **fields: object) -> TestResponse:
    token = token_of(browser)
    given = {"csrf_token": token, "quote": COST, "text": "How do you know <i>?", **fields}
    return browser.post(f"/en/staff/queue/{item.id}/remarks", data=given)


def ask_for_changes(browser: FlaskClient, item: QueueItem, **fields: object) -> TestResponse:
    token = token_of(browser)
    given = {
        "csrf_token": token, "outcome": "request_changes", "reason": "more-detail",
        "message": "Please say more.", "version": item.of_proposal.version, **fields,
    }  # fmt: skip
    return browser.post(f"/en/staff/queue/{item.id}/decision", data=given)


def test_each_passage_leads_to_a_form_that_holds_it(
    session: Session, cast: Cast, browser_of: BrowserOf
) -> None:
    item = submitted(session, cast.nasrin)
    browser, address = browser_of(cast.hamid), f"/en/staff/queue/{item.id}/remarks"
    start = WATER.body.index(COST)
    link = f"{address}?field=body&amp;start={start}&amp;end={len(WATER.body)}#remark"
    assert link in browser.get(address).text
    form = browser.get(f"{address}?field=body&start={start}&end={len(WATER.body)}").text
    assert f">\r\n{WATER.body[start:]}</textarea>" in form
    marked = browser.get(f"{address}?quote={quoted(COST)}").text
    assert f">\r\n{COST}</textarea>" in marked
    for odd in ("field=none", "field=body&start=x&end=-1", "field=body&start=99999", "start=1"):
        assert browser.get(f"{address}?{odd}").status_code == 200


def test_a_passage_that_is_not_in_the_text_is_refused_and_kept(
    session: Session, cast: Cast, browser_of: BrowserOf
) -> None:
    item = submitted(session, cast.nasrin)
    browser = browser_of(cast.hamid)
    refused = remark(browser, item, quote="هزینهٔ دو خانه", field="body", start="7")
    assert refused.status_code == 422
    for kept in ("هزینهٔ دو خانه", "How do you know &lt;i&gt;?", "does not stand in the text"):
        assert kept in refused.text
    for wrong in ({"text": ""}, {"quote": " "}, {"quote": "x" * 501}, {"text": "x" * 1001}):
        assert remark(browser, item, **wrong).status_code == 422
    assert session.scalar(select(Remark)) is None


def test_from_the_desk_to_the_author_and_back(
    session: Session, cast: Cast, browser_of: BrowserOf
) -> None:
    item = submitted(session, cast.nasrin)
    desk, author = browser_of(cast.hamid), browser_of(cast.nasrin)
    assert remark(desk, item).status_code == 303
    assert remark(desk, item, quote=WATER.title, text="Shorter, please.").status_code == 303
    review = browser_of(cast.maryam).get(f"/en/staff/queue/{item.id}").text
    assert f"<mark>{COST}</mark>" in review
    own = f"/en/me/proposals/{item.subject_id}"
    assert "How do you know" not in author.get(own).text, "only colleagues see it until it is sent"
    preview = ask_for_changes(desk, item, action="preview").text
    assert "How do you know &lt;i&gt;?" in preview
    assert (
        "How do you know"
        not in ask_for_changes(
            desk, item, action="preview", outcome="accept", reason="trial-first"
        ).text
    )
    assert ask_for_changes(desk, item).status_code == 303
    for page in (own, f"{own}/edit", f"{own}/details", f"{own}/preview"):
        shown = author.get(page).text
        assert f'<p class="mb-1 typed" dir="auto"><mark>{COST}</mark> ۶۰ میلیون' in shown, page
        assert "How do you know &lt;i&gt;?" in shown
    assert 'href="#body"' in author.get(f"{own}/details").text
    item = again(session, item)
    resubmitted(session, item.of_proposal, "هزینهٔ هر خانه ۹۰ میلیون است.", at=now())
    review = desk.get(f"/en/staff/queue/{item.id}").text
    assert review.count("the passage still stands") == 1
    assert review.count("the passage was changed") == 1


def test_a_remark_is_deleted_by_colleagues_while_it_waits(
    session: Session, cast: Cast, browser_of: BrowserOf
) -> None:
    item = submitted(session, cast.nasrin)
    remark(browser_of(cast.hamid), item)
    row = session.scalars(select(Remark)).one()
    session.commit()
    browser = browser_of(cast.maryam)
    address = f"/en/staff/queue/{item.id}/remarks/{row.id}/remove"
    token = token_of(browser)
    assert browser.get(address).status_code == 303
    claimed(session, item, by=cast.hamid, at=now())
    assert browser.post(address, data={"csrf_token": token}).status_code == 409
    theirs = browser_of(cast.hamid)
    token = token_of(theirs)
    assert theirs.post(address, data={"csrf_token": token}).status_code == 303
    assert theirs.post(address, data={"csrf_token": token}).status_code == 303, "twice is once"
    assert session.scalar(select(Remark)) is None


def test_who_was_too_late_finds_what_they_typed(
    session: Session, cast: Cast, browser_of: BrowserOf
) -> None:
    item = claimed(session, submitted(session, cast.nasrin), by=cast.maryam, at=now())
    late = remark(browser_of(cast.hamid), item)
    assert late.status_code == 409
    assert "How do you know &lt;i&gt;?" in late.text
    own = submitted(session, cast.hamid)
    assert remark(browser_of(cast.hamid), own).status_code == 404
