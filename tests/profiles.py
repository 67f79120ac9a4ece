"""Profiles for stories: what somebody says of themselves, saved as their own form saves it."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy.orm import Session

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.directory.actions import save_profile
from citizen_diplomat.directory.queries import of_account
from citizen_diplomat.directory.rules import (
    Audience,
    Availability,
    Ladder,
    LanguageDraft,
    LanguageLevel,
    ProfileDraft,
    SkillDraft,
    SkillLevel,
)

NOON = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)
NASRIN = ProfileDraft(
    display_name="نسرین بهرامی",
    latin_name="Nasrin Bahrami",
    about="کارگاه سفال",
    city_slug="barcelona",
    other_city="",
    other_country="",
    languages=frozenset({LanguageDraft("fa", LanguageLevel.NATIVE), LanguageDraft("ca")}),
    skills=frozenset(
        {SkillDraft("pottery", SkillLevel.PROFESSIONAL, True), SkillDraft("architecture")}
    ),
    version=1,
    ladder=Ladder.all_of(Audience.MEMBERS),
    availability=Availability.DAY,
)


def describe(session: Session, account: Account, draft: ProfileDraft, **changes: Any) -> None:
    """Save a profile and commit; what is named in `changes` differs from `draft`."""
    profile = of_account(session, account.id, to_change=True)
    assert profile is not None
    wanted = replace(draft, **changes, version=profile.version)
    save_profile(session, profile, wanted, by=profile.account, at=NOON)
    session.commit()
    session.expunge_all()
    session.rollback()
