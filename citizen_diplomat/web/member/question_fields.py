"""The extra questions of a topic as fields of the form in which a proposal is written."""

from collections.abc import Iterator, Sequence

from flask_babel import gettext, lazy_gettext
from wtforms import Field

from citizen_diplomat.proposals.questions import Question, answer_to
from citizen_diplomat.proposals.rules import (
    ANSWER_LENGTH,
    Answer,
    Draft,
    QuestionKind,
    question_name,
)
from citizen_diplomat.web.forms import BaseForm, ChoiceField, line, paragraphs
from citizen_diplomat.web.languages import language

NOT_ANSWERED = lazy_gettext("Please answer this question.")


def with_questions(form: type[BaseForm], questions: Sequence[Question]) -> type[BaseForm]:
    """The form with a field for each question."""
    fields = {question_name(question.id): _field(question) for question in questions}
    return type(form.__name__, (form,), fields)


def offer_choices(form: BaseForm, questions: Sequence[Question]) -> None:
    """Give the fields of `questions` what can be chosen, in the reader's language."""
    code = "fa" if language() == "fa" else "en"
    for question in questions:
        if question.kind == QuestionKind.CHOICE:
            options = [(option["en"], option[code]) for option in question.options]
            form[question_name(question.id)].choices = [("", gettext("Choose an answer")), *options]


def typed_before(draft: Draft, questions: Sequence[Question]) -> dict[str, str]:
    """What the fields of `questions` held when `draft` was written, where they still can."""
    given = {answer.question: answer.text_en for answer in draft.answers}
    return {
        question_name(question.id): given[question.id]
        for question in questions
        if question.id in given and _can_hold(question, given[question.id])
    }


def answers_in(form: BaseForm, questions: Sequence[Question], before: Draft) -> tuple[Answer, ...]:
    """What was answered in the form; answers to what it does not ask stay as they were."""
    asked = {question.id for question in questions}
    kept = (answer for answer in before.answers if answer.question not in asked)
    return (*_answered(form, questions), *kept)


def _can_hold(question: Question, text: str) -> bool:
    if question.kind == QuestionKind.CHOICE:
        return any(option["en"] == text for option in question.options)
    return len(text) <= ANSWER_LENGTH[QuestionKind(question.kind)]


def _answered(form: BaseForm, questions: Sequence[Question]) -> Iterator[Answer]:
    for question in questions:
        typed = form[question_name(question.id)].data or ""
        chosen = next((each for each in question.options if each["en"] == typed), None)
        if chosen is not None:
            yield answer_to(question, chosen["fa"], chosen["en"])
        elif typed:
            yield answer_to(question, typed, typed)


def _field(question: Question) -> Field:
    persian = language() == "fa"
    label = question.text_fa if persian else question.text_en
    help_text = question.help_fa if persian else question.help_en
    kind = QuestionKind(question.kind)
    if kind is QuestionKind.CHOICE:
        return ChoiceField(label, description=help_text, default="")
    field = line if kind is QuestionKind.SHORT else paragraphs
    longest = ANSWER_LENGTH[kind]
    return field(label, longest=longest, required=False, description=help_text)
