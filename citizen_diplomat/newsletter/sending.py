"""Sending a released issue: its list is posted in batches, each once, whenever a worker comes by.

A batch is one transaction: it marks rows of the list that nobody handled yet, and posts their
mails. Two workers never mark one row; a worker that dies has marked nothing. An issue is sent when
every row is handled and no mail of it waits.
"""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime, time
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, exists, select, update
from sqlalchemy.orm import Session

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.audit.actions import record
from citizen_diplomat.mail import inbox, preferences
from citizen_diplomat.mail.bulk import Slip, post_slips
from citizen_diplomat.mail.model import OutboxMessage
from citizen_diplomat.mail.preference_rules import Channel, Kind
from citizen_diplomat.newsletter.audience import may_get
from citizen_diplomat.newsletter.composing import Links, subjects_of
from citizen_diplomat.newsletter.messages import Newsletter
from citizen_diplomat.newsletter.model import NewsletterIssue, NewsletterRecipient
from citizen_diplomat.newsletter.rules import MOVES, IssueState, Step

BATCH = 200
TokenFor = Callable[[int, str], str]
"""Makes the token that unsubscribes an account from mails of a name."""


def under_way(session: Session) -> Sequence[NewsletterIssue]:
    """The issues that are released and not at their end, oldest first."""
    states = [IssueState.SCHEDULED.value, IssueState.SENDING.value]
    return session.scalars(
        select(NewsletterIssue)
        .where(NewsletterIssue.state.in_(states))
        .order_by(NewsletterIssue.id)
    ).all()


def zones_due(session: Session, issue: NewsletterIssue, *, at: datetime) -> list[str]:
    """The time zones whose morning has come, of readers who still wait for their turn."""
    zones = session.scalars(
        select(Account.time_zone)
        .join(NewsletterRecipient, NewsletterRecipient.account_id == Account.id)
        .where(*_waiting(issue.id))
        .distinct()
        .order_by(Account.time_zone)
    ).all()
    return [zone for zone in zones if is_due(issue, zone, at=at)]


def is_due(issue: NewsletterIssue, zone: str, *, at: datetime) -> bool:
    """Whether the moment has come at which readers in `zone` get an issue."""
    if issue.send_on is None or issue.send_hour is None:
        return True
    return at >= datetime.combine(issue.send_on, time(issue.send_hour), ZoneInfo(zone))


def begin(session: Session, number: int, *, at: datetime) -> None:
    """Note that the first letters leave; nothing when that was noted, or the release taken back."""
    begun = session.execute(
        update(NewsletterIssue)
        .where(NewsletterIssue.id == number, NewsletterIssue.state == IssueState.SCHEDULED)
        .values(state=MOVES[Step.BEGIN][1], begun_at=at, version=NewsletterIssue.version + 1)
        .execution_options(synchronize_session=False)
        .returning(NewsletterIssue.id)
    ).first()
    if begun is not None:
        record(session, "newsletter.begun", f"newsletter:{number}", by=None, at=at)


def post_batch(
    session: Session,
    number: int,
    zones: Collection[str],
    *,
    links: Links,
    token_for: TokenFor,
    at: datetime,
    limit: int = BATCH,
) -> int:
    """Handle the next readers in these time zones; returns how many, 0 when there are none.

    Whoever does not want it any more, or cannot come in, is handled without a mail.
    """
    # Shared: whoever stops the issue waits for this batch, other workers do not.
    issue = session.scalar(
        select(NewsletterIssue)
        .where(NewsletterIssue.id == number, NewsletterIssue.state == IssueState.SENDING)
        .with_for_update(read=True)
        .execution_options(populate_existing=True)
    )
    if issue is None:
        return 0
    marked = _mark(session, number, zones, at=at, limit=limit)
    people = session.scalars(
        select(Account).where(Account.id.in_(marked), may_get()).order_by(Account.id)
    ).all()
    post_slips(session, Newsletter, [_slip(number, one, token_for) for one in people], at=at)
    _note_mails(session, number, people)
    _lay_into_inboxes(session, issue, people, links=links, at=at)
    return len(marked)


