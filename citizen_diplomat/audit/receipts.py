"""Receipts of access: a member reads who of the staff opened their contact data, when and why."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from citizen_diplomat.audit.model import AccessReceipt
from citizen_diplomat.audit.rules import AccessReason, Opened
from citizen_diplomat.foundation.paging import Cursor, Page, page

PAGE_LENGTH = 20


@dataclass(frozen=True)
class Desk:
    """As what somebody of the staff acts: a role, and the name of their desk in both languages."""

    role: str
    name_fa: str
    name_en: str

    def name(self, language: str) -> str:
        """The name of the desk for a reader of `language`."""
        return self.name_fa if language == "fa" else self.name_en


@dataclass(frozen=True)
class Occasion:
    """Why contact data is opened, and in which way."""

    reason: AccessReason
    words: str
    opened: Opened = Opened.PAGE


def write_receipts(
    session: Session,
    account_ids: Iterable[int],
    occasion: Occasion,
    *,
    desk: Desk,
    by: int,
    at: datetime,
) -> None:
    """Write down, in the caller's transaction, that account `by` opened the data of each account.

    Every opening is a receipt of its own, however often it happens.
    """
    session.add_all(
        AccessReceipt(
            account_id=account_id,
            reader_id=by,
            role=desk.role,
            desk_fa=desk.name_fa,
            desk_en=desk.name_en,
            opened=occasion.opened,
            reason=occasion.reason,
            words=occasion.words,
            at=at,
        )
        for account_id in account_ids
    )


def receipts_of(
    session: Session,
    account_id: int,
    *,
    after: Cursor[int] | None = None,
    limit: int = PAGE_LENGTH,
) -> Page[AccessReceipt]:
    """The receipts of a member, newest first."""
    wanted = (
        select(AccessReceipt)
        .where(AccessReceipt.account_id == account_id)
        .order_by(AccessReceipt.id.desc())
        .limit(limit + 1)
    )
    if after is not None:
        # The id alone gives the order: time may stand still between two receipts.
        wanted = wanted.where(AccessReceipt.id < after.id)
    rows: Sequence[AccessReceipt] = session.scalars(wanted).all()
    return page(rows, limit, lambda receipt: (receipt.id, receipt.id), after=after)
