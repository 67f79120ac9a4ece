"""The verbs of a change of an accepted proposal: keep, submit, withdraw, discard, become.

Whoever calls one of them has locked the proposal: of two at once, the second sees the first.
"""

from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.audit.actions import record
from citizen_diplomat.mail.outbox import post
from citizen_diplomat.proposals.actions import (
    Conflict,
    Incomplete,
    StepRefused,
    searched,
    write_words,
)
from citizen_diplomat.proposals.attachments import attached
from citizen_diplomat.proposals.messages import ChangeReceived
from citizen_diplomat.proposals.model import Proposal, Revision
from citizen_diplomat.proposals.queries import revision as version_of
from citizen_diplomat.proposals.questions import mark_answered, required_of
from citizen_diplomat.proposals.rules import (
    CHANGE_MOVES,
    PUBLIC,
    Actor,
    Draft,
    Move,
    State,
    Step,
    find_move,
    lacks,
)
from citizen_diplomat.proposals.similar import find_by_words_of
from citizen_diplomat.proposals.versions import new_revision, newest_number, write_history
from citizen_diplomat.proposals.written import ProposalChange


class Unchanged(Exception):  # noqa: N818 - named for what happened
    """The change says what everybody reads already: there is nothing to decide on."""


def save(
    session: Session,
    change: ProposalChange,
    draft: Draft,
    *,
    version: int,
    by: Account,
    at: datetime,
) -> None:
    """Keep what the author wants the proposal to say; nobody else sees it until it is sent.

    Raises Conflict if the change is no longer at `version`, StepRefused while the office reads it.
    """
    keep(session, change, draft, version=version, window=None, at=at)
    record(session, "change.saved", _subject(change), by=by.id, at=at, state=change.state)


def keep(
    session: Session,
    change: ProposalChange,
    draft: Draft,
    *,
    version: int | None,
    window: str | None,
    at: datetime,
) -> None:
    """Keep what was typed up to a pause, which is nothing for the log; raises what `save` does.

    What this very `window` wrote since `version` is no conflict, as with `drafts.keep`.
    """
    if not change.is_editable:
        raise StepRefused(f"the change of proposal {change.number} is {change.state}")
    # On a bad line our answer may have been lost, and with it the version it told.
    is_own = window is not None and change.written_from == window
    if change.version != version and not is_own:
        raise Conflict(f"the change of proposal {change.number} is at version {change.version}")
    if change.version == 0:
        change.created_at = at
        session.add(change)
    change.draft, change.written_from, change.updated_at = draft, window, at


def submit(
    session: Session, change: ProposalChange, *, by: Account, at: datetime, link: str
) -> Revision:
    """Keep the text as a new version for the office; what was accepted stays public meanwhile.

    The proposal's cities and skills must have been loaded. Raises Incomplete when something is
    missing, Unchanged when nothing is different, StepRefused when it is not the author's turn.
    """
    draft = change.draft
    missing = lacks(draft, required_of(session, draft.topic_slug, draft.call_number))
    if missing:
        raise Incomplete(missing)
    _find(change, Step.SUBMIT, Actor.AUTHOR)
    # Answers to questions of another topic end here: nobody asked for them.
    change.draft = replace(change.draft, answers=change.draft.answers_asked_for)
    if change.draft == change.proposal.draft:
        raise Unchanged
    revision = new_revision(change, newest_number(session, change.number) + 1, at)
    # The files of what was accepted go along with every change of its words.
    revision.attachment_ids = [file.id for file in attached(session, change.number)]
    session.add(revision)
    mark_answered(session, change.draft.answers, at=at)
    become(session, change, Step.SUBMIT, Actor.AUTHOR, by=by, at=at)
    post(
        session,
        ChangeReceived(change.number, change.proposal.title, revision.revision, link),
        by.recipient,
        key=f"received:{change.number}:{revision.revision}",
        at=at,
    )
    return revision


def withdraw(session: Session, change: ProposalChange, *, by: Account, at: datetime) -> None:
    """Take a change back before it is decided; its words stay with its author."""
    become(session, change, Step.WITHDRAW, Actor.AUTHOR, by=by, at=at)


def discard(session: Session, change: ProposalChange, *, by: Account, at: datetime) -> None:
    """Delete the words that wait for their author; versions that were sent stay.

    Raises StepRefused while the office reads them.
    """
    if not change.is_editable:
        raise StepRefused(f"the change of proposal {change.number} is {change.state}")
    session.delete(change)
    record(session, "change.discarded", _subject(change), by=by.id, at=at)


def become(
    session: Session, change: ProposalChange, step: Step, actor: Actor, *, by: Account, at: datetime
) -> Move:
    """Take one step of the table: the only place where a change's state changes.

    Accepted, it becomes what everybody reads, and is over. Raises StepRefused if the table has no
    such move. Mails are the business of the verbs that call this.
    """
    move = _find(change, step, actor)
    change.state, change.updated_at = move.target, at
    if step is Step.SUBMIT:
        change.submitted_at = at
    newest = newest_number(session, change.number)
    write_history(session, change, move, newest, by=by, at=at)
    if move.target in PUBLIC:
        _publish(session, change.proposal, change.draft, newest, at)
        session.delete(change)
    return move


def _publish(
    session: Session, proposal: Proposal, draft: Draft, revision: int, at: datetime
) -> None:
    session.refresh(proposal, ["cities", "skills"])
    write_words(proposal, draft)
    proposal.updated_at = at
    proposal.search_text = searched(proposal)
    proposal.approved_revision = revision
    approved = version_of(session, proposal.number, revision)
    assert approved is not None, "what is approved was sent"
    find_by_words_of(session, approved)


def _find(change: ProposalChange, step: Step, actor: Actor) -> Move:
    move = find_move(step, State(change.state), actor, CHANGE_MOVES)
    if move is None:
        raise StepRefused(
            f"{actor} cannot {step} the change of proposal {change.number}: {change.state}"
        )
    return move


def _subject(change: ProposalChange) -> str:
    return f"change:{change.number}"
