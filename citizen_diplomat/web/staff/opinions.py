"""Outside opinions at the desk: asking for one, taking a link back, and reading what came."""

from datetime import datetime
from typing import Any

from flask import abort, make_response, render_template
from flask_babel import gettext
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from citizen_diplomat.accounts.rules import Duty
from citizen_diplomat.foundation.database import transaction
from citizen_diplomat.foundation.text import isolate
from citizen_diplomat.moderation import opinions
from citizen_diplomat.moderation.claims import NotOpen, authors_of
from citizen_diplomat.moderation.model import QueueItem
from citizen_diplomat.moderation.opinion_rules import Link
from citizen_diplomat.moderation.opinions import NewVersion, TooMany
from citizen_diplomat.moderation.outside_opinion import OutsideOpinion
from citizen_diplomat.moderation.queries import item_for_review
from citizen_diplomat.moderation.rules import ItemKind, may_decide
from citizen_diplomat.proposals.queries import revision
from citizen_diplomat.web.database import db
from citizen_diplomat.web.kept_forms import forget_kept_form, kept_form
from citizen_diplomat.web.links import absolute
from citizen_diplomat.web.opinion_words import ADVISORS, PROGRESS, RECOMMENDATIONS
from citizen_diplomat.web.pages import CONFLICT, UNPROCESSABLE, found, say, see_other
from citizen_diplomat.web.services import services
from citizen_diplomat.web.signin import request_time, signed_in
from citizen_diplomat.web.staff.blueprint import staff
from citizen_diplomat.web.staff.opinion_form import AskForm
from citizen_diplomat.web.staff.panels import Place, panel

KINDS = (ItemKind.PROPOSAL, ItemKind.CHANGE)


@panel("staff/opinions/panel.html", Place.AT_DESK, *KINDS)
def opinions_box(waiting: QueueItem) -> dict[str, Any] | None:
    """Who was asked about an item, how far each has come, and what they said."""
    viewer, at = signed_in().id, request_time()
    if not may_decide(authors_of(db(), waiting), by=viewer):
        return None
    rows = opinions.of_item(db(), waiting.id)
    if not rows and waiting.closed_at is not None:
        return None
    return {
        "may_ask": waiting.closed_at is None,
        "rows": [_shown(row, viewer=viewer, at=at) for row in rows],
        "advisors": ADVISORS,
        "recommendations": RECOMMENDATIONS,
        "progress_words": PROGRESS,
    }


@staff.page("/queue/<number:item>/opinions/new", duty=Duty.REVIEW)
def new_opinion(item: int) -> Response:
    """Show the form, and the very text that will be shown."""
    waiting = _item(item)
    if waiting.closed_at is not None:
        return _not_open(waiting)
    form = AskForm(kept_form() or MultiDict())
    form.show(waiting)
    return _ask_page(waiting, form)


@staff.page("/queue/<number:item>/opinions/new", duty=Duty.REVIEW, methods=("POST",))
def ask_opinion(item: int) -> Response:
    """Ask: the link is mailed, or shown in this answer alone."""
    waiting, form = _item(item), AskForm()
    if not form.is_right():
        return _ask_page(waiting, form, UNPROCESSABLE)
    asking, refused, token = form.asking(), None, None
    # Caught within the transaction: a refusal has changed nothing, and a roll-back would throw
    # away what was read about the visitor.
    with transaction(db()):
        try:
            row, token = opinions.ask(
                db(),
                waiting,
                asking,
                form_key=str(form.form_key.data),
                by=signed_in(),
                at=request_time(),
                link=lambda secret: _link(asking.language, secret),
                told=_told,
            )
            forget_kept_form()
        except (NotOpen, NewVersion, TooMany) as error:
            refused = error
    if refused:
        return _refusal(waiting, form, refused)
    if token and not row.is_mailed:
        return _shown_once(waiting, row, _link(row.language, token))
    say("ok", _asked(row, is_new=token is not None))
    return see_other("staff.item", item=item)


@staff.page("/queue/<number:item>/opinions/<number:number>/revoke", duty=Duty.REVIEW)
def after_signing_in_to_revoke(item: int, number: int) -> Response:  # noqa: ARG001 - of the address
    """Come back to the item when signing in was needed before the button counted."""
    return see_other("staff.item", item=item)


@staff.page(
    "/queue/<number:item>/opinions/<number:number>/revoke", duty=Duty.REVIEW, methods=("POST",)
)
def revoke_opinion(item: int, number: int) -> Response:
    """Take a link back; it is dead at once."""
    waiting = _item(item)
    row = found(opinions.one_of_item(db(), waiting, number))
    with transaction(db()):
        is_revoked = opinions.revoke(db(), row, by=signed_in(), at=request_time())
    if is_revoked:
        say("ok", gettext("The link is revoked. Whoever opens it reads that you took it back."))
    else:
        say("note", gettext("This link had ended already."))
    return see_other("staff.item", item=item)


def _item(item: int) -> QueueItem:
    """An item that can be shown to somebody outside, and whose reader did not write it."""
    waiting = found(item_for_review(db(), item, viewer=signed_in().id))
    if waiting.kind not in KINDS:
        abort(404)
    if not may_decide(authors_of(db(), waiting), by=signed_in().id):
        abort(403)
    return waiting


def _shown(row: OutsideOpinion, *, viewer: int, at: datetime) -> dict[str, Any]:
    return {
        "opinion": row,
        "progress": row.progress(at=at),
        "is_open": row.link(at=at) is Link.OPEN,
        "shows_asked": row.shows_asked_to(viewer),
        "shows_signature": row.shows_signature_to(viewer),
    }


def _ask_page(waiting: QueueItem, form: AskForm, status: int = 200) -> Response:
    text = found(revision(db(), waiting.subject_id, waiting.revision or 0))
    page = render_template("staff/opinions/ask.html", item=waiting, form=form, text=text)
    return make_response(page, status)


def _refusal(waiting: QueueItem, form: AskForm, error: NotOpen | NewVersion | TooMany) -> Response:
    if isinstance(error, TooMany):
        form.refuse("name", gettext("Nobody else can be asked about this item: it is enough."))
        return _ask_page(waiting, form, UNPROCESSABLE)
    if isinstance(error, NotOpen):
        message = gettext("This proposal does not wait for staff now.")
    else:
        message = gettext("The author has sent another version. Read it before you ask.")
    form.show(waiting)
    form.refuse("question", message)
    return _ask_page(waiting, form, CONFLICT)


def _not_open(waiting: QueueItem) -> Response:
    say("note", gettext("This proposal does not wait for staff now."))
    return see_other("staff.item", item=waiting.id)


def _shown_once(waiting: QueueItem, row: OutsideOpinion, link: str) -> Response:
    page = render_template("staff/opinions/link.html", item=waiting, opinion=row, link=link)
    return make_response(page)


def _asked(row: OutsideOpinion, *, is_new: bool) -> str:
    if not is_new:
        return str(gettext("This was asked already. A link is shown only once."))
    return str(
        gettext(
            "Asked. The letter with the link leaves now: %(name)s.", name=isolate(row.asked_name)
        )
    )


def _link(language: str, token: str) -> str:
    return absolute(language, "public.opinion", token=token)


def _told(moment: datetime) -> tuple[str, str]:
    here = moment.astimezone(services().settings.timezone)
    return here.date().isoformat(), f"{here:%H:%M}"
