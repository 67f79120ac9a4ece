"""The feed of a city tells what changed since it was told first, in each language for itself."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any
from xml.etree.ElementTree import Element

import time_machine
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from citizen_diplomat.cities import editing, queries
from citizen_diplomat.cities.relations import RelationEvent, Told
from citizen_diplomat.cities.rules import EventKind
from citizen_diplomat.events import actions
from citizen_diplomat.foundation.clock import now
from citizen_diplomat.foundation.periods import Period, Precision
from tests import calls
from tests.cast import Cast
from tests.events import DAY, EVENING, LETTERS, published
from tests.feed_checks import ATOM, checked_feed


def feed_of(client: FlaskClient, lang: str, city: str) -> Element:
    """The feed of a city, after it was checked."""
    address = f"/{lang}/cities/{city}/feed.atom"
    return checked_feed(client.get(address).data, f"http://localhost{address}")


def entry_of(client: FlaskClient, beginning: str, lang: str = "en") -> dict[str, str]:
    """The texts of the one entry whose title begins so, by their names."""
    entries = feed_of(client, lang, "barcelona").findall(f"{ATOM}entry")
    [found] = [
        {child.tag.removeprefix(ATOM): child.text or "" for child in entry}
        for entry in entries
        if (entry.findtext(f"{ATOM}title") or "").startswith(beginning)
    ]
    return found


def moment(at: object) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%SZ}"


def test_an_event_is_told_with_its_hours_moved_and_cancelled(
    session: Session, cast: Cast, client: FlaskClient
) -> None:
    event = published(session, cast.soheila)
    first = entry_of(client, "Event: Isfahan evening")
    assert event.starts_at is not None
    assert f"{event.starts_at.astimezone(event.zone):%H:%M} to " in first["summary"]
    assert "(Time in Barcelona)" in first["summary"]
    assert "(Isfahan time)" in first["summary"]
    assert EVENING.link not in first["summary"]
    at = now() + timedelta(minutes=5)
    do: dict[str, Any] = {"by": cast.soheila, "letters": LETTERS, "at": at}
    later = event.details.on(event.starts_at + DAY, event.starts_at + DAY + timedelta(hours=3))
    actions.change(session, event, later, version=event.version, **do)
    session.commit()
    moved = entry_of(client, "Event: Isfahan evening")
    assert (moved["id"], moved["updated"]) == (first["id"], moment(at))
    assert moved["summary"] != first["summary"]
    do["at"] = at + timedelta(minutes=5)
    actions.cancel(session, event, reason_fa="بیماری", reason_en="The speaker is ill.", **do)
    session.commit()
    off = entry_of(client, "Event, cancelled: Isfahan evening")
    assert (off["id"], off["updated"]) == (first["id"], moment(do["at"]))
    assert off["summary"].endswith("The speaker is ill.")
    with time_machine.travel(now() + 20 * DAY):
        assert "Isfahan evening" not in "".join(feed_of(client, "en", "barcelona").itertext())


def test_what_is_put_right_of_a_relation_is_told_anew(
    session: Session, cast: Cast, client: FlaskClient
) -> None:
    told = Told(
        EventKind.MILESTONE, Period(now().date(), Precision.DAY), note_fa="گام", note_en="A step."
    )
    begun, second = now(), timedelta(seconds=1)

    def edit(act: Callable[..., None], *what: object, after: int) -> str:
        """Edit Barcelona as it is now, so many seconds later; when that was."""
        city = queries.find(session, "barcelona", to_change=True)
        assert city is not None
        at = begun + after * second
        act(session, city, *what, version=city.version, by=cast.soheila, at=at)
        session.commit()
        return moment(at)

    first = edit(editing.add_event, told, after=0)
    event = session.scalars(
        select(RelationEvent).where(RelationEvent.announced_at.is_not(None))
    ).one()
    told_first = entry_of(client, "A step on the way")
    assert told_first["updated"] == first
    edit(editing.change_event, event, told, after=10)
    assert entry_of(client, "A step on the way")["updated"] == first
    put_right = replace(told, note_en="Another step.")
    changed = edit(editing.change_event, event, put_right, after=20)
    again = entry_of(client, "A step on the way")
    assert (again["id"], again["updated"]) == (told_first["id"], changed)
    assert again["summary"] == "Another step."


def test_what_differs_between_two_languages_has_two_names(
    session: Session, cast: Cast, client: FlaskClient
) -> None:
    published(session, cast.soheila)
    calls.published(session, cast.soheila)
    names = partial(feed_of, client, city="barcelona")
    persian, english = (
        {entry.findtext(f"{ATOM}id") for entry in names(lang).iter(f"{ATOM}entry")}
        for lang in ("fa", "en")
    )
    assert len(english) == len(persian) >= 3
    assert not persian & english
