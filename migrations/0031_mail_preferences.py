"""What members want to hear of and on which ways; the consent to the newsletter."""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0032"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
KINDS = "'mine', 'city', 'followed', 'calls', 'events', 'newsletter', 'messages', 'duties'"


def upgrade() -> None:
    """Add the choices, none made; the causes of what lies in the inboxes already stay unnamed."""
    op.create_table(
        "mail_preference",
        sa.Column("account_id", KEY, autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("inbox", sa.Boolean(), nullable=False),
        sa.Column("at_once", sa.Boolean(), nullable=False),
        sa.Column("digest", sa.Boolean(), nullable=False),
        sa.Column("feed", sa.Boolean(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(f"kind IN ({KINDS})", name=op.f("ck_mail_preference_kind")),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
            name=op.f("fk_mail_preference_account_id_account"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("account_id", "kind", name=op.f("pk_mail_preference")),
    )
    _allow_consents("purpose IN ('terms', 'digest', 'newsletter')")
    op.add_column("outbox_message", sa.Column("kind", sa.String(length=20), nullable=True))
    op.add_column("inbox_entry", sa.Column("key", sa.String(length=120), nullable=True))
    op.create_index(op.f("ix_inbox_entry_key"), "inbox_entry", ["key"], unique=True)


def downgrade() -> None:
    """Take out the choices and what was said to the newsletter."""
    op.drop_index(op.f("ix_inbox_entry_key"), "inbox_entry")
    op.drop_column("inbox_entry", "key")
    op.drop_column("outbox_message", "kind")
    op.execute("DELETE FROM consent WHERE purpose = 'newsletter'")
    _allow_consents("purpose IN ('terms', 'digest')")
    op.drop_table("mail_preference")


def _allow_consents(purposes: str) -> None:
    with op.batch_alter_table("consent") as table:
        table.drop_constraint(op.f("ck_consent_purpose"), type_="check")
        table.create_check_constraint(op.f("ck_consent_purpose"), purposes)
