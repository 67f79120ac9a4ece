"""Extra questions: Soheila asks, Nasrin answers, and what was answered keeps its wording."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy.orm import Session

from citizen_diplomat.proposals import actions, queries, questions
from citizen_diplomat.proposals.actions import Incomplete
from citizen_diplomat.proposals.export import export
from citizen_diplomat.proposals.model import Proposal
from citizen_diplomat.proposals.questions import Asking, ChangedMeanwhile, Locked, Question, TooMany
from citizen_diplomat.proposals.rules import MOST_QUESTIONS, QuestionKind
from tests.cast import Cast
from tests.desk import WATER

AT = datetime(2026, 11, 2, 8, 0, tzinfo=UTC)
SAVED = Asking(QuestionKind.SHORT, "چقدر آب صرفه‌جویی می‌شود؟", "How much water is saved?")
TOPIC = "environment-water"


def asked(session: Session, cast: Cast, asking: Asking = SAVED, topic: str = TOPIC) -> Question:
    """A question of Soheila's."""
    return questions.ask(session, topic, asking, by=cast.soheila, at=AT)


def written(session: Session, cast: Cast, *answered: Question) -> Proposal:
    """A proposal of Nasrin's that answers these questions."""
    answers = tuple(questions.answer_to(row, "سی لیتر", "سی لیتر") for row in answered)
    draft = replace(WATER, answers=answers)
    return actions.start(session, draft, form_key="key", by=cast.nasrin, at=AT)


def submit(session: Session, cast: Cast, proposal: Proposal) -> None:
    """Send it."""
    actions.submit(session, proposal, by=cast.nasrin, at=AT, link="http://localhost/")
    session.flush()


def test_a_topic_asks_its_own_questions_in_their_order(session: Session, cast: Cast) -> None:
    first, second = asked(session, cast), asked(session, cast, replace(SAVED, text_en="And?"))
    asked(session, cast, topic="heritage")
    assert list(questions.asked_by(session, TOPIC)) == [first, second]
    questions.move_up(session, second, by=cast.soheila, at=AT)
    session.flush()
    assert list(questions.asked_by(session, TOPIC)) == [second, first]
    questions.move_up(session, second, by=cast.soheila, at=AT)
    questions.retire(session, first, by=cast.soheila, at=AT)
    session.flush()
    assert list(questions.asked_by(session, TOPIC)) == [second]
    questions.ask_again(session, first, by=cast.soheila, at=AT)
    session.flush()
    assert list(questions.asked_by(session, TOPIC)) == [second, first]
    assert questions.asked_by(session, None) == ()


def test_what_has_to_be_answered_has_to_be(session: Session, cast: Cast) -> None:
    question = asked(session, cast, replace(SAVED, is_required=True))
    proposal = written(session, cast)
    with pytest.raises(Incomplete) as refused:
        submit(session, cast, proposal)
    assert refused.value.fields == (f"question_{question.id}",)
    questions.retire(session, question, by=cast.soheila, at=AT)
    session.flush()
    submit(session, cast, proposal)
    assert proposal.state == "submitted"


def test_an_answered_wording_stays(session: Session, cast: Cast) -> None:
    """A draft locks nothing, since nobody may tell that it exists; sending does."""
    question = asked(session, cast)
    proposal = written(session, cast, question)
    otherwise = replace(SAVED, text_en="How many litres?")

    def change(asking: Asking) -> None:
        version = question.version
        questions.change(session, question, asking, version=version, by=cast.soheila, at=AT)
        session.flush()

    change(otherwise)
    submit(session, cast, proposal)
    session.refresh(question)
    assert question.answered_at == AT
    with pytest.raises(Locked):
        change(SAVED)
    change(replace(otherwise, help_en="A rough figure.", is_required=True))
    [revision] = queries.revisions(session, proposal.number)
    [answer] = revision.draft.answers
    assert (answer.asked_en, answer.text_fa) == (SAVED.text_en, "سی لیتر")


def test_answers_to_another_topic_are_kept_but_not_sent(session: Session, cast: Cast) -> None:
    """Whoever changes the topic and changes it back finds what they wrote."""
    here, there = asked(session, cast), asked(session, cast, topic="heritage")
    proposal = written(session, cast, here, there)
    assert len(proposal.draft.answers) == 2
    assert [answer.question for answer in proposal.answers_asked_for] == [here.id]
    submit(session, cast, proposal)
    [revision] = queries.revisions(session, proposal.number)
    assert [answer.question for answer in revision.draft.answers] == [here.id]
    assert proposal.draft == revision.draft
    session.refresh(there)
    assert there.answered_at is None


def test_two_coordinators_at_once(session: Session, cast: Cast) -> None:
    question = asked(session, cast)
    with pytest.raises(ChangedMeanwhile):
        questions.change(
            session, question, SAVED, version=question.version - 1, by=cast.soheila, at=AT
        )


def test_enough_is_enough(session: Session, cast: Cast) -> None:
    rows = [asked(session, cast) for _ in range(MOST_QUESTIONS)]
    with pytest.raises(TooMany):
        asked(session, cast)
    questions.retire(session, rows[0], by=cast.soheila, at=AT)
    session.flush()
    asked(session, cast)
    with pytest.raises(TooMany):
        questions.ask_again(session, rows[0], by=cast.soheila, at=AT)


def test_what_was_answered_is_among_ones_own_data(session: Session, cast: Cast) -> None:
    proposal = written(session, cast, asked(session, cast))
    submit(session, cast, proposal)
    [mine] = export(session, cast.nasrin.id)
    [version] = mine["versions"]
    for row in (mine, version):
        assert row["answers"] == [
            {
                "question_fa": SAVED.text_fa,
                "question_en": SAVED.text_en,
                "answer_fa": "سی لیتر",
                "answer_en": "سی لیتر",
            }
        ]
    assert len(version["sha256"]) == 64


def test_answers_are_found_by_their_words(session: Session, cast: Cast) -> None:
    question = asked(session, cast)
    proposal = written(session, cast, question)
    submit(session, cast, proposal)
    assert "لیتر" in proposal.search_text
