"""Digests: a day and an hour that each member chooses, and a ledger of what each one covered."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0030"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
CHECKS = {"weekday": "weekday BETWEEN 0 AND 6", "hour": "hour BETWEEN 0 AND 23"}
OUTCOMES = "outcome IN ('waiting', 'sent', 'nothing', 'stopped')"
EIGHT = time(8)
AT_ONCE = 1_000


def upgrade() -> None:
    """Whoever has a digest keeps Saturday at eight, and is told nothing twice."""
    with op.batch_alter_table("subscription") as table:
        for name, value in (("weekday", "5"), ("hour", "8")):
            new = sa.Column(name, sa.SmallInteger(), nullable=False, server_default=value)
            table.add_column(new)
            table.create_check_constraint(op.f(f"ck_subscription_{name}"), CHECKS[name])
        table.add_column(sa.Column("chosen_at", MOMENT, nullable=True))
    op.execute("UPDATE subscription SET chosen_at = since")
    with op.batch_alter_table("subscription") as table:
        table.alter_column("chosen_at", existing_type=MOMENT, nullable=False)
    _create_news()
    _note_the_past()
    _extend_ledger()


def downgrade() -> None:
    """Everybody hears on Saturday at eight again."""
    with op.batch_alter_table("digest_issue") as table:
        table.drop_constraint(op.f("uq_digest_issue_account_id_covered_from"), type_="unique")
        table.drop_constraint(op.f("ck_digest_issue_outcome"), type_="check")
        for name in ("covered_from", "covered_until", "outcome"):
            table.drop_column(name)
    op.drop_table("digest_reach")
    op.drop_table("digest_news")
    with op.batch_alter_table("subscription") as table:
        for name in CHECKS:
            table.drop_constraint(op.f(f"ck_subscription_{name}"), type_="check")
            table.drop_column(name)
        table.drop_column("chosen_at")


def _create_news() -> None:
    op.create_table(
        "digest_news",
        sa.Column("id", KEY, nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("subject_id", KEY, nullable=False),
        sa.Column("moment", MOMENT, nullable=False),
        sa.CheckConstraint("kind IN ('proposal', 'answer')", name=op.f("ck_digest_news_kind")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_digest_news")),
        sa.UniqueConstraint("kind", "subject_id", name=op.f("uq_digest_news_kind_subject_id")),
    )
    op.create_index("ix_digest_news_moment", "digest_news", ["kind", "moment", "subject_id"])
    op.create_table(
        "digest_reach",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("until", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_digest_reach")),
    )


def _note_the_past() -> None:
    """What was published and decided keeps its own time: digests have told it, or will."""
    op.execute(
        "INSERT INTO digest_news (kind, subject_id, moment)"
        " SELECT 'proposal', number, published_at FROM proposal"
        " WHERE state = 'accepted' AND published_at IS NOT NULL"
    )
    op.execute(
        "INSERT INTO digest_news (kind, subject_id, moment) SELECT 'answer', id, at FROM decision"
    )


def _extend_ledger() -> None:
    with op.batch_alter_table("digest_issue") as table:
        table.add_column(sa.Column("covered_from", MOMENT, nullable=True))
        table.add_column(sa.Column("covered_until", MOMENT, nullable=True))
        table.add_column(
            sa.Column("outcome", sa.String(length=10), nullable=False, server_default="sent")
        )
    for rows in _covered():
        op.get_bind().execute(
            sa.text(
                "UPDATE digest_issue SET covered_from = :start, covered_until = :end,"
                " outcome = CASE WHEN item_count = 0 THEN 'nothing' ELSE 'sent' END WHERE id = :id"
            ).bindparams(sa.bindparam("start", type_=MOMENT), sa.bindparam("end", type_=MOMENT)),
            rows,
        )
    with op.batch_alter_table("digest_issue") as table:
        table.alter_column("covered_from", existing_type=MOMENT, nullable=False)
        table.alter_column("covered_until", existing_type=MOMENT, nullable=False)
        table.alter_column("outcome", existing_type=sa.String(length=10), server_default=None)
        table.create_check_constraint(op.f("ck_digest_issue_outcome"), OUTCOMES)
        table.create_unique_constraint(
            op.f("uq_digest_issue_account_id_covered_from"), ["account_id", "covered_from"]
        )


def _covered() -> Iterator[list[dict[str, object]]]:
    """The stretches of the digests made so far, one after the other for each member.

    They were told at eight on the member's clock; time zones and frequencies may have changed
    since, so that one that would not end later than the one before it is put right behind it.
    """
    found = op.get_bind().execute(
        sa.text(
            "SELECT i.id, i.account_id, i.period_start, i.period_end, a.time_zone"
            " FROM digest_issue i JOIN account a ON a.id = i.account_id"
            " ORDER BY i.account_id, i.made_at, i.id"
        ).columns(period_start=sa.Date(), period_end=sa.Date())
    )
    rows: list[dict[str, object]] = []
    member, told = 0, datetime.min.replace(tzinfo=UTC)
    for number, account, first, last, zone in found.all():
        start, end = _eight(first, zone), _eight(last, zone)
        if account == member:
            start = max(start, told)
        end = max(end, start.replace(microsecond=start.microsecond + 1))
        rows.append({"id": number, "start": start, "end": end})
        member, told = account, end
    for begin in range(0, len(rows), AT_ONCE):
        yield rows[begin : begin + AT_ONCE]


def _eight(day: date, zone: str) -> datetime:
    return datetime.combine(day, EIGHT, ZoneInfo(zone)).astimezone(UTC)
