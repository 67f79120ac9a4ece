"""Reports at the desk: a reported thing waits here until staff have looked, and is then settled.

Whoever changes a reported thing locks its item first, then its row, then the thing itself.
"""

from datetime import datetime

from sqlalchemy.orm import Session

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.community import comments, reports, verdicts
from citizen_diplomat.community.matters import Talked, topic_of
from citizen_diplomat.community.model import Comment, Reported
from citizen_diplomat.community.rules import Ground, ReportOutcome, ThingKind
from citizen_diplomat.community.verdicts import Changed
from citizen_diplomat.correspondence import removals as correspondence
from citizen_diplomat.correspondence.model import MemberMessage
from citizen_diplomat.directory.actions import take_out_about
from citizen_diplomat.directory.model import Profile
from citizen_diplomat.directory.queries import of_account
from citizen_diplomat.foundation.markdown import plain
from citizen_diplomat.foundation.text import search_text
from citizen_diplomat.moderation.changes import take_down
from citizen_diplomat.moderation.claims import OwnProposal, claim, lock
from citizen_diplomat.moderation.declarations import hand_back
from citizen_diplomat.moderation.model import QueueItem
from citizen_diplomat.moderation.queue import Subject, close, enqueue, item_about
from citizen_diplomat.moderation.removals import (
    Removal,
    tell_of_comment,
    tell_of_message,
    tell_of_profile,
    tell_of_proposal,
)
from citizen_diplomat.moderation.rules import ItemKind, may_decide
from citizen_diplomat.moderation.spam_rules import Verdict, verdict_of_removal
from citizen_diplomat.moderation.spam_words import learn
from citizen_diplomat.moderation.statements import StatementLink
from citizen_diplomat.proposals.actions import become
from citizen_diplomat.proposals.model import Proposal
from citizen_diplomat.proposals.rules import PUBLIC, Actor, State, Step
from citizen_diplomat.proposals.writers import lock as lock_proposal

TITLE_LENGTH = 120
Thing = Comment | Proposal | Profile | MemberMessage


def report(
    session: Session,
    thing: Thing,
    ground: Ground,
    text: str,
    *,
    about: Talked | None,
    by: Account,
    at: datetime,
) -> None:
    """Report a thing, which then waits for staff.

    `about` is the proposal that it is, or what it was said to, its cities loaded. Raises
    OwnProposal for one's own thing and AlreadyReported.
    """
    if not may_decide({_author_of(thing)}, by=by.id):
        raise OwnProposal
    kind, subject = _kind_of(thing)
    number = about.number if isinstance(about, Proposal) else None
    row = reports.thing_of(session, kind, subject, proposal_number=number)
    item = item_about(session, ItemKind.REPORT, row.id, to_change=True)
    reports.make(session, row, ground, text, by=by, at=at)
    # What waits already keeps its place in the queue, with somebody else than who reports it.
    if item is None or item.closed_at is not None:
        enqueue(session, _subject(row, thing, about), at=at)
    else:
        hand_back(session, item, by=by, at=at)


def dismiss(
    session: Session,
    item: QueueItem,
    thing: Reported,
    *,
    by: Account,
    at: datetime,
    links: dict[str, str],
) -> None:
    """Let a reported thing stand, and tell those who reported it; a free item is claimed.

    Raises OwnProposal, AlreadyClaimed or NotOpen.
    """
    _take(session, item, thing, by=by, at=at)
    reports.settle(session, thing, ReportOutcome.DISMISSED, by=by, at=at, links=links)
    learn(session, item, Verdict.FINE)
    close(item, at=at)


def uphold(
    session: Session,
    item: QueueItem,
    thing: Reported,
    ground: Ground,
    *,
    message: str,
    version: int,
    by: Account,
    at: datetime,
    links: dict[str, str],
    statement_link: StatementLink | None = None,
) -> None:
    """Take a reported thing out; its author and those who reported it are told.

    A proposal leaves the public pages, a message its conversation, a profile loses the words about
    the person. Raises OwnProposal, AlreadyClaimed, NotOpen, or Changed when it is not what `by`
    read.
    """
    _take(session, item, thing, by=by, at=at)
    removal = Removal(ground, message, True, at, links, statement_link)
    match ThingKind(thing.kind):
        case ThingKind.COMMENT:
            comment = session.get_one(Comment, thing.subject)
            was_shown = verdicts.remove(session, comment, ground, version=version, by=by, at=at)
            tell_of_comment(session, comment, removal, was_shown=was_shown)
            waits = item_about(session, ItemKind.COMMENT, comment.id)
            if waits is not None:
                close(waits, at=at)
        case ThingKind.PROPOSAL:
            _take_down(session, thing, removal, version=version, by=by)
        case ThingKind.PROFILE:
            _empty(session, thing, removal, version=version, by=by)
        case ThingKind.MESSAGE:
            _take_out(session, thing, removal, by=by)
    reports.settle(session, thing, ReportOutcome.UPHELD, by=by, at=at, links=links)
    learn(session, item, verdict_of_removal(ground))
    close(item, at=at)


