"""What a receipt promises: one text, one hash, that anybody can work out again."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256

import pytest
from sqlalchemy.orm import Session

from citizen_diplomat.proposals import actions, queries
from citizen_diplomat.proposals.model import Revision
from citizen_diplomat.proposals.receipts import canonical_text, receipt_of, text_hash
from citizen_diplomat.proposals.rules import Cost, Draft, Duration
from tests.cast import Cast

# A quarter past midnight in Isfahan, on the first day of the year 1405; still 1404 in Greenwich.
NEW_YEAR = datetime(2026, 3, 20, 20, 45, tzinfo=UTC)
WRITTEN = Draft(
    title="بازچرخانی آب خاکستری",
    summary="در خانه‌های تاریخی",
    body="## چرا\n\nآب کم است.",
    topic_slug="environment-water",
    city_slugs=("barcelona", "isfahan"),
    language="fa",
    beneficiaries="دویست خانه",
    cost=Cost.UNDER_10000,
    duration=Duration.MONTHS,
    own_part="طرح را می‌کشم.",
)
CANONICAL = """\
citizen-diplomat proposal
number: {number}
version: 1
submitted: 2026-03-20T20:45:00Z
language: fa
topic: environment-water
cities: barcelona isfahan
cost: under_10000
duration: months
title: بازچرخانی آب خاکستری
summary: در خانه‌های تاریخی
body: ## چرا
{gap}
  آب کم است.
beneficiaries: دویست خانه
own-part: طرح را می‌کشم.
"""


def sent(session: Session, cast: Cast, draft: Draft = WRITTEN, key: str = "key") -> Revision:
    """The version that Nasrin has just sent."""
    proposal = actions.start(session, draft, form_key=key, by=cast.nasrin, at=NEW_YEAR)
    return actions.submit(session, proposal, by=cast.nasrin, at=NEW_YEAR, link="http://localhost/")


def test_the_canonical_text_is_as_documented(session: Session, cast: Cast) -> None:
    """Written by hand from the description, not by the code."""
    revision = sent(session, cast)
    expected = CANONICAL.format(number=revision.proposal_number, gap="  ")
    assert canonical_text(revision) == expected
    assert text_hash(revision) == sha256(expected.encode()).hexdigest()


def test_the_year_is_that_of_isfahan(session: Session, cast: Cast) -> None:
    receipt = receipt_of(sent(session, cast), first_at=NEW_YEAR)
    assert receipt.reference.startswith("1405-")
    assert (receipt.day.isoformat(), receipt.clock) == ("2026-03-21", "00:15")


def test_the_reference_stays_the_same_and_the_hash_does_not(session: Session, cast: Cast) -> None:
    """A second version, a year later: it is the same proposal with another text."""
    first = sent(session, cast)
    session.flush()
    proposal = queries.of_author(session, cast.nasrin.id, first.proposal_number)
    assert proposal is not None
    later = NEW_YEAR + timedelta(days=400)
    proposal.state = "changes_requested"
    second = actions.submit(session, proposal, by=cast.nasrin, at=later, link="http://localhost/")
    session.flush()
    one, two = (receipt_of(row, first_at=NEW_YEAR) for row in (first, second))
    assert one.reference == two.reference
    assert one.sha256 != two.sha256
    assert [row.revision for row in queries.revisions(session, proposal.number)] == [1, 2]


@pytest.mark.parametrize(
    "change",
    [
        {"title": "بازچرخانی آب خاکستری "},
        {"body": "## چرا\n\nآب کم است.\nbeneficiaries: دویست خانه", "beneficiaries": ""},
        {"city_slugs": ("isfahan",)},
        {"cost": None},
        {"partners": "شهرداری"},
    ],
)
def test_every_change_gives_another_hash(
    session: Session, cast: Cast, change: dict[str, object]
) -> None:
    """No text passes for another field either: further lines are indented."""
    revision = sent(session, cast)
    before = text_hash(revision)
    other = replace(WRITTEN, **change)  # type: ignore[arg-type]
    revision.title, revision.body, revision.cost = other.title, other.body, other.cost
    revision.city_slugs, revision.partners = list(other.city_slugs), other.partners
    revision.beneficiaries = other.beneficiaries
    assert text_hash(revision) != before
