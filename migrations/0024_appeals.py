"""Statements of reasons for every negative decision, and appeals against a decline."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
DOCUMENT = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
MEASURES = (
    "'declined', 'duplicate', 'change_declined', 'decline_upheld', 'comment_removed',"
    " 'proposal_taken_down', 'profile_emptied'"
)


def upgrade() -> None:
    """Mark decisions that answer an appeal; add the appeals and the statements."""
    op.add_column(
        "decision",
        sa.Column("of_appeal", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    _add_appeals()
    _add_statements()


def downgrade() -> None:
    """Take all of it out; who appealed stands declined again, as before the appeal."""
    op.drop_table("statement_of_reasons")
    op.execute(
        "UPDATE proposal SET state = 'declined' WHERE state = 'appealed'"
        " AND number IN (SELECT proposal_number FROM appeal)"
    )
    op.drop_table("appeal")
    for table in ("note", "conflict_of_interest"):
        op.execute(
            f"DELETE FROM {table} WHERE item_id IN"  # noqa: S608 - the two names above
            " (SELECT id FROM queue_item WHERE kind = 'appeal')"
        )
    op.execute("DELETE FROM queue_item WHERE kind = 'appeal'")
    op.execute("DELETE FROM proposal_event WHERE source = 'appealed' OR target = 'appealed'")
    op.execute("DELETE FROM decision WHERE of_appeal")
    op.drop_column("decision", "of_appeal")


def _add_appeals() -> None:
    op.create_table(
        "appeal",
        sa.Column("id", KEY, nullable=False),
        sa.Column("proposal_number", KEY, nullable=False),
        sa.Column("decision_id", KEY, nullable=False),
        sa.Column("account_id", KEY, nullable=False),
        sa.Column("form_key", sa.String(length=64), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("left_to_coordinators", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("length(text) <= 5000", name=op.f("ck_appeal_text_length")),
        sa.ForeignKeyConstraint(
            ["proposal_number"],
            ["proposal.number"],
            name=op.f("fk_appeal_proposal_number_proposal"),
        ),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["decision.id"], name=op.f("fk_appeal_decision_id_decision")
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_appeal_account_id_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appeal")),
        sa.UniqueConstraint("proposal_number", name=op.f("uq_appeal_proposal_number")),
    )
    op.create_index(op.f("ix_appeal_account_id"), "appeal", ["account_id"])


def _add_statements() -> None:
    op.create_table(
        "statement_of_reasons",
        sa.Column("id", KEY, nullable=False),
        sa.Column("account_id", KEY, nullable=False),
        sa.Column("measure", sa.String(length=20), nullable=False),
        sa.Column("subject_kind", sa.String(length=20), nullable=False),
        sa.Column("subject_id", sa.BigInteger(), nullable=False),
        sa.Column("proposal_number", KEY, nullable=True),
        sa.Column("decision_id", KEY, nullable=True),
        sa.Column("language", sa.String(length=5), nullable=False),
        sa.Column("document", DOCUMENT, nullable=False),
        sa.Column("appeal_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            f"measure IN ({MEASURES})", name=op.f("ck_statement_of_reasons_measure")
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_statement_of_reasons_account_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["proposal_number"],
            ["proposal.number"],
            name=op.f("fk_statement_of_reasons_proposal_number_proposal"),
        ),
        sa.ForeignKeyConstraint(
            ["decision_id"],
            ["decision.id"],
            name=op.f("fk_statement_of_reasons_decision_id_decision"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_statement_of_reasons")),
        sa.UniqueConstraint(
            "decision_id",
            "account_id",
            name=op.f("uq_statement_of_reasons_decision_id_account_id"),
        ),
    )
    op.create_index(
        "ix_statement_of_reasons_account", "statement_of_reasons", ["account_id", "at", "id"]
    )
    op.create_index(
        "ix_statement_of_reasons_subject", "statement_of_reasons", ["subject_kind", "subject_id"]
    )
    op.create_index(
        op.f("ix_statement_of_reasons_proposal_number"),
        "statement_of_reasons",
        ["proposal_number"],
    )
