"""What the review pages of all kinds of items share; each kind registers its own page here."""

from collections.abc import Callable
from typing import Protocol, TypeVar

from werkzeug.wrappers import Response

from citizen_diplomat.moderation.model import QueueItem
from citizen_diplomat.moderation.rules import ItemKind, is_held, outlasts_claim
from citizen_diplomat.web.signin import request_time, signed_in
from citizen_diplomat.web.staff.decision_form import NoteForm


class ReviewPage(Protocol):
    """Shows one item, with the private note that somebody is writing on it, if they are."""

    def __call__(self, waiting: QueueItem, *, note_form: NoteForm | None = None) -> Response:
        """Show the item."""
        ...


Shown = TypeVar("Shown", bound=ReviewPage)
_PAGES: dict[ItemKind, ReviewPage] = {}


def shows(*kinds: ItemKind) -> Callable[[Shown], Shown]:
    """Make a function the review page of these kinds."""

    def register(show: Shown) -> Shown:
        _PAGES.update(dict.fromkeys(kinds, show))
        return show

    return register


def show_item(waiting: QueueItem, *, note_form: NoteForm | None = None) -> Response:
    """The review page of an item."""
    return _PAGES[ItemKind(waiting.kind)](waiting, note_form=note_form)


def standing(waiting: QueueItem) -> dict[str, bool]:
    """Who holds an item, and what this moderator may do with it, as its page shows it."""
    viewer, at = signed_in().id, request_time()
    held = is_held(waiting.holder_id, waiting.lease_until, at=at)
    mine = held and waiting.holder_id == viewer
    is_open = waiting.closed_at is None
    return {
        "is_open": is_open,
        "is_held": held,
        "is_mine": mine,
        "is_kept": mine and outlasts_claim(waiting.lease_until, at=at),
        # Nobody is shown what they wrote themselves: `queries.looked_after`.
        "may_decide": is_open and (mine or not held),
    }
