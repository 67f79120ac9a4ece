"""Outside opinions: somebody outside reads one version of one item, and says what they think.

Whoever is asked has no account: a secret link shows them the text without its authors. It ends with
its day, when it is taken back, and as soon as the item no longer waits.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, select, update
from sqlalchemy.orm import Session, joinedload

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.audit.actions import record
from citizen_diplomat.foundation.tokens import digest, new_secret
from citizen_diplomat.mail.message import Recipient
from citizen_diplomat.mail.outbox import post, stop
from citizen_diplomat.moderation.claims import (
    lock,
    refresh,
    refuse_own,
    refuse_own_or_closed,
)
from citizen_diplomat.moderation.desk_messages import OpinionAsked
from citizen_diplomat.moderation.model import QueueItem
from citizen_diplomat.moderation.opinion_rules import MOST_ASKED, Advisor, Link, lasting
from citizen_diplomat.moderation.outside_opinion import OutsideOpinion
from citizen_diplomat.proposals.model import Proposal

PURPOSE = "outside_opinion"
LONGEST_TOKEN = 64
"""Characters; ours have 43."""
LinkTo = Callable[[str], str]
"""How the shell makes the link of a request from its secret, in the language of who is asked."""
Told = Callable[[datetime], tuple[str, str]]
"""How the shell tells a moment: the municipality's day as an ISO date, and the clock."""


class TooMany(Exception):  # noqa: N818 - named for what happened
    """As many as there may be were asked about this item."""


class NewVersion(Exception):  # noqa: N818 - named for what happened
    """The text is another one than the asker read."""


@dataclass(frozen=True)
class Asking:
    """Whom to ask what: `address` is empty where the link is handed over by other means.

    `revision` is the version that the asker read, `days` how long the link is open.
    """

    kind: Advisor
    name: str
    address: str
    question: str
    language: str
    days: int
    revision: int


def ask(
    session: Session,
    item: QueueItem,
    asking: Asking,
    *,
    form_key: str,
    by: Account,
    at: datetime,
    link: LinkTo,
    told: Told,
) -> tuple[OutsideOpinion, str | None]:
    """Ask somebody outside about an item; gives the secret of the link, this once.

    With an address the link is mailed. The same form posted again asks nobody: there is no secret
    then. The item's proposal must have been loaded. Raises OwnProposal, NotOpen, NewVersion,
    TooMany, or ValueError for days out of range.
    """
    lock(session, item)
    before = _asked_before(session, form_key, by)
    if before is not None:
        return before, None
    _check(session, item, asking, by=by)
    token = new_secret()
    row = _row(item, asking, token, form_key=form_key, by=by, at=at)
    session.add(row)
    # Its id is part of the log entry and of the letter's key.
    session.flush()
    _note(session, "opinion.asked", row, by=by.id, at=at, kind=asking.kind.value, days=asking.days)
    if asking.address:
        _mail(session, row, asking.address, link(token), told, at=at)
    return row, token


def revoke(session: Session, row: OutsideOpinion, *, by: Account, at: datetime) -> bool:
    """End a link that is open, at once; False when it has ended already.

    A letter that has not left yet stays here. The item, its proposal loaded, must have been loaded.
    Raises OwnProposal.
    """
    refuse_own(session, row.item, by=by)
    # Before the log is written, as everybody does who changes one: see `lock_those_about`.
    refresh(session, row, lock=True)
    if row.link(at=at) is not Link.OPEN:
        return False
    row.revoked_at = at
    stop(session, _letter_key(row), at=at)
    _note(session, "opinion.revoked", row, by=by.id, at=at)
    return True


def of_token(session: Session, token: str) -> OutsideOpinion | None:
    """The request that a link belongs to, its item loaded; None for a secret that is not ours."""
    if not 0 < len(token) <= LONGEST_TOKEN:
        return None
    return session.scalar(
        select(OutsideOpinion)
        .where(OutsideOpinion.token_digest == _digest(token))
        .options(joinedload(OutsideOpinion.item))
    )


