"""When members who want to hear at once were told of what was accepted."""

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0036"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add it; what was noted before counts as told."""
    op.add_column("digest_news", sa.Column("told_at", sa.DateTime(timezone=True), nullable=True))
    op.execute("UPDATE digest_news SET told_at = moment")


def downgrade() -> None:
    """Forget who was told."""
    op.drop_column("digest_news", "told_at")
