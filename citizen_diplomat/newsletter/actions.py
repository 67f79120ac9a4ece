"""Writing an issue, reading it over, releasing it, and stopping it; each act is in the log."""

from datetime import date, datetime

from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.audit.actions import record
from citizen_diplomat.newsletter import audience
from citizen_diplomat.newsletter.model import (
    NewsletterExclusion,
    NewsletterIssue,
    NewsletterRecipient,
)
from citizen_diplomat.newsletter.queries import count_colleagues
from citizen_diplomat.newsletter.rules import (
    AGAIN,
    MOVES,
    RELEASED,
    Block,
    BlockKind,
    Draft,
    IssueState,
    Segment,
    Step,
    may_follow,
    may_pass,
)


class ChangedMeanwhile(Exception):  # noqa: N818 - named for what happened
    """A colleague changed the issue since it was last looked at."""


class WrongState(Exception):  # noqa: N818 - named for what is wrong
    """The issue has come too far, or not far enough, for this."""


class OwnWork(Exception):  # noqa: N818 - named for what it is
    """Who changed an issue last does not read it over as long as somebody else can."""


class OtherNumber(Exception):  # noqa: N818 - named for what happened
    """As many as were confirmed would not get it any more, or never would have."""

    def __init__(self, count: int) -> None:
        """Take how many would get it now."""
        super().__init__(count)
        self.count = count


def start(session: Session, draft: Draft, *, by: Account, at: datetime) -> NewsletterIssue:
    """A new issue that nobody gets yet."""
    issue = NewsletterIssue(blocks=[], segment=Segment().stored(), edited_by=by.id, edited_at=at)
    _write(issue, draft)
    session.add(issue)
    # Its number stands in the log.
    session.flush()
    _record(session, "newsletter.started", issue, by=by, at=at)
    return issue


def save(
    session: Session,
    issue: NewsletterIssue,
    draft: Draft,
    *,
    version: int,
    by: Account,
    at: datetime,
) -> None:
    """Keep what was written; it has to be read over again. Raises ChangedMeanwhile, WrongState."""
    _edit(issue, version=version, by=by, at=at)
    _write(issue, draft)
    _record(session, "newsletter.saved", issue, by=by, at=at)


def address(
    session: Session,
    issue: NewsletterIssue,
    segment: Segment,
    *,
    version: int,
    by: Account,
    at: datetime,
) -> None:
    """Say who an issue is for. Raises ChangedMeanwhile, WrongState."""
    _edit(issue, version=version, by=by, at=at)
    issue.segment = segment.stored()
    _record(session, "newsletter.addressed", issue, by=by, at=at)


def leave_out(
    session: Session, issue: NewsletterIssue, account_id: int, *, by: Account, at: datetime
) -> None:
    """Take a member off the list of an issue; again is the same. Raises WrongState."""
    _require(issue, Step.EDIT)
    row = NewsletterExclusion(issue_id=issue.id, account_id=account_id, by=by.id, at=at)
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:  # pk_newsletter_exclusion: left out already
        return
    _record(session, "newsletter.left_out", issue, by=by, at=at, member=account_id)


def put_back(
    session: Session, issue: NewsletterIssue, account_id: int, *, by: Account, at: datetime
) -> None:
    """Put a member back on the list of an issue; again is the same. Raises WrongState."""
    _require(issue, Step.EDIT)
    gone = session.execute(
        delete(NewsletterExclusion)
        .where(
            NewsletterExclusion.issue_id == issue.id,
            NewsletterExclusion.account_id == account_id,
        )
        .returning(NewsletterExclusion.account_id)
    ).first()
    if gone is not None:
        _record(session, "newsletter.put_back", issue, by=by, at=at, member=account_id)


def review(
    session: Session, issue: NewsletterIssue, *, version: int, by: Account, at: datetime
) -> None:
    """Say that an issue was read over as it stands, in every language.

    Raises ChangedMeanwhile, WrongState, OwnWork. That nothing is missing is asked before:
    `composing.check`.
    """
    _seen(issue, version)
    _require_other(session, issue, by)
    _become(issue, Step.REVIEW)
    issue.reviewed_by, issue.reviewed_at = by.id, at
    _record(session, "newsletter.reviewed", issue, by=by, at=at)


