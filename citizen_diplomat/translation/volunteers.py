"""Who translates: members who said so, between the languages that they speak well."""

from datetime import datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.accounts.sanction_rules import SanctionKind
from citizen_diplomat.accounts.sanctions import Sanction, in_force
from citizen_diplomat.audit.actions import record
from citizen_diplomat.directory.model import ProfileLanguage
from citizen_diplomat.translation.model import TranslationVolunteer
from citizen_diplomat.translation.rules import GOOD_LEVELS

HINDERING = frozenset({SanctionKind.LIMIT, SanctionKind.SUSPEND, SanctionKind.CLOSE})


def volunteer_of(session: Session, account_id: int) -> TranslationVolunteer | None:
    """What a member said about translating, or None if they never did."""
    return session.get(TranslationVolunteer, account_id)


def good_languages(session: Session, account_id: int) -> frozenset[str]:
    """The languages in which somebody's profile says that they are fluent, or better."""
    return frozenset(
        session.scalars(
            select(ProfileLanguage.code).where(
                ProfileLanguage.account_id == account_id,
                ProfileLanguage.level.in_(sorted(GOOD_LEVELS)),
            )
        )
    )


def tongues_of(session: Session, account_id: int, *, at: datetime) -> frozenset[str]:
    """The languages between which somebody translates now.

    None for who does not volunteer, and while a sanction limits or bars them.
    """
    hindered = exists().where(
        Sanction.account_id == account_id, Sanction.kind.in_(sorted(HINDERING)), in_force(at)
    )
    return frozenset(
        session.scalars(
            select(ProfileLanguage.code)
            .join(
                TranslationVolunteer, TranslationVolunteer.account_id == ProfileLanguage.account_id
            )
            .where(
                ProfileLanguage.account_id == account_id,
                ProfileLanguage.level.in_(sorted(GOOD_LEVELS)),
                TranslationVolunteer.is_active,
                ~hindered,
            )
        )
    )


def choose(
    session: Session, account: Account, *, is_active: bool, may_be_named: bool, at: datetime
) -> None:
    """Keep whether a member translates, and whether their name may stand below it."""
    row = volunteer_of(session, account.id)
    if row is None:
        row = TranslationVolunteer(account_id=account.id)
        session.add(row)
    row.is_active, row.may_be_named, row.changed_at = is_active, may_be_named, at
    record(
        session,
        "translation.chosen",
        f"account:{account.id}",
        by=account.id,
        at=at,
        translates=is_active,
        named=may_be_named,
    )
