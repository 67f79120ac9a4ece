"""Desks, the office's calendar and promises, and the clock of everything that waits."""

from datetime import UTC, timedelta

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
DOCUMENT = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
MOMENT = sa.DateTime(timezone=True)
WAITS = sa.text("closed_at IS NULL")
WAITING = {
    "ix_queue_item_waiting": ["position", "id"],
    "ix_queue_item_desk": ["desk_id", "position", "id"],
    "ix_queue_item_assignee": ["assignee_id", "position", "id"],
    "ix_queue_item_due": ["due_at", "missed_at"],
    "ix_queue_item_answer_due": ["answer_due_at", "answer_missed_at"],
}
ADDED = (
    "desk_id", "assignee_id", "urgency", "position", "target_days", "days_used",
    "clock_started_at", "is_paused", "soon_at", "due_at", "answer_due_at", "answered_at",
    "answer_missed_at", "missed_at",
)  # fmt: skip
# What waits already keeps about the promise it was shown: two weeks of the calendar.
SOON, DUE = timedelta(days=12), timedelta(days=14)
APART = 10**11


def upgrade() -> None:
    """Add desks and clocks; what waits is due two weeks after it came in."""
    _add_desks()
    _add_office()
    _widen_items()
    _fill()
    for name, columns in WAITING.items():
        op.create_index(name, "queue_item", columns, sqlite_where=WAITS, postgresql_where=WAITS)
    op.create_index(op.f("ix_queue_item_desk_id"), "queue_item", ["desk_id"])
    op.create_index(op.f("ix_queue_item_assignee_id"), "queue_item", ["assignee_id"])
    with op.batch_alter_table("decision") as table:
        table.add_column(sa.Column("days_taken", sa.Integer(), nullable=True))
        table.add_column(sa.Column("target_days", sa.Integer(), nullable=True))


def downgrade() -> None:
    """Take them out again."""
    with op.batch_alter_table("decision") as table:
        table.drop_column("target_days")
        table.drop_column("days_taken")
    op.drop_index(op.f("ix_queue_item_assignee_id"), "queue_item")
    op.drop_index(op.f("ix_queue_item_desk_id"), "queue_item")
    for name in WAITING:
        op.drop_index(name, "queue_item")
    with op.batch_alter_table("queue_item", table_args=_kept_checks()) as table:
        table.drop_constraint(op.f("fk_queue_item_assignee_id_account"), type_="foreignkey")
        table.drop_constraint(op.f("fk_queue_item_desk_id_desk"), type_="foreignkey")
        for name in reversed(ADDED):
            table.drop_column(name)
    for name in ("office_day", "office_clock", "absence", "desk_rule", "desk_member", "desk"):
        op.drop_table(name)


