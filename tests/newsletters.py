"""How an issue of the newsletter comes so far, for stories that begin there."""

from datetime import UTC, datetime

from sqlalchemy.orm import Session

from citizen_diplomat.accounts import mail_choices
from citizen_diplomat.accounts.model import Account
from citizen_diplomat.mail.preference_rules import Channel, Kind
from citizen_diplomat.newsletter import actions, audience
from citizen_diplomat.newsletter.model import NewsletterIssue
from citizen_diplomat.newsletter.queries import find
from citizen_diplomat.newsletter.rules import Block, BlockKind, Draft, Segment
from tests.cast import Cast

FRIDAY = datetime(2026, 11, 27, 9, 0, tzinfo=UTC)
EVERYBODY = Segment(everybody=True)
AUTUMN = Draft(
    "خبرنامهٔ پاییز",
    "Autumn newsletter",
    (Block(BlockKind.TEXT, fa="سلام به **همه**.", en="Hello to *all* of you."),),
)


def asks(session: Session, *people: Account, wants: bool = True) -> None:
    """These members ask for the newsletter, or do not want it any more."""
    ways = frozenset({Channel.AT_ONCE}) if wants else frozenset[Channel]()
    for person in people:
        choice = {Kind.NEWSLETTER: ways}
        mail_choices.choose(session, person, choice, by=person, at=FRIDAY, source="test")
    session.commit()


def written(
    session: Session, cast: Cast, segment: Segment = EVERYBODY, draft: Draft = AUTUMN
) -> NewsletterIssue:
    """An issue that Soheila wrote for `segment`."""
    issue = actions.start(session, draft, by=cast.soheila, at=FRIDAY)
    actions.address(session, issue, segment, version=issue.version, by=cast.soheila, at=FRIDAY)
    session.commit()
    return issue


def released(
    session: Session, cast: Cast, issue: NewsletterIssue, *, on: datetime | None = None
) -> NewsletterIssue:
    """The same after Mina read it over and released it, at once or for the morning of a day."""
    actions.review(session, issue, version=issue.version, by=cast.mina, at=FRIDAY)
    session.flush()
    actions.release(
        session, issue,
        count=audience.count(session, issue, at=FRIDAY), version=issue.version,
        send_on=on.date() if on else None, send_hour=8 if on else None,
        by=cast.mina, at=FRIDAY,
    )  # fmt: skip
    session.commit()
    return issue


def again(session: Session, issue: NewsletterIssue) -> NewsletterIssue:
    """An issue as the database has it now."""
    number = issue.id
    session.commit()
    session.expunge_all()
    found = find(session, number)
    assert found is not None
    session.commit()
    return found
