"""A proposal from its first word to its end, in the database."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from citizen_diplomat.audit.model import AuditEntry
from citizen_diplomat.foundation.paging import Cursor
from citizen_diplomat.mail.model import OutboxMessage
from citizen_diplomat.proposals import actions, queries
from citizen_diplomat.proposals.model import Proposal, ProposalEvent
from citizen_diplomat.proposals.queries import Shelf
from citizen_diplomat.proposals.receipts import text_hash
from citizen_diplomat.proposals.references import reference
from citizen_diplomat.proposals.rules import Actor, Draft, State, Step, find_move
from tests.cast import Cast

NOW = datetime(2026, 10, 4, 8, 30, tzinfo=UTC)
LINK = "http://localhost/fa/me/proposals/1"
DRAFT = Draft(
    title="بازچرخانی آب خاکستری",
    summary="در خانه‌های تاریخی",
    body="**آب** دو بار",
    topic_slug="environment-water",
    city_slugs=("barcelona", "isfahan"),
    language="fa",
)
Counting = Callable[[], AbstractContextManager[list[str]]]


def begun(session: Session, cast: Cast, draft: Draft = DRAFT, key: str = "key") -> Proposal:
    """A draft of Nasrin's."""
    return actions.start(session, draft, form_key=key, by=cast.nasrin, at=NOW)


def brought_to(session: Session, cast: Cast, state: State, key: str = "key") -> Proposal:
    """A proposal of Nasrin's that took the shortest way to `state`."""
    proposal = begun(session, cast, key=key)
    ways = {
        State.DRAFT: (),
        State.SUBMITTED: (),
        State.WITHDRAWN: (Step.WITHDRAW,),
        State.IN_REVIEW: (Step.CLAIM,),
        State.ACCEPTED: (Step.CLAIM, Step.ACCEPT),
        State.CHANGES_REQUESTED: (Step.CLAIM, Step.REQUEST_CHANGES),
        State.DECLINED: (Step.CLAIM, Step.DECLINE),
        State.DUPLICATE: (Step.CLAIM, Step.MARK_DUPLICATE),
    }
    if state is State.APPEALED:  # no step leads there yet
        proposal.state = state
        return proposal
    if state is not State.DRAFT:
        actions.submit(session, proposal, by=cast.nasrin, at=NOW, link=LINK)
    for step in ways[state]:
        actor = Actor.AUTHOR if step is Step.WITHDRAW else Actor.STAFF
        by = cast.nasrin if actor is Actor.AUTHOR else cast.hamid
        actions.become(session, proposal, step, actor, by=by, at=NOW)
    return proposal


def logged(session: Session, proposal: Proposal) -> list[str]:
    """What the log says happened to a proposal."""
    wanted = select(AuditEntry.action).where(AuditEntry.subject == f"proposal:{proposal.number}")
    return list(session.scalars(wanted.order_by(AuditEntry.id)))


@pytest.mark.parametrize("source", list(State))
def test_the_table_decides(session: Session, cast: Cast, source: State) -> None:
    """Every step by every actor does what the table says, or is refused and changes nothing."""
    for step, actor in product(Step, Actor):
        proposal = brought_to(session, cast, source, key=f"{step} {actor}")
        before = [event.id for event in queries.history(session, proposal.number)]
        move = find_move(step, source, actor)
        if move is None:
            with pytest.raises(actions.StepRefused):
                actions.become(session, proposal, step, actor, by=cast.hamid, at=NOW)
        elif step is Step.SUBMIT:
            # Whatever is submitted has a version, whose hash goes into the log.
            actions.submit(session, proposal, by=cast.nasrin, at=NOW, link=LINK)
        else:
            actions.become(session, proposal, step, actor, by=cast.hamid, at=NOW)
        added = queries.history(session, proposal.number)[len(before) :]
        assert proposal.state == (move.target if move else source)
        assert [(one.source, one.target) for one in added] == (
            [(source, move.target)] if move else []
        )
        if move:
            assert logged(session, proposal)[-1] == f"proposal.{move.target}"


