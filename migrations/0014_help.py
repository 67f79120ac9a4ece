"""Members offer help with accepted proposals, and the office asks those who allowed it."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
DOCUMENT = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
STATES = "'offered', 'author_agreed', 'office_agreed', 'accepted', 'declined', 'withdrawn'"
REASONS = "'enough_helpers', 'other_skills', 'not_now', 'other', 'author_left'"
LEVELS = "'some', 'good', 'professional'"
AVAILABILITIES = "'none', 'few_hours', 'day', 'more'"
OPEN = sa.text("state IN ('accepted', 'author_agreed', 'offered', 'office_agreed')")


def upgrade() -> None:
    """Add the offers, what the office looks for, and whom it asked."""
    _add_offers()
    _add_requests()
    _add_asks()


def downgrade() -> None:
    """Take all of it out."""
    op.drop_table("help_ask")
    op.drop_table("help_request")
    op.drop_table("help_offer")


def _add_offers() -> None:
    op.create_table(
        "help_offer",
        sa.Column("id", KEY, nullable=False),
        sa.Column("proposal_number", KEY, nullable=False),
        sa.Column("account_id", KEY, nullable=False),
        sa.Column("skill_slugs", DOCUMENT, nullable=False),
        sa.Column("hours_a_month", sa.Integer(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("may_be_named", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("offered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("author_agreed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("office_agreed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("office_agreed_by", KEY, nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("declined_by", sa.String(length=10), nullable=True),
        sa.Column("decline_reason", sa.String(length=20), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.CheckConstraint(f"state IN ({STATES})", name=op.f("ck_help_offer_state")),
        sa.CheckConstraint(
            f"decline_reason IN ({REASONS})", name=op.f("ck_help_offer_decline_reason")
        ),
        sa.CheckConstraint(
            "declined_by IN ('helper', 'author', 'office')", name=op.f("ck_help_offer_declined_by")
        ),
        sa.CheckConstraint("length(words) <= 500", name=op.f("ck_help_offer_words_length")),
        sa.CheckConstraint("length(answer) <= 500", name=op.f("ck_help_offer_answer_length")),
        sa.CheckConstraint(
            "hours_a_month BETWEEN 1 AND 200", name=op.f("ck_help_offer_hours_a_month")
        ),
        sa.ForeignKeyConstraint(
            ["proposal_number"],
            ["proposal.number"],
            name=op.f("fk_help_offer_proposal_number_proposal"),
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_help_offer_account_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["office_agreed_by"],
            ["account.id"],
            name=op.f("fk_help_offer_office_agreed_by_account"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_help_offer")),
    )
    op.create_index(op.f("ix_help_offer_account_id"), "help_offer", ["account_id"])
    op.create_index("ix_help_offer_proposal", "help_offer", ["proposal_number", "state", "id"])
    op.create_index("ix_help_offer_waiting", "help_offer", ["state", "offered_at", "id"])
    op.create_index(
        "uq_help_offer_open",
        "help_offer",
        ["proposal_number", "account_id"],
        unique=True,
        sqlite_where=OPEN,
        postgresql_where=OPEN,
    )


def _add_requests() -> None:
    op.create_table(
        "help_request",
        sa.Column("id", KEY, nullable=False),
        sa.Column("form_key", sa.String(length=64), nullable=False),
        sa.Column("proposal_number", KEY, nullable=True),
        sa.Column("title_fa", sa.String(length=120), nullable=False),
        sa.Column("title_en", sa.String(length=120), nullable=False),
        sa.Column("text_fa", sa.Text(), nullable=False),
        sa.Column("text_en", sa.Text(), nullable=False),
        sa.Column("city_slug", sa.String(length=40), nullable=True),
        sa.Column("skill_slugs", DOCUMENT, nullable=False),
        sa.Column("least_level", sa.String(length=20), nullable=False),
        sa.Column("language_codes", DOCUMENT, nullable=False),
        sa.Column("availability", sa.String(length=10), nullable=False),
        sa.Column("made_by", KEY, nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(f"least_level IN ({LEVELS})", name=op.f("ck_help_request_least_level")),
        sa.CheckConstraint(
            f"availability IN ({AVAILABILITIES})", name=op.f("ck_help_request_availability")
        ),
        sa.CheckConstraint(
            "title_fa <> '' OR title_en <> ''", name=op.f("ck_help_request_has_a_title")
        ),
        sa.CheckConstraint("length(text_fa) <= 1000", name=op.f("ck_help_request_text_fa_length")),
        sa.CheckConstraint("length(text_en) <= 1000", name=op.f("ck_help_request_text_en_length")),
        sa.ForeignKeyConstraint(
            ["proposal_number"],
            ["proposal.number"],
            name=op.f("fk_help_request_proposal_number_proposal"),
        ),
        sa.ForeignKeyConstraint(
            ["city_slug"], ["city.slug"], name=op.f("fk_help_request_city_slug_city")
        ),
        sa.ForeignKeyConstraint(
            ["made_by"], ["account.id"], name=op.f("fk_help_request_made_by_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_help_request")),
        sa.UniqueConstraint("made_by", "form_key", name=op.f("uq_help_request_made_by_form_key")),
    )
    op.create_index(op.f("ix_help_request_proposal_number"), "help_request", ["proposal_number"])
    op.create_index("ix_help_request_made", "help_request", ["made_at", "id"])


def _add_asks() -> None:
    op.create_table(
        "help_ask",
        sa.Column("id", KEY, nullable=False),
        sa.Column("request_id", KEY, nullable=False),
        sa.Column("account_id", KEY, nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer", sa.String(length=5), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("answer IN ('yes', 'no')", name=op.f("ck_help_ask_answer")),
        sa.CheckConstraint(
            "(answer IS NULL) = (answered_at IS NULL)", name=op.f("ck_help_ask_answered")
        ),
        sa.ForeignKeyConstraint(
            ["request_id"], ["help_request.id"], name=op.f("fk_help_ask_request_id_help_request")
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_help_ask_account_id_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_help_ask")),
        sa.UniqueConstraint(
            "request_id", "account_id", name=op.f("uq_help_ask_request_id_account_id")
        ),
    )
    op.create_index("ix_help_ask_account", "help_ask", ["account_id", "asked_at"])
