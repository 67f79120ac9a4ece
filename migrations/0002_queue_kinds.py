"""The queue holds whatever waits, and shows and finds it without asking other tables."""

import json

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
DOCUMENT = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
KINDS = "kind IN ('proposal', 'change', 'comment', 'report', 'skill')"


def upgrade() -> None:
    """Let an item be about anything; what the list shows of it is filled in from the versions."""
    with op.batch_alter_table("queue_item", table_args=_kept_checks()) as table:
        table.drop_constraint(op.f("uq_queue_item_proposal_number"), type_="unique")
        table.drop_constraint(op.f("ck_queue_item_kind"), type_="check")
        table.alter_column("proposal_number", existing_type=KEY, nullable=True)
        table.add_column(
            sa.Column("subject_id", sa.BigInteger(), nullable=False, server_default="0")
        )
        table.add_column(sa.Column("author_id", KEY, nullable=True))
        table.add_column(sa.Column("title", sa.Text(), nullable=False, server_default=""))
        table.add_column(sa.Column("revision", sa.Integer(), nullable=True))
        table.add_column(sa.Column("language", sa.String(length=5), nullable=True))
        table.add_column(sa.Column("topic_slug", sa.String(length=40), nullable=True))
        table.add_column(sa.Column("city_slugs", DOCUMENT, nullable=False, server_default="[]"))
        table.add_column(sa.Column("search_text", sa.Text(), nullable=False, server_default=""))
    _fill()
    with op.batch_alter_table("queue_item", table_args=_kept_checks()) as table:
        for name in ("subject_id", "title", "city_slugs", "search_text"):
            table.alter_column(name, server_default=None)
        table.create_check_constraint(op.f("ck_queue_item_kind"), KINDS)
        table.create_unique_constraint(
            op.f("uq_queue_item_kind_subject_id"), ["kind", "subject_id"]
        )
        table.create_foreign_key(
            op.f("fk_queue_item_author_id_account"), "account", ["author_id"], ["id"]
        )
        table.create_foreign_key(
            op.f("fk_queue_item_topic_slug_topic"), "topic", ["topic_slug"], ["slug"]
        )
    op.create_index(
        op.f("ix_queue_item_proposal_number"), "queue_item", ["proposal_number"], unique=False
    )
    op.create_index(op.f("ix_queue_item_author_id"), "queue_item", ["author_id"], unique=False)


def downgrade() -> None:
    """Keep the items of proposals alone, as before."""
    op.execute(
        "DELETE FROM note WHERE item_id IN (SELECT id FROM queue_item WHERE kind <> 'proposal')"
    )
    op.execute("DELETE FROM queue_item WHERE kind <> 'proposal'")
    op.drop_index(op.f("ix_queue_item_author_id"), "queue_item")
    op.drop_index(op.f("ix_queue_item_proposal_number"), "queue_item")
    with op.batch_alter_table("queue_item", table_args=_kept_checks()) as table:
        table.drop_constraint(op.f("fk_queue_item_topic_slug_topic"), type_="foreignkey")
        table.drop_constraint(op.f("fk_queue_item_author_id_account"), type_="foreignkey")
        table.drop_constraint(op.f("uq_queue_item_kind_subject_id"), type_="unique")
        table.drop_constraint(op.f("ck_queue_item_kind"), type_="check")
        for name in (
            "search_text",
            "city_slugs",
            "topic_slug",
            "language",
            "revision",
            "title",
            "author_id",
            "subject_id",
        ):
            table.drop_column(name)
        table.alter_column("proposal_number", existing_type=KEY, nullable=False)
        table.create_check_constraint(op.f("ck_queue_item_kind"), "kind IN ('proposal')")
        table.create_unique_constraint(op.f("uq_queue_item_proposal_number"), ["proposal_number"])


def _kept_checks() -> tuple[sa.CheckConstraint, ...]:
    """SQLite makes the table anew and would lose the checks that it is not told of."""
    if op.get_bind().dialect.name != "sqlite":
        return ()
    rule = "(holder_id IS NULL) = (lease_until IS NULL)"
    return (sa.CheckConstraint(rule, name=op.f("ck_queue_item_lease_with_holder")),)


def _fill() -> None:
    connection = op.get_bind()
    rows = (
        connection.execute(
            sa.text(
                "SELECT i.id, r.title, r.revision, r.language, r.topic_slug, r.city_slugs, p.number, p.author_id, p.search_text"
                " FROM queue_item i JOIN proposal p ON p.number = i.proposal_number"
                " JOIN revision r ON r.proposal_number = p.number AND r.revision ="
                " (SELECT max(n.revision) FROM revision n WHERE n.proposal_number = p.number)"
            )
        )
        .mappings()
        .all()
    )
    items = sa.table(
        "queue_item",
        sa.column("id"),
        sa.column("subject_id"),
        sa.column("author_id"),
        sa.column("title"),
        sa.column("revision"),
        sa.column("language"),
        sa.column("topic_slug"),
        sa.column("city_slugs", DOCUMENT),
        sa.column("search_text"),
    )
    for row in rows:
        cities = row["city_slugs"]
        connection.execute(
            items.update()
            .where(items.c.id == row["id"])
            .values(
                subject_id=row["number"],
                author_id=row["author_id"],
                title=row["title"],
                revision=row["revision"],
                language=row["language"],
                topic_slug=row["topic_slug"],
                # Plain SQL gives a document as its text on SQLite, and as what it holds on PostgreSQL.
                city_slugs=json.loads(cities) if isinstance(cities, str) else cities,
                search_text=row["search_text"],
            )
        )
