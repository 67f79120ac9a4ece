"""Ready answers on the review page: in the language of the author, by a key and a reason."""

from typing import Any

from flask_babel import LazyString, force_locale, lazy_gettext

from citizen_diplomat.moderation.model import QueueItem
from citizen_diplomat.moderation.rules import ItemKind, Outcome
from citizen_diplomat.web.languages import LOCALES
from citizen_diplomat.web.staff.panels import Place, panel

WORDS: dict[Outcome, LazyString] = {
    Outcome.ACCEPT: lazy_gettext(
        "Thank you for your idea. Everybody can read it now, and support it."
    ),
    Outcome.REQUEST_CHANGES: lazy_gettext(
        "Thank you for your idea. Please look at what stands above, change your text, and send it"
        " again; the desk then goes on reading where it stopped."
    ),
    Outcome.DECLINE: lazy_gettext(
        "Thank you for the time and thought that you gave this. We cannot take it up, for the"
        " reason above. You can ask once that somebody else looks at it again."
    ),
}
OF_CHANGE: dict[Outcome, LazyString] = {
    **WORDS,
    Outcome.ACCEPT: lazy_gettext("Thank you. Everybody reads your new text from now on."),
    Outcome.DECLINE: lazy_gettext(
        "Thank you for your work on this. We leave the text as it was accepted, for the reason"
        " above."
    ),
}
"""What the author reads below the reason, of a proposal and of a change; it can be edited first."""


@panel("staff/ready/panel.html", Place.AT_DESK, ItemKind.PROPOSAL, ItemKind.CHANGE)
def ready_answers(waiting: QueueItem) -> dict[str, Any] | None:
    """The ready words in the language of the author; what is closed is answered."""
    if waiting.closed_at is not None:
        return None
    words = OF_CHANGE if waiting.kind == ItemKind.CHANGE else WORDS
    with force_locale(LOCALES[waiting.of_proposal.author.language]):
        return {"words": {str(outcome): str(text) for outcome, text in words.items()}}
