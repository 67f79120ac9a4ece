"""News in both languages, their words before each correction, and comments on them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0043"
down_revision = "0047"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
DOCUMENT = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
MOMENT = sa.DateTime(timezone=True)
TEXTS = {"title": 120, "summary": 400, "body": 20000}
WORDS = [f"{name}_{code}" for name in TEXTS for code in ("fa", "en")]


def upgrade() -> None:
    """Add them."""
    op.create_table(
        "news",
        sa.Column("number", KEY, nullable=False),
        *_words(),
        sa.Column("search_text", sa.Text(), nullable=False),
        *(
            sa.Column(name, DOCUMENT, nullable=False)
            for name in ("city_slugs", "topic_slugs", "proposal_numbers")
        ),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("written_by", KEY, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.Column("published_at", MOMENT, nullable=True),
        sa.Column("corrected_at", MOMENT, nullable=True),
        sa.Column("withdrawn_at", MOMENT, nullable=True),
        *_lengths("news"),
        sa.CheckConstraint(
            "published_at IS NULL OR ("
            + " AND ".join(f"length({name}) > 0" for name in WORDS)
            + ")",
            name=op.f("ck_news_words_when_published"),
        ),
        sa.CheckConstraint(
            "withdrawn_at IS NULL OR published_at IS NOT NULL",
            name=op.f("ck_news_published_before_withdrawn"),
        ),
        sa.ForeignKeyConstraint(
            ["written_by"], ["account.id"], name=op.f("fk_news_written_by_account")
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_news")),
    )
    op.create_index("ix_news_public", "news", ["published_at", "number"])
    op.create_table(
        "news_version",
        sa.Column("id", KEY, nullable=False),
        sa.Column("news_number", KEY, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("written_by", KEY, nullable=False),
        sa.Column("written_at", MOMENT, nullable=False),
        *_words(),
        *_lengths("news_version"),
        sa.ForeignKeyConstraint(
            ["news_number"], ["news.number"], name=op.f("fk_news_version_news_number_news")
        ),
        sa.ForeignKeyConstraint(
            ["written_by"], ["account.id"], name=op.f("fk_news_version_written_by_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_news_version")),
        sa.UniqueConstraint(
            "news_number", "revision", name=op.f("uq_news_version_news_number_revision")
        ),
    )
    op.create_table(
        "news_tally",
        sa.Column("news_number", KEY, autoincrement=False, nullable=False),
        sa.Column("comments", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["news_number"],
            ["news.number"],
            name=op.f("fk_news_tally_news_number_news"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("news_number", name=op.f("pk_news_tally")),
    )
    with op.batch_alter_table("comment") as table:
        table.add_column(sa.Column("news_number", KEY, nullable=True))
        table.alter_column("proposal_number", existing_type=KEY, nullable=True)
        table.create_foreign_key(
            op.f("fk_comment_news_number_news"), "news", ["news_number"], ["number"]
        )
        table.create_check_constraint(
            op.f("ck_comment_one_subject"), "(proposal_number IS NULL) <> (news_number IS NULL)"
        )
        table.create_index("ix_comment_news", ["news_number", "depth", "created_at", "id"])


def downgrade() -> None:
    """Take news away, and what was said to it; what of that waited at the desk waits no more."""
    op.execute(
        "UPDATE queue_item SET closed_at = opened_at, holder_id = NULL, lease_until = NULL"
        " WHERE proposal_number IS NULL AND closed_at IS NULL AND (kind = 'comment' OR subject_id IN"
        " (SELECT reported.id FROM reported JOIN comment ON comment.id = reported.subject"
        " WHERE reported.kind = 'comment' AND comment.news_number IS NOT NULL) AND kind = 'report')"
    )
    op.execute("DELETE FROM comment WHERE news_number IS NOT NULL")
    with op.batch_alter_table("comment") as table:
        table.drop_index("ix_comment_news")
        table.drop_constraint(op.f("ck_comment_one_subject"), type_="check")
        table.drop_constraint(op.f("fk_comment_news_number_news"), type_="foreignkey")
        table.drop_column("news_number")
        table.alter_column("proposal_number", existing_type=KEY, nullable=False)
    op.drop_table("news_tally")
    op.drop_table("news_version")
    op.drop_table("news")


def _words() -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text(), nullable=False) for name in WORDS]


def _lengths(table: str) -> list[sa.CheckConstraint]:
    return [
        sa.CheckConstraint(
            f"length({name}_{code}) <= {most}", name=op.f(f"ck_{table}_{name}_{code}_length")
        )
        for name, most in TEXTS.items()
        for code in ("fa", "en")
    ]
