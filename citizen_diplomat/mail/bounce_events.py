"""What a mail service tells us itself, event by event; who brings it has proved who they are."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from citizen_diplomat.mail.bounce_rules import BounceKind, BounceSource, code_of, kind_of
from citizen_diplomat.mail.bounces import Fate, hold_against, letter_of, newest_letter_to
from citizen_diplomat.mail.return_path import ReturnPaths

MOST_EVENTS = 100
LONGEST_TEXT = 300


@dataclass(frozen=True)
class Event:
    """One event. The letter is named by its return address, its Message-ID or its recipient."""

    id: str
    """Theirs: the same event never counts twice."""
    kind: BounceKind
    code: str = ""
    return_path: str = ""
    message_id: str = ""
    address: str = ""


def events_of(document: Any) -> list[Event]:
    """The events of {"events": [{"id", "kind", ...}]}; raises ValueError for anything else."""
    listed = document.get("events") if isinstance(document, dict) else None
    if not isinstance(listed, list) or not 1 <= len(listed) <= MOST_EVENTS:
        raise ValueError("a list of 1 to 100 events")
    return [_event(one) for one in listed]


def take(session: Session, event: Event, paths: ReturnPaths, *, at: datetime) -> Fate:
    """Note an event, if it is about a letter of ours and about the mailbox."""
    row = letter_of(session, paths, [event.return_path], [_bare(event.message_id)], at=at)
    if row is None and event.address:
        row = newest_letter_to(session, event.address, at=at)
    if row is None:
        return Fate.NOT_OURS
    kind: BounceKind | None = event.kind
    if event.kind is BounceKind.HARD and event.code:
        # A service may call lasting what is its own reputation.
        kind = kind_of(code_of(event.code))
    return hold_against(
        session, row, kind,
        code=event.code, source=BounceSource.WEBHOOK, report=event.id, at=at,
    )  # fmt: skip


def _event(given: Any) -> Event:
    if not isinstance(given, dict):
        raise ValueError("an event is an object")
    names = ("id", "kind", "code", "return_path", "message_id", "address")
    texts = {name: given.get(name, "") for name in names}
    if not all(isinstance(text, str) and _is_storable(text) for text in texts.values()):
        raise ValueError("each value is a text of at most 300 characters")
    if not texts["id"]:
        raise ValueError("an event has an id")
    return Event(**{**texts, "kind": BounceKind(texts["kind"])})


def _is_storable(text: str) -> bool:
    return len(text) <= LONGEST_TEXT and text.isprintable()


def _bare(message_id: str) -> str:
    """The part of a Message-ID that the outbox keeps."""
    return message_id.strip("<> ").partition("@")[0]
