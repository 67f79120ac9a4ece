"""Members write to each other, say yes or no to a first message, and block.

None of it stands in the log: who writes to whom is nobody's business but theirs.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.accounts.queries import account_by_id
from citizen_diplomat.accounts.sanctions import barring
from citizen_diplomat.audit.actions import record
from citizen_diplomat.correspondence import queries
from citizen_diplomat.correspondence.messages import MemberWrote
from citizen_diplomat.correspondence.model import (
    Block,
    Conversation,
    ConversationSide,
    MemberMessage,
    MessageChoice,
)
from citizen_diplomat.correspondence.rules import (
    MESSAGES_A_DAY,
    SAME_MESSAGE_WITHIN,
    Fate,
    Standing,
    holds_link,
    is_newcomer,
    new_people_a_day,
)
from citizen_diplomat.mail.outbox import post

DAY = timedelta(days=1)
LinkFor = Callable[[Account, int], str]


class NotReachable(Exception):  # noqa: N818 - named for what happened
    """Nobody who can be written to: unknown, gone, unseen, or does not want messages."""


class HoldsLink(Exception):  # noqa: N818 - named for what happened
    """A new account may not send addresses yet."""


class TooMany(Exception):  # noqa: N818 - named for what happened
    """As much was written within a day as may be."""


class MustWait(Exception):  # noqa: N818 - named for what happened
    """The first message is sent; the other one has not written back."""


class IsBlocked(Exception):  # noqa: N818 - named for what happened
    """Who writes has blocked the other one and would get no answer."""


@dataclass(frozen=True)
class Links:
    """How the shell makes the links of the letter: each for its reader and a conversation."""

    read: LinkFor
    block: LinkFor


def choose(session: Session, account: Account, *, accepts: bool, at: datetime) -> None:
    """Let other members write to oneself, or no longer; what is open stays open."""
    choice = session.get(MessageChoice, account.id)
    if choice is None:
        choice = MessageChoice(account_id=account.id, accepts=accepts, since=at)
        session.add(choice)
    elif choice.accepts != accepts:
        choice.accepts, choice.since = accepts, at
    record(
        session, "messages.chosen", f"account:{account.id}", by=account.id, at=at, accepts=accepts
    )


def write(
    session: Session,
    to_id: int,
    text: str,
    *,
    agreed: bool = False,
    by: Account,
    links: Links,
    at: datetime,
) -> Conversation:
    """Write to another member; their first message from somebody waits for a yes.

    `agreed`: both said elsewhere that they want to hear from each other, so that nobody is asked
    again. Who was blocked or refused notices no difference. Raises NotReachable, HoldsLink,
    TooMany, MustWait and IsBlocked.
    """
    if is_newcomer(at - by.created_at) and holds_link(text):
        raise HoldsLink
    other = account_by_id(session, to_id, lock=True)
    if other is None or not other.is_open or other.id == by.id:
        raise NotReachable
    if barring(session, other.id, at=at):
        raise NotReachable
    if queries.has_blocked(session, by.id, other.id):
        raise IsBlocked
    conversation = queries.between(session, by.id, other.id, to_change=True)
    if queries.sent_since(session, by.id, at - DAY) >= MESSAGES_A_DAY:
        raise TooMany
    if conversation is None:
        conversation = _begin(session, other, agreed=agreed, by=by, at=at)
    elif conversation.standing != Standing.OPEN:
        if conversation.starter_id == by.id and not agreed:
            raise MustWait
        _open(session, conversation, at=at)
    elif _is_repeated(session, conversation, text, by=by, at=at):
        return conversation
    _send(session, conversation, other, text, by=by, links=links, at=at)
    return conversation


def accept(session: Session, conversation: Conversation, *, at: datetime) -> None:
    """Say yes to a first message: from now on both may write."""
    if conversation.standing == Standing.WAITING:
        _open(session, conversation, at=at)


def refuse(session: Session, conversation: Conversation) -> None:
    """Say no to a first message: it leaves the list, and its writer hears nothing."""
    if conversation.standing != Standing.WAITING:
        return
    conversation.standing = Standing.REFUSED
    session.execute(
        update(MemberMessage)
        .where(MemberMessage.conversation_id == conversation.id, MemberMessage.fate == Fate.WAITING)
        .values(fate=Fate.REFUSED)
    )
    _list_at(session, conversation.id, conversation.receiver_id, None)


def block(
    session: Session, conversation: Conversation, other_id: int, *, by: Account, at: datetime
) -> None:
    """Hear no more of the other one, who does not learn of it; a waiting request is refused."""
    if not queries.has_blocked(session, by.id, other_id):
        session.add(Block(blocker_id=by.id, blocked_id=other_id, at=at))
    if conversation.receiver_id == by.id:
        refuse(session, conversation)


def unblock(session: Session, other_id: int, *, by: Account) -> bool:
    """Take a block back; what was sent meanwhile stays unseen. False when there was none."""
    gone = delete(Block).where(Block.blocker_id == by.id, Block.blocked_id == other_id)
    return session.execute(gone.returning(Block.blocked_id)).first() is not None


def _begin(
    session: Session, other: Account, *, agreed: bool, by: Account, at: datetime
) -> Conversation:
    if not agreed and not queries.is_reachable(session, other.id, by=by.id):
        raise NotReachable
    if queries.started_since(session, by.id, at - DAY) >= new_people_a_day(at - by.created_at):
        raise TooMany
    conversation = Conversation(
        starter_id=by.id,
        receiver_id=other.id,
        lower_id=min(by.id, other.id),
        higher_id=max(by.id, other.id),
        # A request of somebody blocked is refused before it is seen.
        standing=_first_standing(session, other, agreed=agreed, by=by),
        started_at=at,
    )
    try:
        with session.begin_nested():
            session.add(conversation)
    except IntegrityError:
        # The other click of a double click, or the other member, came first.
        raise MustWait from None
    session.add_all(
        ConversationSide(conversation_id=conversation.id, account_id=account_id, has_written=False)
        for account_id in (by.id, other.id)
    )
    session.flush()  # what follows updates these rows
    return conversation


def _first_standing(session: Session, other: Account, *, agreed: bool, by: Account) -> Standing:
    if queries.has_blocked(session, other.id, by.id):
        return Standing.REFUSED
    return Standing.OPEN if agreed else Standing.WAITING


def _send(
    session: Session,
    conversation: Conversation,
    other: Account,
    text: str,
    *,
    by: Account,
    links: Links,
    at: datetime,
) -> None:
    waits = conversation.standing == Standing.WAITING
    fate = Fate.WAITING if waits else Fate.DELIVERED
    if queries.has_blocked(session, other.id, by.id):
        fate = Fate.REFUSED
    message = MemberMessage(
        conversation_id=conversation.id, sender_id=by.id, text=text, fate=fate, sent_at=at
    )
    session.add(message)
    session.flush()  # its number is part of the letter's key
    _list_at(session, conversation.id, by.id, at, has_written=True)
    if fate == Fate.REFUSED:
        return
    _list_at(session, conversation.id, other.id, at)
    letter = MemberWrote(
        sender=by.display_name,
        text=text,
        first=waits,
        link=links.read(other, conversation.id),
        block_link=links.block(other, conversation.id),
    )
    post(session, letter, other.recipient, key=f"member_wrote:{message.id}", at=at)


def _open(session: Session, conversation: Conversation, *, at: datetime) -> None:
    conversation.standing = Standing.OPEN
    session.execute(
        update(MemberMessage)
        .where(MemberMessage.conversation_id == conversation.id, MemberMessage.fate == Fate.WAITING)
        .values(fate=Fate.DELIVERED)
    )
    _list_at(session, conversation.id, conversation.receiver_id, at)


def _list_at(
    session: Session,
    number: int,
    account_id: int,
    at: datetime | None,
    *,
    has_written: bool = False,
) -> None:
    side = session.get_one(ConversationSide, (number, account_id))
    side.last_at = at
    side.has_written = side.has_written or has_written


def _is_repeated(
    session: Session, conversation: Conversation, text: str, *, by: Account, at: datetime
) -> bool:
    same = select(MemberMessage.id).where(
        MemberMessage.conversation_id == conversation.id,
        MemberMessage.sender_id == by.id,
        MemberMessage.text == text,
        MemberMessage.sent_at > at - SAME_MESSAGE_WITHIN,
    )
    return session.scalar(same.limit(1)) is not None
