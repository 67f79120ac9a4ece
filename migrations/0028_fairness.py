"""The public fairness report is kept month by month; steps of proposals are found by their time."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0028"
down_revision = "0029"
branch_labels = None
depends_on = None

DOCUMENT = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    """Add the reports, and an index that figures over weeks and months need."""
    op.create_table(
        "fairness_report",
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("document", DOCUMENT, nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("month", name=op.f("pk_fairness_report")),
    )
    op.create_index(op.f("ix_proposal_event_at"), "proposal_event", ["at"])


def downgrade() -> None:
    """Forget what was published: a backup keeps it."""
    op.drop_index(op.f("ix_proposal_event_at"), "proposal_event")
    op.drop_table("fairness_report")
