"""What the pages of helpers, authors and staff share: words, links in letters, and answering."""

from collections.abc import Mapping
from typing import Any

from flask import abort, request
from flask_babel import LazyString, gettext, lazy_gettext

from citizen_diplomat.foundation.database import transaction
from citizen_diplomat.outcomes import offers
from citizen_diplomat.outcomes.model import HelpOffer
from citizen_diplomat.outcomes.offers import Links, OwnMatter, TooLate
from citizen_diplomat.outcomes.rules import (
    ANSWER_LENGTH,
    SAID,
    DeclineReason,
    OfferState,
    Party,
    Step,
    steps_open_to,
)
from citizen_diplomat.web.addresses import typed
from citizen_diplomat.web.database import db
from citizen_diplomat.web.forms import BaseForm, RadioChoiceField, paragraphs
from citizen_diplomat.web.links import absolute
from citizen_diplomat.web.pages import say
from citizen_diplomat.web.signin import request_time, signed_in

STATES: Mapping[OfferState, LazyString] = {
    OfferState.OFFERED: lazy_gettext("Waits for the author and the office"),
    OfferState.AUTHOR_AGREED: lazy_gettext("The author agreed; waits for the office"),
    OfferState.OFFICE_AGREED: lazy_gettext("The office agreed; waits for the author"),
    OfferState.ACCEPTED: lazy_gettext("Both agreed"),
    OfferState.DECLINED: lazy_gettext("Not accepted"),
    OfferState.WITHDRAWN: lazy_gettext("Withdrawn"),
}

REASONS: Mapping[DeclineReason, LazyString] = {
    DeclineReason.ENOUGH_HELPERS: lazy_gettext("Enough people help already."),
    DeclineReason.OTHER_SKILLS: lazy_gettext("Other skills are needed."),
    DeclineReason.NOT_NOW: lazy_gettext("The work has not come so far yet."),
    DeclineReason.OTHER: lazy_gettext("Another reason, written below."),
    DeclineReason.AUTHOR_LEFT: lazy_gettext("The author has left the platform."),
}


class DeclineForm(BaseForm):
    """Why an offer is not accepted; the helper reads it."""

    reason = RadioChoiceField(lazy_gettext("Reason"))
    answer = paragraphs(lazy_gettext("A word to the helper"), longest=ANSWER_LENGTH, required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        """Offer the reasons in the reader's language."""
        super().__init__(*args, **options)
        self.reason.choices = [(reason.value, REASONS[reason]) for reason in SAID]

    def is_right(self) -> bool:
        """Whether it can be said like this; if not, the errors stand beside their fields."""
        if self.validate() and self.reason.data == DeclineReason.OTHER and not typed(self.answer):
            self.refuse("answer", gettext("Write the reason: the helper reads it."))
        return not self.errors


def links() -> Links:
    """The makers of links in letters about offers of help."""
    return Links(
        of_author=lambda person, number: absolute(person.language, "member.helpers", number=number),
        of_helper=lambda person: absolute(person.language, "member.my_help"),
    )


def answer(row: HelpOffer, party: Party) -> DeclineForm | None:
    """Do what was posted: `action` agree or decline; a form with errors is given back.

    Aborts with 404 for any other action, with 403 in a matter of one's own.
    """
    action, form = request.form.get("action", ""), DeclineForm()
    if action not in {Step.AGREE, Step.DECLINE}:
        abort(404)
    if action == Step.DECLINE and not form.is_right():
        return form
    try:
        with transaction(db()):
            _do(row, party, form if action == Step.DECLINE else None)
    except OwnMatter:
        abort(403)
    except TooLate:
        say("warn", gettext("Somebody was faster. This is how it stands now."))
        return None
    say("ok", _done(row))
    return None


def context_of(row: HelpOffer, party: Party, form: DeclineForm) -> dict[str, Any]:
    """What a page with one offer shows, and what can be done there."""
    return {
        "offer": row,
        "form": form,
        "steps": steps_open_to(party, OfferState(row.state)),
        "states": STATES,
        "reasons": REASONS,
    }


def _do(row: HelpOffer, party: Party, no: DeclineForm | None) -> None:
    who: dict[str, Any] = {"by": signed_in(), "at": request_time(), "links": links()}
    if no is None:
        offers.agree(db(), row, party, **who)
    else:
        reason = DeclineReason(no.reason.data)
        offers.decline(db(), row, party, reason, typed(no.answer), **who)


def _done(row: HelpOffer) -> str:
    if row.state == OfferState.ACCEPTED:
        return str(gettext("Both agreed. The helper is told by e-mail."))
    if row.state == OfferState.DECLINED:
        return str(gettext("Answered. The helper is told by e-mail."))
    if row.state == OfferState.AUTHOR_AGREED:
        return str(gettext("You agreed. Now the office is asked."))
    return str(gettext("You agreed for the office. Now the author is asked."))
