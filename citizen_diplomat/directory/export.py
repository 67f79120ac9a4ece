"""What somebody's profile holds, for themselves (GDPR art. 15 and 20)."""

from base64 import b64encode
from typing import Any

from sqlalchemy.orm import Session

from citizen_diplomat.directory.model import Profile, ProfilePhoto
from citizen_diplomat.directory.photos import own_photo
from citizen_diplomat.directory.queries import of_account
from citizen_diplomat.directory.rules import Audience, Part
from citizen_diplomat.directory.suggestions import suggestions_of
from citizen_diplomat.foundation.clock import written

MOST_EXPORTED = 10_000


def export_suggestions(session: Session, account_id: int) -> list[dict[str, Any]]:
    """The skills that somebody suggested, and what became of each, newest first."""
    return [
        {
            "skill": row.name,
            "reason": row.reason,
            "state": row.state,
            "listed_as": row.skill_slug,
            "suggested_at": written(row.created_at),
            "answered_at": written(row.answered_at),
        }
        for row in suggestions_of(session, account_id, limit=MOST_EXPORTED)
    ]


def export(session: Session, account_id: int) -> dict[str, Any] | None:
    """The profile with its skills and languages as plain JSON values; None without one."""
    profile = of_account(session, account_id)
    if profile is None:
        return None
    return {
        "name_in_latin_letters": profile.latin_name,
        "about": profile.about,
        "organisation": profile.organisation,
        "sister_city": profile.city_slug,
        "other_city": profile.other_city,
        "other_country": profile.other_country,
        "seen_by": {part.value: audience.value for part, audience in _audiences(profile)},
        "languages": [{"language": row.code, "level": row.level} for row in profile.languages],
        "skills": [
            {"skill": row.skill_slug, "level": row.level, "willing_to_help": row.willing}
            for row in profile.skills
        ],
        "time_for_others": profile.availability,
        "office_may_ask": profile.may_be_asked,
        "photo": _photo(own_photo(session, account_id)),
    }


def _photo(photo: ProfilePhoto | None) -> dict[str, Any] | None:
    if photo is None:
        return None
    return {
        "added_at": written(photo.added_at),
        "type": "image/jpeg",
        "content_in_base64": b64encode(photo.content).decode("ascii"),
    }


def _audiences(profile: Profile) -> list[tuple[Part, Audience]]:
    ladder = profile.ladder()
    return [(part, ladder.of(part)) for part in Part]
