"""The taxonomy of skills, loaded from the file of this release."""

from pathlib import Path

from sqlalchemy.orm import Session

from citizen_diplomat.directory.model import Skill, SkillGroup
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
