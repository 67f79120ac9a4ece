"""A statement of reasons: one for each author, in their language, as it was given."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.moderation.actions import Conflict
from citizen_diplomat.moderation.forget import forget
from citizen_diplomat.moderation.model import Decision, Reason
from citizen_diplomat.moderation.rules import Measure, Outcome
from citizen_diplomat.moderation.statements import StatementOfReasons
from citizen_diplomat.moderation.wording import ABOUT, Facts, Rule, document
from tests.cast import Cast
from tests.desk import BICYCLES, MONDAY, WATER, again, appealed, decided, submitted
from tests.writers import joined

TUESDAY = MONDAY + timedelta(days=1)
UNTIL = datetime(2026, 11, 30, 20, 30, tzinfo=UTC)
"""The end of the twentieth working day after Monday, in Isfahan."""
OFFICE = {
    "fa": "ادارهٔ ارتباطات بین‌الملل شهرداری اصفهان",
    "en": "International Relations Office of the Municipality of Isfahan",
}


def statements(session: Session) -> list[StatementOfReasons]:
    return list(session.scalars(select(StatementOfReasons).order_by(StatementOfReasons.id)))


def text_of(row: StatementOfReasons) -> str:
    return "\n".join(f"{part['heading']}\n{part['text']}" for part in row.document["parts"])


@pytest.mark.parametrize("outcome", Outcome)
def test_what_goes_against_the_author_is_stated_and_nothing_else(
    session: Session, cast: Cast, outcome: Outcome
) -> None:
    other = submitted(session, cast.kamran, BICYCLES).subject_id
    item = submitted(session, cast.nasrin)
    decided(session, item, outcome, by=cast.hamid, duplicate_of=other)
    expected = {Outcome.DECLINE: [Measure.DECLINED], Outcome.DUPLICATE: [Measure.DUPLICATE]}
    assert [row.measure for row in statements(session)] == expected.get(outcome, [])
    for row in statements(session):
        assert (row.account_id, row.subject_kind, row.subject_id) == (
            cast.nasrin.id,
            "proposal",
            item.subject_id,
        )
        assert row.appeal_until == UNTIL


def test_each_author_reads_it_in_their_language_whatever_staff_speak(
    session: Session, cast: Cast
) -> None:
    """Kamran writes along and reads English; Hamid, who decides, works in Persian."""
    item = submitted(session, cast.nasrin)
    joined(session, item.subject_id, cast.kamran, by=cast.nasrin)
    item = again(session, item)
    decided(session, item, Outcome.DECLINE, by=cast.hamid)
    reason = session.get_one(Reason, "outside-powers")
    first, second = statements(session)
    assert [(row.account_id, row.language) for row in (first, second)] == [
        (cast.nasrin.id, "fa"),
        (cast.kamran.id, "en"),
    ]
    for row, ground, rule, day in (
        (first, reason.text_fa, reason.rule_fa, "۹ آذر ۱۴۰۵ (۳۰ نوامبر ۲۰۲۶)"),
        (second, reason.text_en, reason.rule_en, "30 November 2026 (9 Azar 1405)"),
    ):
        said = text_of(row)
        for part in (ground, rule, day, OFFICE[row.language], "سپاس از شما.", WATER.title):
            assert part in said, part
        assert cast.hamid.display_name not in str(row.document)
    assert "No automated means" in text_of(second)
    assert second.document["day"] == "2 November 2026 (11 Aban 1405)"


def test_it_stays_as_it_was_given(session: Session, cast: Cast) -> None:
    decided(session, submitted(session, cast.nasrin), Outcome.DECLINE, by=cast.hamid)
    (given,) = statements(session)
    before = text_of(given)
    session.get_one(Reason, "outside-powers").text_fa = "متن دیگری"
    session.commit()
    session.expire_all()
    (given,) = statements(session)
    assert text_of(given) == before


def test_a_decision_that_was_refused_states_nothing(session: Session, cast: Cast) -> None:
    item = submitted(session, cast.nasrin)
    item = decided(session, item, Outcome.ACCEPT, by=cast.hamid)
    with pytest.raises(Conflict):
        decided(session, item, Outcome.DECLINE, by=cast.maryam)
    assert statements(session) == []


def test_upheld_on_appeal_it_says_that_it_is_final(session: Session, cast: Cast) -> None:
    first = decided(session, submitted(session, cast.kamran), Outcome.DECLINE, by=cast.hamid)
    item = appealed(session, first, by=cast.kamran, at=TUESDAY)
    decided(session, item, Outcome.DECLINE, by=cast.maryam, at=TUESDAY)
    row = statements(session)[-1]
    assert (row.measure, row.appeal_until, row.last_day) == (Measure.DECLINE_UPHELD, None, "")
    said = text_of(row)
    assert "There is no second appeal within this site." in said
    assert "remain open to you" in said
    decision = session.get_one(Decision, row.decision_id)
    assert decision.of_appeal


@pytest.mark.parametrize("language", ["fa", "en"])
@pytest.mark.parametrize("measure", Measure)
def test_every_measure_has_its_words_in_both_languages(measure: Measure, language: str) -> None:
    """DSA art. 17(3): measure, facts, notice or own review, automation, rule, ways to object."""
    until = None if measure is Measure.DECLINE_UPHELD else UNTIL
    facts = Facts(
        measure, 7, Rule("قاعده {x}", "A rule {x}"), "Why {y}", title="T {z}", words="W", version=1,
        reference="1405-0007-1", written_at=MONDAY, was_reported=measure in ABOUT,
    )  # fmt: skip
    parts = document(facts, language, at=MONDAY, until=until)["parts"]
    assert len(parts) == 8
    text = "\n".join(part["text"] for part in parts)
    assert OFFICE[language] in text
    assert "{day}" not in text
    assert "!" not in text
    assert not re.search(r"(?<!\S)(\S+) \1(?!\S)", text), "no word stands twice"
    latin = set("0123456789") & set(text.replace("{x}", ""))
    assert not (latin and language == "fa")


def test_who_leaves_takes_them_along(session: Session, cast: Cast) -> None:
    item = decided(session, submitted(session, cast.nasrin), Outcome.DECLINE, by=cast.hamid)
    waiting = appealed(session, item, by=cast.nasrin, at=TUESDAY)
    account = session.get_one(Account, cast.nasrin.id)
    forget(session, account, TUESDAY)
    waiting = again(session, waiting)
    assert (waiting.closed_at, waiting.of_proposal.state) == (TUESDAY, "withdrawn")
    assert statements(session) == []
