"""A comment remembers when those whom it concerns had been told of it."""

import sqlalchemy as sa
from alembic import op

revision = "0053"
down_revision = "0052"
branch_labels = None
depends_on = None

UNTOLD = "ix_comment_untold"
ARE_UNTOLD = sa.text("told_at IS NULL")


def upgrade() -> None:
    """Add the column; what stood before counts as told: nobody gets letters about old talk."""
    op.add_column("comment", sa.Column("told_at", sa.DateTime(timezone=True), nullable=True))
    op.execute("UPDATE comment SET told_at = approved_at")
    op.create_index(
        UNTOLD,
        "comment",
        ["approved_at"],
        sqlite_where=ARE_UNTOLD,
        postgresql_where=ARE_UNTOLD,
    )


def downgrade() -> None:
    """Forget who was told."""
    op.drop_index(UNTOLD, "comment")
    op.drop_column("comment", "told_at")
