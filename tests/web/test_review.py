"""The review page: reading, claiming, answering; and what happens when two do it at once."""

import re
from collections.abc import Callable
from datetime import timedelta
from threading import Barrier, Thread

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.foundation.clock import now
from citizen_diplomat.mail.model import OutboxMessage
from citizen_diplomat.moderation.model import QueueItem
from citizen_diplomat.moderation.rules import LEASE, Outcome
from tests.cast import Cast
from tests.conftest import csrf, database_of
from tests.desk import BICYCLES, WATER, again, claimed, decided, resubmitted, submitted

BrowserOf = Callable[[Account], FlaskClient]
Outbox = Callable[[], list[OutboxMessage]]
MESSAGE = "Thank you. Please tell us what it costs <b>each year</b>."


def post(browser: FlaskClient, item: QueueItem, verb: str, **fields: object) -> TestResponse:
    """Post one of the page's forms, its token from the page itself."""
    token = csrf(browser.get("/en/staff/queue/" + str(item.id)))
    address = f"/en/staff/queue/{item.id}/{verb}"
    return browser.post(address, data={"csrf_token": token, **fields})


def answer(item: QueueItem, **changed: object) -> dict[str, object]:
    """The fields of a complete decision."""
    fields = {
        "outcome": "request_changes",
        "reason": "cost-and-time",
        "message": MESSAGE,
        "version": item.of_proposal.version,
    }
    return fields | changed


def test_the_page_shows_what_was_submitted_and_not_what_came_after(
    session: Session, cast: Cast, browser_of: BrowserOf
) -> None:
    item = submitted(session, cast.nasrin)
    decided(session, item, Outcome.REQUEST_CHANGES, by=cast.hamid)
    item = again(session, item)
    item.of_proposal.title = item.of_proposal.body = "not yet said"
    session.commit()
    page = browser_of(cast.hamid).get(f"/en/staff/queue/{item.id}").get_data(as_text=True)
    assert WATER.title in page
    assert "هزینهٔ یک خانه ۶۰ میلیون تومان است." in page
    assert "not yet said" not in page
    assert "nasrin@example.org" not in page
    listed = browser_of(cast.hamid).get("/en/staff/queue?state=changes_requested")
    assert "not yet said" not in listed.get_data(as_text=True)


def test_an_unknown_item_is_no_page(cast: Cast, browser_of: BrowserOf) -> None:
    for number in ("999999", "0", "99999999999999999999", "-1", "x"):
        assert browser_of(cast.hamid).get(f"/en/staff/queue/{number}").status_code == 404


def test_versions_and_their_difference_can_be_read(
    session: Session, cast: Cast, browser_of: BrowserOf
) -> None:
    item = submitted(session, cast.nasrin)
    item = decided(session, item, Outcome.REQUEST_CHANGES, by=cast.maryam)
    new = "در بارسلون چنین می‌کنند.\n\nهزینهٔ یک خانه ۸۵ میلیون تومان است."
    resubmitted(session, item.of_proposal, new, at=now())
    browser = browser_of(cast.hamid)
    page = browser.get(f"/fa/staff/queue/{item.id}?view=changes").get_data(as_text=True)
    assert '<del dir="rtl">۶۰</del>' in page
    assert '<ins dir="rtl">۸۵</ins>' in page
    first = browser.get(f"/en/staff/queue/{item.id}?revision=1").get_data(as_text=True)
    assert "This is version 1. Decisions are made on version 2." in first
    assert "۶۰ میلیون" in first
    past = browser.get(f"/en/staff/queue/{item.id}?view=history").get_data(as_text=True)
    assert "مریم رستمی" in past
    assert "More detail is needed before it can be judged." in past
    for odd in ("revision=9", "revision=x", "view=none", "view=changes&revision=1"):
        assert browser.get(f"/en/staff/queue/{item.id}?{odd}").status_code == 200


def test_claiming_and_giving_back(session: Session, cast: Cast, browser_of: BrowserOf) -> None:
    item = submitted(session, cast.nasrin)
    browser = browser_of(cast.hamid)
    claim = post(browser, item, "claim")
    assert (claim.status_code, claim.headers["Location"]) == (303, f"/en/staff/queue/{item.id}")
    page = browser.get(f"/en/staff/queue/{item.id}").get_data(as_text=True)
    assert f'data-heartbeat="/en/staff/queue/{item.id}/heartbeat"' in page
    assert post(browser, item, "release").status_code == 303
    assert again(session, item).holder_id is None


def test_a_claim_of_a_claimed_item_says_who_has_it_and_since_when(
    session: Session, cast: Cast, browser_of: BrowserOf
) -> None:
    item = submitted(session, cast.nasrin)
    item = claimed(session, item, by=cast.maryam, at=now())
    refused = post(browser_of(cast.hamid), item, "claim")
    page = refused.get_data(as_text=True)
    assert refused.status_code == 409
    assert "مریم رستمی" in page
    assert item.claimed_at
    assert f'datetime="{item.claimed_at.isoformat(timespec="seconds")}"' in page
    assert f'action="/en/staff/queue/{item.id}/take-over"' in page


