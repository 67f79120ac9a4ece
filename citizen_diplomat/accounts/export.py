"""What this room keeps about somebody, for themselves (GDPR art. 15 and 20)."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from citizen_diplomat.accounts import changed_address
from citizen_diplomat.accounts.feed_tokens import tokens_of
from citizen_diplomat.accounts.model import (
    Account,
    AccountRole,
    AccountSession,
    Consent,
    StaffScope,
)
from citizen_diplomat.foundation.clock import written


def export(session: Session, account: Account) -> dict[str, Any]:
    """What is known of an account as plain JSON values; no secret, not even as a hash."""
    return {
        "account": _account(account),
        "roles": _roles(session, account),
        "consents": _consents(session, account),
        "sign_ins": _sign_ins(session, account),
        "address_changes": changed_address.export(session, account.id),
        "private_feeds": _feeds(session, account),
    }


def _account(account: Account) -> dict[str, Any]:
    return {
        "number": account.id,
        "email": account.email,
        "name_others_see": account.display_name,
        "language": account.language,
        "time_zone": account.time_zone,
        "has_a_passphrase": account.passphrase_hash is not None,
        "registered_at": written(account.created_at),
        "address_confirmed_at": written(account.verified_at),
    }


def _roles(session: Session, account: Account) -> dict[str, Any]:
    roles = select(AccountRole.role).where(AccountRole.account_id == account.id)
    scopes = select(StaffScope).where(StaffScope.account_id == account.id).order_by(StaffScope.id)
    return {
        "held": list(session.scalars(roles.order_by(AccountRole.role))),
        "limited_to": [
            {"city": row.city_slug, "topic": row.topic_slug} for row in session.scalars(scopes)
        ],
    }


def _consents(session: Session, account: Account) -> list[dict[str, Any]]:
    rows = select(Consent).where(Consent.account_id == account.id).order_by(Consent.id)
    return [
        {
            "purpose": row.purpose,
            "given": row.given,
            "where": row.source,
            "version_of_the_text": row.text_version,
            "at": written(row.at),
        }
        for row in session.scalars(rows)
    ]


def _sign_ins(session: Session, account: Account) -> list[dict[str, Any]]:
    rows = select(AccountSession).where(AccountSession.account_id == account.id)
    return [
        {"device": row.device, "since": written(row.created_at), "until": written(row.expires_at)}
        for row in session.scalars(rows.order_by(AccountSession.id))
    ]


def _feeds(session: Session, account: Account) -> list[dict[str, Any]]:
    return [
        {"feed": feed.value, "made_at": written(row.made_at), "works": row.works(account)}
        for feed, row in tokens_of(session, account.id).items()
    ]
