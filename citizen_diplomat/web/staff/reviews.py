"""Reviews by several: one's own first, then those of others, with what they say together."""

from typing import Any

from flask import abort, make_response, render_template, request
from flask_babel import gettext
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from citizen_diplomat.accounts.rules import Duty
from citizen_diplomat.foundation.database import transaction
from citizen_diplomat.moderation import reviews
from citizen_diplomat.moderation.claims import NotOpen, OwnProposal
from citizen_diplomat.moderation.model import QueueItem
from citizen_diplomat.moderation.queries import item_for_review
from citizen_diplomat.moderation.review_criteria import criteria
from citizen_diplomat.moderation.reviews import REVIEWED, Stale
from citizen_diplomat.moderation.rules import ItemKind
from citizen_diplomat.moderation.scoring import figures, may_see_others
from citizen_diplomat.web.database import db
from citizen_diplomat.web.kept_forms import forget_kept_form, kept_form
from citizen_diplomat.web.pages import CONFLICT, UNPROCESSABLE, found, say, see_other
from citizen_diplomat.web.signin import request_time, signed_in
from citizen_diplomat.web.staff.blueprint import staff
from citizen_diplomat.web.staff.panels import Place, panel
from citizen_diplomat.web.staff.review_form import ReviewForm, meanings_of, name_of, review_form


@staff.page("/queue/next/to-review", duty=Duty.REVIEW)
def next_to_review() -> Response:
    """Lead to the item with the fewest reviews that this reader has not reviewed."""
    waiting = reviews.next_to_review(db(), viewer=signed_in().id)
    if waiting is None:
        say("note", gettext("There is nothing that you have not reviewed."))
        return see_other("staff.queue")
    return see_other("staff.item", item=waiting)


@staff.page("/queue/<number:item>/review", duty=Duty.REVIEW, methods=("GET", "POST"))
def review(item: int) -> Response:
    """Give one's own review, or abstain, or change what one gave."""
    waiting = found(item_for_review(db(), item, viewer=signed_in().id))
    if waiting.kind not in REVIEWED:
        abort(404)
    if request.method == "GET":
        return _page(waiting, _form(waiting, kept_form()))
    form = _form(waiting, request.form)
    abstains = request.form.get("action") == "abstain"
    if not form.is_right(abstains=abstains):
        return _page(waiting, form, UNPROCESSABLE)
    refused = None
    # Caught within the transaction: a refusal has changed nothing, and a roll-back would throw
    # away what was read about the visitor.
    with transaction(db()):
        try:
            reviews.give(
                db(), waiting, form.opinion(abstains=abstains), revision=form.seen_revision,
                version=form.seen_version, by=signed_in(), at=request_time(),
            )  # fmt: skip
            forget_kept_form()
        except (Stale, NotOpen, OwnProposal) as error:
            refused = error
    if refused:
        return _refusal(waiting, form, refused)
    say("ok", gettext("Your review is kept. You can change it until the decision."))
    return see_other("staff.item", item=item)


@panel("staff/reviews/panel.html", Place.AT_DESK, ItemKind.PROPOSAL, ItemKind.CHANGE)
def reviews_panel(waiting: QueueItem) -> dict[str, Any]:
    """One's own review, and those of others once one may see them."""
    return _shown(waiting, _form(waiting, None))


def _form(waiting: QueueItem, formdata: MultiDict[str, str] | None) -> ReviewForm:
    own = reviews.own_review(db(), waiting, signed_in().id)
    return review_form(criteria(db()), formdata, own=own, revision=waiting.revision or 0)


def _shown(waiting: QueueItem, form: ReviewForm) -> dict[str, Any]:
    """What the panel shows; what this reader may not see yet is not in it."""
    every = reviews.reviews_of(db(), waiting)
    own = next((row for row in every if row.reviewer_id == signed_in().id), None)
    is_open = waiting.closed_at is None
    sees = may_see_others(has_own=own is not None, is_open=is_open)
    weights = {criterion.slug: criterion.weight for criterion in form.criteria}
    return {
        "form": form,
        "own": own,
        "is_open": is_open,
        "number": len(every),
        "sees_others": sees,
        "others": [row for row in every if row is not own] if sees else (),
        "figures": figures([row.scores for row in every], weights) if sees else None,
        "name_of": name_of,
        "meanings_of": meanings_of,
    }


def _page(
    waiting: QueueItem, form: ReviewForm, status: int = 200, *, is_stale: bool = False
) -> Response:
    page = render_template(
        "staff/reviews/review.html",
        item=waiting,
        form=form,
        shown=_shown(waiting, form),
        is_stale=is_stale,
    )
    return make_response(page, status)


def _refusal(waiting: QueueItem, form: ReviewForm, refused: Exception) -> Response:
    """Nothing was changed; what was typed stays, and the next save is made knowingly."""
    if isinstance(refused, OwnProposal):
        abort(403)
    if isinstance(refused, Stale):
        own = reviews.own_review(db(), waiting, signed_in().id)
        form.review_of.data = str(waiting.revision or 0)
        form.review_version.data = str(own.version if own else 0)
    return _page(waiting, form, CONFLICT, is_stale=isinstance(refused, Stale))
