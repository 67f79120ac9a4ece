"""Similar proposals: how good they are, what they cost, and who is shown what of them."""

from collections.abc import Callable
from itertools import product

import pytest
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from citizen_diplomat.moderation.rules import Outcome
from citizen_diplomat.moderation.similar import reasons_given, similar_for_review
from citizen_diplomat.proposals import actions
from citizen_diplomat.proposals.disclosure import Reader, Shown, shown_of_similar
from citizen_diplomat.proposals.model import Proposal, ProposalTerm
from citizen_diplomat.proposals.queries import newest_revision, of_author
from citizen_diplomat.proposals.rules import Draft, State
from citizen_diplomat.proposals.similar import Similar, list_missing, similar
from tests.bench_similar import FIRST, add, figures, fill, labelled
from tests.cast import Cast
from tests.desk import BICYCLES, MONDAY, WATER, claimed, decided, resubmitted, submitted

ASKED = "بازچرخانی آب خاکستری در خانه‌های تاریخی"
# Written down by hand: what each reader is shown of a similar proposal in each state.
TABLE = {
    State.DRAFT: ("nothing", "nothing", "nothing"),
    State.SUBMITTED: ("whole", "nothing", "whole"),
    State.IN_REVIEW: ("whole", "nothing", "whole"),
    State.ACCEPTED: ("whole", "whole", "whole"),
    State.CHANGES_REQUESTED: ("whole", "nothing", "whole"),
    State.DECLINED: ("whole", "gist", "whole"),
    State.DUPLICATE: ("whole", "nothing", "whole"),
    State.APPEALED: ("whole", "nothing", "whole"),
    State.WITHDRAWN: ("whole", "nothing", "whole"),
}
CELLS = [
    (state, reader, shown)
    for state, row in TABLE.items()
    for reader, shown in zip((Reader.AUTHOR, Reader.MEMBER, Reader.STAFF), row, strict=True)
]


def found(
    session: Session, text: str, *, viewer: int | None, exclude: int | None = None
) -> list[Similar]:
    return similar(session, text, viewer=viewer, exclude=exclude, limit=40)


def test_every_state_and_reader_is_in_the_table() -> None:
    assert set(TABLE) == set(State)
    assert {(state, reader) for state, reader, _ in CELLS} == set(product(State, Reader))


@pytest.mark.parametrize(("state", "reader", "shown"), CELLS)
def test_what_is_shown_is_what_the_table_says(
    session: Session, cast: Cast, state: State, reader: Reader, shown: str
) -> None:
    item = submitted(session, cast.nasrin)
    session.get_one(Proposal, item.subject_id).state = state
    session.commit()
    viewer = {Reader.AUTHOR: cast.nasrin.id, Reader.MEMBER: cast.kamran.id, Reader.STAFF: None}
    seen = found(session, ASKED, viewer=viewer[reader])
    assert shown_of_similar(state, reader) == shown
    assert [one.shown for one in seen] == ([] if shown == "nothing" else [Shown(shown)])


def test_a_draft_and_what_was_written_since_are_found_by_nobody(
    session: Session, cast: Cast
) -> None:
    actions.start(session, WATER, form_key="k", by=cast.nasrin, at=MONDAY)
    session.commit()
    for viewer in (cast.nasrin.id, cast.kamran.id, None):
        assert found(session, ASKED, viewer=viewer) == []
    item = submitted(session, cast.kamran, BICYCLES)
    item = decided(
        session,
        claimed(session, item, by=cast.hamid, at=MONDAY),
        Outcome.REQUEST_CHANGES,
        by=cast.hamid,
    )
    own = of_author(session, cast.kamran.id, item.subject_id, to_change=True)
    assert own is not None
    secret = Draft("A falcon market by night", "", "x", "tourism", ("porto",), "en")
    actions.save(session, own, secret, version=own.version, by=cast.kamran, at=MONDAY)
    session.commit()
    assert found(session, "Falcon market by night", viewer=None) == []
    assert [one.title for one in found(session, BICYCLES.title, viewer=None)] == [BICYCLES.title]


