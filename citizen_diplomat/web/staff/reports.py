"""Reported things: staff let them stand, or take them out with a reason; all hear of it."""

from typing import Any

from flask import abort, make_response, render_template, request
from flask_babel import gettext
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from citizen_diplomat.accounts.rules import Duty
from citizen_diplomat.community import reports as reported
from citizen_diplomat.community import threads
from citizen_diplomat.community.model import Comment, Reported
from citizen_diplomat.community.rules import CommentState, ThingKind
from citizen_diplomat.community.verdicts import Changed
from citizen_diplomat.correspondence.model import MemberMessage
from citizen_diplomat.directory.model import Profile
from citizen_diplomat.directory.queries import shown
from citizen_diplomat.directory.rules import Reader
from citizen_diplomat.foundation.database import transaction
from citizen_diplomat.moderation import queries, reports
from citizen_diplomat.moderation.actions import AlreadyClaimed, NotOpen, OwnProposal
from citizen_diplomat.moderation.model import QueueItem
from citizen_diplomat.moderation.rules import HEARTBEAT_EVERY, ItemKind
from citizen_diplomat.proposals.model import Proposal
from citizen_diplomat.proposals.queries import approved_text
from citizen_diplomat.proposals.rules import PUBLIC, State
from citizen_diplomat.web.database import db
from citizen_diplomat.web.discussion import speaker
from citizen_diplomat.web.kept_forms import forget_kept_form, kept_form
from citizen_diplomat.web.links import statement_link
from citizen_diplomat.web.matters import place_of
from citizen_diplomat.web.pages import UNPROCESSABLE, form_page, found, say
from citizen_diplomat.web.report_words import GROUNDS, THINGS, letter_links
from citizen_diplomat.web.signin import request_time, signed_in
from citizen_diplomat.web.staff.blueprint import staff
from citizen_diplomat.web.staff.decision_form import NoteForm, TakeOverForm
from citizen_diplomat.web.staff.filters import open_next
from citizen_diplomat.web.staff.kinds import shows, standing
from citizen_diplomat.web.staff.panels import panels_of
from citizen_diplomat.web.staff.removal_form import RemovalForm, removal_form


@shows(ItemKind.REPORT)
def report_page(waiting: QueueItem, *, note_form: NoteForm | None = None) -> Response:
    """The page of a reported thing, with the reasons of those who reported it, not their names."""
    note_form = note_form or NoteForm(MultiDict())
    row = db().get_one(Reported, waiting.subject_id)
    page = render_template(
        "staff/review/report.html",
        item=waiting,
        row=row,
        reports=reported.reports_about(db(), row.id),
        grounds=GROUNDS,
        things=THINGS,
        note_form=note_form,
        form=note_form if note_form.errors else None,
        take_over_form=TakeOverForm(MultiDict()),
        notes=queries.notes_of(db(), waiting.id),
        heartbeat_seconds=int(HEARTBEAT_EVERY.total_seconds()),
        **_shown(row),
        panels=panels_of(waiting),
        **standing(waiting),
    )
    return make_response(page, UNPROCESSABLE if note_form.errors else 200)


@staff.page("/queue/<number:item>/dismissal", duty=Duty.REVIEW, methods=("GET", "POST"))
def dismissal(item: int) -> Response:
    """Ask whether a reported thing shall stand; POST decides it and tells those who reported."""
    waiting, row = _waiting(item)
    if request.method == "GET":
        return make_response(render_template("staff/review/dismissal.html", item=waiting, row=row))
    by, at = signed_in(), request_time()
    with transaction(db()):
        try:
            reports.dismiss(db(), waiting, row, by=by, at=at, links=links_of(row))
        except OwnProposal:
            abort(403)
        except (AlreadyClaimed, NotOpen):
            return _somebody_was_faster(waiting)
    say("ok", gettext("It stands. Those who reported it are told by e-mail."))
    return open_next(waiting)


@staff.page("/queue/<number:item>/upholding", duty=Duty.REVIEW, methods=("GET", "POST"))
def upholding(item: int) -> Response:
    """Ask by which rule a reported thing is taken out; POST does it and tells all concerned."""
    waiting, row = _waiting(item)
    reported_thing = _shown(row)
    if request.method == "GET":
        return _page(waiting, removal_form(reported_thing["version"], kept_form()), reported_thing)
    form = RemovalForm()
    if not form.is_right():
        return _page(waiting, form, reported_thing)
    with transaction(db()):
        try:
            reports.uphold(
                db(), waiting, row, form.chosen,
                message=form.message.data or "", version=form.seen_version,
                by=signed_in(), at=request_time(), links=links_of(row),
                statement_link=statement_link,
            )  # fmt: skip
            forget_kept_form()
        except OwnProposal:
            abort(403)
        except (Changed, AlreadyClaimed, NotOpen):
            return _somebody_was_faster(waiting)
    say("ok", gettext("Taken out. The author and those who reported it are told by e-mail."))
    return open_next(waiting)


def _waiting(item: int) -> tuple[QueueItem, Reported]:
    waiting = found(queries.item_for_review(db(), item, viewer=signed_in().id))
    if waiting.kind != ItemKind.REPORT:
        abort(404)
    return waiting, db().get_one(Reported, waiting.subject_id)


def _shown(row: Reported) -> dict[str, Any]:
    """What was reported, as the pages show it: its words, its version, whether it still stands."""
    thing = reports.thing_behind(db(), row)
    comment = threads.comment_with_author(db(), row.subject) if isinstance(thing, Comment) else None
    proposal = thing if isinstance(thing, Proposal) else None
    message = thing if isinstance(thing, MemberMessage) else None
    stands = isinstance(thing, Profile) or (message is not None and message.removed_at is None)
    if comment is not None:
        stands = comment.state in {CommentState.SHOWN, CommentState.WAITING}
    elif proposal is not None:
        stands = State(proposal.state) in PUBLIC
    return {
        "comment": comment,
        "proposal": proposal,
        "text": approved_text(db(), proposal) if proposal else None,
        # As far as its owner lets staff see it.
        "profile": shown(db(), row.subject, Reader.STAFF) if isinstance(thing, Profile) else None,
        "message": message,
        "version": thing.version if thing is not None else 0,
        "stands": stands,
        "speaker": speaker,
        "place_of": place_of,
    }


def links_of(row: Reported) -> dict[str, str]:
    """Where letters about a reported thing lead, by language."""
    if row.kind != ThingKind.COMMENT:
        return letter_links(row)
    comment = db().get_one(Comment, row.subject)
    return letter_links(row, comment)


def _page(waiting: QueueItem, form: RemovalForm, thing: dict[str, Any]) -> Response:
    return form_page(
        "staff/review/removal.html", form, item=waiting, action="staff.upholding",
        grounds=GROUNDS, title=waiting.title, **thing,
    )  # fmt: skip


def _somebody_was_faster(waiting: QueueItem) -> Response:
    return make_response(render_template("staff/review/faster.html", item=waiting), 409)
