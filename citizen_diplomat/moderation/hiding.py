"""What a sanction hides, row by row, and showing exactly that again.

Nothing changes its own state: what its author takes back meanwhile, or staff take out, stays so.
The rows of comments are locked before the log, as by everybody who changes one.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import exists, select, update
from sqlalchemy.orm import Session

from citizen_diplomat.accounts.sanction_rules import Hidden
from citizen_diplomat.accounts.sanctions import Sanction, SanctionHide
from citizen_diplomat.community.model import Comment
from citizen_diplomat.community.rules import CommentState, Mark
from citizen_diplomat.community.tallies import count_comment
from citizen_diplomat.directory.model import Profile
from citizen_diplomat.proposals.bonds import Coauthor
from citizen_diplomat.proposals.model import Proposal
from citizen_diplomat.proposals.rules import PUBLIC, Bond

Things = Sequence[tuple[Hidden, int]]


def shown_of(session: Session, account_id: int) -> Things:
    """What everybody, or all members, would see of somebody now, locked until the end.

    That is their comments, their profile, and the proposals that nobody else writes along; what
    they said for the municipality is the municipality's.
    """
    comments = select(Comment.id).where(
        Comment.author_id == account_id,
        Comment.state == CommentState.SHOWN,
        Comment.mark != Mark.ANSWER,
    )
    along = exists().where(
        Coauthor.proposal_number == Proposal.number, Coauthor.bond == Bond.ACCEPTED
    )
    proposals = select(Proposal.number).where(
        Proposal.author_id == account_id, Proposal.state.in_(sorted(PUBLIC)), ~along
    )
    profile = select(Profile.account_id).where(Profile.account_id == account_id)
    locked = comments.order_by(Comment.id).with_for_update(key_share=True)
    return [
        *((Hidden.COMMENT, number) for number in session.scalars(locked)),
        *((Hidden.PROPOSAL, number) for number in session.scalars(proposals)),
        *((Hidden.PROFILE, number) for number in session.scalars(profile)),
    ]


def hide(session: Session, sanction: Sanction, things: Things) -> None:
    """Hide what `shown_of` found; what another sanction hides already, both hide."""
    comments = {number for kind, number in things if kind is Hidden.COMMENT}
    _count(session, comments - _hidden_comments(session, comments), -1)
    session.add_all(
        SanctionHide(sanction_id=sanction.id, kind=kind, subject=number) for kind, number in things
    )
    # The next question whether something is hidden must find these.
    session.flush()


def lock_hidden(session: Session, sanction: Sanction) -> None:
    """Keep the comments that a sanction still hides from others until the end."""
    hidden = select(SanctionHide.subject).where(
        SanctionHide.sanction_id == sanction.id,
        SanctionHide.kind == Hidden.COMMENT,
        SanctionHide.restored_at.is_(None),
    )
    lock = select(Comment.id).where(Comment.id.in_(hidden)).order_by(Comment.id)
    session.execute(lock.with_for_update(key_share=True)).all()


def show_again(session: Session, sanction: Sanction, *, at: datetime) -> None:
    """Let a sanction hide nothing any more: what no other one hides is seen as its state says."""
    still = (SanctionHide.sanction_id == sanction.id, SanctionHide.restored_at.is_(None))
    restored = session.execute(
        update(SanctionHide)
        .where(*still)
        .values(restored_at=at)
        .execution_options(synchronize_session="fetch")
        .returning(SanctionHide.kind, SanctionHide.subject)
    ).all()
    comments = {row.subject for row in restored if row.kind == Hidden.COMMENT}
    _count(session, comments - _hidden_comments(session, comments), 1)


def _hidden_comments(session: Session, numbers: Iterable[int]) -> set[int]:
    return set(
        session.scalars(
            select(SanctionHide.subject).where(
                SanctionHide.kind == Hidden.COMMENT,
                SanctionHide.subject.in_(sorted(numbers)),
                SanctionHide.restored_at.is_(None),
            )
        )
    )


def _count(session: Session, comments: Iterable[int], change: int) -> None:
    """Add to the counts of what these comments are said to, as far as they are shown."""
    shown = session.scalars(
        select(Comment).where(Comment.id.in_(sorted(comments)), Comment.state == CommentState.SHOWN)
    )
    # In one order, so that two of these at once never wait for each other.
    counts = Counter(comment.matter for comment in shown)
    for matter in sorted(counts, key=lambda one: (one.kind, one.number)):
        count_comment(session, matter, change * counts[matter])
