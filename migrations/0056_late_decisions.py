"""A decision remembers whether it came late; whoever waits for a first answer too long is first."""

import sqlalchemy as sa
from alembic import op

revision = "0056"
down_revision = "0058"
branch_labels = None
depends_on = None

BY_DAYS = "UPDATE decision SET is_late = (days_taken > target_days)"
BY_MOMENT = """
UPDATE decision SET is_late = TRUE WHERE EXISTS (
    SELECT 1 FROM queue_item
    WHERE queue_item.proposal_number = decision.proposal_number
    AND queue_item.kind = CASE
        WHEN decision.of_appeal THEN 'appeal' WHEN decision.of_change THEN 'change'
        ELSE 'proposal' END
    AND queue_item.closed_at = decision.at
    AND (queue_item.due_at <= decision.at OR queue_item.missed_at <= decision.at)
)
"""
"""Of the newest decision the due moment is still known; of older ones the days alone."""

RAISE_UNANSWERED = """
UPDATE queue_item SET urgency = 0, position = position - 100000000000
WHERE urgency = 1 AND closed_at IS NULL AND answered_at IS NULL AND answer_missed_at IS NOT NULL
"""
"""As `clock.make_urgent` does from now on when the first answer is missed."""


def upgrade() -> None:
    """Add the column; what was never timed stays unknown."""
    op.add_column("decision", sa.Column("is_late", sa.Boolean(), nullable=True))
    op.execute(BY_DAYS)
    op.execute(BY_MOMENT)
    op.execute(RAISE_UNANSWERED)


def downgrade() -> None:
    """Forget who was late; what stands first stays there until it is answered."""
    op.drop_column("decision", "is_late")
