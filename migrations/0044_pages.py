"""Editions of the pages that the office edits, and the draft of each."""

import sqlalchemy as sa
from alembic import op

revision = "0044"
down_revision = "0041"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
TEXTS = {"title": 80, "body": 20000, "note": 400}
NAMES = [(f"{name}_{code}", most) for name, most in TEXTS.items() for code in ("fa", "en")]
SLUGS = "slug IN ('about', 'how-we-decide', 'help', 'privacy', 'terms', 'accessibility')"


def upgrade() -> None:
    """Add both tables; without a row every page says what came with the site."""
    op.create_table(
        "page_edition",
        sa.Column("id", KEY, nullable=False),
        sa.Column("slug", sa.String(length=20), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name, _ in NAMES),
        sa.Column("asks_again", sa.Boolean(), nullable=False),
        sa.Column("effective_at", MOMENT, nullable=False),
        sa.Column("published_at", MOMENT, nullable=False),
        sa.Column("published_by", KEY, nullable=True),
        *_checks("page_edition"),
        sa.CheckConstraint(
            "NOT asks_again OR slug = 'terms'", name=op.f("ck_page_edition_only_terms_ask")
        ),
        sa.ForeignKeyConstraint(
            ["published_by"], ["account.id"], name=op.f("fk_page_edition_published_by_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_page_edition")),
        sa.UniqueConstraint("slug", "number", name=op.f("uq_page_edition_slug_number")),
    )
    op.create_table(
        "page_draft",
        sa.Column("slug", sa.String(length=20), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name, _ in NAMES),
        sa.Column("effective_at", MOMENT, nullable=True),
        sa.Column("asks_again", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.Column("updated_by", KEY, nullable=False),
        *_checks("page_draft"),
        sa.ForeignKeyConstraint(
            ["updated_by"], ["account.id"], name=op.f("fk_page_draft_updated_by_account")
        ),
        sa.PrimaryKeyConstraint("slug", name=op.f("pk_page_draft")),
    )


def downgrade() -> None:
    """Take both away: every page says again what came with the site."""
    op.drop_table("page_draft")
    op.drop_table("page_edition")


def _checks(table: str) -> list[sa.CheckConstraint]:
    lengths = [
        sa.CheckConstraint(f"length({name}) <= {most}", name=op.f(f"ck_{table}_{name}_length"))
        for name, most in NAMES
    ]
    return [sa.CheckConstraint(SLUGS, name=op.f(f"ck_{table}_slug")), *lengths]
