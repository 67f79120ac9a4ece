"""The desk offers edited texts, remarks on passages, and refers both to what it decided."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0022"
down_revision = "0017"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
DOCUMENT = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
ANSWERS = "'agreed', 'refused', 'ended', 'withdrawn'"
PASSAGES = "'title', 'summary', 'body', 'beneficiaries', 'partners', 'own_part'"
OPEN = sa.text("answer IS NULL")


def upgrade() -> None:
    """Add both tables."""
    _add_offers()
    _add_remarks()


def downgrade() -> None:
    """Take them out."""
    op.drop_table("remark")
    op.drop_table("edit_offer")


def _add_offers() -> None:
    op.create_table(
        "edit_offer",
        sa.Column("id", KEY, nullable=False),
        sa.Column("proposal_number", KEY, nullable=False),
        sa.Column("based_on", sa.Integer(), nullable=False),
        sa.Column("words", DOCUMENT, nullable=False),
        sa.Column("reason_slug", sa.String(length=40), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("offered_by", KEY, nullable=False),
        sa.Column("offered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer", sa.String(length=10), nullable=True),
        sa.Column("answered_by", KEY, nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("farewell", sa.Text(), nullable=False),
        sa.CheckConstraint(f"answer IN ({ANSWERS})", name=op.f("ck_edit_offer_answer")),
        sa.CheckConstraint(
            "(answer IS NULL) = (answered_at IS NULL)", name=op.f("ck_edit_offer_answered")
        ),
        sa.CheckConstraint("length(message) <= 5000", name=op.f("ck_edit_offer_message_length")),
        sa.CheckConstraint("length(farewell) <= 5000", name=op.f("ck_edit_offer_farewell_length")),
        sa.ForeignKeyConstraint(
            ["proposal_number"],
            ["proposal.number"],
            name=op.f("fk_edit_offer_proposal_number_proposal"),
        ),
        sa.ForeignKeyConstraint(
            ["reason_slug"], ["reason.slug"], name=op.f("fk_edit_offer_reason_slug_reason")
        ),
        sa.ForeignKeyConstraint(
            ["offered_by"], ["account.id"], name=op.f("fk_edit_offer_offered_by_account")
        ),
        sa.ForeignKeyConstraint(
            ["answered_by"], ["account.id"], name=op.f("fk_edit_offer_answered_by_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_edit_offer")),
    )
    op.create_index("ix_edit_offer_proposal", "edit_offer", ["proposal_number", "id"])
    op.create_index(
        "uq_edit_offer_open",
        "edit_offer",
        ["proposal_number"],
        unique=True,
        sqlite_where=OPEN,
        postgresql_where=OPEN,
    )


def _add_remarks() -> None:
    op.create_table(
        "remark",
        sa.Column("id", KEY, nullable=False),
        sa.Column("item_id", KEY, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("field", sa.String(length=20), nullable=False),
        sa.Column("begins", sa.Integer(), nullable=False),
        sa.Column("ends", sa.Integer(), nullable=False),
        sa.Column("quote", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("author_id", KEY, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decision_id", KEY, nullable=True),
        sa.CheckConstraint(f"field IN ({PASSAGES})", name=op.f("ck_remark_field")),
        sa.CheckConstraint("begins >= 0 AND ends > begins", name=op.f("ck_remark_span")),
        sa.CheckConstraint("length(text) BETWEEN 1 AND 1000", name=op.f("ck_remark_text_length")),
        sa.ForeignKeyConstraint(
            ["item_id"], ["queue_item.id"], name=op.f("fk_remark_item_id_queue_item")
        ),
        sa.ForeignKeyConstraint(
            ["author_id"], ["account.id"], name=op.f("fk_remark_author_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["decision.id"], name=op.f("fk_remark_decision_id_decision")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_remark")),
    )
    op.create_index("ix_remark_item", "remark", ["item_id", "revision", "id"])
    op.create_index(op.f("ix_remark_decision_id"), "remark", ["decision_id"])
