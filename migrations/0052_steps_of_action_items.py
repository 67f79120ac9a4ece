"""A step of an outcome remembers which promise of an event it was made of."""

import sqlalchemy as sa
from alembic import op

revision = "0052"
down_revision = "0043"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
POINTS_AT = "fk_outcome_step_action_item_id_event_action_item"
ONCE = "uq_outcome_step_action_item_id"


def upgrade() -> None:
    """Add the column: one promise becomes one step, and the step outlives it."""
    with op.batch_alter_table("outcome_step") as table:
        table.add_column(sa.Column("action_item_id", KEY, nullable=True))
        table.create_foreign_key(
            op.f(POINTS_AT), "event_action_item", ["action_item_id"], ["id"], ondelete="SET NULL"
        )
        table.create_unique_constraint(op.f(ONCE), ["action_item_id"])


def downgrade() -> None:
    """Forget which promises became steps; the steps stay."""
    with op.batch_alter_table("outcome_step") as table:
        table.drop_constraint(op.f(ONCE), type_="unique")
        table.drop_constraint(op.f(POINTS_AT), type_="foreignkey")
        table.drop_column("action_item_id")
