"""Outcomes of accepted proposals: trails, steps, hours of helpers, and "did it happen?"."""

import sqlalchemy as sa
from alembic import op

revision = "0045"
down_revision = "0044"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
IS_AUTHOR = sa.text("party = 'author'")


def upgrade() -> None:
    """Add the tables; an outcome has a row from its first step or letter on."""
    _add_steps()
    _add_trails()
    _add_hours()
    _add_answers()
    op.create_table(
        "outcome_setting",
        sa.Column("id", KEY, nullable=False),
        sa.Column("silent_days", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_outcome_setting_only_row")),
        sa.CheckConstraint(
            "silent_days BETWEEN 7 AND 365", name=op.f("ck_outcome_setting_silent_days")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outcome_setting")),
    )


def downgrade() -> None:
    """Take outcomes away."""
    names = ("outcome_setting", "outcome_answer", "helper_hours", "outcome_trail", "outcome_step")
    for name in names:
        op.drop_table(name)


def _key_to(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    other = to.partition(".")[0]
    return sa.ForeignKeyConstraint([column], [to], name=op.f(f"fk_{table}_{column}_{other}"))


def _add_steps() -> None:
    op.create_table(
        "outcome_step",
        sa.Column("id", KEY, nullable=False),
        sa.Column("proposal_number", KEY, nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("text_fa", sa.String(length=300), nullable=False),
        sa.Column("text_en", sa.String(length=300), nullable=False),
        sa.Column("owner_id", KEY, nullable=True),
        sa.Column("partner", sa.String(length=120), nullable=False),
        sa.Column("contact", sa.String(length=300), nullable=False),
        sa.Column("documents", sa.Text(), nullable=False),
        sa.Column("shows_documents", sa.Boolean(), nullable=False),
        sa.Column("planned_on", sa.Date(), nullable=True),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.Column("form_key", sa.String(length=64), nullable=False),
        sa.Column("added_by", KEY, nullable=False),
        sa.Column("added_at", MOMENT, nullable=False),
        sa.Column("noted_at", MOMENT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('letter', 'call', 'meeting', 'clause', 'festival', 'other')",
            name=op.f("ck_outcome_step_kind"),
        ),
        sa.CheckConstraint(
            "text_fa <> '' OR text_en <> ''", name=op.f("ck_outcome_step_has_a_text")
        ),
        sa.CheckConstraint(
            "length(documents) <= 2000", name=op.f("ck_outcome_step_documents_length")
        ),
        _key_to("outcome_step", "proposal_number", "proposal.number"),
        _key_to("outcome_step", "owner_id", "account.id"),
        _key_to("outcome_step", "added_by", "account.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outcome_step")),
        sa.UniqueConstraint("added_by", "form_key", name=op.f("uq_outcome_step_added_by_form_key")),
    )
    op.create_index(op.f("ix_outcome_step_proposal_number"), "outcome_step", ["proposal_number"])


def _add_trails() -> None:
    op.create_table(
        "outcome_trail",
        sa.Column("proposal_number", KEY, autoincrement=False, nullable=False),
        sa.Column("owner_id", KEY, nullable=True),
        sa.Column("begun_at", MOMENT, nullable=False),
        sa.Column("last_step_id", KEY, nullable=True),
        sa.Column("next_step_id", KEY, nullable=True),
        sa.Column("quiet_from", MOMENT, nullable=False),
        sa.Column("alarmed_at", MOMENT, nullable=True),
        sa.Column("escalated_at", MOMENT, nullable=True),
        sa.Column("completed_at", MOMENT, nullable=True),
        sa.Column("stopped_at", MOMENT, nullable=True),
        sa.Column("reason_fa", sa.String(length=500), nullable=False),
        sa.Column("reason_en", sa.String(length=500), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "completed_at IS NULL OR stopped_at IS NULL", name=op.f("ck_outcome_trail_one_end")
        ),
        sa.CheckConstraint(
            "stopped_at IS NULL OR reason_fa <> '' OR reason_en <> ''",
            name=op.f("ck_outcome_trail_stopped_with_reason"),
        ),
        _key_to("outcome_trail", "proposal_number", "proposal.number"),
        _key_to("outcome_trail", "owner_id", "account.id"),
        _key_to("outcome_trail", "last_step_id", "outcome_step.id"),
        _key_to("outcome_trail", "next_step_id", "outcome_step.id"),
        sa.PrimaryKeyConstraint("proposal_number", name=op.f("pk_outcome_trail")),
    )
    op.create_index(op.f("ix_outcome_trail_owner_id"), "outcome_trail", ["owner_id"])
    op.create_index("ix_outcome_trail_quiet", "outcome_trail", ["quiet_from", "proposal_number"])


def _add_hours() -> None:
    op.create_table(
        "helper_hours",
        sa.Column("id", KEY, nullable=False),
        sa.Column("proposal_number", KEY, nullable=False),
        sa.Column("step_id", KEY, nullable=True),
        sa.Column("helper_id", KEY, nullable=True),
        sa.Column("hours", sa.Integer(), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("words", sa.String(length=200), nullable=False),
        sa.Column("form_key", sa.String(length=64), nullable=False),
        sa.Column("noted_by", KEY, nullable=True),
        sa.Column("noted_at", MOMENT, nullable=False),
        sa.CheckConstraint("hours BETWEEN 1 AND 100", name=op.f("ck_helper_hours_hours")),
        _key_to("helper_hours", "proposal_number", "proposal.number"),
        _key_to("helper_hours", "step_id", "outcome_step.id"),
        _key_to("helper_hours", "helper_id", "account.id"),
        _key_to("helper_hours", "noted_by", "account.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_helper_hours")),
        sa.UniqueConstraint("noted_by", "form_key", name=op.f("uq_helper_hours_noted_by_form_key")),
    )
    op.create_index(op.f("ix_helper_hours_proposal_number"), "helper_hours", ["proposal_number"])
    op.create_index(op.f("ix_helper_hours_helper_id"), "helper_hours", ["helper_id"])


def _add_answers() -> None:
    op.create_table(
        "outcome_answer",
        sa.Column("id", KEY, nullable=False),
        sa.Column("proposal_number", KEY, nullable=False),
        sa.Column("party", sa.String(length=10), nullable=False),
        sa.Column("account_id", KEY, nullable=True),
        sa.Column("organisation", sa.String(length=120), nullable=False),
        sa.Column("asked_name", sa.String(length=80), nullable=False),
        sa.Column("language", sa.String(length=5), nullable=False),
        sa.Column("is_mailed", sa.Boolean(), nullable=False),
        sa.Column("form_key", sa.String(length=64), nullable=False),
        sa.Column("token_digest", sa.String(length=64), nullable=True),
        sa.Column("asked_by", KEY, nullable=True),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("revoked_at", MOMENT, nullable=True),
        sa.Column("answer", sa.String(length=10), nullable=True),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("answered_at", MOMENT, nullable=True),
        sa.CheckConstraint("party IN ('author', 'partner')", name=op.f("ck_outcome_answer_party")),
        sa.CheckConstraint(
            "answer IN ('yes', 'partly', 'no')", name=op.f("ck_outcome_answer_answer")
        ),
        sa.CheckConstraint("length(words) <= 1000", name=op.f("ck_outcome_answer_words_length")),
        sa.CheckConstraint(
            "(answer IS NULL) = (answered_at IS NULL)", name=op.f("ck_outcome_answer_answered")
        ),
        sa.CheckConstraint(
            "(party = 'partner') = (organisation <> '')",
            name=op.f("ck_outcome_answer_partner_has_a_name"),
        ),
        _key_to("outcome_answer", "proposal_number", "outcome_trail.proposal_number"),
        _key_to("outcome_answer", "account_id", "account.id"),
        _key_to("outcome_answer", "asked_by", "account.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outcome_answer")),
        sa.UniqueConstraint(
            "asked_by", "form_key", name=op.f("uq_outcome_answer_asked_by_form_key")
        ),
        sa.UniqueConstraint("token_digest", name=op.f("uq_outcome_answer_token_digest")),
    )
    op.create_index(
        op.f("ix_outcome_answer_proposal_number"), "outcome_answer", ["proposal_number"]
    )
    op.create_index(op.f("ix_outcome_answer_account_id"), "outcome_answer", ["account_id"])
    op.create_index(
        "uq_outcome_answer_author",
        "outcome_answer",
        ["proposal_number"],
        unique=True,
        sqlite_where=IS_AUTHOR,
        postgresql_where=IS_AUTHOR,
    )
