"""What somebody's profile holds, for themselves (GDPR art. 15 and 20)."""

from typing import Any

from sqlalchemy.orm import Session

from citizen_diplomat.directory.queries import of_account


def export(session: Session, account_id: int) -> dict[str, Any] | None:
    """The profile with its skills and languages as plain JSON values; None without one."""
    profile = of_account(session, account_id)
    if profile is None:
        return None
    return {
        "name_in_latin_letters": profile.latin_name,
        "about": profile.about,
        "sister_city": profile.city_slug,
        "other_city": profile.other_city,
        "other_country": profile.other_country,
        "seen_by": profile.visibility,
        "languages": [row.code for row in profile.languages],
        "skills": [
            {"skill": row.skill_slug, "level": row.level, "willing_to_help": row.willing}
            for row in profile.skills
        ],
    }
