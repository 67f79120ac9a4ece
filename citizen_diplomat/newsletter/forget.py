"""Taking somebody who leaves off the lists of the newsletter."""

from sqlalchemy import delete
from sqlalchemy.orm import Session

from citizen_diplomat.newsletter.model import NewsletterExclusion, NewsletterRecipient


def forget(session: Session, account_id: int) -> None:
    """Delete who was sent what; how many an issue was released to stays with the issue."""
    for table in (NewsletterRecipient, NewsletterExclusion):
        session.execute(delete(table).where(table.account_id == account_id))
