"""Ending the digest of somebody who leaves."""

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from citizen_diplomat.accounts.consents import withdraw_consent
from citizen_diplomat.accounts.model import Account
from citizen_diplomat.accounts.rules import ConsentPurpose
from citizen_diplomat.digests.model import DigestIssue, Subscription
from citizen_diplomat.digests.queries import subscription_of
from citizen_diplomat.digests.rules import Frequency


def lock(session: Session, account_id: int) -> None:
    """Keep the subscription from others: a worker that makes a digest comes before or after."""
    wanted = select(Subscription.account_id).where(Subscription.account_id == account_id)
    session.execute(wanted.with_for_update())


def forget(session: Session, account: Account, at: datetime) -> None:
    """Delete the subscription and the ledger of what was told; a yes to the digest ends here."""
    subscription = subscription_of(session, account.id)
    if subscription is not None:
        if subscription.frequency != Frequency.NEVER:
            withdraw_consent(session, account, ConsentPurpose.DIGEST, source="close", at=at)
        session.delete(subscription)
    session.execute(delete(DigestIssue).where(DigestIssue.account_id == account.id))
