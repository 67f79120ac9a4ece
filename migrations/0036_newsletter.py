"""Issues of the newsletter, who is left out of them, and the list of who got each."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
DOCUMENT = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
MOMENT = sa.DateTime(timezone=True)
STATES = "'draft', 'reviewed', 'scheduled', 'sending', 'sent', 'stopped', 'discarded'"


def upgrade() -> None:
    """Add the tables."""
    _add_issues()
    _add_exclusions()
    _add_recipients()


def downgrade() -> None:
    """Take them out."""
    op.drop_table("newsletter_recipient")
    op.drop_table("newsletter_exclusion")
    op.drop_table("newsletter_issue")


def _add_issues() -> None:
    op.create_table(
        "newsletter_issue",
        sa.Column("id", KEY, nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("subject_fa", sa.String(length=120), nullable=False),
        sa.Column("subject_en", sa.String(length=120), nullable=False),
        sa.Column("blocks", DOCUMENT, nullable=False),
        sa.Column("segment", DOCUMENT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("repeats_id", KEY, nullable=True),
        sa.Column("edited_by", KEY, nullable=False),
        sa.Column("edited_at", MOMENT, nullable=False),
        sa.Column("reviewed_by", KEY, nullable=True),
        sa.Column("reviewed_at", MOMENT, nullable=True),
        sa.Column("released_by", KEY, nullable=True),
        sa.Column("released_at", MOMENT, nullable=True),
        sa.Column("send_on", sa.Date(), nullable=True),
        sa.Column("send_hour", sa.Integer(), nullable=True),
        sa.Column("recipient_count", sa.Integer(), nullable=True),
        sa.Column("begun_at", MOMENT, nullable=True),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.CheckConstraint(f"state IN ({STATES})", name=op.f("ck_newsletter_issue_state")),
        sa.CheckConstraint(
            "(send_hour IS NULL) = (send_on IS NULL)", name=op.f("ck_newsletter_issue_send_hour")
        ),
        sa.ForeignKeyConstraint(
            ["repeats_id"],
            ["newsletter_issue.id"],
            name=op.f("fk_newsletter_issue_repeats_id_newsletter_issue"),
        ),
        *(
            sa.ForeignKeyConstraint(
                [column], ["account.id"], name=op.f(f"fk_newsletter_issue_{column}_account")
            )
            for column in ("edited_by", "reviewed_by", "released_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_newsletter_issue")),
    )
    op.create_index("ix_newsletter_issue_state", "newsletter_issue", ["state", "id"])


def _of_issue_and_account(table: str) -> list[sa.ForeignKeyConstraint | sa.PrimaryKeyConstraint]:
    return [
        sa.ForeignKeyConstraint(
            ["issue_id"],
            ["newsletter_issue.id"],
            name=op.f(f"fk_{table}_issue_id_newsletter_issue"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
            name=op.f(f"fk_{table}_account_id_account"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("issue_id", "account_id", name=op.f(f"pk_{table}")),
    ]


def _add_exclusions() -> None:
    op.create_table(
        "newsletter_exclusion",
        sa.Column("issue_id", KEY, nullable=False),
        sa.Column("account_id", KEY, nullable=False),
        sa.Column("by", KEY, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["by"], ["account.id"], name=op.f("fk_newsletter_exclusion_by_account")
        ),
        *_of_issue_and_account("newsletter_exclusion"),
    )
    op.create_index("ix_newsletter_exclusion_account_id", "newsletter_exclusion", ["account_id"])


def _add_recipients() -> None:
    op.create_table(
        "newsletter_recipient",
        sa.Column("issue_id", KEY, nullable=False),
        sa.Column("account_id", KEY, nullable=False),
        sa.Column("handled_at", MOMENT, nullable=True),
        sa.Column("outbox_id", KEY, nullable=True),
        sa.ForeignKeyConstraint(
            ["outbox_id"],
            ["outbox_message.id"],
            name=op.f("fk_newsletter_recipient_outbox_id_outbox_message"),
            ondelete="SET NULL",
        ),
        *_of_issue_and_account("newsletter_recipient"),
    )
    op.create_index("ix_newsletter_recipient_account_id", "newsletter_recipient", ["account_id"])
    op.create_index("ix_newsletter_recipient_outbox_id", "newsletter_recipient", ["outbox_id"])
    op.create_index(
        "ix_newsletter_recipient_waiting",
        "newsletter_recipient",
        ["issue_id", "handled_at", "account_id"],
    )
