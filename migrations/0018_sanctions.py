"""Sanctions, what each of them hides, and the appeals against them."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0021"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
BREACHES = "'insult', 'hatred', 'private', 'falsehood', 'advertising', 'off_topic', 'other'"


def upgrade() -> None:
    """Add the three tables."""
    _add_sanctions()
    op.create_table(
        "sanction_hide",
        sa.Column("sanction_id", KEY, autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("subject", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("restored_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "kind IN ('comment', 'proposal', 'profile')", name=op.f("ck_sanction_hide_kind")
        ),
        sa.ForeignKeyConstraint(
            ["sanction_id"], ["sanction.id"], name=op.f("fk_sanction_hide_sanction_id_sanction")
        ),
        sa.PrimaryKeyConstraint("sanction_id", "kind", "subject", name=op.f("pk_sanction_hide")),
    )
    op.create_index("ix_sanction_hide_subject", "sanction_hide", ["kind", "subject"])
    _add_appeals()


def downgrade() -> None:
    """Take them out; what was hidden is seen again, who could not sign in can."""
    op.execute(
        "DELETE FROM conflict_of_interest WHERE item_id IN"
        " (SELECT id FROM queue_item WHERE kind = 'sanction_appeal')"
    )
    op.execute(
        "DELETE FROM note WHERE item_id IN"
        " (SELECT id FROM queue_item WHERE kind = 'sanction_appeal')"
    )
    op.execute("DELETE FROM queue_item WHERE kind = 'sanction_appeal'")
    op.drop_table("sanction_appeal")
    op.drop_table("sanction_hide")
    op.drop_table("sanction")


def _add_sanctions() -> None:
    op.create_table(
        "sanction",
        sa.Column("id", KEY, nullable=False),
        sa.Column("account_id", KEY, nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("breach", sa.String(length=20), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("was_reported", sa.Boolean(), nullable=False),
        sa.Column("hides", sa.Boolean(), nullable=False),
        sa.Column("acts_a_day", sa.Integer(), nullable=True),
        sa.Column("form_key", sa.String(length=64), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("imposed_by", KEY, nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ending", sa.String(length=10), nullable=True),
        sa.Column("ending_reason", sa.Text(), nullable=False),
        sa.Column("ended_by", KEY, nullable=True),
        sa.CheckConstraint(
            "kind IN ('warn', 'limit', 'suspend', 'close')", name=op.f("ck_sanction_kind")
        ),
        sa.CheckConstraint(f"breach IN ({BREACHES})", name=op.f("ck_sanction_breach")),
        sa.CheckConstraint(
            "ending IN ('lifted', 'ran_out', 'appealed')", name=op.f("ck_sanction_ending")
        ),
        sa.CheckConstraint(
            "(kind IN ('limit', 'suspend')) = (ends_at IS NOT NULL)",
            name=op.f("ck_sanction_has_end"),
        ),
        sa.CheckConstraint(
            "(kind = 'limit') = (acts_a_day IS NOT NULL)", name=op.f("ck_sanction_has_limit")
        ),
        sa.CheckConstraint(
            "(ended_at IS NULL) = (ending IS NULL)", name=op.f("ck_sanction_ended_somehow")
        ),
        sa.CheckConstraint("imposed_by <> account_id", name=op.f("ck_sanction_two_people")),
        sa.CheckConstraint("length(facts) <= 5000", name=op.f("ck_sanction_facts_length")),
        sa.CheckConstraint(
            "length(ending_reason) <= 2000", name=op.f("ck_sanction_ending_reason_length")
        ),
        *(
            sa.ForeignKeyConstraint(
                [column], ["account.id"], name=op.f(f"fk_sanction_{column}_account")
            )
            for column in ("account_id", "imposed_by", "ended_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sanction")),
        sa.UniqueConstraint("account_id", "form_key", name=op.f("uq_sanction_account_id_form_key")),
    )
    op.create_index("ix_sanction_account", "sanction", ["account_id", "id"])
    op.create_index("ix_sanction_ended", "sanction", ["ended_at", "ends_at"])


def _add_appeals() -> None:
    op.create_table(
        "sanction_appeal",
        sa.Column("id", KEY, nullable=False),
        sa.Column("sanction_id", KEY, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", KEY, nullable=True),
        sa.Column("outcome", sa.String(length=10), nullable=True),
        sa.Column("explanation", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "outcome IN ('upheld', 'granted')", name=op.f("ck_sanction_appeal_outcome")
        ),
        sa.CheckConstraint(
            "(decided_at IS NULL) = (outcome IS NULL)",
            name=op.f("ck_sanction_appeal_decided_somehow"),
        ),
        sa.CheckConstraint("length(text) <= 5000", name=op.f("ck_sanction_appeal_text_length")),
        sa.CheckConstraint(
            "length(explanation) <= 2000", name=op.f("ck_sanction_appeal_explanation_length")
        ),
        sa.ForeignKeyConstraint(
            ["sanction_id"], ["sanction.id"], name=op.f("fk_sanction_appeal_sanction_id_sanction")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["account.id"], name=op.f("fk_sanction_appeal_decided_by_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sanction_appeal")),
        sa.UniqueConstraint("sanction_id", name=op.f("uq_sanction_appeal_sanction_id")),
    )