def test_submitting_keeps_a_version_and_tells_the_author(session: Session, cast: Cast) -> None:
    """Version, history, times, log and receipt are written together."""
    proposal = begun(session, cast)
    revision = actions.submit(session, proposal, by=cast.nasrin, at=NOW, link=LINK)
    session.flush()
    assert (revision.revision, revision.draft) == (1, DRAFT)
    assert (proposal.state, proposal.submitted_at) == (State.SUBMITTED, NOW)
    [event] = queries.history(session, proposal.number)
    assert (event.step, event.actor.id, event.revision) == (Step.SUBMIT, cast.nasrin.id, 1)
    assert logged(session, proposal) == ["proposal.started", "proposal.submitted"]
    [receipt] = session.scalars(select(OutboxMessage))
    assert (receipt.key, receipt.to_address) == (
        f"received:{proposal.number}:1",
        "nasrin@example.org",
    )
    assert receipt.values == {
        "thread": f"proposal-{proposal.number}",
        "number": proposal.number,
        "title": DRAFT.title,
        "revision": 1,
        "link": LINK,
        "reference": reference(1405, proposal.number),
        "sha256": text_hash(revision),
        "day": "2026-10-04",
        "clock": "12:00",
    }


def test_answering_a_question_keeps_both_versions(session: Session, cast: Cast) -> None:
    """The second version enters with its past; the times of the old answer are gone."""
    proposal = brought_to(session, cast, State.CHANGES_REQUESTED)
    later = NOW + timedelta(days=2)
    better = replace(DRAFT, body="با هزینهٔ روشن")
    actions.save(session, proposal, better, version=proposal.version, by=cast.nasrin, at=later)
    actions.submit(session, proposal, by=cast.nasrin, at=later, link=LINK)
    kept = queries.revisions(session, proposal.number)
    assert [one.body for one in kept] == [DRAFT.body, better.body]
    newest = queries.newest_revision(session, proposal.number)
    assert newest is not None
    assert newest.revision == 2
    session.refresh(proposal)
    assert proposal.submitted_at == later
    assert proposal.decided_at is None
    steps = [event.step for event in queries.history(session, proposal.number)]
    assert steps == ["submit", "claim", "request_changes", "submit"]


def test_an_incomplete_draft_is_kept_but_not_submitted(session: Session, cast: Cast) -> None:
    """A single line is a draft; the refusal names what is missing."""
    proposal = begun(session, cast, Draft("آب", "", "", None, (), "fa"))
    with pytest.raises(actions.Incomplete) as refusal:
        actions.submit(session, proposal, by=cast.nasrin, at=NOW, link=LINK)
    assert refusal.value.fields == ("summary", "body", "topic", "cities")
    assert proposal.state == State.DRAFT


def test_the_same_form_makes_one_proposal(session: Session, cast: Cast) -> None:
    """For one author; another author's form is another form."""
    first = begun(session, cast)
    assert begun(session, cast, replace(DRAFT, title="دیگر")) is first
    other = actions.start(session, DRAFT, form_key="key", by=cast.kamran, at=NOW)
    assert other is not first


def test_saving_over_a_newer_version_is_a_conflict(session: Session, cast: Cast) -> None:
    """Nothing of what is stored is lost."""
    proposal = begun(session, cast)
    seen = proposal.version
    actions.save(
        session, proposal, replace(DRAFT, title="نخست"), version=seen, by=cast.nasrin, at=NOW
    )
    session.flush()
    with pytest.raises(actions.Conflict):
        actions.save(
            session, proposal, replace(DRAFT, title="دوم"), version=seen, by=cast.nasrin, at=NOW
        )
    assert proposal.title == "نخست"


@pytest.mark.parametrize(
    "state", [one for one in State if one not in {"draft", "changes_requested"}]
)
def test_nothing_is_written_while_others_read(session: Session, cast: Cast, state: State) -> None:
    """The text that staff read or have answered stays as it is."""
    proposal = brought_to(session, cast, state)
    session.flush()
    with pytest.raises(actions.StepRefused):
        actions.save(session, proposal, DRAFT, version=proposal.version, by=cast.nasrin, at=NOW)


def test_words_not_sent_are_not_found(session: Session, cast: Cast) -> None:
    """While the author answers a question, only what was submitted can be searched."""
    proposal = brought_to(session, cast, State.CHANGES_REQUESTED)
    before = proposal.search_text
    secret = replace(DRAFT, body="هنوز محرمانه")
    actions.save(session, proposal, secret, version=proposal.version, by=cast.nasrin, at=NOW)
    assert proposal.search_text == before
    actions.submit(session, proposal, by=cast.nasrin, at=NOW, link=LINK)
    assert "محرمانه" in proposal.search_text


