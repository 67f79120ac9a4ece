"""Members get an inbox for what was also mailed, and can write to each other."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
DOCUMENT = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    """Inboxes begin empty: what letters of before said was forgotten when they had left."""
    op.create_table(
        "inbox_entry",
        sa.Column("id", KEY, nullable=False),
        sa.Column("account_id", KEY, nullable=False),
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("values", DOCUMENT, nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("read_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
            name=op.f("fk_inbox_entry_account_id_account"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inbox_entry")),
    )
    op.create_index("ix_inbox_entry_account", "inbox_entry", ["account_id", "created_at", "id"])
    op.create_index(op.f("ix_inbox_entry_created_at"), "inbox_entry", ["created_at"])
    unread = sa.text("read_at IS NULL")
    op.create_index(
        "ix_inbox_entry_unread",
        "inbox_entry",
        ["account_id"],
        sqlite_where=unread,
        postgresql_where=unread,
    )
    _conversations()
    _choices()


def downgrade() -> None:
    """Take it all out; what was mailed was mailed."""
    for name in (
        "message_choice",
        "block",
        "member_message",
        "conversation_side",
        "conversation",
        "inbox_entry",
    ):
        op.drop_table(name)


def _conversations() -> None:
    op.create_table(
        "conversation",
        sa.Column("id", KEY, nullable=False),
        sa.Column("starter_id", KEY, nullable=False),
        sa.Column("receiver_id", KEY, nullable=False),
        sa.Column("lower_id", KEY, nullable=False),
        sa.Column("higher_id", KEY, nullable=False),
        sa.Column("standing", sa.String(10), nullable=False),
        sa.Column("started_at", MOMENT, nullable=False),
        sa.CheckConstraint(
            "standing IN ('waiting', 'open', 'refused')", name=op.f("ck_conversation_standing")
        ),
        _account("conversation", "starter_id"),
        _account("conversation", "receiver_id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conversation")),
        sa.UniqueConstraint(
            "lower_id", "higher_id", name=op.f("uq_conversation_lower_id_higher_id")
        ),
    )
    op.create_index("ix_conversation_starter", "conversation", ["starter_id", "started_at"])
    op.create_index(op.f("ix_conversation_receiver_id"), "conversation", ["receiver_id"])
    op.create_table(
        "conversation_side",
        sa.Column("conversation_id", KEY, nullable=False),
        sa.Column("account_id", KEY, nullable=False),
        sa.Column("last_at", MOMENT, nullable=True),
        sa.Column("has_written", sa.Boolean(), nullable=False),
        _account("conversation_side", "account_id"),
        _conversation("conversation_side"),
        sa.PrimaryKeyConstraint("conversation_id", "account_id", name=op.f("pk_conversation_side")),
    )
    op.create_index(
        "ix_conversation_side_list",
        "conversation_side",
        ["account_id", "last_at", "conversation_id"],
    )
    op.create_table(
        "member_message",
        sa.Column("id", KEY, nullable=False),
        sa.Column("conversation_id", KEY, nullable=False),
        sa.Column("sender_id", KEY, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("fate", sa.String(10), nullable=False),
        sa.Column("sent_at", MOMENT, nullable=False),
        sa.CheckConstraint(
            "fate IN ('waiting', 'delivered', 'refused')", name=op.f("ck_member_message_fate")
        ),
        sa.CheckConstraint("length(text) <= 2000", name=op.f("ck_member_message_text_length")),
        _account("member_message", "sender_id"),
        _conversation("member_message"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_member_message")),
    )
    op.create_index("ix_member_message_conversation", "member_message", ["conversation_id", "id"])
    op.create_index("ix_member_message_sender", "member_message", ["sender_id", "sent_at"])


def _choices() -> None:
    op.create_table(
        "block",
        sa.Column("blocker_id", KEY, nullable=False),
        sa.Column("blocked_id", KEY, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        _account("block", "blocker_id", ondelete="CASCADE"),
        _account("block", "blocked_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("blocker_id", "blocked_id", name=op.f("pk_block")),
    )
    op.create_index("ix_block_list", "block", ["blocker_id", "at", "blocked_id"])
    op.create_index(op.f("ix_block_blocked_id"), "block", ["blocked_id"])
    op.create_table(
        "message_choice",
        sa.Column("account_id", KEY, nullable=False),
        sa.Column("accepts", sa.Boolean(), nullable=False),
        sa.Column("since", MOMENT, nullable=False),
        _account("message_choice", "account_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_message_choice")),
    )


def _account(table: str, column: str, ondelete: str | None = None) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_account")
    return sa.ForeignKeyConstraint([column], ["account.id"], name=name, ondelete=ondelete)


def _conversation(table: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_conversation_id_conversation")
    return sa.ForeignKeyConstraint(
        ["conversation_id"], ["conversation.id"], name=name, ondelete="CASCADE"
    )
