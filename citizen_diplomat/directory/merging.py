"""Making one skill of two, so that nobody loses what they said they can do."""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session, joinedload, selectinload

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.audit.actions import record
from citizen_diplomat.directory.actions import reindex
from citizen_diplomat.directory.model import Profile, ProfileSkill, Skill
from citizen_diplomat.directory.rules import SkillLevel


class NotMergeable(Exception):  # noqa: N818 - named for what happened
    """A skill is not merged with itself, nor with or into one that was merged before."""


def merge(session: Session, skill: Skill, into: Skill, *, by: Account, at: datetime) -> int:
    """Make `skill` another name of `into`; returns how many profiles had it.

    Who had both keeps the higher level, and helps with it if they would with either. The merged
    skill stays as a row: what was submitted with it is not rewritten. Raises NotMergeable.
    """
    if skill.slug == into.slug or skill.merged_into or into.merged_into:
        raise NotMergeable
    holders = session.scalars(
        select(Profile)
        .where(Profile.skills.any(ProfileSkill.skill_slug == skill.slug))
        .options(selectinload(Profile.skills), joinedload(Profile.account))
        .order_by(Profile.account_id)
        .with_for_update(of=Profile)
    ).all()
    for profile in holders:
        _move(profile, skill.slug, into.slug)
        reindex(session, profile)
    session.execute(
        update(Skill).where(Skill.merged_into == skill.slug).values(merged_into=into.slug)
    )
    skill.merged_into = into.slug
    record(
        session,
        "skill.merged",
        f"skill:{skill.slug}",
        by=by.id,
        at=at,
        into=into.slug,
        profiles=len(holders),
    )
    return len(holders)


def _move(profile: Profile, old: str, new: str) -> None:
    held = {row.skill_slug: row for row in profile.skills}
    before, after = held[old], held.get(new)
    if after is None:
        after = ProfileSkill(skill_slug=new, level=before.level, willing=before.willing)
        profile.skills.append(after)
    else:
        after.level = max(SkillLevel(before.level), SkillLevel(after.level), key=_rank)
        after.willing = before.willing or after.willing
    profile.skills.remove(before)


def _rank(level: SkillLevel) -> int:
    return list(SkillLevel).index(level)