def test_taking_over_needs_a_note(session: Session, cast: Cast, browser_of: BrowserOf) -> None:
    item = claimed(session, submitted(session, cast.nasrin), by=cast.maryam, at=now())
    browser = browser_of(cast.hamid)
    empty = post(browser, item, "take-over", note=" ")
    assert empty.status_code == 422
    assert "Write a note for your colleague." in empty.get_data(as_text=True)
    assert post(browser, item, "take-over", note="She is on leave.").status_code == 303
    page = browser_of(cast.maryam).get(f"/en/staff/queue/{item.id}").get_data(as_text=True)
    assert "She is on leave." in page
    assert "حمید توکلی" in page
    assert post(browser_of(cast.maryam), item, "heartbeat").status_code == 409


def test_the_heartbeat_renews_the_claim(
    session: Session, cast: Cast, browser_of: BrowserOf
) -> None:
    item = submitted(session, cast.nasrin)
    early = now() - LEASE + timedelta(minutes=2)
    item = claimed(session, item, by=cast.hamid, at=early)
    beat = post(browser_of(cast.hamid), item, "heartbeat")
    assert (beat.status_code, beat.get_data()) == (204, b"")
    renewed = again(session, item).lease_until
    assert renewed
    assert renewed > now() + LEASE - timedelta(minutes=1)
    assert post(browser_of(cast.maryam), item, "heartbeat").status_code == 409


def test_private_notes_stay_among_staff(
    session: Session, cast: Cast, browser_of: BrowserOf, outbox: Outbox
) -> None:
    item = submitted(session, cast.nasrin)
    browser = browser_of(cast.hamid)
    assert post(browser, item, "notes", text="").status_code == 422
    assert post(browser, item, "notes", text="x" * 2001).status_code == 422
    assert post(browser, item, "notes", text="Ask the <i>water</i> board.").status_code == 303
    page = browser_of(cast.maryam).get(f"/en/staff/queue/{item.id}").get_data(as_text=True)
    assert "Ask the &lt;i&gt;water&lt;/i&gt; board." in page
    assert post(browser, item, "decision", **answer(item)).status_code == 303
    assert "water board" not in str([letter.values for letter in outbox()])


def test_a_decision_is_seen_once_more_before_it_is_sent(
    session: Session, cast: Cast, browser_of: BrowserOf, outbox: Outbox
) -> None:
    item = submitted(session, cast.nasrin)
    browser = browser_of(cast.hamid)
    letter = post(browser, item, "decision", **answer(item, action="preview"))
    page = letter.get_data(as_text=True)
    assert letter.status_code == 200
    assert "هزینه و زمان‌بندی را روشن‌تر بنویسید." in page, "in the author's language"
    assert again(session, item).of_proposal.state == "submitted"
    fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page))
    assert (fields["outcome"], fields["reason"]) == ("request_changes", "cost-and-time")
    back = post(browser, item, "decision", **answer(item, action="edit"))
    assert back.status_code == 200
    assert "Please tell us what it costs &lt;b&gt;each year&lt;/b&gt;." in back.get_data(
        as_text=True
    )
    sent = browser.post(
        f"/en/staff/queue/{item.id}/decision",
        data=answer(item) | {"csrf_token": fields["csrf_token"]},
    )
    assert (sent.status_code, sent.headers["Location"]) == (303, "/en/staff/queue")
    assert again(session, item).of_proposal.state == "changes_requested"
    assert [posted.name for posted in outbox()] == ["received", "decision"]


def test_after_a_decision_the_next_item_opens(
    session: Session, cast: Cast, browser_of: BrowserOf
) -> None:
    item, other = submitted(session, cast.nasrin), submitted(session, cast.kamran, BICYCLES)
    sent = post(browser_of(cast.hamid), item, "decision", **answer(item))
    assert sent.headers["Location"] == f"/en/staff/queue/{other.id}"


@pytest.mark.parametrize("code", ["fa", "en"])
def test_wrong_answers_come_back_with_everything_typed(
    session: Session, cast: Cast, browser_of: BrowserOf, code: str
) -> None:
    item = submitted(session, cast.nasrin)
    browser = browser_of(cast.hamid)
    token = csrf(browser.get(f"/{code}/staff/queue/{item.id}"))
    for wrong, field in (
        ({"outcome": "publish"}, "outcome"),
        ({"outcome": ""}, "outcome"),
        ({"reason": ""}, "reason"),
        ({"reason": "trial-first"}, "reason"),
        ({"reason": "no-such-reason"}, "reason"),
        ({"message": "  "}, "message"),
        ({"message": "x" * 5001}, "message"),
        ({"message": "hidden \u202e direction"}, "message"),
        ({"outcome": "duplicate", "reason": "same-idea"}, "duplicate_of"),
        ({"outcome": "duplicate", "reason": "same-idea", "duplicate_of": "۹۹۹"}, "duplicate_of"),
        ({"outcome": "duplicate", "reason": "same-idea", "duplicate_of": "9" * 19}, "duplicate_of"),
        ({"version": "two"}, None),
    ):
        fields = answer(item, csrf_token=token) | wrong
        refused = browser.post(f"/{code}/staff/queue/{item.id}/decision", data=fields)
        page = refused.get_data(as_text=True)
        assert refused.status_code == 422, wrong
        assert "data-errors" in page, wrong
        assert field is None or f'href="#{field}"' in page, wrong
        assert "message" in wrong or "Please tell us what it costs" in page, wrong
    assert again(session, item).of_proposal.state == "submitted"


