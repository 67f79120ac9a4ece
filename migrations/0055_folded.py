"""A proposal knows that reports have folded it away, so that no list shows it meanwhile."""

import sqlalchemy as sa
from alembic import op

revision = "0055"
down_revision = "0053"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; what is folded now is folded in lists from now on."""
    op.add_column("proposal", sa.Column("folded_at", sa.DateTime(timezone=True), nullable=True))
    op.execute(
        "UPDATE proposal SET folded_at = (SELECT folded_at FROM reported"
        " WHERE reported.kind = 'proposal' AND reported.subject = proposal.number)"
    )


def downgrade() -> None:
    """Forget it; its page still knows."""
    op.drop_column("proposal", "folded_at")
