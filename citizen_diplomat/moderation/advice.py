"""What somebody outside does with their link: opening the text, and saying what they think, once.

They have no account: the log names nobody for it, and the request says who was asked.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.audit.actions import record
from citizen_diplomat.mail.outbox import post
from citizen_diplomat.moderation.claims import refresh
from citizen_diplomat.moderation.decisions import LinkFor
from citizen_diplomat.moderation.declarations import colleagues
from citizen_diplomat.moderation.desk_messages import OpinionArrived
from citizen_diplomat.moderation.opinion_rules import Link, Recommendation, needs_text
from citizen_diplomat.moderation.outside_opinion import OutsideOpinion
from citizen_diplomat.moderation.rules import is_held
from citizen_diplomat.proposals.model import Revision
from citizen_diplomat.proposals.queries import revision


class LinkOver(Exception):  # noqa: N818 - named for what happened
    """The link opens nothing any more; `link` says why."""

    def __init__(self, link: Link) -> None:
        """Take why it is over."""
        super().__init__(f"the link is {link}")
        self.link = link


class AnsweredAlready(Exception):  # noqa: N818 - named for what happened
    """There is an opinion already; the first one stands."""


@dataclass(frozen=True)
class Opinion:
    """What somebody outside thinks, and who they are; empty texts say nothing about a criterion."""

    recommendation: Recommendation
    relevance: str
    feasibility: str
    risk: str
    text: str
    name: str
    function: str
    may_be_named: bool


def text_of(session: Session, row: OutsideOpinion) -> Revision:
    """The version that was current when somebody was asked; the item must have been loaded."""
    number = row.item.proposal_number
    shown = revision(session, number, row.revision) if number is not None else None
    assert shown is not None, "what was asked about had been submitted"
    return shown


def open_text(session: Session, row: OutsideOpinion, *, at: datetime) -> None:
    """Note that the text is being read now. The item must have been loaded; raises LinkOver.

    The log hears of the first time alone.
    """
    _lock_open(session, row, at=at)
    row.last_opened_at = at
    if row.first_opened_at is None:
        row.first_opened_at = at
        record(session, "opinion.opened", row.item.subject, by=None, at=at, opinion=row.id)


def give(
    session: Session, row: OutsideOpinion, opinion: Opinion, *, at: datetime, link: LinkFor
) -> None:
    """Keep the one opinion of who was asked, and tell whoever asked and whoever holds the item.

    The item must have been loaded; `link` leads staff to it. Raises LinkOver, AnsweredAlready, or
    ValueError for conditions that are not named.
    """
    if needs_text(opinion.recommendation) and not opinion.text:
        raise ValueError("conditions must be named")
    _lock_open(session, row, at=at)
    if row.answered_at is not None:
        raise AnsweredAlready
    row.recommendation, row.answered_at = opinion.recommendation, at
    row.relevance, row.feasibility = opinion.relevance, opinion.feasibility
    row.risk, row.text = opinion.risk, opinion.text
    row.signed_name, row.signed_function = opinion.name, opinion.function
    row.may_be_named = opinion.may_be_named
    record(session, "opinion.answered", row.item.subject, by=None, at=at, opinion=row.id)
    _tell(session, row, at=at, link=link)


def _lock_open(session: Session, row: OutsideOpinion, *, at: datetime) -> None:
    refresh(session, row, lock=True)
    refresh(session, row.item)
    over = row.link(at=at)
    if over is not Link.OPEN:
        raise LinkOver(over)


def _tell(session: Session, row: OutsideOpinion, *, at: datetime, link: LinkFor) -> None:
    title, number = row.item.title, row.item.proposal_number
    assert number is not None, "only proposals and changes of them are shown to others"
    for person in _readers(session, row, at=at):
        letter = OpinionArrived(number=number, title=title, link=link(person))
        post(session, letter, person.recipient, key=f"opinion_arrived:{row.id}:{person.id}", at=at)


def _readers(session: Session, row: OutsideOpinion, *, at: datetime) -> Sequence[Account]:
    """Who asked and who holds the item now, as far as they still look after it."""
    item, people = row.item, {row.asked_by}
    if item.holder_id is not None and is_held(item.holder_id, item.lease_until, at=at):
        people.add(item.holder_id)
    return colleagues(session, item, among=people)