def is_over(session: Session, number: int) -> bool:
    """Whether an issue is being sent, nobody waits for their turn, and no mail of it waits."""
    return session.scalar(select(NewsletterIssue.id).where(*_over(number))) is not None


def finish(session: Session, number: int, *, at: datetime) -> None:
    """Note that an issue is sent, if it is over; noting it again changes nothing."""
    ended = session.execute(
        update(NewsletterIssue)
        .where(*_over(number))
        .values(state=MOVES[Step.FINISH][1], ended_at=at, version=NewsletterIssue.version + 1)
        .execution_options(synchronize_session=False)
        .returning(NewsletterIssue.id)
    ).first()
    if ended is not None:
        record(session, "newsletter.sent", f"newsletter:{number}", by=None, at=at)


def key_of(number: int, account_id: int) -> str:
    """What names the mail of an issue to a member in the outbox."""
    return f"newsletter:{number}:{account_id}"


def _over(number: int) -> tuple[ColumnElement[bool], ...]:
    mail_waits = exists().where(
        NewsletterRecipient.issue_id == number,
        OutboxMessage.id == NewsletterRecipient.outbox_id,
        OutboxMessage.done.is_(False),
    )
    return (
        NewsletterIssue.id == number,
        NewsletterIssue.state == IssueState.SENDING,
        ~exists().where(*_waiting(number)),
        ~mail_waits,
    )


def _waiting(number: int) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return (NewsletterRecipient.issue_id == number, NewsletterRecipient.handled_at.is_(None))


def _mark(
    session: Session, number: int, zones: Collection[str], *, at: datetime, limit: int
) -> list[int]:
    """Take the next rows of the list for oneself; another worker gets others."""
    turn = (
        select(NewsletterRecipient.account_id)
        .join(Account, Account.id == NewsletterRecipient.account_id)
        .where(*_waiting(number), Account.time_zone.in_(zones))
        .order_by(NewsletterRecipient.account_id)
        .limit(limit)
        .with_for_update(of=NewsletterRecipient, skip_locked=True)
    )
    ids = session.scalars(turn).all()
    marked = session.execute(
        update(NewsletterRecipient)
        .where(*_waiting(number), NewsletterRecipient.account_id.in_(ids))
        .values(handled_at=at)
        .execution_options(synchronize_session=False)
        .returning(NewsletterRecipient.account_id)
    )
    return sorted(marked.scalars())


def _slip(number: int, person: Account, token_for: TokenFor) -> Slip:
    return Slip(
        key_of(number, person.id),
        person.recipient,
        values={"issue": number},
        unsubscribe_token=token_for(person.id, Newsletter.name),
    )


def _lay_into_inboxes(
    session: Session,
    issue: NewsletterIssue,
    people: Sequence[Account],
    *,
    links: Links,
    at: datetime,
) -> None:
    """Keep it in the inbox on the site too, for those who want that."""
    ids = [person.id for person in people]
    wanting = preferences.wanted(session, ids, Kind.NEWSLETTER, Channel.INBOX)
    for person in people:
        if person.id in wanting:
            link = links.issue(person.language, issue.id)
            message = Newsletter(issue=issue.id, subjects=subjects_of(issue), link=link)
            inbox.keep(session, message, person.id, at=at, key=key_of(issue.id, person.id))


def _note_mails(session: Session, number: int, people: Sequence[Account]) -> None:
    """Write into the list which mail is whose."""
    whose = {key_of(number, person.id): person.id for person in people}
    rows = session.execute(
        select(OutboxMessage.key, OutboxMessage.id).where(OutboxMessage.key.in_(whose))
    )
    noted = [
        {"issue_id": number, "account_id": whose[key], "outbox_id": mail} for key, mail in rows
    ]
    if noted:
        session.execute(update(NewsletterRecipient), noted)
