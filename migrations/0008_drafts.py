"""Drafts that cannot be lost: discarded ones wait for a day, those of visitors for their author."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
DOCUMENT = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    """Let a draft be discarded and know its window; make the table of visitors' texts."""
    # Without a batch, which would build the table anew and change what its columns check.
    op.add_column("proposal", sa.Column("discarded_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("proposal", sa.Column("written_from", sa.String(length=32), nullable=True))
    op.create_index(op.f("ix_proposal_discarded_at"), "proposal", ["discarded_at"])
    op.create_table(
        "visitor_draft",
        sa.Column("id", KEY, nullable=False),
        sa.Column("key_digest", sa.String(length=64), nullable=False),
        sa.Column("form_key", sa.String(length=64), nullable=False),
        sa.Column("for_address", sa.String(length=16), nullable=True),
        sa.Column("account_id", KEY, nullable=True),
        sa.Column("language", sa.String(length=5), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("topic_slug", sa.String(length=60), nullable=True),
        sa.Column("city_slugs", DOCUMENT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("length(title) <= 120", name=op.f("ck_visitor_draft_title_length")),
        sa.CheckConstraint("length(summary) <= 300", name=op.f("ck_visitor_draft_summary_length")),
        sa.CheckConstraint("length(body) <= 20000", name=op.f("ck_visitor_draft_body_length")),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
            name=op.f("fk_visitor_draft_account_id_account"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visitor_draft")),
        sa.UniqueConstraint(
            "key_digest", "form_key", name=op.f("uq_visitor_draft_key_digest_form_key")
        ),
    )
    with op.batch_alter_table("visitor_draft") as table:
        table.create_index(op.f("ix_visitor_draft_account_id"), ["account_id"])
        table.create_index(op.f("ix_visitor_draft_updated_at"), ["updated_at"])


def downgrade() -> None:
    """Delete for good what was discarded and what visitors left, then the places for it."""
    op.drop_table("visitor_draft")
    op.execute("DELETE FROM proposal WHERE discarded_at IS NOT NULL")
    op.drop_index(op.f("ix_proposal_discarded_at"), table_name="proposal")
    op.drop_column("proposal", "written_from")
    op.drop_column("proposal", "discarded_at")
