"""What the desk's decisions teach about spam: counts by word, and a score for what waits."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add the counts and the scores; nothing is learnt from decisions of before."""
    op.create_table(
        "spam_word",
        sa.Column("word_digest", sa.String(length=32), nullable=False),
        sa.Column("spam", sa.Integer(), nullable=False),
        sa.Column("fine", sa.Integer(), nullable=False),
        sa.CheckConstraint("spam >= 0 AND fine >= 0", name=op.f("ck_spam_word_counts")),
        sa.PrimaryKeyConstraint("word_digest", name=op.f("pk_spam_word")),
    )
    op.create_table(
        "spam_score",
        sa.Column("item_id", KEY, autoincrement=False, nullable=False),
        sa.Column("share", sa.SmallInteger(), nullable=False),
        sa.Column("scored_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("share BETWEEN 0 AND 100", name=op.f("ck_spam_score_share")),
        sa.ForeignKeyConstraint(
            ["item_id"],
            ["queue_item.id"],
            name=op.f("fk_spam_score_item_id_queue_item"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("item_id", name=op.f("pk_spam_score")),
    )
    op.create_index("ix_spam_score_share", "spam_score", ["share", "item_id"])


def downgrade() -> None:
    """Forget what was learnt."""
    op.drop_table("spam_score")
    op.drop_table("spam_word")
