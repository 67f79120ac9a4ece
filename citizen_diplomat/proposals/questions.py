"""Extra questions: what the office asks whoever writes on a topic, or answers a call.

They are data that it edits.

An answer keeps the wording that was asked. Once a proposal with an answer was sent, the wording of
its question is locked: what staff then read is what the author was asked.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    Index,
    String,
    Text,
    false,
    func,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.audit.actions import record
from citizen_diplomat.foundation.database import Base, Document, Key, one_of
from citizen_diplomat.proposals.rules import (
    HELP_LENGTH,
    MOST_QUESTIONS,
    QUESTION_LENGTH,
    Answer,
    QuestionKind,
    owner_of_call,
    owner_of_topic,
)


class Question(Base):
    """An extra question that the office asks whoever writes on a topic or answers a call.

    Once a proposal with an answer was sent, its wording stands; it can be retired and another one
    asked.
    """

    __tablename__ = "question"
    __table_args__ = (
        one_of("kind", QuestionKind),
        CheckConstraint("(topic_slug IS NULL) <> (call_number IS NULL)", name="has_an_owner"),
        CheckConstraint(f"length(text_fa) <= {QUESTION_LENGTH}", name="text_fa_length"),
        CheckConstraint(f"length(text_en) <= {QUESTION_LENGTH}", name="text_en_length"),
        CheckConstraint(f"length(help_fa) <= {HELP_LENGTH}", name="help_fa_length"),
        CheckConstraint(f"length(help_en) <= {HELP_LENGTH}", name="help_en_length"),
        Index("ix_question_topic", "topic_slug", "position", "id"),
        Index("ix_question_call", "call_number", "position", "id"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    topic_slug: Mapped[str | None] = mapped_column(ForeignKey("topic.slug"))
    call_number: Mapped[int | None] = mapped_column(ForeignKey("call.number"))
    position: Mapped[int]
    kind: Mapped[str] = mapped_column(String(20))
    text_fa: Mapped[str] = mapped_column(Text)
    text_en: Mapped[str] = mapped_column(Text)
    help_fa: Mapped[str] = mapped_column(Text, default="")
    help_en: Mapped[str] = mapped_column(Text, default="")
    options: Mapped[list[dict[str, str]]] = mapped_column(Document, default=list)
    """What can be chosen: its words by language code, in the order shown."""
    is_required: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    """When the first proposal with an answer to it was sent; from then on it is locked."""
    retired_at: Mapped[datetime | None]

    __mapper_args__ = {"version_id_col": version}

    @property
    def owner(self) -> str:
        """Whose question it is, as answers keep it."""
        if self.call_number is not None:
            return owner_of_call(self.call_number)
        return owner_of_topic(self.topic_slug or "")


class Locked(Exception):  # noqa: N818 - named for what happened
    """The wording was answered already and cannot be changed any more."""


class ChangedMeanwhile(Exception):  # noqa: N818 - named for what happened
    """A colleague changed the question since it was last looked at."""


class TooMany(Exception):  # noqa: N818 - named for what happened
    """The topic or the call asks as many questions as it may."""


@dataclass(frozen=True)
class Asking:
    """What is asked, and how it is answered; `options` are (Persian, English)."""

    kind: QuestionKind
    text_fa: str
    text_en: str
    help_fa: str = ""
    help_en: str = ""
    options: tuple[tuple[str, str], ...] = ()
    is_required: bool = False

    @property
    def wording(self) -> tuple[object, ...]:
        """What is locked once it was answered."""
        return (self.kind, self.text_fa, self.text_en, self.options)


def asking_of(question: Question) -> Asking:
    """What a question asks, as a value."""
    return Asking(
        kind=QuestionKind(question.kind),
        text_fa=question.text_fa,
        text_en=question.text_en,
        help_fa=question.help_fa,
        help_en=question.help_en,
        options=tuple((option["fa"], option["en"]) for option in question.options),
        is_required=question.is_required,
    )


def answer_to(question: Question, text_fa: str, text_en: str) -> Answer:
    """An answer with the wording that the question has now."""
    return Answer(
        question=question.id,
        owner=question.owner,
        asked_fa=question.text_fa,
        asked_en=question.text_en,
        text_fa=text_fa,
        text_en=text_en,
    )


def asked_by(
    session: Session, topic_slug: str | None, call_number: int | None = None
) -> Sequence[Question]:
    """The questions that a topic and a call ask now, the topic's first, in the office's order."""
    if not topic_slug and call_number is None:
        return ()
    return session.scalars(
        select(Question)
        .where(_owned(topic_slug, call_number), Question.retired_at.is_(None))
        .order_by(Question.call_number.is_not(None), Question.position, Question.id)
    ).all()


def required_of(
    session: Session, topic_slug: str | None, call_number: int | None = None
) -> tuple[int, ...]:
    """The questions of a topic and a call that have to be answered, by their ids."""
    return tuple(row.id for row in asked_by(session, topic_slug, call_number) if row.is_required)


def all_questions(session: Session, *, call_number: int | None = None) -> Sequence[Question]:
    """Every question of every topic, or of one call, retired ones last, in the office's order."""
    owned = Question.call_number == call_number if call_number else Question.call_number.is_(None)
    return session.scalars(
        select(Question)
        .where(owned)
        .order_by(
            Question.topic_slug, Question.retired_at.is_not(None), Question.position, Question.id
        )
    ).all()


