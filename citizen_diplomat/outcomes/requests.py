"""The office looks for help: a request, those whom it asks, and what they say."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.audit.actions import record, take_turn
from citizen_diplomat.mail.outbox import post
from citizen_diplomat.outcomes.matching import Wanted, pick
from citizen_diplomat.outcomes.messages import HelpAsked
from citizen_diplomat.outcomes.model import HelpAsk, HelpRequest
from citizen_diplomat.outcomes.rules import Answer


class Closed(Exception):  # noqa: N818 - named for what happened
    """The office no longer looks for help with this."""


class AnsweredAlready(Exception):  # noqa: N818 - named for what happened
    """This question was answered before, and is answered once."""


@dataclass(frozen=True)
class RequestDraft:
    """What the office looks for, in one language or both, for a proposal or on its own."""

    title_fa: str
    title_en: str
    text_fa: str
    text_en: str
    wanted: Wanted
    proposal_number: int | None = None


@dataclass(frozen=True)
class AskLinks:
    """Makers of what a letter to somebody who is asked needs."""

    answer: Callable[[Account, int, Answer], str]
    """The page on which a question, by its number, is answered."""
    unsubscribe_token: Callable[[Account], str]


def make(
    session: Session, draft: RequestDraft, *, form_key: str, by: Account, at: datetime
) -> HelpRequest:
    """Keep a request; nobody is asked yet. The same form posted again gives the first one."""
    same = _made(session, by.id, form_key)
    if same is not None:
        return same
    request = HelpRequest(
        form_key=form_key,
        proposal_number=draft.proposal_number,
        title_fa=draft.title_fa,
        title_en=draft.title_en,
        text_fa=draft.text_fa,
        text_en=draft.text_en,
        city_slug=draft.wanted.city,
        skill_slugs=list(draft.wanted.skill_slugs),
        least_level=draft.wanted.level,
        language_codes=list(draft.wanted.languages),
        availability=draft.wanted.availability,
        made_by=by.id,
        made_at=at,
    )
    try:
        with session.begin_nested():
            session.add(request)
    except IntegrityError:
        # The other click of a double click came first.
        same = _made(session, by.id, form_key)
        if same is None:
            raise
        return same
    record(session, "help_request.made", _subject(request), by=by.id, at=at)
    return request


def ask(
    session: Session, request: HelpRequest, *, by: Account, at: datetime, links: AskLinks
) -> int:
    """Ask the next ones who fit, each once and by one letter; returns how many they were.

    Raises Closed.
    """
    # Two requests that ask at once must not each think that somebody was asked seldom enough.
    take_turn(session)
    session.refresh(request, with_for_update=True)
    if request.closed_at is not None:
        raise Closed
    people = pick(session, request, at=at)
    for person in people:
        row = HelpAsk(request_id=request.id, account_id=person.id, asked_at=at)
        session.add(row)
        # Its number is part of the links in the letter.
        session.flush()
        _write_to(session, request, row, person, links, at)
    if people:
        record(
            session, "help_request.asked", _subject(request), by=by.id, at=at, people=len(people)
        )
    return len(people)


def close(session: Session, request: HelpRequest, *, by: Account, at: datetime) -> None:
    """Look no further; who was asked and has not answered need not. Closing twice is closing."""
    if request.closed_at is None:
        request.closed_at = at
        record(session, "help_request.closed", _subject(request), by=by.id, at=at)


def answer(session: Session, row: HelpAsk, said: Answer, *, at: datetime) -> None:
    """Keep the yes or no of somebody who was asked; its request must have been loaded.

    With a yes the office learns who they are, with a no nothing. Raises AnsweredAlready, and Closed
    for a yes that comes too late.
    """
    if row.answer is not None:
        raise AnsweredAlready
    if row.request.closed_at is not None and said is Answer.YES:
        raise Closed
    row.answer, row.answered_at = said, at
    # The log is read by staff: who said no is not written there.
    by = row.account_id if said is Answer.YES else None
    record(session, "help_request.answered", _subject(row.request), by=by, at=at, answer=said)


def title_for(request: HelpRequest, language: str) -> str:
    """The title in a language, or in the one there is."""
    first, second = request.title_fa, request.title_en
    return (first or second) if language == "fa" else (second or first)


def text_for(request: HelpRequest, language: str) -> str:
    """The text in a language, or in the one there is."""
    first, second = request.text_fa, request.text_en
    return (first or second) if language == "fa" else (second or first)


def _made(session: Session, account_id: int, form_key: str) -> HelpRequest | None:
    return session.scalar(
        select(HelpRequest).where(
            HelpRequest.made_by == account_id, HelpRequest.form_key == form_key
        )
    )


def _write_to(
    session: Session,
    request: HelpRequest,
    row: HelpAsk,
    person: Account,
    links: AskLinks,
    at: datetime,
) -> None:
    letter = HelpAsked(
        title=title_for(request, person.language),
        text=text_for(request, person.language),
        yes_link=links.answer(person, row.id, Answer.YES),
        no_link=links.answer(person, row.id, Answer.NO),
    )
    post(
        session,
        letter,
        person.recipient,
        key=f"help_asked:{request.id}:{person.id}",
        at=at,
        unsubscribe_token=links.unsubscribe_token(person),
    )


def _subject(request: HelpRequest) -> str:
    return f"help_request:{request.id}"
