"""Let members read along by the secret address of a private feed."""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0037"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add the addresses, of which only a digest is kept."""
    op.create_table(
        "feed_token",
        sa.Column("account_id", KEY, autoincrement=False, nullable=False),
        sa.Column("feed", sa.String(length=10), nullable=False),
        sa.Column("token_digest", sa.String(length=64), nullable=False),
        sa.Column("credential_version", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("feed IN ('news', 'dates')", name=op.f("ck_feed_token_feed")),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
            name=op.f("fk_feed_token_account_id_account"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("account_id", "feed", name=op.f("pk_feed_token")),
        sa.UniqueConstraint("token_digest", name=op.f("uq_feed_token_token_digest")),
    )


def downgrade() -> None:
    """Take them out."""
    op.drop_table("feed_token")
