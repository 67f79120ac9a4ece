"""The log's heads are kept day by day, and its entries can be proven without showing the others."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

# A head can be added and nothing else, whoever asks.
SEALED_SQLITE = """
CREATE TRIGGER audit_day_head_no_{verb_lower} BEFORE {verb} ON audit_day_head
BEGIN SELECT RAISE(ABORT, 'the heads of the log are append-only'); END
"""
SEALED_POSTGRESQL = (
    """
    CREATE FUNCTION audit_day_head_sealed() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'the heads of the log are append-only'; END $$
    """,
    """
    CREATE TRIGGER audit_day_head_sealed BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_day_head
    FOR EACH STATEMENT EXECUTE FUNCTION audit_day_head_sealed()
    """,
)


def upgrade() -> None:
    """Add the salts, which old entries do without, and the heads; then seal the heads."""
    # Added in place: a rebuilt table would lose the triggers that keep the log as it is.
    op.add_column("audit_entry", sa.Column("salt", sa.String(length=64), nullable=True))
    op.create_table(
        "audit_day_head",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("entries", sa.Integer(), nullable=False),
        sa.Column("last_entry", KEY, nullable=False),
        sa.Column("head", sa.String(length=64), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_audit_day_head")),
        sa.UniqueConstraint("last_entry", name=op.f("uq_audit_day_head_last_entry")),
    )
    if op.get_bind().dialect.name == "postgresql":
        for statement in SEALED_POSTGRESQL:
            op.execute(statement)
        return
    for verb in ("UPDATE", "DELETE"):
        op.execute(SEALED_SQLITE.format(verb=verb, verb_lower=verb.lower()))


def downgrade() -> None:
    """Drop both; what was written with a salt cannot be verified any more, so keep a backup."""
    op.drop_table("audit_day_head")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION audit_day_head_sealed()")
    op.drop_column("audit_entry", "salt")
