"""Certificates of service."""

import sqlalchemy as sa
from alembic import op

revision = "0046"
down_revision = "0045"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
KINDS = "'helper', 'interpreter', 'organiser', 'translator', 'other'"
REASONS = "'mistake', 'replaced', 'untrue', 'asked'"


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "certificate",
        sa.Column("id", KEY, nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("account_id", KEY, nullable=True),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("latin_name", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("text_fa", sa.Text(), nullable=False),
        sa.Column("text_en", sa.Text(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("hours", sa.Integer(), nullable=True),
        sa.Column("desk_fa", sa.String(length=120), nullable=False),
        sa.Column("desk_en", sa.String(length=120), nullable=False),
        sa.Column("shows_name", sa.Boolean(), nullable=False),
        sa.Column("seal", sa.String(length=64), nullable=False),
        sa.Column("form_key", sa.String(length=64), nullable=False),
        sa.Column("issued_by", KEY, nullable=False),
        sa.Column("issued_at", MOMENT, nullable=False),
        sa.Column("revoked_at", MOMENT, nullable=True),
        sa.Column("revoked_by", KEY, nullable=True),
        sa.Column("revoke_reason", sa.String(length=20), nullable=True),
        sa.CheckConstraint(f"kind IN ({KINDS})", name=op.f("ck_certificate_kind")),
        sa.CheckConstraint(
            f"revoke_reason IN ({REASONS})", name=op.f("ck_certificate_revoke_reason")
        ),
        sa.CheckConstraint("length(text_fa) <= 500", name=op.f("ck_certificate_text_fa_length")),
        sa.CheckConstraint("length(text_en) <= 500", name=op.f("ck_certificate_text_en_length")),
        sa.CheckConstraint("first_day <= last_day", name=op.f("ck_certificate_days_in_order")),
        sa.CheckConstraint("hours BETWEEN 1 AND 5000", name=op.f("ck_certificate_hours")),
        sa.CheckConstraint(
            "(revoked_at IS NULL) = (revoke_reason IS NULL)", name=op.f("ck_certificate_revoked")
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_certificate_account_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["issued_by"], ["account.id"], name=op.f("fk_certificate_issued_by_account")
        ),
        sa.ForeignKeyConstraint(
            ["revoked_by"], ["account.id"], name=op.f("fk_certificate_revoked_by_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificate")),
        sa.UniqueConstraint("code", name=op.f("uq_certificate_code")),
        sa.UniqueConstraint(
            "issued_by", "form_key", name=op.f("uq_certificate_issued_by_form_key")
        ),
    )
    op.create_index("ix_certificate_issued", "certificate", ["issued_at", "id"])
    op.create_index("ix_certificate_account", "certificate", ["account_id", "issued_at", "id"])


def downgrade() -> None:
    """Take the table away, and with it every certificate."""
    op.drop_table("certificate")
