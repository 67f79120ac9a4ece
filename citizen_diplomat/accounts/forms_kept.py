"""Forms posted after a sign-in had ended, kept for a day under a secret key."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from citizen_diplomat.accounts.model import KeptForm
from citizen_diplomat.accounts.rules import KEPT_FORM_LIFETIME
from citizen_diplomat.foundation.tokens import digest


def keep(
    session: Session, key: str, *, path: str, fields: Mapping[str, list[str]], at: datetime
) -> None:
    """Keep the fields posted to `path` under the secret `key`."""
    session.add(
        KeptForm(key_digest=digest(key), path=path[:200], payload=dict(fields), created_at=at)
    )


def find(session: Session, key: str, *, path: str, at: datetime) -> dict[str, list[str]] | None:
    """The fields kept under `key` for `path`, or None when there are none or they are too old."""
    return session.scalar(
        select(KeptForm.payload).where(
            KeptForm.key_digest == digest(key),
            KeptForm.path == path[:200],
            KeptForm.created_at > at - KEPT_FORM_LIFETIME,
        )
    )


def forget(session: Session, key: str) -> None:
    """Remove what was kept under `key`."""
    session.execute(delete(KeptForm).where(KeptForm.key_digest == digest(key)))


def forget_old(session: Session, *, at: datetime) -> None:
    """Remove all that was kept for longer than it is promised."""
    session.execute(delete(KeptForm).where(KeptForm.created_at <= at - KEPT_FORM_LIFETIME))
