"""Taking an item over from a colleague, who hears of it by letter."""

from datetime import datetime

from sqlalchemy.orm import Session

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.mail.outbox import post
from citizen_diplomat.moderation.claims import lock, take_over
from citizen_diplomat.moderation.decisions import LinkFor
from citizen_diplomat.moderation.declarations import colleagues
from citizen_diplomat.moderation.desk_messages import TakenOver
from citizen_diplomat.moderation.model import QueueItem
from citizen_diplomat.moderation.rules import LEASE


def take_over_and_tell(
    session: Session, item: QueueItem, *, note: str, by: Account, at: datetime, link: LinkFor
) -> None:
    """Take an item as `claims.take_over` does, and tell who held it who took it, and why.

    Who let their claim run out more than a `LEASE` ago has put the item down themselves, and hears
    nothing; nor does who may not see it any more. Sent twice, the form tells them once.
    """
    lock(session, item)
    former, lease_until = item.holder_id, item.lease_until
    take_over(session, item, note=note, by=by, at=at)
    if former is None or lease_until is None or former == by.id or lease_until + LEASE <= at:
        return
    for person in colleagues(session, item, among={former}):
        letter = TakenOver(by.display_name, item.title, note, link(person), item.proposal_number)
        key = f"taken_over:{item.id}:{former}:{at.isoformat()}"
        post(session, letter, person.recipient, key=key, at=at)
