"""Why a letter came or did not: for staff with a receipt, for members before a digest leaves."""

from collections.abc import Callable
from datetime import datetime, timedelta

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.accounts.sanction_rules import SanctionKind
from citizen_diplomat.audit.model import AccessReceipt
from citizen_diplomat.digests import actions as digests
from citizen_diplomat.digests.rules import Frequency
from citizen_diplomat.foundation.clock import now
from citizen_diplomat.mail import bounces, outbox, preferences, stops
from citizen_diplomat.mail.bounce_rules import BounceKind, BounceSource
from citizen_diplomat.mail.model import OutboxMessage
from citizen_diplomat.mail.preference_rules import Kind
from citizen_diplomat.mail.rules import Scope
from citizen_diplomat.moderation.rules import Outcome
from citizen_diplomat.overview.explain import explain_mail, reader_facts
from citizen_diplomat.overview.explain_rules import Why, explain_digest
from citizen_diplomat.proposals.messages import ProposalReceived
from citizen_diplomat.proposals.rules import State
from tests.cast import Cast
from tests.conftest import csrf
from tests.desk import BICYCLES, decided, submitted
from tests.digests import SATURDAY, accepted, make, send, subscribe
from tests.sanctioning import impose, run_out

BrowserOf = Callable[[Account], FlaskClient]
DAY = timedelta(days=1)
WHY = {"reason": "account", "words": "She asks why no letter came."}


def told(session: Session, cast: Cast) -> None:
    """Kamran got one letter, one was refused, one waits, and one lies on the site alone."""
    at = now() - timedelta(hours=2)
    for key in ("sent", "refused", "waits"):
        message = ProposalReceived(1, "Shade", 1, "http://localhost/x")
        outbox.post(session, message, cast.kamran.recipient, key=key, at=at)
    session.flush()
    rows = {row.key: row for row in session.scalars(select(OutboxMessage))}
    rows["sent"].done, rows["sent"].sent_at = True, at
    rows["refused"].done, rows["refused"].failed_at = True, at
    rows["refused"].last_error = "550 5.1.1 no such user"
    preferences.change(session, cast.kamran.id, {Kind.MINE: frozenset()}, at=now())
    message = ProposalReceived(2, "Shade", 1, "http://localhost/x")
    outbox.post(session, message, cast.kamran.recipient, key="quiet", at=at)
    session.commit()


def test_staff_look_up_what_came_of_letters_and_the_member_reads_why(
    app: Flask, session: Session, cast: Cast, browser_of: BrowserOf
) -> None:
    told(session, cast)
    page = f"/en/staff/members/{cast.kamran.id}/mail"
    browser = browser_of(cast.soheila)
    asking = browser.get(page)
    assert "sent" not in asking.text.partition("<main")[2].partition("<form")[0].replace(
        "which letters were sent", ""
    )
    fields = {"csrf_token": csrf(asking), "days": "30"}
    assert browser.post(page, data=fields).status_code == 422
    session.rollback()
    assert session.scalars(select(AccessReceipt)).all() == []
    session.rollback()

    shown = browser.post(page, data={**fields, **WHY})
    assert shown.status_code == 200
    for words in (
        "Sent",
        "There is no such mailbox.",
        "Waits for its turn",
        "Only in the inbox here: letters of this kind are switched off",
        "No digest: none was chosen",
    ):
        assert words in shown.text, words
    assert "Shade" not in shown.text
    stops.stop(session, Scope.ALL, "The server is being moved", by=cast.mina.id, at=now())
    session.commit()
    again = browser.post(page, data={**fields, **WHY})
    assert "Waits: the office has paused all mail" in again.text
    session.rollback()
    assert [row.account_id for row in session.scalars(select(AccessReceipt))] == 2 * [
        cast.kamran.id
    ]
    session.rollback()
    assert browser_of(cast.arash).get(page).status_code == 403
    answer = app.test_cli_runner().invoke(args=["mail", "explain", cast.kamran.email])
    for words in ("no such mailbox", "only on the site", "no digest, never chosen"):
        assert words in answer.output, answer.output


def explained(session: Session, person: Account, until: datetime) -> list[tuple[str, Why, bool]]:
    session.rollback()
    whose = session.get_one(Account, person.id)
    found = explain_mail(session, whose, since=until - 15 * DAY, until=until, at=until)
    told = [(one.name, one.verdict.why, one.has_letter) for one in found.letters]
    session.rollback()
    return told


