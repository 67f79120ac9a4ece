"""Everything somebody wrote as proposals, for themselves (GDPR art. 15 and 20)."""

from datetime import datetime
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, selectinload

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.foundation.clock import written
from citizen_diplomat.proposals.attachments import attached, every, path_of
from citizen_diplomat.proposals.bonds import Coauthor
from citizen_diplomat.proposals.model import Attachment, Proposal, ProposalEvent, Revision
from citizen_diplomat.proposals.queries import change_of, history, revisions
from citizen_diplomat.proposals.receipts import text_hash
from citizen_diplomat.proposals.rules import INVITATION_KEPT, Answer, Bond, Draft, Step
from citizen_diplomat.proposals.written import ProposalChange


def export(session: Session, account_id: int) -> list[dict[str, Any]]:
    """All proposals of an author, drafts and discarded ones too, as plain JSON values.

    Their versions and their history are with them.
    """
    rows = session.scalars(
        select(Proposal)
        .where(Proposal.author_id == account_id)
        .options(selectinload(Proposal.cities), selectinload(Proposal.skills))
        .order_by(Proposal.number)
    ).all()
    return [_proposal(session, row) for row in rows]


def co_authorships(session: Session, account: Account, *, at: datetime) -> list[dict[str, Any]]:
    """What somebody writes along, was invited to or asked for; the text while they write it.

    Who the others are is the others' data.
    """
    theirs = or_(
        Coauthor.account_id == account.id,
        (Coauthor.address_key == account.email_key) & (Coauthor.begun_at > at - INVITATION_KEPT),
    )
    rows = session.execute(
        select(Coauthor, Proposal)
        .join(Proposal, Proposal.number == Coauthor.proposal_number)
        .where(theirs)
        .options(selectinload(Proposal.cities), selectinload(Proposal.skills))
        .order_by(Coauthor.id)
    )
    return [_co_authorship(session, bond, proposal) for bond, proposal in rows.all()]


def _co_authorship(session: Session, bond: Coauthor, proposal: Proposal) -> dict[str, Any]:
    return {
        "proposal": bond.proposal_number,
        "stands": bond.bond,
        "invited_or_asked_at": written(bond.begun_at),
        "answered_at": written(bond.answered_at),
        "began_to_write_at": written(bond.accepted_at),
        "name_is_shown": bond.is_named,
        "pen_name_as_first_author": bond.pen_name,
        "first_author_since": written(bond.pen_name_from),
        **(_text_along(session, proposal) if bond.bond == Bond.ACCEPTED else {}),
    }


def _text_along(session: Session, proposal: Proposal) -> dict[str, Any]:
    return {
        "state": proposal.state,
        **words(proposal.draft),
        "change": _change(change_of(session, proposal.number)),
        "attachments": [_attachment(file) for file in attached(session, proposal.number)],
    }


def _proposal(session: Session, row: Proposal) -> dict[str, Any]:
    files = {file.id: file for file in every(session, row.number)}
    return {
        "number": row.number,
        "state": row.state,
        "pen_name": row.pen_name,
        "handed_over_to_you_at": written(row.handed_over_at),
        **words(row.draft),
        "begun_at": written(row.created_at),
        "changed_at": written(row.updated_at),
        "discarded_at": written(row.discarded_at),
        "submitted_at": written(row.submitted_at),
        "decided_at": written(row.decided_at),
        "published_at": written(row.published_at),
        "public_version": row.approved_revision,
        "change": _change(change_of(session, row.number)),
        "attachments": [_attachment(file) for file in files.values()],
        "versions": [_version(revision, files) for revision in revisions(session, row.number)],
        "history": [_step(event, row.author_id) for event in history(session, row.number)],
    }


def words(draft: Draft) -> dict[str, Any]:
    """A text as plain JSON values."""
    return {
        "language": draft.language,
        "title": draft.title,
        "summary": draft.summary,
        "text": draft.body,
        "topic": draft.topic_slug,
        "call": draft.call_number,
        "cities": list(draft.city_slugs),
        "skills_needed": list(draft.skill_slugs),
        "who_benefits": draft.beneficiaries,
        "partners": draft.partners,
        "cost": draft.cost,
        "duration": draft.duration,
        "own_part": draft.own_part,
        "answers": [_answer(answer) for answer in draft.answers],
    }


def _answer(answer: Answer) -> dict[str, str]:
    return {
        "question_fa": answer.asked_fa,
        "question_en": answer.asked_en,
        "answer_fa": answer.text_fa,
        "answer_en": answer.text_en,
    }


def _change(row: ProposalChange | None) -> dict[str, Any] | None:
    if row is None:
        return None
    return {
        "state": row.state,
        **words(row.draft),
        "begun_at": written(row.created_at),
        "changed_at": written(row.updated_at),
        "submitted_at": written(row.submitted_at),
    }


def _version(row: Revision, files: dict[int, Attachment]) -> dict[str, Any]:
    return {
        "version": row.revision,
        **words(row.draft),
        "attachments": [path_of(files[each]) for each in row.attachment_ids],
        "submitted_at": written(row.submitted_at),
        "sha256": text_hash(row),
    }


def _attachment(row: Attachment) -> dict[str, Any]:
    return {
        # Where the site gives the file to its author, signed in.
        "address": path_of(row),
        "name": row.name,
        "description": row.description,
        "type": row.type,
        "bytes": row.size,
        "sha256": row.sha256,
        "attached_at": written(row.created_at),
        "taken_off_at": written(row.removed_at),
    }


def _step(row: ProposalEvent, author_id: int) -> dict[str, Any]:
    # Who at the office took a step is that person's data, not the author's; nor is who sent it
    # before it was handed over.
    is_authors = row.step in {Step.SUBMIT, Step.WITHDRAW}
    other = "another author" if is_authors else "office"
    return {
        "at": written(row.at),
        "who": "you" if row.actor_id == author_id else other,
        "step": row.step,
        "from": row.source,
        "to": row.target,
        "version": row.revision,
        "of": "change" if row.of_change else "proposal",
    }
