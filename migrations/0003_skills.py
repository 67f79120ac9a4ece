"""Members suggest skills, and two skills can become one."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add the suggestions, and where a skill went."""
    with op.batch_alter_table("skill") as table:
        table.add_column(sa.Column("merged_into", sa.String(length=60), nullable=True))
        table.create_foreign_key(
            op.f("fk_skill_merged_into_skill"), "skill", ["merged_into"], ["slug"]
        )
    op.create_table(
        "skill_suggestion",
        sa.Column("id", KEY, nullable=False),
        sa.Column("account_id", KEY, nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("folded", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("skill_slug", sa.String(length=60), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('waiting', 'added', 'known', 'declined')",
            name=op.f("ck_skill_suggestion_state"),
        ),
        sa.CheckConstraint("length(reason) <= 500", name=op.f("ck_skill_suggestion_reason_length")),
        sa.CheckConstraint(
            "(state = 'waiting') = (answered_at IS NULL)", name=op.f("ck_skill_suggestion_answered")
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_skill_suggestion_account_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["skill_slug"], ["skill.slug"], name=op.f("fk_skill_suggestion_skill_slug_skill")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_skill_suggestion")),
    )
    op.create_index(
        op.f("ix_skill_suggestion_account_id"), "skill_suggestion", ["account_id"], unique=False
    )
    waiting = sa.text("state = 'waiting'")
    op.create_index(
        "uq_skill_suggestion_waiting",
        "skill_suggestion",
        ["account_id", "folded"],
        unique=True,
        sqlite_where=waiting,
        postgresql_where=waiting,
    )


def downgrade() -> None:
    """Take the suggestions out; merged skills are skills of their own again."""
    op.drop_table("skill_suggestion")
    with op.batch_alter_table("skill") as table:
        table.drop_constraint(op.f("fk_skill_merged_into_skill"), type_="foreignkey")
        table.drop_column("merged_into")