def thing_behind(session: Session, row: Reported) -> Thing | None:
    """What was reported, or None when it is gone."""
    if row.kind == ThingKind.COMMENT:
        return session.get(Comment, row.subject)
    if row.kind == ThingKind.PROPOSAL:
        return session.get(Proposal, row.subject)
    if row.kind == ThingKind.MESSAGE:
        return session.get(MemberMessage, row.subject)
    return of_account(session, row.subject)


def _take(session: Session, item: QueueItem, thing: Reported, *, by: Account, at: datetime) -> None:
    lock(session, item)
    # Nobody is shown what they reported, but they may have done so while they read it.
    if reports.has_reported(session, thing.id, by=by.id):
        raise OwnProposal
    session.refresh(thing, with_for_update={"key_share": True})
    behind = thing_behind(session, thing)
    # The rows before the log, which the claim writes to.
    if isinstance(behind, Comment):
        comments.lock(session, behind)
    elif isinstance(behind, MemberMessage):
        correspondence.lock(session, behind)
    elif isinstance(behind, Proposal):
        lock_proposal(session, behind.number)
    claim(session, item, by=by, at=at)


def _take_down(
    session: Session, thing: Reported, removal: Removal, *, version: int, by: Account
) -> None:
    proposal = session.get_one(Proposal, thing.subject)
    if State(proposal.state) not in PUBLIC or proposal.version != version:
        raise Changed
    become(session, proposal, Step.TAKE_DOWN, Actor.STAFF, by=by, at=removal.at)
    take_down(session, proposal.number, by=by, at=removal.at)
    tell_of_proposal(session, proposal, removal, thing=thing.id)


def _empty(
    session: Session, thing: Reported, removal: Removal, *, version: int, by: Account
) -> None:
    profile = of_account(session, thing.subject, to_change=True)
    if profile is None or profile.version != version:
        raise Changed
    words = profile.about
    take_out_about(session, profile, by=by, at=removal.at)
    tell_of_profile(session, profile.account, words, removal, thing=thing.id)


def _take_out(session: Session, thing: Reported, removal: Removal, *, by: Account) -> None:
    message = session.get(MemberMessage, thing.subject)
    if message is None or message.removed_at is not None:
        raise Changed
    correspondence.remove(session, message, by=by, at=removal.at)
    tell_of_message(session, message, removal, thing=thing.id)


def _kind_of(thing: Thing) -> tuple[ThingKind, int]:
    if isinstance(thing, Comment):
        return ThingKind.COMMENT, thing.id
    if isinstance(thing, Proposal):
        return ThingKind.PROPOSAL, thing.number
    if isinstance(thing, MemberMessage):
        return ThingKind.MESSAGE, thing.id
    return ThingKind.PROFILE, thing.account_id


def _author_of(thing: Thing) -> int:
    if isinstance(thing, MemberMessage):
        return thing.sender_id
    return thing.account_id if isinstance(thing, Profile) else thing.author_id


def _subject(row: Reported, thing: Thing, about: Talked | None) -> Subject:
    """How the queue shows it; a name is no word of the list, so that nobody has to forget it.

    Nor is a message between two members: only the page of the item has it.
    """
    words = _words(thing)
    return Subject(
        ItemKind.REPORT,
        row.id,
        title=plain(words, TITLE_LENGTH),
        search_text=search_text(words),
        author_id=_author_of(thing),
        proposal_number=row.proposal_number,
        topic_slug=topic_of(about) if about else None,
        city_slugs=tuple(about.city_slugs) if about else (),
    )


def _words(thing: Thing) -> str:
    if isinstance(thing, Comment):
        return thing.text
    return thing.title if isinstance(thing, Proposal) else ""