def test_a_new_version_is_found_by_its_own_words(session: Session, cast: Cast) -> None:
    item = decided(
        session,
        claimed(session, submitted(session, cast.nasrin), by=cast.hamid, at=MONDAY),
        Outcome.REQUEST_CHANGES,
        by=cast.hamid,
    )
    resubmitted(session, session.get_one(Proposal, item.subject_id), "متن دیگر", at=MONDAY)
    assert [one.number for one in found(session, ASKED, viewer=None)] == [item.subject_id]


def test_the_one_at_hand_is_not_similar_to_itself(session: Session, cast: Cast) -> None:
    number = submitted(session, cast.nasrin).subject_id
    assert found(session, ASKED, viewer=None, exclude=number) == []


@pytest.mark.parametrize(
    "text", ["", "  ", "از و به", "the of", "Isfahan", "؟!", "\u200c", "x" * 500]
)
def test_a_text_that_says_nothing_finds_nothing(session: Session, cast: Cast, text: str) -> None:
    submitted(session, cast.nasrin)
    assert found(session, text, viewer=None) == []


@pytest.mark.parametrize(
    "text",
    [
        "بازچرخاني آب خاكستری در خانه هاي تاریخی",
        "بازچرخانی آب خاکستری خانه تاریخی",
        "Reuse of grey water in a historic house",
    ],
)
def test_spelling_and_language_make_no_difference(session: Session, cast: Cast, text: str) -> None:
    number = submitted(session, cast.nasrin).subject_id
    assert [one.number for one in found(session, text, viewer=cast.kamran.id)] == []
    assert [one.number for one in found(session, text, viewer=None)] == [number]


def test_the_reason_of_a_decline_is_that_of_the_catalogue(session: Session, cast: Cast) -> None:
    item = claimed(session, submitted(session, cast.nasrin), by=cast.hamid, at=MONDAY)
    item = decided(session, item, Outcome.DECLINE, by=cast.hamid)
    reasons = reasons_given(session, [item.subject_id])
    assert reasons[item.subject_id].slug == "outside-powers"
    assert reasons_given(session, []) == {}


def test_staff_are_shown_what_they_look_after_and_what_is_public(
    session: Session, cast: Cast
) -> None:
    first = submitted(session, cast.nasrin)
    text = newest_revision(session, submitted(session, cast.kamran).subject_id)
    assert text is not None
    seen = similar_for_review(session, text, viewer=cast.hamid.id, limit=3)
    assert [(one.number, item) for one, item in seen] == [(first.subject_id, first.id)]


@pytest.mark.parametrize("count", [1, 3, 30])
def test_three_queries_however_many_are_found(
    session: Session, cast: Cast, queries: Callable[[], object], count: int
) -> None:
    row = {"language": "fa", "title": ASKED, "summary": ""}
    add(session, [(FIRST + each, row) for each in range(count)], cast.nasrin.id)
    session.commit()
    with queries() as asked:  # type: ignore[attr-defined]
        seen = found(session, ASKED, viewer=cast.kamran.id)
    assert (len(seen), len(asked)) == (count, 3)


def test_what_is_not_listed_yet_is_listed_once(session: Session, cast: Cast) -> None:
    submitted(session, cast.nasrin)
    before = session.scalar(select(func.count()).select_from(ProposalTerm))
    session.execute(delete(ProposalTerm))
    assert list_missing(session) == 1
    assert list_missing(session) == 0
    assert session.scalar(select(func.count()).select_from(ProposalTerm)) == before


def test_the_labelled_pairs_are_found(session: Session, cast: Cast) -> None:
    """A floor under the figures that `make bench` prints."""
    rows = labelled()["pairs"]
    assert sum(row["similar"] for row in rows) >= 30
    assert sum(not row["similar"] for row in rows) >= 30
    titles = fill(session, cast.kamran.id)
    for half in ("tuned", "held-out", None):
        measured = figures(session, titles, half)
        assert measured.precision >= 0.8, measured.wrong
        assert measured.recall >= 0.85, measured.missed
