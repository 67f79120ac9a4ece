"""Files of proposals: a row for each, and which of them were sent along with a version."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
DOCUMENT = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    """Make the table; the versions that were sent before had no files."""
    op.create_table(
        "attachment",
        sa.Column("id", KEY, nullable=False),
        sa.Column("proposal_number", KEY, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("name", sa.String(length=90), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("type", sa.String(length=40), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=True),
        sa.Column("height", sa.Integer(), nullable=True),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("kind IN ('image', 'pdf')", name=op.f("ck_attachment_kind")),
        sa.CheckConstraint(
            "length(description) <= 300", name=op.f("ck_attachment_description_length")
        ),
        sa.CheckConstraint("size > 0", name=op.f("ck_attachment_size")),
        sa.ForeignKeyConstraint(
            ["proposal_number"],
            ["proposal.number"],
            name=op.f("fk_attachment_proposal_number_proposal"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachment")),
    )
    op.create_index(op.f("ix_attachment_key"), "attachment", ["key"])
    op.create_index("ix_attachment_proposal", "attachment", ["proposal_number", "position", "id"])
    # Without a batch, which would build the table anew and lose the seal of its rows.
    op.add_column(
        "revision", sa.Column("attachment_ids", DOCUMENT, nullable=False, server_default="[]")
    )


def downgrade() -> None:
    """Forget which files there were; the files themselves stay where they lie."""
    op.drop_column("revision", "attachment_ids")
    op.drop_index("ix_attachment_proposal", table_name="attachment")
    op.drop_index(op.f("ix_attachment_key"), table_name="attachment")
    op.drop_table("attachment")
