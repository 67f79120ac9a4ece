"""Hamid asks a professor in Barcelona about Nasrin's proposal, and gets one opinion, once."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from citizen_diplomat.accounts.model import Account, StaffScope
from citizen_diplomat.accounts.queries import account_by_id
from citizen_diplomat.audit.model import AuditEntry
from citizen_diplomat.foundation.database import transaction
from citizen_diplomat.mail import outbox as mail
from citizen_diplomat.mail.claiming import claim as claim_mail
from citizen_diplomat.mail.model import InboxEntry, OutboxMessage
from citizen_diplomat.moderation import advice, opinions
from citizen_diplomat.moderation.actions import withdraw
from citizen_diplomat.moderation.advice import AnsweredAlready, LinkOver
from citizen_diplomat.moderation.claims import NotOpen, OwnProposal
from citizen_diplomat.moderation.opinion_rules import MOST_ASKED, Link, Progress, Recommendation
from citizen_diplomat.moderation.opinions import TooMany, of_token
from citizen_diplomat.moderation.outside_opinion import OutsideOpinion
from citizen_diplomat.moderation.rules import Outcome
from citizen_diplomat.web.personal_data import close
from tests.cast import Cast
from tests.conftest import database_of
from tests.desk import BICYCLES, MONDAY, again, claimed, decided, resubmitted, submitted
from tests.opinions import QUESTION, YES, asked, given
from tests.rooms.test_claims import at_once

Outbox = Callable[[], list[OutboxMessage]]
SECOND = timedelta(seconds=1)
TWO_WEEKS = timedelta(days=14)


def found(session: Session, token: str) -> OutsideOpinion:
    session.commit()
    session.expunge_all()
    row = of_token(session, token)
    assert row is not None
    return row


def test_a_token_opens_its_own_item_and_no_other(session: Session, cast: Cast) -> None:
    water = submitted(session, cast.nasrin)
    _, one = asked(session, water, by=cast.hamid)
    bicycles = submitted(session, cast.kamran, BICYCLES)
    _, other = asked(session, bicycles, by=cast.hamid)
    texts = [advice.text_of(session, found(session, token)).title for token in (one, other)]
    assert texts == [water.title, bicycles.title]
    kept = session.scalars(select(OutsideOpinion.token_digest)).all()
    assert len(one) >= 22, "128 bits at least"
    assert not {one, other} & set(kept), "what is kept opens nothing"
    assert of_token(session, kept[0]) is None
    for wrong in ("", "nonsense", one[:-1], one + "A", f"outside_opinion:{one}", "x" * 5_000):
        assert of_token(session, wrong) is None


def test_the_text_is_the_one_that_was_current(session: Session, cast: Cast) -> None:
    item = submitted(session, cast.nasrin)
    _, token = asked(session, item, by=cast.hamid)
    session.commit()
    item = claimed(session, item, by=cast.hamid, at=MONDAY)
    item = decided(session, item, Outcome.REQUEST_CHANGES, by=cast.hamid, at=MONDAY + SECOND)
    assert found(session, token).link(at=MONDAY + SECOND) is Link.SETTLED
    session.expunge_all()
    item = again(session, item)
    resubmitted(session, item.of_proposal, "Another text.", at=MONDAY + 2 * SECOND)
    row = found(session, token)
    assert row.link(at=MONDAY + 3 * SECOND) is Link.SETTLED, "a new version revives no old link"
    assert (row.revision, advice.text_of(session, row).revision) == (1, 1)


def test_it_ends_to_the_second(session: Session, cast: Cast) -> None:
    _, token = asked(session, submitted(session, cast.nasrin), by=cast.hamid)
    row = found(session, token)
    advice.open_text(session, row, at=MONDAY + TWO_WEEKS - SECOND)
    with pytest.raises(LinkOver) as over:
        advice.open_text(session, row, at=MONDAY + TWO_WEEKS)
    assert over.value.link is Link.EXPIRED
    with pytest.raises(LinkOver):
        given(session, row, at=MONDAY + TWO_WEEKS)
    given(session, row, at=MONDAY + TWO_WEEKS - SECOND)


def test_revoked_at_once_with_its_letter(session: Session, cast: Cast, outbox: Outbox) -> None:
    item = submitted(session, cast.nasrin)
    _, token = asked(session, item, by=cast.hamid, address="puig@example.org")
    row = found(session, token)
    assert opinions.revoke(session, row, by=cast.maryam, at=MONDAY + SECOND)
    assert not opinions.revoke(session, row, by=cast.maryam, at=MONDAY + SECOND)
    with pytest.raises(LinkOver) as over:
        given(session, row, at=MONDAY + SECOND)
    assert over.value.link is Link.REVOKED
    session.commit()
    [letter] = [one for one in outbox() if one.name == "opinion_asked"]
    assert (letter.stopped_at, letter.values) == (MONDAY + SECOND, {})
    assert (letter.to_address, letter.to_name) == ("", "")
    assert actions(session) == [
        ("opinion.asked", cast.hamid.id),
        ("opinion.revoked", cast.maryam.id),
    ]


def test_when_its_letter_has_left_the_address_is_forgotten(
    app: Flask, session: Session, cast: Cast
) -> None:
    asked(session, submitted(session, cast.nasrin), by=cast.hamid, address="puig@example.org")
    session.commit()
    at = MONDAY + SECOND
    while (letter := claim_mail(session, at=at)) is not None:
        mail.mark_sent(session, [letter], at=at)
        session.commit()
    with database_of(app).reading() as fresh:
        [left] = fresh.scalars(select(OutboxMessage).where(OutboxMessage.name == "opinion_asked"))
        assert (left.to_address, left.to_key, left.values) == ("", "nobody", {})
        assert left.sent_at == at


def actions(session: Session) -> list[tuple[str, int | None]]:
    entries = select(AuditEntry).where(AuditEntry.action.like("opinion.%")).order_by(AuditEntry.id)
    return [(one.action, one.actor_id) for one in session.scalars(entries)]


def test_the_log_tells_all_but_the_secret(session: Session, cast: Cast) -> None:
    item = submitted(session, cast.nasrin)
    _, token = asked(session, item, by=cast.hamid)
    row = found(session, token)
    for hours in (1, 2):
        advice.open_text(session, row, at=MONDAY + timedelta(hours=hours))
        session.commit()
    given(session, row, at=MONDAY + timedelta(hours=3))
    row = found(session, token)
    assert actions(session) == [
        ("opinion.asked", cast.hamid.id),
        ("opinion.opened", None),
        ("opinion.answered", None),
    ]
    assert (row.first_opened_at, row.last_opened_at, row.answered_at) == tuple(
        MONDAY + timedelta(hours=hours) for hours in (1, 2, 3)
    )
    assert row.progress(at=MONDAY + 2 * TWO_WEEKS) is Progress.ANSWERED
    log = repr([(one.subject, one.detail) for one in session.scalars(select(AuditEntry))])
    for secret in (token, row.token_digest, "Puig", QUESTION):
        assert secret not in log


def test_whoever_asked_and_whoever_holds_it_hear_of_it(
    session: Session, cast: Cast, outbox: Outbox
) -> None:
    item = submitted(session, cast.nasrin)
    _, token = asked(session, item, by=cast.hamid)
    session.commit()
    claimed(session, item, by=cast.maryam, at=MONDAY)
    given(session, found(session, token))
    session.commit()
    letters = [one for one in outbox() if one.name == "opinion_arrived"]
    assert [one.to_address for one in letters] == [cast.hamid.email, cast.maryam.email]
    assert "Puig" not in repr([one.values for one in letters])
    told = select(InboxEntry).where(InboxEntry.name == "opinion_arrived").order_by(InboxEntry.id)
    inbox = session.scalars(told).all()
    assert [one.account_id for one in inbox] == [cast.hamid.id, cast.maryam.id]
    assert {one.path for one in inbox} == {"/en/staff/queue/1"}


def test_who_no_longer_looks_after_it_hears_nothing(
    session: Session, cast: Cast, outbox: Outbox
) -> None:
    _, token = asked(session, submitted(session, cast.nasrin), by=cast.hamid)
    session.add(StaffScope(account_id=cast.hamid.id, city_slug="freiburg"))
    given(session, found(session, token))
    session.commit()
    assert [one.name for one in outbox()] == ["received"]


def test_two_at_once_give_one_opinion(app: Flask, session: Session, cast: Cast) -> None:
    _, token = asked(session, submitted(session, cast.nasrin), by=cast.hamid)
    session.commit()
    session.close()

    def say(words: str) -> Callable[[Session], str]:
        def do(opened: Session) -> str:
            try:
                with transaction(opened):
                    row = of_token(opened, token)
                    assert row is not None
                    given(opened, row, replace(YES, text=words))
            except AnsweredAlready:
                return "refused"
            return words

        return do

    outcomes = at_once(app, [say("first"), say("second"), say("third")])
    assert outcomes.count("refused") == 2
    assert found(session, token).text in outcomes
    assert [action for action, _ in actions(session)] == ["opinion.asked", "opinion.answered"]


def test_nobody_asks_about_their_own_or_about_what_is_over(session: Session, cast: Cast) -> None:
    own = submitted(session, cast.hamid)
    with pytest.raises(OwnProposal):
        asked(session, own, by=cast.hamid)
    row, _ = asked(session, own, by=cast.maryam)
    with pytest.raises(OwnProposal):
        opinions.revoke(session, row, by=cast.hamid, at=MONDAY)
    withdraw(session, own.of_proposal, by=cast.hamid, at=MONDAY)
    with pytest.raises(NotOpen):
        asked(session, own, by=cast.maryam)


def test_the_same_form_asks_once_and_not_for_ever(session: Session, cast: Cast) -> None:
    item = submitted(session, cast.nasrin)
    asked(session, item, by=cast.hamid, form_key="one")
    with pytest.raises(AssertionError):
        asked(session, item, by=cast.hamid, form_key="one")
    for _ in range(MOST_ASKED - 1):
        asked(session, item, by=cast.hamid)
    with pytest.raises(TooMany):
        asked(session, item, by=cast.hamid)
    assert len(opinions.of_item(session, item.id)) == MOST_ASKED


def test_conditions_must_be_named(session: Session, cast: Cast) -> None:
    row, _ = asked(session, submitted(session, cast.nasrin), by=cast.hamid)
    without = replace(YES, recommendation=Recommendation.WITH_CONDITIONS, text="")
    with pytest.raises(ValueError, match="conditions"):
        given(session, row, without)


@pytest.mark.parametrize("leaving", ["nasrin", "stranger"])
def test_when_its_author_leaves_the_words_go(
    session: Session, cast: Cast, outbox: Outbox, leaving: str
) -> None:
    item = submitted(session, cast.nasrin)
    _, answered = asked(session, item, by=cast.hamid)
    given(session, found(session, answered))
    _, waiting = asked(session, again(session, item), by=cast.hamid, address="puig@example.org")
    session.commit()
    _leave(session, getattr(cast, leaving))
    first, second = found(session, answered), found(session, waiting)
    is_gone = leaving == "nasrin"
    row = found(session, answered)
    words = (row.asked_name, row.question, row.relevance, row.risk, row.text, row.signed_name)
    assert any(words) is not is_gone
    assert (row.recommendation, row.answered_at) == (Recommendation.IN_FAVOUR, MONDAY)
    assert (second.revoked_at is not None, first.revoked_at is not None) == (is_gone, is_gone)
    [letter] = [one for one in outbox() if one.name == "opinion_asked"]
    assert (letter.stopped_at is not None) is is_gone


def _leave(session: Session, person: Account) -> None:
    session.expunge_all()
    with transaction(session):
        seen = account_by_id(session, person.id)
        assert seen is not None
        close(session, seen, at=MONDAY + SECOND, link_of=lambda _: lambda _: "http://localhost/")
    session.expunge_all()
