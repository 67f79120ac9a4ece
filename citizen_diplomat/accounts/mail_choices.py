"""What members choose to hear of, with its consent and its place in the log."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from citizen_diplomat.accounts.actions import subject_of
from citizen_diplomat.accounts.consents import give_consent, withdraw_consent
from citizen_diplomat.accounts.model import Account
from citizen_diplomat.accounts.rules import NEWSLETTER_TEXT_VERSION, ConsentPurpose
from citizen_diplomat.audit.actions import record
from citizen_diplomat.mail import preferences
from citizen_diplomat.mail.preference_rules import Channel, Kind
from citizen_diplomat.mail.preferences import Choice


def choose(
    session: Session, account: Account, choice: Choice, *, by: Account, at: datetime, source: str
) -> Choice:
    """Keep what somebody wants of the kinds that `choice` names; returns what it changed.

    A new yes or no to the newsletter is kept as a consent, with where it came from (GDPR art.
    7(1)). Mails that wait and are not wanted any more do not leave.
    """
    # Two requests at once must not both think that they are the first.
    session.execute(select(Account.id).where(Account.id == account.id).with_for_update())
    before = preferences.choice_of(session, account.id)
    changed = preferences.change(session, account.id, choice, at=at)
    for kind, ways in changed.items():
        was, wanted = Channel.AT_ONCE in before[kind], Channel.AT_ONCE in ways
        if was and not wanted:
            preferences.stop_waiting(session, account.email, kind, at=at)
        if was != wanted and kind is Kind.NEWSLETTER:
            _consent(session, account, given=wanted, source=source, at=at)
    if changed:
        detail = {kind.value: _in_words(ways) for kind, ways in changed.items()}
        record(session, "mail.chosen", subject_of(account), by=by.id, at=at, **detail)
    return changed


def end_mails(session: Session, account: Account, kind: Kind, *, at: datetime, source: str) -> None:
    """Send somebody no more mails of one kind; doing it again changes nothing.

    The inbox, the digest and the feed stay as they chose. Whoever has left gets none anyway.
    """
    if account.closed_at is not None:
        return
    now = preferences.choice_of(session, account.id)[kind]
    choice = {kind: now - {Channel.AT_ONCE}}
    choose(session, account, choice, by=account, at=at, source=source)


def forget(session: Session, account: Account, *, at: datetime) -> None:
    """Delete the choices of somebody who leaves; a yes to the newsletter ends here."""
    if preferences.is_wanted(session, account.id, Kind.NEWSLETTER, Channel.AT_ONCE):
        purpose = ConsentPurpose.NEWSLETTER
        withdraw_consent(session, account, purpose, source="close", at=at)
    preferences.forget(session, account.id)


def _consent(session: Session, account: Account, *, given: bool, source: str, at: datetime) -> None:
    give_consent(
        session,
        account,
        ConsentPurpose.NEWSLETTER,
        source=source,
        at=at,
        given=given,
        text_version=NEWSLETTER_TEXT_VERSION,
    )


def _in_words(ways: frozenset[Channel]) -> str:
    return " ".join(channel for channel in Channel if channel in ways)
