"""Certificates of service: issuing and revoking them, and what their members and others read."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select, update
from sqlalchemy.orm import Session

from citizen_diplomat.accounts.actions import mail_to
from citizen_diplomat.accounts.model import Account
from citizen_diplomat.accounts.rules import Role
from citizen_diplomat.audit.actions import record
from citizen_diplomat.cities.rules import ISFAHAN
from citizen_diplomat.directory.contact import OFFICE
from citizen_diplomat.directory.model import Profile
from citizen_diplomat.foundation.clock import written
from citizen_diplomat.foundation.paging import Cursor, Page, beyond, page
from citizen_diplomat.outcomes.certificate_messages import CertificateNews
from citizen_diplomat.outcomes.certificate_model import Certificate
from citizen_diplomat.outcomes.certificate_rules import (
    RevokeReason,
    Served,
    is_complete,
    new_code,
    read_code,
)

PAGE_LENGTH = 20


class NotPossible(Exception):  # noqa: N818 - named for what happened
    """No certificate is issued to oneself, nor to who is no member with an open account."""


class Over(Exception):  # noqa: N818 - named for what happened
    """It was revoked before."""


@dataclass(frozen=True)
class CertificateLinks:
    """Makers of the pages that the letters name, in the language of who reads them."""

    of_member: Callable[[Account, int], str]
    """The member's own page of a certificate, by its number."""
    to_verify: Callable[[Account, str], str]
    """The page on which anybody verifies it, by its shown code."""


def issue(
    session: Session,
    served: Served,
    person: Account,
    *,
    form_key: str,
    key: bytes,
    by: Account,
    at: datetime,
    links: CertificateLinks,
) -> Certificate:
    """Certify what a member did and tell them; the same form again gives that of before.

    The roles of `person` must have been loaded, and their row be locked. `key` is the office's, for
    its seal. Raises NotPossible, and ValueError for a service that lacks something.
    """
    if not is_complete(served, today=at.astimezone(ISFAHAN).date()):
        raise ValueError("a certificate tells of what was done, in both languages")
    if not person.is_open or Role.MEMBER not in person.roles or person.id == by.id:
        raise NotPossible
    earlier = session.scalar(
        select(Certificate).where(Certificate.issued_by == by.id, Certificate.form_key == form_key)
    )
    if earlier is not None:
        return earlier
    row = _new(session, served, person, form_key, by, at)
    row.seal = row.seal_with(key)
    session.add(row)
    # Its number is in the log and in the link of the letter.
    session.flush()
    record(
        session, "certificate.issued", subject_of(row), by=by.id, at=at,
        member=person.id, kind=row.kind, seal=row.seal,
    )  # fmt: skip
    _tell(session, row, person, "issued", at, links)
    return row


def revoke(
    session: Session,
    row: Certificate,
    reason: RevokeReason,
    *,
    by: Account,
    at: datetime,
    links: CertificateLinks,
) -> None:
    """Let a certificate be good no longer, and tell its member. Raises Over."""
    if row.revoked_at is not None:
        raise Over
    row.revoked_at, row.revoked_by, row.revoke_reason = at, by.id, reason
    record(session, "certificate.revoked", subject_of(row), by=by.id, at=at, reason=reason)
    person = session.get(Account, row.account_id) if row.account_id is not None else None
    if person is not None:
        _tell(session, row, person, "revoked", at, links)


def subject_of(row: Certificate) -> str:
    """How the log names a certificate."""
    return f"certificate:{row.id}"


def all_certificates(
    session: Session, *, after: Cursor[datetime] | None = None, limit: int = PAGE_LENGTH
) -> Page[Certificate]:
    """Every certificate, the newest first, for the office."""
    return _page(session, select(Certificate), after, limit)


def certificates_of(
    session: Session,
    account_id: int,
    *,
    after: Cursor[datetime] | None = None,
    limit: int = PAGE_LENGTH,
) -> Page[Certificate]:
    """The certificates of a member, the newest first."""
    return _page(session, select(Certificate).where(_is_of(account_id)), after, limit)


