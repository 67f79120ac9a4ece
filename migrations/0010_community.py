"""Support, follows, comments and reports."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the tables; the counts of a proposal begin with its first support or comment."""
    _counts()
    _opinions()
    _comments()
    _reports()


def downgrade() -> None:
    """Remove them."""
    op.drop_index("ix_report_reporter_id", table_name="report")
    op.drop_index("uq_report_open", table_name="report")
    op.drop_table("report")
    op.drop_table("reported")
    op.drop_index("ix_comment_thread", table_name="comment")
    op.drop_index("ix_comment_discussion", table_name="comment")
    op.drop_table("comment")
    op.drop_index("ix_follow_account", table_name="follow")
    op.drop_index("ix_follow_subject", table_name="follow")
    op.drop_table("follow")
    op.drop_index("ix_support_proposal_number", table_name="support")
    op.drop_table("support")
    op.drop_table("support_city")
    op.drop_table("proposal_tally")


def _counts() -> None:
    op.create_table(
        "proposal_tally",
        sa.Column("proposal_number", KEY, autoincrement=False, nullable=False),
        sa.Column("supporters", sa.Integer(), nullable=False),
        sa.Column("own_city", sa.Integer(), nullable=False),
        sa.Column("comments", sa.Integer(), nullable=False),
        _of_proposal("proposal_tally"),
        sa.PrimaryKeyConstraint("proposal_number", name=op.f("pk_proposal_tally")),
    )
    op.create_table(
        "support_city",
        sa.Column("proposal_number", KEY, autoincrement=False, nullable=False),
        sa.Column("city_slug", sa.String(length=40), nullable=False),
        sa.Column("supporters", sa.Integer(), nullable=False),
        _of_proposal("support_city"),
        sa.ForeignKeyConstraint(
            ["city_slug"], ["city.slug"], name=op.f("fk_support_city_city_slug_city")
        ),
        sa.PrimaryKeyConstraint("proposal_number", "city_slug", name=op.f("pk_support_city")),
    )


