"""A digest that was stopped keeps the stretch that it would have told, and bars no other."""

import sqlalchemy as sa
from alembic import op

revision = "0058"
down_revision = "0053"
branch_labels = None
depends_on = None

TABLE = "digest_issue"
COLUMNS = ["account_id", "covered_from"]
TOLD_FROM = "uq_digest_issue_told_from"
EACH = "uq_digest_issue_account_id_covered_from"
IS_NOT_STOPPED = sa.text("outcome <> 'stopped'")


def upgrade() -> None:
    """Ask only of those that told something, or will, that no two begin alike."""
    with op.batch_alter_table(TABLE) as table:
        table.drop_constraint(op.f(EACH), type_="unique")
    op.create_index(
        TOLD_FROM,
        TABLE,
        COLUMNS,
        unique=True,
        sqlite_where=IS_NOT_STOPPED,
        postgresql_where=IS_NOT_STOPPED,
    )


def downgrade() -> None:
    """Ask it of all again; those that were stopped move out of the way, as they did before."""
    op.drop_index(TOLD_FROM, TABLE)
    op.execute("DELETE FROM digest_issue WHERE outcome = 'stopped'")
    with op.batch_alter_table(TABLE) as table:
        table.create_unique_constraint(op.f(EACH), COLUMNS)
