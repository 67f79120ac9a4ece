"""Somebody outside reads one text by a link, and gives one opinion."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0022"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TABLE = "outside_opinion"
KINDS = "'expert', 'embassy', 'foreign_ministry', 'other'"
RECOMMENDATIONS = "'in_favour', 'with_conditions', 'against', 'cannot_judge'"
LENGTHS = {"question": 1000, "relevance": 1000, "feasibility": 1000, "risk": 1000, "text": 5000}


def upgrade() -> None:
    """Add the requests, each with room for its opinion."""
    op.create_table(
        TABLE,
        sa.Column("id", KEY, nullable=False),
        sa.Column("item_id", KEY, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("asked_name", sa.String(length=80), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=5), nullable=False),
        sa.Column("is_mailed", sa.Boolean(), nullable=False),
        sa.Column("form_key", sa.String(length=64), nullable=False),
        sa.Column("token_digest", sa.String(length=64), nullable=False),
        sa.Column("asked_by", KEY, nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("first_opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("recommendation", sa.String(length=20), nullable=True),
        sa.Column("relevance", sa.Text(), nullable=False),
        sa.Column("feasibility", sa.Text(), nullable=False),
        sa.Column("risk", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("signed_name", sa.String(length=120), nullable=False),
        sa.Column("signed_function", sa.String(length=120), nullable=False),
        sa.Column("may_be_named", sa.Boolean(), nullable=False),
        *_checks(),
        sa.ForeignKeyConstraint(
            ["item_id"], ["queue_item.id"], name=op.f("fk_outside_opinion_item_id_queue_item")
        ),
        sa.ForeignKeyConstraint(
            ["asked_by"], ["account.id"], name=op.f("fk_outside_opinion_asked_by_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outside_opinion")),
        sa.UniqueConstraint(
            "asked_by", "form_key", name=op.f("uq_outside_opinion_asked_by_form_key")
        ),
        sa.UniqueConstraint("token_digest", name=op.f("uq_outside_opinion_token_digest")),
    )
    op.create_index(op.f("ix_outside_opinion_item_id"), TABLE, ["item_id"])


def downgrade() -> None:
    """Take them out."""
    op.drop_table(TABLE)


def _checks() -> list[sa.CheckConstraint]:
    lengths = [
        sa.CheckConstraint(
            f"length({column}) <= {most}", name=op.f(f"ck_outside_opinion_{column}_length")
        )
        for column, most in LENGTHS.items()
    ]
    return [
        sa.CheckConstraint(f"kind IN ({KINDS})", name=op.f("ck_outside_opinion_kind")),
        sa.CheckConstraint(
            f"recommendation IN ({RECOMMENDATIONS})",
            name=op.f("ck_outside_opinion_recommendation"),
        ),
        sa.CheckConstraint(
            "(answered_at IS NULL) = (recommendation IS NULL)",
            name=op.f("ck_outside_opinion_answered_with_recommendation"),
        ),
        sa.CheckConstraint(
            "(first_opened_at IS NULL) = (last_opened_at IS NULL)",
            name=op.f("ck_outside_opinion_opened_first_and_last"),
        ),
        *lengths,
    ]
