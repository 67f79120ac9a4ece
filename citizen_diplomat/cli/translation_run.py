"""Letting translations follow their originals: what changed is stale, what is gone rests."""

import threading
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from citizen_diplomat.foundation.database import transaction
from citizen_diplomat.translation.actions import follow
from citizen_diplomat.translation.model import Translation
from citizen_diplomat.translation.originals import after_number
from citizen_diplomat.translation.queries import find
from citizen_diplomat.web.services import services
from citizen_diplomat.web.translation_sources import SOURCES, original_of
from citizen_diplomat.web.translation_words import desk_link

BATCH = 200


def follow_originals(at: datetime, *, stop: threading.Event | None = None) -> int:
    """Lay each translation beside an original that has changed; returns how many there were."""
    seen = followed = 0
    while stop is None or not stop.is_set():
        # Look before taking the write lock, which on SQLite everybody waits for.
        with services().database.reading() as session:
            rows = after_number(session, seen, limit=BATCH)
            changed = _behind(session, rows)
        for number in changed:
            with services().database.writing() as session, transaction(session):
                row = find(session, number, to_change=True)
                assert row is not None
                original = original_of(session, row.kind, row.subject)
                follow(session, row, original, at=at, link=desk_link)
        followed += len(changed)
        if len(rows) < BATCH:
            break
        seen = rows[-1].id
    return followed


def _behind(session: Session, rows: Sequence[Translation]) -> list[int]:
    """Those of other versions than their originals, or whose original came or went."""
    numbers = []
    for kind, source in SOURCES.items():
        of_kind = [row for row in rows if row.kind == kind]
        versions = source.versions(session, [row.subject for row in of_kind]) if of_kind else {}
        numbers += [
            row.id
            for row in of_kind
            if (row.gone_at is not None or versions.get(row.subject) != row.original_version)
            and _is_behind(session, row)
        ]
    return numbers


def _is_behind(session: Session, row: Translation) -> bool:
    """The exact answer, for the few that may be."""
    original = original_of(session, row.kind, row.subject)
    if original is None or original.language == row.language:
        return row.gone_at is None
    return row.gone_at is not None or original.version != row.original_version
