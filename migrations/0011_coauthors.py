"""Those who write a proposal along with its first author, and the name that it goes by."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
BONDS = "'invited', 'asked', 'accepted', 'declined', 'refused', 'left', 'removed'"


def upgrade() -> None:
    """Make the tables; no proposal has co-authors or a pen name yet."""
    op.add_column(
        "proposal", sa.Column("pen_name", sa.String(length=80), nullable=False, server_default="")
    )
    _unshielding()
    op.create_table(
        "proposal_coauthor",
        sa.Column("id", KEY, nullable=False),
        sa.Column("proposal_number", KEY, nullable=False),
        sa.Column("account_id", KEY, nullable=True),
        sa.Column("address", sa.String(length=254), nullable=True),
        sa.Column("address_key", sa.String(length=254), nullable=True),
        sa.Column("bond", sa.String(length=20), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("is_named", sa.Boolean(), nullable=False),
        sa.Column("offered_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(f"bond IN ({BONDS})", name=op.f("ck_proposal_coauthor_bond")),
        sa.CheckConstraint(
            "(account_id IS NULL) = (bond = 'invited')",
            name=op.f("ck_proposal_coauthor_answered_by_account"),
        ),
        sa.CheckConstraint(
            "(address_key IS NULL) = (bond <> 'invited')",
            name=op.f("ck_proposal_coauthor_address_while_open"),
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_proposal_coauthor_account_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["proposal_number"],
            ["proposal.number"],
            name=op.f("fk_proposal_coauthor_proposal_number_proposal"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposal_coauthor")),
        sa.UniqueConstraint(
            "proposal_number",
            "account_id",
            name=op.f("uq_proposal_coauthor_proposal_number_account_id"),
        ),
        sa.UniqueConstraint(
            "proposal_number",
            "address_key",
            name=op.f("uq_proposal_coauthor_proposal_number_address_key"),
        ),
    )
    for column in ("account_id", "address_key", "begun_at"):
        op.create_index(
            op.f(f"ix_proposal_coauthor_{column}"), "proposal_coauthor", [column], unique=False
        )


def downgrade() -> None:
    """Remove both tables and the pen names: everybody stands under their own name again."""
    op.drop_table("proposal_coauthor")
    op.drop_table("unshielding")
    op.drop_column("proposal", "pen_name")


def _unshielding() -> None:
    people = ("asked_by", "answered_by", "revealed_id")
    op.create_table(
        "unshielding",
        sa.Column("id", KEY, nullable=False),
        sa.Column("proposal_number", KEY, nullable=False),
        sa.Column("asked_by", KEY, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_by", KEY, nullable=True),
        sa.Column("is_approved", sa.Boolean(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revealed_id", KEY, nullable=True),
        sa.CheckConstraint(
            "answered_by IS NULL OR answered_by <> asked_by",
            name=op.f("ck_unshielding_two_people"),
        ),
        sa.CheckConstraint(
            "length(reason) > 0 AND length(reason) <= 1000",
            name=op.f("ck_unshielding_reason_length"),
        ),
        *(
            sa.ForeignKeyConstraint(
                [column], ["account.id"], name=op.f(f"fk_unshielding_{column}_account")
            )
            for column in people
        ),
        sa.ForeignKeyConstraint(
            ["proposal_number"],
            ["proposal.number"],
            name=op.f("fk_unshielding_proposal_number_proposal"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unshielding")),
    )
    op.create_index(
        op.f("ix_unshielding_proposal_number"), "unshielding", ["proposal_number"], unique=False
    )
