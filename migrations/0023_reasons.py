"""Reasons name their rule and can be retired; hidden texts; decisions kept for a batch; held mails."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0018"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
OUTCOMES = "'accept', 'request_changes', 'decline', 'duplicate'"
RESULTS = (
    "'applied', 'decided', 'held', 'changed', 'closed', 'reason_gone', 'original_gone',"
    " 'not_allowed', 'gone'"
)
REASON = ("rule_fa", "rule_en", "hides", "version", "edited_at", "retired_at")


def upgrade() -> None:
    """Add the columns and tables; the rules of the release's reasons are written by `init`."""
    _add_to_reasons()
    op.create_index(op.f("ix_decision_reason_slug"), "decision", ["reason_slug"])
    op.create_table(
        "hidden_text",
        sa.Column("proposal_number", KEY, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("of_change", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["proposal_number"],
            ["proposal.number"],
            name=op.f("fk_hidden_text_proposal_number_proposal"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("proposal_number", "revision", name=op.f("pk_hidden_text")),
    )
    _add_pending()
    _add_batches()
    op.add_column("outbox_message", sa.Column("hold", sa.String(length=60), nullable=True))
    op.add_column(
        "outbox_message", sa.Column("held_since", sa.DateTime(timezone=True), nullable=True)
    )
    op.create_index(op.f("ix_outbox_message_hold"), "outbox_message", ["hold"])


def downgrade() -> None:
    """Take all of it out; a mail that was held leaves as any other."""
    op.drop_index(op.f("ix_outbox_message_hold"), table_name="outbox_message")
    op.drop_column("outbox_message", "held_since")
    op.drop_column("outbox_message", "hold")
    for table in ("batch_entry", "decision_batch", "pending_decision", "hidden_text"):
        op.drop_table(table)
    op.drop_index(op.f("ix_decision_reason_slug"), table_name="decision")
    for column in reversed(REASON):
        op.drop_column("reason", column)


def _add_to_reasons() -> None:
    for column in (
        sa.Column("rule_fa", sa.Text(), nullable=False, server_default=""),
        sa.Column("rule_en", sa.Text(), nullable=False, server_default=""),
        sa.Column("hides", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("version", sa.Integer(), nullable=False, server_default="1"),
        sa.Column("edited_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
    ):
        op.add_column("reason", column)


def _add_pending() -> None:
    op.create_table(
        "pending_decision",
        sa.Column("id", KEY, nullable=False),
        sa.Column("item_id", KEY, nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.Column("reason_slug", sa.String(length=40), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("duplicate_of", KEY, nullable=True),
        sa.Column("kept_by", KEY, nullable=False),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(f"outcome IN ({OUTCOMES})", name=op.f("ck_pending_decision_outcome")),
        sa.CheckConstraint(
            "length(message) <= 5000", name=op.f("ck_pending_decision_message_length")
        ),
        sa.ForeignKeyConstraint(
            ["item_id"], ["queue_item.id"], name=op.f("fk_pending_decision_item_id_queue_item")
        ),
        sa.ForeignKeyConstraint(
            ["reason_slug"], ["reason.slug"], name=op.f("fk_pending_decision_reason_slug_reason")
        ),
        sa.ForeignKeyConstraint(
            ["duplicate_of"],
            ["proposal.number"],
            name=op.f("fk_pending_decision_duplicate_of_proposal"),
        ),
        sa.ForeignKeyConstraint(
            ["kept_by"], ["account.id"], name=op.f("fk_pending_decision_kept_by_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pending_decision")),
        sa.UniqueConstraint("item_id", name=op.f("uq_pending_decision_item_id")),
    )
    for column in ("reason_slug", "kept_by"):
        op.create_index(op.f(f"ix_pending_decision_{column}"), "pending_decision", [column])


def _add_batches() -> None:
    op.create_table(
        "decision_batch",
        sa.Column("id", KEY, nullable=False),
        sa.Column("applied_by", KEY, nullable=False),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["applied_by"], ["account.id"], name=op.f("fk_decision_batch_applied_by_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision_batch")),
    )
    op.create_index(op.f("ix_decision_batch_applied_at"), "decision_batch", ["applied_at"])
    op.create_table(
        "batch_entry",
        sa.Column("id", KEY, nullable=False),
        sa.Column("batch_id", KEY, nullable=False),
        sa.Column("item_id", KEY, nullable=False),
        sa.Column("result", sa.String(length=20), nullable=False),
        sa.Column("decision_id", KEY, nullable=True),
        sa.Column("hold", sa.String(length=60), nullable=False),
        sa.CheckConstraint(f"result IN ({RESULTS})", name=op.f("ck_batch_entry_result")),
        sa.ForeignKeyConstraint(
            ["batch_id"],
            ["decision_batch.id"],
            name=op.f("fk_batch_entry_batch_id_decision_batch"),
        ),
        sa.ForeignKeyConstraint(
            ["item_id"], ["queue_item.id"], name=op.f("fk_batch_entry_item_id_queue_item")
        ),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["decision.id"], name=op.f("fk_batch_entry_decision_id_decision")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_batch_entry")),
        sa.UniqueConstraint("batch_id", "item_id", name=op.f("uq_batch_entry_batch_id_item_id")),
        sa.UniqueConstraint("hold", name=op.f("uq_batch_entry_hold")),
    )
    op.create_index(op.f("ix_batch_entry_item_id"), "batch_entry", ["item_id"])
