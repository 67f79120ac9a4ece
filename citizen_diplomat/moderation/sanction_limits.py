"""At most so many acts a day: what a limit counts, whoever the act is said to.

Counted are proposals and changes that were sent, comments, and messages to members, of the last 24
hours at any moment: no midnight, and no city chosen in a profile, begins the count anew.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select, union_all
from sqlalchemy.orm import Session

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.accounts.sanctions import Sanction, in_force
from citizen_diplomat.audit.actions import take_turn
from citizen_diplomat.community.model import Comment
from citizen_diplomat.correspondence.model import MemberMessage
from citizen_diplomat.proposals.model import Proposal, Revision

DAY = timedelta(days=1)


class LimitReached(Exception):  # noqa: N818 - named for what happened
    """This act would be one too many in 24 hours: nothing of it may be kept.

    `acts_a_day` is the limit, `again_at` when the next act is not one too many, `sanction_id` the
    number of the row that it stands in.
    """

    def __init__(self, acts_a_day: int, again_at: datetime, sanction_id: int) -> None:
        """Take the limit, from when on one can go on, and the number of the sanction."""
        super().__init__(f"more than {acts_a_day} acts before {again_at}")
        self.acts_a_day = acts_a_day
        self.again_at = again_at
        self.sanction_id = sanction_id


def hold_to_limit(session: Session, by: Account, *, at: datetime) -> None:
    """Raise LimitReached when what `by` has just done in this transaction was one act too many.

    Asked after the act, so that a form posted twice is one act. Of two acts at once the second one
    waits here for the first: at the log, as everywhere, so that nobody waits in a ring.
    """
    row = session.execute(
        select(Sanction.id, Sanction.acts_a_day)
        .where(Sanction.account_id == by.id, Sanction.acts_a_day.is_not(None), in_force(at))
        .order_by(Sanction.acts_a_day, Sanction.id)
        .limit(1)
    ).first()
    if row is None or row.acts_a_day is None:
        return
    take_turn(session)
    moments = newest_acts(session, by.id, at - DAY, limit=row.acts_a_day + 1)
    if len(moments) > row.acts_a_day:
        raise LimitReached(row.acts_a_day, moments[-1] + DAY, row.id)


def newest_acts(
    session: Session, account_id: int, since: datetime, *, limit: int
) -> Sequence[datetime]:
    """When somebody sent the newest proposals, comments and messages after a moment, newest first.

    At most `limit` of them.
    """
    session.flush()  # what was just done counts
    comments = select(Comment.created_at.label("at")).where(
        Comment.author_id == account_id, Comment.created_at > since
    )
    sent = (
        select(Revision.submitted_at)
        .join(Proposal, Proposal.number == Revision.proposal_number)
        .where(Proposal.author_id == account_id, Revision.submitted_at > since)
    )
    messages = select(MemberMessage.sent_at).where(
        MemberMessage.sender_id == account_id, MemberMessage.sent_at > since
    )
    acts = union_all(comments, sent, messages).subquery()
    return session.scalars(select(acts.c.at).order_by(acts.c.at.desc()).limit(limit)).all()
