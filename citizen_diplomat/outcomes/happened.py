"""Did it happen? The author and the partners of an outcome are asked, once for each completion."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, and_, exists, func, select
from sqlalchemy.orm import Session, joinedload

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.audit.actions import record
from citizen_diplomat.foundation.tokens import digest, new_secret
from citizen_diplomat.mail.message import Recipient
from citizen_diplomat.mail.outbox import post, stop
from citizen_diplomat.outcomes.happened_model import OutcomeAnswer
from citizen_diplomat.outcomes.trail_messages import OutcomeAsksAuthor, OutcomeAsksPartner
from citizen_diplomat.outcomes.trail_model import OutcomeTrail
from citizen_diplomat.outcomes.trail_rules import (
    MOST_ASKED,
    AnswerLink,
    Asked,
    Happened,
    needs_words,
)
from citizen_diplomat.proposals.model import Proposal

PURPOSE = "outcome_answer"
LONGEST_TOKEN = 64
"""Characters; ours have 43."""
AUTHOR_MAY_ANSWER = timedelta(days=365)
PARTNER_MAY_ANSWER = timedelta(days=30)
LinkFor = Callable[[Account], str]
"""How the shell makes the link to the author's page, in their language."""
LinkTo = Callable[[str], str]
"""How the shell makes the link of a partner from its secret, in their language."""
Day = Callable[[datetime], str]
"""How the shell tells the municipality's day of a moment, as an ISO date."""


class NotDone(Exception):  # noqa: N818 - named for what happened
    """The outcome is not completed: there is nothing to ask yet."""


class TooManyAsked(Exception):  # noqa: N818 - named for what happened
    """As many partners as there may be were asked."""


class LinkOver(Exception):  # noqa: N818 - named for what happened
    """The question cannot be answered any more; `link` says why."""

    def __init__(self, link: AnswerLink) -> None:
        """Take why it is over."""
        super().__init__(f"the question is {link}")
        self.link = link


@dataclass(frozen=True)
class Asking:
    """Which partner to ask; `address` is empty where the link is handed over by other means."""

    organisation: str
    name: str
    address: str
    language: str


def ask_author(
    session: Session,
    trail: OutcomeTrail,
    author: Account,
    title: str,
    *,
    at: datetime,
    link: LinkFor,
) -> None:
    """Ask the author by letter of the completion of now; nobody who has closed their account."""
    if not author.is_open:
        return
    number = trail.proposal_number
    row = OutcomeAnswer(
        proposal_number=number,
        completed_at=at,
        party=Asked.AUTHOR,
        account_id=author.id,
        language=author.language,
        form_key=new_secret(),
        asked_at=at,
        expires_at=at + AUTHOR_MAY_ANSWER,
    )
    session.add(row)
    # Its id is part of the letter's key.
    session.flush()
    letter = OutcomeAsksAuthor(number=number, title=title, link=link(author))
    post(session, letter, author.recipient, key=f"{letter.name}:{number}:{row.id}", at=at)


def ask_partner(
    session: Session,
    trail: OutcomeTrail,
    asking: Asking,
    title: str,
    *,
    form_key: str,
    by: int,
    at: datetime,
    link: LinkTo,
    day: Day,
) -> tuple[OutcomeAnswer, str | None]:
    """Ask a partner; gives the secret of the link, this once.

    With an address the link is mailed. The same form posted again asks nobody: there is no secret
    then. Raises NotDone and TooManyAsked.
    """
    mine = (OutcomeAnswer.asked_by == by) & (OutcomeAnswer.form_key == form_key)
    before = session.scalar(select(OutcomeAnswer).where(mine))
    if before is not None:
        return before, None
    _refuse(session, trail)
    token = new_secret()
    row = _of_partner(trail, asking, form_key, by, at)
    row.token_digest = _digest(token)
    session.add(row)
    # Its id is part of the log entry and of the letter's key.
    session.flush()
    _note(session, "outcome.partner_asked", row, by=by, at=at)
    if asking.address:
        letter = OutcomeAsksPartner(title, asking.organisation, link(token), day(row.expires_at))
        to = Recipient(asking.address, asking.name or asking.organisation, asking.language)
        post(session, letter, to, key=_letter_key(row), at=at)
    return row, token


def _of_partner(
    trail: OutcomeTrail, asking: Asking, form_key: str, by: int, at: datetime
) -> OutcomeAnswer:
    return OutcomeAnswer(
        proposal_number=trail.proposal_number,
        trail=trail,
        completed_at=trail.completed_at,
        party=Asked.PARTNER,
        organisation=asking.organisation,
        asked_name=asking.name,
        language=asking.language,
        is_mailed=bool(asking.address),
        form_key=form_key,
        asked_by=by,
        asked_at=at,
        expires_at=at + PARTNER_MAY_ANSWER,
    )


