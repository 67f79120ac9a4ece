"""At most so many acts a day: what a limit counts, whoever the act is said to.

Counted are proposals and changes that were sent, comments, and messages to members. The day is the
member's own, by the time zone of their account.
"""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.accounts.sanctions import Sanction, in_force
from citizen_diplomat.audit.actions import take_turn
from citizen_diplomat.community.model import Comment
from citizen_diplomat.correspondence.model import MemberMessage
from citizen_diplomat.proposals.model import Proposal, Revision

DAY = timedelta(days=1)


class LimitReached(Exception):  # noqa: N818 - named for what happened
    """This act would be one too many today: nothing of it may be kept.

    `acts_a_day` is the limit, `again_at` when the next day begins, `sanction` the row it stands in.
    """

    def __init__(self, acts_a_day: int, again_at: datetime, sanction_id: int) -> None:
        """Take the limit, the beginning of the next day, and the number of the sanction."""
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
    begins, ends = _day(by, at)
    if acts_since(session, by.id, begins) > row.acts_a_day:
        raise LimitReached(row.acts_a_day, ends, row.id)


def acts_since(session: Session, account_id: int, since: datetime) -> int:
    """How many proposals sent, comments and messages somebody has made since a moment."""
    session.flush()  # what was just done counts
    comments = select(func.count(Comment.id)).where(
        Comment.author_id == account_id, Comment.created_at >= since
    )
    sent = (
        select(func.count(Revision.id))
        .join(Proposal, Proposal.number == Revision.proposal_number)
        .where(Proposal.author_id == account_id, Revision.submitted_at >= since)
    )
    messages = select(func.count(MemberMessage.id)).where(
        MemberMessage.sender_id == account_id, MemberMessage.sent_at >= since
    )
    return sum(session.scalar(one) or 0 for one in (comments, sent, messages))


def _day(by: Account, at: datetime) -> tuple[datetime, datetime]:
    """When the member's day begins and ends; in the night of a clock change it is not 24 hours."""
    zone = ZoneInfo(by.time_zone)
    local = at.astimezone(zone)
    begins = datetime(local.year, local.month, local.day, tzinfo=zone)
    following = begins.date() + DAY
    return begins, datetime(following.year, following.month, following.day, tzinfo=zone)
