"""Cities that the office edits: relations as events, contacts, versions of all of it."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0041"
down_revision = "0049"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
DOCUMENT = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
MOMENT = sa.DateTime(timezone=True)
BEFORE = ("home", "twinned", "dormant", "suspended", "preparation")
STATUSES = ("home", "twinned", "memorandum", "preparation", "dormant", "revived", "suspended")
PRECISIONS = ("day", "month", "year", "jalali_month", "jalali_year")
KINDS = (
    "letter_of_intent", "council_decision", "memorandum", "agreement", "road_map", "renewal",
    "milestone", "dormancy", "suspension", "revival",
)  # fmt: skip
DEEDS = (
    "release", "facts_changed", "event_added", "event_changed", "event_removed", "contact_added",
    "contact_changed", "contact_removed", "restored",
)  # fmt: skip


def upgrade() -> None:
    """Add the tables; the next `init` fills the relations of cities."""
    with op.batch_alter_table("city") as table:
        table.drop_constraint(op.f("ck_city_status"), type_="check")
        table.create_check_constraint(op.f("ck_city_status"), _among("status", STATUSES))
        table.alter_column(
            "agreed_precision",
            existing_type=sa.String(length=10),
            type_=sa.String(length=20),
            existing_nullable=True,
        )
        table.create_check_constraint(
            op.f("ck_city_agreed_precision"), _among("agreed_precision", PRECISIONS)
        )
        table.add_column(sa.Column("aliases", DOCUMENT, nullable=False, server_default="[]"))
        table.add_column(sa.Column("topic_slugs", DOCUMENT, nullable=False, server_default="[]"))
        table.add_column(sa.Column("version", sa.Integer(), nullable=False, server_default="1"))
        table.add_column(sa.Column("edited_at", MOMENT, nullable=True))
    with op.batch_alter_table("city") as table:
        for name in ("aliases", "topic_slugs", "version"):
            table.alter_column(name, server_default=None)
    _add_events()
    _add_contacts()
    _add_versions()


def downgrade() -> None:
    """Take what the office wrote away; a status of today becomes the nearest there was."""
    op.drop_table("city_version")
    op.drop_table("city_contact")
    op.drop_table("relation_event")
    op.execute("UPDATE city SET status = 'preparation' WHERE status = 'memorandum'")
    op.execute("UPDATE city SET status = 'twinned' WHERE status = 'revived'")
    op.execute("UPDATE city SET agreed_precision = 'month' WHERE agreed_precision = 'jalali_month'")
    op.execute("UPDATE city SET agreed_precision = 'year' WHERE agreed_precision = 'jalali_year'")
    with op.batch_alter_table("city") as table:
        table.drop_constraint(op.f("ck_city_status"), type_="check")
        table.create_check_constraint(op.f("ck_city_status"), _among("status", BEFORE))
        table.drop_constraint(op.f("ck_city_agreed_precision"), type_="check")
        table.alter_column(
            "agreed_precision",
            existing_type=sa.String(length=20),
            type_=sa.String(length=10),
            existing_nullable=True,
        )
        for name in ("aliases", "topic_slugs", "version", "edited_at"):
            table.drop_column(name)


def _add_events() -> None:
    op.create_table(
        "relation_event",
        sa.Column("id", KEY, nullable=False),
        sa.Column("city_slug", sa.String(length=40), nullable=False),
        sa.Column("reference_key", sa.String(length=80), nullable=True),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("side", sa.String(length=10), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("precision", sa.String(length=20), nullable=False),
        sa.Column("note_fa", sa.Text(), nullable=False),
        sa.Column("note_en", sa.Text(), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("link", sa.String(length=500), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("announced_at", MOMENT, nullable=True),
        sa.Column("removed_at", MOMENT, nullable=True),
        sa.CheckConstraint(_among("kind", KINDS), name=op.f("ck_relation_event_kind")),
        sa.CheckConstraint(
            _among("side", ("both", "isfahan", "partner")), name=op.f("ck_relation_event_side")
        ),
        sa.CheckConstraint(
            _among("precision", PRECISIONS), name=op.f("ck_relation_event_precision")
        ),
        sa.CheckConstraint("length(note_fa) <= 600", name=op.f("ck_relation_event_note_fa_length")),
        sa.CheckConstraint("length(note_en) <= 600", name=op.f("ck_relation_event_note_en_length")),
        sa.CheckConstraint(
            "length(document) <= 20000", name=op.f("ck_relation_event_document_length")
        ),
        sa.ForeignKeyConstraint(
            ["city_slug"], ["city.slug"], name=op.f("fk_relation_event_city_slug_city")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_relation_event")),
        sa.UniqueConstraint("reference_key", name=op.f("uq_relation_event_reference_key")),
    )
    op.create_index("ix_relation_event_city", "relation_event", ["city_slug", "day", "id"])
    op.create_index("ix_relation_event_announced", "relation_event", ["announced_at", "id"])


def _add_contacts() -> None:
    op.create_table(
        "city_contact",
        sa.Column("id", KEY, nullable=False),
        sa.Column("city_slug", sa.String(length=40), nullable=False),
        sa.Column("organisation", sa.String(length=120), nullable=False),
        sa.Column("role_fa", sa.String(length=120), nullable=False),
        sa.Column("role_en", sa.String(length=120), nullable=False),
        sa.Column("address", sa.String(length=300), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("page", sa.String(length=500), nullable=False),
        sa.Column("language", sa.String(length=20), nullable=False),
        sa.Column("is_public", sa.Boolean(), nullable=False),
        sa.Column("removed_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["city_slug"], ["city.slug"], name=op.f("fk_city_contact_city_slug_city")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_city_contact")),
    )
    op.create_index("ix_city_contact_city", "city_contact", ["city_slug", "id"])


def _add_versions() -> None:
    op.create_table(
        "city_version",
        sa.Column("id", KEY, nullable=False),
        sa.Column("city_slug", sa.String(length=40), nullable=False),
        sa.Column("number", KEY, nullable=False),
        sa.Column("deed", sa.String(length=20), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("actor_id", KEY, nullable=True),
        sa.Column("content", DOCUMENT, nullable=False),
        sa.CheckConstraint(_among("deed", DEEDS), name=op.f("ck_city_version_deed")),
        sa.ForeignKeyConstraint(
            ["city_slug"], ["city.slug"], name=op.f("fk_city_version_city_slug_city")
        ),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["account.id"], name=op.f("fk_city_version_actor_id_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_city_version")),
        sa.UniqueConstraint("city_slug", "number", name=op.f("uq_city_version_city_slug_number")),
    )
    op.create_index(op.f("ix_city_version_actor_id"), "city_version", ["actor_id"])


def _among(column: str, values: Sequence[str]) -> str:
    return f"{column} IN ({', '.join(repr(value) for value in values)})"
