"""What was decided on somebody's proposals and why, for themselves (GDPR art. 15)."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from citizen_diplomat.accounts.sanctions import Sanction
from citizen_diplomat.foundation.clock import written
from citizen_diplomat.moderation.appeals import Appeal
from citizen_diplomat.moderation.conflicts import ConflictCause, ConflictOfInterest
from citizen_diplomat.moderation.desks import Absence, Desk, DeskMember
from citizen_diplomat.moderation.edits import EditOffer
from citizen_diplomat.moderation.file_questions import FileQuestion
from citizen_diplomat.moderation.model import Decision, Unshielding
from citizen_diplomat.moderation.remarks import Remark
from citizen_diplomat.moderation.sanction_appeals import SanctionAppeal
from citizen_diplomat.moderation.statements import StatementOfReasons
from citizen_diplomat.moderation.views import SavedView
from citizen_diplomat.proposals.export import words
from citizen_diplomat.proposals.model import Proposal
from citizen_diplomat.proposals.writers import is_writer


def export(session: Session, account_id: int) -> list[dict[str, Any]]:
    """All decisions on what somebody writes, oldest first, as plain JSON values.

    Not who decided, and neither notes among staff nor opinions that they asked for outside: the
    decision is the office's, and what is thought aloud before it belongs to those who think
    (GDPR art. 15(4)).
    """
    rows = session.scalars(
        select(Decision)
        .join(Proposal, Proposal.number == Decision.proposal_number)
        .where(is_writer(account_id))
        .options(joinedload(Decision.reason))
        .order_by(Decision.id)
    )
    return [
        {
            "proposal": row.proposal_number,
            "of": "change" if row.of_change else "proposal",
            "version": row.revision,
            "outcome": row.outcome,
            "reason": {"fa": row.reason.text_fa, "en": row.reason.text_en},
            "rule": {"fa": row.reason.rule_fa, "en": row.reason.rule_en},
            "message": row.message,
            "repeats_proposal": row.duplicate_of,
            "at": written(row.at),
        }
        for row in rows
    ]


def export_lifted_pen_names(session: Session, account_id: int) -> list[dict[str, Any]]:
    """When and why the office was shown who stands behind a pen name of somebody, oldest first.

    Not by whom: that is two people's own data, and the letter named their roles.
    """
    rows = session.scalars(
        select(Unshielding).where(Unshielding.revealed_id == account_id).order_by(Unshielding.id)
    )
    return [
        {
            "proposal": row.proposal_number,
            "reason": row.reason,
            "asked_at": written(row.asked_at),
            "shown_at": written(row.answered_at),
        }
        for row in rows
    ]


def export_edits(session: Session, account_id: int) -> list[dict[str, Any]]:
    """The texts that the office offered to accept of what somebody writes, oldest first.

    Not by whom, as with decisions.
    """
    rows = session.scalars(
        select(EditOffer)
        .join(Proposal, Proposal.number == EditOffer.proposal_number)
        .where(is_writer(account_id))
        .options(joinedload(EditOffer.reason))
        .order_by(EditOffer.id)
    )
    return [
        {
            "proposal": row.proposal_number,
            "version": row.based_on,
            "text": words(row.draft),
            "reason": {"fa": row.reason.text_fa, "en": row.reason.text_en},
            "message": row.message,
            "offered_at": written(row.offered_at),
            "answer": row.answer,
            "answered_at": written(row.answered_at),
            "message_when_withdrawn": row.farewell,
        }
        for row in rows
    ]


def export_remarks(session: Session, account_id: int) -> list[dict[str, Any]]:
    """The remarks on passages that the office sent of what somebody writes, oldest first.

    Those that were not sent are notes among staff.
    """
    rows = session.execute(
        select(Remark, Decision.proposal_number, Decision.at)
        .join(Decision, Decision.id == Remark.decision_id)
        .join(Proposal, Proposal.number == Decision.proposal_number)
        .where(is_writer(account_id))
        .order_by(Remark.id)
    )
    return [
        {
            "proposal": number,
            "version": row.revision,
            "part": row.field,
            "passage": row.quote,
            "remark": row.text,
            "sent_at": written(at),
        }
        for row, number, at in rows
    ]


def export_questions(session: Session, account_id: int) -> list[dict[str, Any]]:
    """What the office asked about what somebody writes, and the answers, oldest first.

    Not who asked: the office did.
    """
    rows = session.scalars(
        select(FileQuestion)
        .join(Proposal, Proposal.number == FileQuestion.proposal_number)
        .where(is_writer(account_id))
        .order_by(FileQuestion.id)
    )
    return [
        {
            "proposal": row.proposal_number,
            "question": row.text,
            "asked_at": written(row.asked_at),
            "answer": row.answer,
            "answered_at": written(row.answered_at),
            "answered_by_me": row.answered_by == account_id,
        }
        for row in rows
    ]


def export_conflicts(session: Session, account_id: int) -> list[dict[str, Any]]:
    """What a member of staff said of themselves: the conflicts of interest that they declared."""
    rows = session.scalars(
        select(ConflictOfInterest)
        .where(
            ConflictOfInterest.account_id == account_id,
            ConflictOfInterest.cause == ConflictCause.DECLARED,
        )
        .order_by(ConflictOfInterest.id)
    )
    return [
        {
            "item": row.item_id,
            "reason": row.reason,
            "declared_at": written(row.at),
            "lifted_at": written(row.lifted_at),
        }
        for row in rows
    ]


def export_sanctions(session: Session, account_id: int) -> list[dict[str, Any]]:
    """What was imposed on somebody, why, and what became of their appeal, oldest first.

    Not by whom: the office did.
    """
    rows = session.execute(
        select(Sanction, SanctionAppeal)
        .outerjoin(SanctionAppeal, SanctionAppeal.sanction_id == Sanction.id)
        .where(Sanction.account_id == account_id)
        .order_by(Sanction.id)
    )
    return [_sanction(sanction, appeal) for sanction, appeal in rows]


def _sanction(row: Sanction, appeal: SanctionAppeal | None) -> dict[str, Any]:
    return {
        "number": row.id,
        "kind": row.kind,
        "rule": row.breach,
        "facts": row.facts,
        "was_reported": row.was_reported,
        "hides_what_others_saw": row.hides,
        "acts_a_day": row.acts_a_day,
        "began_at": written(row.begun_at),
        "ends_at": written(row.ends_at),
        "ended_at": written(row.ended_at),
        "how_it_ended": row.ending,
        "why_it_ended": row.ending_reason,
        "appeal": appeal
        and {
            "text": appeal.text,
            "at": written(appeal.at),
            "outcome": appeal.outcome,
            "explanation": appeal.explanation,
            "answered_at": written(appeal.decided_at),
        },
    }


def export_statements(session: Session, account_id: int) -> list[dict[str, Any]]:
    """Every statement of reasons that somebody was given, as it was given, oldest first."""
    rows = session.scalars(
        select(StatementOfReasons)
        .where(StatementOfReasons.account_id == account_id)
        .order_by(StatementOfReasons.id)
    )
    return [
        {
            "number": row.reference,
            "about": f"{row.subject_kind} {row.subject_id}",
            "measure": row.measure,
            "language": row.language,
            "parts": row.document["parts"],
            "object_until": written(row.appeal_until),
            "at": written(row.at),
        }
        for row in rows
    ]


def export_appeals(session: Session, account_id: int) -> list[dict[str, Any]]:
    """What somebody said against decisions on their proposals, oldest first."""
    rows = session.scalars(
        select(Appeal).where(Appeal.account_id == account_id).order_by(Appeal.id)
    )
    return [
        {"proposal": row.proposal_number, "text": row.text, "at": written(row.at)} for row in rows
    ]


def export_desk_work(session: Session, account_id: int) -> dict[str, Any]:
    """The desks that somebody belongs to, and the days on which they are away, oldest first.

    Not who stands in: that is somebody else's work.
    """
    desks = session.scalars(
        select(Desk)
        .join(DeskMember, DeskMember.desk_id == Desk.id)
        .where(DeskMember.account_id == account_id)
        .order_by(Desk.id)
    )
    absences = session.scalars(
        select(Absence)
        .where(Absence.account_id == account_id)
        .order_by(Absence.first_day, Absence.id)
    )
    return {
        "desks": [{"fa": row.name_fa, "en": row.name_en} for row in desks],
        "absences": [
            {"from": row.first_day.isoformat(), "until": row.last_day.isoformat()}
            for row in absences
        ],
    }


def export_views(session: Session, account_id: int) -> list[dict[str, Any]]:
    """The views of the queue that a member of staff keeps."""
    wanted = select(SavedView).where(SavedView.account_id == account_id)
    return [
        {
            "name": row.name,
            "filters": row.filters,
            "is_shared": row.is_shared,
            "created_at": written(row.created_at),
        }
        for row in session.scalars(wanted.order_by(SavedView.id))
    ]
