"""The extra questions that the invented coordinator asks, and what some authors answered."""

import json
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.cli.demo.people import DATA
from citizen_diplomat.proposals import questions
from citizen_diplomat.proposals.questions import Asking, Question
from citizen_diplomat.proposals.rules import Answer, QuestionKind


@cache
def questions_file() -> dict[str, Any]:
    """The invented questions, and what stands beside the texts of some proposals."""
    content: dict[str, Any] = json.loads((DATA / "demo_questions.json").read_text("utf-8"))
    return content


def needs_of(proposal: str) -> dict[str, Any]:
    """What the author of a proposal of the file wrote on needs; its answers are among it."""
    needs: dict[str, Any] = questions_file()["needs"].get(proposal, {})
    return needs


def ask_all(session: Session, *, by: Account, at: datetime) -> None:
    """Ask every question of the file."""
    for row in questions_file()["questions"]:
        asking = Asking(
            kind=QuestionKind(row["kind"]),
            text_fa=row["text_fa"],
            text_en=row["text_en"],
            help_fa=row.get("help_fa", ""),
            help_en=row.get("help_en", ""),
            options=tuple((persian, english) for persian, english in row.get("options", ())),
            is_required=row["required"],
        )
        questions.ask(session, row["topic"], asking, by=by, at=at)


def answers_of(session: Session, proposal: str) -> tuple[Answer, ...]:
    """What the author of a proposal of the file answered."""
    typed: dict[str, str] = needs_of(proposal).get("answers", {})
    return tuple(_answer(session, asked, text) for asked, text in typed.items())


def _answer(session: Session, asked: str, text: str) -> Answer:
    row = next(row for row in questions_file()["questions"] if row["id"] == asked)
    question = session.scalars(select(Question).where(Question.text_en == row["text_en"])).one()
    chosen = {option["en"]: option["fa"] for option in question.options}
    return questions.answer_to(question, chosen.get(text, text), text)
