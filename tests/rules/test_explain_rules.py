"""The first reason that fits explains a letter; each of them once, and which goes before which."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from citizen_diplomat.overview.explain_rules import (
    LetterFacts,
    ReaderFacts,
    Trouble,
    Why,
    explain,
    explain_digest,
    no_digest_at,
    trouble_in,
)

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
BEFORE, EARLIER, LATER = NOW - timedelta(hours=1), NOW - timedelta(days=1), NOW + timedelta(hours=1)
LETTER = LetterFacts("received", EARLIER, "mine", due_at=LATER)
STOPPED = replace(LETTER, stopped_at=BEFORE)
NOBODY = ReaderFacts(verified_at=EARLIER)
TO_MANY = replace(LETTER, lane="bulk")
CALLED_UNWANTED = replace(NOBODY, complained=EARLIER)
LET_IN = replace(NOBODY, stopped_address=EARLIER, let_through=frozenset({"received"}))
OFF = replace(NOBODY, switched_off={"mine": EARLIER})


@pytest.mark.parametrize(
    ("letter", "reader", "why", "at"),
    [
        (replace(LETTER, sent_at=BEFORE), replace(OFF, closed_at=NOW), Why.SENT, BEFORE),
        (replace(LETTER, on_site_only=True), OFF, Why.SITE_ONLY, EARLIER),
        (STOPPED, replace(NOBODY, unsubscribed={"received": EARLIER}), Why.UNSUBSCRIBED, BEFORE),
        (STOPPED, replace(NOBODY, unsubscribed={"digest": EARLIER}), Why.OVER, BEFORE),
        (STOPPED, OFF, Why.SWITCHED_OFF, BEFORE),
        (STOPPED, replace(NOBODY, switched_off={"mine": NOW}), Why.OVER, BEFORE),
        (STOPPED, replace(NOBODY, stopped_address=EARLIER), Why.BOUNCED, BEFORE),
        (STOPPED, CALLED_UNWANTED, Why.OVER, BEFORE),
        (TO_MANY, CALLED_UNWANTED, Why.COMPLAINED, EARLIER),
        (replace(TO_MANY, stopped_at=BEFORE), CALLED_UNWANTED, Why.COMPLAINED, BEFORE),
        (LETTER, CALLED_UNWANTED, Why.WAITING, LATER),
        (LETTER, replace(NOBODY, stopped_address=EARLIER), Why.BOUNCED, EARLIER),
        (LETTER, LET_IN, Why.WAITING, LATER),
        (STOPPED, replace(NOBODY, suspensions=((EARLIER, None),)), Why.SUSPENDED, BEFORE),
        (STOPPED, replace(NOBODY, suspensions=((EARLIER, EARLIER),)), Why.OVER, BEFORE),
        (STOPPED, replace(NOBODY, closed_at=EARLIER), Why.CLOSED, BEFORE),
        (replace(LETTER, failed_at=BEFORE), NOBODY, Why.GIVEN_UP, BEFORE),
        (replace(LETTER, held_since=EARLIER), replace(NOBODY, paused={"": NOW}), Why.HELD, EARLIER),
        (LETTER, replace(NOBODY, unsubscribed={"received": NOW}), Why.UNSUBSCRIBED, NOW),
        (LETTER, replace(NOBODY, paused={"": NOW}, capped_until=LATER), Why.PAUSED, NOW),
        (LETTER, replace(NOBODY, paused={"bulk": NOW}), Why.WAITING, LATER),
        (replace(LETTER, lane="urgent"), replace(NOBODY, capped_until=LATER), Why.WAITING, LATER),
        (replace(STOPPED, kept_back=Why.SUSPENDED), OFF, Why.SUSPENDED, BEFORE),
        (LETTER, replace(NOBODY, capped_until=LATER), Why.CAPPED, LATER),
        (LETTER, replace(NOBODY, capped_until=BEFORE), Why.WAITING, LATER),
        (replace(LETTER, last_error="451 later"), NOBODY, Why.TRIED, LATER),
        (LETTER, NOBODY, Why.WAITING, LATER),
    ],
)
def test_a_letter_is_explained_by_what_had_begun_by_then(
    letter: LetterFacts, reader: ReaderFacts, why: Why, at: datetime
) -> None:
    verdict = explain(letter, reader, NOW)
    assert (verdict.why, verdict.at) == (why, at)


def test_the_next_digest_is_explained_too() -> None:
    weekly = replace(NOBODY, frequency="weekly", next_digest_at=LATER)
    cases = {
        Why.DIGEST_DUE: weekly,
        Why.NEVER: NOBODY,
        Why.UNVERIFIED: replace(weekly, verified_at=None),
        Why.UNSUBSCRIBED: replace(weekly, unsubscribed={"digest": NOW}),
        Why.SUSPENDED: replace(weekly, suspensions=((EARLIER, None),)),
        Why.BOUNCED: replace(weekly, stopped_address=EARLIER),
        Why.COMPLAINED: replace(weekly, complained=EARLIER),
        Why.CLOSED: replace(weekly, closed_at=NOW),
    }
    assert {why: explain_digest(reader).why for why, reader in cases.items()} == {
        why: why for why in cases
    }


def test_why_no_digest_was_made_is_known_where_its_reader_could_not_hear() -> None:
    suspended = replace(NOBODY, suspensions=((EARLIER, BEFORE),))
    assert no_digest_at(replace(NOBODY, verified_at=NOW), BEFORE) is Why.UNVERIFIED
    assert no_digest_at(replace(NOBODY, verified_at=None), NOW) is Why.UNVERIFIED
    assert no_digest_at(replace(NOBODY, closed_at=BEFORE), NOW) is Why.CLOSED
    assert no_digest_at(suspended, BEFORE - timedelta(minutes=1)) is Why.SUSPENDED
    assert no_digest_at(suspended, BEFORE) is None


def test_a_mail_server_s_answer_in_plain_words() -> None:
    answers = {
        "": None,
        "550 no such user": Trouble.NO_MAILBOX,
        "550 5.1.1 unknown": Trouble.NO_MAILBOX,
        "550 5.7.1 spam": Trouble.UNWELCOME,
        "552 5.2.2 over quota": Trouble.FULL,
        "452 4.2.2 over quota": Trouble.FULL,
        "451 4.7.1 greylisted": Trouble.LATER,
        "421 4.3.2 closing": Trouble.AWAY,
        "our mail server: ConnectionRefusedError: [Errno 111]": Trouble.AWAY,
        "our mail server: 550 5.1.8 no such sender": Trouble.AWAY,
    }
    assert {answer: trouble_in(answer) for answer in answers} == answers
