"""Lanes, the hourly cap, the pace and the rest of mail domains; and stopping all mail."""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0031"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
URGENT = "('verify', 'already_registered', 'reset', 'passphrase_changed', 'invitation', 'account_closed')"
INDEXES = {
    "due": (["lane", "due_at", "id"], "done IS 0 AND held_since IS NULL"),
    "held": (["held_since"], "done IS 0 AND held_since IS NOT NULL"),
    "handed": (["to_key", "handed_at"], "handed_at IS NOT NULL"),
    "sent": (["sent_at"], "sent_at IS NOT NULL"),
    "failed": (["failed_at"], "failed_at IS NOT NULL"),
}


def upgrade() -> None:
    """Give what waits its lane and its domain."""
    _make_tables()
    op.add_column(
        "outbox_message",
        sa.Column("domain", sa.String(length=253), nullable=False, server_default=""),
    )
    op.add_column(
        "outbox_message",
        sa.Column("lane", sa.String(length=10), nullable=False, server_default="personal"),
    )
    op.add_column("outbox_message", sa.Column("handed_at", MOMENT, nullable=True))
    position = "instr" if op.get_bind().dialect.name == "sqlite" else "strpos"
    op.execute(
        f"UPDATE outbox_message SET domain = substr(to_key, {position}(to_key, '@') + 1),"  # noqa: S608 - our own words
        f" lane = CASE WHEN name IN {URGENT} THEN 'urgent'"
        " WHEN unsubscribe_token IS NOT NULL THEN 'bulk' ELSE 'personal' END"
        " WHERE done = false"
    )
    op.drop_index("ix_outbox_message_due", table_name="outbox_message")
    with op.batch_alter_table("outbox_message") as table:
        table.alter_column("domain", server_default=None)
        table.alter_column("lane", server_default=None)
        table.create_check_constraint(
            op.f("ck_outbox_message_lane"), "lane IN ('urgent', 'personal', 'bulk')"
        )
    for name, (columns, where) in INDEXES.items():
        op.create_index(
            f"ix_outbox_message_{name}",
            "outbox_message",
            columns,
            sqlite_where=sa.text(where),
            postgresql_where=sa.text(where.replace("done IS 0", "done IS false")),
        )


def downgrade() -> None:
    """What waits is again claimed in one line."""
    for name in INDEXES:
        op.drop_index(f"ix_outbox_message_{name}", table_name="outbox_message")
    with op.batch_alter_table("outbox_message") as table:
        table.drop_constraint(op.f("ck_outbox_message_lane"), type_="check")
        for column in ("domain", "lane", "handed_at"):
            table.drop_column(column)
    op.create_index("ix_outbox_message_due", "outbox_message", ["done", "due_at", "id"])
    op.drop_table("mail_stop")
    op.drop_table("mail_domain")


def _make_tables() -> None:
    op.create_table(
        "mail_domain",
        sa.Column("name", sa.String(length=253), nullable=False),
        sa.Column("minute", MOMENT, nullable=False),
        sa.Column("taken", sa.Integer(), nullable=False),
        sa.Column("booked_for", MOMENT, nullable=False),
        sa.Column("booked", sa.Integer(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("failing_since", MOMENT, nullable=True),
        sa.Column("rest_until", MOMENT, nullable=True),
        sa.Column("last_answer", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_mail_domain")),
    )
    op.create_table(
        "mail_stop",
        sa.Column("scope", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("stopped_by", KEY, nullable=True),
        sa.Column("stopped_at", MOMENT, nullable=False),
        sa.CheckConstraint("scope IN ('all', 'bulk')", name=op.f("ck_mail_stop_scope")),
        sa.ForeignKeyConstraint(
            ["stopped_by"], ["account.id"], name=op.f("fk_mail_stop_stopped_by_account")
        ),
        sa.PrimaryKeyConstraint("scope", name=op.f("pk_mail_stop")),
    )
