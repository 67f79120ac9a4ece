"""Translations, their paragraphs and volunteers, what staff took back, and the glossary."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0048"
down_revision = "0042"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
DOCUMENT = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
MOMENT = sa.DateTime(timezone=True)
STAGES = "'to_translate', 'to_check', 'stale', 'checked'"


def upgrade() -> None:
    """Add the tables; the glossary is filled by `flask init`."""
    _add_translation()
    _add_paragraph()
    _add_volunteer()
    _add_withdrawal()
    _add_glossary()


def downgrade() -> None:
    """Take translations and the glossary away."""
    for name in (
        "glossary_term",
        "translation_withdrawal",
        "translation_volunteer",
        "translation_paragraph",
        "translation",
    ):
        op.drop_table(name)


def _add_translation() -> None:
    op.create_table(
        "translation",
        sa.Column("id", KEY, nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("subject", sa.String(length=60), nullable=False),
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.Column("source_language", sa.String(length=10), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("original_version", sa.Integer(), nullable=False),
        sa.Column("begun_at", MOMENT, nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.Column("published_at", MOMENT, nullable=True),
        sa.Column("gone_at", MOMENT, nullable=True),
        sa.CheckConstraint(
            "kind IN ('proposal', 'news', 'page')", name=op.f("ck_translation_kind")
        ),
        sa.CheckConstraint(
            "language <> source_language", name=op.f("ck_translation_two_languages")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_translation")),
        sa.UniqueConstraint(
            "kind", "subject", "language", name=op.f("uq_translation_kind_subject_language")
        ),
    )
    op.create_index("ix_translation_changed", "translation", ["changed_at", "id"])
    op.create_index("ix_translation_published", "translation", ["published_at", "id"])


def _add_paragraph() -> None:
    people = ("translated_by", "checked_by", "claimed_by", "shown_by", "shown_checked_by")
    name = "translation_paragraph"
    op.create_table(
        name,
        sa.Column("id", KEY, nullable=False),
        sa.Column("translation_id", KEY, nullable=False),
        sa.Column("position", sa.Integer(), nullable=True),
        sa.Column("original", sa.Text(), nullable=False),
        sa.Column("original_mark", sa.String(length=64), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("made_from", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("translated_by", KEY, nullable=True),
        sa.Column("translated_at", MOMENT, nullable=True),
        sa.Column("checked_by", KEY, nullable=True),
        sa.Column("checked_at", MOMENT, nullable=True),
        sa.Column("claimed_by", KEY, nullable=True),
        sa.Column("claimed_until", MOMENT, nullable=True),
        sa.Column("shown_text", sa.Text(), nullable=False),
        sa.Column("shown_mark", sa.String(length=64), nullable=False),
        sa.Column("shown_by", KEY, nullable=True),
        sa.Column("shown_checked_by", KEY, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(f"state IN ({STAGES})", name=op.f(f"ck_{name}_state")),
        sa.CheckConstraint(
            "state <> 'checked' OR checked_at IS NOT NULL", name=op.f(f"ck_{name}_checked")
        ),
        sa.CheckConstraint(
            "checked_by IS NULL OR translated_by IS NULL OR checked_by <> translated_by",
            name=op.f(f"ck_{name}_two_people"),
        ),
        sa.CheckConstraint(
            "shown_checked_by IS NULL OR shown_by IS NULL OR shown_checked_by <> shown_by",
            name=op.f(f"ck_{name}_shown_two_people"),
        ),
        sa.CheckConstraint("length(text) <= 12000", name=op.f(f"ck_{name}_text_length")),
        sa.ForeignKeyConstraint(
            ["translation_id"],
            ["translation.id"],
            name=op.f(f"fk_{name}_translation_id_translation"),
            ondelete="CASCADE",
        ),
        *(_by_account(name, column) for column in people),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
    )
    op.create_index(f"ix_{name}_place", name, ["translation_id", "position"])
    op.create_index(f"ix_{name}_state", name, ["state", "translation_id"])
    for column in people:
        op.create_index(op.f(f"ix_{name}_{column}"), name, [column])


def _add_volunteer() -> None:
    name = "translation_volunteer"
    op.create_table(
        name,
        sa.Column("account_id", KEY, nullable=False, autoincrement=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("may_be_named", sa.Boolean(), nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
            name=op.f(f"fk_{name}_account_id_account"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("account_id", name=op.f(f"pk_{name}")),
    )


def _add_withdrawal() -> None:
    name = "translation_withdrawal"
    op.create_table(
        name,
        sa.Column("id", KEY, nullable=False),
        sa.Column("translation_id", KEY, nullable=False),
        sa.Column("original", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("translated_by", KEY, nullable=True),
        sa.Column("checked_by", KEY, nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("withdrawn_by", KEY, nullable=False),
        sa.Column("withdrawn_at", MOMENT, nullable=False),
        sa.CheckConstraint("length(reason) <= 1000", name=op.f(f"ck_{name}_reason_length")),
        sa.ForeignKeyConstraint(
            ["translation_id"],
            ["translation.id"],
            name=op.f(f"fk_{name}_translation_id_translation"),
        ),
        *(_by_account(name, one) for one in ("translated_by", "checked_by", "withdrawn_by")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
    )
    for column in ("translation_id", "translated_by", "checked_by"):
        op.create_index(op.f(f"ix_{name}_{column}"), name, [column])


def _add_glossary() -> None:
    name = "glossary_term"
    op.create_table(
        name,
        sa.Column("slug", sa.String(length=60), nullable=False),
        sa.Column("term_fa", sa.String(length=120), nullable=False),
        sa.Column("term_en", sa.String(length=120), nullable=False),
        sa.Column("note_fa", sa.Text(), nullable=False),
        sa.Column("note_en", sa.Text(), nullable=False),
        sa.Column("others", DOCUMENT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", MOMENT, nullable=True),
        sa.Column("retired_at", MOMENT, nullable=True),
        *(
            sa.CheckConstraint(
                f"length(note_{code}) <= 500", name=op.f(f"ck_{name}_note_{code}_length")
            )
            for code in ("fa", "en")
        ),
        sa.PrimaryKeyConstraint("slug", name=op.f(f"pk_{name}")),
    )


def _by_account(table: str, column: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], ["account.id"], name=op.f(f"fk_{table}_{column}_account")
    )
