"""The panel that says how much an item looks like spam, with the words that moved the score."""

from typing import Any

from citizen_diplomat.moderation.model import QueueItem
from citizen_diplomat.moderation.rules import ItemKind
from citizen_diplomat.moderation.spam_rules import LIKELY
from citizen_diplomat.moderation.spam_scores import score_of
from citizen_diplomat.web.database import db
from citizen_diplomat.web.staff.panels import Place, panel

WORDS_SHOWN = 5


@panel(
    "staff/spam/panel.html",
    Place.AT_DESK,
    ItemKind.PROPOSAL,
    ItemKind.CHANGE,
    ItemKind.COMMENT,
    ItemKind.REPORT,
)
def spam_panel(waiting: QueueItem) -> dict[str, Any] | None:
    """The score of what waits by all that was learnt so far; nothing while too little was."""
    found = score_of(db(), waiting) if waiting.closed_at is None else None
    if found is None:
        return None
    up = [one for one in found.moved if one.weight > 0]
    down = [one for one in found.moved if one.weight < 0]
    return {
        "score": found,
        "is_likely": found.share >= LIKELY,
        "up": up[:WORDS_SHOWN],
        "down": down[:WORDS_SHOWN],
    }
