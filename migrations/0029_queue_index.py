"""Let SQLite read the queue in its own order: no index over all items by when they were opened."""

from alembic import op

revision = "0029"
down_revision = "0024"
branch_labels = None
depends_on = None

NAME = "ix_queue_item_open"


def upgrade() -> None:
    """Take the index out: SQLite chose it for what waits, and then sorted every item."""
    op.drop_index(NAME, "queue_item")


def downgrade() -> None:
    """Put it back."""
    op.create_index(NAME, "queue_item", ["closed_at", "opened_at", "id"])
