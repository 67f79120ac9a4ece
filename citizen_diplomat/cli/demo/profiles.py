"""What the authors say of themselves, and what they want to hear of."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.digests.actions import choose
from citizen_diplomat.digests.rules import Frequency
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

LEVELS = (SkillLevel.PROFESSIONAL, SkillLevel.GOOD, SkillLevel.SOME)
FLUENCY = (LanguageLevel.NATIVE, LanguageLevel.FLUENT, LanguageLevel.CONVERSATIONAL)


def describe(
    session: Session,
    account: Account,
    author: dict[str, Any],
    proposal: dict[str, Any],
    *,
    at: datetime,
) -> None:
    """Fill in an author's profile; profession and skills are those of their first proposal."""
    profile = of_account(session, account.id)
    assert profile is not None, "every member has one"
    draft = ProfileDraft(
        display_name=account.display_name,
        latin_name=author.get("latin", ""),
        about=author.get("about", proposal["profession"]),
        city_slug=profile.city_slug,
        other_city="",
        other_country="",
        languages=_languages(author["speaks"]),
        skills=_skills(proposal["skills"]),
        version=profile.version,
        ladder=_ladder(author["seen_by"]),
        availability=Availability(author.get("time", "none")),
        may_be_asked=author.get("may_be_asked", False),
    )
    save_profile(session, profile, draft, by=account, at=at)
    if author["digest"] != Frequency.NEVER:
        subscribe(session, account, Frequency(author["digest"]), at=at)


def subscribe(session: Session, account: Account, frequency: Frequency, *, at: datetime) -> None:
    """Let somebody ask for news of all cities and topics."""
    # The account must have its number.
    session.flush()
    choose(session, account, frequency, by=account, at=at, source="demo")


def _skills(slugs: list[str]) -> frozenset[SkillDraft]:
    return frozenset(
        SkillDraft(slug, LEVELS[min(place, len(LEVELS) - 1)], willing=place < 2)
        for place, slug in enumerate(slugs)
    )


def _languages(codes: list[str]) -> frozenset[LanguageDraft]:
    return frozenset(
        LanguageDraft(code, FLUENCY[min(place, len(FLUENCY) - 1)])
        for place, code in enumerate(codes)
    )


def _ladder(seen_by: str | dict[str, str]) -> Ladder:
    """One audience for all parts, or some parts by name and staff for the rest."""
    if isinstance(seen_by, str):
        return Ladder.all_of(Audience(seen_by))
    return Ladder(**{part: Audience(audience) for part, audience in seen_by.items()})
