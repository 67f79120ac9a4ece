"""Everything that the rooms keep about one person: handed out whole, or taken out whole."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from citizen_diplomat.accounts import export as accounts_export
from citizen_diplomat.accounts import forget as accounts
from citizen_diplomat.accounts.model import Account
from citizen_diplomat.audit import export as audit_export
from citizen_diplomat.digests import export as digests_export
from citizen_diplomat.digests import forget as digests
from citizen_diplomat.directory import export as directory_export
from citizen_diplomat.directory import forget as directory
from citizen_diplomat.foundation.clock import written
from citizen_diplomat.mail import export as mail_export
from citizen_diplomat.moderation import export as moderation_export
from citizen_diplomat.moderation import forget as moderation
from citizen_diplomat.proposals import export as proposals_export
from citizen_diplomat.proposals import forget as proposals


def export(session: Session, account: Account, *, at: datetime) -> dict[str, Any]:
    """All personal data of an account as plain JSON values (GDPR art. 15 and 20)."""
    return {
        "made_at": written(at),
        **accounts_export.export(session, account),
        "profile": directory_export.export(session, account.id),
        "proposals": proposals_export.export(session, account.id),
        "decisions": moderation_export.export(session, account.id),
        "digest": digests_export.export(session, account.id),
        "letters": mail_export.export(session, account.email),
        "log": audit_export.export(session, account.id),
    }


def close(session: Session, seen: Account, *, at: datetime) -> None:
    """Close an account and take out what made it somebody's, in the caller's transaction.

    `seen` is the account whose passphrase was compared, its roles loaded. Raises Changed or
    LastAdmin (`accounts.forget`) before anything is changed. All that others may be changing at
    this moment is locked first, in the order in which they lock it, so that nobody waits in a ring.
    """
    moderation.lock(session, seen.id)
    directory.lock(session, seen.id)
    digests.lock(session, seen.id)
    account = accounts.lock(session, seen)
    directory.forget(session, account)
    digests.forget(session, account, at)
    moderation.forget(session, account, at)
    proposals.forget(session, account, at)
    accounts.forget(session, account, at)
