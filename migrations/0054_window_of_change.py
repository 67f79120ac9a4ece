"""A change of an accepted proposal remembers the window whose pause in typing brought its words."""

import sqlalchemy as sa
from alembic import op

revision = "0054"
down_revision = "0056"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; what stood before was brought by no window that is known."""
    op.add_column("proposal_change", sa.Column("written_from", sa.String(length=32), nullable=True))


def downgrade() -> None:
    """Forget the windows."""
    op.drop_column("proposal_change", "written_from")
