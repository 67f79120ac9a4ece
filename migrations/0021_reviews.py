"""Reviews by several, blind review, mentions, questions in the file, declared conflicts."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
AUDIENCES = "'only_me', 'staff', 'members', 'everyone'"
OF_PROFILE = ("organisation", "organisation_key", "organisation_seen_by")
OF_CONFLICT = ("reason", "lifted_at", "lifted_by", "lifted_because")


def upgrade() -> None:
    """Let several review one item, each by themselves, and say when they must not."""
    _add_organisation()
    _add_declarations()
    op.create_table(
        "review_criterion",
        sa.Column("slug", sa.String(40), nullable=False),
        *(
            sa.Column(f"{name}_{code}", sa.String(length), nullable=False)
            for name, length in (("name", 60), ("low", 160), ("high", 160))
            for code in ("fa", "en")
        ),
        sa.Column("weight", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("weight BETWEEN 0 AND 10", name=op.f("ck_review_criterion_weight")),
        sa.PrimaryKeyConstraint("slug", name=op.f("pk_review_criterion")),
    )
    _create_reviews()
    op.create_table(
        "desk_setting",
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("value", sa.String(200), nullable=False),
        sa.Column("changed_by", KEY, nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        _points("desk_setting", "changed_by", "account.id"),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_desk_setting")),
    )
    op.create_table(
        "note_mention",
        sa.Column("note_id", KEY, nullable=False),
        sa.Column("account_id", KEY, nullable=False),
        _points("note_mention", "note_id", "note.id", ondelete="CASCADE"),
        _points("note_mention", "account_id", "account.id"),
        sa.PrimaryKeyConstraint("note_id", "account_id", name=op.f("pk_note_mention")),
    )
    op.create_index(op.f("ix_note_mention_account_id"), "note_mention", ["account_id"])
    _create_questions()


def downgrade() -> None:
    """Take reviews, questions and mentions away; whoever declared a conflict stays excluded."""
    for name in (
        *("file_question", "note_mention", "desk_setting"),
        *("review_score", "review", "review_criterion"),
    ):
        op.drop_table(name)
    # What was lifted binds nobody, and an older release knows no lifting.
    op.execute("DELETE FROM conflict_of_interest WHERE lifted_at IS NOT NULL")
    with op.batch_alter_table("conflict_of_interest") as table:
        for check in ("reason_length", "lifted_because_length", "lifted"):
            table.drop_constraint(op.f(f"ck_conflict_of_interest_{check}"), type_="check")
        table.drop_constraint(op.f("fk_conflict_of_interest_lifted_by_account"), type_="foreignkey")
        for name in OF_CONFLICT:
            table.drop_column(name)
    op.drop_index(op.f("ix_profile_organisation_key"), "profile")
    with op.batch_alter_table("profile") as table:
        table.drop_constraint(op.f("ck_profile_organisation_seen_by"), type_="check")
        for name in OF_PROFILE:
            table.drop_column(name)


def _add_organisation() -> None:
    defaults = (sa.String(120), ""), (sa.Text(), ""), (sa.String(10), "only_me")
    with op.batch_alter_table("profile") as table:
        for name, (kind, default) in zip(OF_PROFILE, defaults, strict=True):
            table.add_column(sa.Column(name, kind, nullable=False, server_default=default))
    with op.batch_alter_table("profile") as table:
        table.create_check_constraint(
            op.f("ck_profile_organisation_seen_by"), f"organisation_seen_by IN ({AUDIENCES})"
        )
        for name in OF_PROFILE:
            table.alter_column(name, server_default=None)
    op.create_index(op.f("ix_profile_organisation_key"), "profile", ["organisation_key"])


def _add_declarations() -> None:
    with op.batch_alter_table("conflict_of_interest") as table:
        for name in ("reason", "lifted_because"):
            table.add_column(sa.Column(name, sa.Text(), nullable=False, server_default=""))
        table.add_column(sa.Column("lifted_at", sa.DateTime(timezone=True), nullable=True))
        table.add_column(sa.Column("lifted_by", KEY, nullable=True))
    with op.batch_alter_table("conflict_of_interest") as table:
        for name in ("reason", "lifted_because"):
            table.create_check_constraint(
                op.f(f"ck_conflict_of_interest_{name}_length"), f"length({name}) <= 500"
            )
            table.alter_column(name, server_default=None)
        table.create_check_constraint(
            op.f("ck_conflict_of_interest_lifted"), "(lifted_at IS NULL) = (lifted_by IS NULL)"
        )
        table.create_foreign_key(
            op.f("fk_conflict_of_interest_lifted_by_account"), "account", ["lifted_by"], ["id"]
        )


def _create_reviews() -> None:
    op.create_table(
        "review",
        sa.Column("id", KEY, nullable=False),
        sa.Column("item_id", KEY, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("reviewer_id", KEY, nullable=False),
        sa.Column("abstained_because", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("length(abstained_because) <= 500", name=op.f("ck_review_abstained")),
        _points("review", "item_id", "queue_item.id"),
        _points("review", "reviewer_id", "account.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review")),
        sa.UniqueConstraint(
            *("item_id", "revision", "reviewer_id"),
            name=op.f("uq_review_item_id_revision_reviewer_id"),
        ),
    )
    op.create_index(op.f("ix_review_reviewer_id"), "review", ["reviewer_id"])
    op.create_table(
        "review_score",
        sa.Column("review_id", KEY, nullable=False),
        sa.Column("criterion_slug", sa.String(40), nullable=False),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.CheckConstraint("score BETWEEN 1 AND 5", name=op.f("ck_review_score_score")),
        sa.CheckConstraint("length(words) <= 1000", name=op.f("ck_review_score_words_length")),
        _points("review_score", "review_id", "review.id", ondelete="CASCADE"),
        _points("review_score", "criterion_slug", "review_criterion.slug"),
        sa.PrimaryKeyConstraint("review_id", "criterion_slug", name=op.f("pk_review_score")),
    )


def _create_questions() -> None:
    op.create_table(
        "file_question",
        sa.Column("id", KEY, nullable=False),
        sa.Column("item_id", KEY, nullable=False),
        sa.Column("proposal_number", KEY, nullable=False),
        sa.Column("asked_by", KEY, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_by", KEY, nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "length(text) BETWEEN 1 AND 2000", name=op.f("ck_file_question_text_length")
        ),
        sa.CheckConstraint("length(answer) <= 5000", name=op.f("ck_file_question_answer_length")),
        sa.CheckConstraint(
            "(answered_at IS NULL) = (answer = '')", name=op.f("ck_file_question_answered")
        ),
        _points("file_question", "item_id", "queue_item.id"),
        _points("file_question", "proposal_number", "proposal.number"),
        _points("file_question", "asked_by", "account.id"),
        _points("file_question", "answered_by", "account.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_file_question")),
    )
    op.create_index(op.f("ix_file_question_item_id"), "file_question", ["item_id"])
    op.create_index("ix_file_question_proposal", "file_question", ["proposal_number", "id"])


def _points(
    table: str, column: str, target: str, *, ondelete: str | None = None
) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_{target.partition('.')[0]}")
    return sa.ForeignKeyConstraint([column], [target], name=name, ondelete=ondelete)
