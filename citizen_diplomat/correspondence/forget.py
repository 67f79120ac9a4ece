"""Taking somebody out of the correspondence of members."""

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.correspondence.actions import refuse
from citizen_diplomat.correspondence.model import (
    Block,
    Conversation,
    ConversationSide,
    MemberMessage,
    MessageChoice,
)
from citizen_diplomat.correspondence.rules import Standing


def forget(session: Session, account: Account) -> None:
    """Take out choice, blocks and own list; requests that wait end.

    What they wrote stays with those who got it, as the words of a former member; the words of
    what staff took out go.
    """
    session.execute(
        update(MemberMessage)
        .where(MemberMessage.sender_id == account.id, MemberMessage.removed_at.is_not(None))
        .values(text="")
        .execution_options(synchronize_session=False)
    )
    session.execute(delete(MessageChoice).where(MessageChoice.account_id == account.id))
    session.execute(
        delete(Block).where(or_(Block.blocker_id == account.id, Block.blocked_id == account.id))
    )
    waiting = select(Conversation).where(
        or_(Conversation.starter_id == account.id, Conversation.receiver_id == account.id),
        Conversation.standing == Standing.WAITING,
    )
    for conversation in session.scalars(waiting).all():
        refuse(session, conversation)
    session.execute(
        update(ConversationSide)
        .where(ConversationSide.account_id == account.id)
        .values(last_at=None)
    )
