"""Letters about translations: to whom, and how often."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.mail.outbox import post
from citizen_diplomat.translation.messages import TranslationNews, TranslationWithdrawn
from citizen_diplomat.translation.model import (
    Translation,
    TranslationParagraph,
    TranslationWithdrawal,
)
from citizen_diplomat.translation.rules import Told, mark_of

Link = Callable[[Account, int], str]
"""Makes the link to a translation at the desk, for who reads a letter."""


def tell(
    session: Session, row: Translation, person: Account, news: Told, *, at: datetime, link: Link
) -> None:
    """Write to somebody about a translation, at most once a day."""
    post(
        session,
        TranslationNews(title=row.title, news=news, link=link(person, row.id)),
        person.recipient,
        key=f"translation_news:{row.id}:{person.id}:{at:%Y-%m-%d}",
        at=at,
    )


def tell_other(
    session: Session,
    paragraph: TranslationParagraph,
    number: int | None,
    news: Told,
    *,
    by: Account,
    at: datetime,
    link: Link,
) -> None:
    """Write to who translated a paragraph, unless they did it themselves."""
    if number != by.id:
        for person in people(session, {number}):
            tell(session, paragraph.translation, person, news, at=at, link=link)


def tell_withdrawn(
    session: Session,
    paragraph: TranslationParagraph,
    person: Account,
    taken: TranslationWithdrawal,
    link: Link,
) -> None:
    """Tell somebody that staff took back what they translated, and why."""
    # Its version tells this time from the next: a paragraph can be taken back again.
    key = f"translation_withdrawn:{paragraph.id}:{paragraph.version}:{mark_of(taken.text)[:16]}"
    letter = TranslationWithdrawn(
        title=paragraph.translation.title,
        text=taken.text,
        reason=taken.reason,
        link=link(person, paragraph.translation_id),
    )
    post(session, letter, person.recipient, key=key, at=taken.withdrawn_at)


def people(session: Session, numbers: set[int | None]) -> list[Account]:
    """The open accounts among these."""
    known = {number for number in numbers if number is not None}
    wanted = select(Account).where(Account.id.in_(known), Account.closed_at.is_(None))
    return list(session.scalars(wanted.order_by(Account.id)))
