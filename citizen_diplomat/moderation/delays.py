"""Targets that were missed: their authors are told once and honestly, and they go to the front."""

from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session, joinedload

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.accounts.queries import account_by_id
from citizen_diplomat.audit.actions import record
from citizen_diplomat.mail.outbox import post
from citizen_diplomat.moderation.clock import Standing, make_urgent, standing
from citizen_diplomat.moderation.messages import AnswerDelayed
from citizen_diplomat.moderation.model import QueueItem
from citizen_diplomat.moderation.office import Office
from citizen_diplomat.moderation.rules import ItemKind, Target
from citizen_diplomat.proposals.writers import writers

TOLD_OF = frozenset({ItemKind.PROPOSAL, ItemKind.CHANGE, ItemKind.APPEAL})
"""Whose authors wait for an answer; a comment or a report that waits longer is told nobody."""
BATCH = 50

LinkFor = Callable[[Account, int], str]
"""How the shell makes a link to a proposal by its number, for who gets it."""


def is_anything_missed(session: Session, *, at: datetime) -> bool:
    """Whether `missed` would find something; takes no lock."""
    return session.scalar(select(QueueItem.id).where(_is_missed(at)).limit(1)) is not None


def missed(session: Session, *, at: datetime) -> Sequence[QueueItem]:
    """Some open items that missed a target by `at` which nobody wrote down yet; the desk is loaded.

    Where the engine locks rows they are locked, and those that another worker has are left out.
    """
    return session.scalars(
        select(QueueItem)
        .where(_is_missed(at))
        .options(joinedload(QueueItem.desk))
        .order_by(QueueItem.id)
        .limit(BATCH)
        .with_for_update(skip_locked=True, of=QueueItem)
    ).all()


def _is_missed(at: datetime) -> ColumnElement[bool]:
    decision = and_(QueueItem.due_at <= at, QueueItem.missed_at.is_(None))
    answer = and_(
        QueueItem.answer_due_at <= at,
        QueueItem.answer_missed_at.is_(None),
        QueueItem.answered_at.is_(None),
    )
    return and_(QueueItem.closed_at.is_(None), or_(decision, answer))


def note_missed(
    session: Session, item: QueueItem, of: Office, *, at: datetime, link: LinkFor
) -> None:
    """Write down what was missed, put the item to the front, and tell its authors once.

    `of` is the office as it promises today. When both targets are missed at the same time, only the
    later one is told.
    """
    assert item.due_at is not None
    target = Target.ANSWER
    make_urgent(item)
    if item.answered_at is None and item.answer_missed_at is None:
        item.answer_missed_at = at
    if item.due_at <= at:
        item.missed_at, target = at, Target.DECISION
    record(session, "item.delayed", item.subject, by=None, at=at, target=target)
    if item.kind in TOLD_OF:
        _tell(session, item, standing(of, item, at=at), target, at=at, link=link)


def _tell(
    session: Session,
    item: QueueItem,
    stands: Standing,
    target: Target,
    *,
    at: datetime,
    link: LinkFor,
) -> None:
    number = item.proposal_number
    assert number is not None
    for author in _authors(session, item, number):
        desk = item.desk.name(author.language) if item.desk else ""
        has_head = item.desk is not None and item.desk.head_id is not None
        post(
            session,
            AnswerDelayed(
                number=number,
                title=item.title,
                kind=item.kind,
                target=target,
                day=stands.day,
                promised=stands.target,
                desk=desk,
                has_head=has_head,
                link=link(author, number),
            ),
            author.recipient,
            key=f"delayed:{item.id}:{int(item.opened_at.timestamp())}:{target}:{author.id}",
            at=at,
        )


def _authors(session: Session, item: QueueItem, number: int) -> list[Account]:
    if item.kind == ItemKind.APPEAL:
        author = account_by_id(session, item.author_id) if item.author_id else None
        return [author] if author else []
    return list(writers(session, number))
