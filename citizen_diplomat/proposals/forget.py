"""Deleting what somebody wrote and never sent."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.proposals.actions import discard
from citizen_diplomat.proposals.model import Proposal, ProposalCity, ProposalSkill
from citizen_diplomat.proposals.queries import newest_revision
from citizen_diplomat.proposals.rules import Draft, State


def forget(session: Session, account: Account, at: datetime) -> None:
    """Delete drafts, and unsent changes to what was sent; what was sent stays as it was sent.

    The author is a number whose account loses its name. What still waited must have been
    withdrawn, and the proposals locked, before.
    """
    rows = session.scalars(
        select(Proposal)
        .where(Proposal.author_id == account.id)
        .options(selectinload(Proposal.cities), selectinload(Proposal.skills))
        .order_by(Proposal.number)
    ).all()
    for proposal in rows:
        if proposal.state == State.DRAFT:
            discard(session, proposal, by=account, at=at)
        else:
            _back_to_what_was_sent(session, proposal)


def _back_to_what_was_sent(session: Session, proposal: Proposal) -> None:
    sent = newest_revision(session, proposal.number)
    if sent is not None and sent.draft != proposal.draft:
        _write(proposal, sent.draft)


def _write(proposal: Proposal, draft: Draft) -> None:
    proposal.title, proposal.summary, proposal.body = draft.title, draft.summary, draft.body
    proposal.language, proposal.topic_slug = draft.language, draft.topic_slug
    cities = {row.city_slug: row for row in proposal.cities}
    skills = {row.skill_slug: row for row in proposal.skills}
    proposal.cities = [
        cities.get(slug) or ProposalCity(city_slug=slug) for slug in draft.city_slugs
    ]
    proposal.skills = [
        skills.get(slug) or ProposalSkill(skill_slug=slug) for slug in draft.skill_slugs
    ]