def certificate_of(
    session: Session, account_id: int, number: int, *, to_change: bool = False
) -> Certificate | None:
    """One of them, if it is this member's."""
    wanted = select(Certificate).where(_is_of(account_id), Certificate.id == number)
    return session.scalar(wanted.with_for_update() if to_change else wanted)


def certificate(session: Session, number: int, *, to_change: bool = False) -> Certificate | None:
    """One certificate, for the office."""
    return session.get(Certificate, number, with_for_update=to_change or None)


def verified(session: Session, typed: str) -> Certificate | None:
    """The certificate of a code as somebody typed it; None where there is none."""
    code = read_code(typed)
    if code is None:
        return None
    return session.scalar(select(Certificate).where(Certificate.code == code))


def forget_certificates(session: Session, account: Account) -> None:
    """Take a member out of their certificates: who it was, and in which words what they did.

    That there is such a certificate, of what kind and for which days, stays: whoever was handed it
    would otherwise read that it never existed.
    """
    session.execute(
        update(Certificate)
        .where(Certificate.account_id == account.id)
        .values(account_id=None, name="", latin_name="", text_fa="", text_en="", seal="")
        .execution_options(synchronize_session=False)
    )


def export_certificates(session: Session, account_id: int) -> list[dict[str, Any]]:
    """The certificates of a member, oldest first, as plain JSON values (GDPR art. 15 and 20)."""
    rows = session.scalars(select(Certificate).where(_is_of(account_id)).order_by(Certificate.id))
    return [
        {
            "code": row.shown_code,
            "name": row.name,
            "latin_name": row.latin_name,
            "kind": row.kind,
            "text": {"fa": row.text_fa, "en": row.text_en},
            "first_day": row.first_day.isoformat(),
            "last_day": row.last_day.isoformat(),
            "hours": row.hours,
            "desk": {"fa": row.desk_fa, "en": row.desk_en},
            "name_is_shown": row.shows_name,
            "issued_at": written(row.issued_at),
            "revoked_at": written(row.revoked_at),
            "revoke_reason": row.revoke_reason,
        }
        for row in rows
    ]


def _new(
    session: Session, served: Served, person: Account, form_key: str, by: Account, at: datetime
) -> Certificate:
    latin = session.scalar(select(Profile.latin_name).where(Profile.account_id == person.id))
    return Certificate(
        code=new_code(),
        account_id=person.id,
        name=person.display_name,
        latin_name=latin or "",
        kind=served.kind,
        text_fa=served.text_fa,
        text_en=served.text_en,
        first_day=served.first_day,
        last_day=served.last_day,
        hours=served.hours,
        desk_fa=OFFICE[0],
        desk_en=OFFICE[1],
        form_key=form_key,
        issued_by=by.id,
        issued_at=at,
    )


def _tell(
    session: Session,
    row: Certificate,
    person: Account,
    state: str,
    at: datetime,
    links: CertificateLinks,
) -> None:
    letter = CertificateNews(
        state=state,
        text=row.text_fa if person.language == "fa" else row.text_en,
        reason=row.revoke_reason or "",
        verify_link=links.to_verify(person, row.shown_code),
        link=links.of_member(person, row.id),
    )
    mail_to(session, letter, person, f"{row.id}:{state}", at)


def _is_of(account_id: int) -> Any:
    return Certificate.account_id == account_id


def _page(
    session: Session, wanted: Select[Certificate], after: Cursor[datetime] | None, limit: int
) -> Page[Certificate]:
    given, number = Certificate.issued_at, Certificate.id
    wanted = wanted.order_by(given.desc(), number.desc()).limit(limit + 1)
    if after is not None:
        wanted = wanted.where(beyond(given, number, after, descending=True))
    rows = session.scalars(wanted).all()
    return page(rows, limit, lambda row: (row.issued_at, row.id), after=after)