def release(
    session: Session,
    issue: NewsletterIssue,
    *,
    count: int,
    version: int,
    send_on: date | None,
    send_hour: int | None,
    by: Account,
    at: datetime,
) -> None:
    """Fix the list of an issue and let it go to exactly `count` members, at once or on a morning.

    Raises ChangedMeanwhile, WrongState, OwnWork, and OtherNumber: the caller then rolls back.
    """
    _seen(issue, version)
    _require_other(session, issue, by)
    _become(issue, Step.RELEASE)
    written = audience.write_list(session, issue, at=at)
    if written != count or not written:
        raise OtherNumber(written)
    issue.released_by, issue.released_at = by.id, at
    issue.recipient_count = written
    issue.send_on, issue.send_hour = send_on, send_hour if send_on else None
    _record(session, "newsletter.released", issue, by=by, at=at, recipients=written)


def cancel(session: Session, issue: NewsletterIssue, *, by: Account, at: datetime) -> None:
    """Take a release back before anything has left. Raises WrongState."""
    _become(issue, Step.CANCEL)
    session.execute(delete(NewsletterRecipient).where(NewsletterRecipient.issue_id == issue.id))
    issue.released_by = issue.released_at = issue.recipient_count = None
    issue.send_on = issue.send_hour = None
    _record(session, "newsletter.cancelled", issue, by=by, at=at)


def stop(session: Session, issue: NewsletterIssue, *, by: Account, at: datetime) -> None:
    """Stop an issue on its way: what has left has left. Raises WrongState.

    What waits in the outbox stays there and is stopped when its turn comes (`composing`).
    """
    _become(issue, Step.STOP)
    issue.ended_at = at
    _record(session, "newsletter.stopped", issue, by=by, at=at)


def discard(session: Session, issue: NewsletterIssue, *, by: Account, at: datetime) -> None:
    """Put an issue aside for good. Raises WrongState."""
    _become(issue, Step.DISCARD)
    _record(session, "newsletter.discarded", issue, by=by, at=at)


def again(
    session: Session, issue: NewsletterIssue, *, only_failed: bool, by: Account, at: datetime
) -> NewsletterIssue:
    """A new issue that says the same after a preface, to the same readers. Raises WrongState.

    `only_failed`: to those alone whom its mail did not reach.
    """
    if issue.state not in AGAIN:
        raise WrongState
    old = issue.draft
    kept = [block for block in old.blocks if block.kind != BlockKind.PREFACE]
    draft = Draft(old.subject_fa, old.subject_en, (Block(BlockKind.PREFACE), *kept))
    new = start(session, draft, by=by, at=at)
    new.repeats_id = issue.id
    new.segment = Segment(earlier=issue.id, only_failed=only_failed).stored()
    return new


def note_test(session: Session, issue: NewsletterIssue, *, by: Account, at: datetime) -> None:
    """Write into the log that somebody had a test letter sent to themselves."""
    _record(session, "newsletter.tested", issue, by=by, at=at)


def is_released(issue: NewsletterIssue) -> bool:
    """Whether its list of readers is fixed."""
    return issue.state in RELEASED or issue.state == IssueState.STOPPED


def _edit(issue: NewsletterIssue, *, version: int, by: Account, at: datetime) -> None:
    _seen(issue, version)
    _become(issue, Step.EDIT)
    issue.edited_by, issue.edited_at = by.id, at
    issue.reviewed_by = issue.reviewed_at = None


def _write(issue: NewsletterIssue, draft: Draft) -> None:
    issue.subject_fa, issue.subject_en = draft.subject_fa, draft.subject_en
    issue.blocks = [block.stored() for block in draft.blocks]


def _seen(issue: NewsletterIssue, version: int) -> None:
    if issue.version != version:
        raise ChangedMeanwhile


def _require(issue: NewsletterIssue, step: Step) -> None:
    if not may_follow(step, issue.state):
        raise WrongState


def _require_other(session: Session, issue: NewsletterIssue, by: Account) -> None:
    if not may_pass(issue.edited_by, by.id, count_colleagues(session, by.id)):
        raise OwnWork


def _become(issue: NewsletterIssue, step: Step) -> None:
    """The one place that changes the state of an issue; raises WrongState."""
    _require(issue, step)
    issue.state = MOVES[step][1]


def _record(
    session: Session,
    action: str,
    issue: NewsletterIssue,
    *,
    by: Account | None,
    at: datetime,
    **detail: object,
) -> None:
    record(session, action, f"newsletter:{issue.id}", by=by.id if by else None, at=at, **detail)
