"""How a proposal gets onto the desk, for stories that begin there."""

from datetime import UTC, datetime
from itertools import count

from sqlalchemy.orm import Session

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.moderation import actions as moderation
from citizen_diplomat.moderation import appealing
from citizen_diplomat.moderation.model import QueueItem
from citizen_diplomat.moderation.queries import item_for_review
from citizen_diplomat.moderation.queue import item_about
from citizen_diplomat.moderation.rules import ItemKind, Outcome
from citizen_diplomat.proposals import actions as proposals
from citizen_diplomat.proposals.model import Proposal
from citizen_diplomat.proposals.queries import of_author
from citizen_diplomat.proposals.rules import Draft

MONDAY = datetime(2026, 11, 2, 8, 0, tzinfo=UTC)
WATER = Draft(
    title="بازچرخانی آب خاکستری در خانه‌های تاریخی",
    summary="آب دوش پس از تصفیهٔ ساده به باغچه می‌رود.",
    body="در بارسلون چنین می‌کنند.\n\nهزینهٔ یک خانه ۶۰ میلیون تومان است.",
    topic_slug="environment-water",
    city_slugs=("barcelona",),
    language="fa",
)
BICYCLES = Draft(
    title="Cycle routes that run under the trees",
    summary="A shade map for summer rides along the madis.",
    body="Freiburg has such a map.",
    topic_slug="transport",
    city_slugs=("freiburg",),
    language="en",
)
OBJECTION = "ساختن مخزن کار شهرداری است و در بند دوم آمده است."
NO_ACCOUNT = 0
"""Nobody was given this number any cities: whoever asks for it looks after them all."""
_keys = count()


def submitted(
    session: Session, author: Account, draft: Draft = WATER, *, at: datetime = MONDAY
) -> QueueItem:
    """The queue item of a proposal that `author` has just submitted, ready for review."""
    proposal = proposals.start(session, draft, form_key=f"key {next(_keys)}", by=author, at=at)
    item = moderation.submit(session, proposal, by=author, at=at, link="http://localhost/mine")
    session.commit()
    return again(session, item)


def again(session: Session, item: QueueItem) -> QueueItem:
    """An item as the database has it now, with all that a review page loads."""
    session.commit()
    session.expunge_all()
    found = item_for_review(session, item.id, viewer=NO_ACCOUNT)
    assert found is not None
    # A writing transaction left open would keep every browser waiting.
    session.commit()
    return found


def claimed(session: Session, item: QueueItem, *, by: Account, at: datetime) -> QueueItem:
    """An item that `by` has claimed at `at`."""
    moderation.claim(session, item, by=by, at=at)
    return again(session, item)


def decided(
    session: Session,
    item: QueueItem,
    outcome: Outcome = Outcome.ACCEPT,
    *,
    by: Account,
    at: datetime = MONDAY,
    duplicate_of: int | None = None,
    reason: str | None = None,
) -> QueueItem:
    """An item that `by` has decided on at `at`."""
    grounds = {
        Outcome.ACCEPT: "trial-first",
        Outcome.REQUEST_CHANGES: "more-detail",
        Outcome.DECLINE: "outside-powers",
        Outcome.DUPLICATE: "same-idea",
    }
    moderation.decide(
        session,
        item,
        outcome,
        reason=reason or grounds[outcome],
        message="سپاس از شما.",
        version=item.of_proposal.version,
        duplicate_of=duplicate_of,
        by=by,
        at=at,
        link=lambda _: "http://localhost/en/me/proposals/1",
        statement_link=lambda person, number: f"http://localhost/{person.language}/{number}",
    )
    return again(session, item)


def resubmitted(session: Session, proposal: Proposal, body: str, *, at: datetime) -> None:
    """The author answers a request for changes with another text."""
    author = session.get_one(Account, proposal.author_id)
    session.commit()
    session.expunge(proposal)
    own = of_author(session, author.id, proposal.number, to_change=True)
    assert own is not None
    changed = Draft(
        title=proposal.title,
        summary=proposal.summary,
        body=body,
        topic_slug=proposal.topic_slug,
        city_slugs=WATER.city_slugs,
        language=proposal.language,
    )
    proposals.save(session, own, changed, version=own.version, by=author, at=at)
    moderation.submit(session, own, by=author, at=at, link="http://localhost/mine")
    session.commit()


def appealed(
    session: Session, item: QueueItem, *, by: Account, at: datetime, key: str = "appeal"
) -> QueueItem:
    """The item of the appeal that `by`, who wrote it first, makes against a decline."""
    proposal = of_author(session, by.id, item.subject_id, to_change=True)
    assert proposal is not None
    appealing.appeal(
        session, proposal, OBJECTION, form_key=key, by=by, at=at, link="http://localhost/mine"
    )
    session.commit()
    found = item_about(session, ItemKind.APPEAL, item.subject_id)
    assert found is not None
    return again(session, found)
