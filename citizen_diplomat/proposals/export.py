"""Everything somebody wrote as proposals, for themselves (GDPR art. 15 and 20)."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from citizen_diplomat.foundation.clock import written
from citizen_diplomat.proposals.model import Proposal, ProposalEvent, Revision
from citizen_diplomat.proposals.queries import history, revisions
from citizen_diplomat.proposals.rules import Draft


def export(session: Session, account_id: int) -> list[dict[str, Any]]:
    """All proposals of an author, drafts too, with versions and history as plain JSON values."""
    rows = session.scalars(
        select(Proposal)
        .where(Proposal.author_id == account_id)
        .options(selectinload(Proposal.cities), selectinload(Proposal.skills))
        .order_by(Proposal.number)
    ).all()
    return [_proposal(session, row) for row in rows]


def _proposal(session: Session, row: Proposal) -> dict[str, Any]:
    return {
        "number": row.number,
        "state": row.state,
        **_words(row.draft),
        "begun_at": written(row.created_at),
        "changed_at": written(row.updated_at),
        "submitted_at": written(row.submitted_at),
        "decided_at": written(row.decided_at),
        "published_at": written(row.published_at),
        "versions": [_version(revision) for revision in revisions(session, row.number)],
        "history": [_step(event, row.author_id) for event in history(session, row.number)],
    }


def _words(draft: Draft) -> dict[str, Any]:
    return {
        "language": draft.language,
        "title": draft.title,
        "summary": draft.summary,
        "text": draft.body,
        "topic": draft.topic_slug,
        "cities": list(draft.city_slugs),
        "skills_needed": list(draft.skill_slugs),
    }


def _version(row: Revision) -> dict[str, Any]:
    return {
        "version": row.revision,
        **_words(row.draft),
        "submitted_at": written(row.submitted_at),
    }


def _step(row: ProposalEvent, author_id: int) -> dict[str, Any]:
    # Who at the office took a step is that person's data, not the author's.
    return {
        "at": written(row.at),
        "who": "you" if row.actor_id == author_id else "office",
        "step": row.step,
        "from": row.source,
        "to": row.target,
        "version": row.revision,
    }
