"""Remarks on passages of the text under review: kept among colleagues, sent with the decision."""

from flask import abort, make_response, render_template, request
from flask_babel import gettext, lazy_gettext
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from citizen_diplomat.accounts.rules import Duty
from citizen_diplomat.foundation.database import transaction
from citizen_diplomat.foundation.numbers import format_number, parse_int
from citizen_diplomat.moderation import remarks as desk
from citizen_diplomat.moderation.claims import NotOpen, OwnProposal
from citizen_diplomat.moderation.model import QueueItem
from citizen_diplomat.moderation.passages import Span, paragraphs_of
from citizen_diplomat.moderation.queries import decisions_of, item_for_review
from citizen_diplomat.moderation.remarks import NotInText, TooMany, text_of
from citizen_diplomat.moderation.rules import (
    MOST_REMARKS,
    QUOTE_LENGTH,
    REMARK_LENGTH,
    ItemKind,
    Passage,
)
from citizen_diplomat.proposals.model import Revision
from citizen_diplomat.proposals.queries import revision
from citizen_diplomat.proposals.rules import BODY_LENGTH
from citizen_diplomat.web.comparing import TEXTS
from citizen_diplomat.web.database import db
from citizen_diplomat.web.forms import BaseForm, KeptField, paragraphs
from citizen_diplomat.web.kept_forms import forget_kept_form, kept_form
from citizen_diplomat.web.languages import language
from citizen_diplomat.web.pages import CONFLICT, UNPROCESSABLE, found, query_text, say, see_other
from citizen_diplomat.web.remarks import ShownRemark, in_place, remarks_with
from citizen_diplomat.web.signin import request_time, signed_in
from citizen_diplomat.web.staff.blueprint import staff
from citizen_diplomat.web.staff.kinds import standing
from citizen_diplomat.web.staff.panels import Place, panel

WRITTEN = (ItemKind.PROPOSAL, ItemKind.CHANGE)
NOT_IN_TEXT = lazy_gettext(
    "This passage does not stand in the text like that. Shorten it, or copy it from the text."
)


class RemarkForm(BaseForm):
    """A passage and what is to be said to it."""

    quote = paragraphs(
        lazy_gettext("Passage"),
        longest=QUOTE_LENGTH,
        required=lazy_gettext("Copy the passage from the text."),
    )
    text = paragraphs(
        lazy_gettext("Remark"), longest=REMARK_LENGTH, required=lazy_gettext("Write a remark.")
    )
    field = KeptField()
    start = KeptField()

    @property
    def passage(self) -> Passage | None:
        """Which text it stands in, if the page knew."""
        return Passage(self.field.data) if self.field.data in set(Passage) else None

    @property
    def near(self) -> int:
        """About where it begins."""
        return parse_int(self.start.data or "", lowest=0, highest=BODY_LENGTH) or 0


@staff.page("/queue/<number:item>/remarks", duty=Duty.REVIEW, methods=("GET", "POST"))
def remarks(item: int) -> Response:
    """Show the text in passages with the remarks so far; a POST keeps one more."""
    waiting = _item(item)
    sent = found(revision(db(), waiting.subject_id, waiting.revision or 0))
    if request.method == "GET":
        return _page(waiting, sent, _empty_form(sent))
    form = RemarkForm()
    if not form.validate():
        return _page(waiting, sent, form)
    # Caught within the transaction: a refusal has changed nothing, and a roll-back would throw
    # away what was read about the visitor.
    with transaction(db()):
        try:
            _keep(waiting, form)
        except NotInText:
            form.refuse("quote", NOT_IN_TEXT)
        except TooMany:
            most = format_number(MOST_REMARKS, language())
            form.refuse(
                "text", gettext("There are %(most)s remarks already; no more go along.", most=most)
            )
        except (NotOpen, OwnProposal) as error:
            return _refusal(waiting, sent, form, error)
    if form.errors:
        return _page(waiting, sent, form)
    say(
        "ok",
        gettext("Kept. It goes out when you ask for changes; until then only colleagues see it."),
    )
    return see_other("staff.remarks", item=item)


