"""Mentions in private notes, for the pages that show them: who could be named, and who was."""

import re
from collections.abc import Collection, Sequence

from markupsafe import Markup, escape

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.moderation import declarations
from citizen_diplomat.moderation import mentions as desk
from citizen_diplomat.moderation.mentions import MARK
from citizen_diplomat.moderation.model import QueueItem
from citizen_diplomat.web.database import db
from citizen_diplomat.web.signin import signed_in
from citizen_diplomat.web.staff.blueprint import staff


def colleagues_of(waiting: QueueItem) -> Sequence[Account]:
    """Whom a note on this item can name: colleagues who may see it."""
    return declarations.colleagues(db(), waiting, but=signed_in().id)


def mentions_of(waiting: QueueItem) -> dict[int, Sequence[Account]]:
    """Whom the notes on an item name, by note."""
    return desk.mentions_of(db(), waiting.id)


@staff.app_template_filter()
def with_mentions(text: str, people: Collection[Account]) -> Markup:
    """A note with the names marked of those who were told of it, where they are typed alike."""
    names = [MARK + person.display_name for person in people if person.display_name]
    if not names:
        return escape(text)
    longest_first = sorted(names, key=len, reverse=True)
    parts = re.split(f"({'|'.join(map(re.escape, longest_first))})", text)
    return Markup("").join(
        Markup("<strong><bdi>{}</bdi></strong>").format(part) if part in names else escape(part)
        for part in parts
    )


@staff.app_context_processor
def _for_templates() -> dict[str, object]:
    return {"colleagues_of": colleagues_of, "mentions_of": mentions_of}