def test_a_quiet_period_and_one_that_was_missed_are_explained_too(
    app: Flask, session: Session, cast: Cast
) -> None:
    """Nasrin hears weekly: nothing was new, then she was suspended, then there was something."""
    subscribe(session, cast.nasrin, at=SATURDAY - 20 * DAY)
    make(app, SATURDAY - 14 * DAY)
    impose(app, cast.nasrin, SanctionKind.SUSPEND, by=cast.mina, at=SATURDAY - 10 * DAY)
    make(app, SATURDAY - 7 * DAY)
    assert run_out(app, SATURDAY - DAY) == 1
    accepted(session, cast.kamran, "Tiles")
    make(app, SATURDAY)
    send(app, SATURDAY)
    told = explained(session, cast.nasrin, SATURDAY + DAY)
    assert [one for one in told if one[0] == "digest"] == [
        ("digest", Why.SENT, True),
        ("digest", Why.SUSPENDED, False),
        ("digest", Why.NOTHING_NEW, False),
    ]


def test_a_digest_whose_news_was_hidden_is_explained_once(
    app: Flask, session: Session, cast: Cast
) -> None:
    subscribe(session, cast.nasrin)
    proposal = accepted(session, cast.kamran, "Tiles")
    make(app)
    session.merge(proposal).state = State.WITHDRAWN
    session.commit()
    send(app)
    assert explained(session, cast.nasrin, SATURDAY + DAY) == [("digest", Why.NOTHING_NEW, True)]
    session.scalars(select(OutboxMessage)).one().created_at = now() - timedelta(hours=1)
    session.commit()
    output = app.test_cli_runner().invoke(args=["mail", "explain", cast.nasrin.email]).output
    assert output.count("nothing new") == 1, output


def test_a_complaint_keeps_mail_to_many_back_and_nothing_else(
    app: Flask, session: Session, cast: Cast
) -> None:
    subscribe(session, cast.nasrin)
    accepted(session, cast.kamran, "Tiles")
    make(app)
    message = ProposalReceived(1, "Shade", 1, "http://localhost/x")
    outbox.post(session, message, cast.nasrin.recipient, key="own", at=SATURDAY)
    session.flush()
    row = session.scalars(select(OutboxMessage).where(OutboxMessage.key == "own")).one()
    source, kind = BounceSource.REPORT, BounceKind.COMPLAINT
    bounces.count(session, row, kind, code="", source=source, report="r", at=SATURDAY)
    session.commit()
    own, digest = ("received", Why.WAITING, True), ("digest", Why.COMPLAINED, True)
    assert sorted(explained(session, cast.nasrin, SATURDAY + DAY)) == [digest, own]
    send(app)
    sent = ("received", Why.SENT, True)
    assert sorted(explained(session, cast.nasrin, SATURDAY + DAY)) == [digest, sent]
    nasrin = session.get_one(Account, cast.nasrin.id)
    facts = reader_facts(session, nasrin, at=SATURDAY)
    assert explain_digest(facts).why is Why.COMPLAINED
    session.rollback()


def test_a_member_sees_the_next_digest_as_it_would_come(
    session: Session, cast: Cast, browser_of: BrowserOf
) -> None:
    browser = browser_of(cast.kamran)
    page = "/en/me/mail/preview"
    assert "No digest: none was chosen" in browser.get(page).text
    assert browser.get(f"{page}/letter").status_code == 404
    kamran = session.merge(cast.kamran)
    at = now() - timedelta(days=3)
    digests.choose(session, kamran, Frequency.DAILY, by=kamran, at=at, source="test")
    session.commit()
    item = submitted(session, cast.nasrin, BICYCLES, at=at)
    # Whatever the hour: the period that ended last holds the moment of a day ago.
    decided(session, item, Outcome.ACCEPT, by=cast.hamid, at=now() - timedelta(days=1))
    shown = browser.get(page)
    assert "The next digest is due" in shown.text
    assert BICYCLES.title in shown.text
    assert "frame-src 'self'" in shown.headers["Content-Security-Policy"]
    # A letter has styles of its own; the check of pages is not for it.
    letter = FlaskClient.open(browser, f"{page}/letter")
    assert BICYCLES.title in letter.text
    assert "sandbox" in letter.headers["Content-Security-Policy"]
    assert "See the next digest" in browser.get("/en/me/mail").text
