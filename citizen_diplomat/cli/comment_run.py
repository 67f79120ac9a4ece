"""Telling members of the comments that concern them."""

import threading
from datetime import datetime

from citizen_diplomat.cli.batches import in_batches
from citizen_diplomat.community import letters
from citizen_diplomat.web.matters import link_to_comment


def tell_of_comments(at: datetime, *, stop: threading.Event | None = None) -> int:
    """Post the letters on comments that nobody was told of, each once; returns how many."""
    return in_batches(
        lambda session: letters.is_anybody_due(session, at=at),
        lambda session: letters.due(session, at=at),
        lambda session, comment: letters.tell(session, comment, link=link_to_comment, at=at),
        stop=stop,
    )
