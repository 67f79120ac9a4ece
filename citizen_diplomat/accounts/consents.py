"""What somebody agreed to, and took back: a table that is only ever added to."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from citizen_diplomat.accounts.model import Account, Consent
from citizen_diplomat.accounts.rules import TERMS_VERSION, ConsentPurpose, terms_edition


@dataclass(frozen=True)
class TermsAnswers:
    """To which edition of the terms somebody said yes last, and to which yes or no; 0: to none."""

    agreed: int = 0
    answered: int = 0


def give_consent(
    session: Session,
    account: Account,
    purpose: ConsentPurpose,
    *,
    source: str,
    at: datetime,
    given: bool = True,
    text_version: str = TERMS_VERSION,
) -> None:
    """Keep that somebody said yes, or no, to one purpose (GDPR art. 7(1))."""
    session.add(
        Consent(
            account_id=account.id,
            purpose=purpose,
            given=given,
            source=source,
            text_version=text_version,
            at=at,
        )
    )


def withdraw_consent(
    session: Session, account: Account, purpose: ConsentPurpose, *, source: str, at: datetime
) -> None:
    """Keep that somebody takes a yes back, as easily as it was given (GDPR art. 7(3))."""
    give_consent(session, account, purpose, source=source, at=at, given=False)


def terms_answers(session: Session, account_id: int) -> TermsAnswers:
    """What somebody said to the terms of membership, in one query."""
    rows = session.execute(
        select(Consent.given, Consent.text_version)
        .where(Consent.account_id == account_id, Consent.purpose == ConsentPurpose.TERMS)
        .order_by(Consent.id.desc())
    ).all()
    agreed = next((version for given, version in rows if given), None)
    return TermsAnswers(
        agreed=terms_edition(agreed) if agreed else 0,
        answered=terms_edition(rows[0].text_version) if rows else 0,
    )
