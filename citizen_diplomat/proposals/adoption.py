"""Sending as the author's own what somebody else has written for them, once they have agreed."""

from datetime import datetime

from sqlalchemy.orm import Session

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.proposals.actions import become, searched, write_words
from citizen_diplomat.proposals.attachments import forget_unsent
from citizen_diplomat.proposals.model import Proposal, Revision
from citizen_diplomat.proposals.queries import newest_revision
from citizen_diplomat.proposals.rules import Actor, Draft, Step
from citizen_diplomat.proposals.similar import find_by_words_of
from citizen_diplomat.proposals.versions import new_revision


def adopt(
    session: Session, proposal: Proposal, draft: Draft, *, by: Account, at: datetime
) -> Revision:
    """Send `draft` word for word as the next version; its files are those of the version before.

    What was written or attached since that version is gone: the author was told so and agreed.
    Cities and skills must have been loaded. Raises StepRefused where nothing may be sent.
    """
    sent = newest_revision(session, proposal.number)
    assert sent is not None, "what is edited for its author was sent"
    forget_unsent(session, proposal)
    write_words(proposal, draft)
    proposal.written_from = None
    revision = new_revision(proposal, sent.revision + 1, at)
    revision.attachment_ids = list(sent.attachment_ids)
    session.add(revision)
    become(session, proposal, Step.SUBMIT, Actor.AUTHOR, by=by, at=at)
    proposal.search_text = searched(proposal)
    find_by_words_of(session, revision)
    return revision