@staff.page(
    "/queue/<number:item>/remarks/<number:number>/remove",
    duty=Duty.REVIEW,
    methods=("GET", "POST"),
)
def remove_remark(item: int, number: int) -> Response:
    """Delete a remark that was not sent; a GET comes here from signing in again."""
    waiting = _item(item)
    if request.method == "POST":
        with transaction(db()):
            try:
                desk.take_out(db(), waiting, number, by=signed_in(), at=request_time())
            except (NotOpen, OwnProposal):
                return make_response(
                    render_template("staff/review/faster.html", item=waiting), CONFLICT
                )
        say("ok", gettext("The remark is deleted."))
    return see_other("staff.remarks", item=item)


@panel("staff/remarks/panel.html", Place.AT_DESK, *WRITTEN)
def remarks_panel(waiting: QueueItem) -> dict[str, object] | None:
    """The remarks that wait for a decision, and those before with whether their passage stands."""
    newest = revision(db(), waiting.subject_id, waiting.revision or 0)
    is_change = waiting.kind == ItemKind.CHANGE
    decisions = decisions_of(db(), waiting.subject_id, of_change=is_change)
    if newest is None:
        return None
    return {
        "waiting": remarks_to_send(waiting),
        "earlier": remarks_with(decisions[-1] if decisions else None, newest.draft),
    }


def remarks_to_send(waiting: QueueItem) -> list[ShownRemark]:
    """The remarks that go out with the next request for changes, in place."""
    sent = revision(db(), waiting.subject_id, waiting.revision or 0)
    return in_place(desk.waiting(db(), waiting), sent, sent.draft) if sent else []


def _item(number: int) -> QueueItem:
    waiting = found(item_for_review(db(), number, viewer=signed_in().id))
    if waiting.kind not in WRITTEN:
        abort(404)
    return waiting


def _keep(waiting: QueueItem, form: RemarkForm) -> None:
    desk.add(
        db(),
        waiting,
        quote=form.quote.data or "",
        text=form.text.data or "",
        field=form.passage,
        near=form.near,
        by=signed_in(),
        at=request_time(),
    )
    forget_kept_form()


def _empty_form(sent: Revision) -> RemarkForm:
    """The form for the passage that the address names, by its place or by its words."""
    kept = kept_form()
    if kept is not None:
        return RemarkForm(kept)
    form = RemarkForm(MultiDict())
    field = request.args.get("field", "")
    form.quote.data = query_text("quote", longest=QUOTE_LENGTH)
    if field in set(Passage):
        text = text_of(sent, Passage(field))
        ends = [request.args.get(name, "") for name in ("start", "end")]
        start, end = (parse_int(one, lowest=0, highest=len(text)) for one in ends)
        form.field.data, form.start.data = field, str(start or 0)
        form.quote.data = (
            form.quote.data or Span(start or 0, end or len(text)).of(text)[:QUOTE_LENGTH]
        )
    return form


def _page(waiting: QueueItem, sent: Revision, form: RemarkForm, status: int = 200) -> Response:
    passages = [
        (field, TEXTS[field], [(span, span.of(text)) for span in paragraphs_of(text)])
        for field, text in ((field, text_of(sent, field)) for field in Passage)
        if text
    ]
    page = render_template(
        "staff/remarks/remarks.html",
        item=waiting,
        sent=sent,
        form=form,
        passages=passages,
        waiting=remarks_to_send(waiting),
        most=MOST_REMARKS,
        **standing(waiting),
    )
    return make_response(page, UNPROCESSABLE if form.errors and status == 200 else status)


def _refusal(
    waiting: QueueItem, sent: Revision, form: RemarkForm, error: NotOpen | OwnProposal
) -> Response:
    """Nobody remarks on their own; whoever was too late finds what they typed."""
    if isinstance(error, OwnProposal):
        abort(403)
    form.form_errors.append(
        gettext("It does not wait any more, or a colleague holds it. What you typed is below.")
    )
    return _page(waiting, sent, form, CONFLICT)
