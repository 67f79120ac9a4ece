"""The certificates of the demo: one that is good, and one that it has taken the place of."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.accounts.queries import account_by_id
from citizen_diplomat.cities.rules import ISFAHAN
from citizen_diplomat.outcomes import certificates
from citizen_diplomat.outcomes.certificate_rules import RevokeReason, Served, Service
from citizen_diplomat.web.certificate_words import certificate_links, seal_key

SERVED = (
    timedelta(days=9),
    timedelta(days=7),
    "ترجمهٔ همزمان در سه نشست آنلاین استادکاران کاشی اصفهان با کارگاه‌های سرامیک بارسلون",
    "Interpreted at three online meetings of Isfahan’s tile masters with the ceramic workshops "
    "of Barcelona",
)


def certify(session: Session, person: Account, *, by: Account, at: datetime) -> None:
    """Issue one with the wrong hours, revoke it, and issue the right one."""
    # Names, roles and the certificate before are looked for in the database.
    session.flush()
    member = account_by_id(session, person.id)
    assert member is not None
    before, until, text_fa, text_en = SERVED
    today = at.astimezone(ISFAHAN).date()
    for hours in (8, 12):
        served = Served(Service.INTERPRETER, text_fa, text_en, today - before, today - until, hours)
        row = certificates.issue(
            session,
            served,
            member,
            form_key=f"demo {hours}",
            key=seal_key(),
            by=by,
            at=at,
            links=certificate_links(),
        )
        if hours == 8:
            certificates.revoke(
                session, row, RevokeReason.REPLACED, by=by, at=at, links=certificate_links()
            )
