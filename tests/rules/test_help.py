"""The table of offers of help: written out once more, so that a change is a decision."""

import pytest

from citizen_diplomat.outcomes.rules import (
    NEXT,
    OfferState,
    Party,
    Step,
    may_answer_for_office,
    may_offer,
    steps_open_to,
)

# state: what helper, author and office may do.
TABLE = {
    "offered": ("withdraw", "agree decline", "agree decline"),
    "author_agreed": ("withdraw", "decline", "agree decline"),
    "office_agreed": ("withdraw", "agree decline", "decline"),
    "accepted": ("withdraw", "", ""),
    "declined": ("", "", ""),
    "withdrawn": ("", "", ""),
}


@pytest.mark.parametrize("state", OfferState)
@pytest.mark.parametrize("party", Party)
def test_who_may_do_what(state: OfferState, party: Party) -> None:
    expected = TABLE[state][list(Party).index(party)]
    assert steps_open_to(party, state) == {Step(step) for step in expected.split()}


def test_both_have_to_agree_in_either_order() -> None:
    for first, second in ((Party.AUTHOR, Party.OFFICE), (Party.OFFICE, Party.AUTHOR)):
        between = NEXT[Step.AGREE, first, OfferState.OFFERED]
        assert between is not OfferState.ACCEPTED
        assert (Step.AGREE, first, between) not in NEXT
        assert NEXT[Step.AGREE, second, between] is OfferState.ACCEPTED


def test_nobody_helps_themselves_or_answers_in_their_own_matter() -> None:
    assert not may_offer({6, 7}, by=7)
    assert may_offer({6, 7}, by=8)
    assert not may_answer_for_office({6, 7}, 8, by=6)
    assert not may_answer_for_office({6, 7}, 8, by=7)
    assert not may_answer_for_office({6, 7}, 8, by=8)
    assert may_answer_for_office({6, 7}, 8, by=9)
