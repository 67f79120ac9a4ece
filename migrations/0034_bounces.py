"""What came back, by address, and the addresses that are stopped for it."""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
KINDS = "kind IN ('hard', 'soft', 'complaint')"


def upgrade() -> None:
    """Add the ledger and the stops; nothing is known of what came back before."""
    op.create_table(
        "mail_bounce",
        sa.Column("id", KEY, nullable=False),
        sa.Column("to_key", sa.String(length=254), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("source", sa.String(length=10), nullable=False),
        sa.Column("outbox_id", KEY, nullable=True),
        sa.Column("report", sa.String(length=64), nullable=False),
        sa.CheckConstraint(KINDS, name=op.f("ck_mail_bounce_kind")),
        sa.CheckConstraint(
            "source IN ('smtp', 'report', 'webhook')", name=op.f("ck_mail_bounce_source")
        ),
        sa.ForeignKeyConstraint(
            ["outbox_id"],
            ["outbox_message.id"],
            name=op.f("fk_mail_bounce_outbox_id_outbox_message"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail_bounce")),
        sa.UniqueConstraint("report", name=op.f("uq_mail_bounce_report")),
    )
    op.create_index("ix_mail_bounce_address", "mail_bounce", ["to_key", "at"])
    op.create_index(op.f("ix_mail_bounce_at"), "mail_bounce", ["at"])
    op.create_index(op.f("ix_mail_bounce_outbox_id"), "mail_bounce", ["outbox_id"])
    op.create_table(
        "stopped_address",
        sa.Column("id", KEY, nullable=False),
        sa.Column("to_key", sa.String(length=254), nullable=False),
        sa.Column("scope", sa.String(length=10), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tried_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("scope IN ('all', 'bulk')", name=op.f("ck_stopped_address_scope")),
        sa.CheckConstraint(KINDS, name=op.f("ck_stopped_address_kind")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stopped_address")),
        sa.UniqueConstraint("to_key", "scope", name=op.f("uq_stopped_address_to_key_scope")),
    )
    op.create_index("ix_stopped_address_since", "stopped_address", ["since", "id"])


def downgrade() -> None:
    """Forget what came back."""
    op.drop_table("stopped_address")
    op.drop_table("mail_bounce")
