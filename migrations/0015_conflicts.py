"""Who of the staff must not judge an item, and the two kinds of appeals that can wait."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
KINDS_BEFORE = "kind IN ('change', 'comment', 'proposal', 'report', 'skill')"
KINDS = "kind IN ('appeal', 'change', 'comment', 'proposal', 'report', 'sanction_appeal', 'skill')"
CAUSES = "cause IN ('declared', 'first_reviewer', 'same_organisation')"


def upgrade() -> None:
    """Let appeals wait, and keep who has a conflict of interest with what."""
    _allow_kinds(KINDS)
    op.create_table(
        "conflict_of_interest",
        sa.Column("id", KEY, nullable=False),
        sa.Column("item_id", KEY, nullable=False),
        sa.Column("account_id", KEY, nullable=False),
        sa.Column("cause", sa.String(length=20), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(CAUSES, name=op.f("ck_conflict_of_interest_cause")),
        sa.ForeignKeyConstraint(
            ["item_id"], ["queue_item.id"], name=op.f("fk_conflict_of_interest_item_id_queue_item")
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_conflict_of_interest_account_id_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conflict_of_interest")),
        sa.UniqueConstraint(
            "item_id", "account_id", name=op.f("uq_conflict_of_interest_item_id_account_id")
        ),
    )
    op.create_index(
        op.f("ix_conflict_of_interest_account_id"), "conflict_of_interest", ["account_id"]
    )


def downgrade() -> None:
    """Take out the appeals and the conflicts."""
    op.drop_table("conflict_of_interest")
    op.execute(
        "DELETE FROM note WHERE item_id IN"
        " (SELECT id FROM queue_item WHERE kind IN ('appeal', 'sanction_appeal'))"
    )
    op.execute("DELETE FROM queue_item WHERE kind IN ('appeal', 'sanction_appeal')")
    _allow_kinds(KINDS_BEFORE)


def _allow_kinds(kinds: str) -> None:
    with op.batch_alter_table("queue_item", table_args=_kept_checks()) as table:
        table.drop_constraint(op.f("ck_queue_item_kind"), type_="check")
        table.create_check_constraint(op.f("ck_queue_item_kind"), kinds)


def _kept_checks() -> tuple[sa.CheckConstraint, ...]:
    """SQLite makes the table anew and would lose the checks that it is not told of."""
    if op.get_bind().dialect.name != "sqlite":
        return ()
    rule = "(holder_id IS NULL) = (lease_until IS NULL)"
    return (sa.CheckConstraint(rule, name=op.f("ck_queue_item_lease_with_holder")),)