def find(session: Session, number: int, *, to_change: bool = False) -> Question | None:
    """One question; with `to_change` it is locked until the transaction ends."""
    return session.get(Question, number, with_for_update=to_change or None)


def ask(
    session: Session,
    topic_slug: str | None,
    asking: Asking,
    *,
    call_number: int | None = None,
    by: Account,
    at: datetime,
) -> Question:
    """Add a question to the end of those of a topic, or of a call without one.

    Raises TooMany when it asks enough.
    """
    if len(asked_by(session, topic_slug, call_number)) >= MOST_QUESTIONS:
        raise TooMany
    owned = _owned(topic_slug, call_number)
    last = session.scalar(select(func.max(Question.position)).where(owned))
    question = Question(
        topic_slug=topic_slug,
        call_number=call_number,
        position=(last or 0) + 1,
        created_at=at,
    )
    _write(question, asking)
    session.add(question)
    # The database gives the question the number that the log names.
    session.flush()
    _record(session, "question.asked", question, by=by, at=at)
    return question


def change(
    session: Session, question: Question, asking: Asking, *, version: int, by: Account, at: datetime
) -> None:
    """Ask it differently.

    Raises ChangedMeanwhile if it is no longer at `version`, Locked if its wording was answered.
    """
    if question.version != version:
        raise ChangedMeanwhile(question.id)
    if question.answered_at is not None and asking.wording != asking_of(question).wording:
        raise Locked(question.id)
    _write(question, asking)
    _record(session, "question.changed", question, by=by, at=at)


def retire(session: Session, question: Question, *, by: Account, at: datetime) -> None:
    """Ask it no more; what was answered stays where it was answered."""
    if question.retired_at is None:
        question.retired_at = at
        _record(session, "question.retired", question, by=by, at=at)


def ask_again(session: Session, question: Question, *, by: Account, at: datetime) -> None:
    """Ask a retired question again; raises TooMany when enough is asked without it."""
    if question.retired_at is None:
        return
    if len(asked_by(session, question.topic_slug, question.call_number)) >= MOST_QUESTIONS:
        raise TooMany
    question.retired_at = None
    _record(session, "question.asked", question, by=by, at=at)


def move_up(session: Session, question: Question, *, by: Account, at: datetime) -> None:
    """Ask it before the one that now stands before it; the first one stays first."""
    rows = list(asked_by(session, question.topic_slug, question.call_number))
    place = next((place for place, row in enumerate(rows) if row.id == question.id), 0)
    if place == 0:
        return
    rows[place - 1], rows[place] = rows[place], rows[place - 1]
    for position, row in enumerate(rows, 1):
        row.position = position
    _record(session, "question.moved", question, by=by, at=at)


def mark_answered(session: Session, answers: Iterable[Answer], *, at: datetime) -> None:
    """Lock the wording of the questions that a proposal answered when it was sent."""
    answered = [answer.question for answer in answers]
    if answered:
        session.execute(
            update(Question)
            .where(Question.id.in_(answered), Question.answered_at.is_(None))
            .values(answered_at=at, version=Question.version + 1)
        )


def _owned(topic_slug: str | None, call_number: int | None) -> ColumnElement[bool]:
    return or_(
        Question.topic_slug == topic_slug if topic_slug else false(),
        Question.call_number == call_number if call_number is not None else false(),
    )


def _write(question: Question, asking: Asking) -> None:
    question.kind = asking.kind
    question.text_fa, question.text_en = asking.text_fa, asking.text_en
    question.help_fa, question.help_en = asking.help_fa, asking.help_en
    question.options = [{"fa": persian, "en": english} for persian, english in asking.options]
    question.is_required = asking.is_required


def _record(
    session: Session, action: str, question: Question, *, by: Account, at: datetime
) -> None:
    whose = {"call": question.call_number} if question.call_number else {}
    record(
        session,
        action,
        f"question:{question.id}",
        by=by.id,
        at=at,
        topic=question.topic_slug or "",
        **whose,
    )