def _add_desks() -> None:
    op.create_table(
        "desk",
        sa.Column("id", KEY, nullable=False),
        sa.Column("name_fa", sa.String(length=60), nullable=False),
        sa.Column("name_en", sa.String(length=60), nullable=False),
        sa.Column("head_id", KEY, nullable=True),
        sa.Column("retired_at", MOMENT, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "length(name_fa) > 0 AND length(name_en) > 0", name=op.f("ck_desk_has_names")
        ),
        sa.ForeignKeyConstraint(["head_id"], ["account.id"], name=op.f("fk_desk_head_id_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_desk")),
    )
    op.create_index(op.f("ix_desk_head_id"), "desk", ["head_id"])
    op.create_table(
        "desk_member",
        sa.Column("desk_id", KEY, nullable=False),
        sa.Column("account_id", KEY, nullable=False),
        _points("desk_member", "desk_id", "desk", ondelete="CASCADE"),
        _points("desk_member", "account_id", "account", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("desk_id", "account_id", name=op.f("pk_desk_member")),
    )
    op.create_index(op.f("ix_desk_member_account_id"), "desk_member", ["account_id"])
    op.create_table(
        "desk_rule",
        sa.Column("id", KEY, nullable=False),
        sa.Column("city_slug", sa.String(length=40), nullable=True),
        sa.Column("topic_slug", sa.String(length=40), nullable=True),
        sa.Column("desk_id", KEY, nullable=False),
        sa.Column("account_id", KEY, nullable=True),
        sa.Column("place", sa.String(length=81), nullable=False),
        sa.UniqueConstraint("place", name=op.f("uq_desk_rule_place")),
        sa.ForeignKeyConstraint(
            ["city_slug"], ["city.slug"], name=op.f("fk_desk_rule_city_slug_city")
        ),
        sa.ForeignKeyConstraint(
            ["topic_slug"], ["topic.slug"], name=op.f("fk_desk_rule_topic_slug_topic")
        ),
        _points("desk_rule", "desk_id", "desk", ondelete="CASCADE"),
        _points("desk_rule", "account_id", "account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_desk_rule")),
    )
    op.create_index(op.f("ix_desk_rule_desk_id"), "desk_rule", ["desk_id"])
    op.create_index(op.f("ix_desk_rule_account_id"), "desk_rule", ["account_id"])
    op.create_table(
        "absence",
        sa.Column("id", KEY, nullable=False),
        sa.Column("account_id", KEY, nullable=False),
        sa.Column("stand_in_id", KEY, nullable=True),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.CheckConstraint("first_day <= last_day", name=op.f("ck_absence_days")),
        sa.CheckConstraint(
            "stand_in_id IS NULL OR stand_in_id <> account_id", name=op.f("ck_absence_two_people")
        ),
        _points("absence", "account_id", "account", ondelete="CASCADE"),
        _points("absence", "stand_in_id", "account", ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_absence")),
    )
    op.create_index("ix_absence_account", "absence", ["account_id", "last_day"])
    op.create_index("ix_absence_stand_in", "absence", ["stand_in_id", "last_day"])


def _points(table: str, column: str, to: str, **options: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_{to}")
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=name, **options)


def _add_office() -> None:
    op.create_table(
        "office_clock",
        sa.Column("id", KEY, nullable=False),
        sa.Column("time_zone", sa.String(length=50), nullable=False),
        sa.Column("working_week", DOCUMENT, nullable=False),
        sa.Column("answer_days", sa.Integer(), nullable=False),
        sa.Column("decision_days", sa.Integer(), nullable=False),
        sa.Column("appeal_days", sa.Integer(), nullable=False),
        sa.Column("are_desks_closed", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_office_clock_only_row")),
        *(
            sa.CheckConstraint(f"{name} BETWEEN 1 AND 60", name=op.f(f"ck_office_clock_{name}"))
            for name in ("answer_days", "decision_days", "appeal_days")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_office_clock")),
    )
    op.create_table(
        "office_day",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("is_working", sa.Boolean(), nullable=False),
        sa.Column("name_fa", sa.String(length=80), nullable=False),
        sa.Column("name_en", sa.String(length=80), nullable=False),
        sa.Column("added_by", KEY, nullable=True),
        sa.Column("added_at", MOMENT, nullable=False),
        _points("office_day", "added_by", "account"),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_office_day")),
    )


def _widen_items() -> None:
    with op.batch_alter_table("queue_item", table_args=_kept_checks()) as table:
        table.add_column(sa.Column("desk_id", KEY, nullable=True))
        table.add_column(sa.Column("assignee_id", KEY, nullable=True))
        for name, default in (("urgency", "1"), ("target_days", "10"), ("days_used", "0")):
            table.add_column(sa.Column(name, sa.Integer(), nullable=False, server_default=default))
        table.add_column(sa.Column("position", sa.BigInteger(), nullable=False, server_default="0"))
        table.add_column(
            sa.Column("is_paused", sa.Boolean(), nullable=False, server_default=sa.false())
        )
        for name in (
            "clock_started_at", "soon_at", "due_at", "answer_due_at", "answered_at", "answer_missed_at", "missed_at",
        ):  # fmt: skip
            table.add_column(sa.Column(name, MOMENT, nullable=True))
    with op.batch_alter_table("queue_item", table_args=_kept_checks()) as table:
        for name in ("urgency", "target_days", "days_used", "position", "is_paused"):
            table.alter_column(name, server_default=None)
        table.create_foreign_key(op.f("fk_queue_item_desk_id_desk"), "desk", ["desk_id"], ["id"])
        table.create_foreign_key(
            op.f("fk_queue_item_assignee_id_account"), "account", ["assignee_id"], ["id"]
        )


def _fill() -> None:
    connection = op.get_bind()
    items = sa.table(
        "queue_item",
        sa.column("id"),
        sa.column("opened_at", MOMENT),
        sa.column("clock_started_at", MOMENT),
        sa.column("soon_at", MOMENT),
        sa.column("due_at", MOMENT),
        sa.column("position"),
    )
    for row in connection.execute(sa.select(items.c.id, items.c.opened_at)).all():
        due = row.opened_at + DUE
        connection.execute(
            items.update()
            .where(items.c.id == row.id)
            .values(
                clock_started_at=row.opened_at,
                soon_at=row.opened_at + SOON,
                due_at=due,
                position=APART + int((due.replace(tzinfo=due.tzinfo or UTC)).timestamp()),
            )
        )


def _kept_checks() -> tuple[sa.CheckConstraint, ...]:
    """SQLite makes the table anew and would lose the checks that it is not told of."""
    if op.get_bind().dialect.name != "sqlite":
        return ()
    return (
        sa.CheckConstraint(
            "(holder_id IS NULL) = (lease_until IS NULL)",
            name=op.f("ck_queue_item_lease_with_holder"),
        ),
        sa.CheckConstraint(
            "kind IN ('appeal', 'change', 'comment', 'proposal', 'report', 'sanction_appeal',"
            " 'skill')",
            name=op.f("ck_queue_item_kind"),
        ),
    )