def test_a_duplicate_is_named_in_any_digits(
    session: Session, cast: Cast, browser_of: BrowserOf
) -> None:
    first, item = submitted(session, cast.kamran, BICYCLES), submitted(session, cast.nasrin)
    number = str(first.proposal_number).translate(str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹"))
    fields = answer(item, outcome="duplicate", reason="same-idea", duplicate_of=number)
    assert post(browser_of(cast.hamid), item, "decision", **fields).status_code == 303
    assert again(session, item).of_proposal.duplicate_of == first.subject_id


def test_a_stale_page_shows_who_decided_what_and_keeps_what_was_typed(
    session: Session, cast: Cast, browser_of: BrowserOf, outbox: Outbox
) -> None:
    item = submitted(session, cast.nasrin)
    assert post(browser_of(cast.maryam), item, "decision", **answer(item)).status_code == 303
    late = post(browser_of(cast.hamid), item, "decision", **answer(item, outcome="accept",
                reason="trial-first", message="My own words"))  # fmt: skip
    page = late.get_data(as_text=True)
    assert late.status_code == 409
    assert "مریم رستمی" in page
    assert "Ask for changes" in page
    assert "My own words</textarea>" in page
    assert [letter.name for letter in outbox()] == ["received", "decision"]


def test_an_item_that_a_colleague_holds_is_not_decided(
    session: Session, cast: Cast, browser_of: BrowserOf
) -> None:
    item = claimed(session, submitted(session, cast.nasrin), by=cast.maryam, at=now())
    for action in ("", "preview"):
        refused = post(browser_of(cast.hamid), item, "decision", **answer(item, action=action))
        page = refused.get_data(as_text=True)
        assert refused.status_code == 409
        assert "مریم رستمی" in page
        assert "Please tell us what it costs" in page
    assert again(session, item).of_proposal.state == "in_review"


def test_nobody_reviews_their_own_proposal(
    session: Session, cast: Cast, browser_of: BrowserOf
) -> None:
    item = submitted(session, cast.hamid)
    browser = browser_of(cast.hamid)
    assert browser.get(f"/en/staff/queue/{item.id}").status_code == 404
    token = csrf(browser.get("/en/staff/queue"))
    for verb, fields in (
        ("decision", answer(item)),
        ("claim", {}),
        ("take-over", {"note": "It is mine."}),
    ):
        address = f"/en/staff/queue/{item.id}/{verb}"
        assert browser.post(address, data={"csrf_token": token, **fields}).status_code == 404
    assert again(session, item).of_proposal.state == "submitted"


def test_an_answer_typed_after_the_session_ended_is_still_there(
    session: Session, cast: Cast, client: FlaskClient, app: Flask, browser_of: BrowserOf
) -> None:
    item = submitted(session, cast.nasrin)
    browser = browser_of(cast.hamid)
    token = csrf(browser.get(f"/en/staff/queue/{item.id}"))
    with browser.session_transaction() as cookie:
        signed_in = dict(cookie)
        cookie.pop("_user_id")
    address = f"/en/staff/queue/{item.id}/decision"
    sent_away = browser.post(address, data=answer(item) | {"csrf_token": token})
    assert sent_away.status_code == 303
    with browser.session_transaction() as cookie:
        cookie.update(_user_id=signed_in["_user_id"], _fresh=True)
    back = browser.get(address)
    assert back.status_code == 200
    assert "Please tell us what it costs" in back.get_data(as_text=True)
    for verb in ("claim", "release", "take-over"):
        assert browser.get(f"/en/staff/queue/{item.id}/{verb}").status_code == 303


def test_two_who_send_at_once_make_one_decision(
    app: Flask, session: Session, cast: Cast, browser_of: BrowserOf, outbox: Outbox
) -> None:
    item = submitted(session, cast.nasrin)
    session.close()
    start, answers = Barrier(2), []
    browsers = [browser_of(cast.hamid), browser_of(cast.maryam)]
    tokens = [csrf(browser.get(f"/en/staff/queue/{item.id}")) for browser in browsers]

    def send(browser: FlaskClient, token: str) -> None:
        start.wait()
        fields = answer(item) | {"csrf_token": token}
        answers.append(browser.post(f"/en/staff/queue/{item.id}/decision", data=fields))

    threads = [Thread(target=send, args=pair) for pair in zip(browsers, tokens, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert sorted(reply.status_code for reply in answers) == [303, 409]
    late = next(reply for reply in answers if reply.status_code == 409)
    assert "Please tell us what it costs" in late.get_data(as_text=True)
    assert [letter.name for letter in outbox()] == ["received", "decision"]
    with database_of(app).reading() as fresh:
        assert fresh.get_one(QueueItem, item.id).closed_at
