"""The words by which a submitted proposal is found as similar; `flask init` fills the table."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the table; the words of earlier proposals are written by `flask init`."""
    op.create_table(
        "proposal_term",
        sa.Column("term", sa.String(length=40), nullable=False),
        sa.Column("proposal_number", KEY, nullable=False),
        sa.Column("in_title", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["proposal_number"],
            ["proposal.number"],
            name=op.f("fk_proposal_term_proposal_number_proposal"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("term", "proposal_number", name=op.f("pk_proposal_term")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_proposal_term_proposal_number"), "proposal_term", ["proposal_number"])


def downgrade() -> None:
    """Remove it."""
    op.drop_index(op.f("ix_proposal_term_proposal_number"), table_name="proposal_term")
    op.drop_table("proposal_term")
