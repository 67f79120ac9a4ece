"""An event of a relation remembers when the office last said something else of it."""

import sqlalchemy as sa
from alembic import op

revision = "0060"
down_revision = "0055"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; of what was changed before, feeds keep the moment that they had."""
    op.add_column(
        "relation_event", sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True)
    )


def downgrade() -> None:
    """Forget when it was."""
    op.drop_column("relation_event", "changed_at")
