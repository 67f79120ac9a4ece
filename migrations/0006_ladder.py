"""Each part of a profile gets its own audience; levels get new names; search keeps to the ladder."""

import sqlalchemy as sa
from alembic import op

from citizen_diplomat.foundation.sounds import sounds

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
PARTS = ("name", "latin_name", "city", "skills", "languages", "about", "photo")
AUDIENCES = "'only_me', 'staff', 'members', 'everyone'"
AVAILABILITIES = "'none', 'few_hours', 'day', 'more'"
LANGUAGE_LEVELS = "'basic', 'conversational', 'fluent', 'native'"
OLD_LEVELS = "'basic', 'intermediate', 'advanced', 'expert'"
NEW_LEVELS = "'some', 'good', 'professional'"
NEW_NAME = {
    "basic": "some",
    "intermediate": "good",
    "advanced": "professional",
    "expert": "professional",
}
OLD_NAME = {"some": "basic", "good": "intermediate", "professional": "advanced"}
SEARCHED = (
    "staff_search_text",
    "staff_search_sounds",
    "member_search_text",
    "member_search_sounds",
)


def upgrade() -> None:
    """Who opened a profile to members opened each part to them; all else is for staff alone."""
    with op.batch_alter_table("profile") as table:
        for part in PARTS:
            table.add_column(
                sa.Column(f"{part}_seen_by", sa.String(10), nullable=False, server_default="staff")
            )
        table.add_column(
            sa.Column("availability", sa.String(10), nullable=False, server_default="none")
        )
        table.add_column(
            sa.Column("may_be_asked", sa.Boolean(), nullable=False, server_default=sa.false())
        )
        for name in SEARCHED:
            table.add_column(sa.Column(name, sa.Text(), nullable=False, server_default=""))
    _fill_profiles()
    with op.batch_alter_table("profile") as table:
        table.drop_constraint(op.f("ck_profile_visibility"), type_="check")
        table.drop_column("visibility")
        table.drop_column("search_text")
        for part in PARTS:
            table.create_check_constraint(
                op.f(f"ck_profile_{part}_seen_by"), f"{part}_seen_by IN ({AUDIENCES})"
            )
            table.alter_column(f"{part}_seen_by", server_default=None)
        table.create_check_constraint(
            op.f("ck_profile_availability"), f"availability IN ({AVAILABILITIES})"
        )
        for name in ("availability", "may_be_asked", *SEARCHED):
            table.alter_column(name, server_default=None)
    with op.batch_alter_table("profile_language") as table:
        table.add_column(
            sa.Column("level", sa.String(20), nullable=False, server_default="conversational")
        )
    with op.batch_alter_table("profile_language") as table:
        table.create_check_constraint(
            op.f("ck_profile_language_level"), f"level IN ({LANGUAGE_LEVELS})"
        )
        table.alter_column("level", server_default=None)
    op.create_index("ix_profile_language_code", "profile_language", ["code"])
    _rename_levels(NEW_NAME, NEW_LEVELS)
    op.create_table(
        "profile_photo",
        sa.Column("account_id", KEY, nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["profile.account_id"],
            name=op.f("fk_profile_photo_account_id_profile"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_profile_photo")),
    )


def downgrade() -> None:
    """Who shows every part to members is open to them; a part for its owner alone is staff's."""
    op.drop_table("profile_photo")
    _rename_levels(OLD_NAME, OLD_LEVELS)
    op.drop_index("ix_profile_language_code", "profile_language")
    with op.batch_alter_table("profile_language") as table:
        table.drop_constraint(op.f("ck_profile_language_level"), type_="check")
        table.drop_column("level")
    with op.batch_alter_table("profile") as table:
        table.add_column(
            sa.Column("visibility", sa.String(10), nullable=False, server_default="staff")
        )
        table.add_column(sa.Column("search_text", sa.Text(), nullable=False, server_default=""))
    opened = " AND ".join(f"{part}_seen_by IN ('members', 'everyone')" for part in PARTS)
    op.execute(
        f"UPDATE profile SET search_text = staff_search_text,"  # noqa: S608 - our own names
        f" visibility = CASE WHEN {opened} THEN 'members' ELSE 'staff' END"
    )
    with op.batch_alter_table("profile") as table:
        for part in PARTS:
            table.drop_constraint(op.f(f"ck_profile_{part}_seen_by"), type_="check")
            table.drop_column(f"{part}_seen_by")
        table.drop_constraint(op.f("ck_profile_availability"), type_="check")
        for name in ("availability", "may_be_asked", *SEARCHED):
            table.drop_column(name)
        table.create_check_constraint(
            op.f("ck_profile_visibility"), "visibility IN ('staff', 'members')"
        )
        table.alter_column("visibility", server_default=None)
        table.alter_column("search_text", server_default=None)


def _fill_profiles() -> None:
    opened = ", ".join(f"{part}_seen_by = visibility" for part in PARTS)
    op.execute(f"UPDATE profile SET {opened}, staff_search_text = search_text")  # noqa: S608
    connection = op.get_bind()
    people = connection.exec_driver_sql(
        "SELECT account_id, display_name, latin_name FROM profile"
        " JOIN account ON account.id = profile.account_id"
    ).all()
    for number, name, latin_name in people:
        connection.execute(
            sa.text("UPDATE profile SET staff_search_sounds = :heard WHERE account_id = :number"),
            {"heard": sounds(name, latin_name), "number": number},
        )
    op.execute(
        "UPDATE profile SET member_search_text = search_text,"
        " member_search_sounds = staff_search_sounds WHERE visibility = 'members'"
    )


def _rename_levels(names: dict[str, str], allowed: str) -> None:
    with op.batch_alter_table("profile_skill") as table:
        table.drop_constraint(op.f("ck_profile_skill_level"), type_="check")
    for before, after in names.items():
        op.execute(
            sa.text("UPDATE profile_skill SET level = :after WHERE level = :before").bindparams(
                after=after, before=before
            )
        )
    with op.batch_alter_table("profile_skill") as table:
        table.create_check_constraint(op.f("ck_profile_skill_level"), f"level IN ({allowed})")
