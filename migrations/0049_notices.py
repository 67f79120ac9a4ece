"""Calls, events, relations and news of the office are told in digests too."""

from alembic import op

revision = "0049"
down_revision = "0039"
branch_labels = None
depends_on = None

BEFORE = "kind IN ('proposal', 'answer')"
AFTER = "kind IN ('proposal', 'answer', 'call', 'event', 'relation', 'news')"


def upgrade() -> None:
    """Let them be noted; calls that have been open for a week or less are told."""
    _check(AFTER)


def downgrade() -> None:
    """Forget which were told."""
    op.execute("DELETE FROM digest_news WHERE kind NOT IN ('proposal', 'answer')")
    _check(BEFORE)


def _check(which: str) -> None:
    with op.batch_alter_table("digest_news") as table:
        table.drop_constraint(op.f("ck_digest_news_kind"), type_="check")
        table.create_check_constraint(op.f("ck_digest_news_kind"), which)
