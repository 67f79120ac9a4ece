"""Reports fold a proposal away in lists too; a pen name outlives the handing over of a proposal."""

import sqlalchemy as sa
from alembic import op

revision = "0055"
down_revision = "0054"
branch_labels = None
depends_on = None

NAME_LENGTH = 80
TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Add the columns; what is folded now is folded in lists from now on.

    Where a proposal was handed over, the log knows since when its first author is that; who was it
    before is known by having written from its first moment, and goes on under its pen name.
    """
    op.add_column("proposal", sa.Column("folded_at", TIME, nullable=True))
    op.execute(
        "UPDATE proposal SET folded_at = (SELECT folded_at FROM reported"
        " WHERE reported.kind = 'proposal' AND reported.subject = proposal.number)"
    )
    op.add_column("proposal", sa.Column("handed_over_at", TIME, nullable=True))
    op.add_column(
        "proposal_coauthor",
        sa.Column("pen_name", sa.String(NAME_LENGTH), nullable=False, server_default=""),
    )
    op.add_column("proposal_coauthor", sa.Column("pen_name_from", TIME, nullable=True))
    op.execute(
        "UPDATE proposal SET handed_over_at = (SELECT max(audit_entry.at) FROM audit_entry"
        " WHERE audit_entry.action = 'coauthor.handed_over'"
        " AND audit_entry.subject = 'proposal:' || proposal.number)"
    )
    op.execute(
        "UPDATE proposal_coauthor SET pen_name = (SELECT proposal.pen_name FROM proposal"
        " WHERE proposal.number = proposal_coauthor.proposal_number)"
        " WHERE EXISTS (SELECT 1 FROM proposal"
        " WHERE proposal.number = proposal_coauthor.proposal_number"
        " AND proposal.created_at = proposal_coauthor.accepted_at)"
    )


def downgrade() -> None:
    """Forget all of it; the page of a folded proposal still knows."""
    for name in ("pen_name_from", "pen_name"):
        op.drop_column("proposal_coauthor", name)
    for name in ("handed_over_at", "folded_at"):
        op.drop_column("proposal", name)
