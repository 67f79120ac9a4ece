"""Calls for solutions, their late codes, and the proposals and questions that belong to one."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0039"
down_revision = "0040"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
DOCUMENT = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
MOMENT = sa.DateTime(timezone=True)
NAMING_A_CALL = ("proposal", "revision", "question")
KINDS = ("proposal", "city", "topic")
TEXTS = {"title": 120, "question": 400, "background": 10000}


def upgrade() -> None:
    """Add the tables, and let proposals, versions, questions and follows name a call."""
    _add_calls()
    _add_codes()
    # In SQL, as both engines read it: a column that brings its reference along needs no new table
    # on SQLite, where the triggers that seal a version would be lost with the old one.
    key = KEY.compile(dialect=op.get_bind().dialect)
    for table_name in NAMING_A_CALL:
        name = f"fk_{table_name}_call_number_call"
        op.execute(
            f"ALTER TABLE {table_name} ADD COLUMN call_number {key}"
            f" CONSTRAINT {name} REFERENCES call (number)"
        )
    op.create_index(op.f("ix_proposal_call_number"), "proposal", ["call_number"])
    with op.batch_alter_table("question") as table:
        table.drop_constraint(op.f("ck_question_has_an_owner"), type_="check")
        table.create_check_constraint(
            op.f("ck_question_has_an_owner"), "(topic_slug IS NULL) <> (call_number IS NULL)"
        )
    op.create_index("ix_question_call", "question", ["call_number", "position", "id"])
    _keep_to("follow", "kind", (*KINDS, "call"))


def downgrade() -> None:
    """Take calls away; what was sent as an answer stays a proposal."""
    op.execute("DELETE FROM follow WHERE kind = 'call'")
    _keep_to("follow", "kind", KINDS)
    op.execute("DELETE FROM question WHERE call_number IS NOT NULL")
    op.drop_index("ix_question_call", "question")
    with op.batch_alter_table("question") as table:
        table.drop_constraint(op.f("ck_question_has_an_owner"), type_="check")
        table.create_check_constraint(op.f("ck_question_has_an_owner"), "topic_slug IS NOT NULL")
        table.drop_column("call_number")
    op.drop_index(op.f("ix_proposal_call_number"), "proposal")
    op.drop_column("proposal", "call_number")
    op.drop_column("revision", "call_number")
    op.drop_table("late_code")
    op.drop_table("call")


def _add_calls() -> None:
    op.create_table(
        "call",
        sa.Column("number", KEY, nullable=False),
        *(
            sa.Column(f"{name}_{code}", sa.Text(), nullable=False)
            for name in TEXTS
            for code in ("fa", "en")
        ),
        sa.Column("city_slugs", DOCUMENT, nullable=False),
        sa.Column("topic_slugs", DOCUMENT, nullable=False),
        sa.Column("who", sa.String(length=20), nullable=False),
        sa.Column("hides_count", sa.Boolean(), nullable=False),
        sa.Column("opens_at", MOMENT, nullable=True),
        sa.Column("closes_at", MOMENT, nullable=True),
        sa.Column("review_until", MOMENT, nullable=True),
        sa.Column("answer_by", MOMENT, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.Column("published_at", MOMENT, nullable=True),
        sa.Column("withdrawn_at", MOMENT, nullable=True),
        sa.CheckConstraint("who IN ('everyone', 'cities')", name=op.f("ck_call_who")),
        *(
            sa.CheckConstraint(
                f"length({name}_{code}) <= {most}", name=op.f(f"ck_call_{name}_{code}_length")
            )
            for name, most in TEXTS.items()
            for code in ("fa", "en")
        ),
        sa.CheckConstraint(
            "published_at IS NULL OR (opens_at < closes_at AND closes_at < review_until"
            " AND review_until < answer_by)",
            name=op.f("ck_call_moments_in_order"),
        ),
        sa.CheckConstraint(
            "published_at IS NULL OR (opens_at IS NOT NULL AND closes_at IS NOT NULL"
            " AND review_until IS NOT NULL AND answer_by IS NOT NULL)",
            name=op.f("ck_call_moments_when_published"),
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_call")),
    )
    op.create_index("ix_call_public", "call", ["published_at", "closes_at", "number"])


def _add_codes() -> None:
    op.create_table(
        "late_code",
        sa.Column("id", KEY, nullable=False),
        sa.Column("call_number", KEY, nullable=False),
        sa.Column("code_digest", sa.String(length=64), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("made_by", KEY, nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("revoked_at", MOMENT, nullable=True),
        sa.Column("used_by", KEY, nullable=True),
        sa.Column("used_at", MOMENT, nullable=True),
        sa.CheckConstraint("days BETWEEN 1 AND 60", name=op.f("ck_late_code_days")),
        sa.ForeignKeyConstraint(
            ["call_number"], ["call.number"], name=op.f("fk_late_code_call_number_call")
        ),
        sa.ForeignKeyConstraint(
            ["made_by"], ["account.id"], name=op.f("fk_late_code_made_by_account")
        ),
        sa.ForeignKeyConstraint(
            ["used_by"], ["account.id"], name=op.f("fk_late_code_used_by_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_late_code")),
        sa.UniqueConstraint("code_digest", name=op.f("uq_late_code_code_digest")),
    )
    op.create_index(op.f("ix_late_code_call_number"), "late_code", ["call_number"])
    op.create_index("ix_late_code_used_by", "late_code", ["used_by", "call_number"])


def _keep_to(table_name: str, column: str, values: Sequence[str]) -> None:
    name = op.f(f"ck_{table_name}_{column}")
    listed = ", ".join(f"'{value}'" for value in values)
    with op.batch_alter_table(table_name) as table:
        table.drop_constraint(name, type_="check")
        table.create_check_constraint(name, f"{column} IN ({listed})")