def revoke(session: Session, row: OutcomeAnswer, *, by: int, at: datetime) -> bool:
    """End a partner's link that is open, at once; False when it has ended already."""
    _lock(session, row)
    if row.party != Asked.PARTNER or row.link(at=at) is not AnswerLink.OPEN:
        return False
    row.revoked_at = at
    stop(session, _letter_key(row), at=at)
    _note(session, "outcome.question_revoked", row, by=by, at=at)
    return True


def answer(
    session: Session,
    row: OutcomeAnswer,
    said: Happened,
    words: str,
    *,
    by: int | None,
    at: datetime,
) -> None:
    """Keep the one answer; everybody reads it. Trail and proposal must have been loaded.

    Raises LinkOver, and ValueError for a part or a no without words.
    """
    if needs_words(said) and not words:
        raise ValueError("what did not happen must be said")
    _lock(session, row)
    over = row.link(at=at)
    if over is not AnswerLink.OPEN:
        raise LinkOver(over)
    row.answer, row.words, row.answered_at = said, words, at
    _note(session, "outcome.answered", row, by=by, at=at, party=row.party, answer=said)


def of_token(session: Session, token: str) -> OutcomeAnswer | None:
    """The question that a link belongs to, trail and proposal loaded; None for another secret."""
    if not 0 < len(token) <= LONGEST_TOKEN:
        return None
    return session.scalar(_with_proposal().where(OutcomeAnswer.token_digest == _digest(token)))


def of_author(session: Session, number: int, account_id: int) -> OutcomeAnswer | None:
    """The newest question to the author of a proposal, trail and proposal loaded."""
    theirs = (OutcomeAnswer.proposal_number == number, OutcomeAnswer.account_id == account_id)
    wanted = _with_proposal().where(*theirs, OutcomeAnswer.party == Asked.AUTHOR)
    return session.scalar(wanted.order_by(OutcomeAnswer.id.desc()).limit(1))


def questions_of(session: Session, number: int) -> Sequence[OutcomeAnswer]:
    """All who were ever asked, the author first, with trail and proposal.

    Everybody reads those answers that are about the completion of now.
    """
    return session.scalars(
        select(OutcomeAnswer)
        .where(OutcomeAnswer.proposal_number == number)
        .options(joinedload(OutcomeAnswer.trail).joinedload(OutcomeTrail.proposal))
        .order_by(OutcomeAnswer.party, OutcomeAnswer.id)
    ).all()


def no_partner_asked() -> ColumnElement[bool]:
    """Of a row of `OutcomeTrail`: it is completed, and no partner was asked about that."""
    asked = exists().where(
        OutcomeAnswer.proposal_number == OutcomeTrail.proposal_number,
        OutcomeAnswer.completed_at == OutcomeTrail.completed_at,
        OutcomeAnswer.party == Asked.PARTNER,
    )
    return and_(OutcomeTrail.completed_at.is_not(None), ~asked.correlate(OutcomeTrail))


def one_of(session: Session, number: int, question: int) -> OutcomeAnswer | None:
    """One question about an outcome that the reader looks after."""
    return session.scalar(
        select(OutcomeAnswer)
        .where(OutcomeAnswer.id == question, OutcomeAnswer.proposal_number == number)
        .options(joinedload(OutcomeAnswer.trail).joinedload(OutcomeTrail.proposal))
    )


def _with_proposal() -> Select[OutcomeAnswer]:
    return select(OutcomeAnswer).options(
        joinedload(OutcomeAnswer.trail)
        .joinedload(OutcomeTrail.proposal)
        .joinedload(Proposal.author)
    )


def _refuse(session: Session, trail: OutcomeTrail) -> None:
    if trail.completed_at is None:
        raise NotDone
    partners = select(func.count()).where(
        OutcomeAnswer.proposal_number == trail.proposal_number,
        OutcomeAnswer.completed_at == trail.completed_at,
        OutcomeAnswer.party == Asked.PARTNER,
    )
    if (session.scalar(partners) or 0) >= MOST_ASKED:
        raise TooManyAsked


def _lock(session: Session, row: OutcomeAnswer) -> None:
    # The trail first, as everybody does who changes one.
    wanted = (
        select(OutcomeTrail)
        .where(OutcomeTrail.proposal_number == row.proposal_number)
        .options(joinedload(OutcomeTrail.proposal))
        .with_for_update(of=OutcomeTrail)
        .execution_options(populate_existing=True)
    )
    session.scalars(wanted).one()
    session.refresh(row, ["answer", "answered_at", "revoked_at", "expires_at"])


def _note(
    session: Session,
    action: str,
    row: OutcomeAnswer,
    *,
    by: int | None,
    at: datetime,
    **detail: object,
) -> None:
    subject = f"proposal:{row.proposal_number}"
    record(session, action, subject, by=by, at=at, question=row.id, **detail)


def _letter_key(row: OutcomeAnswer) -> str:
    return f"outcome_asks_partner:{row.id}"


def _digest(token: str) -> str:
    # With the purpose in front: a secret made for anything else never fits.
    return digest(f"{PURPOSE}:{token}")
