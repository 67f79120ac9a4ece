"""Calls are found by their words, as cities and proposals are."""

import sqlalchemy as sa
from alembic import op

from citizen_diplomat.foundation.folding import search_text

revision = "0047"
down_revision = "0048"
branch_labels = None
depends_on = None

TEXTS = [f"{name}_{code}" for name in ("title", "question", "background") for code in ("fa", "en")]


def upgrade() -> None:
    """Fold the texts of all calls into a column of their own."""
    op.add_column("call", sa.Column("search_text", sa.Text(), nullable=False, server_default=""))
    call = sa.table("call", sa.column("number"), sa.column("search_text"), *map(sa.column, TEXTS))
    connection = op.get_bind()
    for row in connection.execute(sa.select(call)).mappings().all():
        folded = search_text(*(row[name] for name in TEXTS))
        connection.execute(
            call.update().where(call.c.number == row["number"]).values(search_text=folded)
        )
    with op.batch_alter_table("call") as table:
        table.alter_column("search_text", server_default=None)


def downgrade() -> None:
    """Forget the folded texts."""
    op.drop_column("call", "search_text")
