"""Members can read who of the staff opened their contact data, when and why."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
OPENED = "'page', 'file'"
REASONS = "'question', 'proposal', 'invitation', 'account', 'misuse', 'overview'"

# A receipt can be added and nothing else, whoever asks.
SEALED_SQLITE = """
CREATE TRIGGER access_receipt_no_{verb_lower} BEFORE {verb} ON access_receipt
BEGIN SELECT RAISE(ABORT, 'receipts of access are append-only'); END
"""
SEALED_POSTGRESQL = (
    """
    CREATE FUNCTION access_receipt_sealed() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'receipts of access are append-only'; END $$
    """,
    """
    CREATE TRIGGER access_receipt_sealed BEFORE UPDATE OR DELETE OR TRUNCATE ON access_receipt
    FOR EACH STATEMENT EXECUTE FUNCTION access_receipt_sealed()
    """,
)


def upgrade() -> None:
    """Make the table, then seal it."""
    op.create_table(
        "access_receipt",
        sa.Column("id", KEY, nullable=False),
        sa.Column("account_id", KEY, nullable=False),
        sa.Column("reader_id", KEY, nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("desk_fa", sa.Text(), nullable=False),
        sa.Column("desk_en", sa.Text(), nullable=False),
        sa.Column("opened", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.String(length=20), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(f"opened IN ({OPENED})", name=op.f("ck_access_receipt_opened")),
        sa.CheckConstraint(f"reason IN ({REASONS})", name=op.f("ck_access_receipt_reason")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access_receipt")),
    )
    op.create_index("ix_access_receipt_account_id", "access_receipt", ["account_id", "id"])
    seal_receipts()


def downgrade() -> None:
    """Drop the receipts."""
    op.drop_table("access_receipt")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION access_receipt_sealed()")


def seal_receipts() -> None:
    """Refuse every change and removal of a receipt."""
    if op.get_bind().dialect.name == "postgresql":
        for statement in SEALED_POSTGRESQL:
            op.execute(statement)
        return
    for verb in ("UPDATE", "DELETE"):
        op.execute(SEALED_SQLITE.format(verb=verb, verb_lower=verb.lower()))
