"""Reading conversations: only ever those of the one who asks, and only what they may see."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Row, Select, and_, case, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.correspondence.model import (
    Block,
    Conversation,
    ConversationSide,
    MemberMessage,
    MessageChoice,
)
from citizen_diplomat.correspondence.rules import Fate, Standing
from citizen_diplomat.directory.ladder import OPEN_ACCOUNT, may_see
from citizen_diplomat.directory.model import Profile
from citizen_diplomat.directory.queries import visible
from citizen_diplomat.directory.rules import Part, Reader
from citizen_diplomat.foundation.paging import Cursor, Page, beyond, page

PAGE_LENGTH = 20


@dataclass(frozen=True)
class Exchange:
    """A conversation as one of its two members sees it.

    `name` of the other one is None when they keep it to themselves, empty when they have left.
    """

    id: int
    other_id: int
    name: str | None
    other_is_there: bool
    standing: Standing
    is_mine: bool
    """Whether the one who looks began it."""
    is_blocked: bool
    """By the one who looks; whether it is the other way round nobody is told."""
    last_at: datetime | None

    @property
    def asks_me(self) -> bool:
        """Whether the first message waits for a yes of the one who looks."""
        return self.standing == Standing.WAITING and not self.is_mine and not self.is_blocked

    @property
    def may_write(self) -> bool:
        """Whether the one who looks can write more."""
        return self.standing == Standing.OPEN and self.other_is_there and not self.is_blocked


@dataclass(frozen=True)
class Blocked:
    """Somebody whom a member has blocked; `name` as in Exchange."""

    account_id: int
    name: str | None
    at: datetime


def accepts(session: Session, account_id: int) -> bool:
    """Whether somebody lets other members write to them."""
    choice = session.get(MessageChoice, account_id)
    return choice is not None and choice.accepts


def is_reachable(session: Session, account_id: int, *, by: int) -> bool:
    """Whether a member shows something of themselves to `by`, and lets members write to them."""
    return (
        account_id != by
        and accepts(session, account_id)
        and visible(session, account_id, Reader.MEMBER) is not None
    )


def between(
    session: Session, one: int, other: int, *, to_change: bool = False
) -> Conversation | None:
    """The conversation of two members, whoever of them began it."""
    wanted = select(Conversation).where(
        Conversation.lower_id == min(one, other), Conversation.higher_id == max(one, other)
    )
    return session.scalar(wanted.with_for_update() if to_change else wanted)


def exchange(session: Session, reader_id: int, number: int) -> Exchange | None:
    """One conversation if `reader_id` takes part in it."""
    row = session.execute(_exchanges(reader_id).where(Conversation.id == number)).one_or_none()
    return _as_exchange(row, reader_id) if row else None


def exchanges(
    session: Session,
    reader_id: int,
    *,
    after: Cursor[datetime] | None = None,
    limit: int = PAGE_LENGTH,
) -> Page[Exchange]:
    """The conversations of a member, that with the newest message first."""
    last_at = cast("InstrumentedAttribute[datetime]", ConversationSide.last_at)
    wanted = _exchanges(reader_id).where(last_at.is_not(None))
    if after is not None:
        wanted = wanted.where(beyond(last_at, Conversation.id, after, descending=True))
    wanted = wanted.order_by(last_at.desc(), Conversation.id.desc()).limit(limit + 1)
    rows = [_as_exchange(row, reader_id) for row in session.execute(wanted)]
    return page(rows, limit, lambda row: (row.last_at, row.id), after=after)


def requests(session: Session, reader_id: int, *, limit: int) -> list[Exchange]:
    """First messages that wait for a yes of this member, the oldest first."""
    wanted = (
        _exchanges(reader_id)
        .where(
            Conversation.standing == Standing.WAITING,
            Conversation.receiver_id == reader_id,
            ConversationSide.last_at.is_not(None),
        )
        .order_by(Conversation.id)
        .limit(limit)
    )
    return [_as_exchange(row, reader_id) for row in session.execute(wanted)]


def messages_of(
    session: Session,
    number: int,
    *,
    reader_id: int,
    after: Cursor[int] | None = None,
    limit: int = PAGE_LENGTH,
) -> Page[MemberMessage]:
    """What two members wrote, newest first; of the other one only what was let through."""
    wanted = (
        select(MemberMessage)
        .where(
            MemberMessage.conversation_id == number,
            or_(MemberMessage.sender_id == reader_id, MemberMessage.fate != Fate.REFUSED),
        )
        .order_by(MemberMessage.id.desc())
        .limit(limit + 1)
    )
    if after is not None:
        wanted = wanted.where(MemberMessage.id < after.id)
    rows = session.scalars(wanted).all()
    return page(rows, limit, lambda row: (row.id, row.id), after=after)


def message_to(session: Session, number: int, *, reader_id: int) -> MemberMessage | None:
    """One message that was written to `reader_id` and let through."""
    return session.scalar(
        select(MemberMessage)
        .join(ConversationSide, ConversationSide.conversation_id == MemberMessage.conversation_id)
        .where(
            MemberMessage.id == number,
            MemberMessage.sender_id != reader_id,
            MemberMessage.fate != Fate.REFUSED,
            ConversationSide.account_id == reader_id,
        )
    )


def blocked_by(
    session: Session,
    blocker_id: int,
    *,
    after: Cursor[datetime] | None = None,
    limit: int = PAGE_LENGTH,
) -> Page[Blocked]:
    """Whom a member has blocked, the newest first."""
    side = aliased(ConversationSide)
    met = and_(
        Conversation.id == side.conversation_id,
        or_(Conversation.starter_id == blocker_id, Conversation.receiver_id == blocker_id),
    )
    wrote = (
        select(side.account_id)
        .join(Conversation, met)
        .where(side.account_id == Block.blocked_id, side.has_written)
        .exists()
    )
    wanted = (
        select(Block.blocked_id, Block.at, _name(wrote))
        .join(Account, Account.id == Block.blocked_id)
        .outerjoin(Profile, Profile.account_id == Account.id)
        .where(Block.blocker_id == blocker_id)
        .order_by(Block.at.desc(), Block.blocked_id.desc())
        .limit(limit + 1)
    )
    if after is not None:
        wanted = wanted.where(beyond(Block.at, Block.blocked_id, after, descending=True))
    rows = [Blocked(row.blocked_id, row.name, row.at) for row in session.execute(wanted)]
    return page(rows, limit, lambda row: (row.at, row.account_id), after=after)


def has_blocked(session: Session, blocker_id: int, blocked_id: int) -> bool:
    """Whether somebody does not want to hear from somebody."""
    return session.get(Block, (blocker_id, blocked_id)) is not None


def started_since(session: Session, account_id: int, since: datetime) -> int:
    """To how many people somebody has written for the first time since a moment."""
    counted = select(func.count(Conversation.id)).where(
        Conversation.starter_id == account_id, Conversation.started_at > since
    )
    return session.scalar(counted) or 0


def sent_since(session: Session, account_id: int, since: datetime) -> int:
    """How many messages somebody has sent since a moment."""
    counted = select(func.count(MemberMessage.id)).where(
        MemberMessage.sender_id == account_id, MemberMessage.sent_at > since
    )
    return session.scalar(counted) or 0


def _exchanges(reader_id: int) -> Select[Any]:
    theirs = aliased(ConversationSide)
    return (
        select(
            Conversation.id,
            Conversation.standing,
            Conversation.starter_id,
            ConversationSide.last_at,
            theirs.account_id.label("other_id"),
            _name(theirs.has_written),
            OPEN_ACCOUNT.label("is_there"),
            Block.at.label("blocked_at"),
        )
        .join(ConversationSide, ConversationSide.conversation_id == Conversation.id)
        .join(
            theirs,
            and_(theirs.conversation_id == Conversation.id, theirs.account_id != reader_id),
        )
        .join(Account, Account.id == theirs.account_id)
        .outerjoin(Profile, Profile.account_id == Account.id)
        .outerjoin(
            Block, and_(Block.blocker_id == reader_id, Block.blocked_id == theirs.account_id)
        )
        .where(ConversationSide.account_id == reader_id)
    )


def _name(has_written: Any) -> Any:
    """The name, if its owner told it by writing or shows it to members; empty when they left."""
    told = or_(has_written, Account.closed_at.is_not(None), may_see(Reader.MEMBER, Part.NAME))
    return case((told, Account.display_name)).label("name")


def _as_exchange(row: Row[Any], reader_id: int) -> Exchange:
    return Exchange(
        id=row.id,
        other_id=row.other_id,
        name=row.name,
        other_is_there=bool(row.is_there),
        standing=Standing(row.standing),
        is_mine=row.starter_id == reader_id,
        is_blocked=row.blocked_at is not None,
        last_at=row.last_at,
    )
