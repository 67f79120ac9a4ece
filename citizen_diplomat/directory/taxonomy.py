"""The taxonomy of skills: loaded from the file of this release, then added to and merged."""

from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from citizen_diplomat.directory.model import ProfileSkill, Skill, SkillGroup
from citizen_diplomat.foundation.reference_file import load, read_rows

FILE = Path(__file__).parent / "data" / "skills.json"
NAMES = ("slug", "name_fa", "name_en")


def load_reference(session: Session) -> None:
    """Add or refresh all groups of skills and their skills."""
    groups = read_rows(FILE)
    load(session, SkillGroup, [{name: group[name] for name in NAMES} for group in groups])
    # The skills point to their groups.
    session.flush()
    load(
        session,
        Skill,
        [
            {**{name: skill[name] for name in NAMES}, "group_slug": group["slug"]}
            for group in groups
            for skill in group["skills"]
        ],
    )


def skill_of(session: Session, slug: str) -> Skill | None:
    """One skill of the list, or None for a slug that nobody knows."""
    return session.get(Skill, slug)


def counts_by_skill(session: Session) -> dict[str, int]:
    """How many profiles name each skill; for those who keep the list, never for the public."""
    rows = session.execute(
        select(ProfileSkill.skill_slug, func.count()).group_by(ProfileSkill.skill_slug)
    )
    return {slug: number for slug, number in rows}  # noqa: C416 - rows are no pairs to mypy


def merged_skills(session: Session) -> Sequence[Skill]:
    """The skills that became another name of one, by name."""
    merged = select(Skill).where(Skill.merged_into.is_not(None))
    return session.scalars(merged.order_by(Skill.name_en, Skill.slug)).all()


def skill_names(session: Session, slugs: Sequence[str], language: str) -> list[str]:
    """What skills are called in a language today, in the order of the list."""
    if not slugs:
        return []
    meant = select(func.coalesce(Skill.merged_into, Skill.slug)).where(Skill.slug.in_(slugs))
    rows = session.scalars(select(Skill).where(Skill.slug.in_(meant)).order_by(Skill.position))
    return [row.name_fa if language == "fa" else row.name_en for row in rows]
