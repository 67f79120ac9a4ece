"""What a visitor writes remembers the window that saved it last, as drafts do."""

import sqlalchemy as sa
from alembic import op

revision = "0062"
down_revision = "0057"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; what was kept until now was saved by hand."""
    op.add_column("visitor_draft", sa.Column("written_from", sa.String(length=32), nullable=True))


def downgrade() -> None:
    """Remove it."""
    op.drop_column("visitor_draft", "written_from")
