"""Contact data: the e-mail address of a member, opened by staff for a reason that the member reads.

A coordinator opens those of everybody. A moderator who is bound to cities opens those of members
who live there and show it to staff; one who is bound to topics alone opens none, for members belong
to no topic. Only of open accounts: an address that nobody confirmed may be somebody else's.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from citizen_diplomat.accounts.model import Account, StaffScope
from citizen_diplomat.accounts.queries import account_by_id
from citizen_diplomat.accounts.rules import Role
from citizen_diplomat.audit.actions import record
from citizen_diplomat.audit.receipts import Desk, Occasion, write_receipts
from citizen_diplomat.audit.rules import Opened
from citizen_diplomat.cities.model import City, Topic
from citizen_diplomat.cities.rules import ISFAHAN
from citizen_diplomat.directory.ladder import OPEN_ACCOUNT, ShownProfile
from citizen_diplomat.directory.messages import DataOpened
from citizen_diplomat.directory.rules import Standing
from citizen_diplomat.mail.outbox import post

OFFICE = ("ادارهٔ ارتباطات بین‌الملل", "International Relations Office")
DESK = ("میز {}", "{} desk")
EVERYWHERE = ("همهٔ شهرها", "All cities")
COMMA = ("، ", ", ")

LinkFor = Callable[[str], str]
"""Gives the address of the member's list of receipts in a language."""


def reader_of(session: Session, account_id: int) -> Account:
    """Somebody of the staff with the roles and scopes that decide what they may open."""
    found = account_by_id(session, account_id)
    assert found is not None, "who is signed in has an account"
    return found


def may_open(reader: Account, profile: ShownProfile) -> bool:
    """Whether `reader`, who holds the duty, may open the contact data of this member.

    `profile` is what staff may see of them; roles and scopes of `reader` must have been loaded.
    """
    if profile.account is None or profile.account.standing != Standing.CONFIRMED:
        return False
    if Role.COORDINATOR in reader.roles or not reader.scopes:
        return True
    return profile.city_slug in {scope.city_slug for scope in reader.scopes if scope.city_slug}


def open_contact(
    session: Session,
    account_id: int,
    occasion: Occasion,
    *,
    by: Account,
    at: datetime,
    link_for: LinkFor,
) -> str | None:
    """The address of a member, with its receipt, its entry in the log and a letter to the member.

    None when the account was closed meanwhile. Whether `by` may is asked before: `may_open`.
    """
    opened = open_contacts(session, [account_id], occasion, by=by, at=at, link_for=link_for)
    if account_id not in opened:
        return None
    record(
        session,
        "contact.opened",
        f"account:{account_id}",
        by=by.id,
        at=at,
        reason=str(occasion.reason),
    )
    return opened[account_id]


def open_contacts(
    session: Session,
    account_ids: Iterable[int],
    occasion: Occasion,
    *,
    by: Account,
    at: datetime,
    link_for: LinkFor,
) -> dict[int, str]:
    """The addresses of those members whose account is open, with a receipt for each of them.

    Each is told by at most one letter a day for each reader. The caller writes to the log.
    """
    people = _locked(session, account_ids)
    desk = desk_of(session, by)
    numbers = [person.id for person in people]
    write_receipts(session, numbers, occasion, desk=desk, by=by.id, at=at)
    for person in people:
        _tell(session, person, occasion, desk, by=by, at=at, link=link_for(person.language))
    return {person.id: person.email for person in people}


def desk_of(session: Session, reader: Account) -> Desk:
    """As what `reader` opens contact data; their roles and scopes must have been loaded."""
    if Role.COORDINATOR in reader.roles:
        return Desk(Role.COORDINATOR, *OFFICE)
    named = [_scope_names(session, scope) for scope in reader.scopes] or [EVERYWHERE]
    # Each once, in an order that does not depend on when they were given.
    unique = sorted(set(named), key=lambda names: names[1])
    fa, en = (
        DESK[place].format(COMMA[place].join(names[place] for names in unique)) for place in (0, 1)
    )
    return Desk(Role.MODERATOR, fa, en)


def _scope_names(session: Session, scope: StaffScope) -> tuple[str, str]:
    """A city, a topic, or a topic in a city, in both languages."""
    city = session.get(City, scope.city_slug) if scope.city_slug else None
    topic = session.get(Topic, scope.topic_slug) if scope.topic_slug else None
    if city is None:
        return (topic.name_fa, topic.name_en) if topic else EVERYWHERE
    if topic is None:
        return city.name_fa, city.name_en
    return f"{city.name_fa} ({topic.name_fa})", f"{city.name_en} ({topic.name_en})"


def _locked(session: Session, account_ids: Iterable[int]) -> Sequence[Account]:
    """Open accounts, in the order of their numbers; nobody closes one until this commits."""
    return session.scalars(
        select(Account)
        .where(Account.id.in_(list(account_ids)), OPEN_ACCOUNT)
        .order_by(Account.id)
        .with_for_update()
        # What an earlier query of this session saw may have changed before the lock was ours.
        .execution_options(populate_existing=True)
    ).all()


def _tell(
    session: Session,
    person: Account,
    occasion: Occasion,
    desk: Desk,
    *,
    by: Account,
    at: datetime,
    link: str,
) -> None:
    here = at.astimezone(ISFAHAN)
    post(
        session,
        DataOpened(
            role=desk.role,
            desk=desk.name(person.language),
            in_file=occasion.opened is Opened.FILE,
            reason=occasion.reason,
            words=occasion.words,
            day=here.date().isoformat(),
            clock=f"{here:%H:%M}",
            link=link,
        ),
        person.recipient,
        key=f"data_opened:{person.id}:{by.id}:{here.date().isoformat()}",
        at=at,
    )
