"""Proofs of work and waits that have been used, so that each is good for one account."""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0038"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "spent_proof",
        sa.Column("mark", sa.String(length=64), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("mark", name=op.f("pk_spent_proof")),
    )
    op.create_index("ix_spent_proof_expires_at", "spent_proof", ["expires_at"])


def downgrade() -> None:
    """Remove it."""
    op.drop_table("spent_proof")
