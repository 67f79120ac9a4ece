"""Skills that members miss in the list, and what the office does about each."""

import re
import unicodedata
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, joinedload, selectinload

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.audit.actions import record
from citizen_diplomat.directory.actions import reindex
from citizen_diplomat.directory.model import Profile, ProfileSkill, Skill, SkillSuggestion
from citizen_diplomat.directory.rules import (
    MOST_OPEN_SUGGESTIONS,
    MOST_SKILLS,
    SuggestionState,
)
from citizen_diplomat.foundation.folding import fold_tight

LONGEST_SLUG = 50


class AlreadyListed(Exception):  # noqa: N818 - named for what happened
    """The list holds a skill of this name; `slug` is its own."""

    def __init__(self, slug: str) -> None:
        """Take the slug of the skill that is there."""
        super().__init__(slug)
        self.slug = slug


class TooMany(Exception):  # noqa: N818 - named for what happened
    """This member has as many suggestions waiting as may wait."""


class AlreadyAnswered(Exception):  # noqa: N818 - named for what happened
    """Somebody answered this suggestion before."""


def suggest(
    session: Session, name: str, *, reason: str, by: Account, at: datetime
) -> SkillSuggestion:
    """Suggest a skill for the list; the same one suggested twice is one suggestion.

    Raises AlreadyListed when the list has it, however it is spelt, and TooMany.
    """
    listed = skill_called(session, name)
    if listed is not None:
        raise AlreadyListed(listed.slug)
    folded = fold_tight(name)
    same = _waiting_of(session, by.id, folded)
    if same is not None:
        return same
    if count_waiting(session, by.id) >= MOST_OPEN_SUGGESTIONS:
        raise TooMany
    suggestion = SkillSuggestion(
        account_id=by.id,
        account=by,
        name=name,
        folded=folded,
        reason=reason,
        state=SuggestionState.WAITING,
        created_at=at,
    )
    try:
        with session.begin_nested():
            session.add(suggestion)
    except IntegrityError:
        # The other click of a double click came first.
        same = _waiting_of(session, by.id, folded)
        if same is None:
            raise
        return same
    record(session, "skill.suggested", f"skill_suggestion:{suggestion.id}", by=by.id, at=at)
    return suggestion


def add(
    session: Session,
    suggestion: SkillSuggestion,
    *,
    name_fa: str,
    name_en: str,
    group_slug: str,
    by: Account,
    at: datetime,
) -> Skill:
    """Put a suggested skill into the list and into the profile of who suggested it.

    The suggestion's account must have been loaded. Raises AlreadyListed for a name that is taken,
    AlreadyAnswered.
    """
    _must_wait(suggestion)
    for name in (name_fa, name_en):
        listed = skill_called(session, name)
        if listed is not None:
            raise AlreadyListed(listed.slug)
    skill = Skill(
        slug=_free_slug(session, name_en, suggestion.id),
        group_slug=group_slug,
        name_fa=name_fa,
        name_en=name_en,
        position=(session.scalar(select(func.max(Skill.position))) or 0) + 1,
    )
    session.add(skill)
    _answer(session, suggestion, SuggestionState.ADDED, skill, by=by, at=at)
    return skill


def point_to(
    session: Session, suggestion: SkillSuggestion, skill: Skill, *, by: Account, at: datetime
) -> None:
    """Answer that the list holds it already as `skill`, which the suggester then has too.

    Raises AlreadyAnswered.
    """
    _must_wait(suggestion)
    _answer(session, suggestion, SuggestionState.KNOWN, skill, by=by, at=at)


def decline(session: Session, suggestion: SkillSuggestion, *, by: Account, at: datetime) -> None:
    """Answer that it will not be listed; why is told by the caller. Raises AlreadyAnswered."""
    _must_wait(suggestion)
    _answer(session, suggestion, SuggestionState.DECLINED, None, by=by, at=at)


def skill_called(session: Session, name: str) -> Skill | None:
    """The skill of the list whose Persian or English name is spelt so, however it is spaced."""
    wanted = fold_tight(name)
    listed = session.scalars(select(Skill).where(Skill.merged_into.is_(None)))
    return next(
        (one for one in listed if wanted in (fold_tight(one.name_fa), fold_tight(one.name_en))),
        None,
    )


def suggestion_by_id(session: Session, number: int) -> SkillSuggestion | None:
    """One suggestion with who made it, or None."""
    return session.scalar(
        select(SkillSuggestion)
        .where(SkillSuggestion.id == number)
        .options(joinedload(SkillSuggestion.account))
    )


def suggestions_of(session: Session, account_id: int, *, limit: int = 20) -> list[SkillSuggestion]:
    """The newest suggestions of a member."""
    return list(
        session.scalars(
            select(SkillSuggestion)
            .where(SkillSuggestion.account_id == account_id)
            .order_by(SkillSuggestion.id.desc())
            .limit(limit)
        )
    )


def count_waiting(session: Session, account_id: int) -> int:
    """How many suggestions of a member still wait."""
    return (
        session.scalar(
            select(func.count())
            .select_from(SkillSuggestion)
            .where(
                SkillSuggestion.account_id == account_id,
                SkillSuggestion.state == SuggestionState.WAITING,
            )
        )
        or 0
    )


def _waiting_of(session: Session, account_id: int, folded: str) -> SkillSuggestion | None:
    return session.scalar(
        select(SkillSuggestion).where(
            SkillSuggestion.account_id == account_id,
            SkillSuggestion.folded == folded,
            SkillSuggestion.state == SuggestionState.WAITING,
        )
    )


def _must_wait(suggestion: SkillSuggestion) -> None:
    if suggestion.state != SuggestionState.WAITING:
        raise AlreadyAnswered


def _answer(
    session: Session,
    suggestion: SkillSuggestion,
    state: SuggestionState,
    skill: Skill | None,
    *,
    by: Account,
    at: datetime,
) -> None:
    suggestion.state, suggestion.answered_at = state, at
    suggestion.skill_slug = skill.slug if skill else None
    # The skill is a row before a profile points to it.
    session.flush()
    if skill is not None:
        _give(session, suggestion.account_id, skill)
    record(
        session,
        f"skill.{state}",
        f"skill_suggestion:{suggestion.id}",
        by=by.id,
        at=at,
        skill=skill.slug if skill else None,
    )


def _give(session: Session, account_id: int, skill: Skill) -> None:
    """Who missed a skill wanted to say that they have it."""
    profile = session.scalar(
        select(Profile)
        .where(Profile.account_id == account_id)
        .options(selectinload(Profile.skills), joinedload(Profile.account))
    )
    if profile is None or len(profile.skills) >= MOST_SKILLS:
        return
    if skill.slug not in {row.skill_slug for row in profile.skills}:
        profile.skills.append(ProfileSkill(skill_slug=skill.slug))
        reindex(session, profile)


def _free_slug(session: Session, name: str, number: int) -> str:
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:LONGEST_SLUG] or "skill"
    return f"{slug}-{number}" if session.get(Skill, slug) is not None else slug