def of_item(session: Session, item_id: int) -> Sequence[OutsideOpinion]:
    """All who were asked about an item, the newest first, item and asker loaded."""
    return session.scalars(
        select(OutsideOpinion)
        .where(OutsideOpinion.item_id == item_id)
        .options(joinedload(OutsideOpinion.item), joinedload(OutsideOpinion.asker))
        .order_by(OutsideOpinion.id.desc())
        .limit(MOST_ASKED)
    ).all()


def one_of_item(session: Session, item: QueueItem, number: int) -> OutsideOpinion | None:
    """One request about an item that the reader was shown."""
    return session.scalar(
        select(OutsideOpinion)
        .where(OutsideOpinion.id == number, OutsideOpinion.item_id == item.id)
        .options(joinedload(OutsideOpinion.item))
    )


def lock_those_about(session: Session, account_id: int) -> None:
    """Keep all requests that `forget` may change from others; items have been locked before."""
    rows = select(OutsideOpinion).where(OutsideOpinion.item_id.in_(_items_of(account_id)))
    session.scalars(
        rows.order_by(OutsideOpinion.id).with_for_update().execution_options(populate_existing=True)
    ).all()


def forget(session: Session, account_id: int, at: datetime) -> None:
    """Empty what was asked and answered about the proposals of somebody who leaves.

    That somebody was asked, when, and what they recommended stays, as in the log; open links end.
    """
    rows = select(OutsideOpinion).where(OutsideOpinion.item_id.in_(_items_of(account_id)))
    for row in session.scalars(rows.order_by(OutsideOpinion.id)).all():
        stop(session, _letter_key(row), at=at)
    words = ("asked_name", "question", "relevance", "feasibility", "risk", "text")
    emptied = dict.fromkeys((*words, "signed_name", "signed_function"), "")
    session.execute(
        update(OutsideOpinion)
        .where(OutsideOpinion.item_id.in_(_items_of(account_id)))
        .values(**emptied, revoked_at=func.coalesce(OutsideOpinion.revoked_at, at))
    )


def _items_of(account_id: int) -> Select[int]:
    return (
        select(QueueItem.id)
        .join(Proposal, Proposal.number == QueueItem.proposal_number)
        .where(Proposal.author_id == account_id)
    )


def _asked_before(session: Session, form_key: str, by: Account) -> OutsideOpinion | None:
    same = (OutsideOpinion.asked_by == by.id) & (OutsideOpinion.form_key == form_key)
    return session.scalar(select(OutsideOpinion).where(same))


def _check(session: Session, item: QueueItem, asking: Asking, *, by: Account) -> None:
    refuse_own_or_closed(session, item, by=by)
    if item.revision != asking.revision:
        raise NewVersion
    asked = select(func.count()).where(OutsideOpinion.item_id == item.id)
    if (session.scalar(asked) or 0) >= MOST_ASKED:
        raise TooMany


def _row(
    item: QueueItem, asking: Asking, token: str, *, form_key: str, by: Account, at: datetime
) -> OutsideOpinion:
    return OutsideOpinion(
        item=item,
        revision=asking.revision,
        kind=asking.kind,
        asked_name=asking.name,
        question=asking.question,
        language=asking.language,
        is_mailed=bool(asking.address),
        form_key=form_key,
        token_digest=_digest(token),
        asked_by=by.id,
        asked_at=at,
        expires_at=at + lasting(asking.days),
    )


def _mail(
    session: Session, row: OutsideOpinion, address: str, link: str, told: Told, *, at: datetime
) -> None:
    day, clock = told(row.expires_at)
    letter = OpinionAsked(question=row.question, link=link, day=day, clock=clock)
    to = Recipient(address, row.asked_name, row.language)
    post(session, letter, to, key=_letter_key(row), at=at)


def _note(
    session: Session,
    action: str,
    row: OutsideOpinion,
    *,
    by: int | None,
    at: datetime,
    **detail: object,
) -> None:
    record(session, action, row.item.subject, by=by, at=at, opinion=row.id, **detail)


def _letter_key(row: OutsideOpinion) -> str:
    return f"opinion_asked:{row.id}"


def _digest(token: str) -> str:
    # With the purpose in front: a secret made for anything else never fits.
    return digest(f"{PURPOSE}:{token}")
