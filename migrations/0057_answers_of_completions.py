"""An answer to "did it happen?" knows which completion of the outcome it is about."""

import sqlalchemy as sa
from alembic import op

revision = "0057"
down_revision = "0060"
branch_labels = None
depends_on = None

AUTHOR = "uq_outcome_answer_author"
IS_AUTHOR = sa.text("party = 'author'")
# What was not answered, or was since the completion of now, is about that one.
OF_NOW = """
    UPDATE outcome_answer SET completed_at = (
        SELECT outcome_trail.completed_at FROM outcome_trail
        WHERE outcome_trail.proposal_number = outcome_answer.proposal_number
    )
    WHERE answered_at IS NULL OR answered_at >= (
        SELECT outcome_trail.completed_at FROM outcome_trail
        WHERE outcome_trail.proposal_number = outcome_answer.proposal_number
    )
"""
OF_BEFORE = "UPDATE outcome_answer SET completed_at = asked_at WHERE completed_at IS NULL"
# Of several questions to one author the newest stays.
ONLY_NEWEST = """
    DELETE FROM outcome_answer WHERE party = 'author' AND id NOT IN (
        SELECT max(id) FROM outcome_answer WHERE party = 'author' GROUP BY proposal_number
    )
"""


def upgrade() -> None:
    """Add the column; who had answered before an outcome was completed anew is of an earlier one."""
    op.add_column(
        "outcome_answer", sa.Column("completed_at", sa.DateTime(timezone=True), nullable=True)
    )
    op.execute(OF_NOW)
    op.execute(OF_BEFORE)
    op.drop_index(AUTHOR, "outcome_answer")
    with op.batch_alter_table("outcome_answer") as batch:
        batch.alter_column("completed_at", nullable=False)
    _index(["proposal_number", "completed_at"])


def downgrade() -> None:
    """Let each author have one question again, the newest."""
    op.execute(ONLY_NEWEST)
    op.drop_index(AUTHOR, "outcome_answer")
    with op.batch_alter_table("outcome_answer") as batch:
        batch.drop_column("completed_at")
    _index(["proposal_number"])


def _index(columns: list[str]) -> None:
    op.create_index(
        AUTHOR,
        "outcome_answer",
        columns,
        unique=True,
        sqlite_where=IS_AUTHOR,
        postgresql_where=IS_AUTHOR,
    )
