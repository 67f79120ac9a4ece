"""What a proposal needs and brings, extra questions, and the answers to them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
DOCUMENT = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
TEXTS = {"beneficiaries": 300, "partners": 300, "own_part": 1000}
BANDS = {
    "cost": ("none", "under_1000", "under_10000", "under_100000", "more", "unknown"),
    "duration": ("weeks", "months", "year", "years", "lasting"),
}


def upgrade() -> None:
    """Add the columns to what was written and to what was sent, then the table of questions."""
    _add_to("proposal", checked=True)
    _add_to("revision", checked=False)
    op.create_table(
        "question",
        sa.Column("id", KEY, nullable=False),
        sa.Column("topic_slug", sa.String(length=40), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("text_fa", sa.Text(), nullable=False),
        sa.Column("text_en", sa.Text(), nullable=False),
        sa.Column("help_fa", sa.Text(), nullable=False),
        sa.Column("help_en", sa.Text(), nullable=False),
        sa.Column("options", DOCUMENT, nullable=False),
        sa.Column("is_required", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("kind IN ('short', 'long', 'choice')", name=op.f("ck_question_kind")),
        sa.CheckConstraint("topic_slug IS NOT NULL", name=op.f("ck_question_has_an_owner")),
        sa.CheckConstraint("length(text_fa) <= 200", name=op.f("ck_question_text_fa_length")),
        sa.CheckConstraint("length(text_en) <= 200", name=op.f("ck_question_text_en_length")),
        sa.CheckConstraint("length(help_fa) <= 300", name=op.f("ck_question_help_fa_length")),
        sa.CheckConstraint("length(help_en) <= 300", name=op.f("ck_question_help_en_length")),
        sa.ForeignKeyConstraint(
            ["topic_slug"], ["topic.slug"], name=op.f("fk_question_topic_slug_topic")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question")),
    )
    op.create_index("ix_question_topic", "question", ["topic_slug", "position", "id"])


def downgrade() -> None:
    """Take them away again, what was written there with them."""
    op.drop_index("ix_question_topic", table_name="question")
    op.drop_table("question")
    for table in ("revision", "proposal"):
        for column in ("answers", *BANDS, *reversed(TEXTS)):
            op.drop_column(table, column)


def _add_to(table: str, *, checked: bool) -> None:
    # In SQL, as both engines read it: a column that brings its check along needs no new table on
    # SQLite, and leaves with it again.
    document = DOCUMENT.compile(dialect=op.get_bind().dialect)
    for name, longest in TEXTS.items():
        check = f"CONSTRAINT ck_{table}_{name}_length CHECK (length({name}) <= {longest})"
        _add(table, f"{name} TEXT DEFAULT '' NOT NULL {check if checked else ''}")
    for name, values in BANDS.items():
        listed = ", ".join(f"'{value}'" for value in values)
        check = f"CONSTRAINT ck_{table}_{name} CHECK ({name} IN ({listed}))"
        _add(table, f"{name} VARCHAR(20) {check if checked else ''}")
    _add(table, f"answers {document} DEFAULT '[]' NOT NULL")


def _add(table: str, column: str) -> None:
    op.execute(f"ALTER TABLE {table} ADD COLUMN {column.strip()}")