def _opinions() -> None:
    op.create_table(
        "support",
        sa.Column("account_id", KEY, autoincrement=False, nullable=False),
        sa.Column("proposal_number", KEY, autoincrement=False, nullable=False),
        sa.Column("city_slug", sa.String(length=40), nullable=True),
        sa.Column("own_city", sa.Boolean(), nullable=False),
        sa.Column("at", TIME, nullable=False),
        _of_account("support"),
        _of_proposal("support"),
        sa.ForeignKeyConstraint(
            ["city_slug"], ["city.slug"], name=op.f("fk_support_city_slug_city")
        ),
        sa.PrimaryKeyConstraint("account_id", "proposal_number", name=op.f("pk_support")),
    )
    op.create_index("ix_support_proposal_number", "support", ["proposal_number"])
    op.create_table(
        "follow",
        sa.Column("id", KEY, nullable=False),
        sa.Column("account_id", KEY, nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("subject", sa.String(length=60), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.CheckConstraint("kind IN ('proposal', 'city', 'topic')", name=op.f("ck_follow_kind")),
        _of_account("follow"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_follow")),
        sa.UniqueConstraint(
            "account_id", "kind", "subject", name=op.f("uq_follow_account_id_kind_subject")
        ),
    )
    op.create_index("ix_follow_subject", "follow", ["kind", "subject", "account_id"])
    op.create_index("ix_follow_account", "follow", ["account_id", "at", "id"])


def _comments() -> None:
    op.create_table(
        "comment",
        sa.Column("id", KEY, nullable=False),
        sa.Column("proposal_number", KEY, nullable=False),
        sa.Column("author_id", KEY, nullable=False),
        sa.Column("root_id", KEY, nullable=True),
        sa.Column("parent_id", KEY, nullable=True),
        sa.Column("reply_to_id", KEY, nullable=True),
        sa.Column("depth", sa.Integer(), nullable=False),
        sa.Column("mark", sa.String(length=10), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("form_key", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("replies", sa.Integer(), nullable=False),
        sa.Column("answer_place", sa.Integer(), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("edited_at", TIME, nullable=True),
        sa.Column("approved_at", TIME, nullable=True),
        sa.CheckConstraint(
            "mark IN ('none', 'question', 'for', 'against', 'answer')", name=op.f("ck_comment_mark")
        ),
        sa.CheckConstraint(
            "state IN ('waiting', 'shown', 'withdrawn', 'removed')", name=op.f("ck_comment_state")
        ),
        sa.CheckConstraint("length(text) <= 2000", name=op.f("ck_comment_text_length")),
        sa.CheckConstraint("depth BETWEEN 1 AND 3", name=op.f("ck_comment_depth")),
        sa.CheckConstraint(
            "(depth = 1) = (root_id IS NULL)", name=op.f("ck_comment_root_of_replies")
        ),
        sa.ForeignKeyConstraint(
            ["author_id"], ["account.id"], name=op.f("fk_comment_author_id_account")
        ),
        _of_proposal("comment"),
        *(
            sa.ForeignKeyConstraint(
                [column], ["comment.id"], name=op.f(f"fk_comment_{column}_comment")
            )
            for column in ("root_id", "parent_id", "reply_to_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comment")),
        sa.UniqueConstraint("author_id", "form_key", name=op.f("uq_comment_author_id_form_key")),
    )
    op.create_index(
        "ix_comment_discussion", "comment", ["proposal_number", "depth", "created_at", "id"]
    )
    op.create_index("ix_comment_thread", "comment", ["root_id", "id"])


def _reports() -> None:
    op.create_table(
        "reported",
        sa.Column("id", KEY, nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("subject", sa.BigInteger(), nullable=False),
        sa.Column("proposal_number", KEY, nullable=True),
        sa.Column("open_reports", sa.Integer(), nullable=False),
        sa.Column("folded_at", TIME, nullable=True),
        sa.CheckConstraint(
            "kind IN ('comment', 'proposal', 'profile')", name=op.f("ck_reported_kind")
        ),
        _of_proposal("reported"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reported")),
        sa.UniqueConstraint("kind", "subject", name=op.f("uq_reported_kind_subject")),
    )
    op.create_table(
        "report",
        sa.Column("id", KEY, nullable=False),
        sa.Column("thing_id", KEY, nullable=False),
        sa.Column("reporter_id", KEY, nullable=True),
        sa.Column("ground", sa.String(length=20), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("closed_at", TIME, nullable=True),
        sa.Column("outcome", sa.String(length=10), nullable=True),
        sa.CheckConstraint(
            "ground IN ('insult', 'hatred', 'private', 'falsehood', 'advertising', 'off_topic',"
            " 'other')",
            name=op.f("ck_report_ground"),
        ),
        sa.CheckConstraint("outcome IN ('upheld', 'dismissed')", name=op.f("ck_report_outcome")),
        sa.CheckConstraint("length(text) <= 1000", name=op.f("ck_report_text_length")),
        sa.CheckConstraint(
            "(closed_at IS NULL) = (outcome IS NULL)", name=op.f("ck_report_closed_with_outcome")
        ),
        sa.ForeignKeyConstraint(
            ["reporter_id"], ["account.id"], name=op.f("fk_report_reporter_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["thing_id"], ["reported.id"], name=op.f("fk_report_thing_id_reported")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report")),
    )
    op.create_index(
        "uq_report_open",
        "report",
        ["thing_id", "reporter_id"],
        unique=True,
        sqlite_where=sa.text("closed_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.create_index("ix_report_reporter_id", "report", ["reporter_id"])


def _of_proposal(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["proposal_number"],
        ["proposal.number"],
        name=op.f(f"fk_{table}_proposal_number_proposal"),
        ondelete="CASCADE",
    )


def _of_account(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["account_id"],
        ["account.id"],
        name=op.f(f"fk_{table}_account_id_account"),
        ondelete="CASCADE",
    )
