"""The first schema: one table of each thing, and a log that can only be added to."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = ("default",)
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
DOCUMENT = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")

# The log can be added to and nothing else, whoever asks.
SEALED_SQLITE = """
CREATE TRIGGER audit_entry_no_{verb_lower} BEFORE {verb} ON audit_entry
BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END
"""
SEALED_POSTGRESQL = (
    """
    CREATE FUNCTION audit_entry_sealed() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'the audit log is append-only'; END $$
    """,
    """
    CREATE TRIGGER audit_entry_sealed BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_entry
    FOR EACH STATEMENT EXECUTE FUNCTION audit_entry_sealed()
    """,
)


def upgrade() -> None:
    """Make the tables, then seal the log."""
    op.create_table(
        "account",
        sa.Column("id", KEY, nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("email_key", sa.String(length=254), nullable=False),
        sa.Column("passphrase_hash", sa.String(length=200), nullable=True),
        sa.Column("display_name", sa.String(length=80), nullable=False),
        sa.Column("language", sa.String(length=5), nullable=False),
        sa.Column("time_zone", sa.String(length=50), nullable=False),
        sa.Column("credential_version", sa.Integer(), nullable=False),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("verified_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("email_key", name=op.f("uq_account_email_key")),
    )
    op.create_table(
        "audit_entry",
        sa.Column("id", KEY, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("action", sa.String(length=60), nullable=False),
        sa.Column("subject", sa.String(length=60), nullable=False),
        sa.Column("detail", DOCUMENT, nullable=False),
        sa.Column("previous_seal", sa.String(length=64), nullable=False),
        sa.Column("seal", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entry")),
        sa.UniqueConstraint("previous_seal", name=op.f("uq_audit_entry_previous_seal")),
        sa.UniqueConstraint("seal", name=op.f("uq_audit_entry_seal")),
    )
    op.create_index(op.f("ix_audit_entry_action"), "audit_entry", ["action"], unique=False)
    op.create_index(op.f("ix_audit_entry_at"), "audit_entry", ["at"], unique=False)
    op.create_index(op.f("ix_audit_entry_subject"), "audit_entry", ["subject"], unique=False)
    op.create_table(
        "city",
        sa.Column("slug", sa.String(length=40), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("name_fa", sa.String(length=80), nullable=False),
        sa.Column("name_en", sa.String(length=80), nullable=False),
        sa.Column("names_local", DOCUMENT, nullable=False),
        sa.Column("description_fa", sa.Text(), nullable=False),
        sa.Column("description_en", sa.Text(), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("languages", DOCUMENT, nullable=False),
        sa.Column("latitude", sa.Float(), nullable=False),
        sa.Column("longitude", sa.Float(), nullable=False),
        sa.Column("time_zone", sa.String(length=50), nullable=False),
        sa.Column("agreed_on", sa.Date(), nullable=True),
        sa.Column("agreed_precision", sa.String(length=10), nullable=True),
        sa.Column("search_text", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("member_count", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "status IN ('home', 'twinned', 'dormant', 'suspended', 'preparation')",
            name=op.f("ck_city_status"),
        ),
        sa.PrimaryKeyConstraint("slug", name=op.f("pk_city")),
    )
    op.create_table(
        "heartbeat",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("beat_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_heartbeat")),
    )
    op.create_table(
        "kept_form",
        sa.Column("id", KEY, nullable=False),
        sa.Column("key_digest", sa.String(length=64), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("payload", DOCUMENT, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("length(path) <= 200", name=op.f("ck_kept_form_path_length")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kept_form")),
        sa.UniqueConstraint("key_digest", name=op.f("uq_kept_form_key_digest")),
    )
    op.create_index(op.f("ix_kept_form_created_at"), "kept_form", ["created_at"], unique=False)
    op.create_table(
        "outbox_message",
        sa.Column("id", KEY, nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("to_address", sa.String(length=254), nullable=False),
        sa.Column("to_key", sa.String(length=254), nullable=False),
        sa.Column("to_name", sa.String(length=80), nullable=False),
        sa.Column("language", sa.String(length=5), nullable=False),
        sa.Column("values", DOCUMENT, nullable=False),
        sa.Column("message_id", sa.String(length=120), nullable=False),
        sa.Column("unsubscribe_token", sa.String(length=300), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("done", sa.Boolean(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("stopped_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_error", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox_message")),
        sa.UniqueConstraint("key", name=op.f("uq_outbox_message_key")),
        sa.UniqueConstraint("message_id", name=op.f("uq_outbox_message_message_id")),
    )
    op.create_index(
        "ix_outbox_message_due", "outbox_message", ["done", "due_at", "id"], unique=False
    )
    op.create_index("ix_outbox_message_recipient", "outbox_message", ["to_key", "id"], unique=False)
    op.create_table(
        "reason",
        sa.Column("slug", sa.String(length=40), nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.Column("text_fa", sa.Text(), nullable=False),
        sa.Column("text_en", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "outcome IN ('accept', 'request_changes', 'decline', 'duplicate')",
            name=op.f("ck_reason_outcome"),
        ),
        sa.PrimaryKeyConstraint("slug", name=op.f("pk_reason")),
    )
    op.create_table(
        "skill_group",
        sa.Column("slug", sa.String(length=40), nullable=False),
        sa.Column("name_fa", sa.String(length=80), nullable=False),
        sa.Column("name_en", sa.String(length=80), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("slug", name=op.f("pk_skill_group")),
    )
    op.create_table(
        "suppression",
        sa.Column("id", KEY, nullable=False),
        sa.Column("to_key", sa.String(length=254), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suppression")),
        sa.UniqueConstraint("to_key", "name", name=op.f("uq_suppression_to_key_name")),
    )
    op.create_table(
        "topic",
        sa.Column("slug", sa.String(length=40), nullable=False),
        sa.Column("name_fa", sa.String(length=80), nullable=False),
        sa.Column("name_en", sa.String(length=80), nullable=False),
        sa.Column("description_fa", sa.Text(), nullable=False),
        sa.Column("description_en", sa.Text(), nullable=False),
        sa.Column("icon", sa.String(length=40), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("slug", name=op.f("pk_topic")),
    )
    op.create_table(
        "account_role",
        sa.Column("account_id", KEY, nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.CheckConstraint(
            "role IN ('member', 'moderator', 'coordinator', 'auditor', 'admin')",
            name=op.f("ck_account_role_role"),
        ),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
            name=op.f("fk_account_role_account_id_account"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("account_id", "role", name=op.f("pk_account_role")),
    )
    op.create_table(
        "account_session",
        sa.Column("id", KEY, nullable=False),
        sa.Column("token_digest", sa.String(length=64), nullable=False),
        sa.Column("account_id", KEY, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("device", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
            name=op.f("fk_account_session_account_id_account"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_session")),
        sa.UniqueConstraint("token_digest", name=op.f("uq_account_session_token_digest")),
    )
    op.create_index(
        op.f("ix_account_session_account_id"), "account_session", ["account_id"], unique=False
    )
    op.create_index(
        op.f("ix_account_session_expires_at"), "account_session", ["expires_at"], unique=False
    )
    op.create_table(
        "consent",
        sa.Column("id", KEY, nullable=False),
        sa.Column("account_id", KEY, nullable=False),
        sa.Column("purpose", sa.String(length=20), nullable=False),
        sa.Column("given", sa.Boolean(), nullable=False),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("text_version", sa.String(length=20), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("purpose IN ('terms', 'digest')", name=op.f("ck_consent_purpose")),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
            name=op.f("fk_consent_account_id_account"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent")),
    )
    op.create_index(op.f("ix_consent_account_id"), "consent", ["account_id"], unique=False)
    op.create_table(
        "digest_issue",
        sa.Column("id", KEY, nullable=False),
        sa.Column("account_id", KEY, nullable=False),
        sa.Column("frequency", sa.String(length=10), nullable=False),
        sa.Column("period_start", sa.Date(), nullable=False),
        sa.Column("period_end", sa.Date(), nullable=False),
        sa.Column("item_count", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
            name=op.f("fk_digest_issue_account_id_account"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_digest_issue")),
        sa.UniqueConstraint(
            "account_id",
            "frequency",
            "period_start",
            name=op.f("uq_digest_issue_account_id_frequency_period_start"),
        ),
    )
    op.create_table(
        "profile",
        sa.Column("account_id", KEY, nullable=False),
        sa.Column("latin_name", sa.String(length=80), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("city_slug", sa.String(length=40), nullable=True),
        sa.Column("other_city", sa.String(length=80), nullable=False),
        sa.Column("other_country", sa.String(length=2), nullable=False),
        sa.Column("visibility", sa.String(length=10), nullable=False),
        sa.Column("search_text", sa.Text(), nullable=False),
        sa.Column("sort_key", sa.String(length=400), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "city_slug IS NULL OR other_city = ''", name=op.f("ck_profile_one_city")
        ),
        sa.CheckConstraint(
            "visibility IN ('staff', 'members')", name=op.f("ck_profile_visibility")
        ),
        sa.CheckConstraint("length(about) <= 2000", name=op.f("ck_profile_about_length")),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
            name=op.f("fk_profile_account_id_account"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["city_slug"], ["city.slug"], name=op.f("fk_profile_city_slug_city")
        ),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_profile")),
    )
    op.create_index(op.f("ix_profile_city_slug"), "profile", ["city_slug"], unique=False)
    op.create_index("ix_profile_sort", "profile", ["sort_key", "account_id"], unique=False)
    op.create_table(
        "proposal",
        sa.Column("number", KEY, nullable=False),
        sa.Column("author_id", KEY, nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("language", sa.String(length=5), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("topic_slug", sa.String(length=40), nullable=True),
        sa.Column("form_key", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("search_text", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("duplicate_of", KEY, nullable=True),
        sa.CheckConstraint(
            "state IN ('draft', 'submitted', 'in_review', 'accepted', 'changes_requested', 'declined', 'duplicate', 'appealed', 'withdrawn')",
            name=op.f("ck_proposal_state"),
        ),
        sa.CheckConstraint("length(body) <= 20000", name=op.f("ck_proposal_body_length")),
        sa.CheckConstraint("length(summary) <= 300", name=op.f("ck_proposal_summary_length")),
        sa.CheckConstraint("length(title) <= 120", name=op.f("ck_proposal_title_length")),
        sa.ForeignKeyConstraint(
            ["author_id"], ["account.id"], name=op.f("fk_proposal_author_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["duplicate_of"], ["proposal.number"], name=op.f("fk_proposal_duplicate_of_proposal")
        ),
        sa.ForeignKeyConstraint(
            ["topic_slug"], ["topic.slug"], name=op.f("fk_proposal_topic_slug_topic")
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_proposal")),
        sa.UniqueConstraint("author_id", "form_key", name=op.f("uq_proposal_author_id_form_key")),
    )
    op.create_index(
        "ix_proposal_author", "proposal", ["author_id", "updated_at", "number"], unique=False
    )
    op.create_index(
        "ix_proposal_published", "proposal", ["state", "published_at", "number"], unique=False
    )
    op.create_index(op.f("ix_proposal_topic_slug"), "proposal", ["topic_slug"], unique=False)
    op.create_table(
        "skill",
        sa.Column("slug", sa.String(length=60), nullable=False),
        sa.Column("group_slug", sa.String(length=40), nullable=False),
        sa.Column("name_fa", sa.String(length=80), nullable=False),
        sa.Column("name_en", sa.String(length=80), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["group_slug"], ["skill_group.slug"], name=op.f("fk_skill_group_slug_skill_group")
        ),
        sa.PrimaryKeyConstraint("slug", name=op.f("pk_skill")),
    )
    op.create_table(
        "staff_scope",
        sa.Column("id", KEY, nullable=False),
        sa.Column("account_id", KEY, nullable=False),
        sa.Column("city_slug", sa.String(length=40), nullable=True),
        sa.Column("topic_slug", sa.String(length=40), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
            name=op.f("fk_staff_scope_account_id_account"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["city_slug"], ["city.slug"], name=op.f("fk_staff_scope_city_slug_city")
        ),
        sa.ForeignKeyConstraint(
            ["topic_slug"], ["topic.slug"], name=op.f("fk_staff_scope_topic_slug_topic")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_scope")),
    )
    op.create_index(op.f("ix_staff_scope_account_id"), "staff_scope", ["account_id"], unique=False)
    op.create_table(
        "subscription",
        sa.Column("account_id", KEY, nullable=False),
        sa.Column("frequency", sa.String(length=10), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "frequency IN ('daily', 'weekly', 'monthly', 'never')",
            name=op.f("ck_subscription_frequency"),
        ),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
            name=op.f("fk_subscription_account_id_account"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_subscription")),
    )
    op.create_index("ix_subscription_frequency", "subscription", ["frequency"], unique=False)
    op.create_table(
        "decision",
        sa.Column("id", KEY, nullable=False),
        sa.Column("proposal_number", KEY, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.Column("reason_slug", sa.String(length=40), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("duplicate_of", KEY, nullable=True),
        sa.Column("decided_by", KEY, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "outcome IN ('accept', 'request_changes', 'decline', 'duplicate')",
            name=op.f("ck_decision_outcome"),
        ),
        sa.CheckConstraint("length(message) <= 5000", name=op.f("ck_decision_message_length")),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["account.id"], name=op.f("fk_decision_decided_by_account")
        ),
        sa.ForeignKeyConstraint(
            ["duplicate_of"], ["proposal.number"], name=op.f("fk_decision_duplicate_of_proposal")
        ),
        sa.ForeignKeyConstraint(
            ["proposal_number"],
            ["proposal.number"],
            name=op.f("fk_decision_proposal_number_proposal"),
        ),
        sa.ForeignKeyConstraint(
            ["reason_slug"], ["reason.slug"], name=op.f("fk_decision_reason_slug_reason")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision")),
    )
    op.create_index(op.f("ix_decision_at"), "decision", ["at"], unique=False)
    op.create_index(
        op.f("ix_decision_proposal_number"), "decision", ["proposal_number"], unique=False
    )
    op.create_table(
        "profile_language",
        sa.Column("account_id", KEY, nullable=False),
        sa.Column("code", sa.String(length=10), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["profile.account_id"],
            name=op.f("fk_profile_language_account_id_profile"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("account_id", "code", name=op.f("pk_profile_language")),
    )
    op.create_table(
        "profile_skill",
        sa.Column("account_id", KEY, nullable=False),
        sa.Column("skill_slug", sa.String(length=60), nullable=False),
        sa.Column("level", sa.String(length=20), nullable=False),
        sa.Column("willing", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "level IN ('basic', 'intermediate', 'advanced', 'expert')",
            name=op.f("ck_profile_skill_level"),
        ),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["profile.account_id"],
            name=op.f("fk_profile_skill_account_id_profile"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["skill_slug"], ["skill.slug"], name=op.f("fk_profile_skill_skill_slug_skill")
        ),
        sa.PrimaryKeyConstraint("account_id", "skill_slug", name=op.f("pk_profile_skill")),
    )
    op.create_index("ix_profile_skill_skill", "profile_skill", ["skill_slug"], unique=False)
    op.create_table(
        "proposal_city",
        sa.Column("proposal_number", KEY, nullable=False),
        sa.Column("city_slug", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["city_slug"], ["city.slug"], name=op.f("fk_proposal_city_city_slug_city")
        ),
        sa.ForeignKeyConstraint(
            ["proposal_number"],
            ["proposal.number"],
            name=op.f("fk_proposal_city_proposal_number_proposal"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("proposal_number", "city_slug", name=op.f("pk_proposal_city")),
    )
    op.create_index("ix_proposal_city_city", "proposal_city", ["city_slug"], unique=False)
    op.create_table(
        "proposal_event",
        sa.Column("id", KEY, nullable=False),
        sa.Column("proposal_number", KEY, nullable=False),
        sa.Column("step", sa.String(length=20), nullable=False),
        sa.Column("source", sa.String(length=20), nullable=False),
        sa.Column("target", sa.String(length=20), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("actor_id", KEY, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "source IN ('draft', 'submitted', 'in_review', 'accepted', 'changes_requested', 'declined', 'duplicate', 'appealed', 'withdrawn')",
            name=op.f("ck_proposal_event_source"),
        ),
        sa.CheckConstraint(
            "target IN ('draft', 'submitted', 'in_review', 'accepted', 'changes_requested', 'declined', 'duplicate', 'appealed', 'withdrawn')",
            name=op.f("ck_proposal_event_target"),
        ),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["account.id"], name=op.f("fk_proposal_event_actor_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["proposal_number"],
            ["proposal.number"],
            name=op.f("fk_proposal_event_proposal_number_proposal"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposal_event")),
    )
    op.create_index(
        op.f("ix_proposal_event_proposal_number"),
        "proposal_event",
        ["proposal_number"],
        unique=False,
    )
    op.create_table(
        "proposal_skill",
        sa.Column("proposal_number", KEY, nullable=False),
        sa.Column("skill_slug", sa.String(length=60), nullable=False),
        sa.ForeignKeyConstraint(
            ["proposal_number"],
            ["proposal.number"],
            name=op.f("fk_proposal_skill_proposal_number_proposal"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["skill_slug"], ["skill.slug"], name=op.f("fk_proposal_skill_skill_slug_skill")
        ),
        sa.PrimaryKeyConstraint("proposal_number", "skill_slug", name=op.f("pk_proposal_skill")),
    )
    op.create_table(
        "queue_item",
        sa.Column("id", KEY, nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("proposal_number", KEY, nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("holder_id", KEY, nullable=True),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("kind IN ('proposal')", name=op.f("ck_queue_item_kind")),
        sa.CheckConstraint(
            "(holder_id IS NULL) = (lease_until IS NULL)",
            name=op.f("ck_queue_item_lease_with_holder"),
        ),
        sa.ForeignKeyConstraint(
            ["holder_id"], ["account.id"], name=op.f("fk_queue_item_holder_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["proposal_number"],
            ["proposal.number"],
            name=op.f("fk_queue_item_proposal_number_proposal"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_queue_item")),
        sa.UniqueConstraint("proposal_number", name=op.f("uq_queue_item_proposal_number")),
    )
    op.create_index(op.f("ix_queue_item_holder_id"), "queue_item", ["holder_id"], unique=False)
    op.create_index(
        "ix_queue_item_open", "queue_item", ["closed_at", "opened_at", "id"], unique=False
    )
    op.create_table(
        "revision",
        sa.Column("id", KEY, nullable=False),
        sa.Column("proposal_number", KEY, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=5), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("topic_slug", sa.String(length=40), nullable=False),
        sa.Column("city_slugs", DOCUMENT, nullable=False),
        sa.Column("skill_slugs", DOCUMENT, nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["proposal_number"],
            ["proposal.number"],
            name=op.f("fk_revision_proposal_number_proposal"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["topic_slug"], ["topic.slug"], name=op.f("fk_revision_topic_slug_topic")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_revision")),
        sa.UniqueConstraint(
            "proposal_number", "revision", name=op.f("uq_revision_proposal_number_revision")
        ),
    )
    op.create_table(
        "subscription_city",
        sa.Column("account_id", KEY, nullable=False),
        sa.Column("city_slug", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["subscription.account_id"],
            name=op.f("fk_subscription_city_account_id_subscription"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["city_slug"], ["city.slug"], name=op.f("fk_subscription_city_city_slug_city")
        ),
        sa.PrimaryKeyConstraint("account_id", "city_slug", name=op.f("pk_subscription_city")),
    )
    op.create_table(
        "subscription_topic",
        sa.Column("account_id", KEY, nullable=False),
        sa.Column("topic_slug", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["subscription.account_id"],
            name=op.f("fk_subscription_topic_account_id_subscription"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["topic_slug"], ["topic.slug"], name=op.f("fk_subscription_topic_topic_slug_topic")
        ),
        sa.PrimaryKeyConstraint("account_id", "topic_slug", name=op.f("pk_subscription_topic")),
    )
    op.create_table(
        "note",
        sa.Column("id", KEY, nullable=False),
        sa.Column("item_id", KEY, nullable=False),
        sa.Column("author_id", KEY, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("length(text) <= 2000", name=op.f("ck_note_text_length")),
        sa.ForeignKeyConstraint(
            ["author_id"], ["account.id"], name=op.f("fk_note_author_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["item_id"], ["queue_item.id"], name=op.f("fk_note_item_id_queue_item")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_note")),
    )
    op.create_index(op.f("ix_note_item_id"), "note", ["item_id"], unique=False)
    seal_log()


def downgrade() -> None:
    """Remove everything."""
    op.drop_index(op.f("ix_note_item_id"), table_name="note")
    op.drop_table("note")
    op.drop_table("subscription_topic")
    op.drop_table("subscription_city")
    op.drop_table("revision")
    op.drop_index("ix_queue_item_open", table_name="queue_item")
    op.drop_index(op.f("ix_queue_item_holder_id"), table_name="queue_item")
    op.drop_table("queue_item")
    op.drop_table("proposal_skill")
    op.drop_index(op.f("ix_proposal_event_proposal_number"), table_name="proposal_event")
    op.drop_table("proposal_event")
    op.drop_index("ix_proposal_city_city", table_name="proposal_city")
    op.drop_table("proposal_city")
    op.drop_index("ix_profile_skill_skill", table_name="profile_skill")
    op.drop_table("profile_skill")
    op.drop_table("profile_language")
    op.drop_index(op.f("ix_decision_proposal_number"), table_name="decision")
    op.drop_index(op.f("ix_decision_at"), table_name="decision")
    op.drop_table("decision")
    op.drop_index("ix_subscription_frequency", table_name="subscription")
    op.drop_table("subscription")
    op.drop_index(op.f("ix_staff_scope_account_id"), table_name="staff_scope")
    op.drop_table("staff_scope")
    op.drop_table("skill")
    op.drop_index(op.f("ix_proposal_topic_slug"), table_name="proposal")
    op.drop_index("ix_proposal_published", table_name="proposal")
    op.drop_index("ix_proposal_author", table_name="proposal")
    op.drop_table("proposal")
    op.drop_index("ix_profile_sort", table_name="profile")
    op.drop_index(op.f("ix_profile_city_slug"), table_name="profile")
    op.drop_table("profile")
    op.drop_table("digest_issue")
    op.drop_index(op.f("ix_consent_account_id"), table_name="consent")
    op.drop_table("consent")
    op.drop_index(op.f("ix_account_session_expires_at"), table_name="account_session")
    op.drop_index(op.f("ix_account_session_account_id"), table_name="account_session")
    op.drop_table("account_session")
    op.drop_table("account_role")
    op.drop_table("topic")
    op.drop_table("suppression")
    op.drop_table("skill_group")
    op.drop_table("reason")
    op.drop_index("ix_outbox_message_recipient", table_name="outbox_message")
    op.drop_index("ix_outbox_message_due", table_name="outbox_message")
    op.drop_table("outbox_message")
    op.drop_index(op.f("ix_kept_form_created_at"), table_name="kept_form")
    op.drop_table("kept_form")
    op.drop_table("heartbeat")
    op.drop_table("city")
    op.drop_index(op.f("ix_audit_entry_subject"), table_name="audit_entry")
    op.drop_index(op.f("ix_audit_entry_at"), table_name="audit_entry")
    op.drop_index(op.f("ix_audit_entry_action"), table_name="audit_entry")
    op.drop_table("audit_entry")
    op.drop_table("account")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION audit_entry_sealed()")


def seal_log() -> None:
    """Refuse every change and removal of an entry of the log."""
    if op.get_bind().dialect.name == "postgresql":
        for statement in SEALED_POSTGRESQL:
            op.execute(statement)
        return
    for verb in ("UPDATE", "DELETE"):
        op.execute(SEALED_SQLITE.format(verb=verb, verb_lower=verb.lower()))
