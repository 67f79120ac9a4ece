"""Suggested skills in the queue: they come in with the suggestion and leave with the answer."""

from datetime import datetime

from sqlalchemy.orm import Session

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.directory import suggestions
from citizen_diplomat.directory.model import Skill, SkillSuggestion
from citizen_diplomat.foundation.text import search_text
from citizen_diplomat.mail.outbox import post
from citizen_diplomat.moderation.claims import claim
from citizen_diplomat.moderation.messages import SkillAnswered
from citizen_diplomat.moderation.model import QueueItem
from citizen_diplomat.moderation.queue import Subject, close, enqueue
from citizen_diplomat.moderation.rules import ItemKind


def suggest(
    session: Session, name: str, *, reason: str, by: Account, at: datetime
) -> SkillSuggestion:
    """Suggest a skill and let it wait for staff.

    Raises what `directory.suggestions.suggest` raises.
    """
    suggestion = suggestions.suggest(session, name, reason=reason, by=by, at=at)
    subject = Subject(
        ItemKind.SKILL,
        suggestion.id,
        title=suggestion.name,
        search_text=search_text(suggestion.name, suggestion.reason),
        author_id=by.id,
    )
    if suggestion.created_at == at:
        enqueue(session, subject, at=at)
    return suggestion


def add(
    session: Session,
    item: QueueItem,
    suggestion: SkillSuggestion,
    *,
    name_fa: str,
    name_en: str,
    group_slug: str,
    by: Account,
    at: datetime,
    link: str,
) -> Skill:
    """Add the skill to the list and tell who suggested it; a free item is claimed on the way.

    `link` is the member's profile page. Raises what `claim` and `directory.suggestions.add` raise.
    """
    claim(session, item, by=by, at=at)
    skill = suggestions.add(
        session, suggestion, name_fa=name_fa, name_en=name_en, group_slug=group_slug, by=by, at=at
    )
    close(item, at=at)
    _tell(session, suggestion, skill, "", at=at, link=link)
    return skill


def point_to(
    session: Session,
    item: QueueItem,
    suggestion: SkillSuggestion,
    skill: Skill,
    *,
    by: Account,
    at: datetime,
    link: str,
) -> None:
    """Say that the list holds it already as `skill`; raises what `decline` raises."""
    claim(session, item, by=by, at=at)
    suggestions.point_to(session, suggestion, skill, by=by, at=at)
    close(item, at=at)
    _tell(session, suggestion, skill, "", at=at, link=link)


def decline(
    session: Session,
    item: QueueItem,
    suggestion: SkillSuggestion,
    *,
    message: str,
    by: Account,
    at: datetime,
    link: str,
) -> None:
    """Say that it will not be listed, and why. Raises what `claim` raises, AlreadyAnswered."""
    claim(session, item, by=by, at=at)
    suggestions.decline(session, suggestion, by=by, at=at)
    close(item, at=at)
    _tell(session, suggestion, None, message, at=at, link=link)


def _tell(
    session: Session,
    suggestion: SkillSuggestion,
    skill: Skill | None,
    message: str,
    *,
    at: datetime,
    link: str,
) -> None:
    person = suggestion.account
    if not person.is_open:
        return
    listed = (skill.name_fa if person.language == "fa" else skill.name_en) if skill else ""
    post(
        session,
        SkillAnswered(suggestion.name, suggestion.state, listed, message, link),
        person.recipient,
        key=f"skill_answered:{suggestion.id}",
        at=at,
    )
