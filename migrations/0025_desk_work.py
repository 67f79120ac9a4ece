"""Desks that share their work out, and items that are referred from one desk to another."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0028"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """No desk shares anything out before it is told to."""
    op.add_column(
        "desk", sa.Column("shares_out", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    with op.batch_alter_table("desk", table_args=_kept_checks()) as table:
        table.alter_column("shares_out", server_default=None)
    op.add_column("desk_member", sa.Column("given_at", MOMENT, nullable=True))
    op.create_table(
        "referral",
        sa.Column("id", KEY, nullable=False),
        sa.Column("item_id", KEY, nullable=False),
        sa.Column("from_desk_id", KEY, nullable=True),
        sa.Column("to_desk_id", KEY, nullable=False),
        sa.Column("by_id", KEY, nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.CheckConstraint(
            "length(note) > 0 AND length(note) <= 2000", name=op.f("ck_referral_note_length")
        ),
        _points("item_id", "queue_item"),
        _points("from_desk_id", "desk"),
        _points("to_desk_id", "desk"),
        _points("by_id", "account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_referral")),
    )
    op.create_index(op.f("ix_referral_item_id"), "referral", ["item_id"])


def downgrade() -> None:
    """Take them out again."""
    op.drop_table("referral")
    op.drop_column("desk_member", "given_at")
    op.drop_column("desk", "shares_out")


def _points(column: str, to: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_referral_{column}_{to}")
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=name)


def _kept_checks() -> tuple[sa.CheckConstraint, ...]:
    """SQLite makes the table anew and would lose the checks that it is not told of."""
    if op.get_bind().dialect.name != "sqlite":
        return ()
    words = "length(name_fa) > 0 AND length(name_en) > 0"
    return (sa.CheckConstraint(words, name=op.f("ck_desk_has_names")),)
