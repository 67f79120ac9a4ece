"""Events, who registered for them, their minutes, and what was promised there."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0042"
down_revision = "0046"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
DOCUMENT = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
MOMENT = sa.DateTime(timezone=True)
TEXTS = {"title": 120, "description": 10000, "cancel_reason": 1000}


def upgrade() -> None:
    """Add the tables."""
    _add_events()
    _add_registrations()
    _add_results()


def downgrade() -> None:
    """Take events away."""
    for name in ("event_action_item", "event_minutes", "event_registration", "event"):
        op.drop_table(name)


def _add_events() -> None:
    op.create_table(
        "event",
        sa.Column("number", KEY, nullable=False),
        sa.Column("sort", sa.String(length=20), nullable=False),
        *(
            sa.Column(f"{name}_{code}", sa.Text(), nullable=False)
            for name in TEXTS
            for code in ("fa", "en")
        ),
        sa.Column("search_text", sa.Text(), nullable=False),
        sa.Column("city_slugs", DOCUMENT, nullable=False),
        sa.Column("topic_slugs", DOCUMENT, nullable=False),
        sa.Column("held", sa.String(length=20), nullable=False),
        sa.Column("link", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("place_city", sa.String(length=40), nullable=True),
        sa.Column("time_zone", sa.String(length=50), nullable=False),
        sa.Column("starts_at", MOMENT, nullable=True),
        sa.Column("ends_at", MOMENT, nullable=True),
        sa.Column("register_until", MOMENT, nullable=True),
        sa.Column("seats", sa.Integer(), nullable=True),
        sa.Column("taken", sa.Integer(), nullable=False),
        sa.Column("questions", DOCUMENT, nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.Column("published_at", MOMENT, nullable=True),
        sa.Column("cancelled_at", MOMENT, nullable=True),
        sa.CheckConstraint("sort IN ('meeting', 'festival')", name=op.f("ck_event_sort")),
        sa.CheckConstraint("held IN ('online', 'place', 'both')", name=op.f("ck_event_held")),
        *(
            sa.CheckConstraint(
                f"length({name}_{code}) <= {most}", name=op.f(f"ck_event_{name}_{code}_length")
            )
            for name, most in TEXTS.items()
            for code in ("fa", "en")
        ),
        sa.CheckConstraint("length(link) <= 500", name=op.f("ck_event_link_length")),
        sa.CheckConstraint("length(address) <= 300", name=op.f("ck_event_address_length")),
        sa.CheckConstraint("seats BETWEEN 1 AND 100000", name=op.f("ck_event_seats")),
        sa.CheckConstraint(
            "taken >= 0 AND (seats IS NULL OR taken <= seats)", name=op.f("ck_event_taken")
        ),
        sa.CheckConstraint(
            "published_at IS NULL OR (starts_at IS NOT NULL AND ends_at IS NOT NULL"
            " AND starts_at < ends_at)",
            name=op.f("ck_event_time_when_published"),
        ),
        sa.ForeignKeyConstraint(
            ["place_city"], ["city.slug"], name=op.f("fk_event_place_city_city")
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_event")),
    )
    op.create_index("ix_event_start", "event", ["starts_at", "number"])
    op.create_index("ix_event_end", "event", ["ends_at", "number"])
    op.create_index("ix_event_published", "event", ["published_at", "number"])


def _add_registrations() -> None:
    op.create_table(
        "event_registration",
        sa.Column("id", KEY, nullable=False),
        sa.Column("event_number", KEY, nullable=False),
        sa.Column("account_id", KEY, nullable=False),
        sa.Column("code", sa.String(length=6), nullable=False),
        sa.Column("answers", DOCUMENT, nullable=False),
        sa.Column("registered_at", MOMENT, nullable=False),
        sa.Column("seated_at", MOMENT, nullable=True),
        sa.Column("reminded_for", MOMENT, nullable=True),
        sa.Column("checked_in_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["event_number"],
            ["event.number"],
            name=op.f("fk_event_registration_event_number_event"),
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_event_registration_account_id_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event_registration")),
        sa.UniqueConstraint(
            "event_number", "account_id", name=op.f("uq_event_registration_event_number_account_id")
        ),
        sa.UniqueConstraint(
            "event_number", "code", name=op.f("uq_event_registration_event_number_code")
        ),
    )
    op.create_index(op.f("ix_event_registration_account_id"), "event_registration", ["account_id"])
    op.create_index(
        "ix_event_registration_line",
        "event_registration",
        ["event_number", "registered_at", "id"],
    )


def _add_results() -> None:
    op.create_table(
        "event_minutes",
        sa.Column("event_number", KEY, nullable=False),
        sa.Column("text_fa", sa.Text(), nullable=False),
        sa.Column("text_en", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("written_at", MOMENT, nullable=False),
        *_lengths("event_minutes", 20000),
        sa.ForeignKeyConstraint(
            ["event_number"], ["event.number"], name=op.f("fk_event_minutes_event_number_event")
        ),
        sa.PrimaryKeyConstraint("event_number", name=op.f("pk_event_minutes")),
    )
    op.create_table(
        "event_action_item",
        sa.Column("id", KEY, nullable=False),
        sa.Column("event_number", KEY, nullable=False),
        sa.Column("text_fa", sa.Text(), nullable=False),
        sa.Column("text_en", sa.Text(), nullable=False),
        sa.Column("owner_id", KEY, nullable=True),
        sa.Column("owner_name", sa.String(length=120), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("proposal_number", KEY, nullable=True),
        sa.Column("written_at", MOMENT, nullable=False),
        *_lengths("event_action_item", 300),
        sa.ForeignKeyConstraint(
            ["event_number"], ["event.number"], name=op.f("fk_event_action_item_event_number_event")
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["account.id"], name=op.f("fk_event_action_item_owner_id_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event_action_item")),
    )
    for column in ("event_number", "proposal_number"):
        name = op.f(f"ix_event_action_item_{column}")
        op.create_index(name, "event_action_item", [column])


def _lengths(table: str, most: int) -> list[sa.CheckConstraint]:
    return [
        sa.CheckConstraint(
            f"length(text_{code}) BETWEEN 1 AND {most}", name=op.f(f"ck_{table}_text_{code}")
        )
        for code in ("fa", "en")
    ]
