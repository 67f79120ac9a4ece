"""A version that was accepted is frozen, and a change of it stands apart until it is accepted too."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

DOCUMENT = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
STATES = (
    "'draft', 'submitted', 'in_review', 'accepted', 'changes_requested', 'declined', 'duplicate',"
    " 'appealed', 'withdrawn'"
)

# Everybody reads the version that was submitted last of what was accepted: nothing followed it yet.
APPROVED = """
UPDATE proposal SET approved_revision = (
    SELECT max(revision.revision) FROM revision WHERE revision.proposal_number = proposal.number
) WHERE state = 'accepted'
"""

NOT_APPROVED = """
DELETE FROM revision WHERE revision > (
    SELECT approved_revision FROM proposal WHERE proposal.number = revision.proposal_number
)
"""

# A version can be added and nothing else, whoever asks.
SEALED_SQLITE = """
CREATE TRIGGER revision_no_{verb_lower} BEFORE {verb} ON revision
BEGIN SELECT RAISE(ABORT, 'a version is kept as it was sent'); END
"""
SEALED_POSTGRESQL = (
    """
    CREATE FUNCTION revision_sealed() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'a version is kept as it was sent'; END $$
    """,
    """
    CREATE TRIGGER revision_sealed BEFORE UPDATE OR DELETE ON revision
    FOR EACH ROW EXECUTE FUNCTION revision_sealed()
    """,
    """
    CREATE TRIGGER revision_kept BEFORE TRUNCATE ON revision
    FOR EACH STATEMENT EXECUTE FUNCTION revision_sealed()
    """,
)


def upgrade() -> None:
    """Name the approved versions, seal all, and make room for changes."""
    op.add_column("proposal", sa.Column("approved_revision", sa.Integer(), nullable=True))
    op.execute(APPROVED)
    for table in ("proposal_event", "decision"):
        op.add_column(
            table, sa.Column("of_change", sa.Boolean(), nullable=False, server_default=sa.false())
        )
    op.create_table(
        "proposal_change",
        sa.Column("proposal_number", KEY, nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("words", DOCUMENT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(f"state IN ({STATES})", name=op.f("ck_proposal_change_state")),
        sa.ForeignKeyConstraint(
            ["proposal_number"],
            ["proposal.number"],
            name=op.f("fk_proposal_change_proposal_number_proposal"),
        ),
        sa.PrimaryKeyConstraint("proposal_number", name=op.f("pk_proposal_change")),
    )
    seal_versions()


def downgrade() -> None:
    """Forget changes; versions that were not accepted go too: the newest is public again."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP TRIGGER revision_sealed ON revision")
        op.execute("DROP TRIGGER revision_kept ON revision")
        op.execute("DROP FUNCTION revision_sealed()")
    else:
        op.execute("DROP TRIGGER revision_no_update")
        op.execute("DROP TRIGGER revision_no_delete")
    op.execute(NOT_APPROVED)
    op.execute("DELETE FROM proposal_event WHERE of_change")
    op.execute("DELETE FROM decision WHERE of_change")
    op.drop_column("proposal_event", "of_change")
    op.drop_column("decision", "of_change")
    op.drop_table("proposal_change")
    op.drop_column("proposal", "approved_revision")


def seal_versions() -> None:
    """Refuse every change and removal of a version."""
    if op.get_bind().dialect.name == "postgresql":
        for statement in SEALED_POSTGRESQL:
            op.execute(statement)
        return
    for verb in ("UPDATE", "DELETE"):
        op.execute(SEALED_SQLITE.format(verb=verb, verb_lower=verb.lower()))
