"""Telling who registered for an event what became of it, in their language and by their clock."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.events.messages import EventNews
from citizen_diplomat.events.model import Event, Registration
from citizen_diplomat.events.rules import News, shown_code
from citizen_diplomat.mail.outbox import post


@dataclass(frozen=True)
class Letters:
    """How the shell writes letters: the link to an event by its number, and Isfahan's clock."""

    link: Callable[[Account, int], str]
    home: ZoneInfo


def tell(
    session: Session, row: Registration, news: News, *, letters: Letters, at: datetime, cause: str
) -> bool:
    """Post one letter about a registration, its event and account loaded; False if it was before.

    `cause` tells this time from others of the same news.
    """
    event, person = row.event, row.account
    message = EventNews(
        news=news,
        title=title_for(event, person.language),
        link=letters.link(person, event.number),
        times=times_of(event, ZoneInfo(person.time_zone), letters.home),
        has_seat=row.seated_at is not None,
        **_way_in(row, news),
        reason=_reason(event, person.language) if news is News.CANCELLED else "",
    )
    key = f"event:{event.number}:{person.id}:{news}:{cause}"
    return post(session, message, person.recipient, key=key, at=at)


def tell_all(
    session: Session, event: Event, news: News, *, letters: Letters, at: datetime, cause: str
) -> int:
    """The same to everybody who is registered, seated or not; returns to how many."""
    rows = session.scalars(
        select(Registration)
        .where(Registration.event_number == event.number)
        .order_by(Registration.id)
        .options(joinedload(Registration.account), joinedload(Registration.event))
    ).all()
    return sum(tell(session, row, news, letters=letters, at=at, cause=cause) for row in rows)


def title_for(event: Event, language: str) -> str:
    """The title in somebody's language; of one that is not whole, in the other one."""
    first, second = event.title_fa, event.title_en
    if language != "fa":
        first, second = second, first
    return first or second


def times_of(event: Event, reader: ZoneInfo, home: ZoneInfo) -> list[dict[str, str]]:
    """The hours of a dated event by the reader's clock, its own and Isfahan's; equal ones once."""
    assert event.starts_at is not None
    assert event.ends_at is not None
    told: dict[object, dict[str, str]] = {}
    for whose, zone in (("yours", reader), ("there", event.zone), ("isfahan", home)):
        begins, ends = event.starts_at.astimezone(zone), event.ends_at.astimezone(zone)
        same = (begins.utcoffset(), ends.utcoffset())
        row = {
            "whose": whose,
            "day": begins.date().isoformat(),
            "last_day": ends.date().isoformat(),
            "begins": f"{begins:%H:%M}",
            "ends": f"{ends:%H:%M}",
        }
        told.setdefault(same, row)
    return list(told.values())


def stamp(at: datetime) -> str:
    """A moment as part of a key."""
    return str(int(at.timestamp()))


def _way_in(row: Registration, news: News) -> dict[str, str]:
    """Address, link and code, for who has a seat at something that takes place."""
    event = row.event
    if news is News.CANCELLED:
        return {}
    address = {"address": event.address if event.has_place else ""}
    if row.seated_at is None:
        return address
    return address | {
        "online": event.link if event.is_online else "",
        "code": shown_code(row.code),
    }


def _reason(event: Event, language: str) -> str:
    return event.cancel_reason_fa if language == "fa" else event.cancel_reason_en