@pytest.mark.parametrize("state", [state for state in State if state is not State.ACCEPTED])
def test_only_accepted_ones_are_public(session: Session, cast: Cast, state: State) -> None:
    """In no other state does a list or a page of everybody's show a proposal."""
    proposal = brought_to(session, cast, state)
    assert not queries.published(session).items
    assert queries.count_published(session) == 0
    assert queries.public_one(session, proposal.number) is None


def test_public_ones_are_found_however_they_are_spelled(session: Session, cast: Cast) -> None:
    """Arabic kaf and yeh, no ZWNJ, any city of several, its topic."""
    proposal = brought_to(session, cast, State.ACCEPTED)
    for q, city, topic in (
        ("خاكستري", None, None),
        ("خانه های تاریخی", None, None),
        ("", "barcelona", None),
        ("آب", "isfahan", "environment-water"),
    ):
        assert queries.published(session, q=q, city=city, topic=topic).items == (proposal,)
        assert queries.count_published(session, q=q, city=city, topic=topic) == 1
    for q, city, topic in (
        ("دوچرخه", None, None),
        ("%", None, None),
        ("", "porto", None),
        ("", None, "health"),
    ):
        assert not queries.published(session, q=q, city=city, topic=topic).items


def test_public_pages_neither_lose_nor_repeat(session: Session, cast: Cast) -> None:
    """Seven proposals published in the same second, three a page."""
    written = [brought_to(session, cast, State.ACCEPTED, key=str(n)).number for n in range(7)]
    seen, after = [], None
    while True:
        page = queries.published(session, after=after, limit=3)
        seen += [proposal.number for proposal in page]
        if page.next is None:
            break
        after = Cursor.decode(page.next, datetime)
    assert seen == sorted(written, reverse=True)


def test_an_author_finds_everything_on_its_shelf(session: Session, cast: Cast) -> None:
    """Each proposal stands on one shelf and in "all"; the counts say the same."""
    for state in State:
        brought_to(session, cast, state, key=state)
    session.flush()
    counts = queries.counts_of_author(session, cast.nasrin.id)
    for shelf in Shelf:
        page = queries.list_of_author(session, cast.nasrin.id, shelf=shelf)
        assert len(page) == counts[shelf]
        assert {State(one.state) for one in page} == queries.STATES_ON[shelf]
    assert sum(counts.values()) == 2 * len(State)
    assert queries.counts_of_author(session, cast.stranger.id)[Shelf.ALL] == 0
    assert queries.figures(session) == dict.fromkeys(State, 1)


def test_a_stranger_finds_nothing(session: Session, cast: Cast) -> None:
    """What somebody else wrote does not exist for them."""
    proposal = brought_to(session, cast, State.ACCEPTED)
    assert queries.of_author(session, cast.stranger.id, proposal.number) is None
    assert queries.of_author(session, cast.nasrin.id, proposal.number) is proposal


@pytest.mark.parametrize("rows", [1, 3, 30])
def test_lists_ask_the_same_number_of_questions(
    session: Session, cast: Cast, queries_counted: Counting, rows: int
) -> None:
    """Two queries for a page of public proposals, one for an author's own."""
    for number in range(rows):
        brought_to(session, cast, State.ACCEPTED, key=str(number))
    session.commit()
    session.expunge_all()
    with queries_counted() as asked:
        page = queries.published(session, limit=50)
        assert [(one.author.display_name, one.city_slugs) for one in page] == [
            (cast.nasrin.display_name, ["barcelona", "isfahan"])
        ] * rows
    assert len(asked) == 2
    with queries_counted() as asked:
        own = queries.list_of_author(session, cast.nasrin.id, limit=50)
        assert [one.city_slugs for one in own.items] == [["barcelona", "isfahan"]] * rows
    assert len(asked) == 1


@pytest.fixture
def queries_counted(request: pytest.FixtureRequest) -> Counting:
    """The statements that are executed; named so that the room's `queries` keeps its name."""
    counting: Counting = request.getfixturevalue("queries")
    return counting


def test_history_is_only_added(session: Session, cast: Cast) -> None:
    """The newest event's target is the state."""
    proposal = brought_to(session, cast, State.ACCEPTED)
    events = session.scalars(select(ProposalEvent).order_by(ProposalEvent.id)).all()
    assert [event.target for event in events] == ["submitted", "in_review", "accepted"]
    assert proposal.published_at == NOW
