"""A message between two members can be reported, and taken out."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0027"
branch_labels = None
depends_on = None

KINDS = ("comment", "proposal", "profile")
MEASURES = (
    "declined", "duplicate", "change_declined", "decline_upheld",
    "comment_removed", "proposal_taken_down", "profile_emptied",
)  # fmt: skip


def upgrade() -> None:
    """Let reports and statements be about a message."""
    op.add_column(
        "member_message", sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True)
    )
    _keep_to("reported", "kind", (*KINDS, "message"))
    _keep_to("statement_of_reasons", "measure", (*MEASURES, "message_removed"))


def downgrade() -> None:
    """Take back what is about messages: it cannot be said any more."""
    op.execute("DELETE FROM statement_of_reasons WHERE measure = 'message_removed'")
    op.execute(
        "DELETE FROM queue_item WHERE kind = 'report' AND subject_id IN"
        " (SELECT id FROM reported WHERE kind = 'message')"
    )
    op.execute(
        "DELETE FROM report WHERE thing_id IN (SELECT id FROM reported WHERE kind = 'message')"
    )
    op.execute("DELETE FROM reported WHERE kind = 'message'")
    _keep_to("statement_of_reasons", "measure", MEASURES)
    _keep_to("reported", "kind", KINDS)
    op.drop_column("member_message", "removed_at")


def _keep_to(table_name: str, column: str, values: Sequence[str]) -> None:
    name = op.f(f"ck_{table_name}_{column}")
    listed = ", ".join(f"'{value}'" for value in values)
    with op.batch_alter_table(table_name) as table:
        table.drop_constraint(name, type_="check")
        table.create_check_constraint(name, f"{column} IN ({listed})")
