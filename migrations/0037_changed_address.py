"""Members change their e-mail address; the wish waits for its confirmation."""

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0034"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add the wishes of a week."""
    op.create_table(
        "changed_address",
        sa.Column("id", KEY, nullable=False),
        sa.Column("account_id", KEY, nullable=False),
        sa.Column("old_address", sa.String(length=254), nullable=False),
        sa.Column("old_key", sa.String(length=254), nullable=False),
        sa.Column("new_address", sa.String(length=254), nullable=False),
        sa.Column("new_key", sa.String(length=254), nullable=False),
        sa.Column("credential_version", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("refused_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("old_key <> new_key", name=op.f("ck_changed_address_two_addresses")),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
            name=op.f("fk_changed_address_account_id_account"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_changed_address")),
    )
    op.create_index("ix_changed_address_account", "changed_address", ["account_id", "id"])
    op.create_index(op.f("ix_changed_address_asked_at"), "changed_address", ["asked_at"])


def downgrade() -> None:
    """Take them out."""
    op.drop_table("changed_address")
